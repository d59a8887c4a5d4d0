using System.Net;
using System.Text.Json;

namespace RealtimeServer.Server.Doors;

/// <summary>What every request passes: ids, real addresses, limits, origins, health.</summary>
public sealed class RequestGateTests
{
    [Theory]
    [InlineData("my-id_1.2:3", true)]
    [InlineData("has space", false)]
    [InlineData("line\u0009break", false)]
    [InlineData("", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public async Task A_decent_request_id_comes_back_and_any_other_gives_way_to_a_new_one(string id, bool kept)
    {
        await using TestServer server = await TestServer.StartAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, "healthcheck");
        request.Headers.TryAddWithoutValidation("X-Request-Id", id);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        string answered = response.Headers.GetValues("X-Request-Id").Single();
        Assert.Equal(kept, answered == id);
        Assert.True(kept || answered.Length == 16, answered);
    }

    [Fact]
    public async Task An_address_that_asks_too_often_waits_and_others_do_not()
    {
        await using TestServer server = await TestServer.StartAsync("--proxies:trusted=127.0.0.1, 10.0.0.0/8", "--limits:addressPerSecond=1");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "192.0.2.1")).StatusCode);
        }
        using HttpResponseMessage refused = await AskAsync(server, "192.0.2.1");
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(8, JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetInt32());
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 2);
        Assert.True(refused.Headers.Contains("X-Request-Id"));
        // What a client writes before the proxies' own entries counts for nothing.
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(server, "203.0.113.9, 192.0.2.1:5000, 10.1.2.3")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "192.0.2.2")).StatusCode);
        // One IPv6 network is one client.
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, $"2001:db8::{i}")).StatusCode);
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, (await AskAsync(server, "[2001:db8::ffff]:80")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "2001:db8:0:1::1")).StatusCode);
    }

    [Fact]
    public async Task Without_a_trusted_proxy_the_header_means_nothing_and_this_machine_is_not_limited()
    {
        await using TestServer server = await TestServer.StartAsync("--limits:addressPerSecond=1");
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(server, "192.0.2.1")).StatusCode);
        }
    }

    [Fact]
    public async Task A_user_who_calls_too_often_waits_and_others_do_not()
    {
        await using TestServer server = await TestServer.StartAsync("--limits:userPerSecond=1");
        string alice = await server.SignInAsync("device-of-alice");
        string bob = await server.SignInAsync("device-of-bob");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await AccountAsync(server, alice));
        }
        Assert.Equal(HttpStatusCode.TooManyRequests, await AccountAsync(server, alice));
        Assert.Equal(HttpStatusCode.OK, await AccountAsync(server, bob));
    }

    [Fact]
    public async Task Origins_are_any_unless_they_are_named()
    {
        await using TestServer any = await TestServer.StartAsync();
        Assert.Equal("*", await OriginAsync(any, "https://a.example"));
        await using TestServer named = await TestServer.StartAsync("--cors:origins=https://a.example,https://b.example");
        Assert.Equal("https://b.example", await OriginAsync(named, "https://b.example"));
        Assert.Null(await OriginAsync(named, "https://c.example"));
    }

    [Fact]
    public async Task Health_says_live_and_ready()
    {
        await using TestServer server = await TestServer.StartAsync();
        Assert.Equal("""{"status":"ok"}""", await server.Http.GetStringAsync("health/live"));
        Assert.Equal("""{"status":"ok"}""", await server.Http.GetStringAsync("health/ready"));
    }

    [Fact]
    public async Task A_stopping_server_says_so_and_still_answers()
    {
        await using TestServer server = await TestServer.StartAsync("--stop:unreadySeconds=1");
        using HttpClient other = new() { BaseAddress = server.Running.HttpAddress };
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("health/ready")).StatusCode);
        Task stopping = server.Running.StopAsync();
        HttpResponseMessage ready;
        do
        {
            ready = await other.GetAsync("health/ready");
        }
        while (ready.StatusCode == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("stopping", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage answer = await other.GetAsync("healthcheck");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(answer.Headers.ConnectionClose);
        await stopping;
    }

    [Fact]
    public async Task Calls_are_counted_by_method_door_and_code()
    {
        await using TestServer server = await TestServer.StartAsync();
        string token = await server.SignInAsync("device-counted-here");
        await AccountAsync(server, token);
        await AccountAsync(server, "nonsense");
        await server.Http.GetAsync("v2/nothing");
        string text = await server.Http.GetStringAsync("metrics");
        Assert.Contains("api_requests_total{door=\"rest\",method=\"GetAccount\",code=\"Ok\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("api_requests_total{door=\"rest\",method=\"GetAccount\",code=\"Unauthenticated\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("api_requests_total{door=\"rest\",method=\"unknown\",code=\"NotFound\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("api_latency_seconds_count{door=\"rest\",method=\"GetAccount\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("api_latency_seconds_bucket{door=\"rest\",method=\"GetAccount\",le=\"+Inf\"} 2\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_long_answer_is_compressed_for_who_reads_that()
    {
        await using TestServer server = await TestServer.StartAsync();
        string vars = string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"key{i}\":\"{new string('v', 40)}\""));
        using HttpRequestMessage request = new(HttpMethod.Post, "v2/account/authenticate/device")
        {
            Content = new StringContent($$"""{"id":"device-with-vars","vars":{ {{vars}} } }"""),
        };
        request.Headers.Authorization = TestServer.ServerKey(server.Running.ServerKey);
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using Stream plain = new System.IO.Compression.GZipStream(await response.Content.ReadAsStreamAsync(), System.IO.Compression.CompressionMode.Decompress);
        Assert.True((await JsonDocument.ParseAsync(plain)).RootElement.GetProperty("token").GetString()!.Length > 2_000);
    }

    private static async Task<HttpResponseMessage> AskAsync(TestServer server, string forwarded)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "healthcheck");
        request.Headers.Add("X-Forwarded-For", forwarded);
        return await server.Http.SendAsync(request);
    }

    private static async Task<HttpStatusCode> AccountAsync(TestServer server, string token)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "v2/account");
        request.Headers.Authorization = new("Bearer", token);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task<string?> OriginAsync(TestServer server, string origin)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "healthcheck");
        request.Headers.Add("Origin", origin);
        using HttpResponseMessage response = await server.Http.SendAsync(request);
        return response.Headers.TryGetValues("Access-Control-Allow-Origin", out IEnumerable<string>? allowed) ? allowed.Single() : null;
    }
}
