using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary>
/// MtuCheck and its echo MtuOk: <c>u8 header, i32 datagram length, filling, i32 datagram length</c>. Stock peers echo the filling as it is,
/// so it can carry a secret there and back.
/// </summary>
internal static class MtuProbe
{
    /// <summary>Stock peers take no shorter one.</summary>
    public const int BytesMin = 1024;

    private const int LengthBytes = sizeof(int);

    /// <summary>Writes a check that fills the whole span.</summary>
    public static void Write(Span<byte> datagram, Dialect dialect, int connectionNumber, ReadOnlySpan<byte> filling)
    {
        datagram.Clear();
        datagram[0] = Packet.Header(dialect, PacketKind.MtuCheck, connectionNumber);
        BinaryPrimitives.WriteInt32LittleEndian(datagram[1..], datagram.Length);
        filling.CopyTo(datagram[(1 + LengthBytes)..]);
        BinaryPrimitives.WriteInt32LittleEndian(datagram[^LengthBytes..], datagram.Length);
    }

    /// <summary>What lies between the two lengths of a check or an echo of at least <see cref="BytesMin"/>.</summary>
    public static ReadOnlySpan<byte> Filling(ReadOnlySpan<byte> packet) => packet[(1 + LengthBytes)..^LengthBytes];

    /// <summary>Whether a packet is as long as it says.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> packet) =>
        packet.Length >= BytesMin && BinaryPrimitives.ReadInt32LittleEndian(packet[1..]) == packet.Length
        && BinaryPrimitives.ReadInt32LittleEndian(packet[^LengthBytes..]) == packet.Length;
}
