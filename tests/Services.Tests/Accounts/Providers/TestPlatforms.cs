using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Facebook's Graph API, Instant Games, Steam and Game Center, played by an issuer, and what players show of them.</summary>
internal sealed class TestPlatforms : IDisposable
{
    public const string Secret = "secret-of-the-app";

    private const string SteamPath = "/steam/ISteamUserAuth/AuthenticateUserTicket/v1/";

    private readonly TestIssuer _issuer;
    private readonly RSA _leafKey = RSA.Create(2048);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;

    public TestPlatforms(TestIssuer issuer)
    {
        _issuer = issuer;
        (_root, _intermediate) = MakeAuthority();
        issuer.Answers["/gc.cer"] = _ => MakeLeaf().Export(X509ContentType.Cert);
        issuer.Answers["/intermediate.cer"] = _ => _intermediate.Export(X509ContentType.Cert);
    }

    public ProviderOptions Options => new()
    {
        FacebookAppId = "1234",
        FacebookAppSecret = Secret,
        FacebookGraph = _issuer.At("graph"),
        FacebookKeys = _issuer.At("keys"),
        FacebookInstantAppSecret = Secret,
        SteamAppId = 480,
        SteamPublisherKey = "publisher",
        SteamApi = _issuer.At("steam"),
        GameCenterBundleIds = ["com.example.game"],
        GameCenterHosts = [_issuer.Root.GetLeftPart(UriPartial.Authority)],
        GameCenterRoots = _root.ExportCertificatePem(),
    };

    /// <summary>What the Graph API says of every access token from now on.</summary>
    public void Graph(string user, string app, bool valid, long expires)
    {
        _issuer.Answers["/graph/debug_token"] = _ => JsonSerializer.SerializeToUtf8Bytes(new { data = new { app_id = app, is_valid = valid, user_id = user, expires_at = expires } });
        _issuer.Answers["/graph/me"] = _ => JsonSerializer.SerializeToUtf8Bytes(new { id = user, name = "Fay", picture = new { data = new { url = "https://p/1" } } });
    }

    /// <summary>What Steam says of every ticket from now on; null: it refuses.</summary>
    public void Steam(string? json)
    {
        if (json is null)
        {
            _issuer.Answers.Remove(SteamPath);
        }
        else
        {
            _issuer.Answers[SteamPath] = _ => Encoding.UTF8.GetBytes(json);
        }
    }

    public static string SteamPlayer(string id) => "{\"response\":{\"params\":" + JsonSerializer.Serialize(new { result = "OK", steamid = id, ownersteamid = id, vacbanned = false, publisherbanned = false }) + "}}";

    /// <summary>A request with signed player info.</summary>
    public static string Instant(string algorithm, long issued, string secret) => JsonSerializer.Serialize(new
    {
        signed_player_info = Signed(JsonSerializer.SerializeToUtf8Bytes(new { algorithm, issued_at = issued, player_id = "instant-1", request_payload = "" }), secret),
    });

    /// <summary>Player info of any bytes, signed.</summary>
    public static string Signed(byte[] info, string secret)
    {
        string payload = Base64Url.EncodeToString(info);
        return $"{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(payload)))}.{payload}";
    }

    /// <summary>A request with what Game Center gives of player G:1.</summary>
    /// <param name="milliseconds">When it was signed.</param>
    /// <param name="bundle">The game.</param>
    /// <param name="url">Where the certificate is.</param>
    /// <param name="key">Signs in place of the certificate's.</param>
    /// <param name="signedPlayer">Is signed in place of the player.</param>
    public string GameCenter(long milliseconds, string bundle = "com.example.game", string? url = null, RSA? key = null, string? signedPlayer = null)
    {
        byte[] salt = [1, 2, 3, 4];
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, milliseconds);
        byte[] signed = [.. Encoding.UTF8.GetBytes(signedPlayer ?? "G:1"), .. Encoding.UTF8.GetBytes(bundle), .. bytes, .. salt];
        return JsonSerializer.Serialize(new
        {
            player_id = "G:1",
            bundle_id = bundle,
            timestamp_seconds = milliseconds.ToString(CultureInfo.InvariantCulture),
            salt = Convert.ToBase64String(salt),
            signature = Convert.ToBase64String((key ?? _leafKey).SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)),
            public_key_url = url ?? _issuer.At("gc.cer").ToString(),
        });
    }

    /// <summary>As certificates of Game Center are made: a root, and one between, which the leaf says where to find.</summary>
    public static (X509Certificate2 Root, X509Certificate2 Intermediate) MakeAuthority()
    {
        DateTimeOffset begin = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using RSA rootKey = RSA.Create(2048);
        CertificateRequest rootRequest = new("CN=Root of the tests", rootKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        X509Certificate2 root = rootRequest.CreateSelfSigned(begin, begin.AddYears(10));
        using RSA key = RSA.Create(2048);
        CertificateRequest request = new("CN=Between", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 signed = request.Create(root, begin, begin.AddYears(5), [1]);
        return (root, signed.CopyWithPrivateKey(key));
    }

    public void Dispose()
    {
        _leafKey.Dispose();
        _root.Dispose();
        _intermediate.Dispose();
    }

    private X509Certificate2 MakeLeaf()
    {
        CertificateRequest request = new("CN=Leaf, O=Tests", _leafKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509AuthorityInformationAccessExtension(null, [_issuer.At("intermediate.cer").ToString()]));
        return request.Create(_intermediate, _intermediate.NotBefore, _intermediate.NotAfter, [2]);
    }
}
