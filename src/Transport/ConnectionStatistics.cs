namespace RealtimeServer.Transport;

/// <summary>What a connection has measured so far. Bytes are UDP payload.</summary>
/// <param name="RttMs">Smoothed round trip; 0 before the first measurement.</param>
/// <param name="JitterMs">Smoothed deviation of the round trip.</param>
/// <param name="Resends">Reliable packets sent again.</param>
/// <param name="ReliablePacketsSent">Reliable packets sent, resends included.</param>
/// <param name="PacketsPending">Reliable packets under way or waiting.</param>
public readonly record struct ConnectionStatistics(
    double RttMs, double JitterMs, long DatagramsSent, long DatagramsReceived, long BytesSent, long BytesReceived, long Resends, long ReliablePacketsSent,
    int PacketsPending)
{
    /// <summary>The share of reliable packets sent again, 0 to 1: an estimate of loss that errs upwards.</summary>
    public double Loss => ReliablePacketsSent == 0 ? 0 : (double)Resends / ReliablePacketsSent;
}
