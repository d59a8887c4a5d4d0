using System.Globalization;

namespace RealtimeServer.Services.Data;

/// <summary>Reads that may share a statement: each is answered as it would be alone, on both databases.</summary>
public sealed class SharedReadTests
{
    private const int Rows = 50;

    private static readonly Migration Schema = Migration.Of(1, "rows", """
        CREATE TABLE items (owner BIGINT NOT NULL, name TEXT NOT NULL, key UUID, PRIMARY KEY (owner, name))
        """);

    private static readonly SqlText One = SqlText.Shared("SELECT name, owner, key FROM items WHERE owner = @Owner AND name = @Name");
    private static readonly SqlText Several = SqlText.Shared("SELECT name FROM items WHERE owner = @Owner ORDER BY name DESC LIMIT @Max");
    private static readonly SqlText Divided = SqlText.Shared("SELECT 100 / CAST(@By AS BIGINT) AS quotient, json_extract('{}', @Path) AS part");
    private static readonly SqlText ByKey = SqlText.Shared("SELECT owner FROM items WHERE key = @Key");

    public static TheoryData<Engine> Engines => new(Engine.Sqlite, Engine.Postgres);

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Each_is_answered_as_it_would_be_alone(Engine engine)
    {
        using TestDatabase place = new(engine);
        using Database database = place.Open([Schema]);
        await FillAsync(database);
        // All at once, of four kinds, some more than once, of rows that are there and that are not.
        (long Owner, string Name)[] asked = [.. Enumerable.Range(0, 400).Select(i => ((long)(i % (Rows + 7)), "n" + (i % 9).ToString(CultureInfo.InvariantCulture)))];
        Task<Item?>[] items = [.. asked.Select(a => ReadAsync(database, s => s.QuerySingleOrDefaultAsync<Item>(One, new { a.Owner, a.Name })))];
        Task<IReadOnlyList<string>>[] lists = [.. asked.Select((a, i) => ReadAsync(database, s => s.QueryAsync<string>(Several, new { a.Owner, Max = (long)(i % 4) })))];
        Task<long?>[] owners = [.. asked.Select(a => ReadAsync(database, s => s.QuerySingleOrDefaultAsync<long?>(ByKey, new { Key = KeyOf(a.Owner, a.Name) })))];
        Task<long>[] nulls = [.. asked.Select(a => ReadAsync(database, s => s.QuerySingleOrDefaultAsync<long>(ByKey, new { Key = (Guid?)null })))];
        for (int i = 0; i < asked.Length; i++)
        {
            (long owner, string name) = asked[i];
            string[] names = NamesOf(owner);
            Item? expected = names.Contains(name) ? new Item(name, owner, KeyOf(owner, name)) : null;
            Assert.Equal(expected, await items[i]);
            Assert.Equal(names.OrderDescending(StringComparer.Ordinal).Take(i % 4), await lists[i]);
            Assert.Equal(expected?.Owner, await owners[i]);
            Assert.Equal(0, await nulls[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task One_that_fails_fails_alone(Engine engine)
    {
        using TestDatabase place = new(engine);
        using Database database = place.Open([Schema]);
        SqlText divided = engine == Engine.Sqlite ? Divided : SqlText.Shared("SELECT 100 / @By AS quotient");
        Task<long>[] reads = [.. Enumerable.Range(0, 300).Select(i => ReadAsync(
            database, s => engine == Engine.Sqlite
                // SQLite divides by zero without complaint; a path that is none it does not take.
                ? s.QuerySingleOrDefaultAsync<long>(divided, new { By = (long)Math.Max(1, i % 20), Path = i % 20 == 0 ? "none" : "$.a" })
                : s.QuerySingleOrDefaultAsync<long>(divided, new { By = (long)(i % 20) })))];
        for (int i = 0; i < reads.Length; i++)
        {
            if (i % 20 == 0)
            {
                await Assert.ThrowsAnyAsync<Exception>(() => reads[i]);
            }
            else
            {
                Assert.Equal(100 / (i % 20), await reads[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_text_no_column_can_hold_fails_its_caller_only(Engine engine)
    {
        using TestDatabase place = new(engine);
        using Database database = place.Open([Schema]);
        await FillAsync(database);
        Task<Item?>[] reads = [.. Enumerable.Range(0, 100).Select(i => ReadAsync(
            database, s => s.QuerySingleOrDefaultAsync<Item>(One, new { Owner = 2L, Name = i % 10 == 3 ? "n\0" : "n1" })))];
        for (int i = 0; i < reads.Length; i++)
        {
            if (i % 10 == 3)
            {
                await Assert.ThrowsAsync<DatabaseTextException>(() => reads[i]);
            }
            else
            {
                Assert.Equal("n1", (await reads[i])?.Name);
            }
        }
    }

    /// <summary>What a caller was told is written is there at its next read, however many read and write beside it.</summary>
    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_read_sees_what_its_caller_wrote_before(Engine engine)
    {
        using TestDatabase place = new(engine);
        using Database database = place.Open([Schema]);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(writer => Task.Run(async () =>
        {
            for (int round = 0; round < 20; round++)
            {
                string name = "n" + round.ToString(CultureInfo.InvariantCulture);
                SqlBatch batch = new();
                batch.Execute("INSERT INTO items (owner, name) VALUES (@Owner, @Name)", new { Owner = (long)writer, Name = name }, 1);
                Assert.True((await database.WriteAsync(batch)).Written);
                Assert.Equal(name, (await ReadAsync(database, s => s.QuerySingleOrDefaultAsync<Item>(One, new { Owner = (long)writer, Name = name })))?.Name);
                Assert.Equal(round + 1, (await ReadAsync(database, s => s.QueryAsync<string>(Several, new { Owner = (long)writer, Max = 100L }))).Count);
            }
        })));
    }

    /// <summary>The tests above would pass without it: reads that wait together do share a statement.</summary>
    [Fact]
    public async Task Reads_that_wait_together_share_a_statement_of_PostgreSQL()
    {
        using TestDatabase place = new(Engine.Postgres);
        using Database database = place.Open([Schema]);
        for (int round = 0; ; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(i => ReadAsync(
                database, s => s.QuerySingleOrDefaultAsync<Item>(One, new { Owner = (long)i, Name = "n" }))));
            long[] shared = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => ReadAsync(database, s => s.QuerySingleOrDefaultAsync<long>(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM items%WITH ORDINALITY%' OR statement LIKE '%WITH ORDINALITY%FROM items%'"))));
            if (shared.Any(n => n > 0))
            {
                break;
            }
            Assert.True(round < 100, "no two hundred reads at once shared a statement");
        }
    }

    private static async Task<T> ReadAsync<T>(Database database, Func<SqlSession, ValueTask<T>> work) => await database.ReadAsync(work, CancellationToken.None);

    // Owner 0 has nothing, the next one item more than the one before, up to seven.
    private static string[] NamesOf(long owner) =>
        owner >= Rows ? [] : [.. Enumerable.Range(0, (int)(owner % 8)).Select(i => "n" + i.ToString(CultureInfo.InvariantCulture))];

    private static Guid KeyOf(long owner, string name) => new((int)owner, (short)name[1], 0, 1, 2, 3, 4, 5, 6, 7, 8);

    private static async Task FillAsync(Database database)
    {
        for (long owner = 0; owner < Rows; owner++)
        {
            SqlBatch batch = new();
            foreach (string name in NamesOf(owner))
            {
                batch.Execute("INSERT INTO items (owner, name, key) VALUES (@Owner, @Name, @Key)", new { Owner = owner, Name = name, Key = KeyOf(owner, name) }, 1);
            }
            await database.WriteAsync(batch);
        }
    }

    private sealed record Item(string Name, long Owner, Guid? Key);
}
