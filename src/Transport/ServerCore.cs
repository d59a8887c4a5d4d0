using System.Net;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>
/// All connections of a server without its socket: datagrams with their source and the time go in, datagrams and events come out.
/// <code>
/// known source   ->  its connection
/// request        ->  token bucket -> Admit (by data alone) -> accept: a connection   reject: one answer, nothing kept
/// anything else  ->  at most one byte back, rate limited, never more than came
/// </code>
/// </summary>
internal sealed class ServerCore
{
    private const long TimerPeriodMicroseconds = 5_000;
    private static readonly byte[] ServerFull = ConnectData.FromString("the server is full");
    private static readonly byte[] FaultText = ConnectData.FromString("the server failed on a message");
    private readonly IServerEvents _events;
    private readonly Action<Exception>? _fault;
    private readonly IDatagramSender _sender;
    private readonly ConnectionHost _host;
    private readonly Dictionary<SocketAddress, Peer> _byAddress = [];
    private readonly Peer?[] _bySlot;
    private readonly ushort[] _generations;
    private readonly Queue<int> _freeSlots = new();
    private readonly List<Peer> _peers = [];
    private readonly List<Peer> _touched = [];
    private TokenBucket _handshakes = new(Limits.HandshakesPerSecondMax);
    private TokenBucket _strangerAnswers = new(Limits.StrangerAnswersPerSecondMax);
    private long _timersAt;
    private long _now;
    private ServerStatistics _statistics;

    /// <param name="connectionsMax">At most <see cref="Limits.ConnectionsMax"/>.</param>
    /// <param name="utcTicksAtZero">The wall clock at time zero, in ticks of 100 ns.</param>
    /// <param name="fault">Hears what an event handler threw.</param>
    public ServerCore(IServerEvents events, IDatagramSender sender, int connectionsMax, long utcTicksAtZero, Action<Exception>? fault = null,
        ConnectionSettings? settings = null)
    {
        _fault = fault;
        _events = events;
        _sender = sender;
        _host = ConnectionHost.Of(settings ?? ConnectionSettings.Default, utcTicksAtZero);
        _bySlot = new Peer?[connectionsMax];
        _generations = new ushort[connectionsMax];
        for (int slot = 0; slot < connectionsMax; slot++)
        {
            _freeSlots.Enqueue(slot);
        }
    }

    public ServerStatistics Statistics => _statistics with { Connections = _peers.Count };

    /// <summary>Connections, those that are saying goodbye included.</summary>
    public int ConnectionCount => _peers.Count;

    public void Receive(SocketAddress from, ReadOnlySpan<byte> datagram, long now)
    {
        _now = now;
        _statistics = _statistics with
        {
            DatagramsReceived = _statistics.DatagramsReceived + 1,
            BytesReceived = _statistics.BytesReceived + datagram.Length,
        };
        if (datagram.IsEmpty || datagram.Length > Limits.ReceiveBytesMax)
        {
            _statistics = _statistics with { Malformed = _statistics.Malformed + 1 };
            return;
        }

        bool isRequest = ConnectRequest.TryRead(datagram, out ConnectRequest request);
        if (_byAddress.TryGetValue(from, out Peer? peer))
        {
            if (isRequest && IsHandshake(peer, datagram[0]))
            {
                ReceiveRequestOfKnown(peer, in request, datagram.Length);
                return;
            }

            peer.Connection.Receive(datagram, now);
            Touch(peer);
        }
        else if (isRequest)
        {
            ReceiveRequest(from, in request, datagram.Length);
        }
        else
        {
            AnswerStranger(from, datagram);
        }
    }

    public SendOutcome Send(ConnectionId id, DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload)
    {
        if (!TryFind(id, out Peer? peer))
        {
            return SendOutcome.Unknown;
        }

        SendOutcome outcome = peer.Connection.Send(method, channel, payload);
        Touch(peer);
        return outcome;
    }

    public void Disconnect(ConnectionId id, ReadOnlySpan<byte> data, long now, DisconnectReason reason = DisconnectReason.LocalClosed)
    {
        _now = now;
        if (TryFind(id, out Peer? peer))
        {
            peer.Connection.Disconnect(data, now, reason);
        }
    }

    /// <summary>Sends what gathered since the last call, and lets time pass for all connections every few milliseconds.</summary>
    public void Update(long now)
    {
        _now = now;
        foreach (Peer peer in _touched)
        {
            peer.IsTouched = false;
            peer.Connection.Update(now);
        }

        _touched.Clear();
        if (now < _timersAt)
        {
            return;
        }

        _timersAt = now + TimerPeriodMicroseconds;
        for (int i = _peers.Count - 1; i >= 0; i--)
        {
            Peer peer = _peers[i];
            peer.Connection.Update(now);
            if (peer.Connection.State == ConnectionState.Closed)
            {
                Remove(peer, i);
            }
        }
    }

