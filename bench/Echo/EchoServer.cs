using System.Net;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Bench.Echo;

/// <summary>Sends every message back as it came.</summary>
internal sealed class EchoServer : IServerEvents, IDisposable
{
    public const string Key = "key";
    private readonly UdpServer _server;

    public EchoServer(EchoArguments arguments)
    {
        _server = new UdpServer(new UdpServerOptions
        {
            Listen = new IPEndPoint(IPAddress.Loopback, arguments.Port),
            ConnectionsMax = 32_768,
            Shards = Math.Max(1, arguments.Shards),
            GatherMicroseconds = arguments.GatherMicroseconds,
            UsePortableSocket = arguments.Portable,
        }, this, TimeProvider.System);
        _server.Start();
    }

    public int Port => _server.EndPoint.Port;

    public ServerStatistics Statistics => _server.Statistics;

    public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) =>
        ConnectData.TryReadString(connectData, out string? key) && key == Key ? Admission.Accept(this) : Admission.Ignore;

    public void Connected(ConnectionId id, object state)
    {
        // It speaks first.
    }

    public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) =>
        _server.Send(id, method, channel, payload);

    public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        // Nothing is kept of it.
    }

    public void Dispose() => _server.Dispose();
}
