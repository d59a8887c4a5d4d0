using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Server.Settings;
using RealtimeServer.Services;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Data.Care;

namespace RealtimeServer.Server.Start;

/// <summary>What the program does instead of serving when its first argument is a word: migrate, backup, check.</summary>
internal sealed class DatabaseCommand
{
    public const string Help = """
        Commands, before any setting:
          migrate             Applies the migrations the database lacks, as a start does.
          migrate status      Lists every migration, and when it was applied.
          migrate dry-run     Prints the SQL that migrate would run; changes nothing.
          backup FILE         Copies the database into a file, also while the server runs. PostgreSQL: runs pg_dump.
          check               Looks for damage, a wrong schema and rows that belong to nothing.
          check repair        The same, and removes such rows.
        """;

    private readonly ServerSettings _settings;
    private readonly TextWriter _out;
    private readonly TimeProvider _time;

    public DatabaseCommand(ServerSettings settings, TextWriter output, TimeProvider time)
    {
        _settings = settings;
        _out = output;
        _time = time;
    }

    private DatabaseOptions Options => new(_settings.Database, Composition.DatabaseFile(_settings));

    /// <summary>Whether the arguments begin with a word.</summary>
    public static bool IsOne(string[] args) => args.Length > 0 && args[0].Length > 0 && args[0][0] != '-';

    /// <summary>The words at the begin, and the settings behind them.</summary>
    public static (string[] Words, string[] Settings) Split(string[] args)
    {
        int words = args.TakeWhile(a => a.Length > 0 && a[0] != '-').Count();
        return (args[..words], args[words..]);
    }

    /// <summary>Runs a command.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="SettingException">There is no such command.</exception>
    /// <exception cref="StartException">It failed; the text says why.</exception>
    public async Task<int> RunAsync(string[] words)
    {
        try
        {
            switch (words)
            {
                case ["migrate"]:
                    return await MigrateAsync().ConfigureAwait(false);
                case ["migrate", "status"]:
                    return await ListMigrationsAsync().ConfigureAwait(false);
                case ["migrate", "dry-run"]:
                    return await PrintPendingAsync().ConfigureAwait(false);
                case ["backup", string file]:
                    return await BackUpAsync(Path.GetFullPath(file)).ConfigureAwait(false);
                case ["check"]:
                    return await CheckAsync(repair: false).ConfigureAwait(false);
                case ["check", "repair"]:
                    return await CheckAsync(repair: true).ConfigureAwait(false);
                default:
                    throw new SettingException($"There is no command \"{string.Join(' ', words)}\".{Environment.NewLine}{Help}");
            }
        }
        catch (DatabaseException exception)
        {
            throw new StartException(exception.Message, exception);
        }
    }

    private async Task<int> MigrateAsync()
    {
        IReadOnlyList<MigrationState> before = await DatabaseCare.MigrationsAsync(Options, Catalogue.Migrations, _time).ConfigureAwait(false);
        Database database = await Database.OpenAsync(Options, Catalogue.Migrations, _time).ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
        string[] applied = [.. before.Where(m => m.AppliedAt is null).Select(m => m.Migration)];
        _out.WriteLine(applied.Length == 0 ? "The database has every migration." : "Applied " + string.Join(", ", applied) + ".");
        return ServerProgram.Stopped;
    }

    private async Task<int> ListMigrationsAsync()
    {
        foreach (MigrationState state in await DatabaseCare.MigrationsAsync(Options, Catalogue.Migrations, _time).ConfigureAwait(false))
        {
            _out.WriteLine($"{state.Migration,-32} {state.AppliedAt?.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture) ?? "not applied"}");
        }
        return ServerProgram.Stopped;
    }

    private async Task<int> PrintPendingAsync()
    {
        IReadOnlyList<MigrationState> states = await DatabaseCare.MigrationsAsync(Options, Catalogue.Migrations, _time).ConfigureAwait(false);
        foreach (Migration migration in Catalogue.Migrations.Where(m => states.Any(s => s.AppliedAt is null && s.Migration == m.ToString())))
        {
            _out.WriteLine($"-- {migration}");
            _out.WriteLine(migration.SqlFor(_settings.Database.Length > 0));
        }
        return ServerProgram.Stopped;
    }

    private async Task<int> BackUpAsync(string file)
    {
        if (!Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new DatabaseException($"There is no folder {Path.GetDirectoryName(file)} to put the backup in.");
        }
        if (_settings.Database.Length == 0)
        {
            DatabaseCare.BackUpSqlite(Options.File, file);
        }
        else
        {
            await DumpAsync(file).ConfigureAwait(false);
        }
        _out.WriteLine($"{file}: {new FileInfo(file).Length} bytes");
        return ServerProgram.Stopped;
    }

    private async Task DumpAsync(string file)
    {
        if (Path.Exists(file))
        {
            throw new DatabaseException($"{file} exists already; a backup overwrites nothing.");
        }
        (string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) = DatabaseCare.PostgresBackup(_settings.Database, file);
        ProcessStartInfo start = new(program, arguments) { RedirectStandardError = true };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        try
        {
            using Process process = Process.Start(start)!;
            string errors = await process.StandardError.ReadToEndAsync().ConfigureAwait(false);
            await process.WaitForExitAsync().ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                // What is not whole is no backup; it was not there before.
                File.Delete(file);
                throw new DatabaseException($"pg_dump failed: {errors.Trim()}");
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new DatabaseException(
                "pg_dump, PostgreSQL's own program for backups, is not on the path: install the client programs of your PostgreSQL's version.", exception);
        }
    }

    private async Task<int> CheckAsync(bool repair)
    {
        IReadOnlyList<string> wrong = await DatabaseCare.CheckAsync(Options, Catalogue.Migrations, Catalogue.Orphans, repair, _time).ConfigureAwait(false);
        foreach (string one in wrong)
        {
            _out.WriteLine(one);
        }
        if (wrong.Count == 0)
        {
            _out.WriteLine("Nothing is wrong.");
        }
        return wrong.All(w => w.EndsWith(": removed", StringComparison.Ordinal)) ? ServerProgram.Stopped : ServerProgram.FoundDamage;
    }
}
