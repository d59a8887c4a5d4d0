using System.Net.WebSockets;
using RealtimeServer.Protocol.Connect;

namespace RealtimeServer.Server.Doors;

/// <summary>A ban as a player feels it, at every door with a real socket.</summary>
public sealed class BanTests
{
    private const string AdminKey = "an-admin-key-of-a-test";

    [Fact]
    public async Task A_ban_cuts_live_sockets_and_voids_tokens_in_hand()
    {
        await using TestServer server = await TestServer.StartAsync("--admin:key", AdminKey);
        string token = await server.SignInAsync("device-of-a-cheater");
        using TestSocket socket = await server.ConnectAsync(token);
        using TestUdpClient udp = new(server.Running.UdpEndPoint, (await server.ConnectTokenAsync(token)).Token);
        await udp.UntilAsync(() => udp.IsConnected);
        ConnectToken inHand = await server.ConnectTokenAsync(token);

        await BanAsync(server, token);
        Assert.Equal((WebSocketCloseStatus.NormalClosure, "User account banned."), await socket.ReceiveCloseAsync());
        await udp.UntilAsync(() => udp.IsOver);
        Assert.Equal("User account banned.", udp.Reason);
        using TestUdpClient late = new(server.Running.UdpEndPoint, inHand.Token);
        await late.UntilAsync(() => late.IsOver);
        Assert.Equal("User account banned.", late.Reason);
        using HttpResponseMessage refused = await server.Http.GetAsync("ws?token=" + token);
        Assert.Equal((401, "User account banned."), ((int)refused.StatusCode, refused.Headers.GetValues("WWW-Authenticate").Single()));
        Assert.Equal(401, (await server.AskConnectTokenAsync(token, "{}")).Status);
    }

    [Fact]
    public async Task A_server_without_an_admin_key_makes_one_and_keeps_it()
    {
        using TemporaryFolder data = new();
        string[] arguments = TestServer.Arguments(data.Path);
        await using (RunningServer first = await ServerHost.StartAsync(arguments))
        {
            Assert.Contains(Path.Combine(data.Path, "admin.key"), first.StartScreen, StringComparison.Ordinal);
        }
        string key = await File.ReadAllTextAsync(Path.Combine(data.Path, "admin.key"));
        await using RunningServer second = await ServerHost.StartAsync(arguments);
        using HttpClient http = new() { BaseAddress = second.HttpAddress };
        using HttpRequestMessage request = new(HttpMethod.Post, $"v2/admin/user/{Guid.NewGuid()}/ban");
        request.Headers.Authorization = TestServer.ServerKey(key.Trim());
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.Equal(404, (int)response.StatusCode);
    }

    private static async Task BanAsync(TestServer server, string token)
    {
        string json = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        string user = System.Text.Json.JsonDocument.Parse(json).RootElement.GetProperty("uid").GetString()!;
        using HttpRequestMessage request = new(HttpMethod.Post, $"v2/admin/user/{user}/ban");
        request.Headers.Authorization = TestServer.ServerKey(AdminKey);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
