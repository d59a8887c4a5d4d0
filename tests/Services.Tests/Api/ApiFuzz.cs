using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Rest;
using RealtimeServer.Services.Groups;
using RealtimeServer.Services.Hooks;

namespace RealtimeServer.Services.Api;

/// <summary>
/// Every method of the catalogue at both of its doors, with requests made of its descriptor and then damaged. Whatever comes, the
/// answer is one of the contract's, never an internal error, and never tells of the server's insides. FUZZ_CASES sets how many a
/// method and door (100000 for a full run), FUZZ_SEED which, FUZZ_METHODS of which methods only (names, with commas between).
/// </summary>
public sealed class ApiFuzz : IAsyncLifetime
{
    // As many at a time share a commit, which is what a run waits for.
    private const int AtOnce = 64;

    private static readonly int Cases = Number("FUZZ_CASES", 256);
    private static readonly int Seed = Number("FUZZ_SEED", 1);
    private static readonly string[]? Only = Environment.GetEnvironmentVariable("FUZZ_METHODS")?.Split(',');
    private static readonly string[] Insides = ["   at ", "Exception", "StackTrace", ".cs:line", "RealtimeServer.", "SQLite", "Npgsql", "SELECT ", "INSERT "];

    private readonly TestServices _services = new(code: Echo());
    private readonly List<string> _texts = [.. RandomMessages.OddTexts];
    private readonly string?[] _tokens = new string?[4];

    public async Task InitializeAsync()
    {
        for (int i = 0; i < _tokens.Length; i++)
        {
            await SignInAsync(i);
        }
        _texts.AddRange(
        [
            "device-of-fuzz-0", "device-of-fuzz-1", "fuzz0", "fuzz1", "saves", "slot1", "{}", "{\"a\":1}", "[1]", "*", "a@example.com", "password123",
            "00000000-0000-0000-0000-000000000000", "00000000-0000-4000-8000-000000000000", new string('x', 300), "+value.a:1", "value.a:>=1 -x", "' OR 1=1 --", "\0", "echo",
        ]);
        // Who and what is there, so that requests get beyond the first look.
        foreach (string? token in _tokens)
        {
            Guid user = _services.Tokens.VerifySession(token!).Claims!.UserId;
            (_, GroupRecord? group) = await _services.Catalogue.Groups.CreateAsync(user, new NewGroup($"group of {user}", Open: true, MaxCount: 3));
            _texts.AddRange([$"{user}", $"{group!.Id}"]);
        }
    }

    public async Task DisposeAsync() => await _services.DisposeAsync();

    [Fact]
    public async Task No_JSON_request_of_any_method_gets_an_internal_error()
    {
        foreach (RestBinding binding in _services.Catalogue.Rest.Routes.Where(r => IsChosen(r.Method)))
        {
            await ForEachCaseAsync(binding.Method, (user, random) => RestCaseAsync(binding, user, random));
        }
    }

    [Fact]
    public async Task No_protobuf_request_of_any_method_gets_an_internal_error()
    {
        foreach (ApiMethod method in _services.Catalogue.Methods.Where(m => IsChosen(m.Descriptor)))
        {
            await ForEachCaseAsync(method.Descriptor, (user, random) => GrpcCaseAsync(method.Descriptor, user, random));
        }
    }

    private static bool IsChosen(MethodDescriptor method) => Only is null || Only.Contains(method.Name, StringComparer.Ordinal);

    private async Task ForEachCaseAsync(MethodDescriptor method, Func<int, DeterministicRandom, Task<string>> runAsync)
    {
        for (int first = 0; first < Cases; first += AtOnce)
        {
            List<Task> running = [];
            for (int i = first; i < Math.Min(first + AtOnce, Cases); i++)
            {
                int number = i;
                running.Add(Task.Run(() => CheckAsync(method, number, runAsync)));
            }
            await Task.WhenAll(running);
            // A case may have deleted its account or signed it out.
            for (int user = 0; user < _tokens.Length; user++)
            {
                string account = await _services.SendAsync("GET", "/v2/account", "Bearer " + _tokens[user]);
                if (!account.StartsWith("200 ", StringComparison.Ordinal))
                {
                    await SignInAsync(user);
                }
            }
        }
    }

    private async Task CheckAsync(MethodDescriptor method, int number, Func<int, DeterministicRandom, Task<string>> runAsync)
    {
        string answer = await runAsync(number % _tokens.Length, new DeterministicRandom(((ulong)Seed << 40) + ((ulong)method.Index << 32) + (ulong)number));
        string? inside = Insides.FirstOrDefault(i => answer.Contains(i, StringComparison.Ordinal));
        if (answer.StartsWith("500 ", StringComparison.Ordinal) || inside is not null || !_services.Faults.IsEmpty)
        {
            Assert.Fail($"{method.FullName}, FUZZ_SEED={Seed}, case {number}: {answer}\n{string.Join('\n', _services.Faults)}");
        }
    }

