using System.Net;
using System.Net.Sockets;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Server.Start;
using RealtimeServer.Services.Connecting;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Tokens;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// The rUDP door: a connect request carries a connect token, and a bad one is refused in words. Whatever a client then sends, by any
/// delivery method, is an envelope. Nothing is kept of a request whose token is not ours, and no session is opened before the client has
/// proven its address.
/// </summary>
internal sealed class UdpDoor : IServerEvents, IDisposable
{
    private static readonly byte[] NoToken = ConnectData.FromString("No connect token: ask for one at POST /v2/connect and give it as the connect key.");
    private static readonly byte[] MustSeal = ConnectData.FromString("This server takes sealed connections alone: ask for a connect token again.");
    private static readonly byte[] Banned = ConnectData.FromString(CloseReasons.Banned);
    private readonly TokenGate _gate;
    private readonly RealtimeService _realtime;
    private readonly ServerLog _log;
    private readonly IPEndPoint _bind;
    private readonly UdpServer _server;
    private readonly bool _sealedOnly;

    public UdpDoor(IPEndPoint bind, ConnectTokenOptions tokens, RealtimeService realtime, TimeProvider time, ServerLog log, bool checksum)
    {
        _gate = new TokenGate(tokens.OpeningKeys, tokens.ServerId, time, lifetime: tokens.Lifetime);
        _realtime = realtime;
        _log = log;
        _bind = bind;
        _server = new UdpServer(new UdpServerOptions
        {
            Listen = bind,
            Fault = exception => log.DoorFailed("rUDP", exception),
            Tokens = _gate,
            Checksum = checksum,
            DemandCookie = tokens.Security != UdpSecurity.Open,
        }, this, time);
        _sealedOnly = tokens.Security == UdpSecurity.Sealed;
    }

    public IPEndPoint EndPoint => _server.EndPoint;

    public ServerStatistics Statistics => _server.Statistics;

    /// <exception cref="StartException">The port is taken or not allowed.</exception>
    public void Start()
    {
        try
        {
            _server.Start();
        }
        catch (SocketException exception)
        {
            throw PortRefusal.Of(exception, _bind, "UDP", "udp:port");
        }
    }

    public void Dispose()
    {
        _server.Dispose();
        _gate.Dispose();
    }

    Admission IServerEvents.Admit(ReadOnlySpan<byte> connectData, PeerAddress from) => Admission.Reject(NoToken);

    Admission IServerEvents.Admit(TokenGrant grant, PeerAddress from)
    {
        if (grant.Seal is null && _sealedOnly)
        {
            return Admission.Reject(MustSeal);
        }
        if (!ConnectGrants.TryRead(grant.Payload.Span, out ConnectPermission? permission))
        {
            return Admission.Reject(NoToken);
        }
        return _realtime.IsBanned(permission.Claims.UserId) ? Admission.Reject(Banned) : Admission.Accept(new UdpPeer(_server, permission, from));
    }

    void IServerEvents.Connected(ConnectionId id, object state)
    {
        UdpPeer peer = (UdpPeer)state;
        peer.Attach(id);
        OpenOutcome opened = _realtime.Open(peer.Permission.Claims, peer, peer.Permission.OnlyMatch, origin: peer.Origin);
        peer.Session = opened.Session;
        if (opened.Session is null)
        {
            peer.Close(opened.Refusal);
        }
    }

    void IServerEvents.Received(ConnectionId id, object state, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        if (((UdpPeer)state).Session is not RealtimeSession session)
        {
            return;
        }
        if (EnvelopeCodec.TryReadBinary(payload, out Envelope? envelope))
        {
            Observe(session.Receive(envelope));
        }
        else
        {
            session.ReceiveMalformed();
        }
    }

    void IServerEvents.Disconnected(ConnectionId id, object state, DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        UdpPeer peer = (UdpPeer)state;
        peer.Session?.Closed();
        peer.Session = null;
    }

    // The session answers its own faults; a fault that still comes out here would otherwise be lost.
    private void Observe(Task handled)
    {
        if (!handled.IsCompletedSuccessfully)
        {
            _ = handled.ContinueWith(
                static (task, log) => ((ServerLog)log!).DoorFailed("rUDP", task.Exception!),
                _log,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        }
    }
}
