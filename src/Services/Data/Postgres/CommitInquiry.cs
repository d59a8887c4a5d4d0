using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

internal enum CommitFate
{
    Committed,
    Undone,
    Unknown,
}

/// <summary>Asks the database what became of a transaction whose connection broke in the commit.</summary>
internal static class CommitInquiry
{
    /// <summary>Waits for the database to come back, but not for ever.</summary>
    public static CommitFate Ask(PostgresConnector connector, long number, TimeProvider time)
    {
        long started = time.GetTimestamp();
        do
        {
            try
            {
                using NpgsqlConnection connection = connector.OpenNow("SELECT 1");
                using NpgsqlCommand command = new("SELECT txid_status($1)", connection);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = number });
                switch (command.ExecuteScalar())
                {
                    case "committed":
                        return CommitFate.Committed;
                    case "aborted":
                        return CommitFate.Undone;
                    case "in progress":
                        break;
                    default:
                        return CommitFate.Unknown;
                }
            }
            catch (PostgresException refused) when (!refused.SqlState.StartsWith("57P", StringComparison.Ordinal))
            {
                // Not a number this database ever gave: it is another one, or one that speaks the protocol but keeps no such record.
                return CommitFate.Unknown;
            }
            catch (Exception exception) when (exception is NpgsqlException or IOException or TimeoutException or System.ComponentModel.Win32Exception)
            {
                // Still away.
            }
            Thread.Sleep(Limits.ReconnectMillisecondsMin);
        }
        while (time.GetElapsedTime(started) < TimeSpan.FromSeconds(Limits.CommitInquirySecondsMax));
        return CommitFate.Unknown;
    }
}
