using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary>
/// The messages of a ReliableMerged packet. Ends where a length exceeds the packet. Stock peers send empty messages as lengths of zero, but stop
/// reading at the first, and so lose it and all behind it: here none is lost.
/// </summary>
internal ref struct MergedMessages(ReadOnlySpan<byte> packet)
{
    private ReadOnlySpan<byte> _rest = packet[Packet.ChannelHeaderBytes..];

    public bool TryNext(out ReadOnlySpan<byte> message)
    {
        message = default;
        if (_rest.Length < sizeof(ushort))
        {
            return false;
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        _rest = _rest[sizeof(ushort)..];
        if (length > _rest.Length)
        {
            _rest = default;
            return false;
        }

        message = _rest[..length];
        _rest = _rest[length..];
        return true;
    }
}
