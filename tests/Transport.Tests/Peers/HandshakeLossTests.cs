using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>Clients that get in, or not, over networks that lose what their address is proven with.</summary>
public sealed class HandshakeLossTests
{
    [Theory]
    [InlineData("up 20ms 5% / down 30ms±5 5% dup 5%", 0)]
    [InlineData("50ms±50 10% dup 25%", 0)]
    [InlineData("400ms±50 5%", 0)]
    [InlineData("30ms±20 30%", 8)]
    public void Who_gets_an_accept_gets_a_connection(string network, int failuresMax)
    {
        int failures = 0;
        for (ulong seed = 1; seed <= 400; seed++)
        {
            var way = new Way(NetworkProfile.Parse(network), seed);
            failures += way.Run(8_000_000) ? 0 : 1;
        }

        Assert.InRange(failures, 0, failuresMax);
    }

    [Fact]
    public void Asking_again_and_again_does_not_make_every_number_right()
    {
        var server = new TestServer();
        PeerAddress victim = TestServer.Address(1);
        byte[] request = TestServer.Request(Dialect.V2, 1, "key");
        for (int i = 0; i < 3_000; i++)
        {
            server.Core.Receive(victim, request, 1_000);
        }

        int pings = server.Sent.Count(sent => Packet.Kind(Dialect.V2, sent.Datagram[0]) == PacketKind.Ping);
        Assert.True(pings > 1_000);
        byte[] first = server.Sent.First(sent => Packet.Kind(Dialect.V2, sent.Datagram[0]) == PacketKind.Ping).Datagram;
        byte[] pong = [Packet.Header(Dialect.V2, PacketKind.Pong, Packet.ConnectionNumber(first[0])), first[1], first[2], .. new byte[8]];
        server.Core.Receive(victim, pong, 1_000);
        server.Core.Update(1_000);
        Assert.Empty(server.Entered);
    }

    private sealed class Way : IServerEvents, IDatagramSender, IConnectionEvents
    {
        private readonly PeerAddress _address = TestServer.Address(1);
        private readonly byte[] _buffer = new byte[2_048];
        private readonly SimulatedLink _link;
        private readonly ServerCore _server;
        private readonly Connection _client;
        private long _now = 1_000;
        private bool _isConnected;
        private bool _ended;

        public Way(NetworkProfile network, ulong seed)
        {
            _link = new SimulatedLink(network, seed);
            _server = new ServerCore(this, this, new ServerCoreOptions { ConnectionsMax = 4, UtcTicksAtZero = 0, SecretKey = new byte[Secret.KeyBytes] });
            _client = Connection.ToServer(this, ConnectionHost.Of(ConnectionSettings.Default, 0), Dialect.V1, new byte[16], ConnectData.FromString("key"), _now);
        }

        public bool Run(long microseconds)
        {
            for (; _now < microseconds && !_ended; _now += 1_000)
            {
                while (_link.Up.TryReceive(_now, _buffer, out int length))
                {
                    _server.Receive(_address, _buffer.AsSpan(0, length), _now);
                }

                while (_link.Down.TryReceive(_now, _buffer, out int length))
                {
                    _client.Receive(_buffer.AsSpan(0, length), _now);
                }

                if (_now % 33_000 == 0)
                {
                    _client.Send(DeliveryMethod.ReliableOrdered, 0, [1]);
                }

                _client.Update(_now);
                _server.Update(_now);
            }

            return _isConnected && !_ended;
        }

        void IDatagramSender.Send(in PeerAddress to, ReadOnlySpan<byte> datagram) => _link.Down.Send(datagram, _now);

        public void Transmit(ReadOnlySpan<byte> datagram) => _link.Up.Send(datagram, _now);

        public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Accept(this);

        public void Connected(ConnectionId id, object state) => _isConnected = true;

        void IServerEvents.Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
        {
            // That it arrives is held elsewhere.
        }

        public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) => _ended = true;

        public void Connected()
        {
            // Of the accept; the server's word counts.
        }

        void IConnectionEvents.Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
        {
            // Nothing is sent.
        }

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => _ended = true;
    }
}
