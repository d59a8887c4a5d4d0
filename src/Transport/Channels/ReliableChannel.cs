using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// A channel on which every packet arrives once; in order, if it is an ordered one. Up to 64 packets are under way; the receiver answers
/// with the start of its window and a bitmap of what it has (bit = sequence modulo 64).
/// <code>
/// packet  header | sequence u16 | channel id u8 | payload
/// ack     header | window start u16 | channel id u8 | 9 bytes, the last unused
/// </code>
/// A packet is sent again when its ack is overdue (the delay doubles each time) or when three sent after it were acknowledged.
/// </summary>
internal sealed class ReliableChannel
{
    private const int SkipsBeforeResend = 3;
    private readonly byte _id;
    private readonly bool _ordered;
    private readonly BufferPool _pool;
    private readonly Outgoing[] _window = new Outgoing[Limits.WindowSize];
    private readonly Queue<(byte[] Buffer, int Length)> _waiting = new();
    private readonly (byte[]? Buffer, int Length)[] _early = new (byte[]?, int)[Limits.WindowSize];
    private ushort _oldest;
    private ushort _next;
    private ushort _remoteStart;
    private ushort _remoteNext;
    private ulong _remoteBits;
    private bool _ackDue;
    private int _bytesHeld;

    public ReliableChannel(byte id, bool ordered, BufferPool pool)
    {
        _id = id;
        _ordered = ordered;
        _pool = pool;
    }

    /// <summary>Packets under way or waiting.</summary>
    public int Pending => _waiting.Count + Sequence.Distance(_next, _oldest);

    public long Resends { get; private set; }

    /// <summary>Resends included.</summary>
    public long PacketsSent { get; private set; }

    /// <summary>Whether so many more packets and bytes may wait.</summary>
    public bool HasRoom(int packets, int bytes) =>
        _waiting.Count + packets <= Limits.QueuedPacketsMax && _bytesHeld + bytes <= Limits.QueuedBytesMax;

    /// <summary>Queues a packet: a rented buffer whose payload begins behind the header, which is filled in here.</summary>
    public void Enqueue(byte header, byte[] buffer, int length)
    {
        buffer[0] = header;
        buffer[3] = _id;
        _bytesHeld += length;
        _waiting.Enqueue((buffer, length));
    }

