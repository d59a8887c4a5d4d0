using System.Buffers;
using Google.Protobuf;
using RealtimeServer.Matches;
using RealtimeServer.Protocol;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Server.Doors.Api;
using RealtimeServer.Services.Api;
using RealtimeServer.Services.Connecting;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// One rUDP connection: made when its token was found good, given its connection id when the connection stands. Envelopes go reliably
/// and in order, snapshots unreliably; a snapshot costs no allocation.
/// </summary>
internal sealed class UdpPeer : ISessionChannel
{
    private readonly UdpServer _server;
    private readonly PeerAddress _from;
    private ulong _connection;

    public UdpPeer(UdpServer server, ConnectPermission permission, PeerAddress from)
    {
        _from = from;
        _server = server;
        Permission = permission;
    }

    /// <summary>What its connect token lets it do.</summary>
    public ConnectPermission Permission { get; }

    /// <summary>Where it connected from, with an id of its own in place of a request's.</summary>
    public ApiOrigin Origin => new(_from.ToEndPoint().Address, RequestIds.Next());

    /// <summary>Set from connecting to disconnecting, on the network's thread only.</summary>
    public RealtimeSession? Session { get; set; }

    /// <summary>The connection stands: what is sent from now on goes to it.</summary>
    public void Attach(ConnectionId connection) => Volatile.Write(ref _connection, connection.Value);

    public bool Send(Envelope envelope)
    {
        int bytes = envelope.CalculateSize();
        if (bytes <= Limits.StackMessageBytesMax)
        {
            Span<byte> small = stackalloc byte[Limits.StackMessageBytesMax];
            return Send(envelope, small[..bytes]);
        }
        byte[] rented = ArrayPool<byte>.Shared.Rent(bytes);
        bool sent = Send(envelope, rented.AsSpan(0, bytes));
        ArrayPool<byte>.Shared.Return(rented);
        return sent;
    }

    public bool SendSnapshot(MatchId match, ReadOnlySpan<byte> part)
    {
        Span<byte> frame = stackalloc byte[SnapshotFrame.HeaderBytes + Matches.Limits.SnapshotPartBytesMax];
        int length = SnapshotFrame.Write(match.Key, part, frame);
        return length > 0 && _server.Send(Connection, DeliveryMethod.Unreliable, 0, frame[..length]) == Transport.SendOutcome.Sent;
    }

    public void Close(string reason) => _server.Disconnect(Connection, ConnectData.FromString(reason));

    private ConnectionId Connection => new(Volatile.Read(ref _connection));

    private bool Send(Envelope envelope, Span<byte> bytes)
    {
        envelope.WriteTo(bytes);
        return _server.Send(Connection, DeliveryMethod.ReliableOrdered, 0, bytes) == Transport.SendOutcome.Sent;
    }
}
