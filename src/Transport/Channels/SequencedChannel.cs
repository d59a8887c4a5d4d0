using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Channels;

/// <summary>
/// A channel on which only what is newer than everything before is delivered. The reliable one repeats its newest packet until the ack
/// names it: <c>header | last sequence u16 | channel id u8</c>. The first sequence is 1.
/// </summary>
internal sealed class SequencedChannel
{
    private readonly byte _id;
    private readonly bool _reliable;
    private readonly byte[] _newest;
    private int _newestLength;
    private ushort _sent;
    private ushort _received;
    private long _sentAt;
    private int _attempts;
    private bool _ackDue;
    private bool _isNew;

    public SequencedChannel(byte id, bool reliable)
    {
        _id = id;
        _reliable = reliable;
        _newest = new byte[Limits.DatagramBytesMax];
    }

    public int Pending => _newestLength > 0 ? 1 : 0;

    public long Resends { get; private set; }

    /// <summary>Packets of the reliable kind, resends included.</summary>
    public long PacketsSent { get; private set; }

    public void Send(byte header, ReadOnlySpan<byte> payload, DatagramBuilder datagrams)
    {
        _sent = Sequence.Next(_sent);
        _newest[0] = header;
        BinaryPrimitives.WriteUInt16LittleEndian(_newest.AsSpan(1), _sent);
        _newest[3] = _id;
        payload.CopyTo(_newest.AsSpan(Packet.ChannelHeaderBytes));
        int length = Packet.ChannelHeaderBytes + payload.Length;
        if (_reliable)
        {
            _newestLength = length;
            _attempts = 0;
            _isNew = true;
        }
        else
        {
            datagrams.Add(_newest.AsSpan(0, length));
        }
    }

    public void Flush(long now, RoundTrip roundTrip, Dialect dialect, int connectionNumber, DatagramBuilder datagrams)
    {
        if (_ackDue)
        {
            _ackDue = false;
            Span<byte> ack = stackalloc byte[Packet.SequencedAckBytes];
            ack[0] = Packet.Header(dialect, PacketKind.Ack, connectionNumber);
            BinaryPrimitives.WriteUInt16LittleEndian(ack[1..], _received);
            ack[3] = _id;
            datagrams.Add(ack);
        }

        if (_newestLength > 0 && (_isNew || now - _sentAt >= ResendDelay(roundTrip)))
        {
            Resends += _isNew ? 0 : 1;
            _isNew = false;
            _attempts++;
            PacketsSent++;
            _sentAt = now;
            datagrams.Add(_newest.AsSpan(0, _newestLength));
        }
    }

    /// <summary>When <see cref="Flush"/> has something to do, if nothing else happens before; what is due already is due at time zero.</summary>
    public long NextDeadline(RoundTrip roundTrip) =>
        _ackDue || _isNew ? 0 : _newestLength > 0 ? _sentAt + ResendDelay(roundTrip) : long.MaxValue;

    public void ReceiveAck(ReadOnlySpan<byte> ack)
    {
        if (_reliable && ack.Length == Packet.SequencedAckBytes && BinaryPrimitives.ReadUInt16LittleEndian(ack[1..]) == _sent)
        {
            _newestLength = 0;
        }
    }

    public void Receive(ReadOnlySpan<byte> packet, IPacketReceiver receiver)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        if (sequence >= Sequence.Count)
        {
            return;
        }

        bool isNewer = Sequence.Distance(sequence, _received) > 0;
        _received = isNewer ? sequence : _received;
        _ackDue |= _reliable;
        if (isNewer)
        {
            receiver.Accept(packet, _id);
        }
    }

    private long ResendDelay(RoundTrip roundTrip) => Math.Min(roundTrip.ResendDelay << Math.Clamp(_attempts - 1, 0, 5), Limits.ResendMicrosecondsMax);
}
