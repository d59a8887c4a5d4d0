using System.Net;
using System.Security.Cryptography;
using RealtimeServer.Server.Content;
using RealtimeServer.Server.Doors;
using RealtimeServer.Services.Data.Postgres;

namespace RealtimeServer.Server.Settings;

/// <summary>The settings, typed and checked against each other.</summary>
internal sealed record ServerSettings
{
    public required IPAddress Bind { get; init; }

    public required int HttpPort { get; init; }

    public required int UdpPort { get; init; }

    public required int GrpcPort { get; init; }

    public required int ConsolePort { get; init; }

    public required TimeSpan RequestTime { get; init; }

    /// <summary>Empty: HTTP and gRPC speak clear text.</summary>
    public required string TlsCertificate { get; init; }

    public required string TlsKey { get; init; }

    public required IReadOnlyList<IPNetwork> TrustedProxies { get; init; }

    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>Calls a second; 0: any number.</summary>
    public required int CallsPerAddress { get; init; }

    /// <inheritdoc cref="CallsPerAddress"/>
    public required int CallsPerUser { get; init; }

    public required bool JsonLog { get; init; }

    public required TimeSpan UnreadyTime { get; init; }

    public required string DataFolder { get; init; }

    /// <summary>Empty: SQLite in the data folder. Else how to reach PostgreSQL; it may hold a password.</summary>
    public required string Database { get; init; }

    /// <summary>Empty: no collection can be searched.</summary>
    public required string StorageIndexesFile { get; init; }

    /// <summary>Empty: no board is declared by a file.</summary>
    public required string LeaderboardsFile { get; init; }

    public required string MapsFolder { get; init; }

    /// <summary>Whether somebody chose the folder, which then must exist.</summary>
    public required bool MapsFolderChosen { get; init; }

    /// <summary>Pause between two looks at the maps folder; zero: none.</summary>
    public required TimeSpan MapsReload { get; init; }

    public required string ServerKey { get; init; }

    public required string HttpKey { get; init; }

    /// <summary>Names out of the list of modules.</summary>
    public required IReadOnlyList<string> Modules { get; init; }

    /// <summary>How long a function or a hook may take.</summary>
    public required TimeSpan ModuleTime { get; init; }

    /// <summary>Empty: made once and kept in the data folder.</summary>
    public required string AdminKey { get; init; }

    /// <summary>Empty: made once and kept in the data folder. So is <see cref="RefreshKey"/>.</summary>
    public required string SessionKey { get; init; }

    public required string RefreshKey { get; init; }

    /// <summary>Seals connect tokens; empty: made once and kept in the data folder.</summary>
    public required string ConnectKey { get; init; }

    /// <summary>Opens connect tokens that were sealed before the key was changed.</summary>
    public required string ConnectOldKey { get; init; }

    public required TimeSpan ConnectTokenLifetime { get; init; }

    public required UdpSecurity UdpSecurity { get; init; }

    public required bool UdpChecksum { get; init; }

    public required TimeSpan SessionLifetime { get; init; }

    public required TimeSpan RefreshLifetime { get; init; }

    public required AccountSettings Accounts { get; init; }

    public required string Node { get; init; }

    public required int Workers { get; init; }

    public required int CheckpointSeconds { get; init; }

    public required bool Demo { get; init; }

    public required bool Insecure { get; init; }

    public required LogLevel LogLevel { get; init; }

    /// <summary>Whether other machines can reach the server.</summary>
    public bool ListensBeyondLoopback => !IPAddress.IsLoopback(Bind);

    public bool HasDefaultSecrets => DefaultSecrets.Any();

    private IEnumerable<string> DefaultSecrets =>
    [
        .. ServerKey == SettingsTable.DefaultServerKey ? ["serverKey"] : Array.Empty<string>(),
        .. HttpKey == SettingsTable.DefaultHttpKey && Modules.Count > 0 ? ["httpKey"] : Array.Empty<string>(),
    ];

