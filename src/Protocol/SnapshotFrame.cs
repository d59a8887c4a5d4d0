using System.Buffers.Binary;

namespace RealtimeServer.Protocol;

/// <summary>
/// One datagram of the unreliable direction server to client over rUDP: kind (u8, 1), match key (u32, little-endian), snapshot part.
/// The key stands for the 41 characters of a match id, which would cost a twentieth of every datagram.
/// </summary>
public static class SnapshotFrame
{
    /// <summary>The first byte. Another value is another kind of frame, which a client that does not know it drops.</summary>
    public const byte Kind = 1;

    /// <summary>Bytes before the snapshot part.</summary>
    public const int HeaderBytes = 5;

    /// <summary>Writes a frame and returns its length in bytes, or 0 when <paramref name="destination"/> is too small.</summary>
    public static int Write(uint matchKey, ReadOnlySpan<byte> part, Span<byte> destination)
    {
        int length = HeaderBytes + part.Length;
        if (destination.Length < length)
        {
            return 0;
        }
        destination[0] = Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[1..], matchKey);
        part.CopyTo(destination[HeaderBytes..]);
        return length;
    }

    /// <summary>Reads a frame from foreign bytes; false when it is none. <paramref name="part"/> is a view of <paramref name="frame"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out uint matchKey, out ReadOnlySpan<byte> part)
    {
        if (frame.Length < HeaderBytes || frame[0] != Kind)
        {
            matchKey = 0;
            part = default;
            return false;
        }
        matchKey = BinaryPrimitives.ReadUInt32LittleEndian(frame[1..]);
        part = frame[HeaderBytes..];
        return true;
    }
}
