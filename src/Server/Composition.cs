using System.Net;
using Microsoft.Extensions.Logging.Console;
using RealtimeServer.Matches;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Runtime;
using RealtimeServer.Server.Content;
using RealtimeServer.Server.Doors;
using RealtimeServer.Server.Doors.Api;
using RealtimeServer.Server.Metrics;
using RealtimeServer.Server.Settings;
using RealtimeServer.Server.Start;
using RealtimeServer.Services;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Hooks;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Services.Sessions;

namespace RealtimeServer.Server;

/// <summary>
/// The whole server, wired by hand in the order of what needs what. Whatever fails on the way takes down again what stands already.
/// </summary>
internal sealed class Composition : IAsyncDisposable
{
    /// <summary>In the data folder: the key of admin methods, where none is set.</summary>
    public const string AdminKeyFile = "admin.key";

    private readonly ServerSettings _settings;
    private readonly TimeProvider _time;
    private readonly Stack<Func<ValueTask>> _undo = new();

    private Composition(ServerSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
    }

    /// <summary>Builds and starts a server.</summary>
    /// <exception cref="StartException">It cannot start; the text says why.</exception>
    public static async Task<RunningServer> StartAsync(ServerSettings settings, TimeProvider time)
    {
        Composition composition = new(settings, time);
        try
        {
            return await composition.BuildAsync().ConfigureAwait(false);
        }
        catch (DatabaseException exception)
        {
            await composition.DisposeAsync().ConfigureAwait(false);
            throw new StartException(exception.Message, exception);
        }
        catch
        {
            await composition.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Takes down what stands, the last first.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_undo.TryPop(out Func<ValueTask>? undo))
        {
            await undo().ConfigureAwait(false);
        }
    }

