using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary>
/// The messages of a ReliableMerged packet. Ends where a length is zero or exceeds the packet; a packet with nothing but one length of zero is
/// how stock peers send an empty message.
/// </summary>
internal ref struct MergedMessages(ReadOnlySpan<byte> packet)
{
    private ReadOnlySpan<byte> _rest = packet[Packet.ChannelHeaderBytes..];
    private bool _isOneEmpty = packet.Length == Packet.ChannelHeaderBytes + 2 && packet[^1] == 0 && packet[^2] == 0;

    public bool TryNext(out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_isOneEmpty)
        {
            _isOneEmpty = false;
            return true;
        }

        if (_rest.Length <= 2)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        if (length == 0 || length > _rest.Length - 2)
        {
            _rest = default;
            return false;
        }

        message = _rest.Slice(2, length);
        _rest = _rest[(2 + length)..];
        return true;
    }
}
