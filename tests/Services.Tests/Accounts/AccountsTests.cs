using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts;

/// <summary>Sign-in and account, request by request as recorded from the server that clients know.</summary>
public sealed partial class AccountsTests : IAsyncLifetime
{
    private const string Authenticate = "/v2/account/authenticate/device";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TestServices _services = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task A_new_device_makes_an_account_and_the_next_time_finds_it()
    {
        string first = await _services.AuthenticateAsync("device-isgfoekwdj", "?create=true&username=alice_pxud", """{"k":"v"}""");
        Assert.Equal("""200 {"created":true,"token":"<jwt>","refresh_token":"<jwt>"}""", Masked(first));
        string second = await _services.AuthenticateAsync("device-isgfoekwdj");
        Assert.Equal("""200 {"token":"<jwt>","refresh_token":"<jwt>"}""", Masked(second));
    }

    [Fact]
    public async Task An_account_is_shown_to_its_owner()
    {
        string token = await _services.TokenAsync("device-isgfoekwdj", "?username=alice_pxud");
        string id = _services.Tokens.VerifySession(token).Claims!.UserId.ToString();
        Assert.Equal(
            $$$"""200 {"user":{"id":"{{{id}}}","username":"alice_pxud","lang_tag":"en","metadata":"{}","create_time":"2026-11-20T21:29:27Z","update_time":"2026-11-20T21:29:27Z"},"wallet":"{}","devices":[{"id":"device-isgfoekwdj"}]}""",
            Compact(await _services.SendAsync("GET", "/v2/account", "Bearer " + token)));
    }

    [Theory]
    [InlineData("""{"id":"short"}""", """400 {"code":3,"message":"Device ID invalid, must be 10-128 bytes."}""")]
    [InlineData("{}", """400 {"code":3,"message":"Device ID is required."}""")]
    [InlineData("", """400 {"code":3,"message":"Device ID is required."}""")]
    [InlineData("""{"id":"with space in it"}""", """400 {"code":3,"message":"Device ID invalid, no spaces or control characters allowed."}""")]
    [InlineData("""{"id":"tab\tin-the-id"}""", """400 {"code":3,"message":"Device ID invalid, no spaces or control characters allowed."}""")]
    [InlineData("{\"id\":", """400 {"code":3,"message":"unexpected EOF"}""")]
    public async Task A_wrong_device_is_refused(string body, string expected) =>
        Assert.Equal(expected, Compact(await _services.SendAsync("POST", Authenticate, TestServices.KeyHeader(), body)));

    [Theory]
    [InlineData(9, 400)]
    [InlineData(10, 200)]
    [InlineData(128, 200)]
    [InlineData(129, 400)]
    public async Task Device_ids_are_10_to_128_bytes(int bytes, int status) =>
        Assert.StartsWith($"{status} ", await _services.AuthenticateAsync(new string('x', bytes)));

    [Theory]
    [InlineData("?create=false", """404 {"code":5,"message":"User account not found."}""")]
    [InlineData("?create=maybe", """400 {"code":3,"message":"parsing field \"create\": strconv.ParseBool: parsing \"maybe\": invalid syntax"}""")]
    [InlineData("?username=a%20b", """400 {"code":3,"message":"Username invalid, no spaces or control characters allowed."}""")]
    public async Task A_wrong_query_is_refused(string query, string expected) =>
        Assert.Equal(expected, Compact(await _services.AuthenticateAsync("device-jziwhfcfye", query)));

    [Fact]
    public async Task A_wrong_type_and_an_unknown_field_are_told_apart()
    {
        Assert.StartsWith("""400 {"code":3,"message":"proto: """, await _services.SendAsync("POST", Authenticate, TestServices.KeyHeader(), """{"id":5}"""));
        Assert.StartsWith("200 ", await _services.SendAsync("POST", Authenticate, TestServices.KeyHeader(), """{"id":"device-pzgtehuxxz","zzz":1}"""));
    }

    [Fact]
    public async Task A_username_belongs_to_one_account_and_a_failed_sign_in_leaves_none()
    {
        await _services.TokenAsync("device-1234567890", "?username=alice");
        Assert.Equal(
            """409 {"code":6,"message":"Username is already in use."}""",
            await _services.AuthenticateAsync("device-0987654321", "?username=alice"));
        Assert.Equal(
            """404 {"code":5,"message":"User account not found."}""",
            await _services.AuthenticateAsync("device-0987654321", "?create=false"));
        string again = await _services.TokenAsync("device-1234567890", "?username=another");
        Assert.Equal("alice", _services.Tokens.VerifySession(again).Claims!.Username);
        Assert.StartsWith("400 ", await _services.AuthenticateAsync("device-0987654321", "?username=" + new string('x', 129)));
    }

    [Fact]
    public async Task A_generated_username_is_ten_letters()
    {
        string token = await _services.TokenAsync("device-1234567890");
        Assert.Matches("^[A-Za-z]{10}$", _services.Tokens.VerifySession(token).Claims!.Username);
    }

