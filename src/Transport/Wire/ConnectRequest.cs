using System.Buffers.Binary;

namespace RealtimeServer.Transport.Wire;

/// <summary>
/// <c>u8 header, i32 protocol, i64 connectTime, i32 peer id, u8 addressLength (16 or 28), address, connect data</c>. The address is
/// the server's as the client sees it and means nothing to a server. Nor does the peer id, which stock clients count from 0, but for one value.
/// </summary>
internal readonly ref struct ConnectRequest
{
    /// <summary>The peer id of a client that pings seldom while it has no messages, if the server lets it: no stock client has this many peers.</summary>
    public const int PatientPeerId = 0x4c_4f_4e_47;

    private ConnectRequest(Dialect dialect, int protocol, long connectTime, int connectionNumber, ReadOnlySpan<byte> data)
    {
        Dialect = dialect;
        Protocol = protocol;
        ConnectTime = connectTime;
        ConnectionNumber = connectionNumber;
        Data = data;
    }

    public Dialect Dialect { get; }

    public int Protocol { get; }

    /// <summary>The client's clock; larger for each new try of the same client.</summary>
    public long ConnectTime { get; }

    public int ConnectionNumber { get; }

    /// <summary>Whether the client would ping seldom while it has no messages.</summary>
    public bool IsPatient { get; private init; }

    public ReadOnlySpan<byte> Data { get; }

    public static bool TryRead(ReadOnlySpan<byte> datagram, out ConnectRequest request)
    {
        request = default;
        if (datagram.Length < Packet.ConnectRequestHeaderBytes || Packet.IsFragmented(datagram[0]) || !Packet.TryGetRequestDialect(datagram[0], out Dialect dialect))
        {
            return false;
        }

        int protocol = BinaryPrimitives.ReadInt32LittleEndian(datagram[1..]);
        long connectTime = BinaryPrimitives.ReadInt64LittleEndian(datagram[5..]);
        ReadOnlySpan<byte> data = [];
        if (protocol == Packet.ProtocolId)
        {
            int addressLength = datagram[17];
            if (addressLength is not (16 or 28) || datagram.Length < Packet.ConnectRequestHeaderBytes + addressLength)
            {
                return false;
            }

            data = datagram[(Packet.ConnectRequestHeaderBytes + addressLength)..];
        }

        request = new ConnectRequest(dialect, protocol, connectTime, Packet.ConnectionNumber(datagram[0]), data)
        {
            IsPatient = BinaryPrimitives.ReadInt32LittleEndian(datagram[13..]) == PatientPeerId,
        };
        return data.Length <= Limits.ConnectDataBytesMax;
    }

    /// <summary>Writes a request of a client to an IPv4 or IPv6 server and returns its length.</summary>
    public static int Write(Span<byte> buffer, Dialect dialect, long connectTime, ReadOnlySpan<byte> serverAddress, ReadOnlySpan<byte> data)
    {
        buffer[0] = Packet.Header(dialect, PacketKind.ConnectRequest, 0);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[1..], Packet.ProtocolId);
        BinaryPrimitives.WriteInt64LittleEndian(buffer[5..], connectTime);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[13..], PatientPeerId);
        buffer[17] = (byte)serverAddress.Length;
        serverAddress.CopyTo(buffer[18..]);
        data.CopyTo(buffer[(18 + serverAddress.Length)..]);
        return 18 + serverAddress.Length + data.Length;
    }
}
