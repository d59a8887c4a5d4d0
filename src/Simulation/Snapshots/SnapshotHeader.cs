using System.Buffers.Binary;
using RealtimeServer.Foundation;

namespace RealtimeServer.Simulation.Snapshots;

/// <summary>
/// The 16 bytes before each part of a snapshot, little-endian: <c>u8 version = 1, u8 partIndex, u8 partCount, u8 flags, u32 tick,
/// u32 inputsProcessed, u16 tickMicroseconds, u16 lateMicroseconds</c>. Flags are zero: a whole snapshot, based on no other.
/// </summary>
/// <param name="InputsProcessed">How many of the receiving player's inputs the match has applied; 0 for spectators.</param>
/// <param name="TickMicroseconds">How long simulating the tick took; 65,535 for longer.</param>
/// <param name="LateMicroseconds">How late the tick started against its schedule; 65,535 for later.</param>
public readonly record struct SnapshotHeader(
    byte PartIndex, byte PartCount, Tick Tick, uint InputsProcessed, ushort TickMicroseconds, ushort LateMicroseconds)
{
    public const int Bytes = 16;
    public const byte Version = 1;

    /// <summary>False if the bytes are no part of a version and kind this build knows.</summary>
    public static bool TryRead(ReadOnlySpan<byte> part, out SnapshotHeader header)
    {
        header = default;
        if (part.Length < Bytes || part[0] != Version || part[1] >= part[2] || part[3] != 0)
        {
            return false;
        }

        header = new SnapshotHeader(
            part[1],
            part[2],
            new Tick(BinaryPrimitives.ReadUInt32LittleEndian(part[4..])),
            BinaryPrimitives.ReadUInt32LittleEndian(part[8..]),
            BinaryPrimitives.ReadUInt16LittleEndian(part[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(part[14..]));
        return true;
    }

    /// <summary>Writes the header to the first 16 bytes of a part.</summary>
    public void Write(Span<byte> part)
    {
        part[0] = Version;
        part[1] = PartIndex;
        part[2] = PartCount;
        part[3] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(part[4..], Tick.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(part[8..], InputsProcessed);
        BinaryPrimitives.WriteUInt16LittleEndian(part[12..], TickMicroseconds);
        BinaryPrimitives.WriteUInt16LittleEndian(part[14..], LateMicroseconds);
    }
}
