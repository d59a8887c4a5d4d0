using System.Buffers;
using System.Buffers.Binary;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Checkpoints;

/// <summary>
/// A checkpoint as bytes, little-endian: <c>"RSWC", u16 version = 1, u16 0, u32 length, u64 checksum of what follows</c>, and then what
/// <see cref="WorldCheckpoint"/> keeps. The checksum finds damage; it keeps nobody from forging one, and so everything is checked beside it.
/// </summary>
public static class CheckpointFile
{
    public const int HeaderBytes = 20;
    public const ushort Version = 1;
    private const uint Magic = 0x43575352;

    internal static void Write(ReadOnlySpan<byte> body, IBufferWriter<byte> to)
    {
        Span<byte> header = to.GetSpan(HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(header[6..], 0);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], (uint)body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(header[12..], Checksum(body));
        to.Advance(HeaderBytes);
        to.Write(body);
    }

    /// <exception cref="InvalidDataException">No checkpoint, of another version, too large, cut or damaged.</exception>
    internal static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic)
        {
            throw new InvalidDataException("This is no checkpoint of a world: it does not begin with 'RSWC'.");
        }

        ushort version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]);
        if (version != Version || BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]) != 0)
        {
            throw new InvalidDataException($"The checkpoint has version {version}; this build reads version {Version}.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        ReadOnlySpan<byte> body = bytes[HeaderBytes..];
        if (length != body.Length || length > Limits.CheckpointBytesMax)
        {
            throw new InvalidDataException($"The checkpoint claims {length} bytes and has {body.Length}; at most {Limits.CheckpointBytesMax} are allowed.");
        }

        return BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]) == Checksum(body)
            ? body
            : throw new InvalidDataException("The checkpoint is damaged: its checksum does not fit.");
    }

    private static ulong Checksum(ReadOnlySpan<byte> body)
    {
        var hash = new StateHash(seed: Version);
        hash.Add(body);
        return hash.Value;
    }
}
