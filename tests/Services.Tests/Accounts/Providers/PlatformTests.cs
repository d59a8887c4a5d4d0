using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Facebook's Graph API, Instant Games, Steam and Game Center, against a provider of the test's own.</summary>
public sealed class PlatformTests : IAsyncLifetime
{
    private const string Secret = TestPlatforms.Secret;

    private readonly TestIssuer _issuer = new();
    private readonly TestPlatforms _platforms;
    private readonly TestServices _services;

    public PlatformTests()
    {
        _platforms = new TestPlatforms(_issuer);
        _services = new TestServices(changed: s => s with { Providers = _platforms.Options });
    }

    private long Now => _services.Time.GetUtcNow().ToUnixTimeSeconds();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _issuer.Dispose();
        _platforms.Dispose();
    }

    [Fact]
    public async Task An_access_token_of_our_app_signs_in_with_a_proof_of_the_secret()
    {
        Graph("4711", "1234", true, 0);
        string account = await AccountAsync("facebook", """{"token":"access"}""");
        Assert.Contains("\"facebook_id\":\"4711\"", account);
        Assert.Contains("\"display_name\":\"Fay\",\"avatar_url\":\"https://p/1\"", account);
        string proof = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), "access"u8));
        Assert.Contains(_issuer.Asked, a => a.Contains("appsecret_proof=" + proof, StringComparison.Ordinal));
        Assert.DoesNotContain(_issuer.Asked, a => a.StartsWith("/graph/me", StringComparison.Ordinal) && a.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_access_token_that_is_not_valid_expired_or_of_another_app_is_refused()
    {
        const string Refused = """401 {"code":16,"message":"Could not authenticate Facebook profile."}""";
        Graph("4711", "another-app", true, 0);
        Assert.Equal(Refused, await SendAsync("facebook", """{"token":"access"}"""));
        Graph("4711", "1234", false, 0);
        Assert.Equal(Refused, await SendAsync("facebook", """{"token":"access"}"""));
        Graph("4711", "1234", true, Now - 1);
        Assert.Equal(Refused, await SendAsync("facebook", """{"token":"access"}"""));
        Graph("4711", "1234", true, Now + 60);
        _issuer.Answers["/graph/me"] = _ => """{"id":"somebody-else"}"""u8.ToArray();
        Assert.Equal(Refused, await SendAsync("facebook", """{"token":"access"}"""));
        _issuer.Answers["/graph/debug_token"] = _ => "not json"u8.ToArray();
        Assert.Equal(Refused, await SendAsync("facebook", """{"token":"access"}"""));
    }

    [Fact]
    public async Task Signed_player_info_signs_in_while_it_is_fresh()
    {
        const string Refused = """401 {"code":16,"message":"Could not authenticate Facebook Instant Game profile."}""";
        Assert.Contains("\"facebook_instant_game_id\":\"instant-1\"", await AccountAsync("facebookinstantgame", Instant("HMAC-SHA256", Now, Secret)));
        Assert.Equal(Refused, await SendAsync("facebookinstantgame", Instant("HMAC-SHA256", Now, "another-secret")));
        Assert.Equal(Refused, await SendAsync("facebookinstantgame", Instant("none", Now, Secret)));
        Assert.Equal(Refused, await SendAsync("facebookinstantgame", Instant("HMAC-SHA256", Now - (25 * 3600), Secret)));
        Assert.Equal(Refused, await SendAsync("facebookinstantgame", Instant("HMAC-SHA256", Now + 3600, Secret)));
        Assert.Equal(Refused, await SendAsync("facebookinstantgame", """{"signed_player_info":"a.b.c"}"""));
        Assert.StartsWith("400 ", await SendAsync("facebookinstantgame", "{}"));
    }

    [Fact]
    public async Task A_steam_ticket_signs_in_unless_Steam_or_the_publisher_says_no()
    {
        const string Refused = """401 {"code":16,"message":"Could not authenticate Steam profile."}""";
        Steam(TestPlatforms.SteamPlayer("76561197960287930"));
        Assert.Contains("\"steam_id\":\"76561197960287930\"", await AccountAsync("steam", """{"token":"14000000"}"""));
        Assert.Contains(_issuer.Asked, a => a.Contains("appid=480&ticket=14000000&key=publisher", StringComparison.Ordinal));
        Steam("""{"response":{"error":{"errorcode":101,"errordesc":"Invalid ticket"}}}""");
        Assert.Equal(Refused, await SendAsync("steam", """{"token":"14000000"}"""));
        Steam("""{"response":{"params":{"result":"OK","steamid":"76561197960287930","publisherbanned":true}}}""");
        Assert.Equal(Refused, await SendAsync("steam", """{"token":"14000000"}"""));
        Steam("[]");
        Assert.Equal(Refused, await SendAsync("steam", """{"token":"14000000"}"""));
        Steam(null);
        Assert.Equal(Refused, await SendAsync("steam", """{"token":"14000000"}"""));
    }

    [Fact]
    public async Task A_game_center_signature_signs_in_by_a_certificate_that_leads_to_a_trusted_root()
    {
        Assert.Contains("\"gamecenter_id\":\"G:1\"", await AccountAsync("gamecenter", GameCenter()));
        Assert.Equal(["/gc.cer", "/intermediate.cer"], _issuer.Asked);
        Assert.StartsWith("200 ", await SendAsync("gamecenter", GameCenter(timestamp: (Now * 1000) + 1)));
        Assert.Equal(2, _issuer.Asked.Length);
    }

    [Fact]
    public async Task A_game_center_signature_that_is_forged_old_or_from_elsewhere_is_refused()
    {
        const string Refused = """401 {"code":16,"message":"Could not authenticate GameCenter profile."}""";
        using X509Certificate2 stranger = TestPlatforms.MakeAuthority().Root;
        using RSA other = RSA.Create(2048);
        _issuer.Answers["/self-signed.cer"] = _ => stranger.Export(X509ContentType.Cert);
        _issuer.Answers["/garbage.cer"] = _ => "garbage"u8.ToArray();
        Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(key: other)));
        Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(signedPlayer: "G:2")));
        Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(bundle: "com.example.another")));
        Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(timestamp: (Now - (25 * 3600)) * 1000)));
        Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(url: _issuer.At("self-signed.cer").ToString())));
        Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(url: _issuer.At("garbage.cer").ToString())));
        Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(url: _issuer.At("missing.cer").ToString())));
        int asked = _issuer.Asked.Length;
        foreach (string url in new[]
        {
            "https://static.gc.apple.com.evil.example/gc.cer", $"http://user@{_issuer.Root.Authority}/gc.cer", $"http://127.0.0.1:1/gc.cer", "file:///etc/passwd", "nonsense",
        })
        {
            Assert.Equal(Refused, await SendAsync("gamecenter", GameCenter(url: url)));
        }
        Assert.Equal(asked, _issuer.Asked.Length);
        Assert.Equal("""400 {"code":3,"message":"GameCenter bundle ID is required."}""", await SendAsync("gamecenter", ""));
        Assert.Contains("salt is required", await SendAsync("gamecenter", """{"player_id":"G:1","bundle_id":"b","public_key_url":"u"}"""));
    }

    private string GameCenter(
        string bundle = "com.example.game", long? timestamp = null, string? url = null, RSA? key = null, string? signedPlayer = null) =>
        _platforms.GameCenter(timestamp ?? Now * 1000, bundle, url, key, signedPlayer);

    private void Graph(string user, string app, bool valid, long expires) => _platforms.Graph(user, app, valid, expires);

    private void Steam(string? json) => _platforms.Steam(json);

    private static string Instant(string algorithm, long issued, string secret) => TestPlatforms.Instant(algorithm, issued, secret);

    private Task<string> SendAsync(string route, string body) =>
        _services.SendAsync("POST", "/v2/account/authenticate/" + route, TestServices.KeyHeader(), body);

    private async Task<string> AccountAsync(string route, string body)
    {
        string answer = await SendAsync(route, body);
        Assert.StartsWith("200 ", answer);
        return await _services.SendAsync("GET", "/v2/account", "Bearer " + JsonDocument.Parse(answer[4..]).RootElement.GetProperty("token").GetString());
    }
}
