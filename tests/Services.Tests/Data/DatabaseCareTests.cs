using RealtimeServer.Services.Data.Care;

namespace RealtimeServer.Services.Data;

public sealed class SqliteDatabaseCareTests() : DatabaseCareTests(Engine.Sqlite)
{
    [Fact]
    public async Task A_backup_of_a_running_database_is_whole_and_overwrites_nothing()
    {
        using Database database = Place.Open(Catalogue.Migrations);
        await WriteObjectAsync(database, Guid.Empty);
        string backup = Place.Folder.File("backup.db");
        DatabaseCare.BackUpSqlite(Place.Options.File, backup);
        await WriteObjectAsync(database, Guid.NewGuid());
        Assert.Throws<DatabaseException>(() => DatabaseCare.BackUpSqlite(Place.Options.File, backup));
        using Database copy = await Database.OpenAsync(new DatabaseOptions("", backup), Catalogue.Migrations, new VirtualTime());
        Assert.Equal(1, await copy.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>("SELECT count(*) FROM storage"), default));
        Assert.False(File.Exists(backup + ".partial"));
    }

    [Fact]
    public void What_is_not_there_cannot_be_backed_up() =>
        Assert.Throws<DatabaseException>(() => DatabaseCare.BackUpSqlite(Place.Folder.File("none.db"), Place.Folder.File("backup.db")));

    [Fact]
    public async Task Damaged_pages_are_found()
    {
        using (Database database = Place.Open(Catalogue.Migrations))
        {
            for (int i = 0; i < 200; i++)
            {
                await WriteObjectAsync(database, Guid.NewGuid());
            }
        }
        byte[] file = await File.ReadAllBytesAsync(Place.Options.File);
        for (int page = 8; page < (file.Length / 4096) - 1; page++)
        {
            file.AsSpan((page * 4096) + 100, 1000).Fill(0xA5);
        }
        await File.WriteAllBytesAsync(Place.Options.File, file);
        Assert.NotEmpty(await CheckAsync());
    }

    /// <summary>Some damage SQLite reports as a row of its check, other ends the check itself.</summary>
    [Fact]
    public async Task Noise_in_any_one_page_is_told_as_damage()
    {
        using (Database database = Place.Open(Catalogue.Migrations))
        {
            await WriteObjectAsync(database, Guid.NewGuid());
        }
        byte[] whole = await File.ReadAllBytesAsync(Place.Options.File);
        for (int page = 0; page < whole.Length / 4096; page++)
        {
            byte[] noise = new byte[3000];
            new Random(page).NextBytes(noise);
            byte[] file = [.. whole];
            noise.CopyTo(file, (page * 4096) + 100);
            await File.WriteAllBytesAsync(Place.Options.File, file);
            Assert.NotEmpty(await CheckAsync());
        }
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_told_as_such_by_every_command()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place.Options.File)!);
        await File.WriteAllBytesAsync(Place.Options.File, [.. Enumerable.Range(0, 20_000).Select(i => (byte)(i * 7))]);
        Assert.Contains("not a database", Assert.Single(await CheckAsync()), StringComparison.Ordinal);
        string backup = Place.Folder.File("backup.db");
        foreach (Func<Task> command in new Func<Task>[]
        {
            () => DatabaseCare.MigrationsAsync(Place.Options, Catalogue.Migrations, new VirtualTime()),
            () => Place.OpenAsync(Catalogue.Migrations),
            () => Task.Run(() => DatabaseCare.BackUpSqlite(Place.Options.File, backup)),
        })
        {
            DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(command);
            Assert.Contains("not a database", exception.Message, StringComparison.Ordinal);
        }
        Assert.False(Path.Exists(backup) || Path.Exists(backup + ".partial"));
    }

    /// <summary>As a full disk does; what is told then is what went wrong, not that the transaction is gone.</summary>
    [Fact]
    public async Task An_error_that_ends_the_transaction_is_the_one_that_is_told()
    {
        Migration ending = Migration.Of(1, "ending", "CREATE TABLE a (id BIGINT NOT NULL PRIMARY KEY); ROLLBACK; SELECT id FROM nowhere");
        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(() => Place.OpenAsync([ending]));
        Assert.Contains("nowhere", exception.Message, StringComparison.Ordinal);
    }
}

