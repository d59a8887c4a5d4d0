using System.Buffers;
using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using RealtimeServer.Foundation;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Rest;
using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Accounts.Providers;
using RealtimeServer.Services.Groups;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Leaderboards;
using RealtimeServer.Services.Notifications;
using RealtimeServer.Services.Tournaments;
using RealtimeServer.Services.Wallets;
using Xunit.Abstractions;

namespace RealtimeServer.Services.Api;

/// <summary>
/// Every method of the catalogue at both of its doors, with requests made of its descriptor and then damaged. Whatever comes, the
/// answer is one of the contract's, never an internal error, and never tells of the server's insides. FUZZ_CASES sets how many a
/// method and door (100000 for a full run), FUZZ_SEED which, FUZZ_METHODS of which methods only (names, with commas between). What ran is
/// in the output: <c>dotnet vstest … --logger:"console;verbosity=detailed"</c>.
/// </summary>
public sealed class ApiFuzz(ITestOutputHelper output) : IAsyncLifetime
{
    // As many at a time share a commit, which is what a run waits for.
    private const int AtOnce = 64;

    // After so many cases all is made anew: by then much of what requests would have met is deleted, full or used up.
    private const int RemadeAfter = 8192;
    private const int DamagedFiles = 200;

    private static readonly int Cases = Number("FUZZ_CASES", 256);
    private static readonly int Seed = Number("FUZZ_SEED", 1);
    private static readonly string[]? Only = Environment.GetEnvironmentVariable("FUZZ_METHODS")?.Split(',');
    private static readonly string[] Insides = ["   at ", "Exception", "StackTrace", ".cs:line", "RealtimeServer.", "SQLite", "Npgsql", "SELECT ", "INSERT "];

    private readonly TestIssuer _issuer = new();
    private TestPlatforms _platforms = null!;
    private TestServices _services = null!;
    private RandomTexts _texts = null!;
    private readonly string?[] _tokens = new string?[4];
    private readonly Guid[] _users = new Guid[4];
    private int _cases;

    public async Task InitializeAsync()
    {
        _platforms = new TestPlatforms(_issuer);
        await MakeAsync();
    }

    private async Task MakeAsync()
    {
        _texts = new RandomTexts(RandomMessages.OddTexts);
        _services = new TestServices(code: Echo(), changed: s => s with
        {
            Providers = _platforms.Options with
            {
                GoogleClientIds = ["google-client"],
                GoogleKeys = _issuer.At("keys"),
                AppleBundleIds = ["com.example.game"],
                AppleKeys = _issuer.At("keys"),
                CallsMax = AtOnce,
            },
        });
        AddProviders();
        for (int i = 0; i < _tokens.Length; i++)
        {
            await SignInAsync(i);
        }
        _texts.Add(
            "device-of-fuzz-0", "device-of-fuzz-1", "fuzz0", "fuzz1", "saves", "slot1", "{}", "{\"a\":1}", "[1]", "*", "a@example.com", "password123",
            "00000000-0000-0000-0000-000000000000", "00000000-0000-4000-8000-000000000000", new string('x', 300), "+value.a:1", "value.a:>=1 -x", "' OR 1=1 --", "\0", "echo");
        _texts.AddTo("metadata,content,value,changeset", "{}", "{\"a\":1}", "{\"gold\":5}", "{\"a\":\"\\ud800\"}", "{\"\\udc00\":1}");
        _texts.AddTo("lang_tag,lang", "en", "de");
        _texts.AddTo("id", "echo");
        await FillAsync();
    }

    /// <summary>What signs in at every provider, so that requests get beyond the look at it.</summary>
    private void AddProviders()
    {
        long now = _services.Time.GetUtcNow().ToUnixTimeSeconds();
        string IdToken(string issuer, string audience) => _issuer.Token(new { iss = issuer, aud = audience, sub = "player-1", iat = now, exp = now + 3600 });
        _platforms.Graph("4711", "1234", true, now + 3600);
        _platforms.Steam(TestPlatforms.SteamPlayer("76561197960287930"));
        _texts.AddTo(
            "token", IdToken("https://accounts.google.com", "google-client"), IdToken("https://appleid.apple.com", "com.example.game"), IdToken("https://www.facebook.com", "1234"), "14000000");
        AddShown(TestPlatforms.Instant("HMAC-SHA256", now, TestPlatforms.Secret));
        AddShown(_platforms.GameCenter(now * 1000));

        void AddShown(string request)
        {
            foreach (System.Text.Json.JsonProperty field in System.Text.Json.JsonDocument.Parse(request).RootElement.EnumerateObject())
            {
                _texts.AddTo(field.Name, field.Value.GetString()!);
            }
        }
    }

