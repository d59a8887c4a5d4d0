using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Rest;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Hooks;

/// <summary>Hooks before and after every method there is, taken from the catalogue so that a new one cannot be forgotten, at both doors.</summary>
public sealed class HookDoorTests : IAsyncLifetime
{
    private static readonly string[] Methods = NamesOfMethods();

    private readonly ServerCode _code = new();
    private readonly ConcurrentQueue<string> _ran = [];
    private readonly TestServices _services;

    // What hooks do; a test changes it.
    private Func<HookContext, ValueTask<ApiStatus>> _before = static _ => new(ApiStatus.Ok);
    private Func<HookContext, ValueTask> _after = static _ => ValueTask.CompletedTask;

    public HookDoorTests()
    {
        foreach (string method in Methods)
        {
            _code.Before(method, (context, _) =>
            {
                _ran.Enqueue("before " + context.Name);
                return _before(context);
            });
            _code.After(method, (context, request, response) =>
            {
                _ran.Enqueue($"after {context.Name} {request.Descriptor.Name} {response!.Descriptor.Name}");
                return _after(context);
            });
        }
        _code.Register("echo", static (_, payload) => new(payload));
        _services = new TestServices(code: _code);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_before_hook_that_throws_gives_a_clear_error_at_every_door_of_every_method_and_harms_no_other_call()
    {
        foreach ((ApiMethod method, string door, Func<Task<string>> call) in Calls(_services.Catalogue.Methods, _services.Catalogue.Rest, _services.Catalogue.Grpc))
        {
            string name = method.Descriptor.Name;
            _before = context => context.Name == name ? throw new InvalidOperationException("secret of " + name) : new(ApiStatus.Ok);
            Assert.Equal($"Internal The server's code for {name} failed, request local. by {door}", $"{await call()} by {door}");
            Assert.Equal(["before " + name], Ran());
            Assert.Contains("secret of " + name, Assert.Single(_services.Faults), StringComparison.Ordinal);
            _services.Faults.Clear();
            // Another method, and this one when its hook throws no more.
            Assert.Equal("200 {}", await _services.SendAsync("GET", name == "ListMatches" ? "/healthcheck" : "/v2/match", Session()));
            _before = static _ => new(ApiStatus.Ok);
            Assert.DoesNotContain("server's code", await call(), StringComparison.Ordinal);
            Assert.Empty(_services.Faults);
            Ran();
        }
    }

    [Fact]
    public async Task A_before_hook_refuses_and_turns_off_every_method_at_every_door()
    {
        foreach ((ApiMethod method, string door, Func<Task<string>> call) in Calls(_services.Catalogue.Methods, _services.Catalogue.Rest, _services.Catalogue.Grpc))
        {
            _before = static context => new(new ApiStatus(ApiCode.PermissionDenied, "not you, " + context.Name));
            Assert.Equal($"PermissionDenied not you, {method.Descriptor.Name} by {door}", $"{await call()} by {door}");
            _before = static _ => new(ServerCodeException.Disabled);
            Assert.Equal("NotFound Requested resource was not found.", await call());
            _before = static _ => throw new ServerCodeException(ApiCode.Aborted, "later");
            Assert.Equal("Aborted later", await call());
            Assert.DoesNotContain(Ran(), r => r.StartsWith("after", StringComparison.Ordinal));
        }
    }

    /// <summary>Every method here succeeds, by a handler of the test's: what is shown is that hooks stand behind every answer.</summary>
    [Fact]
    public async Task An_after_hook_runs_behind_every_answer_of_every_method_and_whatever_it_throws_the_caller_has_the_answer()
    {
        MethodHooks hooks = new(_code, _services.Catalogue.Runner, _services.Tokens);
        ApiMethod[] methods =
        [
            .. _services.Catalogue.Methods.Select(m => hooks.Around(m with
            {
                Handler = (_, _) => Task.FromResult(ApiOutcome.Ok(m.Descriptor.OutputType.Parser.ParseFrom(ByteString.Empty))),
            })),
        ];
        RestApi rest = new(methods, _services.Catalogue.Door);
        GrpcApi grpc = new(methods, _services.Catalogue.Door);
        foreach ((ApiMethod method, string door, Func<Task<string>> call) in Calls(methods, rest, grpc))
        {
            string name = method.Descriptor.Name;
            string[] all = ["before " + name, $"after {name} {method.Descriptor.InputType.Name} {method.Descriptor.OutputType.Name}"];
            _after = static _ => ValueTask.CompletedTask;
            Assert.Equal($"Ok by {door}", $"{await call()} by {door}");
            Assert.Equal(all, Ran());
            _after = static _ => throw new InvalidOperationException("secret");
            Assert.Equal($"Ok by {door}", $"{await call()} by {door}");
            Assert.Equal(all, Ran());
            Assert.Contains("secret", Assert.Single(_services.Faults), StringComparison.Ordinal);
            _services.Faults.Clear();
        }
    }

    /// <summary>A call of every route and every gRPC method; its outcome as "code message".</summary>
    private IEnumerable<(ApiMethod Method, string Door, Func<Task<string>> Call)> Calls(IReadOnlyList<ApiMethod> methods, RestApi rest, GrpcApi grpc)
    {
        int routes = 0;
        foreach (RestBinding binding in rest.Routes)
        {
            routes++;
            ApiMethod method = methods.Single(m => m.Descriptor == binding.Method);
            string path = string.Join('/', binding.Template.Split('/').Select(s => s.StartsWith('{') ? $"{Guid.NewGuid()}" : s));
            byte[] body = !binding.ReadsBody ? [] : Encoding.UTF8.GetBytes(method.Descriptor.InputType == Rpc.Descriptor ? "\"\"" : "{}");
            Func<Task<string>> call = () => OutcomeAsync(rest.Prepare(binding.HttpMethod, path, "", Authorization(method), body));
            yield return (method, $"{binding.HttpMethod} {binding.Template}", call);
        }
        Assert.True(routes >= methods.Count, "a method has no route");
        foreach (ApiMethod method in methods)
        {
            string path = $"/{method.Descriptor.Service.FullName}/{method.Descriptor.Name}";
            yield return (method, path, () => OutcomeAsync(grpc.Find(path, Authorization(method)).Prepare(ReadOnlySequence<byte>.Empty)));
        }
    }

    // Of a player of its own each time: a call before may have ended all of another's sessions.
    private string Session() => "Bearer " + _services.Tokens.Issue(Guid.NewGuid(), "alice", new Dictionary<string, string>()).Token;

    private string? Authorization(ApiMethod method) => method.Credential switch
    {
        ApiCredential.None => null,
        ApiCredential.ServerKey => TestServices.KeyHeader(),
        ApiCredential.AdminKey => TestServices.KeyHeader(TestServices.AdminKey),
        _ => Session(),
    };

    private static async Task<string> OutcomeAsync(PreparedCall call)
    {
        ApiOutcome outcome = await call.RunAsync(ApiOrigin.Local, CancellationToken.None);
        return outcome.Status.IsOk ? "Ok" : $"{outcome.Status.Code} {outcome.Status.Message}";
    }

    private string[] Ran()
    {
        string[] ran = [.. _ran];
        _ran.Clear();
        return ran;
    }

    // Of a catalogue without hooks, since they are registered before there is one.
    private static string[] NamesOfMethods()
    {
        TestServices services = new();
        string[] names = [.. services.Catalogue.Methods.Select(m => m.Descriptor.Name)];
        services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return names;
    }
}
