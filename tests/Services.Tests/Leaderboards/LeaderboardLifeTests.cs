using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Leaderboards;

public sealed class SqliteLeaderboardLifeTests() : LeaderboardLifeTests(Engine.Sqlite);

public sealed class PostgresLeaderboardLifeTests() : LeaderboardLifeTests(Engine.Postgres);

/// <summary>What becomes of boards and ranks over resets, changes, restarts and many writers at once.</summary>
public abstract class LeaderboardLifeTests(Engine engine) : LeaderboardFixture(engine)
{
    private const string Columns =
        "(owner_id, board, expiry_time, username, rank_score, rank_subscore, sequence, num_score, max_num_score, metadata, create_time, update_time)";

    // Records by the database itself, with many equal scores.
    private static readonly SqlText Many = new(
        $$"""
        WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < @Last)
        INSERT INTO leaderboard_records {{Columns}}
        SELECT printf('00000000-0000-4000-8000-%012x', n), @Board, 0, 'p', -(n * 7919 % 1000), 0, n, 1, 1000000, '{}', 1, 1 FROM numbers
        """,
        $$"""
        INSERT INTO leaderboard_records {{Columns}}
        SELECT CAST('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0') AS UUID), @Board, 0, 'p', -(n * 7919 % 1000), 0, n, 1, 1000000, '{}', 1, 1
        FROM generate_series(1, @Last) AS n
        """);

