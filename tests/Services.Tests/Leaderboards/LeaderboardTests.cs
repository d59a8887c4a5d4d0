using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Leaderboards;

public sealed class SqliteLeaderboardTests() : LeaderboardTests(Engine.Sqlite);

public sealed class PostgresLeaderboardTests() : LeaderboardTests(Engine.Postgres);

/// <summary>Leaderboards, request by request as recorded from the server that clients know.</summary>
public abstract class LeaderboardTests(Engine engine) : LeaderboardFixture(engine)
{
    /// <summary>The recorded session, on a board without ranks as it had.</summary>
    [Fact]
    public async Task Scores_are_written_and_listed_as_recorded()
    {
        await MakeAsync(new("b") { EnableRanks = false });
        string alice(string score, string subscore, int count) =>
            $$"""{"leaderboard_id":"b","owner_id":"{{Alice}}","username":"user","score":"{{score}}","subscore":"{{subscore}}","num_score":{{count}},"metadata":"{\"w\":1}","create_time":"2026-11-20T21:29:28Z","update_time":"2026-11-20T21:29:28Z","max_num_score":1000000}""";
        Assert.Equal("200 " + alice("10", "5", 1), await WriteAsync(Alice, """{"score":"10","subscore":"5","metadata":"{\"w\":1}"}"""));
        Assert.Equal("200 " + alice("10", "9", 2), await WriteAsync(Alice, """{"score":"7","subscore":"9"}"""));
        await WriteAsync(Bob, """{"score":"20"}""");
        string bob(string rank) =>
            $$"""{"leaderboard_id":"b","owner_id":"{{Bob}}","username":"user","score":"21","num_score":2,"metadata":"{}","create_time":"2026-11-20T21:29:28Z","update_time":"2026-11-20T21:29:28Z",{{rank}}"max_num_score":1000000}""";
        Assert.Equal("200 " + bob(""), await WriteAsync(Bob, """{"score":"1","operator":3}"""));
        string first = await ListAsync($"b?limit=1&owner_ids={Alice}");
        Assert.StartsWith($$"""200 {"records":[{{bob("\"rank\":\"1\",")}}],"owner_records":[{{alice("10", "9", 2)}}],"next_cursor":""", first);
        Assert.DoesNotContain("rank_count", first);
        Assert.Contains("\"rank\":\"2\"", await ListAsync($"b?limit=1&cursor={Field(first, "next_cursor")}"));
        Assert.Equal($$"""200 {"records":[{{bob("")}},{{alice("10", "9", 2)}}]}""", await ListAsync($"b/owner/{Alice}?limit=2"));
        Assert.Equal("200 {}", await Services.SendAsAsync(Alice, "DELETE", "/v2/leaderboard/b"));
        Assert.Equal("200 {}", await Services.SendAsAsync(Alice, "DELETE", "/v2/leaderboard/b"));
        Assert.Equal("200 {}", await ListAsync($"b/owner/{Alice}?limit=2"));
    }

    // One database for all: making one takes longer than they do.
    [Fact]
    public async Task Wrong_requests_are_refused()
    {
        await MakeAsync(new("b"));
        await MakeAsync(new("server") { Authoritative = true });
        (string Method, string Target, string Body, string Expected)[] cases =
        [
            ("POST", "none", """{"score":"5"}""", """404 {"code":5,"message":"Leaderboard not found."}"""),
            ("DELETE", "none", "", """404 {"code":5,"message":"Leaderboard not found."}"""),
            ("GET", "none", "", """404 {"code":5,"message":"Leaderboard not found."}"""),
            ("GET", "none/owner/26df2f9f-5da2-4e96-80e1-8414bfe7b7ea", "", """404 {"code":5,"message":"Leaderboard not found."}"""),
            ("POST", "b", """{"score":"5","metadata":"x"}""", """400 {"code":3,"message":"Metadata value must be JSON, if provided."}"""),
            ("POST", "b", """{"score":"5","metadata":"[1]"}""", """400 {"code":3,"message":"Metadata value must be JSON, if provided."}"""),
            ("POST", "b", """{"score":"-5"}""", """400 {"code":3,"message":"Invalid score - score and subscore must be 0 or more."}"""),
            ("POST", "b", """{"score":"5","operator":9}""", """400 {"code":3,"message":"Invalid operator supplied."}"""),
            ("POST", "server", """{"score":"5"}""", """403 {"code":7,"message":"Leaderboard only allows authoritative score submissions."}"""),
            ("DELETE", "server", "", """403 {"code":7,"message":"Leaderboard only allows authoritative score deletions."}"""),
            ("GET", "b?limit=1001", "", """400 {"code":3,"message":"Invalid limit - limit must be between 1 and 1000."}"""),
            ("GET", "b?limit=0", "", """400 {"code":3,"message":"Invalid limit - limit must be between 1 and 1000."}"""),
            ("GET", "b?owner_ids=x", "", """400 {"code":3,"message":"One or more owner IDs are invalid."}"""),
            ("GET", "b?cursor=zzz", "", """400 {"code":3,"message":"Cursor is invalid or expired."}"""),
            ("GET", "b/owner/x", "", """400 {"code":3,"message":"Invalid owner ID provided."}"""),
            ("GET", "b/owner/26df2f9f-5da2-4e96-80e1-8414bfe7b7ea?limit=101", "", """400 {"code":3,"message":"Invalid limit - limit must be between 1 and 100."}"""),
            ("GET", "b/owner/26df2f9f-5da2-4e96-80e1-8414bfe7b7ea?cursor=AA", "", """400 {"code":3,"message":"Cursor is invalid or expired."}"""),
        ];
        foreach ((string method, string target, string body, string expected) in cases)
        {
            Assert.Equal($"{target}: {expected}", $"{target}: {await Services.SendAsAsync(Alice, method, "/v2/leaderboard/" + target, body)}");
        }
    }

