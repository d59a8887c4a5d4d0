using System.Data.Common;
using System.Globalization;

namespace RealtimeServer.Services.Data;

/// <summary>A migration as the database remembers it.</summary>
internal sealed record MigrationRecord(int Number, string Name, string Checksum, long AppliedAt);

/// <summary>The table in which a database keeps which migrations it has, and what is wrong with one.</summary>
internal static class MigrationRecords
{
    public const string Create = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number     INTEGER NOT NULL PRIMARY KEY,
            name       TEXT    NOT NULL,
            checksum   TEXT    NOT NULL,
            applied_at BIGINT  NOT NULL
        )
        """;

    public const string Select = "SELECT number, name, checksum, applied_at FROM schema_migrations ORDER BY number";

    /// <summary>Names and checksums come from our own file names and from a hash, so they need no parameters.</summary>
    public static string Insert(Migration migration, TimeProvider time) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        INSERT INTO schema_migrations (number, name, checksum, applied_at)
        VALUES ({migration.Number}, '{migration.Name}', '{migration.Checksum}', {time.GetUtcNow().ToUnixTimeSeconds()})
        """);

    public static List<MigrationRecord> Read(DbDataReader reader)
    {
        List<MigrationRecord> records = [];
        while (reader.Read())
        {
            records.Add(new MigrationRecord(reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3)));
        }
        return records;
    }

    /// <param name="database">Begins the sentence.</param>
    /// <exception cref="DatabaseException">The database is newer than this program, or an applied migration has changed.</exception>
    public static void Check(IReadOnlyList<MigrationRecord> records, IReadOnlyList<Migration> migrations, string database)
    {
        foreach (MigrationRecord record in records)
        {
            Migration? known = migrations.FirstOrDefault(m => m.Number == record.Number);
            if (known is null)
            {
                throw new DatabaseException(
                    $"{database} was written by a newer server: it has migration {record.Number:0000}_{record.Name}, and this one knows "
                    + $"{(migrations.Count == 0 ? "none" : $"them up to {migrations[^1]}")}. Start the newer server, or restore a backup from before it.");
            }
            if (known.Checksum != record.Checksum)
            {
                throw new DatabaseException(
                    $"{database} was made with another text of migration {known}. A migration that was applied must not change: "
                    + "restore the text, and put the change into a new migration.");
            }
        }
    }
}
