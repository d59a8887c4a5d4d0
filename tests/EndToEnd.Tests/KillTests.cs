using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RealtimeServer.Client;
using RealtimeServer.Services.Data;

namespace RealtimeServer.EndToEnd;

/// <summary>The server is killed in the middle of a thousand concurrent writes, on both databases.</summary>
public sealed class KillTests : IDisposable
{
    private const int Writers = 1000;

    private readonly string _data = Directory.CreateTempSubdirectory("kill-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public Task On_sqlite_every_acknowledged_write_is_there_and_no_batch_is_half_there() => KillAndLookAsync("");

    [Fact]
    public async Task On_postgres_every_acknowledged_write_is_there_and_no_batch_is_half_there()
    {
        using PostgresServer postgres = new(durable: true);
        await KillAndLookAsync(postgres.CreateDatabase());
    }

    /// <summary>Each write is a batch of three objects under one number.</summary>
    private async Task KillAndLookAsync(string database)
    {
        string[] settings = ["--demo", "false", "--limits:userPerSecond", "0", "--limits:addressPerSecond", "0", $"--database={database}"];
        int port = ServerProcess.FreePort();
        ConcurrentBag<int> acknowledged = [];
        using (ServerProcess server = new(_data, port, settings))
        {
            await server.WhenListeningAsync();
            using HttpClient http = await SignInAsync(server);
            int number = 0;
            Task[] writers = [.. Enumerable.Range(0, Writers).Select(_ => WriteUntilRefusedAsync(http, () => Interlocked.Increment(ref number), acknowledged))];
            while (acknowledged.Count < 500)
            {
                Assert.Contains(writers, w => !w.IsCompleted);
                await Task.Delay(2);
            }
            server.Kill();
            await Task.WhenAll(writers);
        }

        using ServerProcess again = new(_data, port, settings);
        await again.WhenListeningAsync();
        using HttpClient reader = await SignInAsync(again);
        Dictionary<int, int> parts = await CountPartsAsync(reader);
        Assert.All(parts, p => Assert.Equal(3, p.Value));
        Assert.DoesNotContain(acknowledged, n => !parts.ContainsKey(n));
    }

    private static async Task<HttpClient> SignInAsync(ServerProcess server)
    {
        using GameClient client = server.Client();
        ClientSession session = await client.AuthenticateDeviceAsync("device-of-the-one-who-writes");
        HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Writers })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}/"),
            Timeout = TimeSpan.FromMinutes(2),
        };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.Token);
        return http;
    }

    private static async Task WriteUntilRefusedAsync(HttpClient http, Func<int> next, ConcurrentBag<int> acknowledged)
    {
        try
        {
            while (true)
            {
                int number = next();
                string objects = string.Join(',', Enumerable.Range(0, 3).Select(part => $$"""{"collection":"c","key":"{{number}}-{{part}}","value":"{}"}"""));
                using StringContent body = new($$"""{"objects":[{{objects}}]}""", Encoding.UTF8, "application/json");
                using HttpResponseMessage answer = await http.PutAsync("v2/storage", body);
                // Read to its end: half an answer acknowledges nothing.
                await answer.Content.ReadAsByteArrayAsync();
                if (!answer.IsSuccessStatusCode)
                {
                    return;
                }
                acknowledged.Add(number);
            }
        }
        catch (HttpRequestException)
        {
            // The server is gone: what was not acknowledged may or may not be there.
        }
    }

    private static async Task<Dictionary<int, int>> CountPartsAsync(HttpClient http)
    {
        Dictionary<int, int> parts = [];
        string user = "";
        string cursor = "";
        using (JsonDocument account = JsonDocument.Parse(await http.GetStringAsync("v2/account")))
        {
            user = account.RootElement.GetProperty("user").GetProperty("id").GetString()!;
        }
        do
        {
            using JsonDocument page = JsonDocument.Parse(await http.GetStringAsync($"v2/storage/c/{user}?limit=100&cursor={cursor}"));
            foreach (JsonElement one in page.RootElement.TryGetProperty("objects", out JsonElement objects) ? objects.EnumerateArray().ToArray() : [])
            {
                string key = one.GetProperty("key").GetString()!;
                int number = int.Parse(key[..key.IndexOf('-', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture);
                parts[number] = parts.GetValueOrDefault(number) + 1;
            }
            cursor = page.RootElement.TryGetProperty("cursor", out JsonElement next) ? next.GetString()! : "";
        }
        while (cursor.Length > 0);
        return parts;
    }
}
