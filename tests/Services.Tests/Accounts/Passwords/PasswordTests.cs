using System.Buffers;
using System.Net;
using System.Text.Json;
using Google.Protobuf;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Accounts.Passwords;

public sealed class SqlitePasswordTests() : PasswordTests(Engine.Sqlite);

public sealed class PostgresPasswordTests() : PasswordTests(Engine.Postgres);

/// <summary>Signing in by e-mail address or username and password, on both databases.</summary>
public abstract class PasswordTests : IAsyncLifetime
{
    private const string Wrong = """401 {"code":16,"message":"Invalid credentials."}""";
    private static readonly IPAddress Home = IPAddress.Parse("203.0.113.1");

    private readonly Engine _engine;
    private readonly TestServices _services;

    protected PasswordTests(Engine engine)
    {
        _engine = engine;
        _services = new TestServices(engine);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _services.DisposeAsync().AsTask();

    [Fact]
    public async Task An_email_address_signs_up_and_in_in_any_case()
    {
        Assert.Contains("\"created\":true", await SendAsync("""{"email":"Frw@Example.com","password":"password123"}""", "?create=true&username=emxcwlj"));
        Assert.StartsWith("200 {\"token\"", await SendAsync("""{"email":"frw@example.com","password":"password123"}"""));
        Assert.StartsWith("200 {\"token\"", await SendAsync("""{"password":"password123"}""", "?username=emxcwlj"));
        Assert.Equal(Wrong, await SendAsync("""{"email":"frw@example.com","password":"password124"}"""));
        Assert.Equal(Wrong, await SendAsync("""{"password":"password124"}""", "?username=emxcwlj"));
        Assert.Equal(Wrong, await SendAsync("""{"password":"password123"}""", "?username=nobody"));
        Assert.Equal("""404 {"code":5,"message":"User account not found."}""", await SendAsync("""{"email":"new@example.com","password":"password123"}""", "?create=false"));
        Assert.Equal(
            """409 {"code":6,"message":"Username is already in use."}""", await SendAsync("""{"email":"new@example.com","password":"password123"}""", "?username=emxcwlj"));
        string token = await TokenAsync("""{"email":"frw@example.com","password":"password123"}""");
        Assert.Contains("\"email\":\"frw@example.com\"", await _services.SendAsync("GET", "/v2/account", "Bearer " + token));
    }

    [Theory]
    [InlineData("""{"email":"nope","password":"password123"}""", "Invalid email address format.")]
    [InlineData("""{"email":"a@b.","password":"password123"}""", "Invalid email address format.")]
    [InlineData("""{"email":"a@.c","password":"password123"}""", "Invalid email address format.")]
    [InlineData("""{"email":"a@b.c","password":"password123"}""", "Invalid email address, must be 10-255 bytes.")]
    [InlineData("""{"email":"with space@example.com","password":"password123"}""", "Invalid email address, no spaces or control characters allowed.")]
    [InlineData("""{"email":"frw@example.com","password":"short"}""", "Password must be at least 8 characters long.")]
    [InlineData("""{"email":"frw@example.com"}""", "Password must be at least 8 characters long.")]
    [InlineData("""{"password":"password123"}""", "Username is required when email address is not supplied.")]
    [InlineData("", "Password must be at least 8 characters long.")]
    public async Task What_is_no_address_or_no_password_is_refused(string body, string message) =>
        Assert.Equal($$"""400 {"code":3,"message":"{{message}}"}""", await SendAsync(body));

    [Fact]
    public async Task A_password_longer_than_any_is_refused() =>
        Assert.StartsWith("400 ", await SendAsync($$"""{"email":"frw@example.com","password":"{{new string('x', Limits.PasswordBytesMax + 1)}}"}"""));

    [Fact]
    public async Task An_email_address_is_linked_changed_and_unlinked()
    {
        string token = await _services.TokenAsync("device-1234567890");
        Assert.Equal("200 {}", await PostAsync(token, "link/email", """{"email":"xzx@example.com","password":"password123"}"""));
        Assert.StartsWith("200 {\"token\"", await SendAsync("""{"email":"xzx@example.com","password":"password123"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "link/email", """{"email":"xzx@example.com","password":"password999"}"""));
        Assert.Equal(Wrong, await SendAsync("""{"email":"xzx@example.com","password":"password123"}"""));
        string other = await _services.TokenAsync("device-of-another");
        Assert.Equal("""409 {"code":6,"message":"Email is already in use."}""", await PostAsync(other, "link/email", """{"email":"XZX@example.com","password":"password123"}"""));
        Assert.Equal("""400 {"code":3,"message":"Email address and password is required."}""", await PostAsync(other, "link/email", """{"email":"other@example.com"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "unlink/device", """{"id":"device-1234567890"}"""));
        Assert.StartsWith("403 ", await PostAsync(token, "unlink/email", """{"email":"xzx@example.com"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "link/device", """{"id":"device-1234567890"}"""));
        Assert.StartsWith("403 ", await PostAsync(token, "unlink/email", """{"email":"not-mine@example.com"}"""));
        Assert.Equal("200 {}", await PostAsync(token, "unlink/email", """{"email":"XZX@example.com"}"""));
        Assert.DoesNotContain("email", await _services.SendAsync("GET", "/v2/account", "Bearer " + token));
    }

    [Fact]
    public async Task A_hash_made_otherwise_is_made_anew_when_its_password_is_shown()
    {
        await TokenAsync("""{"email":"frw@example.com","password":"password123"}""");
        Assert.StartsWith("$pbkdf2-sha512$i=10$", await StoredAsync());
        await _services.Database.WriteAsync(s => s.ExecuteAsync("UPDATE users SET password = @Hash", new { Hash = PasswordHash.Of("password123", 7).ToString() }));
        Assert.Equal(Wrong, await SendAsync("""{"email":"frw@example.com","password":"password124"}"""));
        Assert.StartsWith("$pbkdf2-sha512$i=7$", await StoredAsync());
        await TokenAsync("""{"email":"frw@example.com","password":"password123"}""");
        Assert.StartsWith("$pbkdf2-sha512$i=10$", await StoredAsync());
        await TokenAsync("""{"email":"frw@example.com","password":"password123"}""");
    }

    [Fact]
    public async Task A_banned_account_is_told_only_to_who_knows_its_password()
    {
        string token = await TokenAsync("""{"email":"frw@example.com","password":"password123"}""");
        await _services.Catalogue.Bans.BanAsync(_services.Tokens.VerifySession(token).Claims!.UserId);
        Assert.Equal("""403 {"code":7,"message":"User account banned."}""", await SendAsync("""{"email":"frw@example.com","password":"password123"}"""));
        Assert.Equal(Wrong, await SendAsync("""{"email":"frw@example.com","password":"password124"}"""));
    }

    [Fact]
    public async Task Of_many_sign_ups_with_one_address_one_makes_the_account_and_only_its_password_opens_it()
    {
        ApiCode[] codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => FromAsync(Home, "shared@example.com", $"password{i % 2}23"))));
        Assert.Contains(ApiCode.Ok, codes);
        Assert.All(codes, c => Assert.True(c is ApiCode.Ok or ApiCode.Unauthenticated or ApiCode.ResourceExhausted, c.ToString()));
        Assert.Equal(1, await _services.Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<long>("SELECT count(*) FROM users"), default));
    }

    [Fact]
    public async Task Guessing_is_slowed_for_account_and_address_and_the_owner_gets_in_from_elsewhere()
    {
        await FromAsync(Home, "owner@example.com", "password123");
        IPAddress attacker = IPAddress.Parse("198.51.100.7");
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(ApiCode.Unauthenticated, await FromAsync(attacker, "owner@example.com", "guess-number-" + i));
        }
        Assert.Equal(ApiCode.ResourceExhausted, await FromAsync(attacker, "owner@example.com", "password123"));
        Assert.Equal(ApiCode.Ok, await FromAsync(Home, "owner@example.com", "password123"));
        Assert.Equal(ApiCode.Ok, await FromAsync(IPAddress.Parse("192.0.2.77"), "owner@example.com", "password123"));
        _services.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(ApiCode.Ok, await FromAsync(attacker, "owner@example.com", "password123"));
    }

    [Fact]
    public async Task Guessing_from_many_addresses_is_slowed_but_for_those_the_owner_has_signed_in_from()
    {
        await FromAsync(Home, "owner@example.com", "password123");
        ApiCode last = ApiCode.Ok;
        for (int i = 0; i < 101; i++)
        {
            last = await FromAsync(IPAddress.Parse($"198.51.100.{i}"), "owner@example.com", "guess-number-" + i);
        }
        Assert.Equal(ApiCode.ResourceExhausted, last);
        Assert.Equal(ApiCode.ResourceExhausted, await FromAsync(IPAddress.Parse("192.0.2.77"), "owner@example.com", "password123"));
        Assert.Equal(ApiCode.Ok, await FromAsync(Home, "owner@example.com", "password123"));
    }

    [Fact]
    public async Task Guessing_at_many_accounts_from_one_address_is_slowed_whether_they_exist_or_not()
    {
        await FromAsync(Home, "owner@example.com", "password123");
        IPAddress attacker = IPAddress.Parse("2001:db8::7");
        for (int i = 0; i < 30; i++)
        {
            // One customer has a network of addresses.
            IPAddress next = IPAddress.Parse($"2001:db8::{i:x}");
            Assert.Equal(ApiCode.NotFound, await FromAsync(next, $"nobody-{i}@example.com", "password123", create: false));
        }
        Assert.Equal(ApiCode.ResourceExhausted, await FromAsync(attacker, "owner@example.com", "password123"));
        Assert.Equal(ApiCode.Ok, await FromAsync(Home, "owner@example.com", "password123"));
    }

    [Fact]
    public async Task A_sign_in_that_fails_by_no_fault_of_its_own_is_no_guess()
    {
        await FromAsync(Home, "owner@example.com", "password123");
        using CancellationTokenSource gone = new();
        await gone.CancelAsync();
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(ApiCode.Canceled, await FromAsync(_services, Home, "owner@example.com", "password123", cancellation: gone.Token));
        }
        Assert.Equal(ApiCode.Ok, await FromAsync(Home, "owner@example.com", "password123"));
    }

    [Fact]
    public async Task A_full_queue_of_hashes_refuses_at_once_and_one_address_fills_a_part_of_it()
    {
        await using TestServices services = new(_engine, changed: s => s with { Passwords = new PasswordOptions { Rounds = 10_000, Threads = 1, Queue = 8 } });
        using ManualResetEventSlim running = new();
        using ManualResetEventSlim gate = new();
        Task<PasswordOutcome> first = services.Catalogue.Hasher.QueueAsync(() => Held(running, gate), IPAddress.Parse("203.0.113.9"), default);
        running.Wait();

        IPAddress flooding = IPAddress.Parse("198.51.100.7");
        Task<ApiCode>[] flood = [.. Enumerable.Range(0, 20).Select(i => FromAsync(services, flooding, $"flood-{i}@example.com", "password123"))];
        await CompletedAsync(flood, 18);
        Task<ApiCode>[] others = [.. Enumerable.Range(0, 10).Select(i => FromAsync(services, IPAddress.Parse($"192.0.2.{i}"), $"other-{i}@example.com", "password123"))];
        await CompletedAsync(others, 4);
        Assert.All([.. flood, .. others], task => Assert.True(!task.IsCompleted || task.Result == ApiCode.ResourceExhausted));

        gate.Set();
        Assert.Equal(PasswordResult.Wrong, (await first).Result);
        Assert.Equal((2, 18), Count(await Task.WhenAll(flood)));
        Assert.Equal((6, 4), Count(await Task.WhenAll(others)));

        static PasswordOutcome Held(ManualResetEventSlim running, ManualResetEventSlim gate)
        {
            running.Set();
            gate.Wait();
            return new PasswordOutcome(PasswordResult.Wrong, null);
        }

        static async Task CompletedAsync(Task<ApiCode>[] tasks, int count)
        {
            while (tasks.Count(task => task.IsCompleted) < count)
            {
                await Task.WhenAny(tasks.Where(task => !task.IsCompleted));
            }
        }

        static (int Fine, int Refused) Count(ApiCode[] codes) => (codes.Count(code => code == ApiCode.Ok), codes.Count(code => code == ApiCode.ResourceExhausted));
    }

    [Fact]
    public void A_text_that_is_no_hash_fits_nothing()
    {
        string good = PasswordHash.Of("password123", 10).ToString();
        Assert.True(PasswordHash.TryParse(good, out PasswordHash? hash) && hash.Fits("password123") && !hash.Fits("password124") && hash.ToString() == good);
        foreach (string text in new[]
        {
            "", "x", "$pbkdf2-sha512$", good + "$x", good[..^1], good.Replace("i=10", "i=-1"), good.Replace("i=10", "i=99999999999"), good.Replace("sha512", "sha1"), "$2a$13$abc",
        })
        {
            Assert.False(PasswordHash.TryParse(text, out _), text);
        }
    }

    private Task<ApiCode> FromAsync(IPAddress address, string email, string password, bool create = true) => FromAsync(_services, address, email, password, create);

    private static async Task<ApiCode> FromAsync(
        TestServices services, IPAddress address, string email, string password, bool create = true, CancellationToken cancellation = default)
    {
        AuthenticateEmailRequest request = new() { Account = new AccountEmail { Email = email, Password = password }, Create = create };
        GrpcCall call = services.Catalogue.Grpc.Find("/nakama.api.Nakama/AuthenticateEmail", TestServices.KeyHeader());
        ApiOutcome outcome = await call.Prepare(new ReadOnlySequence<byte>(request.ToByteArray())).RunAsync(new ApiOrigin(address, "test"), cancellation);
        return outcome.Status.Code;
    }

    private async Task<string?> StoredAsync() => await _services.Database.ReadAsync(s => s.QuerySingleOrDefaultAsync<string>("SELECT password FROM users"), default);

    private Task<string> SendAsync(string body, string query = "") =>
        _services.SendAsync("POST", "/v2/account/authenticate/email" + query, TestServices.KeyHeader(), body);

    private async Task<string> TokenAsync(string body)
    {
        string answer = await SendAsync(body);
        Assert.StartsWith("200 ", answer);
        return JsonDocument.Parse(answer[4..]).RootElement.GetProperty("token").GetString()!;
    }

    private Task<string> PostAsync(string token, string what, string body) => _services.SendAsync("POST", "/v2/account/" + what, "Bearer " + token, body);
}
