using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Connect;

namespace RealtimeServer.Server;

/// <summary>A whole server on free ports of this machine, with a data folder of its own.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly TemporaryFolder? _data;

    /// <param name="server">Owned from here on.</param>
    /// <param name="data">Deleted with it; null: somebody else's.</param>
    public TestServer(RunningServer server, TemporaryFolder? data = null)
    {
        _data = data;
        Running = server;
        Http = new HttpClient { BaseAddress = server.HttpAddress };
    }

    public RunningServer Running { get; }

    public HttpClient Http { get; }

    /// <param name="further">Arguments that are not among the test's own: --demo, --node and so on.</param>
    public static async Task<TestServer> StartAsync(params string[] further)
    {
        TemporaryFolder data = new();
        try
        {
            return new TestServer(await ServerHost.StartAsync(Arguments(data.Path, further)), data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>The defaults of a test, each unless it is given.</summary>
    public static string[] Arguments(string dataFolder, params string[] further)
    {
        List<string> arguments = [.. further];
        foreach ((string name, string value) in new[]
        {
            ("http:port", "0"), ("udp:port", "0"), ("grpc:port", "0"), ("data:dir", dataFolder), ("maps:dir", Checkout.Maps), ("demo", "false"), ("log:level", "none"),
        })
        {
            if (!further.Any(f => f.StartsWith("--" + name, StringComparison.Ordinal)))
            {
                arguments.Add($"--{name}={value}");
            }
        }
        return [.. arguments];
    }

    /// <summary>Signs a device in and returns its session token.</summary>
    public async Task<string> SignInAsync(string device, string username = "")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"v2/account/authenticate/device?username={username}")
        {
            Content = new StringContent($$"""{"id":"{{device}}"}"""),
        };
        request.Headers.Authorization = ServerKey(Running.ServerKey);
        using HttpResponseMessage response = await Http.SendAsync(request);
        string json = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, json);
        return JsonParser.Default.Parse<Session>(json.Replace("refresh_token", "refreshToken", StringComparison.Ordinal)).Token;
    }

    /// <summary>The account of a session.</summary>
    public async Task<JsonElement> AccountAsync(string session)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "v2/account");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session);
        using HttpResponseMessage response = await Http.SendAsync(request);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
    }

    /// <summary>A connect token for a session, as the server answers the request.</summary>
    public async Task<ConnectToken> ConnectTokenAsync(string session, string request = "{}")
    {
        (int status, string json) = await AskConnectTokenAsync(session, request);
        Assert.True(status == 200, json);
        return JsonParser.Default.Parse<ConnectToken>(json);
    }

    public async Task<(int Status, string Json)> AskConnectTokenAsync(string session, string request)
    {
        using HttpRequestMessage message = new(HttpMethod.Post, "v2/connect") { Content = new StringContent(request) };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", session);
        using HttpResponseMessage response = await Http.SendAsync(message);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>A player of a device on reliable UDP.</summary>
    public async Task<TestUdpClient> ConnectUdpAsync(string device) =>
        new(Running.UdpEndPoint, (await ConnectTokenAsync(await SignInAsync(device))).Token);

    public static AuthenticationHeaderValue ServerKey(string key) => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));

    public Uri SocketAddress(string query) => new($"ws://{Running.HttpAddress.Authority}/ws?{query}");

    public async Task<TestSocket> ConnectAsync(string token, bool json = true)
    {
        ClientWebSocket socket = new();
        await socket.ConnectAsync(SocketAddress($"token={token}&format={(json ? "json" : "protobuf")}&status=true&lang=en"), CancellationToken.None);
        return new TestSocket(socket, json);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Running.DisposeAsync();
        _data?.Dispose();
    }
}