    [Fact]
    public async Task Each_operator_counts_its_way()
    {
        (ScoreOperator By, LeaderboardOrder Order, bool Pair, string Writes, string Expected)[] cases =
        [
            (ScoreOperator.Best, LeaderboardOrder.Descending, false, "10/5,7/9,12/1", "10/5/1,10/9/2,12/9/3"),
            (ScoreOperator.Best, LeaderboardOrder.Descending, true, "10/5,7/9,10/6,10/6", "10/5/1,10/5/1,10/6/2,10/6/2"),
            (ScoreOperator.Best, LeaderboardOrder.Ascending, false, "10/5,12/3,9/9,0/0", "10/5/1,10/3/2,9/3/3,0/0/4"),
            (ScoreOperator.Best, LeaderboardOrder.Ascending, true, "10/5,9/9,9/8", "10/5/1,9/9/2,9/8/3"),
            (ScoreOperator.Set, LeaderboardOrder.Descending, false, "10/5,3/0,3/0", "10/5/1,3/0/2,3/0/2"),
            (ScoreOperator.Increment, LeaderboardOrder.Descending, false, "10/5,3/1,0/0", "10/5/1,13/6/2,13/6/2"),
            (ScoreOperator.Increment, LeaderboardOrder.Ascending, false, "10/5,3/1", "10/5/1,13/6/2"),
            (ScoreOperator.Increment, LeaderboardOrder.Descending, false, "9223372036854775807/1,5/9223372036854775807", "9223372036854775807/1/1,9223372036854775807/9223372036854775807/2"),
            (ScoreOperator.Decrement, LeaderboardOrder.Descending, false, "10/5,3/1", "0/0/1,0/0/2"),
        ];
        foreach ((ScoreOperator by, LeaderboardOrder order, bool pair, string writes, string expected) in cases)
        {
            string board = $"{by} {order} {pair} {writes}";
            await MakeAsync(new(board) { Operator = by, SortOrder = order, BestPair = pair });
            List<string> stands = [];
            foreach (string write in writes.Split(','))
            {
                stands.Add(Stand(await SubmitAsync(Alice, write, board: board)));
            }
            Assert.Equal($"{board}: {expected}", $"{board}: {string.Join(',', stands)}");
        }
    }

    [Fact]
    public async Task A_request_may_choose_another_operator()
    {
        await MakeAsync(new("b"));
        await SubmitAsync(Alice, "10/5");
        Assert.Equal("4/5/2", Stand(await SubmitAsync(Alice, "6/0", ScoreOperator.Decrement)));
        Assert.Equal("0/0/3", Stand(await SubmitAsync(Alice, "9/9", ScoreOperator.Decrement)));
        Assert.Equal("2/3/4", Stand(await SubmitAsync(Alice, "2/3", ScoreOperator.Set)));
        Assert.Equal("4/6/5", Stand(await SubmitAsync(Alice, "2/3", ScoreOperator.Increment)));
    }

