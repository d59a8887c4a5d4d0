using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>
/// Facebook Instant Games: signed player info, SIGNATURE.PAYLOAD in base64url, where the signature is the HMAC-SHA256 of the payload's
/// text under the app's secret. Nobody is asked.
/// </summary>
internal sealed class FacebookInstantProvider(ProviderOptions options, TimeProvider time)
{
    public ProviderAnswer Verify(string signedPlayerInfo)
    {
        if (options.FacebookInstantAppSecret.Length == 0)
        {
            return ProviderAnswer.NotConfigured;
        }
        if (signedPlayerInfo.Length > Limits.IdTokenCharactersMax || signedPlayerInfo.Split('.') is not [string signature, string payload]
            || !Base64Url.IsValid(signature) || !Base64Url.IsValid(payload))
        {
            return ProviderAnswer.Refused;
        }
        byte[] expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.FacebookInstantAppSecret), Encoding.ASCII.GetBytes(payload));
        if (!CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(signature))
            || ProviderJson.TryObject(Base64Url.DecodeFromChars(payload)) is not JsonElement info
            || ProviderJson.Text(info, "algorithm") != "HMAC-SHA256"
            || !info.TryGetProperty("issued_at", out JsonElement issued) || issued.ValueKind != JsonValueKind.Number || !issued.TryGetInt64(out long at))
        {
            return ProviderAnswer.Refused;
        }
        long age = time.GetUtcNow().ToUnixTimeSeconds() - at;
        return age is >= -Limits.ClockSkewSeconds and <= Limits.SignedPlayerSecondsMax
            ? ProviderAnswer.Proven(ProviderJson.Text(info, "player_id"), ProviderProfile.Nothing)
            : ProviderAnswer.Refused;
    }
}
