using RealtimeServer.Matches;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Services.Search;

namespace RealtimeServer.Services.Multiplayer;

public sealed class MatchListingTests : IAsyncLifetime
{
    private readonly TestServices _services = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task No_match_is_an_empty_list() => Assert.Equal("200 {}", await ListAsync("?limit=1&authoritative=true"));

    [Fact]
    public async Task Relayed_matches_are_listed_with_their_size_and_filtered()
    {
        TestClient alice = new(_services, "alice");
        TestClient bob = new(_services, "bob");
        await alice.SendAsync("""{"match_create":{"name":"camel"}}""");
        await bob.SendAsync("""{"match_create":{"name":"camel"}}""");
        await bob.SendAsync("""{"match_create":{}}""");
        const string Camel = "67313b41-30d5-558c-854c-f5c345cc83c1.";
        string all = await ListAsync("");
        Assert.Contains(Camel, all);
        Assert.Equal(2, all.Split("match_id").Length - 1);
        Assert.Equal($$"""200 {"matches":[{"match_id":"{{Camel}}","size":2}]}""", await ListAsync("?min_size=2&max_size=2&authoritative=false"));
        Assert.Equal(1, (await ListAsync("?limit=1")).Split("match_id").Length - 1);
        Assert.Equal("200 {}", await ListAsync("?authoritative=true"));
        Assert.Equal("200 {}", await ListAsync("?min_size=3"));
        Assert.Equal("200 {}", await ListAsync("?label=x"));
    }

    [Theory]
    [InlineData("?limit=0", "Invalid limit - limit must be between 1 and 100.")]
    [InlineData("?limit=101", "Invalid limit - limit must be between 1 and 100.")]
    [InlineData("?min_size=-1", "Minimum size must be 0 or above.")]
    [InlineData("?max_size=-1", "Maximum size must be 0 or above.")]
    [InlineData("?min_size=2&max_size=1", "Maximum size must be greater than or equal to minimum size when both are specified.")]
    [InlineData("?authoritative=false&label=x", "Label filtering is not supported for non-authoritative matches.")]
    [InlineData("?authoritative=false&query=x", "Query filtering is not supported for non-authoritative matches.")]
    [InlineData("?query=%2Blabel.x%3A%3E%3E", "Invalid query - a number or a quoted time expected at character 11.")]
    public async Task Wrong_filters_are_refused(string query, string message) =>
        Assert.Equal($$"""400 {"code":3,"message":"{{message}}"}""", await ListAsync(query));

    [Fact]
    public void A_query_finds_matches_by_their_labels_the_best_first()
    {
        MatchInfo[] matches =
        [
            Info("""{"game":"lanes","open":true,"level":3}""", 20),
            Info("""{"game":"lanes","open":false,"level":4}""", 20),
            Info("""{"game":"tag","open":true}""", 30),
            Info("any text", 10),
        ];
        MatchQuery queries = new();
        Assert.Equal([0, 2], Found("+label.open:T"));
        Assert.Equal([2, 0], Found("+label.open:T label.game:tag^2"));
        Assert.Equal([2], Found("+label.open:T label.game:tag^2", 1));
        Assert.Equal([1], Found("+label.level:>3"));
        Assert.Equal([3], Found("+label_string:\"any text\""));
        Assert.Equal([2], Found("+tick_rate:>20 +handler_name:game +node:node1"));
        Assert.Equal([0, 1, 2, 3], Found("*"));

        int[] Found(string text, int limit = 10)
        {
            Assert.True(SearchQuery.TryParse(text, out SearchQuery? query, out _));
            return [.. queries.Find(query, matches, limit).Select(m => Array.IndexOf(matches, m))];
        }

        static MatchInfo Info(string label, int tickRate) => new(new MatchId(Guid.NewGuid(), "node1"), true, label, 1, tickRate, "game");
    }

    [Fact]
    public async Task A_query_leaves_relayed_matches_out()
    {
        TestClient alice = new(_services, "alice");
        await alice.SendAsync("""{"match_create":{"name":"camel"}}""");
        Assert.Equal("200 {}", await ListAsync("?query=*"));
    }

    private Task<string> ListAsync(string query) =>
        _services.SendAsync("GET", "/v2/match" + query, "Bearer " + _services.Tokens.Issue(Guid.NewGuid(), "alice", new Dictionary<string, string>()).Token);
}
