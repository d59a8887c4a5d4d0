namespace RealtimeServer.Transport.Peers;

/// <summary>What the network thread counts; others read it through <see cref="ServerStatistics"/>.</summary>
internal sealed class ServerCounters
{
    public long DatagramsSent;
    public long DatagramsReceived;
    public long BytesSent;
    public long BytesReceived;
    public long Malformed;
    public long Unopened;
    public long Strangers;
    public long Throttled;
    public long Rejected;
    public long Unproven;
    public long AddressChanges;
    public long Unconnected;

    /// <summary>Sent and received.</summary>
    public long Messages;

    public ServerStatistics Statistics => new()
    {
        DatagramsSent = DatagramsSent,
        DatagramsReceived = DatagramsReceived,
        BytesSent = BytesSent,
        BytesReceived = BytesReceived,
        Malformed = Malformed,
        Unopened = Unopened,
        Strangers = Strangers,
        Throttled = Throttled,
        Rejected = Rejected,
        Unproven = Unproven,
        AddressChanges = AddressChanges,
        Unconnected = Unconnected,
    };
}