    private async Task<RunningServer> BuildAsync()
    {
        ILoggerFactory logs = Own(LoggerFactory.Create(Logging));
        ServerLog log = new(logs.CreateLogger("RealtimeServer"));
        GarbageCollection.Tell(log);

        // Files of every kind are read at the same time: this is what a start waits for.
        SessionTokens tokens = Tokens();
        Task<MapLibrary> loading = Task.Run(() => MapLibrary.Load(MapLibrary.Locate(_settings.MapsFolder, _settings.MapsFolderChosen)));
        Database database = Own(await Task.Run(() => Database.OpenAsync(DatabaseOptions(log), Catalogue.Migrations, _time)).ConfigureAwait(false));
        MapLibrary maps = await loading.ConfigureAwait(false);

        ScopedMeterFactory meters = Own(new ScopedMeterFactory());
        MetricsCollector collector = Own(new MetricsCollector(meters));
        ServerMetrics metrics = new(meters);

        // Taken down in the reverse order: the demo and the matches end and tell their members, sessions close, then the listeners.
        HttpPort listener = Own(new HttpPort(logs) { StopTime = TimeSpan.FromSeconds(Limits.StopSeconds) + _settings.RequestTime });
        MatchHost matches = new(MatchOptions(log), new MatchFactory(GameList.All, maps), _time, meters);
        ConnectTokenOptions connectTokens = ConnectTokens();
        UdpDoor? udpDoor = null;
        ConnectTokenSealer sealer = Own(new ConnectTokenSealer(connectTokens, () => udpDoor!.EndPoint.Port, _time));
        ServerAccess access = new();
        Catalogue services = new(new ServicesSetup(database, matches, tokens, _settings.ServerKey, _time, log.MethodFailed)
        {
            RequestFault = log.RequestFailed,
            StorageIndexes = DeclaredFiles.StorageIndexes(_settings.StorageIndexesFile),
            AdminKey = AdminKey(),
            HttpKey = _settings.HttpKey,
            Code = ServerCode(access),
            ServerCodeTimeMax = _settings.ModuleTime,
            CallsPerSecondAndUser = _settings.CallsPerUser,
            ConnectTokens = sealer,
            Refresh = _settings.Accounts.Refresh,
            Passwords = _settings.Accounts.Passwords,
            SignIn = _settings.Accounts.SignIn,
            Providers = _settings.Accounts.Providers,
        });
        Own(services);
        access.Connect(services, matches);
        Own(await services.Bans.WatchAsync(_time, log.MethodFailed).ConfigureAwait(false));
        Own(await services.Sessions.WatchAsync(_time, log.MethodFailed).ConfigureAwait(false));
        await Own(services.Indexes).BuildAsync(CancellationToken.None).ConfigureAwait(false);
        await LoadBoardsAsync(services, access, log).ConfigureAwait(false);
        ApiMetrics apiMetrics = new(services.Methods, _time, log);
        collector.Add(apiMetrics.Write);
        UdpDoor udp = udpDoor = Own(new UdpDoor(new IPEndPoint(_settings.Bind, _settings.UdpPort), connectTokens, services.Realtime, _time, log, _settings.UdpChecksum));
        _undo.Push(() => DrainAsync(services.Realtime));
        Own(matches);
        if (_settings.MapsReload > TimeSpan.Zero)
        {
            Own(new MapWatch(maps, matches, _settings.MapsReload, _time, log)).Start();
        }
        DemoMatches? demo = _settings.Demo ? Own(new DemoMatches(matches, _time, log)) : null;
        Watch(metrics, services, udp);

        udp.Start();
        Readiness readiness = new(cancellation => AskAsync(database, cancellation), log.NotReady, _time);
        FrontDoor front = new()
        {
            Gate = new RequestGate(new ClientAddress(_settings.TrustedProxies), AddressLimit()),
            CrossOrigin = new CrossOrigin(_settings.Origins),
            Readiness = readiness,
            Rest = new RestDoor(services.Rest, apiMetrics, _settings.RequestTime),
            Grpc = new GrpcDoor(services.Grpc, apiMetrics, _settings.RequestTime),
            Sockets = new WebSocketDoor(tokens, services.Realtime, metrics, services.Code),
            Metrics = new MetricsDoor(collector),
            Health = new HealthDoor(readiness),
            Demo = new DemoDoor(Page("demo"), maps, DemoConfiguration(demo, udp), demo is null ? null : new DemoPictures(demo.DrawAsync, demo.DrawNavigationAsync)),
            ApiPage = new ApiPageDoor(Page("api"), services.Methods),
        };
        HttpListening listening = new(
            new IPEndPoint(_settings.Bind, _settings.HttpPort),
            new IPEndPoint(_settings.Bind, _settings.GrpcPort),
            HttpPort.Certificate(_settings.TlsCertificate, _settings.TlsKey));
        (IPEndPoint http, IPEndPoint grpc) = await listener.StartAsync(listening, front.HandleAsync).ConfigureAwait(false);
        _undo.Push(() => SayUnreadyAsync(readiness));
        RecoverMatches(matches, log);
        demo?.Lanes.Start();
        Warn(log, maps, await database.OtherServersAsync().ConfigureAwait(false));
        return new RunningServer(this, services.Realtime, log)
        {
            HttpAddress = Start.StartScreen.HttpAddress(http, listening.Certificate is not null),
            GrpcEndPoint = grpc,
            UdpEndPoint = udp.EndPoint,
            Matches = matches,
            ServerKey = _settings.ServerKey,
            StartScreen = Start.StartScreen.Of(_settings, http, grpc, udp.EndPoint, database.Description, maps),
            DemoMatch = demo?.Lanes,
        };
    }

    private static string Page(string name) => Path.Combine(AppContext.BaseDirectory, "wwwroot", name);

    private RateLimit<ulong>? AddressLimit() => _settings.CallsPerAddress == 0 ? null : new RateLimit<ulong>(
        _settings.CallsPerAddress, _settings.CallsPerAddress * Services.Limits.CallBurstSeconds, Limits.RateLimitAddressesMax, _time);

    private static async Task AskAsync(Database database, CancellationToken cancellation) =>
        await database.ReadAsync(static sql => sql.QuerySingleOrDefaultAsync<long>("SELECT CAST(1 AS BIGINT)"), cancellation).ConfigureAwait(false);

    // The first thing a stopping server does: whoever balances load sends its next request elsewhere.
    private async ValueTask SayUnreadyAsync(Readiness readiness)
    {
        readiness.Stop();
        await Task.Delay(_settings.UnreadyTime, _time).ConfigureAwait(false);
    }

    private T Own<T>(T part)
        where T : notnull
    {
        _undo.Push(part switch
        {
            IAsyncDisposable asynchronous => asynchronous.DisposeAsync,
            IDisposable disposable => () =>
            {
                disposable.Dispose();
                return ValueTask.CompletedTask;
            }
            ,
            _ => throw new ArgumentException($"{typeof(T).Name} needs no owner."),
        });
        return part;
    }

