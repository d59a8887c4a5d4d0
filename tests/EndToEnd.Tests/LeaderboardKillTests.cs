using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RealtimeServer.Client;
using RealtimeServer.Services.Data;

namespace RealtimeServer.EndToEnd;

/// <summary>The server is killed in the middle of hundreds of concurrent score writes that add up, on both databases.</summary>
public sealed class LeaderboardKillTests : IDisposable
{
    private const int Players = 40;
    private const int WritersPerPlayer = 8;

    private readonly string _data = Directory.CreateTempSubdirectory("kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public Task On_sqlite_no_acknowledged_score_is_lost_and_none_counts_twice() => KillAndLookAsync("");

    [Fact]
    public async Task On_postgres_no_acknowledged_score_is_lost_and_none_counts_twice()
    {
        using PostgresServer postgres = new(durable: true);
        await KillAndLookAsync(postgres.CreateDatabase());
    }

    /// <summary>Each write adds one, so a score is how many writes of its player took effect.</summary>
    private async Task KillAndLookAsync(string database)
    {
        string boards = Path.Combine(_data, "boards.json");
        await File.WriteAllTextAsync(boards, """{ "leaderboards": [{ "id": "sum", "operator": "incr" }] }""");
        string[] settings =
        [
            "--demo", "false", "--limits:userPerSecond", "0", "--limits:addressPerSecond", "0", "--leaderboards:file", boards, $"--database={database}",
        ];
        int port = ServerProcess.FreePort();
        int[] acknowledged = new int[Players];
        string[] tokens = new string[Players];
        string[] users = new string[Players];
        using (ServerProcess server = new(_data, port, settings))
        {
            await server.WhenListeningAsync();
            using HttpClient http = Connect(server);
            for (int player = 0; player < Players; player++)
            {
                using GameClient client = server.Client();
                ClientSession session = await client.AuthenticateDeviceAsync($"device-of-player-{player}");
                (tokens[player], users[player]) = (session.Token, session.UserId.ToString("D"));
            }
            Task[] writers = [.. Enumerable.Range(0, Players * WritersPerPlayer).Select(w => WriteUntilGoneAsync(http, tokens, w % Players, acknowledged))];
            while (acknowledged.Sum() < 1500)
            {
                Assert.Contains(writers, w => !w.IsCompleted);
                await Task.Delay(2);
            }
            server.Kill();
            await Task.WhenAll(writers);
        }

        using ServerProcess again = new(_data, port, settings);
        await again.WhenListeningAsync();
        using HttpClient reader = Connect(again);
        using HttpRequestMessage request = Request(HttpMethod.Get, "v2/leaderboard/sum?limit=1000", tokens[0]);
        using HttpResponseMessage answer = await reader.SendAsync(request);
        using JsonDocument page = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        JsonElement[] records = [.. page.RootElement.GetProperty("records").EnumerateArray()];
        for (int player = 0; player < Players; player++)
        {
            JsonElement record = records.Single(r => r.GetProperty("owner_id").GetString() == users[player]);
            int score = int.Parse(record.GetProperty("score").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange(score, acknowledged[player], acknowledged[player] + WritersPerPlayer);
            Assert.Equal(score, record.GetProperty("num_score").GetInt32());
        }
        Assert.Equal(Enumerable.Range(1, Players).Select(r => $"{r}"), records.Select(r => r.GetProperty("rank").GetString()));
    }

    private static HttpClient Connect(ServerProcess server) => new(new SocketsHttpHandler { MaxConnectionsPerServer = Players * WritersPerPlayer })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    private static HttpRequestMessage Request(HttpMethod method, string target, string token) => new(method, target)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    };

    private static async Task WriteUntilGoneAsync(HttpClient http, string[] tokens, int player, int[] acknowledged)
    {
        try
        {
            while (true)
            {
                using HttpRequestMessage request = Request(HttpMethod.Post, "v2/leaderboard/sum", tokens[player]);
                request.Content = new StringContent("""{"score":"1"}""", Encoding.UTF8, "application/json");
                using HttpResponseMessage answer = await http.SendAsync(request);
                // Read to its end: half an answer acknowledges nothing.
                await answer.Content.ReadAsByteArrayAsync();
                if (!answer.IsSuccessStatusCode)
                {
                    return;
                }
                Interlocked.Increment(ref acknowledged[player]);
            }
        }
        catch (HttpRequestException)
        {
            // The server is gone: what was not acknowledged may or may not have counted.
        }
    }
}