    /// <summary>Makes what is there of every feature, so that requests get beyond the first look.</summary>
    private async Task FillAsync()
    {
        Catalogue services = _services.Catalogue;
        Guid[] users = [.. _tokens.Select(t => _services.Tokens.VerifySession(t!).Claims!.UserId)];
        string[] names = [.. _tokens.Select(t => _services.Tokens.VerifySession(t!).Claims!.Username)];
        _texts.AddTo("user_id,user_ids,owner_id,owner_ids,ids,id", [.. users.Select(u => $"{u}")]);
        _texts.AddTo("username,usernames", names);
        LeaderboardDefinition[] boards =
        [
            new("best"), new("least") { SortOrder = LeaderboardOrder.Ascending, ResetSchedule = "0 0 * * *" },
            new("sum") { Operator = ScoreOperator.Increment }, new("less") { Operator = ScoreOperator.Decrement, EnableRanks = false },
            new("last") { Operator = ScoreOperator.Set, BestPair = true }, new("ours") { Authoritative = true },
        ];
        foreach (LeaderboardDefinition board in boards)
        {
            await services.Leaderboards.CreateAsync(board);
            foreach (Guid user in users)
            {
                await services.Leaderboards.WriteAsync(board.Id, new ScoreWrite(user, "fuzz", 100, 10), caller: null);
            }
            RecordPage page = await services.Leaderboards.ListAsync(board.Id, 2, null, [], 0, viewer: null, default);
            RecordPage next = await services.Leaderboards.ListAsync(board.Id, 1, page.NextCursor, [], 0, viewer: null, default);
            _texts.AddTo("cursor", page.NextCursor!, next.PreviousCursor!);
        }
        EntryRules rules = new(Duration: 3600, StartTime: 0, EndTime: 0, MaxSize: 3, MaxNumScore: 5, JoinRequired: true);
        LeaderboardDefinition cup = new("cup") { Entry = rules, ResetSchedule = "0 * * * *" };
        await services.Tournaments.CreateAsync(new TournamentDefinition(cup) { Title = "Cup", Category = 1 });
        await services.Tournaments.CreateAsync(new TournamentDefinition(cup with { Id = "open", Entry = rules with { JoinRequired = false, MaxSize = 0 } }));
        _texts.AddTo("leaderboard_id,tournament_id,id", [.. boards.Select(b => b.Id), "cup", "open"]);
        _texts.AddTo("reset_schedule", "0 0 * * 1", "@daily");
        for (int i = 0; i < users.Length; i++)
        {
            (_, GroupRecord? open) = await services.Groups.CreateAsync(users[i], new NewGroup($"group of {users[i]}", Open: true, MaxCount: 3));
            (_, GroupRecord? closed) = await services.Groups.CreateAsync(users[i], new NewGroup($"club of {users[i]}", LangTag: "de", MaxCount: 50));
            Guid other = users[(i + 1) % users.Length];
            await services.GroupMembers.JoinAsync(closed!.Id, other, names[(i + 1) % users.Length]);
            await services.Friends.AddAsync(users[i], names[i], [other]);
            await services.Notifications.SendAsync(new NewNotification(users, "fuzz", "{}", 1));
            await services.Wallets.UpdateAsync(new WalletUpdate(users[i], new Dictionary<string, long> { ["gold"] = 100 }));
            _texts.AddTo("group_id", $"{open!.Id}", $"{closed.Id}");
            _texts.AddTo("name", open.Name, "group%");
        }
        NotificationPage inbox = (await services.Notifications.ListAsync(users[0], 2, null, default))!;
        _texts.AddTo("ids", [.. inbox.Notifications.Select(n => $"{n.Id}")]);
        _texts.AddTo("cacheable_cursor,cursor", inbox.Cursor);
        await AddFilesAsync(users);
    }

    /// <summary>Accounts' files, whole and with a few things in them that are otherwise.</summary>
    private async Task AddFilesAsync(Guid[] users)
    {
        DeterministicRandom random = new((ulong)Seed);
        List<string> files = [];
        foreach (Guid user in users)
        {
            await _services.SendAsync(
                "PUT", "/v2/storage", "Bearer " + _tokens[Array.IndexOf(users, user)],
                $$"""{"objects":[{"collection":"saves","key":"slot1","value":"{}"},{"collection":"saves","key":"slot2","value":"{}","permission_read":2}]}""");
            files.Add(Encoding.UTF8.GetString((await _services.Catalogue.AccountFiles.ExportAsync(user))!));
        }
        _texts.AddTo("json", [.. files, .. Enumerable.Range(0, DamagedFiles).Select(i => AccountFileDamage.Next(files[i % files.Count], users, ref random))]);
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _issuer.Dispose();
        _platforms.Dispose();
    }

    [Fact]
    public async Task No_JSON_request_of_any_method_gets_an_internal_error()
    {
        foreach (RestBinding binding in Chosen([.. _services.Catalogue.Rest.Routes], static r => r.Method))
        {
            await ForEachCaseAsync(binding.Method, $"{binding.HttpMethod} {binding.Template}", (user, random) => RestCaseAsync(binding, user, random));
        }
    }

    [Fact]
    public async Task No_protobuf_request_of_any_method_gets_an_internal_error()
    {
        foreach (ApiMethod method in Chosen([.. _services.Catalogue.Methods], static m => m.Descriptor))
        {
            await ForEachCaseAsync(method.Descriptor, "gRPC", (user, random) => GrpcCaseAsync(method.Descriptor, user, random));
        }
    }

