using System.CommandLine;
using System.Net;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bots.TransportOnly;

/// <summary>What a run without a game is asked to do.</summary>
internal sealed record TransportOptions
{
    /// <summary>An echo server; null starts one in a process of its own.</summary>
    public IPEndPoint? Server { get; init; }

    public required int Connections { get; init; }

    /// <summary>Messages a second of each connection.</summary>
    public required int Rate { get; init; }

    /// <summary>Bytes of a message.</summary>
    public required int Size { get; init; }

    public required DeliveryMethod Delivery { get; init; }

    public required int Seconds { get; init; }

    public required bool SpeakVersion1 { get; init; }

    public required ulong Seed { get; init; }

    public NetworkProfile? Network { get; init; }
}

/// <summary>The command line of such a run.</summary>
internal sealed class TransportCommandLine
{
    public const int SizeMin = 12;
    private static readonly string[] Deliveries = ["unreliable", "sequenced", "reliable-unordered", "reliable-ordered", "reliable-sequenced"];

    public Option<bool> TransportOnly { get; } = new("--transport-only")
    {
        Description = "no game: connections send messages to an echo server and measure; against one of its own if no --server is given",
    };

    public Option<int?> Echo { get; } = new("--echo") { Description = "be the echo server on this UDP port of 127.0.0.1, 0 for any, until the input ends" };

    public Option<int> Connections { get; } = new("--connections") { Description = "with --transport-only, 1 to 10000", DefaultValueFactory = _ => 100 };

    public Option<int> Rate { get; } = new("--rate") { Description = "messages a second of each connection, 1 to 1000", DefaultValueFactory = _ => 30 };

    public Option<int> Size { get; } = new("--size")
    {
        Description = $"bytes of a message, {SizeMin} to {Limits.ChannelBytesMax}",
        DefaultValueFactory = _ => 64,
    };

    public Option<string> Delivery { get; } = new("--delivery") { Description = string.Join(", ", Deliveries), DefaultValueFactory = _ => "unreliable" };

    public Option<bool> Version1 { get; } = new("--version-1") { Description = "speak the wire of LiteNetLib 1.x" };

    /// <summary>Options that mean nothing to a run with a game.</summary>
    public IReadOnlyList<Option> Own => [Connections, Rate, Size, Delivery, Version1];

    public bool TryReadDelivery(string text, out DeliveryMethod method)
    {
        method = Array.IndexOf(Deliveries, text) switch
        {
            0 => DeliveryMethod.Unreliable,
            1 => DeliveryMethod.Sequenced,
            2 => DeliveryMethod.ReliableUnordered,
            3 => DeliveryMethod.ReliableOrdered,
            _ => DeliveryMethod.ReliableSequenced,
        };
        return Deliveries.Contains(text);
    }

    /// <param name="server">Null to start one.</param>
    public TransportOptions Read(ParseResult parsed, IPEndPoint? server, int seconds, int seed, NetworkProfile? network)
    {
        TryReadDelivery(parsed.GetValue(Delivery)!, out DeliveryMethod delivery);
        return new TransportOptions
        {
            Server = server,
            Connections = parsed.GetValue(Connections),
            Rate = parsed.GetValue(Rate),
            Size = parsed.GetValue(Size),
            Delivery = delivery,
            Seconds = seconds,
            SpeakVersion1 = parsed.GetValue(Version1),
            Seed = (ulong)seed,
            Network = network,
        };
    }
}
