using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>
/// Writes batches: all that wait go in one transaction, one round trip for their statements and one for the commit. A batch that is
/// refused or fails takes the transaction with it; the others are then written without it, and it is judged by itself.
/// </summary>
internal sealed class BatchLane : Lane
{
    private readonly WorkQueue<BatchJob> _queue;
    private readonly List<BatchJob> _taken = new(Limits.WritesPerCommitMax);
    private readonly TimeProvider _time;
    private readonly Action _committed;

    public BatchLane(PostgresConnector connector, WorkQueue<BatchJob> queue, int number, TimeProvider time, Action committed)
        : base(connector, $"database batches {number}", PostgresEngine.LaneSettings)
    {
        _queue = queue;
        _time = time;
        _committed = committed;
    }

    protected override void Run()
    {
        while (_queue.Take(_taken, Limits.WritesPerCommitMax))
        {
            Write([.. _taken], stale: false, tries: 1);
            _taken.Clear();
        }
    }

    private void Write(BatchJob[] jobs, bool stale, int tries)
    {
        try
        {
            WriteOnce(jobs, stale, tries);
        }
        catch (DatabaseUnavailableException exception)
        {
            FailAll(jobs, exception);
        }
#pragma warning disable CA1031 // The owners of the jobs get it; the lane lives on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (jobs.Length == 1)
            {
                WriteAlone(jobs[0], exception, tries);
                return;
            }
            // One of them failed. Halves find it without making every other pay for it.
            Write(jobs[..(jobs.Length / 2)], stale: true, tries);
            Write(jobs[(jobs.Length / 2)..], stale: true, tries);
        }
    }

    private void WriteAlone(BatchJob job, Exception exception, int tries)
    {
        if (!Commands.IsConflict(exception))
        {
            job.Failed(Commands.Translate(exception));
        }
        else if (tries >= Limits.WriteTriesMax)
        {
            job.Failed(new DatabaseBusyException("The write met others too often.", exception));
        }
        else
        {
            Write([job], stale: true, tries + 1);
        }
    }

    private void WriteOnce(BatchJob[] jobs, bool stale, int tries)
    {
        NpgsqlConnection connection = Connection(out bool reused);
        long number;
        List<BatchJob> refused;
        try
        {
            refused = Execute(connection, jobs, out number);
            if (refused.Count > 0)
            {
                Execute(connection, "ROLLBACK");
            }
        }
        catch (Exception exception) when (PostgresConnector.IsLoss(exception, connection))
        {
            Disconnect();
            if (!reused || stale)
            {
                throw new DatabaseUnavailableException("The connection to the database broke: " + exception.Message, exception);
            }
            WriteOnce(jobs, stale: true, tries);
            return;
        }
        catch
        {
            TryRollback(connection);
            throw;
        }
        if (refused.Count > 0)
        {
            Part(jobs, refused, tries);
            return;
        }
        if (Commit(connection, number))
        {
            foreach (BatchJob job in jobs)
            {
                job.Committed();
            }
        }
        else
        {
            Write(jobs, stale: true, tries + 1);
        }
    }

    // Those that were not refused first: what they write may be why another is refused, and then it is so for good.
    private void Part(BatchJob[] jobs, List<BatchJob> refused, int tries)
    {
        if (jobs.Length == 1)
        {
            jobs[0].Failed(new BatchRefusedException());
            return;
        }
        BatchJob[] others = [.. jobs.Except(refused)];
        if (others.Length > 0)
        {
            Write(others, stale: true, tries);
        }
        foreach (BatchJob job in refused)
        {
            Write([job], stale: true, tries);
        }
    }

    /// <summary>Runs the statements of all in a new transaction; returns the jobs of which one did not touch its rows.</summary>
    private static List<BatchJob> Execute(NpgsqlConnection connection, BatchJob[] jobs, out long number)
    {
        using NpgsqlBatch batch = new(connection);
        batch.BatchCommands.Add(new NpgsqlBatchCommand("BEGIN"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(WriteSession.AskNumber));
        foreach (BatchJob job in jobs)
        {
            foreach (BatchStatement statement in job.Statements)
            {
                batch.BatchCommands.Add(Commands.Of(statement.Sql, statement.Parameters));
            }
        }
        using (NpgsqlDataReader reader = batch.ExecuteReader())
        {
            reader.Read();
            number = reader.GetInt64(0);
            reader.NextResult();
            foreach (BatchJob job in jobs)
            {
                foreach (BatchStatement statement in job.Statements)
                {
                    if (statement.ReturnsRows)
                    {
                        statement.Read(reader, Mapping.Statement.Of(statement.Sql, statement.Parameters, Mapping.Dialect.Postgres));
                        reader.NextResult();
                    }
                }
            }
        }
        return Refused(batch, jobs);
    }

    private static List<BatchJob> Refused(NpgsqlBatch batch, BatchJob[] jobs)
    {
        List<BatchJob> refused = [];
        int command = 2;
        foreach (BatchJob job in jobs)
        {
            job.FailedStatement = -1;
            for (int i = 0; i < job.Statements.Count; i++, command++)
            {
                if (job.FailedStatement < 0 && !job.Statements[i].Accepts((int)batch.BatchCommands[command].RecordsAffected))
                {
                    job.FailedStatement = i;
                    refused.Add(job);
                }
            }
        }
        return refused;
    }

    /// <summary>False: undone, and to be written again.</summary>
    private bool Commit(NpgsqlConnection connection, long number)
    {
        try
        {
            Execute(connection, "COMMIT");
        }
        catch (Exception exception) when (PostgresConnector.IsLoss(exception, connection))
        {
            Disconnect();
            switch (CommitInquiry.Ask(Connector, number, _time))
            {
                case CommitFate.Undone:
                    return false;
                case CommitFate.Unknown:
                    throw new DatabaseUnavailableException(
                        "The connection to the database broke while it committed; whether it was written is not known.", exception, outcomeUnknown: true);
            }
        }
        _committed();
        return true;
    }

    private void TryRollback(NpgsqlConnection connection)
    {
        try
        {
            Execute(connection, "ROLLBACK");
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            Disconnect();
        }
    }

    private static void FailAll(BatchJob[] jobs, Exception exception)
    {
        foreach (BatchJob job in jobs)
        {
            job.Failed(exception);
        }
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }
}
