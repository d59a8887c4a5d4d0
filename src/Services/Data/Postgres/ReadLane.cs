using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>Sends all reads that wait in one round trip. While it is under way, the next ones gather.</summary>
internal sealed class ReadLane : Lane
{
    private static readonly string Settings = PostgresEngine.LaneSettings + "; SET default_transaction_read_only = on";

    private readonly WorkQueue<PendingQuery> _queue;
    private readonly List<PendingQuery> _taken = new(Limits.ReadsPerRoundTripMax);
    private readonly List<ReadUnit> _units = new(Limits.ReadsPerRoundTripMax);

    public ReadLane(PostgresConnector connector, WorkQueue<PendingQuery> queue, int number)
        : base(connector, $"database reader {number}", Settings) => _queue = queue;

    protected override void Run()
    {
        while (_queue.Take(_taken, Limits.ReadsPerRoundTripMax))
        {
            ReadUnit.Gather(_taken, _units);
            int read = 0;
            bool again = true;
            while (read < _units.Count)
            {
                try
                {
                    read = ReadFrom(read, ref again);
                }
#pragma warning disable CA1031 // Whatever it was, those who wait are told, and the lane lives on.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Disconnect();
                    FailFrom(read, exception);
                    read = _units.Count;
                }
            }
            AnswerAll();
            _taken.Clear();
            _units.Clear();
        }
    }

    /// <summary>
    /// A few at a time: to wake a thread for each costs more than what each then does. The last first, because who asked for several
    /// awaits them in order, and then finds the others there.
    /// </summary>
    private void AnswerAll()
    {
        for (int end = _taken.Count; end > 0; end -= Limits.AnswersPerThread)
        {
            PendingQuery[] some = [.. _taken[Math.Max(0, end - Limits.AnswersPerThread)..end]];
            ThreadPool.UnsafeQueueUserWorkItem(
                static queries =>
                {
                    for (int i = queries.Length - 1; i >= 0; i--)
                    {
                        queries[i].Answer();
                    }
                },
                some,
                preferLocal: false);
        }
    }

    /// <summary>One round trip for all from an index on; returns how many have now been read or have failed.</summary>
    private int ReadFrom(int from, ref bool again)
    {
        NpgsqlConnection connection = Connection(out bool reused);
        int read = from;
        try
        {
            using NpgsqlBatch batch = new(connection);
            for (int i = from; i < _units.Count; i++)
            {
                batch.BatchCommands.Add(_units[i].Command());
            }
            using NpgsqlDataReader reader = batch.ExecuteReader();
            while (read < _units.Count)
            {
                _units[read].Read(reader);
                read++;
                reader.NextResult();
            }
        }
        catch (Exception exception) when (PostgresConnector.IsLoss(exception, connection))
        {
            Disconnect();
            if (!reused || !again)
            {
                throw new DatabaseUnavailableException("The connection to the database broke: " + exception.Message, exception);
            }
            // It may have broken while it lay idle: a read does no harm twice.
            again = false;
        }
        catch (Exception exception) when (read < _units.Count)
        {
            // The statement that stands next is the one that failed; it took those behind it along.
            read = Refuse(read, exception);
        }
        return read;
    }

    /// <summary>Fails a unit, or takes it apart, so that a query fails by itself; returns the next to be read.</summary>
    private int Refuse(int index, Exception exception)
    {
        ReadUnit failed = _units[index];
        if (!failed.IsShared)
        {
            failed.Fail(Commands.Translate(exception));
            return index + 1;
        }
        _units.RemoveAt(index);
        _units.InsertRange(index, failed.Alone());
        return index;
    }

    private void FailFrom(int index, Exception exception)
    {
        for (int i = index; i < _units.Count; i++)
        {
            _units[i].Fail(exception);
        }
    }
}