    [Theory]
    [InlineData(LeaderboardOrder.Descending, "300,200,100")]
    [InlineData(LeaderboardOrder.Ascending, "100,200,300")]
    public async Task Ranks_go_by_score_then_subscore_then_who_was_first(LeaderboardOrder order, string scores)
    {
        await MakeAsync(new("b") { SortOrder = order });
        string better = order == LeaderboardOrder.Ascending ? "1" : "9";
        Guid[] owners = [.. Enumerable.Range(0, 5).Select(_ => Guid.NewGuid())];
        await SubmitAsync(owners[0], "100/5");
        await SubmitAsync(owners[1], "200/5");
        await SubmitAsync(owners[2], $"200/{better}");
        await SubmitAsync(owners[3], "300/5");
        await SubmitAsync(owners[4], "200/5");
        Guid[] expected = [owners[2], owners[1], owners[4]];
        RecordPage page = await Boards.ListAsync("b", 10, null, [], 0, Alice, default);
        Assert.Equal(expected, page.Records.Where(r => r.Score == 200).Select(r => r.Owner));
        Assert.Equal(scores.Split(','), page.Records.Select(r => $"{r.Score}").Distinct());
        Assert.Equal([1, 2, 3, 4, 5], page.Records.Select(r => r.Rank));
        Assert.Equal(5, page.RankCount);
        // Submitting the same again does not cost one's place among equals.
        await SubmitAsync(owners[1], "200/5");
        Assert.Equal(3, (await SubmitAsync(owners[1], "200/5")).Rank);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pages_follow_each_other_forward_and_back(bool ranks)
    {
        await MakeAsync(new("b") { EnableRanks = ranks });
        Guid[] owners = [.. Enumerable.Range(0, 10).Select(_ => Guid.NewGuid())];
        for (int i = 0; i < owners.Length; i++)
        {
            await SubmitAsync(owners[i], $"{1000 - i}/0");
        }
        List<string?> cursors = [null];
        List<Guid> seen = [];
        RecordPage page = await Boards.ListAsync("b", 3, null, [], 0, null, default);
        Assert.Null(page.PreviousCursor);
        while (true)
        {
            Assert.Equal(Enumerable.Range(seen.Count + 1, page.Records.Count).Select(r => (long)r), page.Records.Select(r => r.Rank));
            seen.AddRange(page.Records.Select(r => r.Owner));
            if (page.NextCursor is null)
            {
                break;
            }
            page = await Boards.ListAsync("b", 3, page.NextCursor, [], 0, null, default);
        }
        Assert.Equal(owners, seen);
        seen.Clear();
        while (page.PreviousCursor is string back)
        {
            page = await Boards.ListAsync("b", 3, back, [], 0, null, default);
            Assert.Equal(page.Records.Select(r => (long)Array.IndexOf(owners, r.Owner) + 1), page.Records.Select(r => r.Rank));
            seen.InsertRange(0, page.Records.Select(r => r.Owner));
        }
        Assert.Equal(owners[..9], seen);
        Assert.NotNull(page.NextCursor);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_records_around_an_owner_are_half_above_and_half_below(bool ranks)
    {
        await MakeAsync(new("b") { EnableRanks = ranks });
        Guid[] owners = [.. Enumerable.Range(0, 9).Select(_ => Guid.NewGuid())];
        for (int i = 0; i < owners.Length; i++)
        {
            await SubmitAsync(owners[i], $"{1000 - i}/0");
        }
        async Task<string> Around(int owner, int limit)
        {
            RecordPage page = await Boards.ListAroundAsync("b", owners[owner], limit, null, 0, Alice, default);
            Assert.All(page.Records, r => Assert.Equal(ranks ? Array.IndexOf(owners, r.Owner) + 1 : 0, r.Rank));
            string text = string.Concat(page.Records.Select(r => Array.IndexOf(owners, r.Owner)));
            return (page.PreviousCursor is null ? "[" : "…") + text + (page.NextCursor is null ? "]" : "…");
        }
        Assert.Equal("…345…", await Around(4, 3));
        Assert.Equal("…3456…", await Around(4, 4));
        Assert.Equal("[012…", await Around(0, 3));
        Assert.Equal("[0123…", await Around(1, 4));
        Assert.Equal("…678]", await Around(8, 3));
        Assert.Equal("…4…", await Around(4, 1));
        Assert.Equal("[012345678]", await Around(4, 100));
        RecordPage middle = await Boards.ListAroundAsync("b", owners[4], 3, null, 0, Alice, default);
        RecordPage next = await Boards.ListAroundAsync("b", owners[4], 3, middle.NextCursor, 0, Alice, default);
        RecordPage previous = await Boards.ListAroundAsync("b", owners[4], 3, middle.PreviousCursor, 0, Alice, default);
        Assert.Equal(owners[6..9], next.Records.Select(r => r.Owner));
        Assert.Equal(owners[0..3], previous.Records.Select(r => r.Owner));
    }
}
