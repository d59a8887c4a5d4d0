using System.Net;

namespace RealtimeServer.Transport;

/// <summary>Puts datagrams on the network.</summary>
internal interface IDatagramSender
{
    void Send(SocketAddress to, ReadOnlySpan<byte> datagram);
}
