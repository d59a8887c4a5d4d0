using System.Buffers.Text;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Reads a JWK set (RFC 7517): its RSA keys for signatures. Others are passed over, so that a provider may add kinds.</summary>
internal static class JsonWebKeys
{
    /// <summary>False when it is no such set, or has too many keys.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out FrozenDictionary<string, RSAParameters>? keys)
    {
        keys = null;
        Dictionary<string, RSAParameters> read = new(StringComparer.Ordinal);
        if (ProviderJson.TryObject(utf8.Span) is not JsonElement set
            || !set.TryGetProperty("keys", out JsonElement list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() > Limits.ProviderKeysMax)
        {
            return false;
        }
        foreach (JsonElement key in list.EnumerateArray())
        {
            if (Text(key, "kty") == "RSA" && Text(key, "use") is null or "sig" && Text(key, "kid") is string id && TryRead(key, out RSAParameters parameters))
            {
                read[id] = parameters;
            }
        }
        keys = read.ToFrozenDictionary(StringComparer.Ordinal);
        return true;
    }

    private static bool TryRead(JsonElement key, out RSAParameters parameters)
    {
        parameters = default;
        if (Text(key, "n") is not string modulus || Text(key, "e") is not string exponent || !Base64Url.IsValid(modulus) || !Base64Url.IsValid(exponent))
        {
            return false;
        }
        parameters = new RSAParameters { Modulus = Base64Url.DecodeFromChars(modulus), Exponent = Base64Url.DecodeFromChars(exponent) };
        return parameters.Modulus.Length is >= Limits.RsaBytesMin and <= Limits.RsaBytesMax && parameters.Exponent.Length is > 0 and <= 8;
    }

    private static string? Text(JsonElement element, string name) => ProviderJson.Text(element, name);
}
