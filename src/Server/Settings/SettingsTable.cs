using System.Text;

namespace RealtimeServer.Server.Settings;

/// <summary>Every setting there is. The help text, the check of each value and the table in docs/settings.md come from here.</summary>
internal static class SettingsTable
{
    public const string DefaultServerKey = "defaultkey";
    public const string DefaultHttpKey = "defaulthttpkey";

    public static readonly IReadOnlyList<Setting> All =
    [
        new("bind", SettingKind.Address, "127.0.0.1", "Address to listen on, for every port."),
        new("http:port", SettingKind.Whole, "7350", "TCP port of REST, WebSocket, metrics and demo; 0 takes a free one.") { Max = Limits.PortMax },
        new("udp:port", SettingKind.Whole, "7350", "UDP port of game clients; 0 takes a free one.") { Max = Limits.PortMax },
        new("udp:security", SettingKind.Choice, "open", "Clients prove their address by a ping (open), by a cookie too (proven), and encrypt all (sealed).")
        {
            Choices = ["open", "proven", "sealed"],
        },
        new("udp:checksum", SettingKind.Flag, "false", "Every datagram carries a CRC-32C; clients need LiteNetLib's Crc32cLayer."),
        new("http:requestSeconds", SettingKind.Whole, "30", "Longest time a REST or gRPC request may take.") { Min = 1, Max = Limits.RequestSecondsMax },
        new("grpc:port", SettingKind.Whole, "7349", "TCP port of gRPC; unless set, one below http:port; 0 takes a free one.") { Max = Limits.PortMax },
        new("tls:certificate", SettingKind.Text, "", "PEM file of a certificate and its chain: HTTP and gRPC then speak TLS only.")
        {
            Max = Limits.PathLengthMax, AllowedText = "empty or the path of a file",
        },
        new("tls:key", SettingKind.Text, "", "PEM file of the certificate's private key.") { Max = Limits.PathLengthMax, AllowedText = "empty or the path of a file" },
        new("proxies:trusted", SettingKind.Text, "", "Proxies whose X-Forwarded-For is believed.")
        {
            Max = Limits.ListLengthMax, AllowedText = "addresses or networks (10.0.0.0/8) with commas between",
        },
        new("cors:origins", SettingKind.Text, "*", "Origins whose pages may call the API from a browser.")
        {
            Min = 1, Max = Limits.ListLengthMax, AllowedText = "* for any, or origins (https://play.example.com) with commas between",
        },
        new("limits:addressPerSecond", SettingKind.Whole, "500", "API calls a second from one address, five times as many at once; 0: any number.")
        {
            Max = Limits.CallsPerSecondMax,
        },
        new("limits:userPerSecond", SettingKind.Whole, "50", "API calls a second by one user, five times as many at once; 0: any number.")
        {
            Max = Limits.CallsPerSecondMax,
        },
        new("console:port", SettingKind.Whole, "7351", "TCP port kept for the operators' console; nothing listens there yet.") { Max = Limits.PortMax },
        new("data:dir", SettingKind.Folder, "data", "Folder for the database, generated keys and replays of failed matches; made when absent."),
        new("database", SettingKind.Secret, "", "Empty: SQLite, in data:dir. Else PostgreSQL: postgres://user:password@host/name or key=value.")
        {
            Min = 1, Max = Limits.DatabaseAddressLengthMax,
        },
        new("storage:indexes", SettingKind.Text, "", "JSON file that declares which storage collections can be searched, and by what.")
        {
            Max = Limits.PathLengthMax, AllowedText = "empty or the path of a file",
        },
        new("modules:load", SettingKind.Text, "", "Modules of server code to load; see docs/server-code.md.")
        {
            Max = Limits.ListLengthMax, AllowedText = "empty or names of modules with commas between",
        },
        new("modules:seconds", SettingKind.Whole, "10", "Longest time a function or a hook of server code may take.") { Min = 1, Max = Limits.RequestSecondsMax },
        new("leaderboards:file", SettingKind.Text, "", "JSON file that declares leaderboards and tournaments; see leaderboards.md.")
        {
            Max = Limits.PathLengthMax, AllowedText = "empty or the path of a file",
        },
        new("maps:dir", SettingKind.Folder, "maps", "Folder of maps (docs/maps.md); when absent, the maps beside the program."),
        new("maps:reloadSeconds", SettingKind.Whole, "1", "How often the maps folder is looked at for what designers have saved; 0: never.") { Max = Limits.MapReloadSecondsMax },
        new("serverKey", SettingKind.Secret, DefaultServerKey, "Key that game clients show to sign in.") { Min = 1, Max = Limits.ServerKeyLengthMax },
        new("httpKey", SettingKind.Secret, DefaultHttpKey, "Key that your own servers show to call functions without a session.") { Min = 1, Max = Limits.ServerKeyLengthMax },
        new("admin:key", SettingKind.Secret, "", "Key that operators show to call admin methods; empty: made once, kept in data:dir.")
        {
            Min = Limits.SigningKeyLengthMin, Max = Limits.ServerKeyLengthMax,
        },
        new("session:key", SettingKind.Secret, "", "Signs session tokens; empty: made once, kept in data:dir.") { Min = Limits.SigningKeyLengthMin, Max = Limits.SigningKeyLengthMax },
        new("session:refreshKey", SettingKind.Secret, "", "Signs refresh tokens, not the same as session:key; empty: made once, kept in data:dir.")
        {
            Min = Limits.SigningKeyLengthMin, Max = Limits.SigningKeyLengthMax,
        },
        new("connect:key", SettingKind.Secret, "", "Seals connect tokens; empty: made once, kept in data:dir.") { Min = Limits.SigningKeyLengthMin, Max = Limits.SigningKeyLengthMax },
        new("connect:oldKey", SettingKind.Secret, "", "The key before connect:key, whose tokens are still taken; empty for none.")
        {
            Min = Limits.SigningKeyLengthMin, Max = Limits.SigningKeyLengthMax,
        },
        new("connect:seconds", SettingKind.Whole, "30", "How long a connect token may be shown.") { Min = 5, Max = Limits.ConnectSecondsMax },
        new("session:seconds", SettingKind.Whole, "7200", "How long a session token is good for.") { Min = 1, Max = Limits.TokenSecondsMax },
        new("session:refreshSeconds", SettingKind.Whole, "604800", "How long a refresh token is good for.") { Min = 1, Max = Limits.TokenSecondsMax },
        .. AccountSettings.All,
        new("node", SettingKind.Name, "node1", "This server's name, part of the ids of its matches.") { Min = 1, Max = Limits.NodeNameLengthMax },
        new("matches:checkpointSeconds", SettingKind.Whole, "0", "Seconds between checkpoints of a match, to go on after a crash; 0: none.") { Max = 3600 },
        new("matches:workers", SettingKind.Whole, "0", "Threads that simulate matches; 0: one a core.") { Max = Limits.WorkersMax },
        new("demo", SettingKind.Flag, "true", "Keeps one match running and serves the page that shows it."),
        new("insecure", SettingKind.Flag, "false", "Lets the server listen beyond this machine with its default secrets."),
        new("log:level", SettingKind.Choice, "information", "Least level written to standard error.")
        {
            Choices = ["debug", "information", "warning", "error", "none"],
        },
        new("log:format", SettingKind.Choice, "text", "Lines for people, or one JSON object a line.") { Choices = ["text", "json"] },
        new("stop:unreadySeconds", SettingKind.Whole, "0", "How long a stopping server says it is not ready and serves on, for balancers to notice.")
        {
            Max = Limits.StopSecondsMax,
        },
    ];

