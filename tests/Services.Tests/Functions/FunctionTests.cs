using System.Text;
using Google.Protobuf;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Functions;

/// <summary>Functions by their three credentials, as recorded from the server that clients know.</summary>
public sealed class FunctionTests : IAsyncLifetime
{
    private readonly ServerCode _code = new();
    private readonly TestServices _services;
    private HookContext? _context;

    public FunctionTests()
    {
        _code.Register("clientrpc.rpc", (_, payload) => new(payload));
        _code.Register("clientrpc.rpc_get", (_, _) => new("""{"message":"PONG"}"""));
        _code.Register("clientrpc.rpc_error", (_, _) => throw new ServerCodeException(ApiCode.Internal, "Some error occured."));
        _code.Register("clientrpc.silent", (_, _) => new(""));
        _code.Register("who", (context, _) =>
        {
            _context = context;
            return new(context.Username);
        });
        _services = new TestServices(code: _code);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Theory]
    [InlineData("POST", "clientrpc.rpc", "\"{\\\"a\\\":1}\"", """200 {"payload":"{\"a\":1}"}""")]
    [InlineData("POST", "clientrpc.rpc", """{"a":1}""", """400 {"error":"json: cannot unmarshal object into Go value of type string","message":"json: cannot unmarshal object into Go value of type string","code":3}""")]
    [InlineData("POST", "clientrpc.rpc", "\"half", """400 {"error":"The body must be a JSON string.","message":"The body must be a JSON string.","code":3}""")]
    [InlineData("POST", "clientrpc.rpc?unwrap", """{"a":1}""", """200 {"a":1}""")]
    [InlineData("POST", "clientrpc.rpc?unwrap=true", "plain", "200 plain")]
    [InlineData("POST", "clientrpc.rpc", "", "200 {}")]
    [InlineData("POST", "clientrpc.rpc", "null", "200 {}")]
    [InlineData("POST", "clientrpc.silent", "\"x\"", "200 {}")]
    [InlineData("GET", "ClientRpc.RPC_GET", "", """200 {"payload":"{\"message\":\"PONG\"}"}""")]
    [InlineData("POST", "nope", "\"\"", """404 {"error":"RPC function not found","message":"RPC function not found","code":5}""")]
    [InlineData("POST", "clientrpc.rpc_error", "\"\"", """500 {"error":"Some error occured.","message":"Some error occured.","code":13}""")]
    public async Task A_session_calls_functions(string method, string call, string body, string answer) =>
        Assert.Equal(answer, await _services.SendAsAsync(Guid.NewGuid(), method, "/v2/rpc/" + call, body));

    [Theory]
    [InlineData("/v2/rpc/clientrpc.rpc_get?http_key=test-http-key", null, """200 {"payload":"{\"message\":\"PONG\"}"}""")]
    [InlineData("/v2/rpc/clientrpc.rpc_get?http_key=test-http-key&unwrap", null, """200 {"message":"PONG"}""")]
    [InlineData("/v2/rpc/clientrpc.rpc_get", "Basic dGVzdC1odHRwLWtleTo=", """200 {"payload":"{\"message\":\"PONG\"}"}""")]
    [InlineData("/v2/rpc/clientrpc.rpc_get?http_key=x", null, """401 {"error":"HTTP key invalid","message":"HTTP key invalid","code":16}""")]
    [InlineData("/v2/rpc/clientrpc.rpc_get", "Basic dGVzdC1zZXJ2ZXIta2V5Og==", """401 {"error":"HTTP key invalid","message":"HTTP key invalid","code":16}""")]
    [InlineData("/v2/rpc/clientrpc.rpc_get", null, """401 {"error":"Auth token or HTTP key required","message":"Auth token or HTTP key required","code":16}""")]
    [InlineData("/v2/rpc/clientrpc.rpc_get", "Bearer nonsense", """401 {"error":"Auth token invalid","message":"Auth token invalid","code":16}""")]
    [InlineData("/v2/rpc/clientrpc.rpc_get?http_key=test-http-key", "Bearer nonsense", """401 {"error":"Auth token invalid","message":"Auth token invalid","code":16}""")]
    public async Task Servers_call_functions_by_key(string target, string? authorization, string answer) =>
        Assert.Equal(answer, await _services.SendAsync("GET", target, authorization));