    /// <summary>Sends what is new, what is overdue and what acks are due.</summary>
    public void Flush(long now, RoundTrip roundTrip, Dialect dialect, int connectionNumber, DatagramBuilder datagrams)
    {
        if (_ackDue)
        {
            _ackDue = false;
            WriteAck(dialect, connectionNumber, datagrams);
        }

        for (ushort sequence = _oldest; sequence != _next; sequence = Sequence.Next(sequence))
        {
            ref Outgoing packet = ref _window[sequence % Limits.WindowSize];
            if (packet.Buffer is null)
            {
                continue;
            }

            if (packet.Skips >= SkipsBeforeResend || now - packet.SentAt >= ResendDelay(in packet, roundTrip))
            {
                Resends++;
                Transmit(ref packet, now, datagrams);
            }
        }

        while (_waiting.Count > 0 && Sequence.Distance(_next, _oldest) < Limits.WindowSize)
        {
            (byte[] buffer, int length) = _waiting.Dequeue();
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(1), _next);
            ref Outgoing packet = ref _window[_next % Limits.WindowSize];
            packet = new Outgoing { Buffer = buffer, Length = length };
            _next = Sequence.Next(_next);
            Transmit(ref packet, now, datagrams);
        }
    }

    /// <summary>When <see cref="Flush"/> has something to do, if nothing else happens before; what is due already is due at time zero.</summary>
    public long NextDeadline(RoundTrip roundTrip)
    {
        if (_ackDue || (_waiting.Count > 0 && Sequence.Distance(_next, _oldest) < Limits.WindowSize))
        {
            return 0;
        }

        long deadline = long.MaxValue;
        for (ushort sequence = _oldest; sequence != _next; sequence = Sequence.Next(sequence))
        {
            ref Outgoing packet = ref _window[sequence % Limits.WindowSize];
            if (packet.Buffer is not null)
            {
                deadline = Math.Min(deadline, packet.Skips >= SkipsBeforeResend ? 0 : packet.SentAt + ResendDelay(in packet, roundTrip));
            }
        }

        return deadline;
    }

    public void ReceiveAck(ReadOnlySpan<byte> ack, long now, RoundTrip roundTrip)
    {
        if (ack.Length != Packet.ReliableAckBytes)
        {
            return;
        }

        ushort start = BinaryPrimitives.ReadUInt16LittleEndian(ack[1..]);
        int ahead = Sequence.Distance(_oldest, start);
        if (start >= Sequence.Count || ahead is < 0 or >= Limits.WindowSize)
        {
            return;
        }

        ulong bits = BinaryPrimitives.ReadUInt64LittleEndian(ack[4..]);
        int newlyAcked = 0;
        for (ushort sequence = _oldest; sequence != _next && Sequence.Distance(sequence, start) < Limits.WindowSize; sequence = Sequence.Next(sequence))
        {
            ref Outgoing packet = ref _window[sequence % Limits.WindowSize];
            if (packet.Buffer is not null && (bits & (1UL << (sequence % Limits.WindowSize))) != 0)
            {
                if (packet.Attempts == 1)
                {
                    roundTrip.Add(now - packet.SentAt);
                }

                newlyAcked++;
                Release(ref packet);
            }
        }

        if (newlyAcked > 0)
        {
            CountSkips(start, bits);
        }

        while (_oldest != _next && _window[_oldest % Limits.WindowSize].Buffer is null)
        {
            _oldest = Sequence.Next(_oldest);
        }
    }

    /// <summary>Takes a packet; those that may be delivered now go to the receiver, in order on an ordered channel.</summary>
    public void Receive(ReadOnlySpan<byte> packet, IPacketReceiver receiver)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        int relative = Sequence.Distance(sequence, _remoteStart);
        if (sequence >= Sequence.Count || relative is < 0 or >= 2 * Limits.WindowSize || Sequence.Distance(sequence, _remoteNext) >= Limits.WindowSize)
        {
            return;
        }

        if (relative >= Limits.WindowSize)
        {
            SlideTo((_remoteStart + relative - Limits.WindowSize + 1) % Sequence.Count);
        }

        _ackDue = true;
        ulong bit = 1UL << (sequence % Limits.WindowSize);
        if ((_remoteBits & bit) != 0)
        {
            return;
        }

        _remoteBits |= bit;
        if (!_ordered)
        {
            receiver.Accept(packet, _id);
            AdvanceUnordered();
        }
        else if (sequence == _remoteNext)
        {
            _remoteNext = Sequence.Next(_remoteNext);
            receiver.Accept(packet, _id);
            DeliverEarly(receiver);
        }
        else if (Sequence.Distance(sequence, _remoteNext) > 0)
        {
            ref (byte[]? Buffer, int Length) slot = ref _early[sequence % Limits.WindowSize];
            slot.Buffer ??= _pool.Rent();
            packet.CopyTo(slot.Buffer);
            slot.Length = packet.Length;
        }
    }

    /// <summary>Gives all buffers back.</summary>
    public void Clear()
    {
        for (int i = 0; i < Limits.WindowSize; i++)
        {
            if (_window[i].Buffer is not null)
            {
                Release(ref _window[i]);
            }

            if (_early[i].Buffer is { } early)
            {
                _pool.Return(early);
                _early[i] = default;
            }
        }

        while (_waiting.TryDequeue(out (byte[] Buffer, int Length) packet))
        {
            _pool.Return(packet.Buffer);
        }
    }

    private static long ResendDelay(in Outgoing packet, RoundTrip roundTrip) =>
        Math.Min(roundTrip.ResendDelay << Math.Min(packet.Attempts - 1, 5), Limits.ResendMicrosecondsMax);

    private void Transmit(ref Outgoing packet, long now, DatagramBuilder datagrams)
    {
        PacketsSent++;
        packet.SentAt = now;
        packet.Attempts++;
        packet.Skips = 0;
        datagrams.Add(packet.Buffer.AsSpan(0, packet.Length));
    }

    private void Release(ref Outgoing packet)
    {
        _bytesHeld -= packet.Length;
        _pool.Return(packet.Buffer!);
        packet = default;
    }

    /// <summary>A packet behind which others arrived is probably lost. Only first sendings count: a resent one says nothing about order.</summary>
    private void CountSkips(ushort start, ulong bits)
    {
        for (ushort sequence = _oldest; sequence != _next; sequence = Sequence.Next(sequence))
        {
            ref Outgoing packet = ref _window[sequence % Limits.WindowSize];
            if (packet.Buffer is null || packet.Attempts != 1)
            {
                continue;
            }

            int later = 0;
            for (int ahead = 1; ahead < Limits.WindowSize && later < SkipsBeforeResend; ahead++)
            {
                int other = (sequence + ahead) % Sequence.Count;
                if (Sequence.Distance(other, _next) >= 0 || Sequence.Distance(other, start) >= Limits.WindowSize)
                {
                    break;
                }

                later += (int)((bits >> (other % Limits.WindowSize)) & 1);
            }

            packet.Skips = later;
        }
    }

    private void SlideTo(int start)
    {
        for (; _remoteStart != start; _remoteStart = Sequence.Next(_remoteStart))
        {
            _remoteBits &= ~(1UL << (_remoteStart % Limits.WindowSize));
        }
    }

    private void DeliverEarly(IPacketReceiver receiver)
    {
        while (_early[_remoteNext % Limits.WindowSize] is { Buffer: { } buffer } slot && BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(1)) == _remoteNext)
        {
            _early[_remoteNext % Limits.WindowSize] = default;
            _remoteNext = Sequence.Next(_remoteNext);
            receiver.Accept(buffer.AsSpan(0, slot.Length), _id);
            _pool.Return(buffer);
        }
    }

    private void AdvanceUnordered()
    {
        while ((_remoteBits & (1UL << (_remoteNext % Limits.WindowSize))) != 0 && Sequence.Distance(_remoteNext, _remoteStart) < Limits.WindowSize)
        {
            _remoteNext = Sequence.Next(_remoteNext);
        }
    }

    private void WriteAck(Dialect dialect, int connectionNumber, DatagramBuilder datagrams)
    {
        Span<byte> ack = stackalloc byte[Packet.ReliableAckBytes];
        ack[0] = Packet.Header(dialect, PacketKind.Ack, connectionNumber);
        BinaryPrimitives.WriteUInt16LittleEndian(ack[1..], _remoteStart);
        ack[3] = _id;
        BinaryPrimitives.WriteUInt64LittleEndian(ack[4..], _remoteBits);
        ack[12] = 0;
        datagrams.Add(ack);
    }

    private struct Outgoing
    {
        public byte[]? Buffer;
        public int Length;
        public int Attempts;
        public int Skips;
        public long SentAt;
    }
}

/// <summary>Takes the packets a channel may deliver.</summary>
internal interface IPacketReceiver
{
    /// <param name="packet">The whole packet, with its headers.</param>
    void Accept(ReadOnlySpan<byte> packet, byte channelId);
}
