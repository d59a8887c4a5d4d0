using System.Buffers.Binary;
using System.Net;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>A <see cref="ServerCore"/> with what it sent and told. Its door: "key" enters, "wait" hears nothing, all else is refused.</summary>
internal sealed class TestServer : IServerEvents, IDatagramSender
{
    public static readonly byte[] Refusal = ConnectData.FromString("no");

    public TestServer(int connectionsMax = 16) => Core = new ServerCore(this, this, connectionsMax, 1_000_000, Faults.Add);

    public ServerCore Core { get; }

    public List<(string To, byte[] Datagram)> Sent { get; } = [];

    public List<(ConnectionId Id, byte[] Payload)> Messages { get; } = [];

    public List<ConnectionId> Entered { get; } = [];

    public List<(ConnectionId Id, DisconnectReason Reason)> Left { get; } = [];

    public int Admissions { get; private set; }

    public List<Exception> Faults { get; } = [];

    /// <summary>From then on every message is one the owner chokes on.</summary>
    public bool Throws { get; set; }

    public bool Records { get; set; } = true;

    public long BytesSent { get; private set; }

    public static SocketAddress Address(int port, byte host = 1) => new IPEndPoint(new IPAddress([127, 0, 0, host]), port).Serialize();

    /// <summary>A connect request as a stock client sends it.</summary>
    public static byte[] Request(Dialect dialect, long connectTime, string key)
    {
        byte[] datagram = new byte[200];
        int length = ConnectRequest.Write(datagram, dialect, connectTime, new byte[16], ConnectData.FromString(key));
        return datagram[..length];
    }

    public static byte[] Goodbye(Dialect dialect, long connectTime)
    {
        byte[] datagram = new byte[9];
        datagram[0] = Packet.Header(dialect, PacketKind.Disconnect, 0);
        BinaryPrimitives.WriteInt64LittleEndian(datagram.AsSpan(1), connectTime);
        return datagram;
    }

    public Admission Admit(ReadOnlySpan<byte> connectData, SocketAddress from)
    {
        Admissions++;
        return !ConnectData.TryReadString(connectData, out string? key) || key == "wait" ? Admission.Ignore
            : key == "key" ? Admission.Accept(this) : Admission.Reject(key == "long" ? new byte[500] : Refusal);
    }

    public void Connected(ConnectionId id, object state) => Entered.Add(id);

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

    public void Send(SocketAddress to, ReadOnlySpan<byte> datagram)
    {
        BytesSent += datagram.Length;
        if (Records)
        {
            Sent.Add((to.ToString(), datagram.ToArray()));
        }
    }
}