    // Standard output is for the start screen; a log can then be sent elsewhere by itself.
    private void Logging(ILoggingBuilder builder)
    {
        builder.SetMinimumLevel(_settings.LogLevel);
        builder.AddFilter("Microsoft", _settings.LogLevel > LogLevel.Warning ? _settings.LogLevel : LogLevel.Warning);
        if (_settings.JsonLog)
        {
            builder.AddJsonConsole(static options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
        else
        {
            builder.AddSimpleConsole(static options =>
            {
                options.SingleLine = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "HH:mm:ss.fff ";
            });
        }
        builder.Services.Configure<ConsoleLoggerOptions>(static options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    private ServerCode ServerCode(ServerAccess access)
    {
        ServerCode code = new();
        foreach (string name in _settings.Modules)
        {
            try
            {
                ModuleList.All[name]().Configure(new ModuleBuilder(code, access, name));
            }
#pragma warning disable CA1031 // Users' code may throw anything; the start says which module it was.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                throw new StartException($"The module {name} cannot be loaded: {exception.Message}", exception);
            }
        }
        return code;
    }

    private string AdminKey() => System.Text.Encoding.UTF8.GetString(KeyFile.ReadOrCreate(_settings.AdminKey, _settings.DataFolder, AdminKeyFile));

    private SessionTokens Tokens() => new(
        new Services.Sessions.SessionOptions(
            KeyFile.ReadOrCreate(_settings.SessionKey, _settings.DataFolder, "session.key"),
            KeyFile.ReadOrCreate(_settings.RefreshKey, _settings.DataFolder, "refresh.key"),
            _settings.SessionLifetime,
            _settings.RefreshLifetime)
        {
            OldSessionKey = KeyFile.ReadOld(_settings.Accounts.OldSessionKey, _settings.DataFolder, "session.old.key"),
            OldRefreshKey = KeyFile.ReadOld(_settings.Accounts.OldRefreshKey, _settings.DataFolder, "refresh.old.key"),
        },
        _time);

    // Boards are there before the first request; the ranks of large ones may take longer than anybody should wait for a start.
    private async Task LoadBoardsAsync(Catalogue services, ServerAccess access, ServerLog log)
    {
        long started = _time.GetTimestamp();
        Task<long> ranks = await Own(services.Leaderboards).LoadAsync(CancellationToken.None).ConfigureAwait(false);
        await services.Tournaments.LoadAsync(CancellationToken.None).ConfigureAwait(false);
        await DeclaredFiles.DeclareBoardsAsync(_settings.LeaderboardsFile, services).ConfigureAwait(false);
        await StartModulesAsync(access).ConfigureAwait(false);
        services.Leaderboards.Start();
        _ = ranks.ContinueWith(
            loaded => log.RanksLoaded(loaded.Result, _time.GetElapsedTime(started).TotalSeconds),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnRanToCompletion,
            TaskScheduler.Default);
        await Task.WhenAny(ranks, Task.Delay(TimeSpan.FromSeconds(Limits.RanksStartSeconds), _time)).ConfigureAwait(false);
    }

    private static async Task StartModulesAsync(ServerAccess access)
    {
        try
        {
            await access.StartAsync().ConfigureAwait(false);
        }
        catch (InvalidOperationException exception)
        {
            throw new StartException(exception.Message, exception);
        }
    }

    private ConnectTokenOptions ConnectTokens() => new(
        KeyFile.ReadOrCreate(_settings.ConnectKey, _settings.DataFolder, "connect.key"),
        System.Text.Encoding.UTF8.GetBytes(_settings.ConnectOldKey),
        _settings.Node,
        _settings.ConnectTokenLifetime,
        _settings.UdpSecurity);

    /// <summary>Where SQLite keeps the database.</summary>
    public static string DatabaseFile(ServerSettings settings) => Path.GetFullPath(Path.Combine(settings.DataFolder, "server.db"));

    private DatabaseOptions DatabaseOptions(ServerLog log) =>
        new(_settings.Database, DatabaseFile(_settings)) { Availability = log.DatabaseAvailability };

    private MatchHostOptions MatchOptions(ServerLog log) => new()
    {
        Workers = _settings.Workers,
        Node = _settings.Node,
        ReplayFolder = Path.Combine(_settings.DataFolder, "replays"),
        CheckpointFolder = Path.Combine(_settings.DataFolder, "matches"),
        CheckpointSeconds = _settings.CheckpointSeconds,
        Observer = log,
    };

    private Func<string, DemoConfig?>? DemoConfiguration(DemoMatches? demos, UdpDoor udp) => demos is null
        ? null
        : game => demos.Of(game) is { } demo
            ? new DemoConfig(_settings.ServerKey, demo.MatchId, demo.Game, demo.Map, udp.EndPoint.Port, _settings.Node, ProductVersion.Text)
            : null;

    private static void RecoverMatches(MatchHost matches, ServerLog log)
    {
        foreach (RecoveredMatch recovered in matches.Recover())
        {
            if (recovered.Outcome.Created)
            {
                log.MatchRecovered(recovered.Outcome.Info.Id, recovered.Outcome.Info.HandlerName);
            }
            else
            {
                log.MatchNotRecovered(Path.GetFileName(recovered.File), recovered.Outcome.Refusal);
            }
        }
    }

    private static void Watch(ServerMetrics metrics, Catalogue services, UdpDoor udp)
    {
        metrics.Watch("sessions", null, "Open sessions, over WebSocket and rUDP.", () => services.Realtime.SessionCount);
        metrics.Watch("server.code.running", null, "Functions and hooks of server code under way, those left behind included.", () => services.ServerCodeRunning);
        metrics.WatchTotal("server.code.calls", null, "Functions and hooks of server code run.", () => services.ServerCodeCalls);
        metrics.WatchTotal("server.code.faults", null, "Functions and hooks that threw what was no refusal, or took too long.", () => services.ServerCodeFaults);
        metrics.Watch("udp.connections", null, "rUDP connections.", () => udp.Statistics.Connections);
        metrics.WatchTotal("udp.datagrams.sent", null, "Datagrams sent.", () => udp.Statistics.DatagramsSent);
        metrics.WatchTotal("udp.datagrams.received", null, "Datagrams received.", () => udp.Statistics.DatagramsReceived);
        metrics.WatchTotal("udp.datagrams.cut", null, "Datagrams that left as pieces of one message (GSO).", () => udp.Statistics.DatagramsCut);
        metrics.WatchTotal("udp.sent", "By", "Bytes of datagrams sent.", () => udp.Statistics.BytesSent);
        metrics.WatchTotal("udp.received", "By", "Bytes of datagrams received.", () => udp.Statistics.BytesReceived);
        metrics.WatchTotal("udp.malformed", null, "Datagrams that are no packet of the protocol.", () => udp.Statistics.Malformed);
        metrics.WatchTotal("udp.strangers", null, "Data from addresses without a connection.", () => udp.Statistics.Strangers);
        metrics.WatchTotal("udp.throttled", null, "Connect requests beyond what is looked into in a second.", () => udp.Statistics.Throttled);
        metrics.Watch("udp.handshakes", null, "Clients with a valid token whose address is not proven yet.", () => udp.Statistics.Handshakes);
        metrics.WatchTotal("udp.unproven", null, "Handshakes whose address was never proven.", () => udp.Statistics.Unproven);
        metrics.WatchTotal("udp.unopened", null, "Datagrams that their seal did not open.", () => udp.Statistics.Unopened);
        metrics.WatchTotal("udp.address.changes", null, "Connections that went on from another address.", () => udp.Statistics.AddressChanges);
        metrics.WatchTotal("udp.rejected", null, "Connect requests refused by their token.", () => udp.Statistics.Rejected);
        metrics.WatchTotal("udp.send.failures", null, "Datagrams the operating system did not take.", () => udp.Statistics.SendFailures);
    }

    private void Warn(ServerLog log, MapLibrary maps, int otherServers)
    {
        if (otherServers > 0)
        {
            log.OtherServers(otherServers);
        }
        if (_settings.ListensBeyondLoopback && _settings.HasDefaultSecrets)
        {
            log.Insecure();
        }
        foreach (MapException refused in maps.Refused)
        {
            log.MapRefused(refused.Message);
        }
    }

    // Sessions close with a reason their clients can read, which takes each door a moment to deliver.
    private async ValueTask DrainAsync(RealtimeService realtime)
    {
        realtime.CloseAll(CloseReasons.ServerStopping);
        long started = _time.GetTimestamp();
        while (realtime.SessionCount > 0 && _time.GetElapsedTime(started) < TimeSpan.FromSeconds(Limits.StopSeconds))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Limits.DrainPollMilliseconds), _time).ConfigureAwait(false);
        }
    }
}
