using System.Net.Http.Headers;
using RealtimeServer.Server.Settings;

namespace RealtimeServer.Server.Content;

/// <summary>Server code in a whole server.</summary>
public sealed class ModuleTests
{
    [Fact]
    public async Task A_loaded_module_answers_and_its_work_shows_in_metrics()
    {
        await using TestServer server = await TestServer.StartAsync("--modules:load", "daily-reward");
        string token = await server.SignInAsync("device-of-a-collector");
        (int status, string? type, string body) = await CallAsync(server, token, "v2/rpc/daily_reward?unwrap");
        Assert.Equal((200, "text/plain"), (status, type));
        Assert.Contains("\"Coins\":100", body, StringComparison.Ordinal);
        Assert.Equal(400, (await CallAsync(server, token, "v2/rpc/daily_reward")).Status);
        string metrics = await server.Http.GetStringAsync("metrics");
        Assert.Contains("server_code_calls_total", metrics, StringComparison.Ordinal);
    }

    /// <summary>The clock of the second server is a week ahead: the season ended while the first was away.</summary>
    [Fact]
    public async Task A_module_makes_a_board_keeps_it_and_rewards_its_best_when_the_season_is_over()
    {
        using TemporaryFolder data = new();
        string[] arguments = TestServer.Arguments(data.Path, "--modules:load", "arena-season", "--httpKey", "key-of-the-match-servers");
        string token;
        await using (TestServer server = new(await StartAsync(arguments, TimeSpan.Zero)))
        {
            token = await server.SignInAsync("device-of-a-gladiator", "spartacus");
            string player = (await server.AccountAsync(token)).GetProperty("user").GetProperty("id").GetString()!;
            Assert.Equal((200, """{"wins":1,"rank":1}"""), await WonAsync(server, player));
            Assert.Equal((200, """{"wins":2,"rank":1}"""), await WonAsync(server, player));
            Assert.Equal(400, (await WonAsync(server, "nobody")).Status);
            Assert.Equal(403, (await CallAsync(server, token, "v2/rpc/arena_won")).Status);
            Assert.Equal(403, (await CallAsync(server, token, "v2/leaderboard/arena", """{"score":"5"}""")).Status);
        }
        for (int restart = 0; restart < 2; restart++)
        {
            await using TestServer later = new(await StartAsync(arguments, TimeSpan.FromDays(7)));
            token = await later.SignInAsync("device-of-a-gladiator");
            while ((await later.AccountAsync(token)).GetProperty("wallet").GetString() == "{}")
            {
                await Task.Delay(10);
            }
            Assert.Equal("""{"gold": 1000}""", (await later.AccountAsync(token)).GetProperty("wallet").GetString()!.Replace("\":1", "\": 1", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task No_module_is_loaded_unasked()
    {
        await using TestServer server = await TestServer.StartAsync();
        string token = await server.SignInAsync("device-of-a-collector");
        Assert.Equal(404, (await CallAsync(server, token, "v2/rpc/daily_reward")).Status);
    }

    [Fact]
    public async Task An_unknown_module_stops_the_start_with_those_there_are()
    {
        SettingException refusal = await Assert.ThrowsAsync<SettingException>(() => TestServer.StartAsync("--modules:load", "daily-rewards"));
        Assert.Contains("'daily-rewards'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("daily-reward.", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--serverKey", "same-key-of-two", "--httpKey", "same-key-of-two")]
    [InlineData("--httpKey", "same-key-of-two-things", "--admin:key", "same-key-of-two-things")]
    public async Task Keys_that_open_different_things_differ(params string[] settings)
    {
        SettingException refusal = await Assert.ThrowsAsync<SettingException>(() => TestServer.StartAsync(settings));
        Assert.Contains("are the same", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Beyond_this_machine_functions_need_a_key_of_their_operators_own()
    {
        SettingException refusal = await Assert.ThrowsAsync<SettingException>(
            () => TestServer.StartAsync("--bind", "0.0.0.0", "--serverKey", "a-key-of-my-own", "--modules:load", "daily-reward"));
        Assert.Contains("--httpKey ", refusal.Message, StringComparison.Ordinal);
    }

    private static Task<RunningServer> StartAsync(string[] arguments, TimeSpan ahead) =>
        Composition.StartAsync(ServerSettings.From(ServerHost.ReadSettings(arguments)), new ClockAhead(ahead));

    private static async Task<(int Status, string Body)> WonAsync(TestServer server, string player)
    {
        using StringContent payload = new(player);
        using HttpResponseMessage response = await server.Http.PostAsync(new Uri("v2/rpc/arena_won?unwrap&http_key=key-of-the-match-servers", UriKind.Relative), payload);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static async Task<(int Status, string? Type, string Body)> CallAsync(TestServer server, string token, string path, string body = "")
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }

    private sealed class ClockAhead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
