using System.Text.Json;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Services.Tournaments;

public sealed class SqliteTournamentTests() : TournamentTests(Engine.Sqlite);

public sealed class PostgresTournamentTests() : TournamentTests(Engine.Postgres);

/// <summary>Tournaments, request by request as recorded from the server that clients know.</summary>
public abstract class TournamentTests : IAsyncLifetime
{
    private const string Inactive = """400 {"code":9,"message":"Tournament is not active and cannot accept new scores."}""";

    private readonly TestServices _services;
    private readonly Guid _alice = Guid.Parse("26df2f9f-5da2-4e96-80e1-8414bfe7b7ea");

    protected TournamentTests(Engine engine)
    {
        _services = new TestServices(engine);
        _services.Time.Advance(TimeSpan.FromSeconds(1));
    }

    private TournamentStore Tournaments => _services.Catalogue.Tournaments;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_daily_tournament_is_joined_played_and_listed_as_recorded()
    {
        await MakeAsync(Daily() with { Title = "Daily", Description = "d", Category = 1 });
        Assert.Equal("""400 {"code":9,"message":"Must join tournament before attempting to write value."}""", await WriteAsync(_alice, 5, "PUT"));
        Assert.Equal("200 {}", await JoinAsync(_alice));
        string record(string rank) =>
            $$"""{"leaderboard_id":"t","owner_id":"{{_alice}}","username":"user","score":"5","num_score":1,"metadata":"{}","create_time":"2026-11-20T21:29:28Z","update_time":"2026-11-20T21:29:28Z","expiry_time":"2026-11-21T12:00:00Z",{{rank}}"max_num_score":3}""";
        Assert.Equal("200 " + record(""), await WriteAsync(_alice, 5));
        Assert.Equal(
            """200 {"tournaments":[{"id":"t","title":"Daily","description":"d","category":1,"sort_order":1,"size":1,"max_size":100,"max_num_score":3,"can_enter":true,"end_active":1795262400,"next_reset":1795262400,"metadata":"{}","create_time":"2026-11-20T21:29:28Z","start_time":"2026-11-20T21:29:28Z","duration":86400,"start_active":1795210168,"prev_reset":1795176000,"operator":1,"join_required":true}]}""",
            await GetAsync("?limit=1&category_start=0&category_end=10"));
        Assert.Equal($$"""200 {"records":[{{record("\"rank\":\"1\",")}}]}""", await GetAsync("/t?limit=5"));
        Assert.Equal("200 {}", await _services.SendAsAsync(_alice, "DELETE", "/v2/tournament/t"));
        Assert.Equal("200 {}", await GetAsync("/t?limit=5"));
        Assert.Contains("\"max_size\":100", await GetAsync(""));
        Assert.DoesNotContain("\"size\":1", await GetAsync(""));
    }

    // One database for all: making one takes longer than they do.
    [Fact]
    public async Task Wrong_requests_are_refused()
    {
        await MakeAsync(Daily());
        await _services.Catalogue.Leaderboards.CreateAsync(new("board"));
        (string Method, string Target, string Body, string Expected)[] cases =
        [
            ("GET", "/none", "", """404 {"code":5,"message":"Tournament not found."}"""),
            ("GET", "/none/owner/26df2f9f-5da2-4e96-80e1-8414bfe7b7ea", "", """404 {"code":5,"message":"Tournament not found."}"""),
            ("POST", "/none", """{"score":"5"}""", """404 {"code":5,"message":"Tournament not found."}"""),
            ("POST", "/none/join", "", """404 {"code":5,"message":"Tournament not found."}"""),
            ("DELETE", "/none", "", """404 {"code":5,"message":"Tournament not found."}"""),
            ("POST", "/board/join", "", """404 {"code":5,"message":"Tournament not found."}"""),
            ("POST", "/board", """{"score":"5"}""", """404 {"code":5,"message":"Tournament not found."}"""),
            ("POST", "/t", """{"score":"-1"}""", """400 {"code":3,"message":"Invalid score - score and subscore must be 0 or more."}"""),
            ("POST", "/t", """{"score":"1","metadata":"1"}""", """400 {"code":3,"message":"Metadata value must be JSON, if provided."}"""),
            ("GET", "/t?limit=101", "", """400 {"code":3,"message":"Invalid limit - limit must be between 1 and 100."}"""),
            ("GET", "/t?owner_ids=a", "", """400 {"code":3,"message":"One or more owner IDs are invalid."}"""),
            ("GET", "/t?cursor=a", "", """400 {"code":3,"message":"Cursor is invalid or expired."}"""),
            ("GET", "/t/owner/a", "", """400 {"code":3,"message":"Invalid owner ID provided."}"""),
            ("GET", "?category_end=128", "", """400 {"code":3,"message":"Tournament category end must be >=0 and <128."}"""),
            ("GET", "?category_start=5&category_end=4", "", """400 {"code":3,"message":"Tournament category end must be greater than category start."}"""),
            ("GET", "?start_time=5&end_time=4", "", """400 {"code":3,"message":"Tournament end time must be greater than start time."}"""),
            ("GET", "?limit=101", "", """400 {"code":3,"message":"Limit must be between 1 and 100."}"""),
            ("GET", "?cursor=!", "", """400 {"code":3,"message":"Malformed cursor was used."}"""),
        ];
        foreach ((string method, string target, string body, string expected) in cases)
        {
            Assert.Equal($"{target}: {expected}", $"{target}: {await _services.SendAsAsync(_alice, method, "/v2/tournament" + target, body)}");
        }
    }

