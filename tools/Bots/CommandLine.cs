using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using RealtimeServer.Bots.TransportOnly;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bots;

/// <summary>What the bots may be asked, with an error in words for what they may not.</summary>
internal sealed class CommandLine
{
    private readonly Option<string> _server = new("--server")
    {
        Description = "host:port of the server's HTTP service and UDP transport",
        DefaultValueFactory = _ => "127.0.0.1:7350",
    };

    private readonly Option<int?> _udpPort = new("--udp-port") { Description = "UDP port, if it differs from the HTTP port" };
    private readonly Option<string> _serverKey = new("--server-key") { Description = "the server's key", DefaultValueFactory = _ => "defaultkey" };
    private readonly Option<int> _matches = new("--matches") { Description = "matches at once, 1 to 2000", DefaultValueFactory = _ => 20 };
    private readonly Option<int> _players = new("--players") { Description = "bots a match: 1 or 2, in the arena 1 to 8", DefaultValueFactory = _ => 2 };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "length of each match, or of a run without a game, 5 to 3600",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<string> _game = new("--game") { Description = "game to play: lanes or arena", DefaultValueFactory = _ => "lanes" };
    private readonly Option<string?> _map = new("--map") { Description = "map to play, if not the game's own" };
    private readonly Option<int> _seed = new("--seed") { Description = "makes the bots' choices repeatable", DefaultValueFactory = _ => 1 };

    private readonly Option<string> _cipher = new("--seal")
    {
        Description = "encrypt every datagram: no (unless the server demands it), aes or chacha",
        DefaultValueFactory = _ => "no",
    };

    private readonly Option<string?> _net = new("--net")
    {
        Description = "play this network, e.g. \"100ms±20 2%\" or \"up 50ms / down 80ms burst 5%x20 256kbit\"",
    };

    private readonly Option<string?> _json = new("--json") { Description = "write the summary to this file" };
    private readonly TransportCommandLine _transport = new();

    public CommandLine()
    {
        Bound(_matches, 1, 2000);
        Bound(_players, 1, 8);
        Bound(_seconds, 5, 3600);
        Bound(_seed, 0, int.MaxValue);
        Bound(_transport.Connections, 1, 10_000);
        Bound(_transport.Rate, 1, 1_000);
        Bound(_transport.Size, TransportCommandLine.SizeMin, Limits.ChannelBytesMax);
        _game.AcceptOnlyFromAmong("lanes", BotOptions.Arena);
        _cipher.AcceptOnlyFromAmong("no", "aes", "chacha");
        Check(_server, text => TryParseServer(text, out _, out _) ? null : "give host:port, e.g. 127.0.0.1:7350");
        Check(_net, NetworkError);
        Check(_transport.Delivery, text => _transport.TryReadDelivery(text, out _) ? null : $"'{text}' is not one of {_transport.Delivery.Description}");
        _transport.Echo.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is < 0 or > 65_535)
            {
                result.AddError("--echo: give a port, 0 to 65535");
            }
        });
        Root = new RootCommand("Plays matches with headless bots and prints what they measured. Exit code 1 after any error or disconnect.")
        {
            _server, _udpPort, _serverKey, _matches, _players, _seconds, _game, _map, _seed, _cipher, _net, _json, _transport.TransportOnly, _transport.Echo,
        };
        foreach (Option option in _transport.Own)
        {
            Root.Options.Add(option);
        }

        Root.Validators.Add(RefuseWhatDoesNotGoTogether);
        Root.SetAction(RunAsync);
    }

    public RootCommand Root { get; }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(_transport.Echo) is { } port)
        {
            EchoServer.Run(port);
            return 0;
        }

        NetworkProfile? network = parsed.GetValue(_net) is { } text ? NetworkProfile.Parse(text) : null;
        TryParseServer(parsed.GetValue(_server)!, out string host, out int httpPort);
        int udpPort = parsed.GetValue(_udpPort) ?? httpPort;
        if (parsed.GetValue(_transport.TransportOnly))
        {
            IPEndPoint? server = IsGiven(parsed.CommandResult, _server) ? new IPEndPoint(Resolve(host), udpPort) : null;
            TransportOptions options = _transport.Read(parsed, server, parsed.GetValue(_seconds), parsed.GetValue(_seed), network);
            TransportSummary outcome = new TransportRun(options, Console.WriteLine).Run(cancellation);
            outcome.Print();
            await WriteAsync(parsed, outcome.ToJson(), cancellation);
            return outcome.Succeeded ? 0 : 1;
        }

        Summary summary = await LiveTable.RunAsync(new BotRun(GameOptions(parsed, host, httpPort, udpPort, network), TimeProvider.System), cancellation);
        LiveTable.Print(summary);
        await WriteAsync(parsed, summary.ToJson(), cancellation);
        return summary.Succeeded ? 0 : 1;
    }

    private BotOptions GameOptions(ParseResult parsed, string host, int httpPort, int udpPort, NetworkProfile? network) => new()
    {
        Host = host,
        HttpPort = httpPort,
        UdpPort = udpPort,
        ServerKey = parsed.GetValue(_serverKey)!,
        Matches = parsed.GetValue(_matches),
        Players = parsed.GetValue(_players),
        Seconds = parsed.GetValue(_seconds),
        Game = parsed.GetValue(_game)!,
        Map = parsed.GetValue(_map),
        Seed = (ulong)parsed.GetValue(_seed),
        Cipher = parsed.GetValue(_cipher) switch { "aes" => SealCipher.Aes256Gcm, "chacha" => SealCipher.ChaCha20Poly1305, _ => SealCipher.None },
        Network = network,
    };

    private async Task WriteAsync(ParseResult parsed, string json, CancellationToken cancellation)
    {
        if (parsed.GetValue(_json) is { } file)
        {
            await File.WriteAllTextAsync(file, json + Environment.NewLine, cancellation);
        }
    }

    private void RefuseWhatDoesNotGoTogether(CommandResult result)
    {
        bool isTransport = result.GetValue(_transport.TransportOnly);
        IReadOnlyList<Option> others = isTransport ? [_matches, _players, _game, _map, _serverKey, _cipher] : _transport.Own;
        foreach (Option option in others)
        {
            if (IsGiven(result, option))
            {
                result.AddError(isTransport ? $"{option.Name} means nothing with --transport-only" : $"{option.Name} needs --transport-only");
            }
        }
    }

    private static bool IsGiven(CommandResult command, Option option) => command.GetResult(option) is { Implicit: false };

    private static string? NetworkError(string text)
    {
        try
        {
            NetworkProfile.Parse(text);
            return null;
        }
        catch (FormatException error)
        {
            return error.Message;
        }
    }

    private static void Check<T>(Option<T> option, Func<string, string?> error) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<string?>() is { } text && error(text) is { } words)
        {
            result.AddError($"{option.Name}: {words}");
        }
    });

    private static void Bound(Option<int> option, int min, int max) => option.Validators.Add(result =>
    {
        int value = result.GetValueOrDefault<int>();
        if (value < min || value > max)
        {
            result.AddError($"{option.Name}: {value} is not from {min} to {max}");
        }
    });

    private static IPAddress Resolve(string host) => IPAddress.TryParse(host, out IPAddress? address) ? address : Dns.GetHostAddresses(host)[0];

    private static bool TryParseServer(string text, out string host, out int port)
    {
        int colon = text.LastIndexOf(':');
        host = colon > 0 ? text[..colon] : "";
        port = 0;
        return colon > 0 && int.TryParse(text.AsSpan(colon + 1), out port) && port is > 0 and <= 65535;
    }
}