    /// <exception cref="SettingException">Values that do not go together, or not with this version.</exception>
    public static ServerSettings From(SettingValues values)
    {
        string database = values.Text("database");
        if (database.Length > 0 && !PostgresAddress.TryRead(database, out string? problem))
        {
            throw new SettingException($"database (from {values.Origin("database")}): {problem}");
        }
        foreach (string key in (string[])["serverKey", "httpKey", "admin:key"])
        {
            if (values.Text(key).Contains(':', StringComparison.Ordinal))
            {
                throw new SettingException($"{key} (from {values.Origin(key)}) must hold no colon: callers send it as \"key:\", and what follows is cut off.");
            }
        }
        Setting.TryAddress(values.Text("bind"), out IPAddress bind);
        ServerSettings settings = new()
        {
            Bind = bind,
            HttpPort = Whole(values, "http:port"),
            UdpPort = Whole(values, "udp:port"),
            GrpcPort = GrpcPortOf(values),
            ConsolePort = Whole(values, "console:port"),
            RequestTime = TimeSpan.FromSeconds(Whole(values, "http:requestSeconds")),
            TlsCertificate = values.Text("tls:certificate"),
            TlsKey = values.Text("tls:key"),
            TrustedProxies = SettingLists.Networks(values, "proxies:trusted"),
            Origins = SettingLists.Origins(values, "cors:origins"),
            CallsPerAddress = Whole(values, "limits:addressPerSecond"),
            CallsPerUser = Whole(values, "limits:userPerSecond"),
            JsonLog = values.Text("log:format") == "json",
            UnreadyTime = TimeSpan.FromSeconds(Whole(values, "stop:unreadySeconds")),
            DataFolder = values.Text("data:dir"),
            Database = database,
            StorageIndexesFile = values.Text("storage:indexes"),
            LeaderboardsFile = values.Text("leaderboards:file"),
            MapsFolder = values.Text("maps:dir"),
            MapsFolderChosen = values.IsSet("maps:dir"),
            MapsReload = TimeSpan.FromSeconds(Whole(values, "maps:reloadSeconds")),
            ServerKey = values.Text("serverKey"),
            HttpKey = values.Text("httpKey"),
            Modules = ModulesOf(values),
            ModuleTime = TimeSpan.FromSeconds(Whole(values, "modules:seconds")),
            AdminKey = values.Text("admin:key"),
            SessionKey = values.Text("session:key"),
            RefreshKey = values.Text("session:refreshKey"),
            ConnectKey = values.Text("connect:key"),
            ConnectOldKey = values.Text("connect:oldKey"),
            ConnectTokenLifetime = TimeSpan.FromSeconds(Whole(values, "connect:seconds")),
            UdpSecurity = Enum.Parse<UdpSecurity>(values.Text("udp:security"), ignoreCase: true),
            UdpChecksum = values.Text("udp:checksum") == "true",
            SessionLifetime = TimeSpan.FromSeconds(Whole(values, "session:seconds")),
            RefreshLifetime = TimeSpan.FromSeconds(Whole(values, "session:refreshSeconds")),
            Accounts = AccountSettings.From(values),
            Node = values.Text("node"),
            Workers = Whole(values, "matches:workers"),
            CheckpointSeconds = Whole(values, "matches:checkpointSeconds"),
            Demo = values.Text("demo") == "true",
            Insecure = values.Text("insecure") == "true",
            LogLevel = Enum.Parse<LogLevel>(values.Text("log:level"), ignoreCase: true),
        };
        if ((settings.TlsCertificate.Length > 0) != (settings.TlsKey.Length > 0))
        {
            throw new SettingException("tls:certificate and tls:key go together: set both, or neither.");
        }
        if (settings.UdpChecksum && settings.UdpSecurity == UdpSecurity.Sealed)
        {
            throw new SettingException("udp:checksum and udp:security sealed exclude each other, and a seal finds every flipped bit: set one of them.");
        }
        settings.RequireDistinctPorts();
        settings.RequireDistinctKeys();
        settings.RequireSecretsBeyondLoopback(values.Origin("bind"));
        return settings;
    }

    private static IReadOnlyList<string> ModulesOf(SettingValues values)
    {
        string[] names = values.Text("modules:load").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string known = string.Join(", ", ModuleList.All.Keys);
        return names.FirstOrDefault(name => !ModuleList.All.ContainsKey(name)) is string unknown
            ? throw new SettingException($"modules:load (from {values.Origin("modules:load")}) names the module '{unknown}', which this server does not have. It has {known}.")
            : [.. names.Distinct(StringComparer.Ordinal)];
    }

    private static int Whole(SettingValues values, string name)
    {
        Setting.TryWhole(values.Text(name), out int number);
        return number;
    }

    // Nakama's rule, which keeps several servers on one machine apart by one number.
    private static int GrpcPortOf(SettingValues values)
    {
        int http = Whole(values, "http:port");
        return values.IsSet("grpc:port") ? Whole(values, "grpc:port") : http == 0 ? 0 : http == 1 ? 2 : http - 1;
    }

    private void RequireDistinctPorts()
    {
        (string Name, int Port)[] ports = [("http:port", HttpPort), ("grpc:port", GrpcPort), ("console:port", ConsolePort)];
        foreach ((string name, int port) in ports)
        {
            if (port != 0 && ports.FirstOrDefault(p => p.Port == port) is var first && first.Name != name)
            {
                throw new SettingException($"{name} and {first.Name} are both {port}; each TCP port can be used once.");
            }
        }
    }

    private void RequireDistinctKeys()
    {
        if (AdminKey == ServerKey || AdminKey == HttpKey)
        {
            throw new SettingException($"admin:key and {(AdminKey == ServerKey ? "serverKey" : "httpKey")} are the same; it alone must open admin methods. Set another one.");
        }
        if (HttpKey == ServerKey)
        {
            throw new SettingException("httpKey and serverKey are the same; every player could then call functions as a server. Set another one.");
        }
        (string Name, string Key)[] keys =
        [
            ("session:key", SessionKey), ("session:refreshKey", RefreshKey),
            ("session:oldKey", Accounts.OldSessionKey), ("session:oldRefreshKey", Accounts.OldRefreshKey),
        ];
        foreach ((string name, string key) in keys)
        {
            if (key.Length > 0 && keys.First(k => k.Key == key).Name is string first && first != name)
            {
                throw new SettingException($"{first} and {name} are the same; a refresh token could then pass for a session token. Set another one.");
            }
        }
    }

    private void RequireSecretsBeyondLoopback(string origin)
    {
        if (!ListensBeyondLoopback || !HasDefaultSecrets || Insecure)
        {
            return;
        }
        string name = DefaultSecrets.First();
        string fresh = RandomNumberGenerator.GetHexString(32, lowercase: true);
        throw new SettingException(
            $"""
            bind (from {origin}) is {Bind}, which other machines can reach, but {name} is the default one everybody knows.
            Set a key of your own, for example this fresh one, and give it to your {(name == "serverKey" ? "game clients" : "servers")}:
                --{name} {fresh}
            or  {SettingsTable.Find(name)!.EnvironmentName}={fresh}
            or  "{name}": "{fresh}"   in appsettings.json
            To listen with the default key all the same: --insecure
            """);
    }
}
