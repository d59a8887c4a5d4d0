using RealtimeServer.Matches;
using RealtimeServer.Services;
using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Accounts;
using RealtimeServer.Services.Friends;
using RealtimeServer.Services.Groups;
using RealtimeServer.Services.Leaderboards;
using RealtimeServer.Services.Moderation;
using RealtimeServer.Services.Notifications;
using RealtimeServer.Services.Sessions;
using RealtimeServer.Services.Storage;
using RealtimeServer.Services.Tournaments;
using RealtimeServer.Services.Wallets;

namespace RealtimeServer.Runtime;

/// <summary>What server code may use: the features' front doors, where the server itself is the caller and no permission binds.</summary>
public sealed class ServerAccess
{
    private readonly List<(string Module, Func<ValueTask> Work)> _starts = [];
    private readonly List<Func<LeaderboardEvent, Task>> _boardEvents = [];
    private Catalogue? _services;
    private MatchHost? _matches;

    /// <summary>Accounts: found, changed, deleted.</summary>
    public AccountStore Accounts => Services.Accounts;

    /// <summary>Accounts as JSON, out and in.</summary>
    public AccountFileStore AccountFiles => Services.AccountFiles;

    /// <summary>What others see of players, and who is online.</summary>
    public UserDirectory Users => Services.Users;

    /// <summary>Ends sessions.</summary>
    public SessionStore Sessions => Services.Sessions;

    /// <summary>Stored objects. A caller of null is the server.</summary>
    public StorageStore Storage => Services.Storage;

    /// <summary>Searches in stored objects.</summary>
    public StorageIndexes Indexes => Services.Indexes;

    /// <summary>Leaderboards and their records. A caller, and a viewer, of null is the server.</summary>
    public LeaderboardStore Leaderboards => Services.Leaderboards;

    /// <summary>Tournaments; their records are those of the leaderboard of the same id.</summary>
    public TournamentStore Tournaments => Services.Tournaments;

    /// <summary>Friends, invitations and blocks.</summary>
    public FriendStore Friends => Services.Friends;

    /// <summary>Groups. A caller of null is the server.</summary>
    public GroupStore Groups => Services.Groups;

    /// <summary>Who is in which group. A caller of null is the server.</summary>
    public GroupMembers GroupMembers => Services.GroupMembers;

    /// <summary>Tells players something.</summary>
    public NotificationStore Notifications => Services.Notifications;

    /// <summary>Balances and their ledger.</summary>
    public WalletStore Wallets => Services.Wallets;

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

    /// <summary>Runs what modules do at the start, in the order of their registration; called before the calendar of leaderboards starts.</summary>
    /// <exception cref="InvalidOperationException">A module's work failed; the text says which.</exception>
    public async Task StartAsync()
    {
        foreach (Func<LeaderboardEvent, Task> told in _boardEvents)
        {
            Leaderboards.OnEvent(told);
        }
        foreach ((string module, Func<ValueTask> work) in _starts)
        {
            try
            {
                await work().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Users' code may throw anything; the start says which module it was.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                throw new InvalidOperationException($"The module {module} failed at the start: {exception.Message}", exception);
            }
        }
    }

    internal void AtStart(string module, Func<ValueTask> work) => _starts.Add((module, work));

    internal void OnBoardEvent(Func<LeaderboardEvent, Task> told) => _boardEvents.Add(told);

    private static InvalidOperationException NotYet() =>
        new("The server's features are there once it runs: use them in functions, hooks and AtStart, not while configuring.");
}