    [Fact]
    public async Task A_tournament_is_no_leaderboard_to_submit_to()
    {
        await MakeAsync(Daily());
        const string NotFound = """404 {"code":5,"message":"Leaderboard not found."}""";
        Assert.Equal(NotFound, await _services.SendAsAsync(_alice, "POST", "/v2/leaderboard/t", """{"score":"5"}"""));
        Assert.Equal(NotFound, await _services.SendAsAsync(_alice, "DELETE", "/v2/leaderboard/t"));
    }

    [Fact]
    public async Task Each_may_submit_as_often_as_the_rules_say_and_the_server_may_grant_more()
    {
        await MakeAsync(Daily(join: false));
        for (int i = 0; i < 3; i++)
        {
            Assert.Contains($"\"num_score\":{i + 1}", await WriteAsync(_alice, 5 - i));
        }
        const string Spent = """400 {"code":9,"message":"Reached allowed max number of score attempts."}""";
        Assert.Equal(Spent, await WriteAsync(_alice, 9));
        Assert.True(await _services.Catalogue.Leaderboards.AddAttemptsAsync("t", _alice, 1));
        Assert.Contains("\"score\":\"9\"", await WriteAsync(_alice, 9));
        Assert.Equal(Spent, await WriteAsync(_alice, 10));
        // A new period, new attempts.
        _services.Time.Advance(TimeSpan.FromHours(15));
        Assert.Contains("\"num_score\":1", await WriteAsync(_alice, 1));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_more_take_part_than_there_is_room_for(bool join)
    {
        await MakeAsync(Daily(maxSize: 5, join: join));
        Guid[] players = [.. Enumerable.Range(0, 20).Select(_ => Guid.NewGuid())];
        string[] answers = await Task.WhenAll(players.Select(p => join ? JoinAsync(p) : WriteAsync(p, 1)));
        string full = join
            ? """400 {"code":3,"message":"Tournament cannot be joined as it has reached its max size."}"""
            : """400 {"code":9,"message":"Tournament has reached max size."}""";
        Assert.Equal(5, answers.Count(a => a.StartsWith("200 ", StringComparison.Ordinal)));
        Assert.Equal(15, answers.Count(a => a == full));
        string listed = await GetAsync("");
        Assert.Contains("\"size\":5,", listed);
        Assert.DoesNotContain("can_enter", listed);
        Guid inside = players[Array.FindIndex(answers, a => a.StartsWith("200 ", StringComparison.Ordinal))];
        Assert.Equal("200 {}", await JoinAsync(inside));
        Assert.StartsWith("200 ", await WriteAsync(inside, 2));
        // Whoever leaves gives back a place, once.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _services.SendAsAsync(inside, "DELETE", "/v2/tournament/t")));
        Assert.Contains("\"size\":4,", await GetAsync(""));
        await _services.Database.WriteAsync(async s =>
        {
            await OwnedRecords.DeleteAsync(s, players[Array.FindLastIndex(answers, a => a.StartsWith("200 ", StringComparison.Ordinal))]);
            return true;
        });
        Assert.Contains("\"size\":3,", await GetAsync(""));
    }

    [Theory]
    [InlineData(LeaderboardOrder.Ascending)]
    [InlineData(LeaderboardOrder.Descending)]
    public async Task Who_has_joined_and_not_scored_stands_last(LeaderboardOrder order)
    {
        TournamentDefinition daily = Daily();
        await MakeAsync(daily with { Board = daily.Board with { SortOrder = order, EnableRanks = true } });
        Guid scored = Guid.NewGuid();
        await JoinAsync(_alice);
        await JoinAsync(scored);
        await WriteAsync(scored, 50);
        RecordPage page = await Tournaments.ListRecordsAsync("t", 10, null, [], 0, null, default);
        Assert.Equal([(scored, 50, 1L, 1), (_alice, 0, 2L, 0)], page.Records.Select(r => (r.Owner, r.Score, r.Rank, r.NumScore)));
        Assert.Contains("\"score\":\"70\"", await WriteAsync(_alice, 70));
        Assert.Equal(order == LeaderboardOrder.Ascending ? 1 : 2, (await Tournaments.ListRecordsAsync("t", 10, null, [scored], 0, null, default)).OwnerRecords[0].Rank);
    }

    [Fact]
    public async Task A_first_increment_counts_from_nothing()
    {
        TournamentDefinition daily = Daily();
        await MakeAsync(daily with { Board = daily.Board with { Operator = ScoreOperator.Increment } });
        await JoinAsync(_alice);
        Assert.Contains("\"score\":\"7\"", await WriteAsync(_alice, 7));
        Assert.Contains("\"score\":\"14\"", await WriteAsync(_alice, 7));
    }

    /// <summary>An hour of play at noon, then time for rewards until the next noon.</summary>
    [Fact]
    public async Task Scores_are_taken_while_it_is_active_and_stand_for_rewards_until_the_reset()
    {
        List<string> told = [];
        _services.Catalogue.Leaderboards.OnEvent(async e =>
        {
            // What server code would do: read the results of the period that is over, with ranks.
            RecordPage results = await Tournaments.ListRecordsAsync(e.Board.Id, 10, null, [], e.Period.Expiry, null, default);
            told.Add($"{(e.IsReset ? "reset" : "end")} {string.Join(',', results.Records.Select(r => $"{r.Rank}:{r.Score}"))}");
        });
        await MakeAsync(Daily(duration: 3600, join: false));
        Assert.Equal(Inactive, await WriteAsync(_alice, 1));
        _services.Time.Advance(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero) - _services.Time.GetUtcNow());
        Assert.StartsWith("200 ", await WriteAsync(_alice, 1));
        await _services.Catalogue.Leaderboards.RunDueAsync();
        _services.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Inactive, await WriteAsync(_alice, 2));
        Assert.Contains("\"score\":\"1\"", await GetAsync("/t"));
        await _services.Catalogue.Leaderboards.RunDueAsync();
        Assert.DoesNotContain("can_enter", await GetAsync(""));
        _services.Time.Advance(TimeSpan.FromHours(23));
        await _services.Catalogue.Leaderboards.RunDueAsync();
        Assert.Equal("200 {}", await GetAsync("/t"));
        Assert.Equal(["end 1:1", "reset 1:1"], told);
    }

    [Fact]
    public async Task A_tournament_that_is_over_takes_nothing_and_shows_its_records_by_their_period()
    {
        long end = _services.Time.GetUtcNow().ToUnixTimeSeconds() + 600;
        await MakeAsync(new(new("t") { Entry = new EntryRules(3600, 0, end) }));
        await WriteAsync(_alice, 4);
        _services.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal("""404 {"code":5,"message":"Tournament has ended."}""", await GetAsync("/t"));
        Assert.Equal("""404 {"code":5,"message":"Tournament not found or has ended."}""", await WriteAsync(_alice, 5));
        Assert.Contains("\"score\":\"4\"", await GetAsync($"/t?expiry={end}"));
        Assert.Contains("\"score\":\"4\"", await GetAsync($"/t/owner/{_alice}?expiry={end}"));
        Assert.Equal("200 {}", await GetAsync($"/t/owner/{_alice}"));
        Assert.Contains("\"id\":\"t\"", await GetAsync("?end_time=" + end));
        _services.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("200 {}", await GetAsync(""));
    }

    [Fact]
    public async Task Tournaments_are_listed_by_category_and_time_in_pages()
    {
        long now = _services.Time.GetUtcNow().ToUnixTimeSeconds();
        for (int i = 0; i < 7; i++)
        {
            await MakeAsync(new(new($"t{i}") { Entry = new EntryRules(60, now + (i / 2), i == 6 ? 0 : now + 1000 + i) }) { Category = i });
        }
        Assert.Equal(["t2", "t3", "t4"], Ids(await GetAsync("?category_start=2&category_end=4")));
        Assert.Equal(["t4", "t5", "t6"], Ids(await GetAsync($"?start_time={now + 2}")));
        Assert.Equal(["t6"], Ids(await GetAsync("?end_time=0")));
        Assert.Equal(["t0", "t1", "t2"], Ids(await GetAsync($"?end_time={now + 1002}")));
        List<string> all = [];
        string cursor = "";
        do
        {
            string page = await GetAsync($"?limit=3&cursor={cursor}");
            all.AddRange(Ids(page));
            cursor = JsonDocument.Parse(page[4..]).RootElement.TryGetProperty("cursor", out JsonElement next) ? next.GetString()! : "";
        }
        while (cursor.Length > 0);
        Assert.Equal(["t0", "t1", "t2", "t3", "t4", "t5", "t6"], all);
        Assert.True(await Tournaments.DeleteAsync("t3"));
        Assert.False(await Tournaments.DeleteAsync("t3"));
        Assert.DoesNotContain("t3", Ids(await GetAsync("")));
    }

    [Fact]
    public async Task What_a_tournament_is_stays_over_a_restart()
    {
        TournamentDefinition daily = Daily() with { Title = "Daily", Description = "d", Category = 3 };
        await MakeAsync(daily);
        Catalogue again = new(_services.Setup);
        await await again.Leaderboards.LoadAsync(default);
        await again.Tournaments.LoadAsync(default);
        Tournament? there = await again.Tournaments.FindAsync("t", default);
        Assert.Equal(("Daily", "d", 3), (there!.Title, there.Description, there.Category));
        Assert.Equal(BoardResult.Unchanged, (await again.Tournaments.DeclareAsync(daily)).Result);
        Assert.Equal(BoardResult.Unchanged, (await again.Tournaments.DeclareAsync(daily with { Title = "Other" })).Result);
        Assert.Equal("Other", (await again.Tournaments.FindAsync("t", default))!.Title);
    }

    [Theory]
    [InlineData(0, 1, 0, "duration of tournament 't' must be at least 1 second")]
    [InlineData(60, 100, 50, "ends before it starts")]
    [InlineData(60, -1, 0, "starts or ends before 1970")]
    public async Task A_tournament_that_cannot_be_is_refused_with_the_reason(int duration, long start, long end, string reason)
    {
        BoardOutcome outcome = await Tournaments.DeclareAsync(new(new("t") { Entry = new EntryRules(duration, start, end) }));
        Assert.Contains(reason, outcome.Problem, StringComparison.Ordinal);
        Assert.Contains("has no duration", (await Tournaments.DeclareAsync(new(new("t")))).Problem, StringComparison.Ordinal);
        Assert.Contains("must be 0 to 127", (await Tournaments.DeclareAsync(Daily() with { Category = 128 })).Problem, StringComparison.Ordinal);
    }

    private static TournamentDefinition Daily(int duration = 86_400, int maxSize = 100, bool join = true) => new(new("t")
    {
        ResetSchedule = "0 12 * * *",
        EnableRanks = false,
        Entry = new EntryRules(duration, 0, MaxSize: maxSize, MaxNumScore: 3, JoinRequired: join),
    });

    private async Task MakeAsync(TournamentDefinition definition) => Assert.Equal(BoardResult.Created, (await Tournaments.CreateAsync(definition)).Result);

    private Task<string> JoinAsync(Guid user) => _services.SendAsAsync(user, "POST", "/v2/tournament/t/join");

    private Task<string> WriteAsync(Guid user, int score, string method = "POST") =>
        _services.SendAsAsync(user, method, "/v2/tournament/t", $$"""{"score":"{{score}}"}""");

    private Task<string> GetAsync(string target) => _services.SendAsAsync(_alice, "GET", "/v2/tournament" + target);

    private static List<string> Ids(string answer) => JsonDocument.Parse(answer[4..]).RootElement.TryGetProperty("tournaments", out JsonElement list)
        ? [.. list.EnumerateArray().Select(t => t.GetProperty("id").GetString()!)]
        : [];
}
