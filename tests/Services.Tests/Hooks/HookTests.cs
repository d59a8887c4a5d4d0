using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Realtime;

namespace RealtimeServer.Services.Hooks;

/// <summary>Hooks around methods and messages: what they may do, and what becomes of their faults.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private static readonly ApiStatus Refused = new(ApiCode.PermissionDenied, "Not you.");

    private readonly ServerCode _code = new();
    private readonly List<string> _seen = [];
    private TestServices? _services;

    private TestServices Services => _services ??= new TestServices(code: _code, codeTimeMax: TimeSpan.FromSeconds(0.3));

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_before_hook_changes_refuses_or_lets_pass()
    {
        _code.Before("AuthenticateDevice", (_, request) =>
        {
            AuthenticateDeviceRequest asked = (AuthenticateDeviceRequest)request;
            asked.Username = asked.Username.ToLowerInvariant();
            return new(asked.Username == "mallory" ? Refused : ApiStatus.Ok);
        });
        string token = await Services.TokenAsync("device-1234567890", "?username=ALICE");
        Assert.Equal("alice", Services.Tokens.VerifySession(token).Claims!.Username);
        Assert.Equal("""403 {"code":7,"message":"Not you."}""", await Services.AuthenticateAsync("device-2234567890", "?username=Mallory"));
    }

    [Fact]
    public async Task A_method_is_turned_off_by_a_hook()
    {
        _code.Before("GetAccount", static (_, _) => new(ServerCodeException.Disabled));
        string token = await Services.TokenAsync("device-1234567890");
        Assert.Equal("""404 {"code":5,"message":"Requested resource was not found."}""", await Services.SendAsync("GET", "/v2/account", "Bearer " + token));
    }

    [Fact]
    public async Task Every_method_of_the_contract_has_hooks_at_every_door()
    {
        foreach (ApiMethod method in new TestServicesMethods().All)
        {
            _code.Before(method.Descriptor.Name, static (context, _) => new(new ApiStatus(ApiCode.Aborted, "hooked " + context.Name)));
        }
        string session = "Bearer " + Services.Tokens.Issue(Guid.NewGuid(), "alice", new Dictionary<string, string>()).Token;
        foreach (ApiMethod method in Services.Catalogue.Methods)
        {
            string authorization = method.Credential switch
            {
                ApiCredential.ServerKey => TestServices.KeyHeader(),
                ApiCredential.AdminKey => TestServices.KeyHeader(TestServices.AdminKey),
                _ => session,
            };
            ApiOutcome outcome = await Services.Catalogue.Grpc.Find($"/{method.Descriptor.Service.FullName}/{method.Descriptor.Name}", authorization)
                .Prepare(default).RunAsync(ApiOrigin.Local, CancellationToken.None);
            Assert.Equal(new ApiStatus(ApiCode.Aborted, "hooked " + method.Descriptor.Name), outcome.Status);
        }
        Assert.Equal("""409 {"code":10,"message":"hooked GetAccount"}""", await Services.SendAsync("GET", "/v2/account", session));
    }

    [Fact]
    public async Task An_after_hook_sees_request_and_answer_and_changes_neither()
    {
        _code.After("AuthenticateDevice", (context, request, response) =>
        {
            Session session = (Session)response!;
            _seen.Add($"{context.Username} {((AuthenticateDeviceRequest)request).Account.Id} {session.Created}");
            session.Token = "";
            return ValueTask.CompletedTask;
        });
        string token = await Services.TokenAsync("device-1234567890", "?username=alice");
        Assert.NotEmpty(token);
        Assert.Equal("404 ", (await Services.AuthenticateAsync("device-unknown-1", "?create=false"))[..4]);
        Assert.Equal(["alice device-1234567890 True"], _seen);
    }

    [Fact]
    public async Task A_hook_that_throws_gives_its_caller_a_clear_error_and_harms_nothing_else()
    {
        _code.Before("GetAccount", static (_, _) => throw new InvalidOperationException("secret"));
        _code.After("ListMatches", static (_, _, _) => throw new InvalidOperationException("secret"));
        string token = await Services.TokenAsync("device-1234567890");
        Assert.Equal(
            """500 {"code":13,"message":"The server's code for GetAccount failed, request local."}""", await Services.SendAsync("GET", "/v2/account", "Bearer " + token));
        Assert.Equal("200 {}", await Services.SendAsync("GET", "/v2/match", "Bearer " + token));
        Assert.Equal("200 {}", await Services.SendAsync("GET", "/v2/storage/saves", "Bearer " + token));
        Assert.Equal(2, Services.Faults.Count(f => f.Contains("secret", StringComparison.Ordinal)));
        Services.Faults.Clear();
    }

    [Fact]
    public async Task Hooks_have_a_time_limit_whether_they_wait_or_block()
    {
        using ManualResetEventSlim end = new();
        CancellationToken told = default;
        _code.Before("GetAccount", async (context, _) =>
        {
            told = context.Cancellation;
            await Task.Delay(Timeout.Infinite, context.Cancellation);
            return ApiStatus.Ok;
        });
        _code.Before("ListMatches", (_, _) =>
        {
            end.Wait();
            return new(ApiStatus.Ok);
        });
        string token = await Services.TokenAsync("device-1234567890");
        Assert.Equal(
            """504 {"code":4,"message":"The server's code for GetAccount took too long."}""", await Services.SendAsync("GET", "/v2/account", "Bearer " + token));
        Assert.True(told.IsCancellationRequested);
        Assert.StartsWith("504 ", await Services.SendAsync("GET", "/v2/match", "Bearer " + token), StringComparison.Ordinal);
        Assert.Equal(1, Services.Catalogue.ServerCodeRunning);
        end.Set();
        SpinWait.SpinUntil(() => Services.Catalogue.ServerCodeRunning == 0, TimeSpan.FromSeconds(20));
        Assert.Equal(0, Services.Catalogue.ServerCodeRunning);
        Services.Faults.Clear();
    }

    [Fact]
    public async Task Server_code_that_never_returns_cannot_take_more_than_its_share()
    {
        TaskCompletionSource end = new();
        _code.Register("stuck", async (_, _) =>
        {
            await end.Task;
            return "";
        });
        string token = await Services.TokenAsync("device-1234567890");
        Task<string>[] calls = [.. Enumerable.Range(0, Limits.ServerCodeRunningMax + 10).Select(_ => Services.SendAsync("POST", "/v2/rpc/stuck", "Bearer " + token, "\"\""))];
        string[] answers = await Task.WhenAll(calls);
        Assert.Equal(10, answers.Count(a => a.StartsWith("503 ", StringComparison.Ordinal)));
        Assert.Equal(Limits.ServerCodeRunningMax, answers.Count(a => a.StartsWith("504 ", StringComparison.Ordinal)));
        Assert.StartsWith("200 ", await Services.SendAsync("GET", "/v2/account", "Bearer " + token), StringComparison.Ordinal);
        end.SetResult();
    }

    [Fact]
    public async Task Messages_have_hooks_too()
    {
        _code.BeforeMessage("match_create", (_, message) =>
        {
            MatchCreate create = (MatchCreate)message;
            create.Name = "arena";
            return new(create.Name.Length == 0 ? Refused : ApiStatus.Ok);
        });
        _code.BeforeMessage("match_leave", static (_, _) => new(Refused));
        _code.BeforeMessage("match_data_send", static (_, _) => throw new InvalidOperationException("secret"));
        _code.AfterMessage("match_create", (context, _, answer) =>
        {
            _seen.Add($"{context.Username} {((Envelope?)answer)?.Match.Size}");
            return ValueTask.CompletedTask;
        });
        TestClient alice = new(Services, "alice");
        TestClient bob = new(Services, "bob");
        string[] made = await alice.SendAsync("""{"cid":"1","match_create":{}}""");
        string[] same = await bob.SendAsync("""{"cid":"2","match_create":{"name":"other"}}""");
        string match = System.Text.Json.JsonDocument.Parse(made.Single(m => m.Contains("\"cid\"", StringComparison.Ordinal))).RootElement.GetProperty("match").GetProperty("match_id").GetString()!;
        Assert.Contains(same, m => m.Contains(match, StringComparison.Ordinal));
        Assert.Equal(["alice 1", "bob 2"], _seen);
        alice.Channel.Take();
        Assert.Equal(["""{"cid":"3","error":{"code":7,"message":"Not you."}}"""], await alice.SendAsync($$$"""{"cid":"3","match_leave":{"match_id":"{{{match}}}"}}"""));
        Assert.Equal(
            ["""{"cid":"4","error":{"code":7,"message":"The server's code for match_data_send failed, request local."}}"""],
            await alice.SendAsync($$$"""{"cid":"4","match_data_send":{"match_id":"{{{match}}}","op_code":"1"}}"""));
        Assert.Equal(["""{"cid":"5","pong":{}}"""], await alice.SendAsync("""{"cid":"5","ping":{}}"""));
        Assert.Null(alice.Channel.ClosedFor);
        Services.Faults.Clear();
    }

    [Fact]
    public async Task A_message_that_is_turned_off_closes_the_socket_as_an_unknown_one()
    {
        _code.BeforeMessage("match_create", static (_, _) => new(ServerCodeException.Disabled));
        TestClient alice = new(Services, "alice");
        Assert.Equal(["""{"cid":"1","error":{"code":1,"message":"Unrecognized message."}}"""], await alice.SendAsync("""{"cid":"1","match_create":{}}"""));
        Assert.Equal(CloseReasons.Unprocessable, alice.Channel.ClosedFor);
    }

    [Fact]
    public void A_hook_of_what_is_not_there_is_told_by_name()
    {
        Assert.Contains("match_creates", Assert.Throws<ArgumentException>(() => _code.BeforeMessage("match_creates", static (_, _) => new(ApiStatus.Ok))).Message, StringComparison.Ordinal);
        _code.Before("GetAcount", static (_, _) => new(ApiStatus.Ok));
        Assert.Contains("GetAcount", Assert.Throws<ArgumentException>(() => Services).Message, StringComparison.Ordinal);
    }

    /// <summary>The methods of a catalogue of its own, to know their names before the hooks are registered.</summary>
    private sealed class TestServicesMethods
    {
        public TestServicesMethods()
        {
            TestServices services = new();
            All = services.Catalogue.Methods;
            services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        public IReadOnlyList<ApiMethod> All { get; }
    }
}
