using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Api;
using RealtimeServer.Protocol.Connect;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Services.AccountFiles;
using RealtimeServer.Services.Accounts;
using RealtimeServer.Services.Accounts.Passwords;
using RealtimeServer.Services.Accounts.Providers;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Connecting;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Data.Care;
using RealtimeServer.Services.Friends;
using RealtimeServer.Services.Functions;
using RealtimeServer.Services.Groups;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Leaderboards;
using RealtimeServer.Services.Moderation;
using RealtimeServer.Services.Multiplayer;
using RealtimeServer.Services.Notifications;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Services.Sessions;
using RealtimeServer.Services.Storage;
using RealtimeServer.Services.Tournaments;
using RealtimeServer.Services.Wallets;

namespace RealtimeServer.Services;

/// <summary>What the services stand on.</summary>
/// <param name="ServerKey">What every copy of the game shows to sign a player in.</param>
/// <param name="Fault">Told of every exception that became an error to a client: where, and what.</param>
public sealed record ServicesSetup(
    Database Database,
    MatchHost Matches,
    SessionTokens Tokens,
    string ServerKey,
    TimeProvider Time,
    Action<string, Exception> Fault)
{
    /// <summary>Told of the faults of API methods, in place of <see cref="Fault"/>.</summary>
    public ApiFault? RequestFault { get; init; }

    /// <summary>Which collections can be searched, and by what.</summary>
    public IReadOnlyList<StorageIndexDefinition> StorageIndexes { get; init; } = [];

    /// <summary>Seals connect tokens for the door of reliable UDP; null where there is none.</summary>
    public IConnectTokenSealer? ConnectTokens { get; init; }

    /// <summary>Servers of the operator's show it to call functions; empty: none can.</summary>
    public string HttpKey { get; init; } = "";

    /// <summary>What modules have registered.</summary>
    public ServerCode Code { get; init; } = new();

    /// <summary>How long a function or a hook may take.</summary>
    public TimeSpan ServerCodeTimeMax { get; init; } = TimeSpan.FromSeconds(Limits.ServerCodeSeconds);

    /// <summary>Operators show it to call admin methods; empty: nobody can.</summary>
    public string AdminKey { get; init; } = "";

    /// <summary>How refresh tokens are used up.</summary>
    public RefreshOptions Refresh { get; init; } = RefreshOptions.Default;

    /// <summary>How passwords are hashed.</summary>
    public PasswordOptions Passwords { get; init; } = new();

    /// <summary>How many wrong passwords are too many.</summary>
    public SignInLimits SignIn { get; init; } = new();

    /// <summary>Who vouches for players.</summary>
    public ProviderOptions Providers { get; init; } = new();

    /// <summary>How many API calls a second one user may make in the long run; 0: any number.</summary>
    public int CallsPerSecondAndUser { get; init; }
}

/// <summary>
/// The features there are, wired by hand: removing a feature's folder and its lines here removes the feature.
/// </summary>
public sealed class Catalogue : IDisposable
{
    private readonly IdentityProviders _providers;

