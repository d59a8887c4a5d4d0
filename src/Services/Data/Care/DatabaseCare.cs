using Microsoft.Data.Sqlite;
using RealtimeServer.Services.Data.Postgres;
using RealtimeServer.Services.Data.Sqlite;

namespace RealtimeServer.Services.Data.Care;

/// <summary>A migration and when it was applied; null: not yet.</summary>
public sealed record MigrationState(string Migration, DateTimeOffset? AppliedAt);

/// <summary>Rows that refer to nothing: which, how many there are, and how they are removed.</summary>
public sealed record OrphanRule(string Name, SqlText Count, SqlText Delete);

/// <summary>What operators do with a database: look at its migrations, check it, back it up.</summary>
public static class DatabaseCare
{
    private static readonly SqlText CountRecordTables = new(
        "SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'",
        "SELECT count(*) FROM information_schema.tables WHERE table_name = 'schema_migrations' AND table_schema = current_schema()");

    private static readonly SqlText Columns = new(
        """
        SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
        ORDER BY 1
        """,
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = current_schema()");

    private static readonly SqlText Indexes = new(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1",
        "SELECT CAST(indexname AS TEXT) FROM pg_indexes WHERE schemaname = current_schema()");

    /// <summary>The migrations of the program and those only the database has, in order. Nothing is written.</summary>
    /// <exception cref="DatabaseException">The database cannot be reached.</exception>
    public static async Task<IReadOnlyList<MigrationState>> MigrationsAsync(
        DatabaseOptions options, IReadOnlyList<Migration> migrations, TimeProvider time)
    {
        IReadOnlyList<MigrationRecord> records = [];
        if (Exists(options))
        {
            using Database database = await Database.OpenAsync(options with { Migrate = false }, migrations, time).ConfigureAwait(false);
            try
            {
                records = await RecordsAsync(database).ConfigureAwait(false);
            }
            catch (SqliteException exception)
            {
                throw Unreadable(options, exception);
            }
        }
        Dictionary<int, MigrationRecord> byNumber = records.ToDictionary(r => r.Number);
        return
        [
            .. migrations.Select(m => (m.Number, Name: m.ToString()))
                .Concat(records.Where(r => migrations.All(m => m.Number != r.Number)).Select(r => (r.Number, Name: $"{r.Number:0000}_{r.Name} (of a newer server)")))
                .OrderBy(m => m.Number)
                .Select(m => new MigrationState(
                    m.Name, byNumber.TryGetValue(m.Number, out MigrationRecord? applied) ? DateTimeOffset.FromUnixTimeSeconds(applied.AppliedAt) : null)),
        ];
    }

    /// <summary>Looks for damage: unreadable data, references to nothing, a schema that is not what the migrations make. Returns what is wrong.</summary>
    /// <param name="options">Which database.</param>
    /// <param name="migrations">Those of the program.</param>
    /// <param name="orphans">Rules no constraint of the schema holds.</param>
    /// <param name="repair">Removes orphans. Other damage is not for a program to mend.</param>
    /// <param name="time">For the record.</param>
    /// <exception cref="DatabaseException">The database cannot be reached, or is newer than the program.</exception>
    public static async Task<IReadOnlyList<string>> CheckAsync(
        DatabaseOptions options, IReadOnlyList<Migration> migrations, IReadOnlyList<OrphanRule> orphans, bool repair, TimeProvider time)
    {
        if (!Exists(options))
        {
            throw new DatabaseException($"There is no database at {options.File}.");
        }
        List<string> wrong = [];
        using Database database = await Database.OpenAsync(options with { Migrate = false }, migrations, time).ConfigureAwait(false);
        IReadOnlyList<MigrationRecord> records;
        try
        {
            records = await RecordsAsync(database).ConfigureAwait(false);
        }
        catch (SqliteException exception) when (SqliteFile.IsOutOfReach(exception))
        {
            throw Unreadable(options, exception);
        }
        catch (SqliteException exception)
        {
            // Damage may lie in the schema itself, and then nothing more can be asked.
            return [$"the file is damaged: {exception.Message}"];
        }
        MigrationRecords.Check(records, migrations, "The database " + database.Description);
        wrong.AddRange(migrations.Where(m => records.All(r => r.Number != m.Number)).Select(m => $"migration {m} is not applied"));
        wrong.AddRange(options.Connection.Length == 0
            ? await SqliteCare.DamageAsync(database).ConfigureAwait(false)
            : await PostgresCare.DamageAsync(database).ConfigureAwait(false));
        if (wrong.Count > 0)
        {
            return wrong;
        }
        await CompareSchemaAsync(database, migrations, wrong, time).ConfigureAwait(false);
        foreach (OrphanRule rule in wrong.Count > 0 ? [] : orphans)
        {
            long count = await database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>(rule.Count), default).ConfigureAwait(false);
            if (count > 0 && repair)
            {
                count = await database.WriteAsync(s => s.ExecuteAsync(rule.Delete)).ConfigureAwait(false);
                wrong.Add($"{count} {rule.Name}: removed");
            }
            else if (count > 0)
            {
                wrong.Add($"{count} {rule.Name}");
            }
        }
        return wrong;
    }

    /// <summary>Copies the SQLite database of a running or stopped server, whole and checked, into a file that does not exist yet.</summary>
    /// <exception cref="DatabaseException">Why it could not.</exception>
    public static void BackUpSqlite(string file, string target) => SqliteCare.BackUp(file, target);

    /// <summary>The program and arguments that back a PostgreSQL up, and the environment that holds the password.</summary>
    public static (string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment) PostgresBackup(string connection, string target) =>
        PostgresCare.Backup(PostgresAddress.Read(connection), target);

    private static DatabaseException Unreadable(DatabaseOptions options, SqliteException exception) =>
        new($"The database {options.File} cannot be read: {SqliteFile.Explain(exception)}", exception);

    private static bool Exists(DatabaseOptions options) => options.Connection.Length > 0 || File.Exists(options.File);

    private static async Task<IReadOnlyList<MigrationRecord>> RecordsAsync(Database database)
    {
        long tables = await database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>(CountRecordTables), default).ConfigureAwait(false);
        return tables == 0
            ? []
            : await database.ReadAsync(s => s.QueryAsync<MigrationRecord>(MigrationRecords.Select), default).ConfigureAwait(false);
    }

    // What the schema should be is what the migrations make of an empty database in memory.
    private static async Task CompareSchemaAsync(Database database, IReadOnlyList<Migration> migrations, List<string> wrong, TimeProvider time)
    {
        using Database model = await Database.OpenAsync(new DatabaseOptions("", SqliteFile.Memory), migrations, time).ConfigureAwait(false);
        foreach ((string kind, SqlText names) in new[] { ("column", Columns), ("index", Indexes) })
        {
            IReadOnlyList<string> expected = await model.WriteAsync(s => s.QueryAsync<string>(names)).ConfigureAwait(false);
            IReadOnlyList<string> actual = await database.ReadAsync(s => s.QueryAsync<string>(names), default).ConfigureAwait(false);
            wrong.AddRange(expected.Except(actual, StringComparer.Ordinal).Select(name => $"{kind} {name} is missing"));
        }
    }
}
