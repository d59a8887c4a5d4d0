using System.Buffers.Binary;
using System.Numerics;

namespace RealtimeServer.Transport.Layers;

/// <summary>
/// Appends the CRC-32C (Castagnoli; initial value and final complement all ones) of the datagram, little-endian, as LiteNetLib's Crc32cLayer
/// does. It finds accidents, not attackers.
/// </summary>
internal sealed class Crc32cLayer : PacketLayer
{
    public const int ChecksumBytes = 4;

    public override int OverheadBytes => ChecksumBytes;

    /// <summary>What stands before the checksum, which is not looked at; empty if there is none.</summary>
    public static ReadOnlySpan<byte> Inside(ReadOnlySpan<byte> datagram) => datagram[..Math.Max(0, datagram.Length - ChecksumBytes)];

    public override int Seal(ReadOnlySpan<byte> datagram, Span<byte> into)
    {
        datagram.CopyTo(into);
        BinaryPrimitives.WriteUInt32LittleEndian(into[datagram.Length..], Checksum(datagram));
        return datagram.Length + ChecksumBytes;
    }

    public override bool TryOpen(ReadOnlySpan<byte> datagram, Span<byte> into, out int length)
    {
        length = datagram.Length - ChecksumBytes;
        if (length <= 0 || BinaryPrimitives.ReadUInt32LittleEndian(datagram[length..]) != Checksum(datagram[..length]))
        {
            length = 0;
            return false;
        }

        datagram[..length].CopyTo(into);
        return true;
    }

    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= sizeof(ulong); bytes = bytes[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }
}
