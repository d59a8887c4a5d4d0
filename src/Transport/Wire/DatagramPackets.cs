using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary>The packets of a datagram: itself, or those merged in it. Ends where a length is zero or exceeds the datagram; merged ones are not nested.</summary>
internal ref struct DatagramPackets
{
    private readonly Dialect _dialect;
    private readonly bool _isMerged;
    private ReadOnlySpan<byte> _rest;

    public DatagramPackets(ReadOnlySpan<byte> datagram, Dialect dialect)
    {
        _dialect = dialect;
        _isMerged = !datagram.IsEmpty && Packet.Kind(dialect, datagram[0]) == PacketKind.Merged;
        _rest = _isMerged ? datagram[1..] : datagram;
    }

    /// <summary>The next packet, of at least one byte.</summary>
    public bool TryNext(out ReadOnlySpan<byte> packet)
    {
        packet = _rest;
        if (!_isMerged)
        {
            _rest = default;
            return !packet.IsEmpty;
        }

        while (_rest.Length > 2)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
            if (length == 0 || length > _rest.Length - 2)
            {
                break;
            }

            packet = _rest.Slice(2, length);
            _rest = _rest[(2 + length)..];
            if (Packet.Kind(_dialect, packet[0]) != PacketKind.Merged)
            {
                return true;
            }
        }

        _rest = default;
        return false;
    }
}
