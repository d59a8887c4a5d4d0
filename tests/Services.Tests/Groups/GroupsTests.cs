using System.Text.Json;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Groups;

public sealed class SqliteGroupsTests() : GroupsTests(Engine.Sqlite);

public sealed class PostgresGroupsTests() : GroupsTests(Engine.Postgres);

/// <summary>Groups, request by request, with the answers recorded from the server that clients know.</summary>
public abstract class GroupsTests(Engine engine) : IAsyncLifetime
{
    private const string Denied = """404 {"code":5,"message":"Group not found or permission denied."}""";

    private readonly TestServices _services = new(engine);
    private TestPlayer _alice = null!;
    private TestPlayer _bob = null!;
    private string _guild = "";

    public async Task InitializeAsync()
    {
        _alice = await TestPlayer.SignUpAsync(_services, "alice_pxud");
        _bob = await TestPlayer.SignUpAsync(_services, "yzwaBOOdjg");
        _services.Time.Advance(TimeSpan.FromSeconds(1));
        _guild = (await _alice.CallAsync("POST", "/v2/group", """{"name":"guildmyxfkfdqxj","description":"d","lang_tag":"en","open":false,"max_count":3}"""))
            .GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task A_closed_group_from_its_beginning_to_its_end()
    {
        Assert.Equal($$"""200 {"groups":[{{Shown(members: 1)}}]}""", await _bob.SendAsync("GET", "/v2/group?name=guildmyx%25&limit=1"));
        Assert.Equal("""409 {"code":6,"message":"Group name is in use."}""", await _bob.SendAsync("POST", "/v2/group", """{"name":"guildmyxfkfdqxj"}"""));
        Assert.Equal("200 {}", await _bob.SendAsync("POST", $"/v2/group/{_guild}/join"));
        Assert.Equal("200 {}", await _bob.SendAsync("POST", $"/v2/group/{_guild}/join"));
        Assert.Equal(
            $$"""200 {"group_users":[{"user":{{User(_alice)}},"state":0},{"user":{{User(_bob)}},"state":3}]}""", await _bob.SendAsync("GET", $"/v2/group/{_guild}/user?limit=10"));
        Assert.Equal("200 {}", await _alice.SendAsync("POST", $"/v2/group/{_guild}/add?user_ids={_bob.Id}"));
        Assert.Equal("200 {}", await _alice.SendAsync("POST", $"/v2/group/{_guild}/promote?user_ids={_bob.Id}"));
        Assert.Equal($$"""200 {"user_groups":[{"group":{{Shown(members: 2)}},"state":1}]}""", await _alice.SendAsync("GET", $"/v2/user/{_bob.Id}/group?limit=10"));
        Assert.Equal("200 {}", await _alice.SendAsync("PUT", $"/v2/group/{_guild}", """{"description":"new","open":true}"""));
        Assert.Contains("\"description\":\"new\"", await _bob.SendAsync("GET", "/v2/group"), StringComparison.Ordinal);
        Assert.Equal("""400 {"code":3,"message":"Cannot leave group when you are the last superadmin."}""", await _alice.SendAsync("POST", $"/v2/group/{_guild}/leave"));
        Assert.Equal("200 {}", await _alice.SendAsync("POST", $"/v2/group/{_guild}/kick?user_ids={_bob.Id}"));
        Assert.Equal("""400 {"code":3,"message":"Group not found or you're not allowed to delete."}""", Plain(await _bob.SendAsync("DELETE", $"/v2/group/{_guild}")));
        Assert.Equal("200 {}", await _alice.SendAsync("DELETE", $"/v2/group/{_guild}"));
        Assert.Equal("200 {}", await _alice.SendAsync("GET", $"/v2/user/{_alice.Id}/group"));
    }

    [Theory]
    [InlineData("POST", "/v2/group", "{}", """400 {"code":3,"message":"Group name must be set."}""")]
    [InlineData("POST", "/v2/group", """{"name":"g","max_count":-1}""", """400 {"code":3,"message":"Group max count must be >= 1 when set."}""")]
    [InlineData("POST", "/v2/group", """{"name":"g","max_count":100001}""", """400 {"code":3,"message":"Group max count must be <= 100000."}""")]
    [InlineData("POST", "/v2/group", """{"name":"g","lang_tag":"0123456789012345678"}""", """400 {"code":3,"message":"Group language must be at most 18 bytes, without control characters."}""")]
    [InlineData("POST", "/v2/group/abc/join", "", """400 {"code":3,"message":"Group ID must be a valid ID."}""")]
    [InlineData("POST", "/v2/group/00000000-0000-4000-8000-000000000000/join", "", """404 {"code":5,"message":"Group not found."}""")]
    [InlineData("POST", "/v2/group/00000000-0000-4000-8000-000000000000/leave", "", "200 {}")]
    [InlineData("POST", "/v2/group/00000000-0000-4000-8000-000000000000/add?user_ids=00000000-0000-4000-8000-000000000000", "", Denied)]
    [InlineData("POST", "/v2/group/GUILD/add", "", "200 {}")]
    [InlineData("POST", "/v2/group/GUILD/add?user_ids=abc", "", """400 {"code":3,"message":"User ID must be a valid ID."}""")]
    [InlineData("POST", "/v2/group/GUILD/add?user_ids=00000000-0000-4000-8000-000000000000", "", """400 {"code":3,"message":"One or more users not found."}""")]
    [InlineData("POST", "/v2/group/GUILD/kick?user_ids=00000000-0000-4000-8000-000000000000", "", "200 {}")]
    [InlineData("PUT", "/v2/group/GUILD", "{}", """400 {"code":3,"message":"Specify at least one field to update."}""")]
    [InlineData("PUT", "/v2/group/GUILD", """{"name":""}""", """400 {"code":3,"message":"Group name cannot be empty."}""")]
    [InlineData("PUT", "/v2/group/GUILD", """{"lang_tag":""}""", """400 {"code":3,"message":"Group language cannot be empty."}""")]
    [InlineData("GET", "/v2/group?name=g%25&open=true", "", """400 {"code":3,"message":"name filter cannot be combined with any other filter"}""")]
    [InlineData("GET", "/v2/group?limit=101", "", """400 {"code":3,"message":"Invalid limit - limit must be between 1 and 100."}""")]
    [InlineData("GET", "/v2/group?cursor=zzz", "", """400 {"code":3,"message":"Malformed cursor was used."}""")]
    [InlineData("GET", "/v2/group/GUILD/user?state=5", "", """400 {"code":3,"message":"Invalid state - state must be between 0 and 4."}""")]
    [InlineData("GET", "/v2/group/GUILD/user?cursor=zzz", "", """400 {"code":3,"message":"Cursor is invalid."}""")]
    [InlineData("GET", "/v2/user/abc/group", "", """400 {"code":3,"message":"User ID must be a valid ID."}""")]
    public async Task Requests_that_are_wrong_or_nothing_are_answered_as_clients_know(string method, string target, string body, string answer) =>
        Assert.Equal(answer, await _alice.SendAsync(method, target.Replace("GUILD", _guild, StringComparison.Ordinal), body));

    [Fact]
    public async Task Who_is_no_admin_changes_nothing()
    {
        await _services.Catalogue.GroupMembers.AddAsync(Guid.Parse(_guild), [_bob.Id], null);
        TestPlayer carol = await TestPlayer.SignUpAsync(_services, "carol");
        foreach (TestPlayer player in (TestPlayer[])[_bob, carol])
        {
            foreach (string way in (string[])["add", "kick", "ban", "promote", "demote"])
            {
                Assert.Equal(Denied, await player.SendAsync("POST", $"/v2/group/{_guild}/{way}?user_ids={_alice.Id}"));
            }
            Assert.Equal("""404 {"code":5,"message":"Group not found or you're not allowed to update."}""", Plain(await player.SendAsync("PUT", $"/v2/group/{_guild}", """{"open":true}""")));
            Assert.StartsWith("400 ", await player.SendAsync("DELETE", $"/v2/group/{_guild}"), StringComparison.Ordinal);
        }
        Assert.Equal([0, 2], await StatesAsync(_guild));
    }

    [Fact]
    public async Task Admins_and_members_are_told_of_requests_and_of_being_added()
    {
        await _bob.CallAsync("POST", $"/v2/group/{_guild}/join");
        await _alice.CallAsync("POST", $"/v2/group/{_guild}/add?user_ids={_bob.Id}");
        JsonElement asked = Assert.Single(await _alice.ListAsync("/v2/notification?limit=9", "notifications"));
        Assert.Equal((-5, "User yzwaBOOdjg wants to join your group"), (asked.GetProperty("code").GetInt32(), asked.GetProperty("subject").GetString()));
        JsonElement added = Assert.Single(await _bob.ListAsync("/v2/notification?limit=9", "notifications"));
        Assert.Equal(
            (-4, "You've been added to group guildmyxfkfdqxj", $$"""{"group_id":"{{_guild}}","name":"guildmyxfkfdqxj"}""", _alice.Id),
            (added.GetProperty("code").GetInt32(), added.GetProperty("subject").GetString(), added.GetProperty("content").GetString(), added.GetProperty("sender_id").GetGuid()));
    }

    [Fact]
    public async Task A_ban_keeps_out_until_the_user_is_kicked_again()
    {
        string open = await CreateAsync("open", open: true);
        await _bob.CallAsync("POST", $"/v2/group/{open}/join");
        await _alice.CallAsync("POST", $"/v2/group/{open}/ban?user_ids={_bob.Id}");
        await _bob.CallAsync("POST", $"/v2/group/{open}/join");
        await _bob.CallAsync("POST", $"/v2/group/{open}/leave");
        await _alice.CallAsync("POST", $"/v2/group/{open}/add?user_ids={_bob.Id}");
        Assert.Equal([0], await StatesAsync(open));
        Assert.Equal([4], await StatesAsync(open, "?state=4"));
        Assert.Empty(await _bob.ListAsync($"/v2/user/{_bob.Id}/group", "user_groups"));
        await _alice.CallAsync("POST", $"/v2/group/{open}/kick?user_ids={_bob.Id}");
        await _bob.CallAsync("POST", $"/v2/group/{open}/join");
        Assert.Equal([0, 2], await StatesAsync(open));
        Assert.Equal(2, await EdgeCountAsync(open));
    }

    [Fact]
    public async Task Whom_a_block_parts_is_not_added_and_not_told()
    {
        await _bob.CallAsync("POST", $"/v2/friend/block?ids={_alice.Id}");
        await _alice.CallAsync("POST", $"/v2/group/{_guild}/add?user_ids={_bob.Id}");
        Assert.Equal([0], await StatesAsync(_guild));
        await _bob.CallAsync("POST", $"/v2/group/{_guild}/join");
        Assert.Empty(await _alice.ListAsync("/v2/notification", "notifications"));
    }

    [Fact]
    public async Task The_last_member_takes_the_group_along()
    {
        Assert.Equal("200 {}", await _alice.SendAsync("POST", $"/v2/group/{_guild}/leave"));
        Assert.Empty(await _alice.ListAsync("/v2/group", "groups"));
    }

    [Fact]
    public async Task A_full_group_takes_no_more_and_changes_none_when_all_do_not_fit()
    {
        TestPlayer[] others = await SignUpAsync(3);
        Assert.Equal("""400 {"code":3,"message":"Group is full."}""", await _alice.SendAsync("POST", $"/v2/group/{_guild}/add?{Ids(others)}"));
        Assert.Equal([0], await StatesAsync(_guild));
        await _alice.CallAsync("POST", $"/v2/group/{_guild}/add?{Ids(others[..2])}");
        Assert.Equal("""400 {"code":3,"message":"Group is full."}""", await others[2].SendAsync("POST", $"/v2/group/{_guild}/join"));
        Assert.Equal(GroupResult.Full, await _services.Catalogue.Groups.UpdateAsync(Guid.Parse(_guild), new GroupUpdate(MaxCount: 2), null));
        Assert.Equal(GroupResult.Done, await _services.Catalogue.Groups.UpdateAsync(Guid.Parse(_guild), new GroupUpdate(MaxCount: 4, Metadata: """{"level":3}"""), null));
        await others[2].CallAsync("POST", $"/v2/group/{_guild}/join");
        await _alice.CallAsync("POST", $"/v2/group/{_guild}/add?{Ids(others[2..])}");
        Assert.Equal([0, 2, 2, 2], await StatesAsync(_guild));
    }

    [Fact]
    public async Task Groups_are_found_by_name_and_by_language_size_and_openness()
    {
        foreach ((string name, string lang, bool open) in (IEnumerable<(string, string, bool)>)[("Alpha", "en", true), ("alpine", "de", true), ("al_x", "de", false), ("alyx", "de", true)])
        {
            _services.Time.Advance(TimeSpan.FromSeconds(1));
            await _alice.CallAsync("POST", "/v2/group", $$"""{"name":"{{name}}","lang_tag":"{{lang}}","open":{{(open ? "true" : "false")}}}""");
        }
        Assert.Equal(["al_x", "Alpha", "alpine", "alyx"], await NamesAsync("name=AL%25"));
        Assert.Equal(["Alpha"], await NamesAsync("name=alpha"));
        Assert.Equal(["al_x"], await NamesAsync("name=al_x"));
        Assert.Equal(["alpine"], await NamesAsync("name=al%25ne"));
        Assert.Equal(["alyx", "al_x", "alpine"], await NamesAsync("lang_tag=de"));
        Assert.Equal(["alyx", "alpine"], await NamesAsync("lang_tag=de&open=true&members=1"));
        Assert.Empty(await NamesAsync("members=0"));
        Assert.Equal(["alyx", "al_x", "alpine", "Alpha", "guildmyxfkfdqxj"], await NamesAsync(""));
        Assert.Equal(["al_x", "guildmyxfkfdqxj"], await NamesAsync("open=false"));
        string cursor = (await _bob.CallAsync("GET", "/v2/group?name=al%25")).GetProperty("cursor").GetString()!;
        Assert.Equal("""400 {"code":3,"message":"Malformed cursor was used."}""", await _bob.SendAsync("GET", $"/v2/group?cursor={cursor}"));
    }

    [Fact]
    public async Task Pages_of_users_and_of_groups_miss_none()
    {
        string group = await CreateAsync("big", open: true);
        TestPlayer[] others = await SignUpAsync(9);
        foreach (TestPlayer other in others)
        {
            await other.CallAsync("POST", $"/v2/group/{group}/join");
        }
        await _alice.CallAsync("POST", $"/v2/group/{group}/promote?{Ids(others[3..5])}");
        Guid[] expected = [_alice.Id, .. others[3..5].Select(o => o.Id), .. others[..3].Select(o => o.Id), .. others[5..].Select(o => o.Id)];
        List<JsonElement> paged = await _bob.ListAllAsync($"/v2/group/{group}/user?limit=2", "group_users");
        Assert.Equal(expected.Length, paged.Count);
        Assert.Equal(expected.Order(), paged.Select(u => u.GetProperty("user").GetProperty("id").GetGuid()).Order());
        Assert.Equal([0, 1, 1, 2, 2, 2, 2, 2, 2, 2], paged.Select(u => u.GetProperty("state").GetInt32()));
        Assert.Equal(2, (await _bob.ListAllAsync($"/v2/group/{group}/user?limit=1&state=1", "group_users")).Count);
        for (int i = 0; i < 4; i++)
        {
            await CreateAsync($"another{i}", open: false);
        }
        Assert.Equal(6, (await _bob.ListAllAsync($"/v2/user/{_alice.Id}/group?limit=4", "user_groups")).Count);
    }

    [Fact]
    public async Task An_account_that_is_deleted_hands_its_groups_on()
    {
        TestPlayer carol = await TestPlayer.SignUpAsync(_services, "carol");
        string alone = await CreateAsync("alone", open: true);
        string shared = await CreateAsync("shared", open: true);
        foreach (TestPlayer player in (TestPlayer[])[_bob, carol])
        {
            await player.CallAsync("POST", $"/v2/group/{shared}/join");
            _services.Time.Advance(TimeSpan.FromSeconds(1));
        }
        await _alice.CallAsync("POST", $"/v2/group/{shared}/promote?user_ids={carol.Id}");
        await _bob.CallAsync("POST", $"/v2/group/{_guild}/join");
        await _alice.CallAsync("DELETE", "/v2/account");
        Assert.Equal(["shared"], await NamesAsync(""));
        Assert.Equal(2, await EdgeCountAsync(shared));
        Assert.Equal(GroupState.Superadmin, await _services.Catalogue.GroupMembers.StateOfAsync(Guid.Parse(shared), carol.Id, default));
        Assert.Equal(GroupState.Member, await _services.Catalogue.GroupMembers.StateOfAsync(Guid.Parse(shared), _bob.Id, default));
        Assert.NotEqual(alone, shared);
    }

    [Fact]
    public async Task Sixteen_who_join_at_once_never_make_a_group_larger_than_it_may_be()
    {
        const int Max = 7;
        string group = await CreateAsync("small", open: true, Max);
        TestPlayer[] others = await SignUpAsync(16);
        string[] answers = await Task.WhenAll(others.Select(o => Task.Run(() => o.SendAsync("POST", $"/v2/group/{group}/join"))));
        Assert.Equal(Max - 1, answers.Count(a => a == "200 {}"));
        Assert.All(answers.Where(a => a != "200 {}"), a => Assert.Equal("""400 {"code":3,"message":"Group is full."}""", a));
        Assert.Equal(Max, (await StatesAsync(group)).Count);
        Assert.Equal(Max, await EdgeCountAsync(group));
    }

    [Fact]
    public async Task Whatever_many_do_at_once_counts_stay_exact_and_a_superadmin_stays()
    {
        const int Max = 6;
        string group = await CreateAsync("busy", open: true, Max);
        TestPlayer[] players = [_alice, _bob, .. await SignUpAsync(6)];
        foreach (TestPlayer player in players[1..4])
        {
            await player.CallAsync("POST", $"/v2/group/{group}/join");
            await _alice.CallAsync("POST", $"/v2/group/{group}/promote?user_ids={player.Id}");
            await _alice.CallAsync("POST", $"/v2/group/{group}/promote?user_ids={player.Id}");
        }
        string[] ways = ["join", "kick", "demote", "leave", "promote", "ban", "add"];
        await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < 14; i++)
            {
                TestPlayer actor = players[(writer + i) % players.Length];
                string way = ways[(writer * 3 + i) % ways.Length];
                string query = way is "join" or "leave" ? "" : "?" + Ids([players[(writer + i * 5 + 1) % players.Length], players[(writer + i * 3 + 2) % players.Length]]);
                string answer = await actor.SendAsync("POST", $"/v2/group/{group}/{way}{query}");
                Assert.True(answer[0] is '2' or '4', answer);
            }
        })));
        if ((await _services.Catalogue.Groups.FindAsync([Guid.Parse(group)], default)).Count == 0)
        {
            // All but one were gone, and then that one left too: the group goes with its last member.
            return;
        }
        List<int> states = await StatesAsync(group);
        int members = states.Count(s => s <= 2);
        Assert.InRange(members, 1, Max);
        Assert.Equal(members, await EdgeCountAsync(group));
        Assert.Contains(0, states);
    }

    private async Task<string> CreateAsync(string name, bool open, int max = 100) =>
        (await _alice.CallAsync("POST", "/v2/group", $$"""{"name":"{{name}}","open":{{(open ? "true" : "false")}},"max_count":{{max}}}""")).GetProperty("id").GetString()!;

    private async Task<TestPlayer[]> SignUpAsync(int count) => await Task.WhenAll(Enumerable.Range(0, count).Select(i => TestPlayer.SignUpAsync(_services, $"player{i}")));

    private async Task<List<int>> StatesAsync(string group, string query = "") =>
        [.. (await _bob.ListAsync($"/v2/group/{group}/user{query}", "group_users")).Select(u => u.GetProperty("state").GetInt32())];

    private async Task<int> EdgeCountAsync(string group) => Assert.Single(await _services.Catalogue.Groups.FindAsync([Guid.Parse(group)], default)).EdgeCount;

    private async Task<string[]> NamesAsync(string query) =>
        [.. (await _bob.ListAllAsync("/v2/group?limit=2&" + query, "groups")).Select(g => g.GetProperty("name").GetString()!)];

    private string Shown(int members) =>
        $$"""{"id":"{{_guild}}","creator_id":"{{_alice.Id}}","name":"guildmyxfkfdqxj","description":"d","lang_tag":"en","metadata":"{}","open":false,"edge_count":{{members}},"max_count":3,"create_time":"2026-11-20T21:29:28Z","update_time":"2026-11-20T21:29:28Z"}""";

    private static string User(TestPlayer player) =>
        $$"""{"id":"{{player.Id}}","username":"{{player.Username}}","lang_tag":"en","metadata":"{}","create_time":"2026-11-20T21:29:27Z","update_time":"2026-11-20T21:29:27Z"}""";

    private static string Ids(IEnumerable<TestPlayer> players) => string.Join('&', players.Select(p => $"user_ids={p.Id}"));

    // Answers escape an apostrophe; any reader of JSON sees the same.
    private static string Plain(string answer) => answer.Replace("\\u0027", "'", StringComparison.Ordinal);
}
