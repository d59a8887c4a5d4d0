using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Google, Apple and Limited Login: ID tokens of an issuer of the test's own.</summary>
public sealed class IdTokenTests : IAsyncLifetime
{
    private const string Refused = """401 {"code":16,"message":"Could not authenticate Google profile."}""";

    private readonly TestIssuer _issuer = new();
    private readonly TestServices _services;

    public IdTokenTests() => _services = new TestServices(changed: s => s with
    {
        Providers = new ProviderOptions
        {
            GoogleClientIds = ["client-1", "client-2"],
            GoogleKeys = _issuer.At("keys"),
            AppleBundleIds = ["com.example.game"],
            AppleKeys = _issuer.At("keys"),
            FacebookAppId = "1234",
            FacebookKeys = _issuer.At("keys"),
            Timeout = TimeSpan.FromSeconds(2),
        },
    });

    private long Now => _services.Time.GetUtcNow().ToUnixTimeSeconds();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _issuer.Dispose();
    }

    [Fact]
    public async Task A_token_of_the_issuer_signs_in_and_brings_its_profile()
    {
        string token = _issuer.Token(Claims(("sub", "google-1"), ("name", "Gina"), ("picture", "https://x/y"), ("email", "Gina@Example.com"), ("email_verified", true)));
        string session = await SignInAsync("google", token, "?username=gina");
        string account = await _services.SendAsync("GET", "/v2/account", "Bearer " + session);
        Assert.Contains("\"google_id\":\"google-1\"", account);
        Assert.Contains("\"display_name\":\"Gina\",\"avatar_url\":\"https://x/y\"", account);
        Assert.Contains("\"email\":\"gina@example.com\"", account);
        Assert.Contains("\"verify_time\":\"2026-11-20T21:29:27Z\"", account);
        Assert.Contains("200 {\"token\"", await SendAsync("google", token));
        Assert.Single(_issuer.Asked);
    }

    [Fact]
    public async Task Apple_and_Limited_Login_sign_in_by_their_own_names()
    {
        string apple = _issuer.Token(Claims(("iss", "https://appleid.apple.com"), ("aud", "com.example.game"), ("sub", "apple-1"), ("email", "a@example.com"), ("email_verified", "true")));
        string account = await _services.SendAsync("GET", "/v2/account", "Bearer " + await SignInAsync("apple", apple));
        Assert.Contains("\"apple_id\":\"apple-1\"", account);
        Assert.Contains("\"email\":\"a@example.com\"", account);
        string facebook = _issuer.Token(Claims(("iss", "https://www.facebook.com"), ("aud", "1234"), ("sub", "facebook-1")));
        Assert.Contains("\"facebook_id\":\"facebook-1\"", await _services.SendAsync("GET", "/v2/account", "Bearer " + await SignInAsync("facebook", facebook)));
        Assert.Equal("""401 {"code":16,"message":"Could not authenticate Apple profile."}""", await SendAsync("apple", facebook));
        Assert.Equal("""401 {"code":16,"message":"Could not authenticate Facebook profile."}""", await SendAsync("facebook", apple));
    }

    [Fact]
    public async Task A_token_that_is_forged_expired_or_for_another_is_refused()
    {
        using RSA other = RSA.Create(2048);
        string good = _issuer.Token(Claims());
        byte[] publicKey = _issuer.Key.ExportSubjectPublicKeyInfo();
        string[] forged =
        [
            "x", "eyJ.eyJ.x", good[..^4] + "AAAA", good + ".x", good.Replace('.', ' '), new string('a', 10_000),
            string.Join('.', good.Split('.')[..2]) + ".",
            // Another's claims under a good signature, and good claims under another's.
            $"{good.Split('.')[0]}.{_issuer.Token(Claims(("sub", "victim"))).Split('.')[1]}.{good.Split('.')[2]}",
            _issuer.Token(Claims(), key: other),
            _issuer.Token(Claims(), new { alg = "RS256", kid = "key-2" }),
            _issuer.Token(Claims(), new { alg = "RS256" }),
            _issuer.Token(Claims(), new { alg = "RS256", kid = "key-1", crit = new[] { "exp" } }),
            // No signature, and the public key taken for a secret.
            _issuer.Token(Claims(), new { alg = "none", kid = "key-1" }, sign: _ => []),
            _issuer.Token(Claims(), new { alg = "none", kid = "key-1" }),
            _issuer.Token(Claims(), new { alg = "HS256", kid = "key-1" }, sign: bytes => HMACSHA256.HashData(publicKey, bytes)),
            _issuer.Token(Claims(), new { alg = "HS256", kid = "key-1" }, sign: bytes => HMACSHA256.HashData(Encoding.ASCII.GetBytes(_issuer.Key.ExportSubjectPublicKeyInfoPem()), bytes)),
            _issuer.Token(Claims(), new { alg = "RS512", kid = "key-1" }, sign: bytes => _issuer.Key.SignData(bytes, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1)),
            _issuer.Token(Claims(("exp", Now - 61))),
            _issuer.Token(Claims(("exp", "never"))),
            _issuer.Token(Claims(("iat", Now + 3600), ("exp", Now + 7200))),
            _issuer.Token(Claims(("aud", "client-of-another-game"))),
            _issuer.Token(Claims(("aud", new[] { "client-of-another-game" }))),
            _issuer.Token(Claims(("aud", 5))),
            _issuer.Token(Claims(("iss", "https://accounts.google.com.evil.example"))),
            _issuer.Token(Claims(("sub", ""))),
            _issuer.Token(Claims(("sub", "a b"))),
            _issuer.Token(Claims(("sub", new string('9', 200)))),
            _issuer.Token(new { iss = "https://accounts.google.com", aud = "client-1", exp = Now + 60 }),
            _issuer.Token(new[] { 1 }),
        ];
        foreach (string token in forged)
        {
            Assert.Equal(Refused, await SendAsync("google", token));
        }
        await SignInAsync("google", good);
        await SignInAsync("google", _issuer.Token(Claims(("aud", new[] { "someone", "client-2" }))));
        Assert.Equal("""400 {"code":3,"message":"Google access token is required."}""", await SendAsync("google", ""));
    }

    [Fact]
    public async Task New_keys_are_fetched_when_a_token_names_one_and_never_more_often_than_allowed()
    {
        await SignInAsync("google", _issuer.Token(Claims()));
        using RSA next = RSA.Create(2048);
        _issuer.Answers["/keys"] = _ => TestIssuer.Keys(("key-1", _issuer.Key), ("key-2", next));
        string token = _issuer.Token(Claims(("sub", "with-the-next-key")), new { alg = "RS256", kid = "key-2" }, next);
        // The keys have just been fetched: whatever tokens name, they are not fetched again at once.
        for (int i = 0; i < 50; i++)
        {
            Assert.Equal(Refused, await SendAsync("google", token));
        }
        Assert.Single(_issuer.Asked);
        _services.Time.Advance(TimeSpan.FromSeconds(Limits.ProviderKeyFetchSeconds));
        token = _issuer.Token(Claims(("sub", "with-the-next-key")), new { alg = "RS256", kid = "key-2" }, next);
        await SignInAsync("google", token);
        Assert.Equal(2, _issuer.Asked.Length);
    }

    [Fact]
    public async Task Keys_that_cannot_be_fetched_again_are_good_for_a_day()
    {
        await SignInAsync("google", _issuer.Token(Claims()));
        _issuer.Answers["/keys"] = _ => null;
        _services.Time.Advance(TimeSpan.FromHours(7));
        await SignInAsync("google", _issuer.Token(Claims()));
        _services.Time.Advance(TimeSpan.FromHours(18));
        Assert.Equal("""503 {"code":14,"message":"Google does not answer at the moment, try again."}""", await SendAsync("google", _issuer.Token(Claims())));
        _issuer.Answers["/keys"] = _ => TestIssuer.Keys(("key-1", _issuer.Key));
        _services.Time.Advance(TimeSpan.FromMinutes(1));
        await SignInAsync("google", _issuer.Token(Claims()));
    }

    [Fact]
    public async Task An_email_address_that_is_not_verified_or_somebody_elses_joins_no_accounts()
    {
        string password = await _services.SendAsync(
            "POST", "/v2/account/authenticate/email?username=owner", TestServices.KeyHeader(), """{"email":"owner@example.com","password":"password123"}""");
        Assert.StartsWith("200 ", password);
        string unverified = await AccountAsync(_issuer.Token(Claims(("sub", "attacker"), ("email", "victim@example.com"), ("email_verified", false))));
        Assert.DoesNotContain("email", unverified);
        string taken = await AccountAsync(_issuer.Token(Claims(("sub", "another"), ("email", "owner@example.com"), ("email_verified", true))));
        Assert.DoesNotContain("email", taken);
        Assert.DoesNotContain("owner", taken);
        string own = await AccountAsync(_issuer.Token(Claims(("sub", "third"), ("email", "third@example.com"), ("email_verified", true))));
        Assert.Contains("third@example.com", own);
        // Its address is the account's, and signs in nobody who has no password for it.
        Assert.Equal(
            """401 {"code":16,"message":"Invalid credentials."}""",
            await _services.SendAsync("POST", "/v2/account/authenticate/email", TestServices.KeyHeader(), """{"email":"third@example.com","password":"password123"}"""));
    }

    [Fact]
    public async Task Providers_are_linked_and_unlinked_by_what_they_prove()
    {
        string session = await _services.TokenAsync("device-1234567890");
        string token = _issuer.Token(Claims(("sub", "google-linked")));
        Assert.Equal("200 {}", await PostAsync(session, "link/google", token));
        string other = await SignInAsync("google", _issuer.Token(Claims(("sub", "google-other"))));
        Assert.Equal("""409 {"code":6,"message":"Google ID is already in use."}""", await PostAsync(other, "link/google", token));
        Assert.Equal(Refused, await PostAsync(session, "link/google", "forged"));
        Assert.StartsWith("403 ", await PostAsync(session, "unlink/google", _issuer.Token(Claims(("sub", "google-other")))));
        Assert.StartsWith("403 ", await PostAsync(other, "unlink/google", ""));
        Assert.Equal(Refused, await PostAsync(session, "unlink/google", "forged"));
        Assert.Equal("200 {}", await PostAsync(session, "unlink/google", token));
        Assert.Contains("\"created\":true", await SendAsync("google", token));
    }

    [Fact]
    public async Task A_provider_nobody_set_up_says_so()
    {
        await using TestServices bare = new();
        foreach ((string route, string name) in new[] { ("apple", "Apple"), ("google", "Google"), ("facebook", "Facebook"), ("steam", "Steam") })
        {
            Assert.Equal(
                $$"""400 {"code":9,"message":"{{name}} authentication is not configured."}""",
                await bare.SendAsync("POST", "/v2/account/authenticate/" + route, TestServices.KeyHeader(), """{"token":"x"}"""));
        }
    }

    [Fact]
    public async Task A_provider_that_is_slow_holds_up_nobody_else()
    {
        using ManualResetEventSlim answer = new();
        _issuer.Answers["/slow"] = _ =>
        {
            answer.Wait(TimeSpan.FromSeconds(30));
            return null;
        };
        await using TestServices services = new(changed: s => s with
        {
            Providers = new ProviderOptions
            {
                SteamAppId = 1,
                SteamPublisherKey = "key",
                SteamApi = _issuer.At("slow?"),
                GoogleClientIds = ["client-1"],
                GoogleKeys = _issuer.At("keys"),
                Timeout = TimeSpan.FromSeconds(4),
                CallsMax = 2,
            },
        });
        Task<string>[] waiting = [.. Enumerable.Range(0, 10).Select(_ => services.SendAsync("POST", "/v2/account/authenticate/steam", TestServices.KeyHeader(), """{"token":"ab"}"""))];
        Assert.StartsWith("200 ", await services.SendAsync("POST", "/v2/account/authenticate/google", TestServices.KeyHeader(), $$"""{"token":"{{_issuer.Token(Claims())}}"}"""));
        string[] answers = await Task.WhenAll(waiting);
        answer.Set();
        Assert.All(answers, a => Assert.Equal("""503 {"code":14,"message":"Steam does not answer at the moment, try again."}""", a));
        Assert.Equal(2, _issuer.Asked.Count(a => a.StartsWith("/slow", StringComparison.Ordinal)));
    }

    private Dictionary<string, object> Claims(params (string Name, object Value)[] changes)
    {
        Dictionary<string, object> claims = new() { ["iss"] = "https://accounts.google.com", ["aud"] = "client-1", ["sub"] = "google-0", ["iat"] = Now, ["exp"] = Now + 60 };
        foreach ((string name, object value) in changes)
        {
            claims[name] = value;
        }
        return claims;
    }

    private Task<string> SendAsync(string route, string token, string query = "") =>
        _services.SendAsync("POST", $"/v2/account/authenticate/{route}{query}", TestServices.KeyHeader(), JsonSerializer.Serialize(new { token }));

    private async Task<string> SignInAsync(string route, string token, string query = "")
    {
        string answer = await SendAsync(route, token, query);
        Assert.StartsWith("200 ", answer);
        return JsonDocument.Parse(answer[4..]).RootElement.GetProperty("token").GetString()!;
    }

    private async Task<string> AccountAsync(string token) => await _services.SendAsync("GET", "/v2/account", "Bearer " + await SignInAsync("google", token));

    private Task<string> PostAsync(string session, string what, string token) =>
        _services.SendAsync("POST", "/v2/account/" + what, "Bearer " + session, JsonSerializer.Serialize(new { token }));
}
