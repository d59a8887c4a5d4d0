using RealtimeServer.Services.Accounts.Providers;

namespace RealtimeServer.Services.Accounts;

/// <summary>Makes friends of players whose ids at a provider are known. The feature of friends implements it.</summary>
internal interface IFriendImport
{
    /// <param name="userId">Whose friends they become.</param>
    /// <param name="username">Of that player.</param>
    /// <param name="userIds">Players; some may be friends already.</param>
    /// <param name="provider">Who says so, in small letters.</param>
    /// <param name="reset">Whether friends of before are removed first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task ImportAsync(Guid userId, string username, IReadOnlyList<Guid> userIds, string provider, bool reset, CancellationToken cancellation);
}

/// <summary>Finds the players who are a player's friends at Facebook or Steam, and hands them to the feature of friends, if there is one.</summary>
internal sealed class FriendSync
{
    private readonly IdentityProviders _providers;
    private readonly AccountStore _accounts;
    private readonly Action<string, Exception> _fault;

    public FriendSync(IdentityProviders providers, AccountStore accounts, Action<string, Exception> fault)
    {
        _providers = providers;
        _accounts = accounts;
        _fault = fault;
    }

    /// <summary>Set by the feature of friends.</summary>
    public IFriendImport? Import { get; set; }

    /// <summary>Imports friends; that it fails is no reason to refuse a sign-in, and so is only reported.</summary>
    public async Task SyncAsync(Guid userId, string username, ExternalIdentity identity, string token, bool reset, CancellationToken cancellation)
    {
        try
        {
            await ImportAsync(userId, username, identity, token, reset, cancellation).ConfigureAwait(false);
        }
        catch (ProviderUnavailableException exception)
        {
            _fault("friend import", exception);
        }
    }

    /// <summary>Imports friends.</summary>
    /// <exception cref="ProviderUnavailableException">The provider does not say who they are.</exception>
    public async Task ImportAsync(Guid userId, string username, ExternalIdentity identity, string token, bool reset, CancellationToken cancellation)
    {
        if (Import is not IFriendImport import)
        {
            return;
        }
        IReadOnlyList<string> friends = identity.Kind == IdentityKind.Facebook
            ? await _providers.FacebookFriendsAsync(token, cancellation).ConfigureAwait(false)
            : await _providers.SteamFriendsAsync(identity.Value, cancellation).ConfigureAwait(false);
        IReadOnlyList<Guid> users = await _accounts.UsersOfAsync(identity.Kind, friends, cancellation).ConfigureAwait(false);
        string provider = identity.Kind == IdentityKind.Facebook ? "facebook" : "steam";
        await import.ImportAsync(userId, username, users, provider, reset, cancellation).ConfigureAwait(false);
    }
}
