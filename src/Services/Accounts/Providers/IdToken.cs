using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// An OpenID Connect ID token: a JSON Web Token signed by RS256 (RFC 7515, 7518). That one algorithm is demanded, not read, and nothing
/// a token says leads to a request: its key is looked for by id among those of a provider chosen before.
/// </summary>
internal sealed class IdToken
{
    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private IdToken(string keyId, JsonElement claims, byte[] signed, byte[] signature)
    {
        KeyId = keyId;
        Claims = claims;
        _signed = signed;
        _signature = signature;
    }

    public string KeyId { get; }

    /// <summary>Worth nothing before <see cref="IsSignedBy"/> has been asked.</summary>
    public JsonElement Claims { get; }

    /// <summary>Whether a text has the look of one, as opposed to an opaque access token.</summary>
    public static bool Resembles(string text) => text.StartsWith("eyJ", StringComparison.Ordinal) && text.Count(static c => c == '.') == 2;

    public static bool TryParse(string text, [NotNullWhen(true)] out IdToken? token)
    {
        token = null;
        string[] parts = text.Length <= Limits.IdTokenCharactersMax ? text.Split('.') : [];
        if (parts is not [string head, string body, string signature]
            || !TryDecode(head, out byte[]? header) || !TryDecode(body, out byte[]? claims) || !TryDecode(signature, out byte[]? signed))
        {
            return false;
        }
        if (ProviderJson.TryObject(header) is not JsonElement headerJson || ProviderJson.TryObject(claims) is not JsonElement claimsJson
            || ProviderJson.Text(headerJson, "alg") != "RS256" || ProviderJson.Text(headerJson, "kid") is not { Length: > 0 } keyId
            || headerJson.TryGetProperty("crit", out _))
        {
            return false;
        }
        token = new IdToken(keyId, claimsJson, Encoding.ASCII.GetBytes($"{head}.{body}"), signed);
        return true;
    }

    public bool IsSignedBy(RSAParameters key)
    {
        using RSA rsa = RSA.Create(key);
        return rsa.VerifyData(_signed, _signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }

    /// <summary>Whether it was made by one of the issuers for one of the audiences, and is good at this time.</summary>
    public bool IsFor(IReadOnlyCollection<string> issuers, IReadOnlyCollection<string> audiences, DateTimeOffset now)
    {
        long seconds = now.ToUnixTimeSeconds();
        return ProviderJson.Text(Claims, "iss") is string issuer && issuers.Contains(issuer)
            && IsForOne(audiences)
            && Number("exp") is long expires && expires > seconds - Limits.ClockSkewSeconds
            && (Number("nbf") ?? Number("iat") ?? seconds) <= seconds + Limits.ClockSkewSeconds;
    }

    /// <summary>A claim that is a text.</summary>
    public string? Claim(string name) => ProviderJson.Text(Claims, name);

    /// <summary>Providers write true, or "true".</summary>
    public bool IsTrue(string name) =>
        Claims.TryGetProperty(name, out JsonElement value) && (value.ValueKind == JsonValueKind.True || (value.ValueKind == JsonValueKind.String && value.ValueEquals("true")));

    private bool IsForOne(IReadOnlyCollection<string> audiences)
    {
        if (!Claims.TryGetProperty("aud", out JsonElement audience))
        {
            return false;
        }
        return audience.ValueKind switch
        {
            JsonValueKind.String => audiences.Contains(audience.GetString()!),
            JsonValueKind.Array => audience.EnumerateArray().Any(a => a.ValueKind == JsonValueKind.String && audiences.Contains(a.GetString()!)),
            _ => false,
        };
    }

    private long? Number(string name) =>
        Claims.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;

    private static bool TryDecode(string part, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = part.Length > 0 && Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;
        return bytes is not null;
    }
}