    [Fact]
    public async Task Vars_travel_in_the_token_and_are_bounded()
    {
        string token = await _services.TokenAsync("device-1234567890", "", """{"k":"v"}""");
        Assert.Equal("v", _services.Tokens.VerifySession(token).Claims!.Vars["k"]);
        string large = $$"""{"k":"{{new string('x', Limits.VarsBytesMax)}}"}""";
        Assert.StartsWith("400 ", await _services.AuthenticateAsync("device-1234567890", "", large));
        string largest = $$"""{"k":"{{new string('x', Limits.VarsBytesMax - 1)}}"}""";
        token = await _services.TokenAsync("device-1234567890", "", largest);
        Assert.Equal(Limits.VarsBytesMax - 1, _services.Tokens.VerifySession(token).Claims!.Vars["k"].Length);
    }

    [Fact]
    public async Task A_server_key_is_asked_for()
    {
        const string Body = """{"id":"device-isgfoekwdj"}""";
        Assert.Equal("""401 {"code":16,"message":"Server key invalid"}""", await _services.SendAsync("POST", Authenticate, TestServices.KeyHeader("wrong"), Body));
        Assert.Equal("""401 {"code":16,"message":"Server key invalid"}""", await _services.SendAsync("POST", Authenticate, TestServices.KeyHeader(""), Body));
        foreach (string? header in new[] { null, "", "Basic", "Basic ", "Basic !!!", "Basic eA==", "Bearer x", "Basic " + new string('A', 4000) })
        {
            Assert.Equal("""401 {"code":16,"message":"Server key required"}""", await _services.SendAsync("POST", Authenticate, header, Body));
        }
    }

    [Fact]
    public async Task A_session_is_asked_for()
    {
        Assert.Equal("""401 {"code":16,"message":"Auth token required"}""", await _services.SendAsync("GET", "/v2/account", null));
        Assert.Equal("""401 {"code":16,"message":"Auth token required"}""", await _services.SendAsync("GET", "/v2/account", TestServices.KeyHeader()));
        Assert.Equal("""401 {"code":16,"message":"Auth token invalid"}""", await _services.SendAsync("GET", "/v2/account", "Bearer nonsense"));
        string token = await _services.TokenAsync("device-1234567890");
        _services.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal("""401 {"code":16,"message":"Auth token invalid"}""", await _services.SendAsync("GET", "/v2/account", "Bearer " + token));
    }

    [Fact]
    public async Task A_token_that_outlived_its_account_is_refused()
    {
        string token = _services.Tokens.Issue(Guid.NewGuid(), "ghost", new Dictionary<string, string>()).Token;
        Assert.Equal("""401 {"code":16,"message":"Auth token invalid"}""", await _services.SendAsync("GET", "/v2/account", "Bearer " + token));
    }

    [Fact]
    public async Task A_banned_account_cannot_sign_in_and_sees_since_when()
    {
        string token = await _services.TokenAsync("device-1234567890");
        await _services.Database.WriteAsync(s => s.ExecuteAsync("UPDATE users SET disable_time = 1795210167000000"));
        Assert.Equal("""403 {"code":7,"message":"User account banned."}""", await _services.AuthenticateAsync("device-1234567890"));
        Assert.Contains("\"disable_time\":\"2026-11-20T21:29:27Z\"", await _services.SendAsync("GET", "/v2/account", "Bearer " + token));
    }

    [Theory]
    [InlineData("GET", "/v2/nothing", """404 {"code":5,"message":"Not Found"}""")]
    [InlineData("DELETE", "/v2/account/authenticate/device", """501 {"code":12,"message":"Method Not Allowed"}""")]
    [InlineData("GET", "/healthcheck", "200 {}")]
    public async Task Routes_answer_as_recorded(string method, string path, string expected) =>
        Assert.Equal(expected, Compact(await _services.SendAsync(method, path, null)));

    [Fact]
    public async Task Two_first_sign_ins_of_one_device_make_one_account()
    {
        for (int round = 0; round < 10; round++)
        {
            string device = $"device-round-{round}";
            using Barrier barrier = new(16);
            string[] answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    barrier.SignalAndWait();
                    return _services.AuthenticateAsync(device);
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap()));
            Assert.Single(answers, a => a.Contains("created", StringComparison.Ordinal));
            Assert.Single(answers.Select(UserOf).Distinct());
        }
    }

    [Fact]
    public async Task Accounts_made_by_sixteen_threads_are_there_after_a_restart()
    {
        const int Threads = 16;
        const int Each = 25;
        string[][] answers = await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            string[] mine = new string[Each];
            for (int i = 0; i < Each; i++)
            {
                mine[i] = await _services.AuthenticateAsync($"device-of-{thread}-{i}");
            }
            return mine;
        })));
        Guid[] users = [.. answers.SelectMany(a => a).Select(UserOf)];
        Assert.Equal(Threads * Each, users.Distinct().Count());

        _services.Database.Dispose();
        using Database again = _services.Open();
        UserDirectory directory = new(again, _ => false);
        Assert.Equal(users.Length, (await directory.FindAsync(users, [], CancellationToken.None)).Count);
    }

    private Guid UserOf(string answer)
    {
        Assert.StartsWith("200 ", answer);
        string token = JsonDocument.Parse(answer[4..]).RootElement.GetProperty("token").GetString()!;
        return _services.Tokens.VerifySession(token).Claims!.UserId;
    }

    private static string Compact(string answer)
    {
        using JsonDocument body = JsonDocument.Parse(answer[4..]);
        return answer[..4] + JsonSerializer.Serialize(body.RootElement, Readable);
    }

    private static string Masked(string answer) => Token().Replace(Compact(answer), "<jwt>");

    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.[\w-]+")]
    private static partial Regex Token();
}
