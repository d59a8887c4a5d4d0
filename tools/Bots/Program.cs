using System.CommandLine;
using RealtimeServer.Bots;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Simulator;

// Headless players: they sign in over HTTP, connect over reliable UDP, play whole matches and measure what a player would feel.
var server = new Option<string>("--server") { Description = "host:port of the server's HTTP service and UDP transport", DefaultValueFactory = _ => "127.0.0.1:7350" };
var udpPort = new Option<int?>("--udp-port") { Description = "UDP port, if it is not the one the server names" };
var serverKey = new Option<string>("--server-key") { Description = "the server's key", DefaultValueFactory = _ => "defaultkey" };
var matches = new Option<int>("--matches") { Description = "matches at once, 1 to 2000", DefaultValueFactory = _ => 20 };
var players = new Option<int>("--players") { Description = "bots a match, 1 or 2", DefaultValueFactory = _ => 2 };
var seconds = new Option<int>("--seconds") { Description = "length of each match, 5 to 3600", DefaultValueFactory = _ => 30 };
var map = new Option<string>("--map") { Description = "map to play", DefaultValueFactory = _ => "lanes" };
var seed = new Option<int>("--seed") { Description = "makes the bots' choices repeatable", DefaultValueFactory = _ => 1 };
var cipher = new Option<string>("--seal") { Description = "encrypt every datagram: no (unless the server demands it), aes or chacha", DefaultValueFactory = _ => "no" };
cipher.AcceptOnlyFromAmong("no", "aes", "chacha");
var net = new Option<string?>("--net") { Description = "play this network, e.g. \"100ms±20 2%\" or \"up 50ms / down 80ms burst 5%x20 256kbit\"" };
var json = new Option<string?>("--json") { Description = "write the summary to this file" };
Bound(matches, 1, 2000);
Bound(players, 1, 2);
Bound(seconds, 5, 3600);
server.Validators.Add(result =>
{
    if (!TryParseServer(result.GetValueOrDefault<string>() ?? "", out _, out _))
    {
        result.AddError("--server: give host:port, e.g. 127.0.0.1:7350");
    }
});
net.Validators.Add(result =>
{
    try
    {
        _ = result.GetValueOrDefault<string?>() is { } text ? NetworkProfile.Parse(text) : null;
    }
    catch (FormatException error)
    {
        result.AddError($"--net: {error.Message}");
    }
});

var root = new RootCommand("Plays matches of the lanes game with headless bots and prints what they measured. Exit code 1 after any error or disconnect.")
{
    server, udpPort, serverKey, matches, players, seconds, map, seed, cipher, net, json,
};
root.SetAction(async (parsed, cancellation) =>
{
    TryParseServer(parsed.GetValue(server)!, out string host, out int port);
    var options = new BotOptions
    {
        Host = host,
        HttpPort = port,
        UdpPort = parsed.GetValue(udpPort) ?? 0,
        ServerKey = parsed.GetValue(serverKey)!,
        Matches = parsed.GetValue(matches),
        Players = parsed.GetValue(players),
        Seconds = parsed.GetValue(seconds),
        Map = parsed.GetValue(map)!,
        Seed = (ulong)parsed.GetValue(seed),
        Cipher = parsed.GetValue(cipher) switch { "aes" => SealCipher.Aes256Gcm, "chacha" => SealCipher.ChaCha20Poly1305, _ => SealCipher.None },
        Network = parsed.GetValue(net) is { } text ? NetworkProfile.Parse(text) : null,
        JsonFile = parsed.GetValue(json),
    };
    Summary summary = await LiveTable.RunAsync(new BotRun(options, TimeProvider.System), cancellation);
    LiveTable.Print(summary);
    if (options.JsonFile is not null)
    {
        await File.WriteAllTextAsync(options.JsonFile, summary.ToJson() + Environment.NewLine, cancellation);
    }

    return summary.Succeeded ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();

static void Bound(Option<int> option, int min, int max) => option.Validators.Add(result =>
{
    int value = result.GetValueOrDefault<int>();
    if (value < min || value > max)
    {
        result.AddError($"{option.Name}: {value} is not from {min} to {max}");
    }
});

static bool TryParseServer(string text, out string host, out int port)
{
    int colon = text.LastIndexOf(':');
    host = colon > 0 ? text[..colon] : "";
    port = 0;
    return colon > 0 && int.TryParse(text.AsSpan(colon + 1), out port) && port is > 0 and <= 65535;
}
