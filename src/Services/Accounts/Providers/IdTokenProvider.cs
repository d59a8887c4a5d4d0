using System.Security.Cryptography;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>A provider whose players show an ID token: Google, Apple, and Facebook's Limited Login.</summary>
/// <param name="keys">The provider's.</param>
/// <param name="issuers">What its tokens call it.</param>
/// <param name="audiences">Our ids there; none: it is not set up.</param>
internal sealed class IdTokenProvider(SigningKeys keys, IReadOnlyCollection<string> issuers, IReadOnlyCollection<string> audiences, TimeProvider time)
{
    public async Task<ProviderAnswer> VerifyAsync(string text, CancellationToken cancellation)
    {
        if (audiences.Count == 0)
        {
            return ProviderAnswer.NotConfigured;
        }
        // What needs no key first: most of what is wrong costs no request.
        if (!IdToken.TryParse(text, out IdToken? token) || !token.IsFor(issuers, audiences, time.GetUtcNow()))
        {
            return ProviderAnswer.Refused;
        }
        RSAParameters? key;
        try
        {
            key = await keys.FindAsync(token.KeyId, cancellation).ConfigureAwait(false);
        }
        catch (ProviderUnavailableException)
        {
            return ProviderAnswer.Unavailable;
        }
        if (key is null || !token.IsSignedBy(key.Value))
        {
            return ProviderAnswer.Refused;
        }
        // An address the provider does not vouch for may be anybody's.
        string email = token.IsTrue("email_verified") ? token.Claim("email")?.ToLowerInvariant() ?? "" : "";
        return ProviderAnswer.Proven(token.Claim("sub"), ProviderProfile.Of(token.Claim("name"), token.Claim("picture"), email));
    }
}
