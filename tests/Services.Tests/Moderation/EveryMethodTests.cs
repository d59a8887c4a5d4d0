using System.Buffers;
using System.Text;
using RealtimeServer.Protocol.Rest;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;
using RealtimeServer.Services.Tournaments;

namespace RealtimeServer.Services.Moderation;

public sealed class SqliteEveryMethodTests() : EveryMethodTests(Engine.Sqlite);

public sealed class PostgresEveryMethodTests() : EveryMethodTests(Engine.Postgres);

/// <summary>Bans and shadow bans at every method there is: a new one fails here until it is said what it shows of a hidden player.</summary>
public abstract class EveryMethodTests(Engine engine) : IAsyncLifetime
{
    /// <summary>
    /// What shows others' doings, with the call that would show the cheater's. {cheater} and {club} are ids: of the cheater, and of a
    /// group they ask to join.
    /// </summary>
    private static readonly Dictionary<string, (string Method, string Target, string Body)> Shows = new()
    {
        ["ReadStorageObjects"] = ("POST", "/v2/storage", """{"object_ids":[{"collection":"heroes","key":"k","user_id":"{cheater}"}]}"""),
        ["ListStorageObjects"] = ("GET", "/v2/storage/heroes?user_id={cheater}", ""),
        ["SearchStorage"] = ("GET", "/v2/search/storage/heroes", ""),
        ["ListGroups"] = ("GET", "/v2/group?name=cheaters%25&limit=10", ""),
        ["ListGroupUsers"] = ("GET", "/v2/group/{club}/user?limit=10", ""),
        ["ListFriends"] = ("GET", "/v2/friend", ""),
        ["ListLeaderboardRecords"] = ("GET", "/v2/leaderboard/board?limit=10", ""),
        ["ListLeaderboardRecordsAroundOwner"] = ("GET", "/v2/leaderboard/board/owner/{other}?limit=10", ""),
        ["ListTournamentRecords"] = ("GET", "/v2/tournament/cup?limit=10", ""),
        ["ListTournamentRecordsAroundOwner"] = ("GET", "/v2/tournament/cup/owner/{other}?limit=10", ""),
    };

    // Profiles, which stay; what belongs to the caller alone; what others have let happen (members, friends); what is told, looked at elsewhere.
    private static readonly HashSet<string> ShowNothing =
    [
        "GetUsers", "GetAccount", "UpdateAccount", "DeleteAccount", "SessionLogout", "RpcFunc", "WriteStorageObjects", "DeleteStorageObjects",
        "AddFriends", "DeleteFriends", "BlockFriends", "ListFriendsOfFriends", "ImportFacebookFriends", "ImportSteamFriends",
        "CreateGroup", "UpdateGroup", "DeleteGroup", "JoinGroup", "LeaveGroup", "AddGroupUsers", "KickGroupUsers", "BanGroupUsers",
        "PromoteGroupUsers", "DemoteGroupUsers", "ListUserGroups", "ListNotifications", "DeleteNotifications",
        "WriteLeaderboardRecord", "DeleteLeaderboardRecord", "WriteTournamentRecord", "DeleteTournamentRecord", "JoinTournament", "ListTournaments",
        "ListMatches", "Connect",
    ];

    private const StringComparison Ordinal = StringComparison.Ordinal;

    private readonly TestServices _services = new(engine, [new Storage.StorageIndexDefinition("heroes", "heroes", ["name"])]);
    private TestPlayer _cheater = null!;
    private TestPlayer _other = null!;
    private string _club = "";

