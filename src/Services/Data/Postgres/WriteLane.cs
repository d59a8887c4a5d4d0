using System.Security.Cryptography;
using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>Runs write jobs, each in a transaction of its own; the lanes run beside each other and PostgreSQL gathers their commits.</summary>
internal sealed class WriteLane : Lane
{
    private readonly WorkQueue<WriteJob> _queue;
    private readonly List<WriteJob> _taken = new(1);
    private readonly TimeProvider _time;
    private readonly Action _committed;

    public WriteLane(PostgresConnector connector, WorkQueue<WriteJob> queue, int number, TimeProvider time, Action committed)
        : base(connector, $"database writer {number}", PostgresEngine.LaneSettings)
    {
        _queue = queue;
        _time = time;
        _committed = committed;
    }

    /// <summary>How a try at a job ended.</summary>
    private enum Outcome
    {
        Done,
        MetAnother,
        MetTakenKey,
        StaleConnection,
    }

    protected override void Run()
    {
        while (_queue.Take(_taken, 1))
        {
            WriteJob job = _taken[0];
            _taken.Clear();
            try
            {
                RunJob(job);
            }
#pragma warning disable CA1031 // The owner of the job gets it; the lane lives on.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                job.Failed(Commands.Translate(exception));
            }
        }
    }

    private void RunJob(WriteJob job)
    {
        bool stale = false;
        bool takenKey = false;
        for (int tries = 1; ; tries++)
        {
            switch (Try(job, mayBeStale: !stale, mayMeet: tries < Limits.WriteTriesMax, mayMeetKey: !takenKey))
            {
                case Outcome.Done:
                    return;
                case Outcome.StaleConnection:
                    stale = true;
                    break;
                case Outcome.MetTakenKey:
                    takenKey = true;
                    break;
                default:
                    // Apart by chance, so that those who met do not meet again.
                    Thread.Sleep(RandomNumberGenerator.GetInt32(1 << Math.Min(tries, 5)));
                    break;
            }
        }
    }

    private Outcome Try(WriteJob job, bool mayBeStale, bool mayMeet, bool mayMeetKey)
    {
        NpgsqlConnection connection = Connection(out bool reused);
        WriteSession session = new(connection);
        try
        {
            job.Run(session);
            session.RequireUnbroken();
        }
        catch (Exception exception) when (PostgresConnector.IsLoss(exception, connection))
        {
            Disconnect();
            if (reused && mayBeStale)
            {
                return Outcome.StaleConnection;
            }
            throw new DatabaseUnavailableException("The connection to the database broke: " + exception.Message, exception);
        }
        catch (Exception exception)
        {
            Rollback(connection, session);
            Exception cause = exception is DatabaseException { InnerException: PostgresException inner } ? inner : exception;
            if (Commands.IsConflict(cause))
            {
                return mayMeet ? Outcome.MetAnother : throw new DatabaseBusyException("The write met others too often.", cause);
            }
            if (Commands.IsTakenKey(cause) && mayMeetKey)
            {
                return Outcome.MetTakenKey;
            }
            throw;
        }
        return Commit(job, connection, session, mayMeet);
    }

    private Outcome Commit(WriteJob job, NpgsqlConnection connection, WriteSession session, bool mayMeet)
    {
        if (session.HasBegun)
        {
            try
            {
                Execute(connection, "COMMIT");
                _committed();
            }
            catch (Exception exception) when (PostgresConnector.IsLoss(exception, connection))
            {
                Disconnect();
                switch (CommitInquiry.Ask(Connector, session.Number, _time))
                {
                    case CommitFate.Committed:
                        _committed();
                        break;
                    case CommitFate.Undone when mayMeet:
                        return Outcome.MetAnother;
                    case CommitFate.Undone:
                        throw new DatabaseUnavailableException("The connection to the database broke; nothing was written.", exception);
                    default:
                        throw new DatabaseUnavailableException(
                            "The connection to the database broke while it committed; whether it was written is not known.", exception, outcomeUnknown: true);
                }
            }
            catch (Exception exception) when (Commands.IsConflict(exception))
            {
                return mayMeet ? Outcome.MetAnother : throw new DatabaseBusyException("The write met others too often.", exception);
            }
        }
        job.Committed();
        return Outcome.Done;
    }

    private void Rollback(NpgsqlConnection connection, WriteSession session)
    {
        if (!session.HasBegun)
        {
            return;
        }
        try
        {
            Execute(connection, "ROLLBACK");
        }
        catch (Exception exception) when (exception is NpgsqlException or IOException or InvalidOperationException)
        {
            // The database undoes what its client does not commit.
            Disconnect();
        }
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }
}
