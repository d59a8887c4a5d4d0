using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary>
/// What a client answers to "who are you": <c>u8 PeerNotFound, i64 connectTime, u8 connection number, u8 1, i32 the server's id of the peer</c>.
/// </summary>
internal readonly record struct AddressChange(long ConnectTime, int ConnectionNumber, int PeerId)
{
    public static bool TryRead(ReadOnlySpan<byte> packet, out AddressChange change)
    {
        change = default;
        if (packet.Length != Packet.AddressChangeBytes)
        {
            return false;
        }

        change = new AddressChange(BinaryPrimitives.ReadInt64LittleEndian(packet[1..]), packet[9], BinaryPrimitives.ReadInt32LittleEndian(packet[11..]));
        return change.ConnectionNumber <= 3 && change.PeerId >= 0;
    }

    public void Write(Span<byte> packet, Dialect dialect)
    {
        packet[0] = Packet.Header(dialect, PacketKind.PeerNotFound, ConnectionNumber);
        BinaryPrimitives.WriteInt64LittleEndian(packet[1..], ConnectTime);
        packet[9] = (byte)ConnectionNumber;
        packet[10] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(packet[11..], PeerId);
    }
}
