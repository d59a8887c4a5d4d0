using System.Diagnostics;
using RealtimeServer.Server.Settings;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Server.Start;

public sealed class DatabaseCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_is_migrated_listed_and_checked_by_commands(bool postgres)
    {
        string database = postgres ? PostgresServer.Shared.CreateDatabase() : "";
        Assert.Contains("0001_accounts", await RunAsync(database, 0, "migrate", "status"), StringComparison.Ordinal);
        Assert.Contains("not applied", await RunAsync(database, 0, "migrate", "status"), StringComparison.Ordinal);
        Assert.Contains(postgres ? "COLLATE" : "id           TEXT   NOT NULL PRIMARY KEY", await RunAsync(database, 0, "migrate", "dry-run"), StringComparison.Ordinal);
        Assert.StartsWith("Applied 0001_accounts, 0002_storage", await RunAsync(database, 0, "migrate"), StringComparison.Ordinal);
        Assert.Equal("The database has every migration.", (await RunAsync(database, 0, "migrate")).Trim());
        Assert.Empty(await RunAsync(database, 0, "migrate", "dry-run"));
        Assert.DoesNotContain("not applied", await RunAsync(database, 0, "migrate", "status"), StringComparison.Ordinal);
        Assert.Equal("Nothing is wrong.", (await RunAsync(database, 0, "check")).Trim());
    }

    [Fact]
    public async Task What_is_wrong_is_told_and_is_the_exit_code()
    {
        string database = PostgresServer.Shared.CreateDatabase();
        await RunAsync(database, 0, "migrate");
        PostgresServer.Shared.Execute(database[(database.LastIndexOf('/') + 1)..], "DROP INDEX storage_public");
        Assert.Equal("index storage_public is missing", (await RunAsync(database, 3, "check")).Trim());
    }

    [Fact]
    public async Task A_sqlite_backup_taken_from_a_running_server_starts_another()
    {
        string copy = Path.Combine(_folder.Path, "copy");
        Directory.CreateDirectory(copy);
        await using (TestServer server = await TestServer.StartAsync("--data:dir=" + _folder.Path))
        {
            await server.SignInAsync("device-that-is-backed-up", "kept");
            Assert.Contains("bytes", await RunAsync("", 0, "backup", Path.Combine(copy, "server.db")), StringComparison.Ordinal);
        }
        await using TestServer restored = await TestServer.StartAsync("--data:dir=" + copy);
        Assert.NotEmpty(await restored.SignInAsync("device-that-is-backed-up", "another"));
        await Assert.ThrowsAnyAsync<Exception>(() => restored.SignInAsync("device-that-comes-later", "kept"));
    }

    [Fact]
    public async Task A_postgres_backup_is_restored_by_its_own_program()
    {
        string database = PostgresServer.Shared.CreateDatabase();
        await using (TestServer server = await TestServer.StartAsync("--database=" + database))
        {
            await server.SignInAsync("device-that-is-backed-up", "kept");
        }
        string dump = Path.Combine(_folder.Path, "game.dump");
        await RunAsync(database, 0, "backup", dump);
        string other = PostgresServer.Shared.CreateDatabase();
        using (Process restore = Process.Start("pg_restore", ["--no-owner", "--dbname=" + other, dump]))
        {
            await restore.WaitForExitAsync();
            Assert.Equal(0, restore.ExitCode);
        }
        await using TestServer restored = await TestServer.StartAsync("--database=" + other);
        await Assert.ThrowsAnyAsync<Exception>(() => restored.SignInAsync("device-that-comes-later", "kept"));
        Assert.Contains("exists already", (await Assert.ThrowsAsync<StartException>(() => RunAsync(database, 0, "backup", dump))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_to_a_folder_that_is_not_there_is_refused_by_its_name()
    {
        string database = PostgresServer.Shared.CreateDatabase();
        string nowhere = Path.Combine(_folder.Path, "nowhere");
        foreach (string place in new[] { "", database })
        {
            await RunAsync(place, 0, "migrate");
            StartException refusal = await Assert.ThrowsAsync<StartException>(() => RunAsync(place, 0, "backup", Path.Combine(nowhere, "copy")));
            Assert.Contains(nowhere, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_command_that_is_none_is_refused_with_those_there_are()
    {
        SettingException refusal = await Assert.ThrowsAsync<SettingException>(() => RunAsync("", 0, "migrate", "backwards"));
        Assert.Contains("migrate backwards", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("backup FILE", refusal.Message, StringComparison.Ordinal);
        Assert.False(DatabaseCommand.IsOne(["--demo", "false"]));
        Assert.True(DatabaseCommand.IsOne(["check", "--data:dir", "x"]));
    }

    private async Task<string> RunAsync(string database, int exitCode, params string[] command)
    {
        (string[] words, string[] arguments) = DatabaseCommand.Split([.. command, "--database=" + database, "--data:dir=" + _folder.Path]);
        StringWriter output = new();
        Assert.Equal(exitCode, await new DatabaseCommand(ServerSettings.From(ServerHost.ReadSettings(arguments)), output, TimeProvider.System).RunAsync(words));
        return output.ToString();
    }
}
