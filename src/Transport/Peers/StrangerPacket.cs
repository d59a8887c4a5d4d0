using System.Buffers.Binary;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>What a packet from an unknown address may be answered with.</summary>
internal enum StrangerKind
{
    /// <summary>An answer, noise, or a packet that could be of either dialect.</summary>
    Nothing,

    /// <summary>Data of a connection that is gone: its owner is told so in one byte.</summary>
    Data,

    /// <summary>A goodbye of a connection that is gone: acknowledged in one byte, or it is repeated for seconds.</summary>
    Goodbye,

    /// <summary>The 15 bytes with which a client shows who it is when its address has changed.</summary>
    AddressClaim,

    /// <summary>A message without a connection.</summary>
    Unconnected,

    /// <summary>A message to whoever is there.</summary>
    Broadcast,
}

/// <summary>
/// Tells what a packet of an unknown sender is, and of which dialect. The same number means one kind in 1.x and another in 2.x, so lengths
/// and contents decide:
/// <code>
///     1.x                 2.x
///  2  Ack (4, 13)         ReliableMerged
///  3  Ping (3)            Ack (4, 13)
///  4  Pong                Ping (3)
///  7  Disconnect (9+)     ConnectAccept (15, an answer)
///  8  Unconnected         Disconnect (9+, a time of these years)
///  9  MtuCheck (1024+)    Unconnected
/// 11  Broadcast           MtuOk (1024+, an answer)
/// 12  Merged (in entries) Broadcast
/// 13  ShutdownOk          Merged
/// 14  PeerNotFound (15)   ShutdownOk (1)
/// 15  InvalidProtocol (1) PeerNotFound (15)
/// </code>
/// 0 and 1 are data in both and are left to the next ping. Answers are nothing, or two servers could be set to talk for ever.
/// </summary>
internal static class StrangerPacket
{
    private const long TicksOfTenYears = 3_650 * TimeSpan.TicksPerDay;

    /// <param name="utcTicks">The wall clock: a goodbye begins with a time not far from it.</param>
    /// <param name="hearsUnconnected">Whether messages without a connection are heard at all.</param>
    public static StrangerKind Classify(ReadOnlySpan<byte> datagram, long utcTicks, bool hearsUnconnected, out Dialect dialect)
    {
        int length = datagram.Length;
        int kind = datagram[0] & 0x1F;
        dialect = kind is 3 or 7 or 11 or 12 || (kind == 2 && length is Packet.SequencedAckBytes or Packet.ReliableAckBytes) ? Dialect.V1 : Dialect.V2;
        switch (kind)
        {
            case 2 when length >= Packet.ChannelHeaderBytes:
                return StrangerKind.Data;
            case 3 when length == Packet.PingBytes:
                return StrangerKind.Data;
            case 3 when length is Packet.SequencedAckBytes or Packet.ReliableAckBytes:
                dialect = Dialect.V2;
                return StrangerKind.Data;
            case 4 when length == Packet.PingBytes:
                return StrangerKind.Data;
            case 7 when length >= Packet.DisconnectHeaderBytes && !IsAccept(datagram):
                return StrangerKind.Goodbye;
            case 8 when length >= Packet.DisconnectHeaderBytes && IsTimeNear(datagram, utcTicks):
                return StrangerKind.Goodbye;
            case 8 or 9 when hearsUnconnected && !(kind == 9 && MtuProbe.IsWhole(datagram)):
                dialect = kind == 8 ? Dialect.V1 : Dialect.V2;
                return StrangerKind.Unconnected;
            case 11 when hearsUnconnected && !MtuProbe.IsWhole(datagram):
                return StrangerKind.Broadcast;
            case 12 or 13 when IsMerged(datagram):
                return StrangerKind.Data;
            case 12 when hearsUnconnected:
                dialect = Dialect.V2;
                return StrangerKind.Broadcast;
            case 14 or 15 when IsAddressClaim(datagram):
                dialect = kind == 14 ? Dialect.V1 : Dialect.V2;
                return StrangerKind.AddressClaim;
            default:
                return StrangerKind.Nothing;
        }
    }

    public static bool IsAddressClaim(ReadOnlySpan<byte> datagram) =>
        datagram.Length == Packet.AddressChangeBytes && (datagram[0] & 0x1F) is 14 or 15;

    private static bool IsAccept(ReadOnlySpan<byte> datagram) => datagram.Length == Packet.AcceptBytes && datagram[9] <= 3 && datagram[10] <= 1;

    private static bool IsTimeNear(ReadOnlySpan<byte> datagram, long utcTicks)
    {
        long time = BinaryPrimitives.ReadInt64LittleEndian(datagram[1..]);
        return time > utcTicks - TicksOfTenYears && time < utcTicks + TicksOfTenYears;
    }

    /// <summary>Whether entries fill the datagram exactly.</summary>
    private static bool IsMerged(ReadOnlySpan<byte> datagram)
    {
        ReadOnlySpan<byte> rest = datagram[1..];
        while (rest.Length > 2)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (length == 0 || length > rest.Length - 2)
            {
                return false;
            }

            rest = rest[(2 + length)..];
        }

        return rest.IsEmpty && datagram.Length > 1;
    }
}