    [Fact]
    public async Task Over_gRPC_the_key_may_stand_in_the_message()
    {
        Assert.Equal("x", ((Rpc)(await GrpcAsync(new Rpc { Id = "clientrpc.rpc", Payload = "x", HttpKey = TestServices.HttpKey })).Response!).Payload);
        Assert.Equal("HTTP key invalid", (await GrpcAsync(new Rpc { Id = "clientrpc.rpc", HttpKey = "y" })).Status.Message);
        Assert.Equal("Auth token or HTTP key required", (await GrpcAsync(new Rpc { Id = "clientrpc.rpc" })).Status.Message);
    }

    [Fact]
    public async Task A_function_knows_for_whom_it_runs()
    {
        string token = await _services.TokenAsync("device-1234567890", "?username=alice", """{"k":"v"}""");
        Assert.Equal("""200 {"payload":"alice"}""", await _services.SendAsync("POST", "/v2/rpc/Who", "Bearer " + token, "\"\""));
        Assert.Equal(("who", "v", "local"), (_context!.Name, _context.Vars["k"], _context.RequestId));
        Assert.Equal(_services.Tokens.VerifySession(token).Claims!.UserId, _context.UserId);
        Assert.Equal(_services.Tokens.VerifySession(token).Claims!.ExpiresAt, _context.SessionExpiresAt);
        Assert.Equal("200 {}", await _services.SendAsync("GET", "/v2/rpc/who?http_key=" + TestServices.HttpKey, null));
        Assert.Equal((null, 0), (_context.UserId, _context.SessionExpiresAt));
    }

    [Fact]
    public async Task Sockets_call_functions()
    {
        TestClient client = new(_services, "alice");
        Assert.Equal(["""{"cid":"60","rpc":{"id":"clientrpc.rpc","payload":"{\"a\":1}"}}"""], await client.SendAsync("""{"cid":"60","rpc":{"id":"clientrpc.rpc","payload":"{\"a\":1}"}}"""));
        Assert.Equal(["""{"cid":"61","error":{"code":6,"message":"RPC function not found"}}"""], await client.SendAsync("""{"cid":"61","rpc":{"id":"nope","payload":"{}"}}"""));
        Assert.Equal(["""{"cid":"62","error":{"code":7,"message":"Some error occured."}}"""], await client.SendAsync("""{"cid":"62","rpc":{"id":"clientrpc.rpc_error","payload":"{}"}}"""));
        Assert.Equal(["""{"cid":"63","error":{"code":3,"message":"RPC ID must be set"}}"""], await client.SendAsync("""{"cid":"63","rpc":{}}"""));
        await client.SendAsync("""{"rpc":{"id":"who"}}""");
        Assert.Equal((client.Session.Presence.SessionId, "alice"), (_context!.SessionId, _context.Username));
    }

    [Fact]
    public async Task A_body_that_is_no_text_is_refused()
    {
        RestAnswer answer = await _services.Catalogue.Rest.HandleAsync(
            "POST", "/v2/rpc/clientrpc.rpc", "?unwrap&http_key=" + TestServices.HttpKey, null, new byte[] { 0xff, 0xfe }, CancellationToken.None);
        Assert.Equal(400, answer.HttpStatus);
        Assert.Contains("UTF-8", Encoding.UTF8.GetString(answer.Json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("with space")]
    [InlineData("CLIENTRPC.rpc")]
    public void An_id_that_is_none_or_taken_is_not_registered(string id) =>
        Assert.Throws<ArgumentException>(() => _code.Register(id, (_, _) => new("")));

    private ValueTask<ApiOutcome> GrpcAsync(Rpc request) =>
        _services.Catalogue.Grpc.Find("/nakama.api.Nakama/RpcFunc", null)
            .Prepare(new System.Buffers.ReadOnlySequence<byte>(request.ToByteArray())).RunAsync(ApiOrigin.Local, CancellationToken.None);
}