    /// <summary>Those that FUZZ_METHODS names, of which each must be there: a run of nothing has shown nothing.</summary>
    private static IEnumerable<T> Chosen<T>(T[] all, Func<T, MethodDescriptor> method)
    {
        Assert.All(Only ?? [], name => Assert.Contains(all, one => method(one).Name == name));
        return all.Where(one => Only is null || Only.Contains(method(one).Name, StringComparer.Ordinal));
    }

    private async Task ForEachCaseAsync(MethodDescriptor method, string door, Func<int, DeterministicRandom, Task<string>> runAsync)
    {
        int ran = 0;
        SortedDictionary<string, int> answers = new(StringComparer.Ordinal);
        for (int first = 0; first < Cases; first += AtOnce)
        {
            if (_cases >= RemadeAfter)
            {
                await _services.DisposeAsync();
                await MakeAsync();
                _cases = 0;
            }
            List<Task<string>> running = [];
            for (int i = first; i < Math.Min(first + AtOnce, Cases); i++)
            {
                int number = i;
                running.Add(Task.Run(() => CheckAsync(method, number, runAsync)));
            }
            await Task.WhenAll(running);
            ran += running.Count;
            _cases += running.Count;
            foreach (Task<string> one in running)
            {
                string status = (await one).Split(' ')[0];
                answers[status] = answers.GetValueOrDefault(status) + 1;
            }
            await LookAsync(method, first / AtOnce % _tokens.Length);
            // A case may have deleted its account, signed it out or banned it.
            for (int user = 0; user < _tokens.Length; user++)
            {
                string account = await _services.SendAsync("GET", "/v2/account", "Bearer " + _tokens[user]);
                if (!account.StartsWith("200 ", StringComparison.Ordinal))
                {
                    Guid before = _users[user];
                    await _services.Catalogue.Bans.UnbanAsync(before);
                    await SignInAsync(user);
                    if (_users[user] != before)
                    {
                        _texts.Replace($"{before}", $"{_users[user]}");
                    }
                }
            }
        }
        output.WriteLine($"{method.Name}, {door}: {ran} cases, answered {string.Join(", ", answers.Select(a => $"{a.Key}: {a.Value}"))}");
    }

    /// <summary>Whatever was let in, a user and an operator can look at what is there.</summary>
    private async Task LookAsync(MethodDescriptor method, int user)
    {
        string[] theirs =
        [
            "/v2/account", "/v2/storage/saves?limit=10", "/v2/friend?limit=10", $"/v2/user/{_users[user]}/group", "/v2/group?name=%25", "/v2/notification",
            $"/v2/leaderboard/best/owner/{_users[user]}", "/v2/leaderboard/sum", $"/v2/tournament/cup/owner/{_users[user]}", "/v2/tournament",
        ];
        string[] operators = [$"/v2/admin/user/{_users[user]}/export", $"/v2/admin/user/{_users[user]}/ledger", "/v2/admin/leaderboard"];
        foreach (string target in theirs.Concat(operators))
        {
            string key = operators.Contains(target) ? TestServices.KeyHeader(TestServices.AdminKey) : "Bearer " + _tokens[user];
            string answer = await _services.SendAsync("GET", target, key);
            Assert.False(
                answer.StartsWith("500 ", StringComparison.Ordinal) || !_services.Faults.IsEmpty,
                $"After {method.FullName}, FUZZ_SEED={Seed}, GET {target}: {answer}\n{string.Join('\n', _services.Faults)}");
        }
    }

    private async Task<string> CheckAsync(MethodDescriptor method, int number, Func<int, DeterministicRandom, Task<string>> runAsync)
    {
        string answer;
        try
        {
            answer = await runAsync(number % _tokens.Length, new DeterministicRandom(((ulong)Seed << 40) + ((ulong)method.Index << 32) + (ulong)number));
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{method.FullName}, FUZZ_SEED={Seed}, case {number} got no answer.", exception);
        }
        string? inside = Insides.FirstOrDefault(i => answer.Contains(i, StringComparison.Ordinal));
        if (answer.StartsWith("500 ", StringComparison.Ordinal) || inside is not null || !_services.Faults.IsEmpty)
        {
            Assert.Fail($"{method.FullName}, FUZZ_SEED={Seed}, case {number}: {answer}\n{string.Join('\n', _services.Faults)}");
        }
        return answer;
    }

    private async Task<string> RestCaseAsync(RestBinding binding, int user, DeterministicRandom random)
    {
        IMessage request = RandomMessages.Next(binding.Method.InputType, ref random, _texts);
        string path = string.Join('/', binding.Template.Split('/').Select(s => s.StartsWith('{') ? Uri.EscapeDataString(_texts.Next(s.Trim('{', '}'), ref random)) : s));
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

    private async Task SignInAsync(int user)
    {
        _tokens[user] = await _services.TokenAsync($"device-of-fuzz-{user}");
        _users[user] = _services.Tokens.VerifySession(_tokens[user]!).Claims!.UserId;
    }

    private string Text(ref DeterministicRandom random) => _texts.Next("", ref random);

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
            switch (random.Next(0, 5))
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
                case 3:
                    damaged.InsertRange(at, "\\ud800"u8);
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
