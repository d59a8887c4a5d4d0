using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Services.Connecting;
using RealtimeServer.Services.Sessions;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Server.Doors;

public sealed class UdpPeerTests : IServerEvents, IDisposable
{
    private readonly UdpServer _server;
    private readonly UdpPeer _peer;
    private volatile bool _connected;

    public UdpPeerTests()
    {
        _server = new UdpServer(new UdpServerOptions(), this, TimeProvider.System);
        _peer = new UdpPeer(
            _server, new ConnectPermission(new SessionClaims(Guid.NewGuid(), Guid.NewGuid(), "somebody", new Dictionary<string, string>(), 0, 0), OnlyMatch: null),
            PeerAddress.Of(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1)));
        _server.Start();
    }

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Sending_a_snapshot_allocates_nothing()
    {
        using TestUdpClient client = await ConnectAsync();
        MatchId match = new(Guid.NewGuid(), "node1");
        byte[] part = new byte[Matches.Limits.SnapshotPartBytesMax];
        Assert.True(_peer.SendSnapshot(match, part));
        await client.UntilAsync(() => client.Snapshots.Count == 1);
        Assert.Equal((0L, 40), Send(match, part, 40));
    }

    [Fact]
    public async Task A_message_no_connection_can_carry_is_refused_rather_than_cut()
    {
        using TestUdpClient client = await ConnectAsync();
        Envelope large = new() { MatchData = new MatchData { Data = Google.Protobuf.ByteString.CopyFrom(new byte[Transport.Limits.MessageBytesMax]) } };
        Assert.False(_peer.Send(large));
        Assert.True(_peer.Send(new Envelope { Pong = new Pong() }));
        await client.ReceiveAsync(Envelope.MessageOneofCase.Pong);
    }

    private async Task<TestUdpClient> ConnectAsync()
    {
        TestUdpClient client = new(_server.EndPoint, "any token: this server admits everybody");
        await client.UntilAsync(() => client.IsConnected && _connected);
        return client;
    }

    private (long AllocatedBytes, int Sent) Send(MatchId match, byte[] part, int times)
    {
        int sent = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < times; i++)
        {
            sent += _peer.SendSnapshot(match, part) ? 1 : 0;
        }
        return (GC.GetAllocatedBytesForCurrentThread() - before, sent);
    }

    Admission IServerEvents.Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Accept(_peer);

    void IServerEvents.Connected(ConnectionId id, object state)
    {
        _peer.Attach(id);
        _connected = true;
    }

    void IServerEvents.Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
    }

    void IServerEvents.Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data)
    {
    }
}
