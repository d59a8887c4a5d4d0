using System.Net;
using System.Net.Sockets;
using RealtimeServer.Protocol.Json;
using RealtimeServer.Protocol.Realtime;
using RealtimeServer.Server.Start;
using RealtimeServer.Services.Realtime;
using RealtimeServer.Services.Sessions;
using RealtimeServer.Transport;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Server.Doors;

/// <summary>
/// The rUDP door: a connect request carries a session token, and a bad one is refused in words. Whatever a client then sends, by any
/// delivery method, is an envelope. Nothing is kept of a request whose token is not ours, and no session is opened before the client has
/// proven its address.
/// </summary>
internal sealed class UdpDoor : IServerEvents, IDisposable
{
    private readonly SessionTokens _tokens;
    private readonly RealtimeService _realtime;
    private readonly ServerLog _log;
    private readonly IPEndPoint _bind;
    private readonly UdpServer _server;

    public UdpDoor(IPEndPoint bind, SessionTokens tokens, RealtimeService realtime, TimeProvider time, ServerLog log)
    {
        _tokens = tokens;
        _realtime = realtime;
        _log = log;
        _bind = bind;
        _server = new UdpServer(new UdpServerOptions { Listen = bind, Fault = exception => log.DoorFailed("rUDP", exception) }, this, time);
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

    public void Dispose() => _server.Dispose();

    Admission IServerEvents.Admit(ReadOnlySpan<byte> connectData, PeerAddress from)
    {
        if (!ConnectData.TryReadString(connectData, out string? token))
        {
            token = "";
        }
        TokenOutcome outcome = _tokens.VerifySession(token);
        return outcome.Claims is SessionClaims claims
            ? Admission.Accept(new UdpPeer(_server, claims))
            : Admission.Reject(Refusals[(int)outcome.Refusal]);
    }

    void IServerEvents.Connected(ConnectionId id, object state)
    {
        UdpPeer peer = (UdpPeer)state;
        peer.Attach(id);
        OpenOutcome opened = _realtime.Open(peer.Claims, peer);
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

    // Refusals are the same few texts for ever: a stranger's request makes no garbage.
    private static readonly ReadOnlyMemory<byte>[] Refusals =
        [.. Enum.GetValues<TokenRefusal>().Order().Select(r => (ReadOnlyMemory<byte>)ConnectData.FromString(new TokenOutcome(null, r).Reason))];

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