    /// <summary>Whether a connection exists, for any thread; the answer may be a moment old.</summary>
    public bool Knows(ConnectionId id) => TryFind(id, out _);

    public bool TryGetStatistics(ConnectionId id, out ConnectionStatistics statistics)
    {
        bool found = TryFind(id, out Peer? peer);
        statistics = found ? peer!.Connection.Statistics : default;
        return found;
    }

    public IEnumerable<ConnectionId> Connections() => _peers.Where(peer => peer.Connection.State == ConnectionState.Connected).Select(peer => peer.Id);

    internal void CountSend(int bytes, bool taken) => _statistics = taken
        ? _statistics with { DatagramsSent = _statistics.DatagramsSent + 1, BytesSent = _statistics.BytesSent + bytes }
        : _statistics with { SendFailures = _statistics.SendFailures + 1 };

    /// <summary>In dialect 1.x the header 6 is an accept, which a server never gets: only a known peer's own request number counts.</summary>
    private static bool IsHandshake(Peer peer, byte header) =>
        Packet.Kind(peer.Dialect, header) == PacketKind.ConnectRequest || (header & 0x1F) == 6;

    private void ReceiveRequest(SocketAddress from, in ConnectRequest request, int requestBytes)
    {
        if (!_handshakes.TryTake(_now))
        {
            _statistics = _statistics with { Throttled = _statistics.Throttled + 1 };
            return;
        }

        if (request.Protocol != Packet.ProtocolId)
        {
            Send(from, [Packet.Header(request.Dialect, PacketKind.InvalidProtocol, 0)]);
            return;
        }

        Admission admission = Admit(request.Data, from);
        if (admission.Kind == AdmissionKind.Accept && _freeSlots.Count > 0)
        {
            Add(from, in request, admission.State!, request.ConnectionNumber);
        }
        else if (admission.Kind == AdmissionKind.Accept)
        {
            Reject(from, in request, ServerFull, requestBytes);
        }
        else if (admission.Kind == AdmissionKind.Reject)
        {
            Reject(from, in request, admission.Data.Span, requestBytes);
        }
    }

    private void ReceiveRequestOfKnown(Peer peer, in ConnectRequest request, int requestBytes)
    {
        if (request.ConnectTime == peer.Connection.ConnectTime && request.Dialect == peer.Dialect)
        {
            if (peer.Connection.State == ConnectionState.Connected && _handshakes.TryTake(_now))
            {
                SendAccept(peer);
            }

            return;
        }

        // A newer request may be the client's own, restarted behind the same port, or forged to throw the player out: it needs a token.
        if (request.ConnectTime <= peer.Connection.ConnectTime || request.Protocol != Packet.ProtocolId || !_handshakes.TryTake(_now))
        {
            return;
        }

        Admission admission = Admit(request.Data, peer.Address);
        if (admission.Kind == AdmissionKind.Accept)
        {
            SocketAddress address = peer.Address;
            peer.Connection.Disconnect([], _now, DisconnectReason.Reconnected);
            Remove(peer, _peers.IndexOf(peer));
            Add(address, in request, admission.State!, (peer.Connection.ConnectionNumber + 1) & 3);
        }
        else if (admission.Kind == AdmissionKind.Reject && peer.Connection.State != ConnectionState.Connected)
        {
            Reject(peer.Address, in request, admission.Data.Span, requestBytes);
        }
    }

    private void Add(SocketAddress from, in ConnectRequest request, object state, int connectionNumber)
    {
        int slot = _freeSlots.Dequeue();
        _generations[slot] = (ushort)(_generations[slot] == ushort.MaxValue ? 1 : _generations[slot] + 1);
        var address = new SocketAddress(from.Family, from.Size);
        from.Buffer.Span[..from.Size].CopyTo(address.Buffer.Span);
        var peer = new Peer(this, ConnectionId.Of(slot, _generations[slot]), address, request.Dialect, state);
        _bySlot[slot] = peer;
        _peers.Add(peer);
        _byAddress.Add(address, peer);
        peer.Connection = Connection.ToClient(peer, _host, new Handshake(request.Dialect, request.ConnectTime, connectionNumber), _now);
        SendAccept(peer);
        Touch(peer);
        TellConnected(peer.Id, state);
    }

    private void SendAccept(Peer peer)
    {
        Span<byte> accept = stackalloc byte[Packet.AcceptBytes];
        ConnectAccept.Write(accept, peer.Dialect, peer.Connection.ConnectTime, peer.Connection.ConnectionNumber, peer.Id.Slot);
        Send(peer.Address, accept);
    }