    [Fact]
    public async Task A_reset_begins_a_new_period_and_the_old_one_stays_readable_with_its_ranks()
    {
        await MakeAsync(new("b") { ResetSchedule = "0 12 * * *" });
        await SubmitAsync(Alice, "10/0");
        await SubmitAsync(Bob, "20/0");
        string page = await ListAsync("b?limit=10");
        Assert.Contains("\"expiry_time\":\"2026-11-21T12:00:00Z\"", page);
        RecordPage first = await Boards.ListAsync("b", 1, null, [], 0, null, default);
        Services.Time.Advance(TimeSpan.FromHours(15));
        await Boards.RunDueAsync();
        Assert.Equal("200 {}", await ListAsync("b?limit=10"));
        Assert.Equal(RecordResult.WrongCursor, (await Boards.ListAsync("b", 1, first.NextCursor, [], 0, null, default)).Result);
        Assert.Equal(1, (await SubmitAsync(Alice, "5/0")).Rank);
        long expiry = DateTimeOffset.Parse("2026-11-21T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        RecordPage old = await Boards.ListAsync("b", 10, null, [Alice], expiry, null, default);
        Assert.Equal([(Bob, 1L), (Alice, 2L)], old.Records.Select(r => (r.Owner, r.Rank)));
        Assert.Equal((10, 2L), (old.OwnerRecords[0].Score, old.OwnerRecords[0].Rank));
        Assert.Contains(Bob.ToString(), await ListAsync($"b/owner/{Bob}?expiry={expiry}"));
        // Two resets later its list still counts its places.
        Services.Time.Advance(TimeSpan.FromDays(2));
        await Boards.RunDueAsync();
        old = await Boards.ListAsync("b", 10, null, [Alice], expiry, null, default);
        Assert.Equal([(Bob, 1L), (Alice, 2L)], old.Records.Select(r => (r.Owner, r.Rank)));
    }

    [Fact]
    public async Task Periods_no_longer_kept_are_deleted()
    {
        await MakeAsync(new("b") { ResetSchedule = "0 12 * * *", KeepPeriods = 2 });
        List<long> expiries = [];
        for (int day = 0; day < 4; day++)
        {
            expiries.Add((await SubmitAsync(Alice, "10/0")).Expiry);
            Services.Time.Advance(TimeSpan.FromDays(1));
            await Boards.RunDueAsync();
        }
        await Boards.CleanOnceAsync();
        List<int> left = [];
        foreach (long expiry in expiries)
        {
            left.Add((await Boards.ListAsync("b", 10, null, [], expiry, null, default)).Records.Count);
        }
        Assert.Equal([0, 0, 0, 1], left);
    }

    [Fact]
    public async Task The_ranks_of_the_next_period_of_a_large_board_are_there_before_it_begins()
    {
        await MakeAsync(new("b") { ResetSchedule = "0 12 * * *" });
        await MakeAsync(new("small") { ResetSchedule = "0 12 * * *" });
        Services.Time.Advance(DateTimeOffset.Parse("2026-11-21T11:59:40Z", System.Globalization.CultureInfo.InvariantCulture) - Services.Time.GetUtcNow());
        for (int i = 0; i < Limits.LeaderboardAheadRecords; i++)
        {
            await SubmitAsync(Guid.NewGuid(), $"{i}/0");
        }
        await SubmitAsync(Alice, "1/0", board: "small");
        await Boards.RunDueAsync();
        Assert.Single(Boards.Find("b")!.Ranks);
        Services.Time.Advance(TimeSpan.FromSeconds(15));
        await Boards.RunDueAsync();
        LeaderboardRanks.Forget(Boards.Find("b")!, Services.Time.GetUtcNow().ToUnixTimeSeconds());
        Assert.Equal(2, Boards.Find("b")!.Ranks.Count);
        Assert.Single(Boards.Find("small")!.Ranks);
        Services.Time.Advance(TimeSpan.FromSeconds(5));
        LeaderboardRecord first = await SubmitAsync(Alice, "1/0");
        Assert.Equal((1, true), (first.Rank, Boards.Find("b")!.Ranks.ContainsKey(first.Expiry)));
        await Boards.RunDueAsync();
        Assert.Equal(2, Boards.Find("b")!.Ranks.Count);
        Assert.Equal(1, (await Boards.ListAsync("b", 10, null, [], 0, null, default)).RankCount);
    }

    [Fact]
    public async Task A_deleted_board_is_gone_at_once_and_its_records_by_and_by()
    {
        await MakeAsync(new("b"));
        for (int i = 0; i < Limits.LeaderboardSliceMax + 5; i++)
        {
            await SubmitAsync(Guid.NewGuid(), $"{i}/0");
        }
        Assert.True(await Boards.DeleteAsync("b"));
        Assert.False(await Boards.DeleteAsync("b"));
        Assert.StartsWith("404", await ListAsync("b"));
        await MakeAsync(new("b") { SortOrder = LeaderboardOrder.Ascending });
        Assert.Equal("200 {}", await ListAsync("b?limit=10"));
        await SubmitAsync(Alice, "1/0");
        await Boards.CleanOnceAsync();
        Assert.Equal(1, await CountAsync());
        Assert.Equal(1, (await Boards.ListAsync("b", 10, null, [], 0, null, default)).RankCount);
    }

    [Fact]
    public async Task A_user_who_is_deleted_leaves_no_record_and_no_rank()
    {
        await MakeAsync(new("b"));
        await MakeAsync(new("c") { ResetSchedule = "@daily" });
        foreach (string board in new[] { "b", "c" })
        {
            await SubmitAsync(Alice, "20/0", board: board);
            await SubmitAsync(Bob, "10/0", board: board);
        }
        await Services.Database.WriteAsync(async s =>
        {
            await OwnedRecords.DeleteAsync(s, Alice);
            return true;
        });
        await Boards.OwnerChangedAsync(Alice);
        foreach (string board in new[] { "b", "c" })
        {
            RecordPage page = await Boards.ListAsync(board, 10, null, [Alice], 0, null, default);
            Assert.Equal([(Bob, 1L)], page.Records.Select(r => (r.Owner, r.Rank)));
            Assert.Empty(page.OwnerRecords);
            Assert.Equal(1, page.RankCount);
        }
        Assert.Equal(2, await CountAsync());
    }

    [Fact]
    public async Task A_board_that_is_declared_again_changes_but_never_its_order()
    {
        Assert.Equal(BoardResult.Created, (await Boards.DeclareAsync(new("b"))).Result);
        Assert.Equal(BoardResult.Unchanged, (await Boards.DeclareAsync(new("b"))).Result);
        await SubmitAsync(Alice, "10/0");
        LeaderboardDefinition changed = new("b") { Operator = ScoreOperator.Increment, Metadata = "{\"a\":1}", Authoritative = true };
        Assert.Equal(BoardResult.Unchanged, (await Boards.CreateAsync(changed)).Result);
        Assert.False(Boards.Find("b")!.Definition.Authoritative);
        Assert.Equal(BoardResult.Changed, (await Boards.DeclareAsync(changed)).Result);
        Assert.Equal("15/0/2", Stand(await SubmitAsync(Alice, "5/0")));
        BoardOutcome refused = await Boards.DeclareAsync(new("b") { SortOrder = LeaderboardOrder.Ascending });
        Assert.Equal((BoardResult.Refused, true), (refused.Result, refused.Problem!.Contains("cannot change", StringComparison.Ordinal)));
        refused = await Boards.DeclareAsync(new("b") { Entry = new EntryRules(60, 1) });
        Assert.Contains("is the id of a leaderboard already", refused.Problem, StringComparison.Ordinal);
        Catalogue again = new(Services.Setup);
        await await again.Leaderboards.LoadAsync(default);
        Assert.Equal(changed, again.Leaderboards.Find("b")!.Definition);
    }

    [Theory]
    [InlineData("", "", "{}", "has 1 to 128 bytes")]
    [InlineData("b\n", "", "{}", "control character")]
    [InlineData("b", "0 0 * *", "{}", "has 4 fields")]
    [InlineData("b", "0 0 30 2 *", "{}", "never comes")]
    [InlineData("b", "", "[]", "must be a JSON object")]
    public async Task A_board_that_cannot_be_is_refused_with_the_reason(string id, string schedule, string metadata, string reason)
    {
        BoardOutcome outcome = await Boards.DeclareAsync(new(id) { ResetSchedule = schedule, Metadata = metadata });
        Assert.Equal(BoardResult.Refused, outcome.Result);
        Assert.Contains(reason, outcome.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_restart_ranks_are_what_they_were()
    {
        await MakeAsync(new("b"));
        await MakeAsync(new("none") { EnableRanks = false });
        Guid[] owners = [.. Enumerable.Range(0, 300).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(owners.Select((o, i) => SubmitAsync(o, $"{i % 7}/{i % 3}")));
        await Task.WhenAll(owners.Select((o, i) => SubmitAsync(o, $"{i % 11}/{i % 5}")));
        RecordPage before = await Boards.ListAsync("b", 1000, null, [], 0, null, default);
        Catalogue again = new(Services.Setup);
        Assert.Equal(300, await await again.Leaderboards.LoadAsync(default));
        RecordPage after = await again.Leaderboards.ListAsync("b", 1000, null, [], 0, null, default);
        Assert.Equal(before.Records, after.Records);
        Assert.Equal(Enumerable.Range(1, 300).Select(r => (long)r), after.Records.Select(r => r.Rank));
    }

    /// <summary>A board of so many records is read in another way than a page; meanwhile some of them change.</summary>
    [Fact]
    public async Task After_a_restart_a_large_board_has_the_ranks_of_a_sort()
    {
        const int Records = (Limits.RankPage * 2) + 345;
        await MakeAsync(new("b") { Operator = ScoreOperator.Set });
        await Services.Database.WriteAsync(async s => await s.ExecuteAsync(Many, new { Last = (long)Records, Board = Boards.Find("b")!.Number }));
        Catalogue again = new(Services.Setup);
        Task<long> loading = await again.Leaderboards.LoadAsync(default);
        Guid[] owners = [.. (await again.Leaderboards.ListAsync("b", 300, null, [], 0, null, default)).Records.Select(r => r.Owner)];
        await Task.WhenAll(owners.Select((o, i) => i % 3 == 0
            ? again.Leaderboards.DeleteRecordAsync("b", o, null)
            : (Task)again.Leaderboards.WriteAsync("b", new ScoreWrite(o, null, i), null)));
        await loading;
        long seen = 0;
        string? cursor = null;
        do
        {
            RecordPage page = await again.Leaderboards.ListAsync("b", 1000, cursor, [], 0, null, default);
            Assert.Equal(Records - 100, page.RankCount);
            Assert.All(page.Records, r => Assert.Equal(++seen, r.Rank));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(Records - 100, seen);
    }

    /// <summary>Sixteen writers at once, with deletions between; then against a sort of what the database has.</summary>
    [Fact]
    public async Task Ranks_are_exact_after_many_writers_at_once()
    {
        await MakeAsync(new("b") { Operator = ScoreOperator.Set });
        Guid[] owners = [.. Enumerable.Range(0, 64).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async writer =>
        {
            Random random = new(writer);
            for (int i = 0; i < 60; i++)
            {
                Guid owner = owners[random.Next(owners.Length)];
                if (random.Next(8) == 0)
                {
                    await Boards.DeleteRecordAsync("b", owner, null);
                }
                else
                {
                    await SubmitAsync(owner, $"{random.Next(20)}/{random.Next(3)}");
                }
            }
        }));
        RecordPage page = await Boards.ListAsync("b", 1000, null, [], 0, null, default);
        Assert.Equal(page.Records.Count, page.RankCount);
        Assert.Equal(Enumerable.Range(1, page.Records.Count).Select(r => (long)r), page.Records.Select(r => r.Rank));
        (long, long)[] scores = [.. page.Records.Select(r => (r.Score, r.Subscore))];
        Assert.Equal(scores.OrderDescending(), scores);
    }

    [Fact]
    public async Task Increments_at_once_all_count_and_once_each()
    {
        await MakeAsync(new("b") { Operator = ScoreOperator.Increment });
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async _ =>
        {
            for (int i = 0; i < 25; i++)
            {
                await SubmitAsync(Alice, "1/2");
            }
        }));
        Assert.Equal("401/800/401", Stand(await SubmitAsync(Alice, "1/0")));
    }

    /// <summary>Records change while the ranks of their board are read.</summary>
    [Fact]
    public async Task Ranks_are_right_when_records_change_while_they_are_read()
    {
        await MakeAsync(new("b") { Operator = ScoreOperator.Set });
        Guid[] owners = [.. Enumerable.Range(0, 500).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(owners.Select((o, i) => SubmitAsync(o, $"{i}/0")));
        Catalogue again = new(Services.Setup);
        Task<long> loading = await again.Leaderboards.LoadAsync(default);
        await Task.WhenAll(owners.Select(async (o, i) =>
        {
            if (i % 5 == 0)
            {
                await again.Leaderboards.DeleteRecordAsync("b", o, null);
            }
            else
            {
                await again.Leaderboards.WriteAsync("b", new ScoreWrite(o, null, 1000 - i), null);
            }
        }));
        await loading;
        RecordPage page = await again.Leaderboards.ListAsync("b", 1000, null, [], 0, null, default);
        Assert.Equal(400, page.RankCount);
        Assert.Equal(Enumerable.Range(1, 400).Select(r => (long)r), page.Records.Select(r => r.Rank));
    }

    [Fact]
    public async Task Server_code_is_told_of_each_reset_once_also_of_those_it_slept_through()
    {
        List<long> told = [];
        Boards.OnEvent(e =>
        {
            told.Add(e.Period.Expiry);
            return Task.CompletedTask;
        });
        await MakeAsync(new("b") { ResetSchedule = "0 * * * *" });
        await Boards.RunDueAsync();
        Assert.Empty(told);
        Services.Time.Advance(TimeSpan.FromHours(1));
        await Boards.RunDueAsync();
        await Boards.RunDueAsync();
        Assert.Single(told);
        Services.Time.Advance(TimeSpan.FromHours(3));
        Catalogue again = new(Services.Setup);
        await await again.Leaderboards.LoadAsync(default);
        again.Leaderboards.OnEvent(e =>
        {
            told.Add(e.Period.Expiry);
            return Task.CompletedTask;
        });
        await again.Leaderboards.RunDueAsync();
        Assert.Equal(4, told.Count);
        Assert.Equal(told.Order().Distinct(), told);
    }

    [Fact]
    public async Task A_callback_that_throws_keeps_nobody_else_from_being_told()
    {
        List<string> told = [];
        Boards.OnEvent(_ => throw new InvalidOperationException("server code's own fault"));
        Boards.OnEvent(e =>
        {
            told.Add(e.Board.Id);
            return Task.CompletedTask;
        });
        await MakeAsync(new("a") { ResetSchedule = "0 * * * *" });
        await MakeAsync(new("b") { ResetSchedule = "0 * * * *" });
        Services.Time.Advance(TimeSpan.FromHours(1));
        await Boards.RunDueAsync();
        Assert.Equal(["a", "b"], told.Order());
        Assert.Equal(2, Services.Faults.Count);
        Services.Faults.Clear();
    }

    [Fact]
    public async Task A_hidden_players_record_is_seen_by_that_player_alone()
    {
        HashSet<Guid> hidden = [];
        await using LeaderboardStore boards = new(Services.Database, hidden.Contains, Services.Time, (where, _) => Assert.Fail(where));
        await boards.CreateAsync(new("h"));
        Guid carol = Guid.NewGuid();
        foreach ((Guid owner, int score) in new[] { (Bob, 30), (Alice, 20), (carol, 10) })
        {
            await boards.WriteAsync("h", new ScoreWrite(owner, null, score), owner);
        }
        hidden.Add(Alice);
        await boards.OwnerChangedAsync(Alice);
        Assert.Equal([(Bob, 1L), (carol, 2L)], await SeenAsync(Bob));
        Assert.Equal([(Bob, 1L), (Alice, 2L), (carol, 3L)], await SeenAsync(Alice));
        Assert.Equal([(Bob, 1L), (Alice, 0L), (carol, 2L)], await SeenAsync(null));
        Assert.Empty((await boards.ListAroundAsync("h", Alice, 3, null, 0, Bob, default)).Records);
        Assert.Equal(3, (await boards.ListAroundAsync("h", Alice, 3, null, 0, Alice, default)).Records.Count);
        Assert.Empty((await boards.ListAsync("h", 0, null, [Alice], 0, Bob, default)).OwnerRecords);
        // What they submit goes on to count for themselves.
        Assert.Equal(1, (await boards.WriteAsync("h", new ScoreWrite(Alice, null, 40), Alice)).Record!.Rank);
        Assert.Equal(1, (await boards.WriteAsync("h", new ScoreWrite(Bob, null, 31), Bob)).Record!.Rank);
        Assert.Equal([(Alice, 1L), (Bob, 2L), (carol, 3L)], await SeenAsync(Alice));
        await using LeaderboardStore again = new(Services.Database, hidden.Contains, Services.Time, (where, _) => Assert.Fail(where));
        await await again.LoadAsync(default);
        Assert.Equal(2, (await again.ListAsync("h", 10, null, [], 0, Bob, default)).RankCount);
        hidden.Clear();
        await boards.OwnerChangedAsync(Alice);
        Assert.Equal([(Alice, 1L), (Bob, 2L), (carol, 3L)], await SeenAsync(Bob));

        async Task<List<(Guid, long)>> SeenAsync(Guid? viewer) =>
            [.. (await boards.ListAsync("h", 10, null, [], 0, viewer, default)).Records.Select(r => (r.Owner, r.Rank))];
    }
}
