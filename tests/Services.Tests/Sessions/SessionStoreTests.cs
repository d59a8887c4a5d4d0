using System.Text.Json;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Sessions;

public sealed class SqliteSessionStoreTests() : SessionStoreTests(Engine.Sqlite);

public sealed class PostgresSessionStoreTests() : SessionStoreTests(Engine.Postgres);

/// <summary>How sessions go on and end, on both databases.</summary>
public abstract class SessionStoreTests : IAsyncLifetime
{
    private const string Refused = """401 {"code":16,"message":"Refresh token invalid or expired."}""";
    private const string Ended = """401 {"code":16,"message":"Auth token invalid"}""";

    private readonly TestServices _services;

    protected SessionStoreTests(Engine engine) => _services = new TestServices(engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_refresh_token_brings_new_tokens_of_the_same_session()
    {
        (string token, string refresh) = await SignInAsync("?username=rita", """{"k":"v"}""");
        SessionClaims first = _services.Tokens.VerifySession(token).Claims!;
        await _services.SendAsync("PUT", "/v2/account", "Bearer " + token, """{"username":"rita2"}""");
        _services.Time.Advance(TimeSpan.FromHours(3));
        (string renewed, string next) = await RefreshAsync(refresh);
        SessionClaims claims = _services.Tokens.VerifySession(renewed).Claims!;
        Assert.Equal((first.TokenId, first.IssuedAt, "rita2", "v"), (claims.TokenId, claims.IssuedAt, claims.Username, claims.Vars["k"]));
        (renewed, _) = await RefreshAsync(next, """{"other":"w"}""");
        Assert.Equal(["other"], _services.Tokens.VerifySession(renewed).Claims!.Vars.Keys);
    }

    [Fact]
    public async Task A_refresh_token_that_is_none_is_refused()
    {
        (string token, string refresh) = await SignInAsync();
        Assert.Equal("""400 {"code":3,"message":"Refresh token is required."}""", await SendRefreshAsync(""));
        Assert.Equal(Refused, await SendRefreshAsync("nonsense"));
        Assert.Equal(Refused, await SendRefreshAsync(token));
        _services.Time.Advance(TimeSpan.FromDays(7));
        Assert.Equal(Refused, await SendRefreshAsync(refresh));
        string ghost = _services.Tokens.Issue(Guid.NewGuid(), "ghost", new Dictionary<string, string>()).RefreshToken;
        Assert.Equal("""404 {"code":5,"message":"User account not found."}""", await SendRefreshAsync(ghost));
    }

    [Fact]
    public async Task A_refresh_token_that_comes_again_in_time_is_good_and_later_ends_the_session()
    {
        (_, string first) = await SignInAsync();
        (_, string second) = await RefreshAsync(first);
        _services.Time.Advance(TimeSpan.FromSeconds(59));
        (_, string again) = await RefreshAsync(first);
        Assert.Equal(1, _services.Tokens.VerifyRefresh(again).Claims!.Generation);
        (string token, string third) = await RefreshAsync(second);
        Assert.Equal(Refused, await SendRefreshAsync(first));
        // Whoever has the newest one is signed out too: one of the two is not who they say.
        Assert.Equal(Refused, await SendRefreshAsync(third));
        Assert.Equal(Ended, await GetAccountAsync(token));
        Assert.StartsWith("200 ", await _services.AuthenticateAsync("device-of-sessions"));
    }

    [Fact]
    public async Task Of_many_that_use_one_refresh_token_at_once_all_go_on()
    {
        (_, string first) = await SignInAsync();
        string[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => SendRefreshAsync(first))));
        Assert.All(answers, a => Assert.StartsWith("200 ", a));
    }

    [Fact]
    public async Task Where_reuse_is_allowed_a_refresh_token_is_good_until_it_expires()
    {
        await using TestServices services = new(changed: s => s with { Refresh = new RefreshOptions(AllowReuse: true, TimeSpan.Zero) });
        string answer = await services.AuthenticateAsync("device-of-sessions");
        string refresh = JsonDocument.Parse(answer[4..]).RootElement.GetProperty("refresh_token").GetString()!;
        for (int i = 0; i < 3; i++)
        {
            services.Time.Advance(TimeSpan.FromDays(2));
            Assert.StartsWith("200 ", await services.SendAsync("POST", "/v2/account/session/refresh", TestServices.KeyHeader(), $$"""{"token":"{{refresh}}"}"""));
        }
    }

    [Fact]
    public async Task A_session_that_is_signed_out_is_over_at_once_and_no_other_is()
    {
        (string one, string oneRefresh) = await SignInAsync();
        (string two, string twoRefresh) = await SignInAsync();
        (string renewed, _) = await RefreshAsync(oneRefresh);
        RealtimeSession socket = Open(renewed, out TestChannel closing);
        Open(two, out TestChannel staying);
        Assert.Equal("200 {}", await LogoutAsync(two, $$"""{"token":"{{one}}"}"""));
        Assert.Equal(Ended, await GetAccountAsync(one));
        Assert.Equal(Ended, await GetAccountAsync(renewed));
        Assert.Equal(Refused, await SendRefreshAsync(oneRefresh));
        Assert.Equal("session ended", closing.ClosedFor);
        Assert.Null(staying.ClosedFor);
        Assert.Equal("Session ended: sign in again.", _services.Catalogue.Realtime.Open(one, new TestChannel()).Refusal);
        Assert.Equal("Session ended: sign in again.", _services.Catalogue.Realtime.Open(socket.Claims, new TestChannel()).Refusal);
        Assert.StartsWith("200 ", await GetAccountAsync(two));
        await RefreshAsync(twoRefresh);
    }

    [Fact]
    public async Task Signing_out_without_tokens_ends_every_session_and_the_next_sign_in_is_good_in_the_same_second()
    {
        (string one, string refresh) = await SignInAsync();
        (string two, _) = await SignInAsync();
        Assert.Equal("200 {}", await LogoutAsync(one, "{}"));
        Assert.Equal(Ended, await GetAccountAsync(one));
        Assert.Equal(Ended, await GetAccountAsync(two));
        Assert.Equal(Refused, await SendRefreshAsync(refresh));
        (string three, string threeRefresh) = await SignInAsync();
        Assert.StartsWith("200 ", await GetAccountAsync(three));
        await RefreshAsync(threeRefresh);
    }

    [Fact]
    public async Task Tokens_of_another_player_sign_nobody_out()
    {
        (string one, string refresh) = await SignInAsync();
        string other = await _services.TokenAsync("device-of-another");
        Assert.Equal("""400 {"code":3,"message":"Session token invalid."}""", await LogoutAsync(other, $$"""{"token":"{{one}}"}"""));
        Assert.Equal("""400 {"code":3,"message":"Refresh token invalid."}""", await LogoutAsync(other, $$"""{"refresh_token":"{{refresh}}"}"""));
        Assert.Equal("""400 {"code":3,"message":"Session token invalid."}""", await LogoutAsync(other, """{"token":"nonsense"}"""));
        Assert.StartsWith("200 ", await GetAccountAsync(one));
    }

    [Fact]
    public async Task Another_server_and_one_that_starts_later_learn_of_it()
    {
        SessionTokens there = new(
            new SessionOptions("session-key-of-the-tests"u8.ToArray(), "refresh-key-of-the-tests"u8.ToArray(), TimeSpan.FromHours(2), TimeSpan.FromDays(7)), _services.Time);
        using Database database = _services.Open();
        List<Guid?> told = [];
        SessionStore store = new(database, there.Revoked, there.SecondsMax, RefreshOptions.Default, _services.Time) { Ended = told.Add };
        (string one, _) = await SignInAsync();
        SessionClaims claims = there.VerifySession(one).Claims!;
        (string two, _) = await SignInAsync();
        await store.LearnAsync(default);
        Assert.Empty(told);
        await LogoutAsync(two, $$"""{"token":"{{one}}"}""");
        await store.LearnAsync(default);
        await store.LearnAsync(default);
        Assert.Equal([null], told);
        Assert.Equal(TokenRefusal.Revoked, there.VerifySession(one).Refusal);
        Assert.NotNull(there.VerifySession(two).Claims);
        await LogoutAsync(two, "{}");
        await store.LearnAsync(default);
        Assert.Equal(TokenRefusal.Revoked, there.VerifySession(two).Refusal);
        Assert.True(await store.WasEndedAsync(claims, default));
        Assert.False(await store.WasEndedAsync(claims with { TokenId = Guid.NewGuid(), IssuedAt = claims.IssuedAt + 1 }, default));
    }

    [Fact]
    public async Task What_has_expired_is_forgotten()
    {
        (string one, string refresh) = await SignInAsync();
        await RefreshAsync(refresh);
        await LogoutAsync(one, "{}");
        Assert.Equal((1, 1), await CountAsync());
        await _services.Catalogue.Sessions.PruneAsync();
        Assert.Equal((1, 1), await CountAsync());
        _services.Time.Advance(TimeSpan.FromDays(7));
        await _services.Catalogue.Sessions.PruneAsync();
        Assert.Equal((0, 0), await CountAsync());
        Assert.Equal(0, _services.Tokens.Revoked.Count);
    }

    [Fact]
    public async Task An_account_that_is_deleted_leaves_nothing()
    {
        (string token, string refresh) = await SignInAsync("?username=gone");
        Open(token, out TestChannel channel);
        await RefreshAsync(refresh);
        await _services.SendAsync("PUT", "/v2/storage", "Bearer " + token, """{"objects":[{"collection":"saves","key":"slot1","value":"{}"}]}""");
        Assert.Equal("200 {}", await _services.SendAsync("DELETE", "/v2/account", "Bearer " + token));
        Assert.Equal(Ended, await GetAccountAsync(token));
        Assert.Equal("session ended", channel.ClosedFor);
        Assert.StartsWith("404 ", await SendRefreshAsync(refresh));
        foreach (string table in new[] { "users", "user_devices", "storage", "session_refreshes" })
        {
            Assert.Equal(0, await _services.Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>($"SELECT count(*) FROM {table}"), default));
        }
        Assert.Contains("\"created\":true", await _services.AuthenticateAsync("device-of-sessions", "?username=gone"));
    }

    private async Task<(long Refreshes, long Revocations)> CountAsync() => (
        await _services.Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>("SELECT count(*) FROM session_refreshes"), default),
        await _services.Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>("SELECT count(*) FROM session_revocations"), default));

    private RealtimeSession Open(string token, out TestChannel channel)
    {
        channel = new TestChannel();
        return _services.Catalogue.Realtime.Open(token, channel).Session!;
    }

    private async Task<(string Token, string Refresh)> SignInAsync(string query = "", string vars = "{}") =>
        Pair(await _services.AuthenticateAsync("device-of-sessions", query, vars));

    private async Task<(string Token, string Refresh)> RefreshAsync(string refresh, string vars = "{}") => Pair(await SendRefreshAsync(refresh, vars));

    private Task<string> SendRefreshAsync(string refresh, string vars = "{}") =>
        _services.SendAsync("POST", "/v2/account/session/refresh", TestServices.KeyHeader(), $$"""{"token":"{{refresh}}","vars":{{vars}}}""");

    private Task<string> LogoutAsync(string token, string body) => _services.SendAsync("POST", "/v2/session/logout", "Bearer " + token, body);

    private Task<string> GetAccountAsync(string token) => _services.SendAsync("GET", "/v2/account", "Bearer " + token);

    private static (string Token, string Refresh) Pair(string answer)
    {
        Assert.StartsWith("200 ", answer);
        JsonElement session = JsonDocument.Parse(answer[4..]).RootElement;
        return (session.GetProperty("token").GetString()!, session.GetProperty("refresh_token").GetString()!);
    }
}