    private Admission Admit(ReadOnlySpan<byte> connectData, SocketAddress from)
    {
        try
        {
            return _events.Admit(connectData, from);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _fault?.Invoke(error);
            return Admission.Ignore;
        }
    }

    private void TellConnected(ConnectionId id, object state)
    {
        try
        {
            _events.Connected(id, state);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _fault?.Invoke(error);
            Disconnect(id, FaultText, _now);
        }
    }

    private void Reject(SocketAddress to, in ConnectRequest request, ReadOnlySpan<byte> reason, int requestBytes)
    {
        _statistics = _statistics with { Rejected = _statistics.Rejected + 1 };
        int room = Math.Min(requestBytes, Limits.DatagramBytesMax) - Packet.DisconnectHeaderBytes;
        Span<byte> answer = stackalloc byte[Packet.DisconnectHeaderBytes + Math.Min(room, reason.Length)];
        answer[0] = Packet.Header(request.Dialect, PacketKind.Disconnect, request.ConnectionNumber);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64LittleEndian(answer[1..], request.ConnectTime);
        if (reason.Length <= room)
        {
            reason.CopyTo(answer[Packet.DisconnectHeaderBytes..]);
        }
        else
        {
            // A cut string would be unreadable: its count says more than follows.
            answer = answer[..Packet.DisconnectHeaderBytes];
        }

        Send(to, answer);
    }

    /// <summary>Tells the owner of a forgotten connection that it is gone. Never answers answers, or two servers would talk forever.</summary>
    private void AnswerStranger(SocketAddress from, ReadOnlySpan<byte> datagram)
    {
        _statistics = _statistics with { Strangers = _statistics.Strangers + 1 };
        if (TryGuessDialect(datagram, out Dialect dialect) && _strangerAnswers.TryTake(_now))
        {
            Send(from, [Packet.Header(dialect, PacketKind.PeerNotFound, 0)]);
        }
    }

    /// <summary>
    /// The dialect of a stranger's data packet; false if it is no such packet. A ping of three bytes and a merged datagram are numbered
    /// so that they can be of one dialect only; for the rest the newer is assumed, whose PeerNotFound a connected 1.x peer ignores.
    /// </summary>
    private static bool TryGuessDialect(ReadOnlySpan<byte> datagram, out Dialect dialect)
    {
        int kind = datagram[0] & 0x1F;
        dialect = (kind == 3 && datagram.Length == Packet.PingBytes) || kind == 12 ? Dialect.V1 : Dialect.V2;
        return datagram.Length >= Packet.PingBytes && (kind <= 3 || (kind == 4 && datagram.Length == Packet.PingBytes) || kind is 12 or 13);
    }

    private void Remove(Peer peer, int index)
    {
        int last = _peers.Count - 1;
        _peers[index] = _peers[last];
        _peers.RemoveAt(last);
        _byAddress.Remove(peer.Address);
        _bySlot[peer.Id.Slot] = null;
        _freeSlots.Enqueue(peer.Id.Slot);
    }

    private bool TryFind(ConnectionId id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Peer? peer)
    {
        peer = id.Slot < _bySlot.Length ? _bySlot[id.Slot] : null;
        return peer is not null && peer.Id == id;
    }

    private void Touch(Peer peer)
    {
        if (!peer.IsTouched)
        {
            peer.IsTouched = true;
            _touched.Add(peer);
        }
    }

    private void Send(SocketAddress to, ReadOnlySpan<byte> datagram) => _sender.Send(to, datagram);

    /// <summary>A connection with what the server knows of it.</summary>
    private sealed class Peer(ServerCore core, ConnectionId id, SocketAddress address, Dialect dialect, object state) : IConnectionEvents
    {
        public Connection Connection { get; set; } = null!;

        public ConnectionId Id => id;

        public SocketAddress Address => address;

        public Dialect Dialect => dialect;

        public bool IsTouched { get; set; }

        public void Transmit(ReadOnlySpan<byte> datagram) => core.Send(address, datagram);

        public void Connected()
        {
            // A server's connection is born connected; its owner was told when it was admitted.
        }

        public void Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
        {
            try
            {
                core._events.Received(id, state, payload, method, channel);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // A message its owner chokes on costs that connection, never the thread that serves all others.
                core._fault?.Invoke(error);
                Connection.Disconnect(FaultText, core._now);
            }
        }

        public void Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
        {
            try
            {
                core._events.Disconnected(id, state, reason, data);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                core._fault?.Invoke(error);
            }
        }
    }
}
