using RealtimeServer.Matches;
using RealtimeServer.Services;
using RealtimeServer.Services.Moderation;
using RealtimeServer.Services.Storage;

namespace RealtimeServer.Runtime;

/// <summary>What server code may use: the features' front doors, where the server itself is the caller and no permission binds.</summary>
public sealed class ServerAccess
{
    private Catalogue? _services;
    private MatchHost? _matches;

    /// <summary>Stored objects. A caller of null is the server.</summary>
    public StorageStore Storage => Services.Storage;

    /// <summary>Searches in stored objects.</summary>
    public StorageIndexes Indexes => Services.Indexes;

    /// <summary>Bans and shadow bans.</summary>
    public BanList Bans => Services.Bans;

    /// <summary>Running matches.</summary>
    public MatchHost Matches => _matches ?? throw NotYet();

    private Catalogue Services => _services ?? throw NotYet();

    /// <summary>Called by whoever starts the server, once the services stand.</summary>
    public void Connect(Catalogue services, MatchHost matches)
    {
        _services = services;
        _matches = matches;
    }

    private static InvalidOperationException NotYet() => new("The server's features are there once it runs: use them in functions and hooks, not while configuring.");
}
