using System.Buffers.Binary;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>
/// A client that receives as a stock one does: it acknowledges reliable channels on its update every 15 ms and not before, answers pings at once
/// and once, pings every second, and knows nothing of copies or repeated acks.
/// </summary>
internal sealed class StockClient(Dialect dialect, int connectionNumber, Action<byte[]> send)
{
    public const long TickMicroseconds = 15_000;
    private readonly Dictionary<byte, Window> _windows = [];
    private readonly Dictionary<ushort, byte[]> _early = [];
    private long _tickAt = 7_000;
    private long _pingAt;
    private ushort _ping = 1;
    private ushort _answered;

    /// <summary>Payloads of reliable packets in the order of delivery, with the time.</summary>
    public List<(byte[] Payload, long At)> Delivered { get; } = [];

    /// <summary>Reliable packets that came again.</summary>
    public int Duplicates { get; private set; }

    public int PingsUnanswered => _ping - 1 - _answered;

    public long NextTick => _tickAt;

    public void Receive(ReadOnlySpan<byte> datagram, long now)
    {
        if (Packet.Kind(dialect, datagram[0]) != PacketKind.Merged)
        {
            ReceivePacket(datagram, now);
            return;
        }

        for (int at = 1; at + 2 < datagram.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(datagram[at..]);
            ReceivePacket(datagram.Slice(at + 2, length), now);
            at += 2 + length;
        }
    }

    /// <summary>Sends on the update what is due.</summary>
    public void Update(long now)
    {
        if (now < _tickAt)
        {
            return;
        }

        _tickAt = now + TickMicroseconds;
        if (now >= _pingAt)
        {
            _pingAt = now + 1_000_000;
            _ping++;
            send([Header(PacketKind.Ping), (byte)_ping, (byte)(_ping >> 8)]);
        }

        foreach ((byte id, Window window) in _windows)
        {
            if (window.MustAck)
            {
                window.MustAck = false;
                byte[] ack = new byte[13];
                ack[0] = Header(PacketKind.Ack);
                BinaryPrimitives.WriteUInt16LittleEndian(ack.AsSpan(1), window.Start);
                ack[3] = id;
                BinaryPrimitives.WriteUInt64LittleEndian(ack.AsSpan(4), window.Bits);
                send(ack);
            }
        }
    }

    private byte Header(PacketKind kind) => Packet.Header(dialect, kind, connectionNumber);

    private void ReceivePacket(ReadOnlySpan<byte> packet, long now)
    {
        switch (Packet.Kind(dialect, packet[0]))
        {
            case PacketKind.Ping:
                byte[] pong = new byte[11];
                pong[0] = Header(PacketKind.Pong);
                packet.Slice(1, 2).CopyTo(pong.AsSpan(1));
                send(pong);
                break;
            case PacketKind.Pong when BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) == _ping:
                _answered++;
                break;
            case PacketKind.Channeled or PacketKind.ReliableMerged:
                ReceiveReliable(packet.ToArray(), now);
                break;
            default:
                break;
        }
    }

    private void ReceiveReliable(byte[] packet, long now)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(1));
        if (!_windows.TryGetValue(packet[3], out Window? window))
        {
            _windows.Add(packet[3], window = new Window());
        }

        int relative = Sequence.Distance(sequence, window.Start);
        if (relative is < 0 or >= 128 || Sequence.Distance(sequence, window.Next) > 64)
        {
            return;
        }

        for (; relative >= 64; relative--)
        {
            window.Bits &= ~(1UL << (window.Start % 64));
            window.Start = Sequence.Next(window.Start);
        }

        window.MustAck = true;
        ulong bit = 1UL << (sequence % 64);
        if ((window.Bits & bit) != 0)
        {
            Duplicates++;
            return;
        }

        window.Bits |= bit;
        _early[sequence] = packet;
        while (_early.Remove(window.Next, out byte[]? next))
        {
            window.Next = Sequence.Next(window.Next);
            Deliver(next, now);
        }
    }

    private void Deliver(byte[] packet, long now)
    {
        if (Packet.Kind(dialect, packet[0]) == PacketKind.Channeled)
        {
            Delivered.Add((packet[4..], now));
            return;
        }

        for (int at = 4; at < packet.Length;)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(packet.AsSpan(at));
            Delivered.Add((packet[(at + 2)..(at + 2 + length)], now));
            at += 2 + length;
        }
    }

    private sealed class Window
    {
        public ushort Start { get; set; }

        public ushort Next { get; set; }

        public ulong Bits { get; set; }

        public bool MustAck { get; set; }
    }
}

/// <summary>A server's connection and a stock client with a simulated network between them, in steps of a millisecond.</summary>
internal sealed class StockRun : IConnectionEvents
{
    private readonly SimulatedNetwork _down;
    private readonly SimulatedNetwork _up;
    private readonly byte[] _buffer = new byte[2048];

    public StockRun(Dialect dialect, NetworkConditions conditions, ulong seed, ConnectionSettings? settings = null)
    {
        _down = new SimulatedNetwork(conditions, seed);
        _up = new SimulatedNetwork(conditions with { BitsPerSecond = 0 }, seed + 1_000);
        Client = new StockClient(dialect, 1, datagram => _up.Send(datagram, Now));
        Server = Connection.ToClient(
            this, ConnectionHost.Of(settings ?? ConnectionSettings.Default, 0), new Handshake(dialect, 1, 1, 77, (long)(2_000 * conditions.LatencyMilliseconds)), 0);
    }

    public Connection Server { get; }

    public StockClient Client { get; }

    public long Now { get; private set; }

    public NetworkCounts Down => _down.Counts;

    public NetworkConditions Conditions
    {
        get => _down.Conditions;
        set
        {
            _down.Conditions = value;
            _up.Conditions = value with { BitsPerSecond = 0 };
        }
    }

    public DisconnectReason? Ended { get; private set; }

    public int UnreliableArrived { get; private set; }

    public void Run(long microseconds)
    {
        for (long end = Now + microseconds; Now < end;)
        {
            Step();
        }
    }

    public void Step()
    {
        Now += 1_000;
        while (_down.TryReceive(Now, _buffer, out int length))
        {
            Client.Receive(_buffer.AsSpan(0, length), Now);
        }

        Client.Update(Now);
        while (_up.TryReceive(Now, _buffer, out int length))
        {
            Server.Receive(_buffer.AsSpan(0, length), Now);
        }

        // As a server does it: only when its deadline is here, or something came in or was handed over.
        if (Now >= Server.NextDeadline)
        {
            Server.Update(Now);
        }
    }

    public void Transmit(ReadOnlySpan<byte> datagram) => _down.Send(datagram, Now);

    public void Connected()
    {
        // It is from the beginning.
    }

    public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => UnreliableArrived++;

    public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data) => Ended = reason;
}
