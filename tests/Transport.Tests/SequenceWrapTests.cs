using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>Sequences have 15 bits: every 32,768 packets they begin anew (in 1.x each message is a packet). TRANSPORT_WRAPS sets how often (100 by default).</summary>
public sealed class SequenceWrapTests
{
    private static readonly int Wraps = int.Parse(Environment.GetEnvironmentVariable("TRANSPORT_WRAPS") ?? "100", System.Globalization.CultureInfo.InvariantCulture);

    [Theory]
    [InlineData(1, (int)DeliveryMethod.ReliableOrdered)]
    [InlineData(1, (int)DeliveryMethod.ReliableUnordered)]
    [InlineData(1, (int)DeliveryMethod.ReliableSequenced)]
    [InlineData(2, (int)DeliveryMethod.Sequenced)]
    public void Nothing_is_lost_doubled_or_out_of_order_over_a_hundred_wraps(int dialect, int method)
    {
        var run = new Run((Dialect)dialect, (DeliveryMethod)method);
        long count = (long)Wraps * Sequence.Count;
        run.Send(count);
        switch ((DeliveryMethod)method)
        {
            case DeliveryMethod.ReliableOrdered:
                Assert.Equal((count, 0, count - 1), (run.Received, run.OutOfOrder, run.Largest));
                break;
            case DeliveryMethod.ReliableUnordered:
                Assert.Equal((count, count * (count - 1) / 2, count - 1), (run.Received, run.Sum, run.Largest));
                break;
            default:
                Assert.Equal(0, run.OutOfOrder);
                Assert.True(run.Largest >= count - 10, $"{run.Largest} of {count}");
                Assert.True(run.Received > count / 2, $"{run.Received} of {count}");
                break;
        }
    }

    /// <summary>Two ends with a queue each way; some datagrams are lost, some overtaken.</summary>
    private sealed class Run : IConnectionEvents
    {
        private readonly DeliveryMethod _method;
        private readonly Connection _sender;
        private readonly Connection _receiver;
        private readonly byte[][] _slots = [.. Enumerable.Range(0, 512).Select(_ => new byte[Limits.ReceiveBytesMax])];
        private readonly (int Length, bool ToReceiver)[] _entries = new (int, bool)[512];
        private DeterministicRandom _random = new(5);
        private int _head;
        private int _tail;
        private long _now;

        public Run(Dialect dialect, DeliveryMethod method)
        {
            _method = method;
            var settings = new ConnectionSettings { DiscoversMtu = false };
            _sender = Connection.ToClient(new Back(this), ConnectionHost.Of(settings, 0), new Handshake(dialect, 1, 0, 0, 2_000), 0);
            _receiver = Connection.ToClient(this, ConnectionHost.Of(settings, 0), new Handshake(dialect, 1, 0, 0, 2_000), 0);
        }

        public long Received { get; private set; }

        public long Sum { get; private set; }

        public long Largest { get; private set; } = -1;

        public long OutOfOrder { get; private set; }

        public void Send(long count)
        {
            byte[] payload = new byte[8];
            for (long sent = 0; sent < count || (_sender.Statistics.PacketsPending > 0 && _now < long.MaxValue / 2);)
            {
                for (int burst = 0; burst < 40 && sent < count && _sender.Statistics.PacketsPending < 60; burst++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(payload, sent);
                    Assert.Equal(SendOutcome.Sent, _sender.Send(_method, 0, payload));
                    sent++;
                    if (_method is DeliveryMethod.Sequenced or DeliveryMethod.ReliableSequenced)
                    {
                        _sender.Update(_now);
                    }
                }

                _now += 1_000;
                _sender.Update(_now);
                Deliver();
                _receiver.Update(_now);
                Deliver();
            }
        }

        public void Transmit(ReadOnlySpan<byte> datagram) => Carry(datagram, toReceiver: false);

        public void Connected() => Assert.Fail("it is from the beginning");

        private void Count(long value)
        {
            Received++;
            Sum += value;
            OutOfOrder += value <= Largest ? 1 : 0;
            Largest = Math.Max(Largest, value);
        }

        void IConnectionEvents.Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Count(BinaryPrimitives.ReadInt64LittleEndian(payload));

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Assert.Fail(reason.ToString());

        private void Carry(ReadOnlySpan<byte> datagram, bool toReceiver)
        {
            if (_random.NextBool(0.01f))
            {
                return;
            }

            datagram.CopyTo(_slots[_head % 512]);
            _entries[_head % 512] = (datagram.Length, toReceiver);
            if (_head > _tail && _random.NextBool(0.02f))
            {
                (_slots[_head % 512], _slots[(_head - 1) % 512]) = (_slots[(_head - 1) % 512], _slots[_head % 512]);
                (_entries[_head % 512], _entries[(_head - 1) % 512]) = (_entries[(_head - 1) % 512], _entries[_head % 512]);
            }

            _head++;
            Assert.True(_head - _tail < 512);
        }

        private void Deliver()
        {
            for (int end = _head; _tail < end; _tail++)
            {
                (int length, bool toReceiver) = _entries[_tail % 512];
                (toReceiver ? _receiver : _sender).Receive(_slots[_tail % 512].AsSpan(0, length), _now);
            }
        }

        private sealed class Back(Run run) : IConnectionEvents
        {
            public void Transmit(ReadOnlySpan<byte> datagram) => run.Carry(datagram, toReceiver: true);

            public void Connected() => Assert.Fail("it is from the beginning");

            public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => Assert.Fail("nothing is sent this way");

            public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Assert.Fail(reason.ToString());
        }
    }
}
