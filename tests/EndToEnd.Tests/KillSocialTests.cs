using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RealtimeServer.Client;
using RealtimeServer.Services.Data;

namespace RealtimeServer.EndToEnd;

/// <summary>The server is killed among changes of wallets and joins of groups, on both databases.</summary>
public sealed class KillSocialTests : IDisposable
{
    private const string AdminKey = "admin-key-of-the-kill";
    private const int Players = 64;
    private const int Writers = 200;
    private const int Groups = 24;
    private const int GroupSize = 10;

    private readonly string _data = Directory.CreateTempSubdirectory("kill-social-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public Task On_sqlite_no_change_is_lost_or_counted_twice_and_no_group_too_large() => KillAndLookAsync("");

    [Fact]
    public async Task On_postgres_no_change_is_lost_or_counted_twice_and_no_group_too_large()
    {
        using PostgresServer postgres = new(durable: true);
        await KillAndLookAsync(postgres.CreateDatabase());
    }

    private async Task KillAndLookAsync(string database)
    {
        string[] settings =
            ["--demo", "false", "--limits:userPerSecond", "0", "--limits:addressPerSecond", "0", "--admin:key", AdminKey, $"--database={database}"];
        int port = ServerProcess.FreePort();
        ConcurrentBag<string> made = [];
        ConcurrentBag<(int Group, int Player)> joined = [];
        (string Id, string Token)[] players;
        string[] groups;
        using (ServerProcess server = new(_data, port, settings))
        {
            await server.WhenListeningAsync();
            using HttpClient http = Http(port);
            players = await Task.WhenAll(Enumerable.Range(0, Players).Select(i => SignInAsync(server, i)));
            groups = await Task.WhenAll(Enumerable.Range(0, Groups).Select(i => CreateGroupAsync(http, players[0].Token, i)));
            await SendAsync(http, HttpMethod.Post, "v2/admin/wallet", Admin, $$"""{"updates":[{{string.Join(',', players.Select(p => Give(p.Id, 100)))}}]}""");
            Task[] writers =
            [
                .. Enumerable.Range(0, Writers).Select(i => TransferUntilGoneAsync(http, players, i, made)),
                .. Enumerable.Range(1, Players - 1).Select(i => JoinUntilGoneAsync(http, players[i].Token, i, groups, joined)),
            ];
            while (made.Count < 400 || joined.Count < 150)
            {
                Assert.Contains(writers, w => !w.IsCompleted);
                await Task.Delay(2);
            }
            server.Kill();
            await Task.WhenAll(writers);
        }

        using ServerProcess again = new(_data, port, settings);
        await again.WhenListeningAsync();
        using HttpClient reader = Http(port);
        await AssertWalletsAsync(reader, players, made);
        for (int i = 0; i < Groups; i++)
        {
            await AssertGroupAsync(reader, groups[i], players, [.. joined.Where(j => j.Group == i).Select(j => players[j.Player].Id)]);
        }
    }

    /// <summary>Gold goes from one player to another, under an id per side; the sum stays.</summary>
    private static async Task TransferUntilGoneAsync(HttpClient http, (string Id, string Token)[] players, int writer, ConcurrentBag<string> made)
    {
        try
        {
            for (int i = 0; ; i++)
            {
                string from = players[(writer * 7 + i) % Players].Id;
                string to = players[(writer * 3 + i * 5 + 1) % Players].Id;
                (string take, string give) = ($"{Guid.NewGuid()}", $"{Guid.NewGuid()}");
                int amount = 1 + ((writer + i) % 40);
                string body = $$$"""{"updates":[{"id":"{{{give}}}","user_id":"{{{to}}}","changeset":{"gold":"{{{amount}}}"}},{"id":"{{{take}}}","user_id":"{{{from}}}","changeset":{"gold":"-{{{amount}}}"}}]}""";
                if (await SendAsync(http, HttpMethod.Post, "v2/admin/wallet", Admin, body) == 200)
                {
                    made.Add(take);
                    made.Add(give);
                }
            }
        }
        catch (HttpRequestException)
        {
            // The server is gone: what was not acknowledged may or may not be there.
        }
    }

    private static async Task JoinUntilGoneAsync(HttpClient http, string token, int player, string[] groups, ConcurrentBag<(int, int)> joined)
    {
        try
        {
            for (int i = 0; i < Groups; i++)
            {
                int group = (player + i) % Groups;
                if (await SendAsync(http, HttpMethod.Post, $"v2/group/{groups[group]}/join", new AuthenticationHeaderValue("Bearer", token), "") == 200)
                {
                    joined.Add((group, player));
                }
            }
        }
        catch (HttpRequestException)
        {
            // As above.
        }
    }

    private static async Task AssertWalletsAsync(HttpClient http, (string Id, string Token)[] players, ConcurrentBag<string> made)
    {
        Dictionary<string, int> entries = [];
        long total = 0;
        foreach ((string id, string token) in players)
        {
            using JsonDocument account = await GetAsync(http, "v2/account", new AuthenticationHeaderValue("Bearer", token));
            using JsonDocument wallet = JsonDocument.Parse(account.RootElement.GetProperty("wallet").GetString()!);
            long gold = wallet.RootElement.GetProperty("gold").GetInt64();
            Assert.True(gold >= 0, $"a wallet holds {gold}");
            long sum = 0;
            string cursor = "";
            do
            {
                using JsonDocument page = await GetAsync(http, $"v2/admin/user/{id}/ledger?limit=100&cursor={cursor}", Admin);
                foreach (JsonElement entry in page.RootElement.GetProperty("entries").EnumerateArray())
                {
                    string entryId = entry.GetProperty("id").GetString()!;
                    entries[entryId] = entries.GetValueOrDefault(entryId) + 1;
                    sum += long.Parse(entry.GetProperty("changeset").GetProperty("gold").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
                }
                cursor = page.RootElement.TryGetProperty("cursor", out JsonElement next) ? next.GetString()! : "";
            }
            while (cursor.Length > 0);
            Assert.Equal(sum, gold);
            total += gold;
        }
        Assert.Equal(100 * Players, total);
        Assert.All(entries, e => Assert.Equal(1, e.Value));
        Assert.DoesNotContain(made, id => !entries.ContainsKey(id));
    }

    private static async Task AssertGroupAsync(HttpClient http, string group, (string Id, string Token)[] players, string[] acknowledged)
    {
        AuthenticationHeaderValue token = new("Bearer", players[0].Token);
        using JsonDocument list = await GetAsync(http, $"v2/group/{group}/user?limit=100", token);
        string[] members = [.. list.RootElement.GetProperty("group_users").EnumerateArray().Select(u => u.GetProperty("user").GetProperty("id").GetString()!)];
        Assert.InRange(members.Length, 1, GroupSize);
        Assert.DoesNotContain(acknowledged, a => !members.Contains(a));
        using JsonDocument mine = await GetAsync(http, $"v2/user/{players[0].Id}/group?limit=100", token);
        JsonElement shown = mine.RootElement.GetProperty("user_groups").EnumerateArray().Single(g => g.GetProperty("group").GetProperty("id").GetString() == group);
        Assert.Equal(members.Length, shown.GetProperty("group").GetProperty("edge_count").GetInt32());
    }

    private static AuthenticationHeaderValue Admin => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(AdminKey + ":")));

