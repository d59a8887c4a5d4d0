using RealtimeServer.Services.Data;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Moderation;

public sealed class SqliteBanTests() : BanTests(Engine.Sqlite);

public sealed class PostgresBanTests() : BanTests(Engine.Postgres);

/// <summary>Bans and shadow bans, and how soon they hold.</summary>
public abstract class BanTests : IAsyncLifetime
{
    private const string Device = "device-of-a-cheater";

    private readonly TestServices _services;

    protected BanTests(Engine engine) => _services = new TestServices(engine);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_ban_ends_tokens_and_sockets_at_once_and_sign_in_until_it_is_lifted()
    {
        (Guid user, string token) = await SignInAsync();
        TestChannel channel = new();
        Assert.NotNull(_services.Catalogue.Realtime.Open(token, channel).Session);
        Assert.Equal("200 {}", await AdminAsync(user, "ban"));
        Assert.Equal("User account banned.", channel.ClosedFor);
        Assert.Equal("""401 {"code":16,"message":"Auth token invalid"}""", await _services.SendAsync("GET", "/v2/account", "Bearer " + token));
        OpenOutcome refused = _services.Catalogue.Realtime.Open(token, new TestChannel());
        Assert.Equal((null, "User account banned."), (refused.Session, refused.Refusal));
        Assert.Equal("""403 {"code":7,"message":"User account banned."}""", await _services.AuthenticateAsync(Device));

        Assert.Equal("200 {}", await AdminAsync(user, "ban"));
        Assert.Equal("200 {}", await AdminAsync(user, "unban"));
        Assert.StartsWith("200 ", await _services.AuthenticateAsync(Device), StringComparison.Ordinal);
        Assert.StartsWith("200 ", await _services.SendAsync("GET", "/v2/account", "Bearer " + token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bans_are_known_after_a_restart()
    {
        (Guid banned, _) = await SignInAsync();
        (Guid shadowed, _) = await SignInAsync("device-of-a-boaster");
        Assert.Equal("200 {}", await AdminAsync(banned, "ban"));
        Assert.Equal("200 {}", await AdminAsync(shadowed, "shadowban"));
        BanList reread = new(_services.Database, _services.Time);
        await reread.LoadAsync(CancellationToken.None);
        Assert.Equal((true, false), (reread.IsBanned(banned), reread.IsShadowBanned(banned)));
        Assert.Equal((false, true), (reread.IsBanned(shadowed), reread.IsShadowBanned(shadowed)));
    }

    [Fact]
    public async Task What_a_shadow_banned_player_does_is_seen_by_that_player_alone()
    {
        (Guid user, string token) = await SignInAsync();
        BanList bans = _services.Catalogue.Bans;
        Assert.Equal("200 {}", await AdminAsync(user, "shadowban"));
        Assert.Equal((true, false, true), (bans.MaySee(user, user), bans.MaySee(Guid.NewGuid(), user), bans.MaySee(null, user)));
        Assert.StartsWith("200 ", await _services.SendAsync("GET", "/v2/account", "Bearer " + token), StringComparison.Ordinal);
        Assert.Equal("200 {}", await AdminAsync(user, "unshadowban"));
        Assert.True(bans.MaySee(Guid.NewGuid(), user));
    }

    [Theory]
    [InlineData("ban")]
    [InlineData("unban")]
    [InlineData("shadowban")]
    [InlineData("unshadowban")]
    public async Task Only_the_admin_key_opens_admin_methods_and_they_name_what_is_wrong(string change)
    {
        (Guid user, string token) = await SignInAsync();
        string path = $"/v2/admin/user/{user}/{change}";
        Assert.Equal("""401 {"code":16,"message":"Admin key required"}""", await _services.SendAsync("POST", path, null));
        Assert.Equal("""401 {"code":16,"message":"Admin key required"}""", await _services.SendAsync("POST", path, "Bearer " + token));
        Assert.Equal("""401 {"code":16,"message":"Admin key invalid"}""", await _services.SendAsync("POST", path, TestServices.KeyHeader()));
        Assert.Equal("""404 {"code":5,"message":"User account not found."}""", await AdminAsync(Guid.NewGuid(), change));
        string badId = await _services.SendAsync("POST", "/v2/admin/user/nobody/" + change, TestServices.KeyHeader(TestServices.AdminKey));
        Assert.StartsWith("400 ", badId, StringComparison.Ordinal);
        Assert.False(_services.Catalogue.Bans.IsBanned(user));
    }

    [Fact]
    public async Task Many_changes_at_once_leave_memory_and_database_agreed()
    {
        (Guid user, _) = await SignInAsync();
        BanList bans = _services.Catalogue.Bans;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => i % 2 == 0 ? bans.BanAsync(user) : bans.UnbanAsync(user))));
        BanList reread = new(_services.Database, _services.Time);
        await reread.LoadAsync(CancellationToken.None);
        Assert.Equal(reread.IsBanned(user), bans.IsBanned(user));
    }

    private async Task<(Guid User, string Token)> SignInAsync(string device = Device)
    {
        string token = await _services.TokenAsync(device);
        return (_services.Tokens.VerifySession(token).Claims!.UserId, token);
    }

    private Task<string> AdminAsync(Guid user, string change) =>
        _services.SendAsync("POST", $"/v2/admin/user/{user}/{change}", TestServices.KeyHeader(TestServices.AdminKey));
}
