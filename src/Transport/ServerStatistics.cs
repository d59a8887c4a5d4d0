namespace RealtimeServer.Transport;

/// <summary>What a server has counted since it started. Read by any thread, written by the network thread alone.</summary>
public readonly record struct ServerStatistics
{
    /// <summary>Connections, those that are saying goodbye included.</summary>
    public int Connections { get; init; }

    /// <summary>Clients with a valid token whose address is not proven yet.</summary>
    public int Handshakes { get; init; }

    public long DatagramsSent { get; init; }

    public long DatagramsReceived { get; init; }

    /// <summary>UDP payload.</summary>
    public long BytesSent { get; init; }

    /// <summary>UDP payload.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Datagrams that are no packet of the protocol.</summary>
    public long Malformed { get; init; }

    /// <summary>Datagrams that their packet layer did not open: damaged, forged, repeated, or of a client without the layer.</summary>
    public long Unopened { get; init; }

    /// <summary>Packets from addresses without a connection, other than connect requests.</summary>
    public long Strangers { get; init; }

    /// <summary>Connect requests beyond what is looked into in a second.</summary>
    public long Throttled { get; init; }

    /// <summary>Connect requests refused by their data.</summary>
    public long Rejected { get; init; }

    /// <summary>Handshakes with a valid token whose address was never proven: forged, or lost on the way.</summary>
    public long Unproven { get; init; }

    /// <summary>Connections that go on from another address.</summary>
    public long AddressChanges { get; init; }

    /// <summary>Messages without a connection that were heard.</summary>
    public long Unconnected { get; init; }

    /// <summary>Datagrams the operating system did not take.</summary>
    public long SendFailures { get; init; }

    /// <summary>Datagrams that left together with others to the same peer, as one message that the operating system cut (GSO).</summary>
    public long DatagramsCut { get; init; }

    /// <summary>What two shards have counted together.</summary>
    public static ServerStatistics operator +(ServerStatistics left, ServerStatistics right) => new()
    {
        Connections = left.Connections + right.Connections,
        Handshakes = left.Handshakes + right.Handshakes,
        DatagramsSent = left.DatagramsSent + right.DatagramsSent,
        DatagramsReceived = left.DatagramsReceived + right.DatagramsReceived,
        BytesSent = left.BytesSent + right.BytesSent,
        BytesReceived = left.BytesReceived + right.BytesReceived,
        Malformed = left.Malformed + right.Malformed,
        Unopened = left.Unopened + right.Unopened,
        Strangers = left.Strangers + right.Strangers,
        Throttled = left.Throttled + right.Throttled,
        Rejected = left.Rejected + right.Rejected,
        Unproven = left.Unproven + right.Unproven,
        AddressChanges = left.AddressChanges + right.AddressChanges,
        Unconnected = left.Unconnected + right.Unconnected,
        SendFailures = left.SendFailures + right.SendFailures,
        DatagramsCut = left.DatagramsCut + right.DatagramsCut,
    };
}
