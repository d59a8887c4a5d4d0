using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary><c>u8 header, i64 connectTime of the request, u8 connection number, u8 0, i32 the server's id of the peer</c>.</summary>
internal static class ConnectAccept
{
    /// <summary>Set in the id by which a server lets a patient client ping seldom: stock servers count their peers from 0 and have fewer.</summary>
    public const int PatientBit = 1 << 30;

    /// <param name="connectionNumber">0 to 3: the client takes it over into the header of all it sends.</param>
    /// <param name="peerId">At least 0. The client shows it again when its address has changed.</param>
    public static void Write(Span<byte> datagram, Dialect dialect, long connectTime, int connectionNumber, int peerId)
    {
        datagram[0] = Packet.Header(dialect, PacketKind.ConnectAccept, 0);
        BinaryPrimitives.WriteInt64LittleEndian(datagram[1..], connectTime);
        datagram[9] = (byte)connectionNumber;
        datagram[10] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(datagram[11..], peerId);
    }
}

/// <summary>What a server and a client have agreed on when the client's address is proven, and a connection begins with.</summary>
/// <param name="ConnectionNumber">0 to 3.</param>
/// <param name="PingSequence">The last ping sent; the client answers later ones only.</param>
/// <param name="RttMicroseconds">The round trip of that ping; 0 if it was not measured.</param>
/// <param name="IsPatient">Both ends let each other be silent for long while there are no messages.</param>
/// <param name="OverheadBytes">What a packet layer of this connection adds to every datagram, besides what all connections have.</param>
internal readonly record struct Handshake(
    Dialect Dialect, long ConnectTime, int ConnectionNumber, ushort PingSequence = 0, long RttMicroseconds = 0,
    int OverheadBytes = 0, bool IsPatient = false);