public sealed class PostgresDatabaseCareTests() : DatabaseCareTests(Engine.Postgres)
{
    [Fact]
    public void A_backup_is_pg_dumps_and_the_password_is_not_among_its_arguments()
    {
        (string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment) =
            DatabaseCare.PostgresBackup("postgres://me:se%40cret@db.example:5433/game?sslmode=verify-full", "to.dump");
        Assert.Equal("pg_dump", program);
        Assert.Equal(
            ["--format=custom", "--no-owner", "--file=to.dump", "--host=db.example", "--port=5433", "--dbname=game", "--username=me"], arguments);
        Assert.Equal("se@cret", environment["PGPASSWORD"]);
        Assert.Equal("verify-full", environment["PGSSLMODE"]);
    }
}

public abstract class DatabaseCareTests : IDisposable
{
    protected DatabaseCareTests(Engine engine) => Place = new TestDatabase(engine);

    private protected TestDatabase Place { get; }

    public void Dispose()
    {
        Place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Migrations_are_listed_with_when_they_were_applied_and_listing_applies_none()
    {
        Assert.All(await ListAsync(), m => Assert.Null(m.AppliedAt));
        Assert.All(await ListAsync(), m => Assert.Null(m.AppliedAt));
        Place.Open([.. Catalogue.Migrations.Take(1)]).Dispose();
        IReadOnlyList<MigrationState> after = await ListAsync();
        Assert.Equal("0001_accounts", after[0].Migration);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 21, 29, 27, TimeSpan.Zero), after[0].AppliedAt);
        Assert.Null(after[1].AppliedAt);
        Place.Open([.. Catalogue.Migrations, Migration.Of(9000, "newer", "CREATE TABLE newer (id BIGINT)")]).Dispose();
        Assert.StartsWith("9000_newer (of a newer server)", (await ListAsync())[^1].Migration);
    }

    [Fact]
    public async Task A_sound_database_is_found_sound()
    {
        using Database database = Place.Open(Catalogue.Migrations);
        await WriteObjectAsync(database, Guid.Empty);
        Assert.Empty(await CheckAsync());
    }

    [Fact]
    public async Task What_migrations_lack_is_found()
    {
        Place.Open([.. Catalogue.Migrations.Take(1)]).Dispose();
        Assert.Contains("migration 0002_storage is not applied", await CheckAsync());
    }

    [Fact]
    public async Task A_missing_index_and_column_are_found()
    {
        using Database database = Place.Open(Catalogue.Migrations);
        await database.WriteAsync(s => s.ExecuteAsync("DROP INDEX storage_public"));
        await database.WriteAsync(s => s.ExecuteAsync("ALTER TABLE users RENAME COLUMN wallet TO purse"));
        Assert.Equal(["column users.wallet is missing", "index storage_public is missing"], await CheckAsync());
    }

    [Fact]
    public async Task Rows_that_belong_to_nobody_are_found_and_removed_when_asked()
    {
        using Database database = Place.Open(Catalogue.Migrations);
        await WriteObjectAsync(database, Guid.Empty);
        await WriteObjectAsync(database, Guid.NewGuid());
        await WriteObjectAsync(database, Guid.NewGuid());
        Assert.Equal(["2 stored objects of users who do not exist"], await CheckAsync());
        Assert.Equal(["2 stored objects of users who do not exist: removed"], await CheckAsync(repair: true));
        Assert.Empty(await CheckAsync());
        Assert.Equal(1, await database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>("SELECT count(*) FROM storage"), default));
    }

    private protected static Task<int> WriteObjectAsync(Database database, Guid user) => database.WriteAsync(s => s.ExecuteAsync(
        """
        INSERT INTO storage (user_id, collection, key, value, version, permission_read, permission_write, create_time, update_time)
        VALUES (@user, 'c', 'k', @value, '', 1, 1, 0, 0)
        """,
        new { user, value = "{\"text\":\"" + new string('x', 500) + "\"}" }));

    private protected Task<IReadOnlyList<string>> CheckAsync(bool repair = false) =>
        DatabaseCare.CheckAsync(Place.Options, Catalogue.Migrations, Catalogue.Orphans, repair, new VirtualTime());

    private Task<IReadOnlyList<MigrationState>> ListAsync() => DatabaseCare.MigrationsAsync(Place.Options, Catalogue.Migrations, new VirtualTime());
}
