using System.Net.WebSockets;
using System.Text;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Server.Doors;

public sealed class TokenRefusalTests
{
    private const string Key = "a-session-key-of-a-test";

    [Theory]
    [InlineData("expired", "Session token expired")]
    [InlineData("foreign", "Session token not signed by this server")]
    [InlineData("refresh", "Session token not signed by this server")]
    [InlineData("", "Session token missing")]
    [InlineData("nonsense", "Session token malformed")]
    public async Task A_bad_session_token_is_refused_with_a_reason_the_client_can_show(string which, string reason)
    {
        await using TestServer server = await TestServer.StartAsync("--session:key", Key);
        string token = which switch
        {
            "expired" => Issue(Key, new PastTime()).Token,
            "foreign" => Issue("another-session-key", TimeProvider.System).Token,
            "refresh" => Issue(Key, TimeProvider.System).RefreshToken,
            _ => which,
        };
        using HttpResponseMessage response = await server.Http.GetAsync("ws?token=" + token);
        Assert.Equal(401, (int)response.StatusCode);
        Assert.Contains(reason, response.Headers.GetValues("WWW-Authenticate").Single(), StringComparison.Ordinal);
        Assert.Equal(401, (await server.AskConnectTokenAsync(token, "{}")).Status);
        Assert.Equal(0, server.Running.Realtime.SessionCount);
    }

    [Fact]
    public async Task A_session_token_opens_both_doors()
    {
        await using TestServer server = await TestServer.StartAsync("--session:key", Key);
        string token = await server.SignInAsync("device-of-both-doors");
        using TestSocket socket = await server.ConnectAsync(token);
        Assert.Equal(WebSocketState.Open, socket.Socket.State);
        using TestUdpClient udp = new(server.Running.UdpEndPoint, (await server.ConnectTokenAsync(token)).Token);
        await udp.UntilAsync(() => udp.IsConnected);
    }

    private static SessionPair Issue(string key, TimeProvider time) => new SessionTokens(
        new SessionOptions(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes("a-refresh-key-of-a-test"), TimeSpan.FromHours(1), TimeSpan.FromHours(2)), time)
        .Issue(Guid.NewGuid(), "somebody", new Dictionary<string, string>());

    private sealed class PastTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
