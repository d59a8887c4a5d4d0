using System.Text;
using RealtimeServer.Foundation;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Search;

namespace RealtimeServer.Services.Storage;

public sealed class SqliteStorageIndexTests() : StorageIndexTests(Engine.Sqlite);

public sealed class PostgresStorageIndexTests() : StorageIndexTests(Engine.Postgres);

public abstract class StorageIndexTests : IAsyncLifetime
{
    private static readonly StorageIndexDefinition[] Definitions =
    [
        new("players", "profiles", ["level", "clan", "stats"]),
        new("recent", "profiles", ["level"], EntriesMax: 5),
        new("main", "profiles", ["level"], Key: "main"),
    ];

    private readonly TestServices _services;
    private readonly Guid _alice = Guid.NewGuid();
    private readonly Guid _bob = Guid.NewGuid();

    protected StorageIndexTests(Engine engine) => _services = new TestServices(engine, Definitions);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task What_was_written_is_found_at_once_and_what_was_deleted_no_more()
    {
        await WriteAsync(_alice, "main", """{"level":7,"clan":"owls","stats":{"wins":3},"secret":"x"}""");
        Assert.Equal(["main"], await FoundAsync("+value.level:>=7 +value.clan:owls +value.stats.wins:3"));
        Assert.Empty(await FoundAsync("+value.secret:x"));
        await WriteAsync(_alice, "main", """{"level":8,"clan":"foxes"}""");
        Assert.Empty(await FoundAsync("+value.clan:owls"));
        Assert.Equal(["main"], await FoundAsync("+value.clan:foxes"));
        Assert.True(await _services.Catalogue.Storage.DeleteAsync([new StorageDelete(new StorageId("profiles", "main", _alice))], _alice));
        Assert.Empty(await FoundAsync(""));
        Assert.Equal(0, _services.Catalogue.Indexes.CountOf("players"));
    }

    [Fact]
    public async Task Others_see_public_objects_only()
    {
        await WriteAsync(_alice, "public", """{"level":1}""", StorageRead.Everybody);
        await WriteAsync(_alice, "own", """{"level":1}""");
        await WriteAsync(_alice, "server", """{"level":1}""", StorageRead.Server);
        Assert.Equal(["public"], await FoundAsync("+value.level:1", caller: _bob, order: ["key"]));
        Assert.Equal(["own", "public"], await FoundAsync("+value.level:1", caller: _alice, order: ["key"]));
        Assert.Equal(["own", "public", "server"], await FoundAsync("+value.level:1", order: ["key"]));
    }

    [Fact]
    public async Task Results_come_in_order_and_pages()
    {
        for (int i = 0; i < 25; i++)
        {
            await WriteAsync(_alice, $"k{i:00}", $$"""{"level":{{i * 7 % 25}}}""");
        }
        List<string> keys = [];
        string? cursor = null;
        do
        {
            StorageSearchPage page = await SearchAsync("players", "value.level:>=5", ["-value.level"], null, 6, cursor);
            keys.AddRange(page.Objects.Select(o => o.Key));
            cursor = page.Cursor;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(0, 25).Where(i => i * 7 % 25 >= 5).OrderByDescending(i => i * 7 % 25).Select(i => $"k{i:00}"), keys);
    }

    [Fact]
    public async Task An_index_holds_so_many_objects_the_latest()
    {
        for (int i = 0; i < 12; i++)
        {
            _services.Time.Advance(TimeSpan.FromSeconds(1));
            await WriteAsync(_alice, $"k{i:00}", """{"level":1}""");
        }
        Assert.Equal(["k07", "k08", "k09", "k10", "k11"], await FoundAsync("", index: "recent", order: ["key"]));
        Assert.Empty(await FoundAsync("", index: "main"));
        Assert.Equal(12, _services.Catalogue.Indexes.CountOf("players"));
    }

    [Fact]
    public async Task An_index_is_built_from_what_the_database_holds()
    {
        for (int i = 0; i < Limits.StorageIndexPage / 500; i++)
        {
            StorageWrite[] writes = [.. Enumerable.Range(0, 600).Select(k => new StorageWrite(new StorageId("profiles", $"{i}-{k}", Guid.NewGuid()), $$"""{"level":{{k}}}"""))];
            await _services.Catalogue.Storage.WriteAsync(writes, null);
        }
        using StorageIndexes after = new(_services.Database, Definitions, _services.Catalogue.Bans, _services.Time);
        await after.BuildAsync(default);
        Assert.Equal(1200, after.CountOf("players"));
        Assert.True(SearchQuery.TryParse("+value.level:17", out SearchQuery? query, out _));
        Assert.Equal(2, (await after.SearchAsync("players", query, SearchOrder.ByScore, null, 10, null, default))!.Objects.Count);
    }

