namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Whose players sign in, and where their providers are asked. A provider without its own ids signs nobody in.</summary>
public sealed record ProviderOptions
{
    /// <summary>Longest time to wait for an answer of a provider.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Requests to one provider at the same time.</summary>
    public int CallsMax { get; init; } = 32;

    public IReadOnlyList<string> GoogleClientIds { get; init; } = [];

    public Uri GoogleKeys { get; init; } = new("https://www.googleapis.com/oauth2/v3/certs");

    public IReadOnlyList<string> AppleBundleIds { get; init; } = [];

    public Uri AppleKeys { get; init; } = new("https://appleid.apple.com/auth/keys");

    public string FacebookAppId { get; init; } = "";

    public string FacebookAppSecret { get; init; } = "";

    public Uri FacebookGraph { get; init; } = new("https://graph.facebook.com/v21.0");

    public Uri FacebookKeys { get; init; } = new("https://www.facebook.com/.well-known/oauth/openid/jwks/");

    public string FacebookInstantAppSecret { get; init; } = "";

    public IReadOnlyList<string> GameCenterBundleIds { get; init; } = [];

    /// <summary>Origins from which certificates are fetched: a token names one, and must not name any.</summary>
    public IReadOnlyList<string> GameCenterHosts { get; init; } = ["https://static.gc.apple.com"];

    /// <summary>PEM text of the root certificates trusted for them; empty: the system's.</summary>
    public string GameCenterRoots { get; init; } = "";

    /// <summary>0: no Steam.</summary>
    public int SteamAppId { get; init; }

    public string SteamPublisherKey { get; init; } = "";

    public Uri SteamApi { get; init; } = new("https://partner.steam-api.com");
}