    public Catalogue(ServicesSetup setup)
    {
        ServiceDescriptor service = ServiceReflection.Descriptor.Services[0];
        ServiceDescriptor admin = AdminReflection.Descriptor.Services[0];
        Bans = new BanList(setup.Database, setup.Time);
        Sessions = new SessionStore(setup.Database, setup.Tokens.Revoked, setup.Tokens.SecondsMax, setup.Refresh, setup.Time)
        {
            Ended = user => Realtime?.CloseEnded(user),
        };
        OwnedData[] owned =
        [
            new(StorageStore.DeleteOwnedAsync),
            new(OwnedRecords.DeleteAsync) { DeletedAsync = user => Leaderboards!.OwnerChangedAsync(user) },
            new(FriendStore.DeleteOwnedAsync),
            new(GroupStore.DeleteOwnedAsync),
        ];
        Accounts = new AccountStore(setup.Database, Sessions, owned, setup.Time);
        Hasher = new PasswordHasher(setup.Passwords);
        _providers = new IdentityProviders(setup.Providers, setup.Time);
        PasswordSignIn passwords = new(setup.Database, Accounts, Hasher, new SignInThrottle(setup.SignIn, setup.Time));
        ProviderChecks checks = new(_providers);
        FriendSync friends = new(_providers, Accounts, setup.Fault);
        // Realtime stands when the first request comes.
        Users = new UserDirectory(setup.Database, user => Realtime!.IsOnline(user));
        Indexes = new StorageIndexes(setup.Database, setup.StorageIndexes, Bans, setup.Time);
        Storage = new StorageStore(setup.Database, Indexes, Bans, setup.Time);
        Wallets = new WalletStore(setup.Database, setup.Time);
        Notifications = new NotificationStore(setup.Database, Bans, () => Realtime!, setup.Time);
        Friends = new FriendStore(setup.Database, Bans, Notifications, setup.Time);
        friends.Import = Friends;
        Groups = new GroupStore(setup.Database, setup.Time);
        GroupMembers = new GroupMembers(setup.Database, Notifications, setup.Time);
        Leaderboards = new LeaderboardStore(setup.Database, Bans.IsShadowBanned, setup.Time, setup.Fault);
        Bans.VisibilityChanged = Leaderboards.OwnerChangedAsync;
        AccountFiles = new AccountFileStore(setup.Database,
        [
            AccountStore.Parts[0] with { Imported = user => Task.WhenAll(Bans.RefreshAsync(user), Friends.RecountAsync(user), Wallets.ShowAsync(user)) },
            .. AccountStore.Parts.Skip(1), Storage.Part, Leaderboards.Part, Bans.Part,
            FriendStore.Part, GroupMembers.Part, .. NotificationStore.Parts, .. WalletStore.Parts,
        ],
        AccountStore.Hidden);
        Tournaments = new TournamentStore(Leaderboards, setup.Database, setup.Time);
        MatchListing listing = new(setup.Matches);
        ApiFault fault = setup.RequestFault ?? ((where, _, exception) => setup.Fault(where, exception));
        RateLimit<Guid>? perUser = setup.CallsPerSecondAndUser == 0
            ? null
            : new RateLimit<Guid>(setup.CallsPerSecondAndUser, setup.CallsPerSecondAndUser * Limits.CallBurstSeconds, Limits.RateLimitUsersMax, setup.Time);
        Door = new ApiDoor(new ApiKeys(setup.ServerKey, setup.HttpKey, setup.AdminKey), setup.Tokens, Bans.IsBanned, setup.Time, fault, perUser, Sessions);
        Code = setup.Code;
        Runner = new ServerCodeRunner(setup.ServerCodeTimeMax, setup.Time, fault);
        FunctionMethods functions = new(setup.Code, Runner, Door.HttpKey, setup.Time);
        MethodHooks hooks = new(setup.Code, Runner, setup.Tokens);
        Methods =
        [
            .. functions.All(service),
            .. new SignInMethods(Accounts, passwords, checks, friends, setup.Tokens).All(service),
            .. new SessionMethods(Sessions, setup.Tokens).All(service),
            .. new LinkMethods(new AccountLinks(setup.Database, Accounts, setup.Time), Hasher, checks, friends).All(service),
            .. new AccountMethods(Accounts, Users).All(service),
            .. new StorageMethods(Storage, Indexes).All(service, ExtensionsReflection.Descriptor.Services[0]),
            .. new LeaderboardMethods(Leaderboards).All(service),
            .. new TournamentMethods(Tournaments).All(service),
            .. setup.ConnectTokens is null ? [] : new ConnectMethods(setup.ConnectTokens, setup.Matches, Users).All(ConnectReflection.Descriptor.Services[0]),
            .. new ModerationMethods(Bans).All(admin),
            .. new BoardAdminMethods(Leaderboards, Tournaments).All(admin),
            .. new AccountFileMethods(AccountFiles).All(admin),
            .. new NotificationMethods(Notifications).All(service, admin),
            .. new WalletMethods(Wallets).All(admin),
            .. new FriendMethods(Friends, Users).All(service),
            .. new FriendImportMethods(checks, friends).All(service),
            .. new GroupMethods(Groups, GroupMembers, Users, Bans).All(service),
            ApiMethod.Of<ListMatchesRequest>(service.FindMethodByName("ListMatches"), ApiCredential.Session, listing.ListAsync),
            ApiMethod.Of<Empty>(service.FindMethodByName("Healthcheck"), ApiCredential.None, static (_, _) => Task.FromResult(ApiOutcome.Ok(new Empty()))),
        ];
        Methods = [.. Methods.Select(hooks.Around)];
        setup.Code.RequireMethods(Methods.Select(static m => m.Descriptor));
        Rest = new RestApi(Methods, Door);
        Grpc = new GrpcApi(Methods, Door);
        MatchHandlers matches = new(setup.Matches, Bans);
        MessageHooks messageHooks = new(setup.Code, Runner, setup.Time);
        RealtimeMethod[] messages = [.. matches.All, .. functions.Messages];
        Realtime = new RealtimeService(
            setup.Tokens,
            claims => Sessions.WasEndedAsync(claims, CancellationToken.None),
            Bans.IsBanned,
            messages,
            matches.SessionClosed,
            setup.Time,
            setup.Fault,
            messageHooks);
        Bans.Banned += user => Realtime.CloseUser(user, CloseReasons.Banned);
    }

