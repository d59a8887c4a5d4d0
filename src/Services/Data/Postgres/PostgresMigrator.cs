using Npgsql;

namespace RealtimeServer.Services.Data.Postgres;

/// <summary>
/// Brings a database to the schema this program knows. Each migration and the record of it are one transaction under a lock that
/// servers starting together take turns at: it is there as a whole or not at all, and never twice.
/// </summary>
internal static class PostgresMigrator
{
    // Any number that no other program is likely to lock in this database: the ASCII codes of "RTSCHEMA".
    private const string Lock = "SELECT pg_advisory_xact_lock(5932442889374616897)";

    /// <exception cref="DatabaseException">The database is newer than this program, or an applied migration has changed.</exception>
    public static void Apply(NpgsqlConnection connection, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        using (NpgsqlTransaction transaction = connection.BeginTransaction())
        {
            Execute(connection, Lock);
            Execute(connection, MigrationRecords.Create);
            MigrationRecords.Check(Records(connection), migrations, $"The database {connection.Database} on {connection.Host}");
            transaction.Commit();
        }
        foreach (Migration migration in migrations)
        {
            ApplyOne(connection, migration, time);
        }
    }

    private static void ApplyOne(NpgsqlConnection connection, Migration migration, TimeProvider time)
    {
        using NpgsqlTransaction transaction = connection.BeginTransaction();
        Execute(connection, Lock);
        if (Records(connection).Any(r => r.Number == migration.Number))
        {
            return;
        }
        try
        {
            Execute(connection, migration.SqlFor(Mapping.Dialect.Postgres));
        }
        catch (PostgresException exception)
        {
            throw new DatabaseException($"Migration {migration} failed and was undone: {exception.MessageText}", exception);
        }
        Execute(connection, MigrationRecords.Insert(migration, time));
        transaction.Commit();
    }

    private static List<MigrationRecord> Records(NpgsqlConnection connection)
    {
        using NpgsqlCommand select = new(MigrationRecords.Select, connection);
        using NpgsqlDataReader reader = select.ExecuteReader();
        return MigrationRecords.Read(reader);
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using NpgsqlCommand command = new(sql, connection);
        command.CommandTimeout = Limits.MigrationSecondsMax;
        command.ExecuteNonQuery();
    }
}
