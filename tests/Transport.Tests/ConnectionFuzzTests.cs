using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>
/// Valid packets of both dialects, bent where it hurts, against a connection in every state. TRANSPORT_FUZZ sets the number of datagrams a case (a
/// long run: 10,000,000), TRANSPORT_FUZZ_SEED the seed; a failure names both.
/// </summary>
public sealed class ConnectionFuzzTests
{
    private const byte Number = 2;
    private static readonly int Count = int.Parse(Environment.GetEnvironmentVariable("TRANSPORT_FUZZ") ?? "60000", System.Globalization.CultureInfo.InvariantCulture);
    private static readonly ulong Seed = ulong.Parse(Environment.GetEnvironmentVariable("TRANSPORT_FUZZ_SEED") ?? "1", System.Globalization.CultureInfo.InvariantCulture);

    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (int dialect in new[] { 1, 2 })
            {
                for (int start = 0; start < 5; start++)
                {
                    cases.Add(dialect, start);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Bent_packets_neither_throw_nor_pile_up(int dialect, int start)
    {
        var fuzz = new Fuzz((Dialect)dialect, (Start)start, Seed);
        for (int i = 0; i < Count; i++)
        {
            try
            {
                fuzz.Step();
            }
            catch (Exception error)
            {
                throw new InvalidOperationException($"seed {Seed}, dialect {dialect}, start {start}, datagram {i}: {fuzz.Last}", error);
            }
        }

        Assert.True(fuzz.Lives > 1 || Count < 10_000, "no connection ever ended");
        Assert.True(fuzz.Delivered > Count / 200 || start > 1, $"only {fuzz.Delivered} messages delivered: the fuzz does not reach the channels");
    }

    private enum Start
    {
        Server,
        Client,
        Connecting,
        Closing,
        Closed,
    }

    private sealed class Fuzz : IConnectionEvents
    {
        private readonly Dialect _dialect;
        private readonly Start _start;
        private readonly ConnectionHost _host = ConnectionHost.Of(new ConnectionSettings { MessageBytesMax = 64 * 1024 }, 1_000);
        private readonly byte[] _datagram = new byte[Limits.ReceiveBytesMax + 64];
        private readonly ushort[] _sequences = new ushort[256];
        private DeterministicRandom _random;
        private Connection _connection = null!;
        private long _now;
        private long _bytesIn;
        private long _bytesOut;
        private int _endings;
        private int _length;

        public Fuzz(Dialect dialect, Start start, ulong seed)
        {
            _dialect = dialect;
            _start = start;
            _random = new DeterministicRandom(seed, (ulong)start);
            Begin();
        }

        public int Lives { get; private set; }

        public int Delivered { get; private set; }

        public string Last => Convert.ToHexString(_datagram.AsSpan(0, _length));

        public void Step()
        {
            _now += _random.Next(100) == 0 ? _random.Next(400_000) : _random.Next(2_000);
            _length = Write();
            _bytesIn += _length;
            _connection.Receive(_datagram.AsSpan(0, _length), _now);
            if (_random.NextBool(0.3f) || _now >= _connection.NextDeadline)
            {
                _connection.Update(_now);
            }

            if (_random.NextBool(0.05f) && _connection.State == ConnectionState.Connected)
            {
                _connection.Send((DeliveryMethod)_random.Next(6), (byte)_random.Next(66), _datagram.AsSpan(0, _random.Next(_datagram.Length)));
            }

            ConnectionStatistics statistics = _connection.Statistics;
            Assert.InRange(statistics.QueuedBytes, 0, 2L * _host.Settings.QueuedBytesMax);
            Assert.InRange(statistics.BytesInFlight, 0, statistics.QueuedBytes);
            Assert.InRange(_endings, 0, 1);
            if (_connection.State == ConnectionState.Closed && (_start != Start.Closed || _random.NextBool(0.01f)))
            {
                Begin();
            }
        }

        public void Transmit(ReadOnlySpan<byte> datagram)
        {
            _bytesOut += datagram.Length;
            Assert.InRange(datagram.Length, 1, Limits.ReceiveBytesMax);
        }

        public void Connected()
        {
            Assert.NotEqual(Start.Server, _start);
        }

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
        {
            Assert.Equal(ConnectionState.Connected, _connection.State);
            Assert.InRange(channel, 0, 63);
            Delivered++;
            if (_random.NextBool(0.0005f))
            {
                _connection.Disconnect(payload, _now);
            }
        }

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => _endings++;

        private void Begin()
        {
            Lives++;
            _endings = 0;
            Array.Clear(_sequences);
            if (_start == Start.Server)
            {
                _connection = Connection.ToClient(this, _host, new Handshake(_dialect, 1, Number, 7), _now);
                return;
            }

            _connection = Connection.ToServer(this, _host, _dialect, new byte[16], [1, 2, 3], _now);
            if (_start == Start.Connecting)
            {
                return;
            }

            Span<byte> accept = stackalloc byte[Packet.AcceptBytes];
            ConnectAccept.Write(accept, _dialect, _connection.ConnectTime, Number, 5);
            _connection.Receive(accept, _now);
            if (_start is Start.Closing or Start.Closed)
            {
                _connection.Disconnect([1], _now);
            }

            if (_start == Start.Closed)
            {
                _connection.Receive([Packet.Header(_dialect, PacketKind.ShutdownOk, Number)], _now);
                Assert.Equal(ConnectionState.Closed, _connection.State);
            }
        }

        private int Write()
        {
            if (_random.NextBool(0.05f))
            {
                int noise = _random.Next(_datagram.Length);
                for (int i = 0; i < noise; i++)
                {
                    _datagram[i] = (byte)_random.NextUInt();
                }

                return noise;
            }

            int length;
            if (_random.NextBool(0.3f))
            {
                _datagram[0] = Packet.Header(_dialect, PacketKind.Merged, Number);
                length = 1;
                for (int entries = 1 + _random.Next(6); entries > 0 && length < 1_000; entries--)
                {
                    int packet = Packet1(_datagram.AsSpan(length + 2, 420), large: false);
                    BinaryPrimitives.WriteUInt16LittleEndian(_datagram.AsSpan(length), (ushort)(_random.Next(60) == 0 ? _random.Next(3_000) : packet));
                    length += 2 + packet;
                }
            }
            else
            {
                length = Packet1(_datagram, large: true);
            }

            for (int bends = _random.Next(8) == 0 ? 1 + _random.Next(3) : 0; bends > 0 && length > 0; bends--)
            {
                _datagram[_random.Next(Math.Min(length, 16))] = (byte)(_random.NextBool(0.5f) ? _random.Next(8) : (int)(_random.NextUInt() & 0xFF));
            }

            return _random.Next(20) == 0 ? _random.Next(length + 1) : length;
        }

        /// <summary>One packet that could be honest, of any kind; numbers near the edges of what is expected.</summary>
        private int Packet1(Span<byte> into, bool large)
        {
            int pick = _random.Next(100);
            var kind = pick < 45 ? PacketKind.Channeled : pick < 55 ? PacketKind.ReliableMerged : pick < 70 ? PacketKind.Ack
                : pick < 99 ? (PacketKind)_random.Next(19) : PacketKind.Disconnect;
            if (kind == PacketKind.ReliableMerged && _dialect == Dialect.V1)
            {
                kind = PacketKind.Channeled;
            }

            bool fragment = kind == PacketKind.Channeled && _random.NextBool(0.3f);
            into[0] = Packet.Header(_dialect, kind, _random.Next(30) == 0 ? _random.Next(4) : Number, fragment);
            byte id = (byte)(_random.Next(10) == 0 ? _random.Next(256) : _random.Next(8));
            switch (kind)
            {
                case PacketKind.Channeled or PacketKind.ReliableMerged:
                    return Channeled(into, id, kind, fragment);
                case PacketKind.Ack:
                    BinaryPrimitives.WriteUInt16LittleEndian(into[1..], Near(0));
                    into[3] = id;
                    BinaryPrimitives.WriteUInt64LittleEndian(into[4..], ((ulong)_random.NextUInt() << 32) | _random.NextUInt());
                    into[12] = 0;
                    return id % 2 == 0 ? 13 : 4;
                case PacketKind.Ping or PacketKind.Pong:
                    BinaryPrimitives.WriteUInt16LittleEndian(into[1..], (ushort)_random.Next(_random.NextBool(0.5f) ? 100 : 65_536));
                    return kind == PacketKind.Ping ? 3 : 11;
                case PacketKind.MtuCheck or PacketKind.MtuOk when large:
                    int size = _random.NextBool(0.5f) ? Limits.ReceiveBytesMax : 1_000 + _random.Next(450);
                    BinaryPrimitives.WriteInt32LittleEndian(into[1..], size);
                    BinaryPrimitives.WriteInt32LittleEndian(into[(size - 4)..], size);
                    return size;
                case PacketKind.Disconnect or PacketKind.ConnectAccept or PacketKind.PeerNotFound:
                    BinaryPrimitives.WriteInt64LittleEndian(into[1..], _random.NextBool(0.2f) ? _connection.ConnectTime : _random.Next(100));
                    into[9] = (byte)_random.Next(5);
                    into[10] = (byte)_random.Next(2);
                    return kind == PacketKind.ConnectAccept ? 15 : kind == PacketKind.Disconnect ? 9 + _random.Next(10)
                        : _random.Next(3) switch { 0 => 1, 1 => 2, _ => 15 };
                default:
                    return 1 + _random.Next(40);
            }
        }

        private int Channeled(Span<byte> into, byte id, PacketKind kind, bool fragment)
        {
            ref ushort expected = ref _sequences[id];
            ushort sequence = Near(expected);
            if (sequence == expected)
            {
                expected = Sequence.Next(expected);
            }

            BinaryPrimitives.WriteUInt16LittleEndian(into[1..], sequence);
            into[3] = id;
            int at = 4;
            if (kind == PacketKind.ReliableMerged)
            {
                for (int messages = _random.Next(5); messages > 0; messages--)
                {
                    int bytes = _random.Next(20) == 0 ? _random.Next(70_000) : _random.Next(30);
                    BinaryPrimitives.WriteUInt16LittleEndian(into[at..], (ushort)bytes);
                    at += 2 + (bytes % 40);
                }

                return at;
            }

            if (fragment)
            {
                int total = _random.Next(40) == 0 ? _random.Next(65_536) : 1 + _random.Next(4);
                BinaryPrimitives.WriteUInt16LittleEndian(into[4..], (ushort)_random.Next(80));
                BinaryPrimitives.WriteUInt16LittleEndian(into[6..], (ushort)_random.Next(Math.Max(1, total + (_random.Next(30) == 0 ? 2 : 0))));
                BinaryPrimitives.WriteUInt16LittleEndian(into[8..], (ushort)total);
                at = 10;
            }

            return at + _random.Next(60);
        }

        private ushort Near(ushort sequence) => _random.Next(10) switch
        {
            < 6 => sequence,
            6 => (ushort)((sequence + _random.Next(70)) % Sequence.Count),
            7 => (ushort)((sequence + Sequence.Count - _random.Next(70)) % Sequence.Count),
            8 => (ushort)((sequence + 60 + _random.Next(80)) % Sequence.Count),
            _ => (ushort)_random.Next(65_536),
        };
    }
}
