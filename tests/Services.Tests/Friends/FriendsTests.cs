using System.Text.Json;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Friends;

public sealed class SqliteFriendsTests() : FriendsTests(Engine.Sqlite);

public sealed class PostgresFriendsTests() : FriendsTests(Engine.Postgres);

/// <summary>Friends, request by request, with the answers recorded from the server that clients know.</summary>
public abstract class FriendsTests(Engine engine) : IAsyncLifetime
{
    private readonly TestServices _services = new(engine);
    private TestPlayer _alice = null!;
    private TestPlayer _bob = null!;

    public async Task InitializeAsync()
    {
        _alice = await TestPlayer.SignUpAsync(_services, "alice_pxud");
        _bob = await TestPlayer.SignUpAsync(_services, "yzwaBOOdjg");
        _services.Time.Advance(TimeSpan.FromSeconds(1));
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task An_invitation_is_seen_by_both_and_accepted_by_adding_back()
    {
        Assert.Equal("200 {}", await _alice.SendAsync("POST", $"/v2/friend?ids={_bob.Id}&metadata=%7B%22via%22%3A%22x%22%7D"));
        Assert.Equal($$"""200 {"friends":[{"user":{{Shown(_bob)}},"state":1,"update_time":"2026-11-20T21:29:28Z","metadata":"{\"via\":\"x\"}"}]}""", await _alice.SendAsync("GET", "/v2/friend?limit=10"));
        Assert.Equal($$"""200 {"friends":[{"user":{{Shown(_alice)}},"state":2,"update_time":"2026-11-20T21:29:28Z","metadata":"{}"}]}""", await _bob.SendAsync("GET", "/v2/friend?limit=10"));
        Assert.Equal("200 {}", await _bob.SendAsync("POST", $"/v2/friend?ids={_alice.Id}"));
        Assert.Equal($$"""200 {"friends":[{"user":{{Shown(_bob)}},"state":0,"update_time":"2026-11-20T21:29:28Z","metadata":"{\"via\":\"x\"}"}]}""", await _alice.SendAsync("GET", "/v2/friend?limit=10&state=0"));
        Assert.Equal("200 {}", await _bob.SendAsync("POST", $"/v2/friend?ids={_alice.Id}"));
        Assert.Equal((1, 1), (await _alice.EdgeCountAsync(), await _bob.EdgeCountAsync()));
    }

    [Theory]
    [InlineData("POST", "/v2/friend?ids=ALICE", """400 {"code":3,"message":"Cannot add self as friend."}""")]
    [InlineData("POST", "/v2/friend?usernames=alice_pxud", """400 {"code":3,"message":"Cannot add self as friend."}""")]
    [InlineData("DELETE", "/v2/friend?ids=ALICE", """400 {"code":3,"message":"Cannot delete self."}""")]
    [InlineData("POST", "/v2/friend/block?ids=ALICE", """400 {"code":3,"message":"Cannot block self."}""")]
    [InlineData("POST", "/v2/friend", "200 {}")]
    [InlineData("POST", "/v2/friend?ids=abc", """400 {"code":3,"message":"Invalid user ID 'abc'."}""")]
    [InlineData("POST", "/v2/friend?ids=00000000-0000-0000-0000-000000000000", """400 {"code":3,"message":"Invalid user ID '00000000-0000-0000-0000-000000000000'."}""")]
    [InlineData("POST", "/v2/friend?usernames=", """400 {"code":3,"message":"Username must not be empty."}""")]
    [InlineData("POST", "/v2/friend?usernames=nobody", """400 {"code":3,"message":"No valid ID or username was provided."}""")]
    [InlineData("POST", "/v2/friend?ids=00000000-0000-4000-8000-000000000000", "200 {}")]
    [InlineData("POST", "/v2/friend?usernames=yzwaBOOdjg&metadata=5", """400 {"code":3,"message":"Metadata must be a JSON object of at most 16000 bytes."}""")]
    [InlineData("GET", "/v2/friend?state=9", """400 {"code":3,"message":"Invalid state - state must be between 0 and 3."}""")]
    [InlineData("GET", "/v2/friend?limit=1001", """400 {"code":3,"message":"Invalid limit - limit must be between 1 and 1000."}""")]
    [InlineData("GET", "/v2/friend?cursor=zzz", """400 {"code":3,"message":"Cursor is invalid."}""")]
    [InlineData("GET", "/v2/friend/friends?limit=101", """400 {"code":3,"message":"Invalid limit - limit must be between 1 and 100."}""")]
    [InlineData("GET", "/v2/friend/friends?cursor=zzz", """400 {"code":3,"message":"Cursor is invalid."}""")]
    public async Task Requests_that_are_wrong_or_nothing_are_answered_as_clients_know(string method, string target, string answer)
    {
        Assert.Equal(answer, await _alice.SendAsync(method, target.Replace("ALICE", $"{_alice.Id}", StringComparison.Ordinal)));
        Assert.Equal(0, await _alice.EdgeCountAsync());
    }

    [Fact]
    public async Task A_block_ends_a_friendship_silences_invitations_and_is_lifted_by_deleting()
    {
        await BefriendAsync(_alice, _bob);
        Assert.Equal("200 {}", await _bob.SendAsync("POST", $"/v2/friend/block?ids={_alice.Id}"));
        Assert.Empty(await StatesAsync(_alice));
        Assert.Equal([3], await StatesAsync(_bob));
        Assert.Equal((0, 1), (await _alice.EdgeCountAsync(), await _bob.EdgeCountAsync()));
        await _alice.CallAsync("POST", $"/v2/friend?ids={_bob.Id}");
        await _bob.CallAsync("POST", $"/v2/friend?ids={_alice.Id}");
        Assert.Empty(await StatesAsync(_alice));
        Assert.Equal([_bob.Id], await _services.Catalogue.Friends.BlocksAsync(_alice.Id, [_bob.Id, Guid.NewGuid()], default));
        Assert.Equal("200 {}", await _bob.SendAsync("DELETE", $"/v2/friend?ids={_alice.Id}"));
        await _alice.CallAsync("POST", $"/v2/friend?usernames={_bob.Username}");
        Assert.Equal([1], await StatesAsync(_alice));
        Assert.Equal((1, 1), (await _alice.EdgeCountAsync(), await _bob.EdgeCountAsync()));
    }

    [Fact]
    public async Task Who_blocked_back_stays_blocked_when_the_first_block_is_lifted()
    {
        await _alice.CallAsync("POST", $"/v2/friend/block?ids={_bob.Id}");
        await _bob.CallAsync("POST", $"/v2/friend/block?ids={_alice.Id}");
        await _alice.CallAsync("DELETE", $"/v2/friend?ids={_bob.Id}");
        Assert.Empty(await StatesAsync(_alice));
        Assert.Equal([3], await StatesAsync(_bob));
        Assert.Equal((0, 1), (await _alice.EdgeCountAsync(), await _bob.EdgeCountAsync()));
    }

    [Fact]
    public async Task The_other_is_told_at_once_and_later()
    {
        TestChannel socket = _bob.OpenSocket(out RealtimeSession session);
        await _alice.CallAsync("POST", $"/v2/friend?ids={_bob.Id}");
        string pushed = Assert.Single(socket.Take());
        Assert.Matches(
            $$$"""^{"notifications":{"notifications":\[{"id":"[0-9a-f-]{36}","subject":"alice_pxud wants to add you as a friend","content":"{\\"username\\":\\"alice_pxud\\"}","code":-2,"sender_id":"{{{_alice.Id}}}","create_time":"2026-11-20T21:29:28Z","persistent":true}\]}}$""",
            pushed);
        session.Closed();
        await _bob.CallAsync("POST", $"/v2/friend?ids={_alice.Id}");
        await _alice.CallAsync("DELETE", $"/v2/friend?ids={_bob.Id}");
        Assert.Equal(["yzwaBOOdjg accepted your friend request"], await SubjectsAsync(_alice));
        Assert.Equal(["alice_pxud wants to add you as a friend", "alice_pxud removed you as a friend"], await SubjectsAsync(_bob));
        Assert.Contains(pushed["{\"notifications\":{\"notifications\":[".Length..^3], await _bob.SendAsync("GET", "/v2/notification?limit=1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_shadow_banned_player_sends_is_seen_by_that_player_alone()
    {
        TestChannel socket = _bob.OpenSocket(out _);
        Assert.True(await _services.Catalogue.Bans.ShadowBanAsync(_alice.Id));
        await _alice.CallAsync("POST", $"/v2/friend?ids={_bob.Id}");
        Assert.Empty(socket.Take());
        Assert.Empty(await SubjectsAsync(_bob));
        Assert.Empty(await StatesAsync(_bob));
        Assert.Equal([1], await StatesAsync(_alice));
        Assert.True(await _services.Catalogue.Bans.LiftShadowBanAsync(_alice.Id));
        Assert.Single(await SubjectsAsync(_bob));
        Assert.Equal([2], await StatesAsync(_bob));
    }

    [Fact]
    public async Task Who_has_a_socket_open_is_online()
    {
        await BefriendAsync(_alice, _bob);
        _bob.OpenSocket(out RealtimeSession one);
        _bob.OpenSocket(out RealtimeSession two);
        Assert.Contains("\"online\":true", await _alice.SendAsync("GET", "/v2/friend"), StringComparison.Ordinal);
        one.Closed();
        Assert.Contains("\"online\":true", await _alice.SendAsync("GET", "/v2/friend"), StringComparison.Ordinal);
        two.Closed();
        Assert.DoesNotContain("online", await _alice.SendAsync("GET", "/v2/friend"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_go_by_state_and_age_and_pages_miss_none()
    {
        List<TestPlayer> others = [];
        for (int i = 0; i < 9; i++)
        {
            _services.Time.Advance(TimeSpan.FromSeconds(i % 3));
            TestPlayer other = await TestPlayer.SignUpAsync(_services, $"other{i}");
            others.Add(other);
            await (i % 3 == 0 ? BefriendAsync(_alice, other) : _alice.CallAsync("POST", $"/v2/friend{(i % 3 == 1 ? "" : "/block")}?ids={other.Id}"));
        }
        string[] all = [.. (await _alice.ListAllAsync("/v2/friend?limit=1000", "friends")).Select(Name)];
        Assert.Equal(["other0", "other3", "other6", "other1", "other4", "other7", "other2", "other5", "other8"], all);
        Assert.Equal(all, (await _alice.ListAllAsync("/v2/friend?limit=2", "friends")).Select(Name));
        Assert.Equal(["other1", "other4", "other7"], (await _alice.ListAllAsync("/v2/friend?limit=1&state=1", "friends")).Select(Name));
        string cursor = (await _alice.CallAsync("GET", "/v2/friend?limit=1&state=1")).GetProperty("cursor").GetString()!;
        Assert.Equal("""400 {"code":3,"message":"Cursor is invalid."}""", await _alice.SendAsync("GET", $"/v2/friend?limit=1&state=0&cursor={cursor}"));
    }

    [Fact]
    public async Task Friends_of_friends_are_those_one_does_not_know_yet()
    {
        TestPlayer[] circle = [.. await Task.WhenAll(Enumerable.Range(0, 6).Select(i => TestPlayer.SignUpAsync(_services, $"circle{i}")))];
        await BefriendAsync(_alice, _bob);
        await BefriendAsync(_alice, circle[0]);
        foreach (TestPlayer friend in circle)
        {
            await BefriendAsync(_bob, friend);
        }
        await BefriendAsync(circle[0], circle[1]);
        await _alice.CallAsync("POST", $"/v2/friend/block?ids={circle[2].Id}");
        await circle[3].CallAsync("POST", $"/v2/friend/block?ids={_alice.Id}");
        (Guid, Guid)[] expected = [(_bob.Id, circle[1].Id), (_bob.Id, circle[4].Id), (_bob.Id, circle[5].Id), (circle[0].Id, circle[1].Id)];
        foreach (int limit in (int[])[1, 3, 100])
        {
            List<JsonElement> found = await _alice.ListAllAsync($"/v2/friend/friends?limit={limit}", "friends_of_friends");
            Assert.Equal(
                expected.Order(), found.Select(f => (f.GetProperty("referrer").GetGuid(), f.GetProperty("user").GetProperty("id").GetGuid())).Order());
        }
    }

    [Fact]
    public async Task An_import_makes_friends_and_a_reset_ends_what_was_before()
    {
        TestPlayer carol = await TestPlayer.SignUpAsync(_services, "carol");
        TestPlayer dave = await TestPlayer.SignUpAsync(_services, "dave");
        await BefriendAsync(_alice, _bob);
        await dave.CallAsync("POST", $"/v2/friend/block?ids={_alice.Id}");
        await _alice.CallAsync("POST", $"/v2/friend?ids={carol.Id}");
        FriendResult result = await _services.Catalogue.Friends.ImportAsync(_alice.Id, _alice.Username, [carol.Id, dave.Id, _alice.Id, carol.Id, Guid.NewGuid()], "steam", reset: true);
        Assert.Equal(FriendResult.Done, result);
        JsonElement friend = Assert.Single(await _alice.ListAsync("/v2/friend", "friends"));
        Assert.Equal(("carol", 0, """{"provider":"steam"}"""), (Name(friend), friend.GetProperty("state").GetInt32(), friend.GetProperty("metadata").GetString()));
        Assert.Equal([0], await StatesAsync(carol));
        Assert.Equal([3], await StatesAsync(dave));
        Assert.Equal((1, 0, 1, 1), (await _alice.EdgeCountAsync(), await _bob.EdgeCountAsync(), await carol.EdgeCountAsync(), await dave.EdgeCountAsync()));
        Assert.Equal("Your friend has just joined the game", (await SubjectsAsync(carol))[^1]);
    }

    [Fact]
    public async Task A_full_list_takes_no_more_but_can_still_block()
    {
        await _services.Database.WriteAsync(s => s.ExecuteAsync("UPDATE users SET edge_count = @Max WHERE id = @Id", new { Max = Limits.FriendsMax, _alice.Id }));
        Assert.Equal("""400 {"code":9,"message":"Too many friends, invites and blocks - at most 5000 are possible."}""", await _alice.SendAsync("POST", $"/v2/friend?ids={_bob.Id}"));
        Assert.Equal("""400 {"code":9,"message":"One of the users has too many friends and invites."}""", await _bob.SendAsync("POST", $"/v2/friend?ids={_alice.Id}"));
        Assert.Equal("200 {}", await _alice.SendAsync("POST", $"/v2/friend/block?ids={_bob.Id}"));
    }

    [Fact]
    public async Task An_account_that_is_deleted_leaves_no_edge_and_no_count()
    {
        TestPlayer carol = await TestPlayer.SignUpAsync(_services, "carol");
        await BefriendAsync(_alice, _bob);
        await carol.CallAsync("POST", $"/v2/friend?ids={_alice.Id}");
        await carol.CallAsync("POST", $"/v2/friend/block?ids={_bob.Id}");
        await _alice.CallAsync("DELETE", "/v2/account");
        Assert.Empty(await StatesAsync(_bob));
        Assert.Equal((0, 1), (await _bob.EdgeCountAsync(), await carol.EdgeCountAsync()));
    }

    [Fact]
    public async Task Many_who_add_block_and_delete_each_other_at_once_leave_pairs_that_can_be_and_exact_counts()
    {
        TestPlayer[] players = [_alice, _bob, .. await Task.WhenAll(Enumerable.Range(0, 4).Select(i => TestPlayer.SignUpAsync(_services, $"crowd{i}")))];
        string[] ways = ["POST /v2/friend", "POST /v2/friend", "DELETE /v2/friend", "POST /v2/friend/block"];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 12; i++)
            {
                TestPlayer actor = players[(writer + i) % players.Length];
                IEnumerable<Guid> others = players.Where(p => p != actor).Skip((writer * 7 + i) % 3).Take(3).Select(p => p.Id);
                string[] way = ways[(writer + i * 3) % ways.Length].Split(' ');
                Assert.Equal("200 {}", await actor.SendAsync(way[0], $"{way[1]}?{string.Join('&', others.Select(o => $"ids={o}"))}"));
            }
        })));
        await AssertPairsAsync(players);
    }

    [Fact]
    public async Task Two_who_add_each_other_at_once_are_friends()
    {
        for (int i = 0; i < 20; i++)
        {
            TestPlayer one = await TestPlayer.SignUpAsync(_services, $"one{i}");
            TestPlayer two = await TestPlayer.SignUpAsync(_services, $"two{i}");
            await Task.WhenAll(Task.Run(() => one.CallAsync("POST", $"/v2/friend?ids={two.Id}")), Task.Run(() => two.CallAsync("POST", $"/v2/friend?ids={one.Id}")));
            Assert.Equal([0], await StatesAsync(one));
            Assert.Equal([0], await StatesAsync(two));
            Assert.Equal((1, 1), (await one.EdgeCountAsync(), await two.EdgeCountAsync()));
        }
    }

    private async Task AssertPairsAsync(TestPlayer[] players)
    {
        Dictionary<(Guid, Guid), int> states = [];
        foreach (TestPlayer player in players)
        {
            JsonElement[] list = await player.ListAsync("/v2/friend", "friends");
            Assert.Equal(list.Length, await player.EdgeCountAsync());
            foreach (JsonElement friend in list)
            {
                states[(player.Id, friend.GetProperty("user").GetProperty("id").GetGuid())] = friend.GetProperty("state").GetInt32();
            }
        }
        foreach (((Guid user, Guid other), int state) in states)
        {
            int? theirs = states.TryGetValue((other, user), out int found) ? found : null;
            Assert.True(
                (state, theirs) is (0, 0) or (1, 2) or (2, 1) or (3, 3) or (3, null), $"{state} is opposed by {theirs}");
        }
    }

    private static async Task BefriendAsync(TestPlayer one, TestPlayer two)
    {
        await one.CallAsync("POST", $"/v2/friend?ids={two.Id}");
        await two.CallAsync("POST", $"/v2/friend?ids={one.Id}");
    }

    private static async Task<List<int>> StatesAsync(TestPlayer player) => [.. (await player.ListAsync("/v2/friend", "friends")).Select(f => f.GetProperty("state").GetInt32())];

    private static async Task<string[]> SubjectsAsync(TestPlayer player) =>
        [.. (await player.ListAsync("/v2/notification?limit=100", "notifications")).Select(n => n.GetProperty("subject").GetString()!)];

    private static string Name(JsonElement friend) => friend.GetProperty("user").GetProperty("username").GetString()!;

    // As recorded: a new edge counts as an update of the player.
    private static string Shown(TestPlayer player) =>
        $$"""{"id":"{{player.Id}}","username":"{{player.Username}}","lang_tag":"en","metadata":"{}","create_time":"2026-11-20T21:29:27Z","update_time":"2026-11-20T21:29:28Z"}""";
}
