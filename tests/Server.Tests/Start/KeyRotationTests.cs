using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RealtimeServer.Server.Start;

public sealed class KeyRotationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_new_key_signs_nobody_out_while_the_old_one_is_kept()
    {
        string refresh;
        string token;
        await using (TestServer server = await TestServer.StartAsync("--data:dir=" + _folder.Path))
        {
            (token, refresh) = await AskAsync(server, "v2/account/authenticate/device", """{"id":"device-of-rotation"}""");
        }
        foreach (string kind in new[] { "session", "refresh" })
        {
            File.Move(Path.Combine(_folder.Path, kind + ".key"), Path.Combine(_folder.Path, kind + ".old.key"));
        }
        string renewed;
        await using (TestServer server = await TestServer.StartAsync("--data:dir=" + _folder.Path))
        {
            Assert.Equal(HttpStatusCode.OK, await AccountAsync(server, token));
            (renewed, refresh) = await AskAsync(server, "v2/account/session/refresh", $$"""{"token":"{{refresh}}"}""");
            Assert.NotEqual(token.Split('.')[0], renewed.Split('.')[0]);
        }
        File.Delete(Path.Combine(_folder.Path, "session.old.key"));
        File.Delete(Path.Combine(_folder.Path, "refresh.old.key"));
        await using (TestServer server = await TestServer.StartAsync("--data:dir=" + _folder.Path))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AccountAsync(server, token));
            Assert.Equal(HttpStatusCode.OK, await AccountAsync(server, renewed));
            await AskAsync(server, "v2/account/session/refresh", $$"""{"token":"{{refresh}}"}""");
        }
    }

    [Fact]
    public async Task A_session_that_was_signed_out_is_refused_after_a_restart_too()
    {
        string token;
        await using (TestServer server = await TestServer.StartAsync("--data:dir=" + _folder.Path))
        {
            (token, _) = await AskAsync(server, "v2/account/authenticate/device", """{"id":"device-of-restart"}""");
            using HttpRequestMessage logout = new(HttpMethod.Post, "v2/session/logout") { Content = new StringContent("{}") };
            logout.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using HttpResponseMessage answer = await server.Http.SendAsync(logout);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, await AccountAsync(server, token));
        }
        await using (TestServer server = await TestServer.StartAsync("--data:dir=" + _folder.Path))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await AccountAsync(server, token));
        }
    }

    private static async Task<(string Token, string Refresh)> AskAsync(TestServer server, string path, string body)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body) };
        request.Headers.Authorization = TestServer.ServerKey(server.Running.ServerKey);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        string json = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, json);
        using JsonDocument session = JsonDocument.Parse(json);
        return (session.RootElement.GetProperty("token").GetString()!, session.RootElement.GetProperty("refresh_token").GetString()!);
    }

    private static async Task<HttpStatusCode> AccountAsync(TestServer server, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "v2/account");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return response.StatusCode;
    }
}
