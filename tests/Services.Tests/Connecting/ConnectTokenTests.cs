using System.Net;
using RealtimeServer.Protocol.Connect;

namespace RealtimeServer.Services.Connecting;

/// <summary>Who is given a connect token, and what it says. Sealing and opening are tried by the transport and by the server.</summary>
public sealed class ConnectTokenTests : IAsyncLifetime
{
    private readonly RecordingSealer _sealer = new();
    private readonly TestServices _services;

    public ConnectTokenTests()
    {
        _services = new TestServices(connectTokens: _sealer);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_player_is_given_a_token_that_says_who_they_are()
    {
        string session = await _services.TokenAsync("device-1234567890", "?username=alice", """{"k":"v"}""");
        Assert.StartsWith("200 {\"token\":\"sealed\"", await _services.SendAsync("POST", "/v2/connect", "Bearer " + session, "{}"), StringComparison.Ordinal);
        Assert.True(ConnectGrants.TryRead(_sealer.Grant, out ConnectPermission? permission));
        Assert.Equal(_services.Tokens.VerifySession(session).Claims!.TokenId, permission.Claims.TokenId);
        Assert.Equal(("alice", "v"), (permission.Claims.Username, permission.Claims.Vars["k"]));
        Assert.Null(permission.OnlyMatch);
    }

    [Fact]
    public async Task A_banned_account_is_given_none_though_its_session_is_still_good()
    {
        string session = await _services.TokenAsync("device-1234567890");
        await _services.Database.WriteAsync(s => s.ExecuteAsync("UPDATE users SET disable_time = 1"));
        Assert.Equal(
            """403 {"code":7,"message":"User account banned."}""",
            (await _services.SendAsync("POST", "/v2/connect", "Bearer " + session, "{}")).Replace(" \"", "\"", StringComparison.Ordinal));
        Assert.Empty(_sealer.Grant);
    }

    [Fact]
    public async Task An_account_that_is_gone_is_given_none()
    {
        Assert.StartsWith("403 ", await _services.SendAsAsync(Guid.NewGuid(), "POST", "/v2/connect", "{}"), StringComparison.Ordinal);
        Assert.StartsWith("401 ", await _services.SendAsync("POST", "/v2/connect", null, "{}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_says_more_than_a_token_holds_is_told_so()
    {
        string vars = $$"""{"k":"{{new string('v', 600)}}"}""";
        string session = await _services.TokenAsync("device-1234567890", "", vars);
        string answer = await _services.SendAsync("POST", "/v2/connect", "Bearer " + session, "{}");
        Assert.StartsWith("400 ", answer, StringComparison.Ordinal);
        Assert.Contains("room for 512", answer, StringComparison.Ordinal);
    }

    private sealed class RecordingSealer : IConnectTokenSealer
    {
        public byte[] Grant { get; private set; } = [];

        public int GrantBytesMax => 512;

        public ConnectToken Seal(ReadOnlySpan<byte> grant, Cipher cipher, IPAddress? address)
        {
            Grant = grant.ToArray();
            return new ConnectToken { Token = "sealed", Port = 1 };
        }
    }
}
