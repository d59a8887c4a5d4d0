using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RealtimeServer.Foundation;
using Xunit.Abstractions;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// What players show of every provider, damaged; claims of any shape under a good signature; and what providers answer, damaged. Nothing
/// damaged signs anybody in, and the answer is never an internal error. FUZZ_CASES sets how many of each, FUZZ_SEED which.
/// </summary>
public sealed class ProviderFuzz(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly int Cases = int.TryParse(Environment.GetEnvironmentVariable("FUZZ_CASES"), out int cases) ? cases : 100;
    private static readonly ulong Seed = ulong.TryParse(Environment.GetEnvironmentVariable("FUZZ_SEED"), out ulong seed) ? seed : 1;

    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "99999999999999999999", "\"\"", "\"x\"", "[]", "{}", "[\"google-client\"]", "[1,null]", "\"https://accounts.google.com\"",
        "\"https://appleid.apple.com\"", "\"google-client\"", "\"com.example.game\"", "\"\\u0000\"", "\"\\ud800\"", "{\"a\":[{}]}", "\"a@example.com\"",
    ];

    private readonly TestIssuer _issuer = new();
    private TestPlatforms _platforms = null!;
    private TestServices _services = null!;

    private long Now => _services.Time.GetUtcNow().ToUnixTimeSeconds();

    public Task InitializeAsync()
    {
        _platforms = new TestPlatforms(_issuer);
        _services = new TestServices(changed: s => s with
        {
            Providers = _platforms.Options with
            {
                GoogleClientIds = ["google-client"],
                GoogleKeys = _issuer.At("keys"),
                AppleBundleIds = ["com.example.game"],
                AppleKeys = _issuer.At("keys"),
            },
        });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _issuer.Dispose();
        _platforms.Dispose();
    }

    [Theory]
    [InlineData("google")]
    [InlineData("apple")]
    [InlineData("facebook")]
    [InlineData("facebookinstantgame")]
    [InlineData("gamecenter")]
    [InlineData("steam")]
    public async Task What_is_damaged_signs_nobody_in(string provider)
    {
        SortedDictionary<string, int> answers = new(StringComparer.Ordinal);
        for (int i = 0; i < Cases; i++)
        {
            DeterministicRandom random = new((Seed << 32) + (ulong)i);
            string shown = Shown(provider);
            Assert.StartsWith("200 ", i % 100 == 0 ? await SendAsync(provider, shown) : "200 ");
            (string name, string value) = Fields(shown)[random.Next(0, Fields(shown).Count)];
            string damaged = Damage(value, ref random);
            string answer = await SendAsync(provider, JsonSerializer.Serialize(Fields(shown).ToDictionary(f => f.Name, f => f.Name == name ? damaged : f.Value)));
            Count(answers, answer, i);
            // Of an access token and a ticket the provider is the judge, and ours takes any; another text of the same bytes proves the same.
            Assert.True(
                !answer.StartsWith("200 ", StringComparison.Ordinal) || provider is "facebook" or "steam" || IsSame(provider, name, value, damaged),
                $"case {i}: {name} {damaged} for {value} was taken");
        }
        Tell(provider, answers);
    }

    [Theory]
    [InlineData("google")]
    [InlineData("apple")]
    [InlineData("facebook")]
    [InlineData("facebookinstantgame")]
    public async Task Claims_of_any_shape_under_a_good_signature_are_no_fault_of_the_server(string provider)
    {
        SortedDictionary<string, int> answers = new(StringComparer.Ordinal);
        for (int i = 0; i < Cases; i++)
        {
            DeterministicRandom random = new((Seed << 32) + (ulong)i);
            string claims = provider == "facebookinstantgame"
                ? $$"""{"algorithm":"HMAC-SHA256","issued_at":{{Now}},"player_id":"instant-1","request_payload":""}"""
                : JsonSerializer.Serialize(Claims(provider));
            byte[] odd = Encoding.UTF8.GetBytes(DamageJson(claims, ref random));
            string body = JsonSerializer.Serialize(provider == "facebookinstantgame"
                ? new { signed_player_info = TestPlatforms.Signed(odd, TestPlatforms.Secret) }
                : (object)new { token = Signed(odd, ref random) });
            Count(answers, await SendAsync(provider, body), i);
        }
        Tell(provider, answers);
    }

    [Theory]
    [InlineData("google", "/keys")]
    [InlineData("facebook", "/graph/debug_token")]
    [InlineData("facebook", "/graph/me")]
    [InlineData("steam", "/steam/ISteamUserAuth/AuthenticateUserTicket/v1/")]
    [InlineData("gamecenter", "/gc.cer")]
    [InlineData("gamecenter", "/intermediate.cer")]
    public async Task Answers_of_providers_that_are_damaged_are_no_fault_of_the_server(string provider, string path)
    {
        SortedDictionary<string, int> answers = new(StringComparer.Ordinal);
        for (int i = 0; i < Cases; i++)
        {
            DeterministicRandom random = new((Seed << 32) + (ulong)i);
            // Beyond what keys and certificates are kept for.
            _services.Time.Advance(TimeSpan.FromHours(25));
            string shown = Shown(provider);
            byte[] whole = _issuer.Answers[path]("")!;
            byte[] damaged = path.EndsWith(".cer", StringComparison.Ordinal)
                ? DamageBytes(whole, ref random)
                : Encoding.UTF8.GetBytes(DamageJson(Encoding.UTF8.GetString(whole), ref random));
            _issuer.Answers[path] = _ => damaged;
            Count(answers, await SendAsync(provider, shown), i);
            _issuer.Answers[path] = _ => whole;
        }
        Tell($"{provider} {path}", answers);
    }

    /// <summary>A request that signs in.</summary>
    private string Shown(string provider)
    {
        switch (provider)
        {
            case "facebook":
                _platforms.Graph("4711", "1234", true, Now + 600);
                return """{"token":"access-token-of-4711"}""";
            case "steam":
                _platforms.Steam(TestPlatforms.SteamPlayer("76561197960287930"));
                return """{"token":"14000000abcdef"}""";
            case "facebookinstantgame":
                return TestPlatforms.Instant("HMAC-SHA256", Now, TestPlatforms.Secret);
            case "gamecenter":
                return _platforms.GameCenter(Now * 1000);
            default:
                return JsonSerializer.Serialize(new { token = _issuer.Token(Claims(provider)) });
        }
    }

    private Dictionary<string, object> Claims(string provider) => new()
    {
        ["iss"] = provider switch { "google" => "https://accounts.google.com", "apple" => "https://appleid.apple.com", _ => "https://www.facebook.com" },
        ["aud"] = provider switch { "google" => "google-client", "apple" => "com.example.game", _ => "1234" },
        ["sub"] = "player-1",
        ["iat"] = Now,
        ["exp"] = Now + 60,
        ["email"] = "a@example.com",
        ["email_verified"] = true,
        ["name"] = "Ann",
    };

    private string Signed(byte[] claims, ref DeterministicRandom random)
    {
        string header = """{"alg":"RS256","kid":"key-1","typ":"JWT"}""";
        string head = random.Next(0, 8) == 0 ? WithOddValue(header, ref random) : header;
        string signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(head))}.{Base64Url.EncodeToString(claims)}";
        byte[] signature = _issuer.Key.SignData(
            Encoding.ASCII.GetBytes(signed), System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    private Task<string> SendAsync(string provider, string body) =>
        _services.SendAsync("POST", "/v2/account/authenticate/" + provider, TestServices.KeyHeader(), body);

    private void Count(SortedDictionary<string, int> answers, string answer, int number)
    {
        Assert.False(answer.StartsWith("500 ", StringComparison.Ordinal) || !_services.Faults.IsEmpty, $"case {number}: {answer}\n{string.Join('\n', _services.Faults)}");
        answers[answer[..3]] = answers.GetValueOrDefault(answer[..3]) + 1;
    }

    private void Tell(string what, SortedDictionary<string, int> answers) =>
        output.WriteLine($"{what}: {answers.Values.Sum()} cases, answered {string.Join(", ", answers.Select(a => $"{a.Key}: {a.Value}"))}");

    private static List<(string Name, string Value)> Fields(string json) =>
        [.. JsonDocument.Parse(json).RootElement.EnumerateObject().Select(p => (p.Name, p.Value.GetString()!))];

    /// <summary>Whether two texts say the same: bits beyond the last byte of base64, and numbers and addresses written otherwise.</summary>
    private static bool IsSame(string provider, string name, string one, string other) => one == other
        || (provider == "gamecenter"
            ? name switch
            {
                "salt" or "signature" => TryBytes(one) == TryBytes(other),
                "timestamp_seconds" => IsSameNumber(one, other),
                "public_key_url" => Uri.TryCreate(other, UriKind.Absolute, out Uri? url) && url == new Uri(one),
                _ => false,
            }
            : one.Split('.').Select(TryBytes).SequenceEqual(other.Split('.').Select(TryBytes)) && one.Split('.')[..^1].SequenceEqual(other.Split('.')[..^1]));

    private static bool IsSameNumber(string one, string other) =>
        decimal.TryParse(other, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) && number == decimal.Parse(one, CultureInfo.InvariantCulture);

    private static string? TryBytes(string text)
    {
        try
        {
            string bare = new([.. text.Where(c => !char.IsWhiteSpace(c) && c != '=')]);
            return Convert.ToHexString(Convert.FromBase64String(bare.Replace('-', '+').Replace('_', '/').PadRight((bare.Length + 3) / 4 * 4, '=')));
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>One member of an object gets a value of another kind, goes, or stands there twice.</summary>
    private static string WithOddValue(string json, ref DeterministicRandom random)
    {
        List<string> members = [.. JsonDocument.Parse(json).RootElement.EnumerateObject().Select(p => $"\"{p.Name}\":{p.Value.GetRawText()}")];
        int at = random.Next(0, members.Count);
        string odd = members[at][..(members[at].IndexOf(':', StringComparison.Ordinal) + 1)] + Values[random.Next(0, Values.Length)];
        switch (random.Next(0, 4))
        {
            case 0:
                members.RemoveAt(at);
                break;
            case 1:
                members.Add(odd);
                break;
            default:
                members[at] = odd;
                break;
        }
        return $"{{{string.Join(',', members)}}}";
    }

    private static string DamageJson(string json, ref DeterministicRandom random) =>
        random.Next(0, 3) == 0 ? Damage(json, ref random) : WithOddValue(json, ref random);

    private static string Damage(string text, ref DeterministicRandom random)
    {
        const string Odd = "AZaz09-_.=+/{}[]\":,\\ \0\u00e9\ud83d";
        StringBuilder damaged = new(text);
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            int at = random.Next(0, damaged.Length + 1);
            char odd = Odd[random.Next(0, Odd.Length)];
            switch (random.Next(0, 4))
            {
                case 0 when at < damaged.Length:
                    damaged[at] = odd;
                    break;
                case 1 when at < damaged.Length:
                    damaged.Remove(at, Math.Min(damaged.Length - at, random.Next(1, 12)));
                    break;
                case 2 when at < damaged.Length:
                    damaged.Insert(at, damaged.ToString(at, Math.Min(damaged.Length - at, random.Next(1, 12))));
                    break;
                default:
                    damaged.Insert(at, odd);
                    break;
            }
        }
        return damaged.ToString();
    }

    private static byte[] DamageBytes(byte[] bytes, ref DeterministicRandom random)
    {
        byte[] damaged = [.. bytes];
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            damaged[random.Next(0, damaged.Length)] = (byte)random.Next(0, 256);
        }
        return random.Next(0, 4) == 0 ? damaged[..random.Next(0, damaged.Length)] : damaged;
    }
}