    private static string Give(string player, int amount) => $$$"""{"user_id":"{{{player}}}","changeset":{"gold":"{{{amount}}}"}}""";

    private static HttpClient Http(int port) => new(new SocketsHttpHandler { MaxConnectionsPerServer = Writers + Players })
    {
        BaseAddress = new Uri($"http://127.0.0.1:{port}/"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    private static async Task<(string Id, string Token)> SignInAsync(ServerProcess server, int number)
    {
        using GameClient client = server.Client();
        ClientSession session = await client.AuthenticateDeviceAsync($"device-of-player-{number}");
        return ($"{session.UserId}", session.Token);
    }

    private static async Task<string> CreateGroupAsync(HttpClient http, string token, int number)
    {
        using HttpRequestMessage request = Request(HttpMethod.Post, "v2/group", new AuthenticationHeaderValue("Bearer", token), $$"""{"name":"group{{number}}","open":true,"max_count":{{GroupSize}}}""");
        using HttpResponseMessage answer = await http.SendAsync(request);
        using JsonDocument group = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return group.RootElement.GetProperty("id").GetString()!;
    }

    private static async Task<int> SendAsync(HttpClient http, HttpMethod method, string path, AuthenticationHeaderValue authorization, string body)
    {
        using HttpRequestMessage request = Request(method, path, authorization, body);
        using HttpResponseMessage answer = await http.SendAsync(request);
        // Read to its end: half an answer acknowledges nothing.
        await answer.Content.ReadAsByteArrayAsync();
        return (int)answer.StatusCode;
    }

    private static async Task<JsonDocument> GetAsync(HttpClient http, string path, AuthenticationHeaderValue authorization)
    {
        using HttpRequestMessage request = Request(HttpMethod.Get, path, authorization, "");
        using HttpResponseMessage answer = await http.SendAsync(request);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text);
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, AuthenticationHeaderValue authorization, string body) => new(method, path)
    {
        Headers = { Authorization = authorization },
        Content = body.Length == 0 ? null : new StringContent(body, Encoding.UTF8, "application/json"),
    };
}
