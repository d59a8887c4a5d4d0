using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Server.Doors;

public sealed class RestDoorTests : IClassFixture<SharedServer>
{
    private const string Authenticate = "v2/account/authenticate/device";
    private readonly TestServer _server;

    public RestDoorTests(SharedServer shared)
    {
        _server = shared.Server;
    }

    [Fact]
    public async Task A_device_signs_in_and_its_account_is_the_one_that_was_made()
    {
        (HttpStatusCode status, JsonElement created) = await PostAsync($"{Authenticate}?username=alice", """{"id":"device-of-alice"}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.True(created.GetProperty("created").GetBoolean());
        (_, JsonElement again) = await PostAsync(Authenticate, """{"id":"device-of-alice"}""");
        Assert.False(again.TryGetProperty("created", out _));

        using HttpRequestMessage request = new(HttpMethod.Get, "v2/account");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", again.GetProperty("token").GetString());
        (status, JsonElement account) = await SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("alice", account.GetProperty("user").GetProperty("username").GetString());
        Assert.Equal("device-of-alice", account.GetProperty("devices")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("", """{"id":"short"}""", 400, 3, "Device ID invalid, must be 10-128 bytes.")]
    [InlineData("", "{}", 400, 3, "Device ID is required.")]
    [InlineData("", "", 400, 3, "Device ID is required.")]
    [InlineData("?create=false", """{"id":"device-nobody-has"}""", 404, 5, "User account not found.")]
    public async Task Refusals_of_a_sign_in_are_worded_as_clients_know_them(string query, string body, int status, int code, string message)
    {
        (HttpStatusCode answered, JsonElement error) = await PostAsync(Authenticate + query, body);
        Assert.Equal((status, code, message), ((int)answered, error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()));
    }

    [Theory]
    [InlineData("POST", Authenticate, null, 401, 16, "Server key required")]
    [InlineData("POST", Authenticate, "Basic d3Jvbmc6", 401, 16, "Server key invalid")]
    [InlineData("GET", "v2/account", null, 401, 16, "Auth token required")]
    [InlineData("GET", "v2/account", "Bearer nonsense", 401, 16, "Auth token invalid")]
    [InlineData("GET", "v2/nothing", null, 404, 5, "Not Found")]
    [InlineData("DELETE", Authenticate, null, 501, 12, "Method Not Allowed")]
    [InlineData("POST", "healthcheck", null, 501, 12, "Method Not Allowed")]
    [InlineData("GET", "v2%2Faccount", null, 404, 5, "Not Found")]
    [InlineData("POST", "metrics", null, 404, 5, "Not Found")]
    public async Task Requests_that_lead_nowhere_are_refused_as_clients_know_it(
        string method, string path, string? authorization, int status, int code, string message)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }
        using HttpResponseMessage response = await _server.Http.SendAsync(request);
        JsonElement error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((status, code, message), ((int)response.StatusCode, error.GetProperty("code").GetInt32(), error.GetProperty("message").GetString()));
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status == 401, response.Headers.TryGetValues("WWW-Authenticate", out _));
    }

    [Fact]
    public async Task The_root_is_empty_and_the_healthcheck_answers()
    {
        Assert.Equal("", await _server.Http.GetStringAsync(""));
        Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(await _server.Http.GetStringAsync("healthcheck")).RootElement.ValueKind);
    }

    [Theory]
    [InlineData(Limits.BodyBytesMax, false, 200)]
    [InlineData(Limits.BodyBytesMax + 1, false, 400)]
    [InlineData(Limits.BodyBytesMax + 1, true, 400)]
    [InlineData(8 * Limits.BodyBytesMax, true, 400)]
    public async Task A_body_beyond_the_limit_is_refused_with_its_length_told_or_not(int bytes, bool chunked, int status)
    {
        const string body = """{"id":"device-with-space"}""";
        using HttpRequestMessage request = Sign(
            new HttpRequestMessage(HttpMethod.Post, Authenticate) { Content = new StringContent(body + new string(' ', bytes - body.Length)) });
        request.Headers.TransferEncodingChunked = chunked;
        (HttpStatusCode answered, JsonElement answer) = await SendAsync(request);
        Assert.Equal(status, (int)answered);
        if (status == 400)
        {
            Assert.Equal("http: request body too large", answer.GetProperty("message").GetString());
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_compressed_body_is_read_and_its_real_size_counts(string encoding)
    {
        (HttpStatusCode status, JsonElement session) = await SendAsync(Compressed(encoding, """{"id":"device-compressed"}"""));
        Assert.True(status == HttpStatusCode.OK, session.ToString());
        (status, JsonElement error) = await SendAsync(Compressed(encoding, new string(' ', 50 * Limits.BodyBytesMax)));
        Assert.Equal((HttpStatusCode.BadRequest, "http: request body too large"), (status, error.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_body_that_is_not_what_it_says_is_refused()
    {
        HttpRequestMessage request = Sign(new HttpRequestMessage(HttpMethod.Post, Authenticate) { Content = new StringContent("plain") });
        request.Content!.Headers.ContentEncoding.Add("gzip");
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(request)).Status);
        request = Sign(new HttpRequestMessage(HttpMethod.Post, Authenticate) { Content = new StringContent("plain") });
        request.Content!.Headers.ContentEncoding.Add("br");
        Assert.Equal(HttpStatusCode.BadRequest, (await SendAsync(request)).Status);
    }

    [Fact]
    public async Task Pages_of_any_origin_may_call()
    {
        using HttpRequestMessage preflight = new(HttpMethod.Options, Authenticate);
        preflight.Headers.Add("Origin", "https://game.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization");
        using HttpResponseMessage allowed = await _server.Http.SendAsync(preflight);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        Assert.Equal("*", allowed.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Authorization", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.Contains("DELETE", allowed.Headers.GetValues("Access-Control-Allow-Methods").Single(), StringComparison.Ordinal);

        using HttpRequestMessage call = new(HttpMethod.Get, "v2/account");
        call.Headers.Add("Origin", "https://game.example");
        using HttpResponseMessage answer = await _server.Http.SendAsync(call);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    private static HttpRequestMessage Compressed(string encoding, string text)
    {
        using MemoryStream packed = new();
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest) : new ZLibStream(packed, CompressionLevel.Fastest))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        HttpRequestMessage request = Sign(new HttpRequestMessage(HttpMethod.Post, Authenticate) { Content = new ByteArrayContent(packed.ToArray()) });
        request.Content!.Headers.ContentEncoding.Add(encoding);
        return request;
    }

    private static HttpRequestMessage Sign(HttpRequestMessage request)
    {
        request.Headers.Authorization = TestServer.ServerKey("defaultkey");
        return request;
    }

    private Task<(HttpStatusCode Status, JsonElement Json)> PostAsync(string path, string body) =>
        SendAsync(Sign(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) }));

    private async Task<(HttpStatusCode Status, JsonElement Json)> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await _server.Http.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
