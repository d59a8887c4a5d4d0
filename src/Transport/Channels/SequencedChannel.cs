using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// A channel on which only what is newer than everything before is delivered. The reliable one repeats its newest packet until the ack
/// names it: <c>header | last sequence u16 | channel id u8</c>. The first sequence is 1.
/// </summary>
internal sealed class SequencedChannel : Channel
{
    private readonly Link _link;
    private readonly bool _reliable;
    private byte[]? _newest;
    private int _length;
    private ushort _sent;
    private ushort _received;
    private long _sentAt;
    private int _attempts;
    private int _copiesLeft;
    private bool _ackDue;
    private bool _ackRides;
    private bool _isNew;

    public SequencedChannel(byte id, int priority, Link link)
        : base(id, priority)
    {
        _link = link;
        _reliable = Method == DeliveryMethod.ReliableSequenced;
    }

    public override int Pending => _newest is null ? 0 : 1;

    public override long Deadline => _newest is null ? long.MaxValue : _copiesLeft > 0 ? _sentAt + Limits.CopyApartMicroseconds : _sentAt + ResendDelay;

    private long ResendDelay => Math.Min(_link.RoundTrip.ResendDelay << Math.Clamp(_attempts - 1, 0, 5), Limits.ResendMicrosecondsMax);

    public override bool CanSend(int bytes, long now) => _reliable || (_link.Congestion.HasBudget && _link.Unacknowledged.HasRoom(bytes, now));

    public override SendOutcome Send(ReadOnlySpan<byte> payload, long now)
    {
        int length = Packet.ChannelHeaderBytes + payload.Length;
        if (length > (_reliable ? _link.PacketBytesMax : _link.Mtu.DatagramBytes))
        {
            return SendOutcome.TooLarge;
        }

        if (!_reliable && !(_link.Congestion.HasBudget && _link.Unacknowledged.TryTake(length, now)))
        {
            return SendOutcome.QueueFull;
        }

        _sent = Sequence.Next(_sent);
        byte[] buffer = _newest is { } kept && kept.Length >= length ? kept : _link.Host.Pool.Rent(length);
        buffer[0] = _link.Header(PacketKind.Channeled);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(1), _sent);
        buffer[3] = Id;
        payload.CopyTo(buffer.AsSpan(Packet.ChannelHeaderBytes));
        if (!_reliable)
        {
            _link.Congestion.ChargeLoose(length);
            _link.Datagrams.Add(buffer.AsSpan(0, length));
            _link.Host.Pool.Return(buffer);
            return SendOutcome.Sent;
        }

        if (_newest is not null && _newest != buffer)
        {
            _link.Host.Pool.Return(_newest);
        }

        _newest = buffer;
        _length = length;
        _attempts = 0;
        _isNew = true;
        return SendOutcome.Sent;
    }

    public override void FlushAck()
    {
        if (_ackDue)
        {
            WriteAck();
        }
    }

    public override void Flush(long now)
    {
        if (_newest is null || !(_isNew || now >= Deadline) || !_link.Congestion.MaySend(_length, isProbe: !_isNew))
        {
            return;
        }

        if (_isNew || _copiesLeft == 0)
        {
            _copiesLeft = _length <= Limits.CopyBytesMax ? _link.Flight.CopiesWanted : 0;
            _attempts++;
            _link.Flight.CountRepeating(again: !_isNew, now);
        }
        else
        {
            _copiesLeft = _link.Flight.TakeCopy(_length) ? _copiesLeft - 1 : 0;
        }

        _isNew = false;
        _sentAt = now;
        _link.Datagrams.Add(_newest.AsSpan(0, _length));
    }

    public override void RideAlong(long now)
    {
        if (_ackRides && _link.Datagrams.Bytes > 0)
        {
            WriteAck();
        }
    }

    public override void ReceiveAck(ReadOnlySpan<byte> ack, long now)
    {
        if (_newest is not null && ack.Length == Packet.SequencedAckBytes && !_isNew && BinaryPrimitives.ReadUInt16LittleEndian(ack[1..]) == _sent)
        {
            Clear();
        }
    }

    public override void Receive(ReadOnlySpan<byte> packet, IPacketReceiver receiver)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        if (sequence >= Sequence.Count || Packet.IsFragmented(packet[0]) || Packet.Kind(_link.Dialect, packet[0]) != PacketKind.Channeled)
        {
            return;
        }

        bool isNewer = Sequence.Distance(sequence, _received) > 0;

        // Peers of LiteNetManager (2.x) repeat the newest of method 1 until it is acknowledged; all others ignore its ack, so until one repeats
        // it, the ack only rides along.
        _ackDue |= _reliable || (sequence == _received && _link.Dialect == Dialect.V2);
        _ackRides |= isNewer && !_reliable && _link.Dialect == Dialect.V2;
        _received = isNewer ? sequence : _received;
        if (isNewer)
        {
            receiver.Accept(packet, Id);
        }
    }

    public override void Clear()
    {
        if (_newest is not null)
        {
            _link.Host.Pool.Return(_newest);
            _newest = null;
            _length = 0;
            _isNew = false;
        }
    }

    private void WriteAck()
    {
        _ackDue = false;
        _ackRides = false;
        Span<byte> ack = stackalloc byte[Packet.SequencedAckBytes];
        ack[0] = _link.Header(PacketKind.Ack);
        BinaryPrimitives.WriteUInt16LittleEndian(ack[1..], _received);
        ack[3] = Id;
        _link.Datagrams.Add(ack);
    }
}
