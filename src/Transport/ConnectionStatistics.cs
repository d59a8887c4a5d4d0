namespace RealtimeServer.Transport;

/// <summary>What a connection has measured so far. Bytes are UDP payload.</summary>
/// <param name="RttMs">Smoothed round trip; 0 before the first measurement.</param>
/// <param name="JitterMs">Smoothed deviation of the round trip.</param>
/// <param name="Resends">Reliable packets sent again because they seemed lost.</param>
/// <param name="ReliablePacketsSent">Reliable packets sent, resends and copies included.</param>
/// <param name="PacketsPending">Reliable packets under way or waiting.</param>
public readonly record struct ConnectionStatistics(
    double RttMs, double JitterMs, long DatagramsSent, long DatagramsReceived, long BytesSent, long BytesReceived, long Resends, long ReliablePacketsSent,
    int PacketsPending)
{
    /// <summary>
    /// An estimate of the share of datagrams lost one way, 0 to 1, that errs upwards: of reliable packets sent again and of pings not answered,
    /// what says more.
    /// </summary>
    public double Loss => Math.Max(ReliablePacketsSent == 0 ? 0 : (double)Resends / ReliablePacketsSent, 1 - Math.Sqrt(1 - PingLoss));

    /// <summary>The share of the last 64 pings that was not answered, 0 to 1: loss of both directions together.</summary>
    public double PingLoss { get; init; }

    /// <summary>Reliable packets sent again before they could seem lost, which is done while the path loses datagrams.</summary>
    public long Copies { get; init; }

    /// <summary>The shortest round trip of the last seconds; 0 before the first measurement.</summary>
    public double RttMinMs { get; init; }

    /// <summary>Bytes of the largest datagram in use, without what a packet layer adds. An unreliable message may have one byte less.</summary>
    public int Mtu { get; init; }

    /// <summary>Bytes of reliable packets that may be under way, and those that are.</summary>
    public long CongestionWindow { get; init; }

    public long BytesInFlight { get; init; }

    /// <summary>Bytes a second at which the connection would send if it had enough to send.</summary>
    public long SendRate { get; init; }

    /// <summary>Bytes of reliable messages that wait or are under way: what to look at before sending more.</summary>
    public long QueuedBytes { get; init; }

    /// <summary>Whether unreliable messages are held to a rate because the path queues or drops them: some are then refused.</summary>
    public bool IsHeldBack { get; init; }
}
