using System.Buffers.Binary;

namespace RealtimeServer.Transport.Truth;

/// <summary>
/// Length and checksum of UDP: the ones' complement sum of 16-bit words. Datagrams carry both through a simulated network that corrupts, so that
/// no more gets through than through a real one.
/// </summary>
internal static class UdpHeader
{
    public const int Bytes = 4;

    public static int Write(ReadOnlySpan<byte> datagram, Span<byte> into)
    {
        BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(into[2..], Checksum(datagram));
        datagram.CopyTo(into[Bytes..]);
        return datagram.Length + Bytes;
    }

    public static bool IsIntact(ReadOnlySpan<byte> packet) => packet.Length >= Bytes
        && BinaryPrimitives.ReadUInt16BigEndian(packet) == packet.Length - Bytes
        && BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) == Checksum(packet[Bytes..]);

    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = (uint)bytes.Length;
        for (; bytes.Length >= 2; bytes = bytes[2..])
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(bytes);
        }

        sum += bytes.Length > 0 ? (uint)bytes[0] << 8 : 0;
        while (sum > 0xFFFF)
        {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }

        return (ushort)~sum;
    }
}
