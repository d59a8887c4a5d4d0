using System.Globalization;

namespace RealtimeServer.Services.Data;

public sealed class SqliteMigrationTests() : MigrationTests(Engine.Sqlite)
{
    [Fact]
    public void A_file_that_is_no_database_is_refused_with_its_name()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Place.Options.File)!);
        File.WriteAllText(Place.Options.File, string.Concat(Enumerable.Repeat("this is a letter to grandmother. ", 100)));
        DatabaseException exception = Assert.Throws<DatabaseException>(() => Open(First));
        Assert.Contains("server.db", exception.Message);
    }
}

public sealed class PostgresMigrationTests() : MigrationTests(Engine.Postgres)
{
    [Theory]
    [InlineData("postgres://tests@127.0.0.1:{port}/nowhere", "nowhere")]
    [InlineData("Port=5432", "host")]
    [InlineData("mysql://tests@127.0.0.1/x", "postgres://")]
    [InlineData("postgres://tests:secret@127.0.0.1/x?colour=red", "colour")]
    [InlineData("Hots=127.0.0.1", "hots")]
    public async Task An_address_that_leads_nowhere_is_refused_in_words(string address, string named)
    {
        string connection = address.Replace("{port}", PostgresServer.Shared.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        DatabaseException exception = await Assert.ThrowsAsync<DatabaseException>(() => Database.OpenAsync(new DatabaseOptions(connection, ""), [], TimeProvider.System));
        Assert.Contains(named, exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret", exception.Message, StringComparison.Ordinal);
    }
}

public abstract class MigrationTests : IDisposable
{
    private protected static readonly Migration First = Migration.Of(1, "first", "CREATE TABLE a (id TEXT NOT NULL PRIMARY KEY); INSERT INTO a VALUES ('1')");
    private static readonly Migration Second = Migration.Of(2, "second", "INSERT INTO a VALUES ('2')");

    protected MigrationTests(Engine engine) => Place = new TestDatabase(engine);

    private protected TestDatabase Place { get; }

    public void Dispose()
    {
        Place.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_fresh_database_gets_every_migration_and_a_second_start_none()
    {
        using (Database database = Open(First, Second))
        {
            Assert.Equal(["1", "2"], await RowsAsync(database));
        }
        using (Database database = Open(First, Second))
        {
            Assert.Equal(["1", "2"], await RowsAsync(database));
        }
    }

    [Fact]
    public async Task An_older_database_gets_what_it_lacks()
    {
        Open(First).Dispose();
        using Database database = Open(First, Second);
        Assert.Equal(["1", "2"], await RowsAsync(database));
    }

    [Fact]
    public void A_newer_database_is_refused_with_what_to_do()
    {
        Open(First, Second).Dispose();
        DatabaseException exception = Assert.Throws<DatabaseException>(() => Open(First));
        Assert.Contains("newer server", exception.Message);
        Assert.Contains("0002_second", exception.Message);
        Assert.Contains("0001_first", exception.Message);
    }

    [Fact]
    public void A_changed_migration_is_refused()
    {
        Open(First).Dispose();
        DatabaseException exception = Assert.Throws<DatabaseException>(() => Open(First with { Checksum = "other" }));
        Assert.Contains("0001_first", exception.Message);
    }

    [Fact]
    public async Task A_migration_that_fails_halfway_leaves_nothing_behind()
    {
        Migration broken = Migration.Of(2, "broken", "INSERT INTO a VALUES ('2'); CREATE TABLE b (id TEXT); INSERT INTO nowhere VALUES ('3')");
        DatabaseException exception = Assert.Throws<DatabaseException>(() => Open(First, broken));
        Assert.Contains("0002_broken", exception.Message);
        using Database database = Open(First);
        Assert.Equal(["1"], await RowsAsync(database));
        await Assert.ThrowsAnyAsync<Exception>(async () => await database.ReadAsync(s => s.QueryAsync<string>("SELECT id FROM b"), CancellationToken.None));
    }

    [Fact]
    public async Task Servers_that_start_together_apply_each_migration_once()
    {
        Migration[] migrations =
        [
            First,
            .. Enumerable.Range(2, 20).Select(n => Migration.Of(n, "step", $"INSERT INTO a VALUES ('{n.ToString(CultureInfo.InvariantCulture)}')")),
        ];
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Open(migrations).Dispose())));
        using Database database = Open(migrations);
        Assert.Equal(21, (await RowsAsync(database)).Count);
    }

    [Fact]
    public void Line_ends_do_not_make_another_migration() =>
        Assert.Equal(Migration.Of(1, "a", "x\ny").Checksum, Migration.Of(1, "a", "x\r\ny").Checksum);

    [Fact]
    public void Migrations_of_the_features_are_embedded_in_order_and_apply()
    {
        Assert.Equal("0001_accounts", Catalogue.Migrations[0].ToString());
        Open([.. Catalogue.Migrations]).Dispose();
    }

    [Fact]
    public void The_schema_uses_only_words_both_databases_know()
    {
        foreach (Migration migration in Catalogue.Migrations)
        {
            foreach (string word in new[] { "AUTOINCREMENT", "WITHOUT ROWID", "BLOB", "BYTEA", "DATETIME", "STRICT", "PRAGMA", "REPLACE INTO", "COLLATE" })
            {
                Assert.DoesNotContain(word, migration.Sql, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    private protected Database Open(params Migration[] migrations) => Place.Open(migrations);

    private static async Task<IReadOnlyList<string>> RowsAsync(Database database) =>
        await database.ReadAsync(s => s.QueryAsync<string>("SELECT id FROM a ORDER BY id"), CancellationToken.None);
}
