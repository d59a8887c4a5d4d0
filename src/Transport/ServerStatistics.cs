namespace RealtimeServer.Transport;

/// <summary>What a server has counted since it started. Read by any thread, written by the network thread alone.</summary>
/// <param name="Malformed">Datagrams that are no packet of the protocol.</param>
/// <param name="Strangers">Data packets from addresses without a connection.</param>
/// <param name="Throttled">Connect requests and strangers beyond what is looked into or answered in a second.</param>
/// <param name="Rejected">Connect requests refused by their data.</param>
/// <param name="SendFailures">Datagrams the operating system did not take.</param>
public readonly record struct ServerStatistics(
    int Connections, long DatagramsSent, long DatagramsReceived, long BytesSent, long BytesReceived,
    long Malformed, long Strangers, long Throttled, long Rejected, long SendFailures);