    public async Task InitializeAsync()
    {
        _cheater = await TestPlayer.SignUpAsync(_services, "cheater");
        _other = await TestPlayer.SignUpAsync(_services, "other");
        await _services.Catalogue.Leaderboards.CreateAsync(new LeaderboardDefinition("board"));
        EntryRules rules = new(Duration: 3600, StartTime: 0, EndTime: 0, MaxSize: 0, MaxNumScore: 5, JoinRequired: false);
        await _services.Catalogue.Tournaments.CreateAsync(new TournamentDefinition(new("cup") { Entry = rules, ResetSchedule = "0 * * * *" }));
        _services.Time.Advance(TimeSpan.FromHours(1));
        _club = (await _other.CallAsync("POST", "/v2/group", """{"name":"club"}""")).GetProperty("id").GetString()!;
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task No_method_shows_the_doings_of_a_hidden_player_before_the_ban_is_lifted()
    {
        string[] sessions = [.. _services.Catalogue.Methods.Where(TakesSession).Select(m => m.Descriptor.Name)];
        Assert.Empty(sessions.Where(s => !s.StartsWith("Link", Ordinal) && !s.StartsWith("Unlink", Ordinal)).Except(Shows.Keys).Except(ShowNothing));
        await _services.Catalogue.Bans.ShadowBanAsync(_cheater.Id);
        await _cheater.CallAsync("PUT", "/v2/storage", """{"objects":[{"collection":"heroes","key":"k","value":"{\"name\":\"bob\"}","permission_read":2}]}""");
        await _cheater.CallAsync("POST", "/v2/group", """{"name":"cheaters of the world","open":true}""");
        await _cheater.CallAsync("POST", $"/v2/group/{_club}/join");
        await _cheater.CallAsync("POST", $"/v2/friend?ids={_other.Id}");
        foreach (TestPlayer player in new[] { _cheater, _other })
        {
            await player.CallAsync("POST", "/v2/leaderboard/board", """{"score":"10"}""");
            await player.CallAsync("POST", "/v2/tournament/cup", """{"score":"10"}""");
        }
        foreach ((string name, (string method, string target, string body)) in Shows)
        {
            (string place, string text) = (Filled(target), Filled(body));
            string others = await _other.SendAsync(method, place, text);
            Assert.StartsWith("200 ", others, StringComparison.Ordinal);
            Assert.False(others.Contains($"{_cheater.Id}", StringComparison.Ordinal), $"{name}: {others}");
        }
        Assert.Empty(await _other.ListAsync("/v2/notification?limit=100", "notifications"));
        await _services.Catalogue.Bans.LiftShadowBanAsync(_cheater.Id);
        foreach ((string name, (string method, string target, string body)) in Shows)
        {
            string seen = await _other.SendAsync(method, Filled(target), Filled(body));
            Assert.True(seen.Contains($"{_cheater.Id}", StringComparison.Ordinal), $"{name}: {seen}");
        }
    }

    [Fact]
    public async Task A_banned_players_token_is_refused_by_every_method_at_both_doors()
    {
        string token = "Bearer " + _services.Tokens.Issue(_cheater.Id, "cheater", new Dictionary<string, string>()).Token;
        await _services.Catalogue.Bans.BanAsync(_cheater.Id);
        int refused = 0;
        foreach (ApiMethod method in _services.Catalogue.Methods.Where(TakesSession))
        {
            foreach (RestBinding route in _services.Catalogue.Rest.Routes.Where(r => r.Method == method.Descriptor))
            {
                string path = string.Join('/', route.Template.Split('/').Select(s => s.StartsWith('{') ? $"{Guid.NewGuid()}" : s));
                await RefusedAsync(_services.Catalogue.Rest.Prepare(route.HttpMethod, path, "", token, Encoding.UTF8.GetBytes(route.ReadsBody ? "{}" : "")));
                refused++;
            }
            string call = $"/{method.Descriptor.Service.FullName}/{method.Descriptor.Name}";
            await RefusedAsync(_services.Catalogue.Grpc.Find(call, token).Prepare(ReadOnlySequence<byte>.Empty));
        }
        Assert.True(refused >= Shows.Count, $"{refused}");

        static async Task RefusedAsync(PreparedCall call) =>
            Assert.Equal(new ApiStatus(ApiCode.Unauthenticated, "Auth token invalid"), (await call.RunAsync(ApiOrigin.Local, CancellationToken.None)).Status);
    }

    [Fact]
    public async Task Another_server_of_the_same_database_follows_bans_and_their_end()
    {
        using Catalogue second = new(_services.Setup);
        await await second.Leaderboards.LoadAsync(default);
        await second.Bans.LoadAsync(default);
        await _cheater.CallAsync("POST", "/v2/leaderboard/board", """{"score":"10"}""");
        string token = _services.Tokens.Issue(_cheater.Id, "cheater", new Dictionary<string, string>()).Token;
        Realtime.TestChannel socket = new();
        Assert.NotNull(second.Realtime.Open(token, socket).Session);
        await _services.Catalogue.Bans.BanAsync(_cheater.Id);
        await second.Bans.LearnAsync(default);
        Assert.True(second.Bans.IsBanned(_cheater.Id));
        Assert.Equal("User account banned.", socket.ClosedFor);
        await _services.Catalogue.Bans.UnbanAsync(_cheater.Id);
        await _services.Catalogue.Bans.ShadowBanAsync(_cheater.Id);
        await second.Bans.LearnAsync(default);
        Assert.Equal((false, true), (second.Bans.IsBanned(_cheater.Id), second.Bans.IsShadowBanned(_cheater.Id)));
        Assert.Empty((await second.Leaderboards.ListAsync("board", 10, null, [], 0, _other.Id, default)).Records);
        await _services.Catalogue.Bans.LiftShadowBanAsync(_cheater.Id);
        await second.Bans.LearnAsync(default);
        Assert.False(second.Bans.IsShadowBanned(_cheater.Id));
        Assert.Single((await second.Leaderboards.ListAsync("board", 10, null, [], 0, _other.Id, default)).Records);
    }

    [Fact]
    public async Task A_server_knows_of_others_on_its_database()
    {
        Assert.Equal(0, await _services.Database.OtherServersAsync());
        using Database second = _services.Open();
        Assert.Equal(engine == Engine.Postgres ? 1 : 0, await second.OtherServersAsync());
        Assert.Equal(engine == Engine.Postgres ? 1 : 0, await _services.Database.OtherServersAsync());
    }

    private static bool TakesSession(ApiMethod method) => method.Credential is ApiCredential.Session or ApiCredential.SessionOrHttpKey;

    private string Filled(string text) => text.Replace("{cheater}", $"{_cheater.Id}", StringComparison.Ordinal)
        .Replace("{other}", $"{_other.Id}", StringComparison.Ordinal).Replace("{club}", _club, StringComparison.Ordinal);
}
