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

    private static async Task<(int Status, string? Type, string Body)> CallAsync(TestServer server, string token, string path)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsStringAsync());
    }
}
