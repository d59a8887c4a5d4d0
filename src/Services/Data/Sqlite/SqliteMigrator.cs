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
        Transact(connection, transaction =>
        {
            SqliteFile.Execute(connection, MigrationRecords.Create, transaction);
            MigrationRecords.Check(Records(connection, transaction), migrations, "The database " + connection.DataSource);
        });
        foreach (Migration migration in migrations)
        {
            Transact(connection, transaction => ApplyOne(connection, transaction, migration, time));
        }
    }

    private static void ApplyOne(SqliteConnection connection, SqliteTransaction transaction, Migration migration, TimeProvider time)
    {
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
    }

    private static void Transact(SqliteConnection connection, Action<SqliteTransaction> work)
    {
        SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
        try
        {
            work(transaction);
            transaction.Commit();
        }
        catch
        {
            // Some errors (disk full) have ended it already, and to end it again would hide them.
            if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            {
                transaction.Rollback();
            }
            throw;
        }
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
