using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Api;

namespace RealtimeServer.Server.Doors;

/// <summary>gRPC byte by byte, as hostile clients send it; how well-behaved ones fare is for gRPC's own client to show, end to end.</summary>
public sealed class GrpcDoorTests : IClassFixture<SharedServer>, IDisposable
{
    private const string Authenticate = "/nakama.api.Nakama/AuthenticateDevice";
    private const string Healthcheck = "/nakama.api.Nakama/Healthcheck";

    private readonly TestServer _server;
    private readonly HttpClient _http;

    public GrpcDoorTests(SharedServer shared)
    {
        _server = shared.Server;
        _http = new HttpClient { BaseAddress = new Uri($"http://{_server.Running.GrpcEndPoint}") };
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_call_is_answered_by_a_message_and_a_status_in_the_trailers()
    {
        byte[] request = new AuthenticateDeviceRequest { Account = new AccountDevice { Id = "device-over-grpc" } }.ToByteArray();
        (string status, _, byte[] body) = await CallAsync(Authenticate, Frame(0, request), withKey: true);
        Assert.Equal("0", status);
        Assert.Equal(0, body[0]);
        Assert.Equal(body.Length - 5, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)));
        Assert.True(Session.Parser.ParseFrom(body.AsSpan(5)).Created);
    }

    [Fact]
    public async Task A_compressed_message_is_read_and_its_real_size_counts()
    {
        byte[] request = new AuthenticateDeviceRequest { Account = new AccountDevice { Id = "device-gzip-grpc" } }.ToByteArray();
        Assert.Equal("0", (await CallAsync(Authenticate, Frame(1, Gzip(request)), withKey: true, encoding: "gzip")).Status);
        (string status, string message, _) = await CallAsync(Authenticate, Frame(1, Gzip(new byte[50 * Limits.BodyBytesMax])), withKey: true, encoding: "gzip");
        Assert.Equal("8", status);
        Assert.Contains("larger than max", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "", "13")]
    [InlineData(1, "snappy", "12")]
    [InlineData(1, "gzip", "13")]
    [InlineData(7, "", "13")]
    public async Task What_is_not_compressed_as_it_says_is_refused(byte flag, string encoding, string expected) =>
        Assert.Equal(expected, (await CallAsync(Healthcheck, Frame(flag, [1, 2, 3]), encoding: encoding)).Status);

    [Fact]
    public async Task A_request_is_exactly_one_message()
    {
        Assert.Equal("13", (await CallAsync(Healthcheck, [])).Status);
        Assert.Equal("13", (await CallAsync(Healthcheck, [0, 0, 0])).Status);
        Assert.Equal("13", (await CallAsync(Healthcheck, [0, 0, 0, 0, 9, 1])).Status);
        Assert.Equal("13", (await CallAsync(Healthcheck, [.. Frame(0, []), .. Frame(0, [])])).Status);
        Assert.Equal("8", (await CallAsync(Healthcheck, [0, 0xff, 0xff, 0xff, 0xff])).Status);
        Assert.Equal("0", (await CallAsync(Healthcheck, Frame(0, []))).Status);
    }

    [Theory]
    [InlineData("1n", "4")]
    [InlineData("0S", "4")]
    [InlineData("99999999H", "0")]
    [InlineData("10S", "0")]
    [InlineData("S", "13")]
    [InlineData("-1S", "13")]
    [InlineData("999999999S", "13")]
    [InlineData("1x", "13")]
    public async Task A_deadline_is_kept_and_a_malformed_one_refused(string timeout, string expected) =>
        Assert.Equal(expected, (await CallAsync(Healthcheck, Frame(0, []), timeout: timeout)).Status);

    [Fact]
    public async Task Texts_are_percent_encoded()
    {
        byte[] request = new AuthenticateDeviceRequest { Account = new AccountDevice { Id = "device-é" }, Username = "a" }.ToByteArray();
        (string status, string message, _) = await CallAsync("/nakama.api.Nakama/é%", Frame(0, request));
        Assert.Equal("12", status);
        Assert.DoesNotContain(message, c => c is < ' ' or > '~');
    }

    [Fact]
    public async Task What_is_no_grpc_is_told_so_by_HTTP()
    {
        using HttpRequestMessage put = Request(HttpMethod.Put, Healthcheck, Frame(0, []), "application/grpc");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await _http.SendAsync(put)).StatusCode);
        using HttpRequestMessage json = Request(HttpMethod.Post, Healthcheck, Frame(0, []), "application/grpc+json");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await _http.SendAsync(json)).StatusCode);
    }

    [Fact]
    public async Task Random_bytes_get_a_status_and_leave_the_server_serving()
    {
        DeterministicRandom random = new(5);
        string[] paths = [Authenticate, Healthcheck, "/nakama.api.Nakama/GetAccount", "/x", "/"];
        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = new byte[random.Next(0, 40)];
            for (int b = 0; b < bytes.Length; b++)
            {
                bytes[b] = (byte)(random.Next(0, 3) == 0 ? random.Next(0, 256) : random.Next(0, 3));
            }
            (string status, string message, _) = await CallAsync(paths[i % paths.Length], bytes, withKey: i % 2 == 0, encoding: i % 3 == 0 ? "gzip" : "");
            Assert.InRange(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), 0, 16);
            Assert.True(status != "13" || message.StartsWith("grpc:", StringComparison.Ordinal), message);
        }
        Assert.Equal("0", (await CallAsync(Healthcheck, Frame(0, []))).Status);
    }

    private async Task<(string Status, string Message, byte[] Body)> CallAsync(
        string path, byte[] body, bool withKey = false, string encoding = "", string? timeout = null)
    {
        using HttpRequestMessage request = Request(HttpMethod.Post, path, body, "application/grpc");
        if (withKey)
        {
            request.Headers.Authorization = TestServer.ServerKey(_server.Running.ServerKey);
        }
        if (encoding.Length > 0)
        {
            request.Headers.Add("grpc-encoding", encoding);
        }
        if (timeout is not null)
        {
            request.Headers.Add("grpc-timeout", timeout);
        }
        using HttpResponseMessage response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/grpc", response.Content.Headers.ContentType?.MediaType);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        return (Find(response, "grpc-status")!, Find(response, "grpc-message") ?? "", answer);
    }

    private static string? Find(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? trailer) ? trailer.Single()
        : response.Headers.TryGetValues(name, out IEnumerable<string>? header) ? header.Single()
        : null;

    private static HttpRequestMessage Request(HttpMethod method, string path, byte[] body, string type)
    {
        ByteArrayContent content = new(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return new HttpRequestMessage(method, path)
        {
            Content = content,
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private static byte[] Frame(byte flag, byte[] message)
    {
        byte[] frame = [flag, 0, 0, 0, 0, .. message];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        return frame;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }
        return packed.ToArray();
    }
}
