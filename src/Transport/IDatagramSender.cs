using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

/// <summary>Puts datagrams on the network.</summary>
internal interface IDatagramSender
{
    void Send(in PeerAddress to, ReadOnlySpan<byte> datagram);
}
