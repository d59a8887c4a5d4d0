using RealtimeServer.Transport.Peers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

public sealed class AllocationTests
{
    [Fact]
    public void Receiving_and_sending_allocate_nothing_once_warm()
    {
        var link = new Link();
        link.Exchange(2_000);
        long[] allocated = new long[4];
        for (int window = 0; window < allocated.Length; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            link.Exchange(5_000);
            allocated[window] = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Assert.True(link.Received > 60_000, $"only {link.Received} messages arrived");

        // What the runtime allocates on this thread when a method is compiled anew comes once; what is allocated a message comes in every window.
        Assert.InRange(allocated.Count(static bytes => bytes == 0), 3, 4);
    }

    /// <summary>A server and one client joined back to back, their datagrams kept in one reused ring.</summary>
    private sealed class Link : IServerEvents, IDatagramSender, IConnectionEvents
    {
        private readonly PeerAddress _address = TestServer.Address(1);
        private readonly byte[][] _ring = [.. Enumerable.Range(0, 256).Select(_ => new byte[1_432])];
        private readonly (int Length, bool ToServer)[] _kinds = new (int, bool)[256];
        private readonly byte[] _payload = new byte[200];
        private readonly ServerCore _server;
        private readonly Connection _client;
        private ConnectionId _id;
        private int _head;
        private int _tail;
        private long _now;

        public Link()
        {
            _server = new ServerCore(this, this, new ServerCoreOptions { ConnectionsMax = 4, UtcTicksAtZero = 0, SecretKey = new byte[Secret.KeyBytes] });
            _client = Connection.ToServer(this, ConnectionHost.Of(ConnectionSettings.Default, 0), Dialect.V2, new byte[16], [], 0);
        }

        public int Received { get; private set; }

        public void Exchange(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                _now += 1_000;
                if (_id != default)
                {
                    _client.Send(DeliveryMethod.ReliableOrdered, 0, _payload);
                    _client.Send(DeliveryMethod.Unreliable, 0, _payload);
                    _server.Send(_id, DeliveryMethod.ReliableOrdered, 0, _payload);
                    _server.Send(_id, DeliveryMethod.Unreliable, 0, _payload);
                }

                while (_tail != _head)
                {
                    (int length, bool toServer) = _kinds[_tail % 256];
                    ReadOnlySpan<byte> datagram = _ring[_tail++ % 256].AsSpan(0, length);
                    if (toServer)
                    {
                        _server.Receive(_address, datagram, _now);
                    }
                    else
                    {
                        _client.Receive(datagram, _now);
                    }
                }

                _client.Update(_now);
                _server.Update(_now);
            }
        }

        public void Send(in PeerAddress to, ReadOnlySpan<byte> datagram) => Carry(datagram, toServer: false);

        public void Transmit(ReadOnlySpan<byte> datagram) => Carry(datagram, toServer: true);

        public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Accept(this);

        public void Connected(ConnectionId id, object state) => _id = id;

        public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) => Assert.Fail(reason.ToString());

        public void Connected()
        {
            // Only the server's word counts here.
        }

        void IServerEvents.Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Received++;

        void IConnectionEvents.Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Received++;

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Assert.Fail(reason.ToString());

        private void Carry(ReadOnlySpan<byte> datagram, bool toServer)
        {
            datagram.CopyTo(_ring[_head % 256]);
            _kinds[_head++ % 256] = (datagram.Length, toServer);
        }
    }
}
