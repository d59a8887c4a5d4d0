using System.Buffers.Binary;
using System.Net;
using RealtimeServer.Transport.Peers;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>A <see cref="ServerCore"/> with what it sent and told. Its door: "key" enters, "wait" hears nothing, all else is refused.</summary>
internal sealed class TestServer : IServerEvents, IDatagramSender
{
    public static readonly byte[] Refusal = ConnectData.FromString("no");

    /// <summary>The wall clock of tests at time zero: some moment of 2026.</summary>
    public const long UtcTicksAtZero = 639_000_000_000_000_000;

    public TestServer(int connectionsMax = 16, Func<ServerCoreOptions, ServerCoreOptions>? with = null)
    {
        var options = new ServerCoreOptions
        {
            ConnectionsMax = connectionsMax,
            UtcTicksAtZero = UtcTicksAtZero,
            SecretKey = new byte[Secret.KeyBytes],
            Fault = Faults.Add,
            AllowAddressChange = true,
        };
        Core = new ServerCore(this, this, with is null ? options : with(options));
    }

    public ServerCore Core { get; }

    public List<(PeerAddress To, byte[] Datagram)> Sent { get; } = [];

    public List<(ConnectionId Id, byte[] Payload)> Messages { get; } = [];

    public List<ConnectionId> Entered { get; } = [];

    public List<(ConnectionId Id, DisconnectReason Reason)> Left { get; } = [];

    public int Admissions { get; private set; }

    public List<Exception> Faults { get; } = [];

    /// <summary>From then on every message is one the owner chokes on.</summary>
    public bool Throws { get; set; }

    public bool Records { get; set; } = true;

    /// <summary>Hears every datagram sent.</summary>
    public Action<PeerAddress, byte[]>? Heard { get; set; }

    public long BytesSent { get; private set; }

    /// <summary>What the application answers to messages without a connection; it hears them in any case.</summary>
    public byte[]? UnconnectedAnswer { get; set; }

    public List<(byte[] Message, bool IsBroadcast)> Unconnected { get; } = [];

    public static PeerAddress Address(int port, byte host = 1) => PeerAddress.Of(new IPEndPoint(new IPAddress([127, 0, 0, host]), port));

    /// <summary>A connect request as a stock client sends it.</summary>
    public static byte[] Request(Dialect dialect, long connectTime, string key)
    {
        byte[] datagram = new byte[1_200];
        int length = ConnectRequest.Write(datagram, dialect, connectTime, new byte[16], ConnectData.FromString(key));
        return datagram[..length];
    }

    public static byte[] Goodbye(Dialect dialect, long connectTime, int connectionNumber)
    {
        byte[] datagram = new byte[9];
        datagram[0] = Packet.Header(dialect, PacketKind.Disconnect, connectionNumber);
        BinaryPrimitives.WriteInt64LittleEndian(datagram.AsSpan(1), connectTime);
        return datagram;
    }

    public Admission Admit(ReadOnlySpan<byte> connectData, PeerAddress from)
    {
        Admissions++;
        return !ConnectData.TryReadString(connectData, out string? key) || key == "wait" ? Admission.Ignore
            : key == "key" ? Admission.Accept(this) : Admission.Reject(key == "long" ? new byte[500] : Refusal);
    }

    /// <summary>A pong to the last ping that went to an address.</summary>
    public byte[] PongFor(PeerAddress address, Dialect dialect)
    {
        byte header = Packet.Header(dialect, PacketKind.Ping, 0);
        byte[] ping = Sent.Last(sent => sent.To == address && sent.Datagram.Length == Packet.PingBytes && (sent.Datagram[0] & 0x1F) == header).Datagram;
        byte[] pong = new byte[Packet.PongBytes];
        pong[0] = Packet.Header(dialect, PacketKind.Pong, Packet.ConnectionNumber(ping[0]));
        ping.AsSpan(1).CopyTo(pong.AsSpan(1));
        return pong;
    }

    /// <summary>Connects a client as a stock one does: request, accept, ping, pong. Returns its connection number.</summary>
    public int Enter(PeerAddress address, Dialect dialect, long connectTime, long now = 0)
    {
        Core.Receive(address, Request(dialect, connectTime, "key"), now);
        byte[] pong = PongFor(address, dialect);
        Core.Receive(address, pong, now);
        return Packet.ConnectionNumber(pong[0]);
    }

    /// <summary>What each that entered brought.</summary>
    public List<object> States { get; } = [];

    public void Connected(ConnectionId id, object state)
    {
        Entered.Add(id);
        States.Add(state);
    }

    int IServerEvents.Unconnected(PeerAddress from, ReadOnlySpan<byte> message, bool isBroadcast, Span<byte> answer)
    {
        Unconnected.Add((message.ToArray(), isBroadcast));
        if (UnconnectedAnswer is null)
        {
            return -1;
        }

        int length = Math.Min(UnconnectedAnswer.Length, answer.Length);
        UnconnectedAnswer.AsSpan(0, length).CopyTo(answer);
        return length;
    }

    public void Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (Throws)
        {
            throw new InvalidOperationException("choked");
        }

        if (Records)
        {
            Messages.Add((id, payload.ToArray()));
        }
    }

    public void Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data) => Left.Add((id, reason));

    public void Send(in PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        BytesSent += datagram.Length;
        Heard?.Invoke(to, datagram.ToArray());
        if (Records)
        {
            Sent.Add((to, datagram.ToArray()));
        }
    }
}
