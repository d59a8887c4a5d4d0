using Dapper;
using Microsoft.Data.Sqlite;

namespace RealtimeServer.Services.Data;

/// <summary>
/// Brings a database to the schema this program knows. Each migration and the record of it are one transaction that holds the
/// write lock from its start: it is there as a whole or not at all, and two servers starting at once do not apply it twice.
/// </summary>
internal static class Migrator
{
    private const string CreateRecords = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number     INTEGER NOT NULL PRIMARY KEY,
            name       TEXT    NOT NULL,
            checksum   TEXT    NOT NULL,
            applied_at BIGINT  NOT NULL
        )
        """;

    private const string SelectRecords = "SELECT number AS Number, name AS Name, checksum AS Checksum FROM schema_migrations ORDER BY number";

    private const string InsertRecord = """
        INSERT INTO schema_migrations (number, name, checksum, applied_at)
        VALUES (@Number, @Name, @Checksum, @AppliedAt)
        """;

    /// <exception cref="DatabaseException">The database is newer than this program, or an applied migration has changed.</exception>
    public static void Apply(SqliteConnection connection, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        using (SqliteTransaction transaction = connection.BeginTransaction(deferred: false))
        {
            connection.Execute(CreateRecords, transaction: transaction);
            Check(Records(connection, transaction), migrations, connection.DataSource);
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
            connection.Execute(migration.Sql, transaction: transaction);
        }
        catch (SqliteException exception)
        {
            throw new DatabaseException($"Migration {migration} failed and was undone: {exception.Message}", exception);
        }
        connection.Execute(
            InsertRecord,
            new { migration.Number, migration.Name, migration.Checksum, AppliedAt = time.GetUtcNow().ToUnixTimeSeconds() },
            transaction);
        transaction.Commit();
    }

    private static void Check(List<Record> records, IReadOnlyList<Migration> migrations, string file)
    {
        foreach (Record record in records)
        {
            Migration? known = migrations.FirstOrDefault(m => m.Number == record.Number);
            if (known is null)
            {
                throw new DatabaseException(
                    $"The database {file} was written by a newer server: it has migration {record.Number:0000}_{record.Name}, and this one knows "
                    + $"{(migrations.Count == 0 ? "none" : $"them up to {migrations[^1]}")}. Start the newer server, or restore a backup from before it.");
            }
            if (known.Checksum != record.Checksum)
            {
                throw new DatabaseException(
                    $"The database {file} was made with another text of migration {known}. A migration that was applied must not change: "
                    + "restore the text, and put the change into a new migration.");
            }
        }
    }

    private static List<Record> Records(SqliteConnection connection, SqliteTransaction transaction) =>
        connection.Query<Record>(SelectRecords, transaction: transaction).AsList();

    private sealed record Record(long Number, string Name, string Checksum);
}
