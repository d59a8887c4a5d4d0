using RealtimeServer.Transport.Paths;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>What the parts of one connection share: how packets leave, what is known of the path, and what was counted.</summary>
internal sealed class Link : IDatagramSink
{
    private readonly IConnectionEvents _events;

    public Link(IConnectionEvents events, ConnectionHost host, Dialect dialect, int overheadBytes, bool isClient)
    {
        OverheadBytes = overheadBytes;
        _events = events;
        Host = host;
        Dialect = dialect;
        Datagrams = new DatagramBuilder(this, host.Pool);
        Flight = new Flight(this);
        Congestion = new Congestion(this);
        Unacknowledged = new UnacknowledgedBrake(this);
        Mtu = new MtuDiscovery(this);
        Pings = new Pings(this, isClient);
    }

    public ConnectionHost Host { get; }

    public Dialect Dialect { get; }

    /// <summary>Bytes packet layers add to every datagram.</summary>
    public int OverheadBytes { get; }

    public int ConnectionNumber { get; set; }

    public RoundTrip RoundTrip { get; } = new();

    public DatagramBuilder Datagrams { get; }

    public Flight Flight { get; }

    public Congestion Congestion { get; }

    public UnacknowledgedBrake Unacknowledged { get; }

    public MtuDiscovery Mtu { get; }

    public Pings Pings { get; }

    /// <summary>The time of the call the connection is in.</summary>
    public long Now { get; set; }

    /// <summary>
    /// Bytes of a reliable packet at most: what passes everywhere, whatever larger size was found. A packet keeps its sequence until it arrives
    /// and cannot be cut anew, so one too large for a path that became narrower would never arrive.
    /// </summary>
    public int PacketBytesMax => Limits.DatagramBytesMin - OverheadBytes;

    /// <summary>The last message that was cut has this number.</summary>
    public ushort FragmentId { get; set; }

    /// <summary>Bytes that wait or are under way on all reliable channels.</summary>
    public long QueuedBytes { get; set; }

    /// <summary>Packets of reliable channels that wait.</summary>
    public int QueuedPackets { get; set; }

    /// <summary>Packets of all ordered channels that came before their turn and are kept.</summary>
    public int EarlyPackets { get; set; }

    public long DatagramsSent { get; private set; }

    public long DatagramsReceived { get; private set; }

    public long BytesSent { get; private set; }

    public long BytesReceived { get; private set; }

    /// <summary>When there is something to do for the path, whatever the channels have.</summary>
    public long Deadline => Math.Min(Math.Min(Pings.Deadline, Mtu.Deadline), Math.Min(Flight.Deadline, Congestion.Deadline(Now)));

    /// <summary>Safe to read on any thread.</summary>
    public ConnectionStatistics Statistics(int packetsPending) => new(
        RoundTrip.Smoothed / 1000.0, RoundTrip.Deviation / 1000.0, DatagramsSent, DatagramsReceived, BytesSent, BytesReceived, Flight.Resends, Flight.Sent,
        packetsPending)
    {
        PingLoss = Pings.Loss,
        Copies = Flight.Copies,
        RttMinMs = RoundTrip.IsMeasured ? RoundTrip.Minimum / 1000.0 : 0,
        Mtu = Mtu.DatagramBytes,
        CongestionWindow = Congestion.Window,
        BytesInFlight = Flight.Bytes,
        SendRate = Congestion.Pace,
        QueuedBytes = QueuedBytes,
        IsHeldBack = Unacknowledged.IsHeld,
    };

    public byte Header(PacketKind kind) => Packet.Header(Dialect, kind, ConnectionNumber);

    /// <summary>Puts a datagram on the network at once.</summary>
    public void Transmit(ReadOnlySpan<byte> datagram)
    {
        DatagramsSent++;
        BytesSent += datagram.Length;
        Congestion.Charge(datagram.Length);
        _events.Transmit(datagram);
    }

    public void CountReceived(int bytes)
    {
        DatagramsReceived++;
        BytesReceived += bytes;
    }
}
