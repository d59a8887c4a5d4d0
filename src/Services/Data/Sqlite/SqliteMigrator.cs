using Microsoft.Data.Sqlite;

namespace RealtimeServer.Services.Data.Sqlite;

/// <summary>
/// Brings a file to the schema this program knows. Each migration and the record of it are one transaction that holds the
/// write lock from its start: it is there as a whole or not at all, and two servers starting at once do not apply it twice.
/// </summary>
internal static class SqliteMigrator
{
    /// <exception cref="DatabaseException">The database is newer than this program, or an applied migration has changed.</exception>
    public static void Apply(SqliteConnection connection, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        using (SqliteTransaction transaction = connection.BeginTransaction(deferred: false))
        {
            SqliteFile.Execute(connection, MigrationRecords.Create, transaction);
            MigrationRecords.Check(Records(connection, transaction), migrations, "The database " + connection.DataSource);
            transaction.Commit();
        }
        foreach (Migration migration in migrations)
        {
            ApplyOne(connection, migration, time);
        }
    }

    private static void ApplyOne(SqliteConnection connection, Migration migration, TimeProvider time)
    {
        using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        if (Records(connection, transaction).Any(r => r.Number == migration.Number))
        {
            return;
        }
        try
        {
            SqliteFile.Execute(connection, migration.SqlFor(Mapping.Dialect.Sqlite), transaction);
        }
        catch (SqliteException exception)
        {
            throw new DatabaseException($"Migration {migration} failed and was undone: {exception.Message}", exception);
        }
        using SqliteCommand insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = MigrationRecords.Insert(migration, time);
        insert.ExecuteNonQuery();
        transaction.Commit();
    }

    private static List<MigrationRecord> Records(SqliteConnection connection, SqliteTransaction transaction)
    {
        using SqliteCommand select = connection.CreateCommand();
        select.Transaction = transaction;
        select.CommandText = MigrationRecords.Select;
        using SqliteDataReader reader = select.ExecuteReader();
        return MigrationRecords.Read(reader);
    }
}
