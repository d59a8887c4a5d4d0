using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary>Kinds of packets, numbered as dialect 2.x numbers them.</summary>
internal enum PacketKind : byte
{
    Unreliable = 0,
    Channeled = 1,
    ReliableMerged = 2,
    Ack = 3,
    Ping = 4,
    Pong = 5,
    ConnectRequest = 6,
    ConnectAccept = 7,
    Disconnect = 8,
    UnconnectedMessage = 9,
    MtuCheck = 10,
    MtuOk = 11,
    Broadcast = 12,
    Merged = 13,
    ShutdownOk = 14,
    PeerNotFound = 15,
    InvalidProtocol = 16,
    NatMessage = 17,
    Empty = 18,
    Invalid = 255,
}

/// <summary>
/// The two numberings of packet kinds. 2.x inserted ReliableMerged as 2 and moved all later kinds up by one; the first byte of a
/// connect request tells which a peer uses, and it stays so for the life of the connection.
/// </summary>
internal enum Dialect : byte
{
    V1 = 1,
    V2 = 2,
}

/// <summary>
/// Byte 0 of every packet: bits 0-4 kind, bits 5-6 connection number, bit 7 fragmented. All numbers on the wire are little-endian.
/// </summary>
internal static class Packet
{
    public const int ProtocolId = 13;
    public const byte FragmentedBit = 0x80;
    public const int ConnectRequestHeaderBytes = 18;
    public const int AcceptBytes = 15;
    public const int DisconnectHeaderBytes = 9;
    public const int ChannelHeaderBytes = 4;
    public const int FragmentHeaderBytes = 10;
    public const int ReliableAckBytes = 13;
    public const int SequencedAckBytes = 4;
    public const int PingBytes = 3;
    public const int PongBytes = 11;

    /// <summary>Channel ids there are: 64 channels of four methods.</summary>
    public const int ChannelIds = 256;

    /// <summary>The forms of PeerNotFound: who are you; I do not know you; it is me, from another address.</summary>
    public const int PeerNotFoundBytes = 1;

    public const int PeerUnknownBytes = 2;

    public const int AddressChangeBytes = 15;
    private const byte KindMask = 0x1F;

    public static byte Header(Dialect dialect, PacketKind kind, int connectionNumber, bool fragmented = false)
    {
        int value = dialect == Dialect.V1 && kind > PacketKind.ReliableMerged ? (int)kind - 1 : (int)kind;
        return (byte)(value | (connectionNumber << 5) | (fragmented ? FragmentedBit : 0));
    }

    public static PacketKind Kind(Dialect dialect, byte header)
    {
        int value = header & KindMask;
        if (dialect == Dialect.V1 && value >= (int)PacketKind.ReliableMerged)
        {
            value++;
        }

        return value <= (int)PacketKind.Empty ? (PacketKind)value : PacketKind.Invalid;
    }

    public static int ConnectionNumber(byte header) => (header >> 5) & 3;

    public static bool IsFragmented(byte header) => (header & FragmentedBit) != 0;

    /// <summary>The dialect of a connect request by its first byte; false if it is none in either.</summary>
    public static bool TryGetRequestDialect(byte header, out Dialect dialect)
    {
        dialect = (header & KindMask) == 6 ? Dialect.V2 : Dialect.V1;
        return (header & KindMask) is 5 or 6;
    }

    /// <summary>Whether a packet has the bytes that its kind and its fragment bit ask for.</summary>
    public static bool IsLongEnough(PacketKind kind, ReadOnlySpan<byte> packet) =>
        packet.Length >= BytesMin(kind) + (IsFragmented(packet[0]) ? FragmentHeaderBytes - ChannelHeaderBytes : 0);

    public static void WritePing(Span<byte> ping, Dialect dialect, int connectionNumber, ushort sequence)
    {
        ping[0] = Header(dialect, PacketKind.Ping, connectionNumber);
        BinaryPrimitives.WriteUInt16LittleEndian(ping[1..], sequence);
    }

    /// <summary>Bytes a packet of a kind has at least.</summary>
    public static int BytesMin(PacketKind kind) => kind switch
    {
        PacketKind.Channeled or PacketKind.ReliableMerged or PacketKind.Ack => ChannelHeaderBytes,
        PacketKind.Ping => PingBytes,
        PacketKind.Pong => PongBytes,
        PacketKind.ConnectRequest => ConnectRequestHeaderBytes,
        PacketKind.ConnectAccept => AcceptBytes,
        PacketKind.Disconnect => DisconnectHeaderBytes,
        _ => 1,
    };
}

/// <summary>Sequence numbers have 15 bits and wrap.</summary>
internal static class Sequence
{
    public const int Count = 32_768;

    public static ushort Next(ushort sequence) => (ushort)((sequence + 1) % Count);

    /// <summary>How far <paramref name="a"/> is ahead of <paramref name="b"/>, from -16,384 to 16,383.</summary>
    public static int Distance(int a, int b) => ((a - b + Count + (Count / 2)) % Count) - (Count / 2);
}
