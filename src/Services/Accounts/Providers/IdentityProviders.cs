using RealtimeServer.Protocol.Api;

namespace RealtimeServer.Services.Accounts.Providers;

/// <summary>Everybody who vouches for players: what they have shown goes in, who they are comes out.</summary>
internal sealed class IdentityProviders : IDisposable
{
    private static readonly string[] GoogleIssuers = ["https://accounts.google.com", "accounts.google.com"];
    private static readonly string[] AppleIssuers = ["https://appleid.apple.com"];
    private static readonly string[] FacebookIssuers = ["https://www.facebook.com", "https://facebook.com"];

    private readonly List<IDisposable> _owned = [];
    private readonly IdTokenProvider _google;
    private readonly IdTokenProvider _apple;
    private readonly FacebookProvider _facebook;
    private readonly FacebookInstantProvider _facebookInstant;
    private readonly GameCenterProvider _gameCenter;
    private readonly SteamProvider _steam;

    public IdentityProviders(ProviderOptions options, TimeProvider time)
    {
        // A client each: one that is away takes nobody else's places.
        _google = new IdTokenProvider(Own(new SigningKeys(Client(), options.GoogleKeys, time)), GoogleIssuers, options.GoogleClientIds, time);
        _apple = new IdTokenProvider(Own(new SigningKeys(Client(), options.AppleKeys, time)), AppleIssuers, options.AppleBundleIds, time);
        string[] facebookAudience = options.FacebookAppId.Length == 0 ? [] : [options.FacebookAppId];
        ProviderClient facebook = Client();
        _facebook = new FacebookProvider(
            facebook, new IdTokenProvider(Own(new SigningKeys(facebook, options.FacebookKeys, time)), FacebookIssuers, facebookAudience, time), options, time);
        _facebookInstant = new FacebookInstantProvider(options, time);
        _gameCenter = new GameCenterProvider(Client(), options, time);
        _steam = new SteamProvider(Client(), options);

        ProviderClient Client() => Own(new ProviderClient(options));
    }

    public Task<ProviderAnswer> AppleAsync(AccountApple shown, CancellationToken cancellation) => _apple.VerifyAsync(shown.Token, cancellation);

    public Task<ProviderAnswer> FacebookAsync(AccountFacebook shown, CancellationToken cancellation) => _facebook.VerifyAsync(shown.Token, cancellation);

    public Task<ProviderAnswer> FacebookInstantAsync(AccountFacebookInstantGame shown, CancellationToken cancellation) =>
        Task.FromResult(_facebookInstant.Verify(shown.SignedPlayerInfo));

    public Task<ProviderAnswer> GameCenterAsync(AccountGameCenter shown, CancellationToken cancellation) => _gameCenter.VerifyAsync(shown, cancellation);

    public Task<ProviderAnswer> GoogleAsync(AccountGoogle shown, CancellationToken cancellation) => _google.VerifyAsync(shown.Token, cancellation);

    public Task<ProviderAnswer> SteamAsync(AccountSteam shown, CancellationToken cancellation) => _steam.VerifyAsync(shown.Token, cancellation);

    /// <summary>The ids of a player's friends at Facebook.</summary>
    /// <exception cref="ProviderUnavailableException">Facebook does not answer.</exception>
    public Task<IReadOnlyList<string>> FacebookFriendsAsync(string token, CancellationToken cancellation) => _facebook.FriendsAsync(token, cancellation);

    /// <summary>The ids of a player's friends at Steam.</summary>
    /// <exception cref="ProviderUnavailableException">Steam does not answer.</exception>
    public Task<IReadOnlyList<string>> SteamFriendsAsync(string steamId, CancellationToken cancellation) => _steam.FriendsAsync(steamId, cancellation);

    public void Dispose() => _owned.ForEach(static owned => owned.Dispose());

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Add(owned);
        return owned;
    }
}
