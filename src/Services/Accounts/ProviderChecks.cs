using RealtimeServer.Protocol.Api;
using RealtimeServer.Services.Accounts.Providers;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Services.Accounts;

/// <summary>A provider's answer as the API gives it: an identity, or the refusal.</summary>
internal readonly record struct ProviderCheck(ExternalIdentity? Identity, ApiOutcome Refusal);

/// <summary>Shows to providers what clients have sent, and words what comes of it; the same for signing in, linking and unlinking.</summary>
internal sealed class ProviderChecks
{
    private readonly IdentityProviders _providers;

    public ProviderChecks(IdentityProviders providers)
    {
        _providers = providers;
    }

    public Task<ProviderCheck> AppleAsync(AccountApple shown, CancellationToken cancellation) => AskAsync(
        IdentityKind.Apple, "Apple", shown.Token.Length == 0 ? "Apple ID token is required." : null, () => _providers.AppleAsync(shown, cancellation));

    public Task<ProviderCheck> FacebookAsync(AccountFacebook shown, CancellationToken cancellation) => AskAsync(
        IdentityKind.Facebook, "Facebook", shown.Token.Length == 0 ? "Facebook access token is required." : null, () => _providers.FacebookAsync(shown, cancellation));

    public Task<ProviderCheck> FacebookInstantGameAsync(AccountFacebookInstantGame shown, CancellationToken cancellation) => AskAsync(
        IdentityKind.FacebookInstantGame,
        "Facebook Instant Game",
        shown.SignedPlayerInfo.Length == 0 ? "Signed Player Info for a Facebook Instant Game is required." : null,
        () => _providers.FacebookInstantAsync(shown, cancellation));

    public Task<ProviderCheck> GameCenterAsync(AccountGameCenter? shown, CancellationToken cancellation) => AskAsync(
        IdentityKind.GameCenter, "GameCenter", RefuseGameCenter(shown), () => _providers.GameCenterAsync(shown!, cancellation));

    public Task<ProviderCheck> GoogleAsync(AccountGoogle shown, CancellationToken cancellation) => AskAsync(
        IdentityKind.Google, "Google", shown.Token.Length == 0 ? "Google access token is required." : null, () => _providers.GoogleAsync(shown, cancellation));

    public Task<ProviderCheck> SteamAsync(AccountSteam shown, CancellationToken cancellation) => AskAsync(
        IdentityKind.Steam, "Steam", shown.Token.Length == 0 ? "Steam access token is required." : null, () => _providers.SteamAsync(shown, cancellation));

    private static async Task<ProviderCheck> AskAsync(IdentityKind kind, string name, string? missing, Func<Task<ProviderAnswer>> askAsync)
    {
        if (missing is not null)
        {
            return Refuse(ApiCode.InvalidArgument, missing);
        }
        ProviderAnswer answer = await askAsync().ConfigureAwait(false);
        return answer.Result switch
        {
            ProviderResult.Proven => new ProviderCheck(new ExternalIdentity(kind, answer.PlayerId, answer.Profile), default),
            ProviderResult.NotConfigured => Refuse(ApiCode.FailedPrecondition, $"{name} authentication is not configured."),
            ProviderResult.Unavailable => Refuse(ApiCode.Unavailable, $"{name} does not answer at the moment, try again."),
            _ => Refuse(ApiCode.Unauthenticated, $"Could not authenticate {name} profile."),
        };
    }

    private static string? RefuseGameCenter(AccountGameCenter? shown) => shown switch
    {
        null => "GameCenter access credentials are required.",
        { BundleId: "" } => "GameCenter bundle ID is required.",
        { PlayerId: "" } => "GameCenter player ID is required.",
        { PublicKeyUrl: "" } => "GameCenter public key URL is required.",
        { Salt: "" } => "GameCenter salt is required.",
        { Signature: "" } => "GameCenter signature is required.",
        { TimestampSeconds: 0 } => "GameCenter timestamp is required.",
        _ => null,
    };

    private static ProviderCheck Refuse(ApiCode code, string text) => new(null, ApiOutcome.Refuse(code, text));
}
