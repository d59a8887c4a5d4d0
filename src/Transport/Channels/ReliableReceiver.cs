using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// The receiving side of a reliable channel. Its window slides only when a packet beyond it arrives, so whatever is sent again within the last
/// 64 is acknowledged again.
/// </summary>
internal sealed class ReliableReceiver(byte id, bool ordered, Link link)
{
    private (byte[]? Buffer, int Length)[] _early = [];
    private ushort _start;
    private ushort _next;
    private ulong _bits;
    private int _ridesLeft;
    private bool _ackDue;
    private bool _ackWritten;

    /// <summary>Takes a packet; those that may be delivered now go to the receiver, in order on an ordered channel.</summary>
    public void Receive(ReadOnlySpan<byte> packet, IPacketReceiver receiver)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        int relative = Sequence.Distance(sequence, _start);
        int ahead = Sequence.Distance(sequence, _next);
        if (sequence >= Sequence.Count || relative is < 0 or >= 2 * Limits.WindowSize || ahead >= Limits.WindowSize
            || (ordered && ahead > 0 && !TryHold(packet, sequence)))
        {
            return;
        }

        if (relative >= Limits.WindowSize)
        {
            SlideTo((_start + relative - Limits.WindowSize + 1) % Sequence.Count);
        }

        _ackDue = true;
        _ridesLeft = link.Pings.BitsLost > 0 || link.Flight.LostLately(link.Now) ? Limits.AckRidesUnderLoss : Limits.AckRides;
        ulong bit = 1UL << (sequence % Limits.WindowSize);
        if ((_bits & bit) != 0)
        {
            return;
        }

        _bits |= bit;
        if (!ordered)
        {
            receiver.Accept(packet, id);
            AdvanceUnordered();
        }
        else if (ahead == 0)
        {
            _next = Sequence.Next(_next);
            receiver.Accept(packet, id);
            DeliverEarly(receiver);
        }
    }

    public void FlushAck()
    {
        _ackWritten = _ackDue;
        if (_ackDue)
        {
            _ackDue = false;
            WriteAck();
        }
    }

    /// <summary>Acknowledges again in a datagram that leaves anyway: the last ack may be lost.</summary>
    public void RideAlong()
    {
        if (_ridesLeft > 0 && link.Datagrams.Bytes > 0 && !_ackWritten)
        {
            _ridesLeft--;
            WriteAck();
        }
    }

    public void Clear()
    {
        for (int i = 0; i < _early.Length; i++)
        {
            if (_early[i].Buffer is { } buffer)
            {
                link.EarlyPackets--;
                link.Host.Pool.Return(buffer);
                _early[i] = default;
            }
        }
    }

    /// <summary>Keeps a packet that came before its turn; false if the connection keeps as many as it may, and the packet must come again.</summary>
    private bool TryHold(ReadOnlySpan<byte> packet, ushort sequence)
    {
        if ((_bits & (1UL << (sequence % Limits.WindowSize))) != 0 && Sequence.Distance(sequence, _start) < Limits.WindowSize)
        {
            return true;
        }

        if (link.EarlyPackets >= Limits.EarlyPacketsMax)
        {
            return false;
        }

        if (_early.Length == 0)
        {
            _early = new (byte[]?, int)[Limits.WindowSize];
        }

        byte[] buffer = link.Host.Pool.Rent(packet.Length);
        packet.CopyTo(buffer);
        _early[sequence % Limits.WindowSize] = (buffer, packet.Length);
        link.EarlyPackets++;
        return true;
    }

    private void SlideTo(int start)
    {
        for (; _start != start; _start = Sequence.Next(_start))
        {
            _bits &= ~(1UL << (_start % Limits.WindowSize));
        }
    }

    private void DeliverEarly(IPacketReceiver receiver)
    {
        while (_early.Length > 0 && _early[_next % Limits.WindowSize] is { Buffer: { } buffer } slot
            && BinaryPrimitives.ReadUInt16LittleEndian(buffer.AsSpan(1)) == _next)
        {
            _early[_next % Limits.WindowSize] = default;
            link.EarlyPackets--;
            _next = Sequence.Next(_next);
            receiver.Accept(buffer.AsSpan(0, slot.Length), id);
            link.Host.Pool.Return(buffer);
        }
    }

    private void AdvanceUnordered()
    {
        while ((_bits & (1UL << (_next % Limits.WindowSize))) != 0 && Sequence.Distance(_next, _start) < Limits.WindowSize)
        {
            _next = Sequence.Next(_next);
        }
    }

    private void WriteAck()
    {
        Span<byte> ack = stackalloc byte[Packet.ReliableAckBytes];
        ack[0] = link.Header(PacketKind.Ack);
        BinaryPrimitives.WriteUInt16LittleEndian(ack[1..], _start);
        ack[3] = id;
        BinaryPrimitives.WriteUInt64LittleEndian(ack[4..], _bits);
        ack[12] = 0;
        link.Datagrams.Add(ack);
    }
}