    /// <summary>Writes and deletes of few keys by many at once: in the end the index holds what the database holds.</summary>
    [Fact]
    public async Task After_concurrent_writes_the_index_is_as_the_database()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            DeterministicRandom random = new((ulong)writer + 1);
            for (int i = 0; i < 60; i++)
            {
                string key = "k" + random.Next(5);
                if (random.Next(4) == 0)
                {
                    await _services.Catalogue.Storage.DeleteAsync([new StorageDelete(new StorageId("profiles", key, _alice))], _alice);
                }
                else
                {
                    await WriteAsync(_alice, key, $$"""{"level":{{(writer * 1000) + i}}}""");
                }
            }
        }));
        StoragePage stored = (await _services.Catalogue.Storage.ListAsync("profiles", _alice, null, 100, null, default))!;
        Assert.Equal(stored.Objects.Count, _services.Catalogue.Indexes.CountOf("players"));
        foreach (StorageRecord record in stored.Objects)
        {
            int level = System.Text.Json.JsonDocument.Parse(record.Value).RootElement.GetProperty("level").GetInt32();
            Assert.Equal([record.Key], await FoundAsync($"+value.level:{level}"));
        }
    }

    [Fact]
    public async Task Clients_search_by_a_method_of_ours()
    {
        await WriteAsync(_alice, "main", """{"level":7}""", StorageRead.Everybody);
        string answer = await _services.SendAsAsync(_bob, "GET", "/v2/search/storage/players?query=%2Bvalue.level%3A%3E5&order=-value.level&limit=2");
        Assert.StartsWith("""200 {"objects":[{"collection":"profiles","key":"main",""", answer);
        Assert.DoesNotContain("cursor", answer);
        Assert.Equal("""404 {"code":5,"message":"Storage index not found."}""", await _services.SendAsAsync(_bob, "GET", "/v2/search/storage/none"));
        Assert.StartsWith("""400 {"code":3,"message":"Invalid query - """, await _services.SendAsAsync(_bob, "GET", "/v2/search/storage/players?query=%2Bx%3A%3E%3E"));
        Assert.StartsWith("""400 {"code":3,"message":"Invalid order""", await _services.SendAsAsync(_bob, "GET", "/v2/search/storage/players?order=-"));
        Assert.StartsWith("""400 {"code":3,"message":"Invalid limit""", await _services.SendAsAsync(_bob, "GET", "/v2/search/storage/players?limit=101"));
        Assert.StartsWith("""400 {"code":3,"message":"Malformed cursor""", await _services.SendAsAsync(_bob, "GET", "/v2/search/storage/players?cursor=-1"));
    }

    [Fact]
    public void Definitions_are_read_from_json_and_mistakes_named()
    {
        Assert.Equivalent(Definitions[0], StorageIndexDefinition.Read("""[{"name":"players","collection":"profiles","fields":["level","clan","stats"]}]"""u8)[0]);
        foreach ((string json, string named) in new[]
        {
            ("[{\"name\":\"a\",\"fields\":[\"x\"]}]", "collection"),
            ("[{\"name\":\"a\",\"collection\":\"c\",\"fields\":[]}]", "fields"),
            ("[{\"name\":\"a\",\"collection\":\"c\",\"fields\":[\"x\"],\"entriesMax\":0}]", "entriesMax"),
            ("[{\"name\":\"a\",\"collection\":\"c\",\"fields\":[\"x\"],\"colour\":1}]", "colour"),
            ("[{\"name\":\"a\",\"collection\":\"c\",\"fields\":[\"x\"]},{\"name\":\"a\",\"collection\":\"d\",\"fields\":[\"x\"]}]", "same name"),
            ("{", "path"),
        })
        {
            FormatException exception = Assert.Throws<FormatException>(() => StorageIndexDefinition.Read(Encoding.UTF8.GetBytes(json)));
            Assert.Contains(named, exception.Message, StringComparison.OrdinalIgnoreCase);
        }
    }

    private async Task WriteAsync(Guid user, string key, string value, StorageRead read = StorageRead.Owner) => Assert.Equal(
        StorageResult.Done,
        (await _services.Catalogue.Storage.WriteAsync([new StorageWrite(new StorageId("profiles", key, user), value, Read: read)], user)).Result);

    private async Task<IEnumerable<string>> FoundAsync(string query, string index = "players", Guid? caller = null, params string[] order) =>
        (await SearchAsync(index, query, order, caller, 100, null)).Objects.Select(o => o.Key);

    private async Task<StorageSearchPage> SearchAsync(string index, string text, string[] fields, Guid? caller, int limit, string? cursor)
    {
        Assert.True(SearchQuery.TryParse(text, out SearchQuery? query, out string? error), error);
        Assert.True(SearchOrder.TryParse(fields, out SearchOrder? order));
        return (await _services.Catalogue.Indexes.SearchAsync(index, query, order, caller, limit, cursor, default))!;
    }
}
