using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>Sends all reads that wait in one round trip. While it is under way, the next ones gather.</summary>
internal sealed class ReadLane : Lane
{
    private static readonly string Settings = PostgresEngine.LaneSettings + "; SET default_transaction_read_only = on";

    private readonly WorkQueue<PendingQuery> _queue;
    private readonly List<PendingQuery> _taken = new(Limits.ReadsPerRoundTripMax);

    public ReadLane(PostgresConnector connector, WorkQueue<PendingQuery> queue, int number)
        : base(connector, $"database reader {number}", Settings) => _queue = queue;

    protected override void Run()
    {
        while (_queue.Take(_taken, Limits.ReadsPerRoundTripMax))
        {
            int answered = 0;
            bool again = true;
            while (answered < _taken.Count)
            {
                try
                {
                    answered = Answer(answered, ref again);
                }
#pragma warning disable CA1031 // Whatever it was, those who wait are told, and the lane lives on.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Disconnect();
                    FailFrom(answered, exception);
                    answered = _taken.Count;
                }
            }
            _taken.Clear();
        }
    }

    /// <summary>One round trip for all from an index on; returns how many have now been answered.</summary>
    private int Answer(int from, ref bool again)
    {
        NpgsqlConnection connection = Connection(out bool reused);
        int answered = from;
        try
        {
            using NpgsqlBatch batch = new(connection);
            for (int i = from; i < _taken.Count; i++)
            {
                batch.BatchCommands.Add(_taken[i].Command);
            }
            using NpgsqlDataReader reader = batch.ExecuteReader();
            while (answered < _taken.Count)
            {
                _taken[answered].Read(reader);
                answered++;
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
            RenewFrom(answered);
        }
        catch (Exception exception) when (answered < _taken.Count)
        {
            // The statement that stands next is the one that failed; it took those behind it along.
            _taken[answered].Failed(Commands.Translate(exception));
            answered++;
            RenewFrom(answered);
        }
        return answered;
    }

    private void RenewFrom(int index)
    {
        for (int i = index; i < _taken.Count; i++)
        {
            _taken[i].Renew();
        }
    }

    private void FailFrom(int index, Exception exception)
    {
        for (int i = index; i < _taken.Count; i++)
        {
            _taken[i].Failed(exception);
        }
    }
}