    private async Task<string> RestCaseAsync(RestBinding binding, int user, DeterministicRandom random)
    {
        IMessage request = RandomMessages.Next(binding.Method.InputType, ref random, _texts);
        string path = string.Join('/', binding.Template.Split('/').Select(s => s.StartsWith('{') ? Uri.EscapeDataString(Text(ref random)) : s));
        byte[] body = [];
        if (binding.ReadsBody)
        {
            body = binding.BodyField is { FieldType: FieldType.String }
                ? System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(Text(ref random))
                : ContractJson.WriteUtf8(RandomMessages.Next(binding.BodyField?.MessageType ?? binding.Method.InputType, ref random, _texts));
            body = random.Next(0, 3) == 0 ? Damage(body, ref random) : body;
        }
        IEnumerable<string> query = binding.Method.InputType.Fields.InDeclarationOrder()
            .Where(f => !f.IsMap && f.Accessor.GetValue(request) is not (null or System.Collections.IList { Count: 0 }))
            .Select(f => $"{f.Name}={Uri.EscapeDataString(QueryValue(f, request))}");
        string joined = string.Join('&', query) + (random.Next(0, 8) == 0 ? "&zzz=%&=&%zz&" + Text(ref random) : "");
        string? authorization = Authorization(binding.Method, user, ref random);
        RestAnswer answer = await _services.Catalogue.Rest.HandleAsync(binding.HttpMethod, path, joined, authorization, body, CancellationToken.None);
        return $"{answer.HttpStatus} {Encoding.UTF8.GetString(answer.Json)}";
    }

    private async Task<string> GrpcCaseAsync(MethodDescriptor method, int user, DeterministicRandom random)
    {
        byte[] message = RandomMessages.Next(method.InputType, ref random, _texts).ToByteArray();
        message = random.Next(0, 3) == 0 ? Damage(message, ref random) : message;
        GrpcCall call = _services.Catalogue.Grpc.Find($"/{method.Service.FullName}/{method.Name}", Authorization(method, user, ref random));
        ApiOutcome outcome = await call.Prepare(new ReadOnlySequence<byte>(message)).RunAsync(ApiOrigin.Local, CancellationToken.None);
        // What cannot be unmarshalled is answered with gRPC's own code for it, which is the one of internal errors.
        return outcome.Status.Message.StartsWith("grpc: error unmarshalling", StringComparison.Ordinal)
            ? "400 "
            : $"{outcome.Status.HttpStatus} {(outcome.Response is null ? outcome.Status.Message : "")}";
    }

    private string? Authorization(MethodDescriptor method, int user, ref DeterministicRandom random)
    {
        ApiCredential credential = _services.Catalogue.Methods.Single(m => m.Descriptor == method).Credential;
        return random.Next(0, 50) == 0
            ? Text(ref random)
            : credential switch
            {
                ApiCredential.Session or ApiCredential.SessionOrHttpKey => "Bearer " + _tokens[user],
                ApiCredential.AdminKey => TestServices.KeyHeader(TestServices.AdminKey),
                _ => TestServices.KeyHeader(),
            };
    }

    private static ServerCode Echo()
    {
        ServerCode code = new();
        code.Register("echo", static (_, payload) => new(payload));
        return code;
    }

    private async Task SignInAsync(int user) => _tokens[user] = await _services.TokenAsync($"device-of-fuzz-{user}");

    private string Text(ref DeterministicRandom random) => _texts[random.Next(0, _texts.Count)];

    private static string QueryValue(FieldDescriptor field, IMessage request)
    {
        object value = field.Accessor.GetValue(request);
        return value is System.Collections.IList { Count: > 0 } list
            ? Convert.ToString(list[0], CultureInfo.InvariantCulture)!
            : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
    }

    private static byte[] Damage(byte[] bytes, ref DeterministicRandom random)
    {
        List<byte> damaged = [.. bytes];
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(0, damaged.Count + 1);
            switch (random.Next(0, 4))
            {
                case 0 when at < damaged.Count:
                    damaged[at] = (byte)random.Next(0, 256);
                    break;
                case 1 when at < damaged.Count:
                    damaged.RemoveRange(at, Math.Min(damaged.Count - at, random.Next(1, 8)));
                    break;
                case 2 when at < damaged.Count:
                    damaged.InsertRange(at, damaged.GetRange(at, Math.Min(damaged.Count - at, random.Next(1, 16))));
                    break;
                default:
                    damaged.Insert(at, (byte)"{}[]\",:0\\e-. \n"[random.Next(0, 14)]);
                    break;
            }
        }
        return [.. damaged];
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
