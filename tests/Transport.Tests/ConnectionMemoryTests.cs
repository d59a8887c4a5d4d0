using RealtimeServer.Foundation;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>What a connection costs when it does nothing, and that what it does costs nothing more.</summary>
public sealed class ConnectionMemoryTests
{
    [Fact]
    public void An_idle_connection_costs_well_under_two_kilobytes()
    {
        const int Count = 1_000;
        var host = ConnectionHost.Of(ConnectionSettings.Default, 0);
        var events = new Counter();
        var connections = new Connection[Count];
        Begin(new Connection[10], host, events);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Begin(connections, host, events);
        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Count;
        GC.KeepAlive(connections);
        Assert.InRange(each, 200, 1_400);
    }

    /// <summary>Small and large messages, on many channels, both ways, through loss: in the steady state nothing is allocated for any of it.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Messages_and_fragments_through_loss_allocate_nothing_once_warm(int dialect)
    {
        // Warm is who has seen worse; buffers are kept for the busiest moment so far, which is made here.
        var pair = new Pair((Dialect)dialect) { Loss = 0.15f };
        pair.Run(8_000);
        pair.Loss = 0.04f;
        pair.Run(6_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long received = pair.Received;
        long resends = pair.Resends;
        pair.Run(6_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(pair.Received - received > 25_000, $"only {pair.Received - received} messages arrived");
        Assert.True(pair.Resends - resends > 10, $"only {pair.Resends - resends} packets were sent again");
        Assert.True(pair.LargeReceived > 100);
    }

    private static void Begin(Connection[] connections, ConnectionHost host, Counter events)
    {
        for (int i = 0; i < connections.Length; i++)
        {
            connections[i] = Connection.ToClient(events, host, new Handshake(Dialect.V1, 1, 0, 7, 20_000), 0);
            connections[i].Update(0);
            connections[i].Receive([3, 2, 0], 1_000);
            connections[i].Update(1_000);
        }
    }

    private sealed class Counter : IConnectionEvents
    {
        public long Datagrams { get; private set; }

        public void Transmit(ReadOnlySpan<byte> datagram) => Datagrams++;

        public void Connected() => Assert.Fail("a server's end is born connected");

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Assert.Fail("nobody sent a message");

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Assert.Fail(reason.ToString());
    }

    /// <summary>Two connections back to back with some loss; a datagram takes 20 ms.</summary>
    private sealed class Pair
    {
        private readonly Ring _toServer = new();
        private readonly Ring _toClient = new();
        private readonly byte[] _payload = new byte[20_000];
        private readonly Connection _client;
        private readonly Connection _server;
        private DeterministicRandom _random = new(3);
        private long _now;
        private int _round;

        public Pair(Dialect dialect)
        {
            var host = ConnectionHost.Of(ConnectionSettings.Default, 0);
            byte[][] buffers = [.. Enumerable.Range(0, 4_000).Select(i => host.Pool.Rent(i % 2 == 0 ? BufferPool.SmallBytes : BufferPool.LargeBytes))];
            Array.ForEach(buffers, host.Pool.Return);
            _server = Connection.ToClient(new End(this, _toClient), host, new Handshake(dialect, 0, 1), 0);
            _client = Connection.ToServer(new End(this, _toServer), host, dialect, new byte[16], [], 0);
            byte[] accept = new byte[Packet.AcceptBytes];
            ConnectAccept.Write(accept, dialect, 0, 1, 3);
            _client.Receive(accept, 0);
        }

        public float Loss { get; set; }

        public long Received { get; private set; }

        public long LargeReceived { get; private set; }

        public long Resends => _client.Statistics.Resends + _server.Statistics.Resends;

        public void Run(int rounds)
        {
            for (int end = _round + rounds; _round < end; _round++)
            {
                _now += 1_000;
                Send(_client);
                Send(_server);
                while (_toServer.TryTake(_now, out ReadOnlySpan<byte> datagram))
                {
                    _server.Receive(datagram, _now);
                }

                while (_toClient.TryTake(_now, out ReadOnlySpan<byte> datagram))
                {
                    _client.Receive(datagram, _now);
                }

                _client.Update(_now);
                _server.Update(_now);
            }
        }

        private void Send(Connection from)
        {
            if (_round % 2 == 0)
            {
                from.Send(DeliveryMethod.ReliableOrdered, 0, _payload.AsSpan(0, 60));
                from.Send(DeliveryMethod.ReliableUnordered, 1, _payload.AsSpan(0, 300));
                from.Send(DeliveryMethod.Sequenced, 2, _payload.AsSpan(0, 40));
                from.Send(DeliveryMethod.ReliableSequenced, 3, _payload.AsSpan(0, 500));
                from.Send(DeliveryMethod.Unreliable, 0, _payload.AsSpan(0, 80));
            }

            if (_round % 60 == 0)
            {
                from.Send(DeliveryMethod.ReliableOrdered, 5, _payload);
            }
        }

        private sealed class End(Pair pair, Ring ring) : IConnectionEvents
        {
            public void Transmit(ReadOnlySpan<byte> datagram)
            {
                if (!pair._random.NextBool(pair.Loss))
                {
                    ring.Add(datagram, pair._now + 20_000);
                }
            }

            public void Connected()
            {
                // The test begins connected.
            }

            public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
            {
                pair.Received++;
                pair.LargeReceived += payload.Length == 20_000 ? 1 : 0;
            }

            public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Assert.Fail(reason.ToString());
        }
    }

    private sealed class Ring
    {
        private readonly byte[][] _slots = [.. Enumerable.Range(0, 4_096).Select(_ => new byte[Limits.ReceiveBytesMax])];
        private readonly (int Length, long At)[] _entries = new (int, long)[4_096];
        private int _head;
        private int _tail;

        public void Add(ReadOnlySpan<byte> datagram, long at)
        {
            Assert.True(_head - _tail < 4_096);
            datagram.CopyTo(_slots[_head % 4_096]);
            _entries[_head++ % 4_096] = (datagram.Length, at);
        }

        public bool TryTake(long now, out ReadOnlySpan<byte> datagram)
        {
            datagram = default;
            if (_tail == _head || _entries[_tail % 4_096].At > now)
            {
                return false;
            }

            datagram = _slots[_tail % 4_096].AsSpan(0, _entries[_tail % 4_096].Length);
            _tail++;
            return true;
        }
    }
}
