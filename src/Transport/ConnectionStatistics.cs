namespace RealtimeServer.Transport;

/// <summary>What a connection has measured so far. Bytes are UDP payload.</summary>
/// <param name="RttMs">Smoothed round trip; 0 before the first measurement.</param>
/// <param name="JitterMs">Smoothed deviation of the round trip.</param>
/// <param name="Resends">Packets sent again; of all sent, the share estimates loss.</param>
/// <param name="PacketsPending">Reliable packets under way or waiting.</param>
public readonly record struct ConnectionStatistics(
    double RttMs, double JitterMs, long DatagramsSent, long DatagramsReceived, long BytesSent, long BytesReceived, long Resends, int PacketsPending);