    /// <summary>Every migration of every feature.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.EmbeddedIn(typeof(Catalogue).Assembly);

    /// <summary>Rows no constraint of the schema keeps from outliving what they belong to.</summary>
    public static IReadOnlyList<OrphanRule> Orphans { get; } = [StorageStore.Orphans, LeaderboardStore.Orphans];

    /// <summary>
    /// Reads what the contract says of itself, a quarter of what a start computes: to be called beside its begin, on another thread. A
    /// catalogue waits for it, and does it where nobody has.
    /// </summary>
    public static void LoadContract() => _ = Contract().Length;

    /// <summary>
    /// Puts together the code of every message of the contract, for which the first request of each waits otherwise. It takes as long as
    /// <see cref="LoadContract"/>: to be called behind a start, on another thread.
    /// </summary>
    public static void PrepareContract()
    {
        foreach (MethodDescriptor method in Contract().SelectMany(static f => f.Services).SelectMany(static s => s.Methods))
        {
            ContractJson.Prepare(method.InputType);
            ContractJson.Prepare(method.OutputType);
        }
    }

    private static FileDescriptor[] Contract() =>
        [ServiceReflection.Descriptor, ExtensionsReflection.Descriptor, ConnectReflection.Descriptor, AdminReflection.Descriptor];

    public IReadOnlyList<ApiMethod> Methods { get; }

    /// <summary>Accounts, for server code.</summary>
    public AccountStore Accounts { get; }

    /// <summary>What ends sessions. Whoever starts the server lets it learn what was ended before.</summary>
    public SessionStore Sessions { get; }

    /// <summary>Who is there, for server code and other features.</summary>
    public UserDirectory Users { get; }

    /// <summary>Who is banned. Whoever starts the server loads it first.</summary>
    public BanList Bans { get; }

    /// <summary>Accounts as JSON, for server code.</summary>
    public AccountFileStore AccountFiles { get; }

    /// <summary>Balances and their ledger, for server code.</summary>
    public WalletStore Wallets { get; }

    /// <summary>Tells users something, for server code.</summary>
    public NotificationStore Notifications { get; }

    /// <summary>Friends, invitations and blocks, for server code.</summary>
    public FriendStore Friends { get; }

    /// <summary>Groups, for server code.</summary>
    public GroupStore Groups { get; }

    /// <summary>Who is in which group, for server code.</summary>
    public GroupMembers GroupMembers { get; }

    /// <summary>Stored objects, for server code.</summary>
    public StorageStore Storage { get; }

    /// <summary>Searches in stored objects. Whoever starts the server builds them first.</summary>
    public StorageIndexes Indexes { get; }

    /// <summary>Leaderboards, for server code. Whoever starts the server loads and starts them.</summary>
    public LeaderboardStore Leaderboards { get; }

    /// <summary>Tournaments, for server code. Whoever starts the server loads them behind the leaderboards.</summary>
    public TournamentStore Tournaments { get; }

    public ApiDoor Door { get; }

    /// <summary>What modules have registered.</summary>
    public ServerCode Code { get; }

    /// <summary>Functions and hooks under way.</summary>
    public int ServerCodeRunning => Runner.Running;

    /// <summary>Functions and hooks run since the start.</summary>
    public long ServerCodeCalls => Runner.Calls;

    /// <summary>Of these, those that failed or took too long.</summary>
    public long ServerCodeFaults => Runner.Faults;

    internal ServerCodeRunner Runner { get; }

    internal PasswordHasher Hasher { get; }

    public RestApi Rest { get; }

    public GrpcApi Grpc { get; }

    public RealtimeService Realtime { get; }

    /// <summary>Ends what works beside requests.</summary>
    public void Dispose()
    {
        Hasher.Dispose();
        _providers.Dispose();
    }
}