    public static Setting? Find(string name) => All.FirstOrDefault(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The table as people read it in a terminal.</summary>
    public static string Help()
    {
        StringBuilder text = new();
        text.AppendLine("RealtimeServer: an authoritative game server.");
        text.AppendLine();
        text.AppendLine("Each setting has one name. It is read from appsettings.json (beside the program, then in the working folder),");
        text.AppendLine("then from the environment (http:port is REALTIME_HTTP__PORT), then from the command line; the last one wins.");
        text.AppendLine();
        int width = All.Max(s => s.Name.Length) + 4;
        foreach (Setting setting in All)
        {
            string value = setting.Default.Length == 0 ? "empty" : setting.Default;
            text.Append("  ").Append(("--" + setting.Name).PadRight(width)).AppendLine(setting.Help);
            text.Append(' ', width + 2).Append(setting.Allowed).Append("; default ").AppendLine(value);
        }
        text.AppendLine();
        text.AppendLine(Start.DatabaseCommand.Help);
        text.AppendLine();
        text.Append("  ").Append("--help".PadRight(width)).AppendLine("This text.");
        text.Append("  ").Append("--version".PadRight(width)).AppendLine("The version.");
        return text.ToString();
    }

    /// <summary>The table as docs/settings.md has it.</summary>
    public static string Markdown()
    {
        StringBuilder text = new("| setting | environment | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n");
        foreach (Setting setting in All)
        {
            string value = setting.Default.Length == 0 ? "empty" : $"`{setting.Default}`";
            text.Append("| `").Append(setting.Name).Append("` | `").Append(setting.EnvironmentName).Append("` | ").Append(value)
                .Append(" | ").Append(setting.Allowed).Append(" | ").Append(setting.Help).Append(" |\n");
        }
        return text.ToString();
    }
}
