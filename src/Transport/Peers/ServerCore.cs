using RealtimeServer.Transport.Sockets;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// All connections of a server without its socket: datagrams with their source and the time go in, datagrams and events come out.
/// <code>
/// known address  ->  the peer its connection number names: its connection, or its handshake
/// request        ->  Handshakes
/// anything else  ->  Strangers
/// </code>
/// </summary>
internal sealed class ServerCore
{
    private static readonly byte[] FaultText = ConnectData.FromString("the server failed on a message");
    private readonly IServerEvents _events;
    private readonly IDatagramSender _sender;
    private readonly ServerCoreOptions _options;
    private readonly ConnectionHost _host;
    private readonly TimerWheel _wheel = new();
    private readonly PeerTable _peers;
    private readonly Handshakes _handshakes;
    private readonly Strangers _strangers;
    private readonly AddressClaims _claims;
    private readonly List<Peer> _touched = [];
    private long _now;

    public ServerCore(IServerEvents events, IDatagramSender sender, ServerCoreOptions options)
    {
        _events = events;
        _sender = sender;
        _options = options;
        _host = ConnectionHost.Of(options.Connection, options.UtcTicksAtZero);
        var secret = new Secret(options.SecretKey);
        _peers = new PeerTable(options.ConnectionsMax, options.Shard);
        _handshakes = new Handshakes(this, options, _peers, secret);
        _claims = new AddressClaims(this, _peers, secret, options);
        _strangers = new Strangers(this, options, _claims, secret);
    }

    public ServerCounters Counters { get; } = new();

    public ServerStatistics Statistics => new()
    {
        Connections = ConnectionCount,
        Handshakes = _peers.HalfOpenCount,
        DatagramsSent = Counters.DatagramsSent,
        DatagramsReceived = Counters.DatagramsReceived,
        BytesSent = Counters.BytesSent,
        BytesReceived = Counters.BytesReceived,
        Malformed = Counters.Malformed,
        Strangers = Counters.Strangers,
        Throttled = Counters.Throttled,
        Rejected = Counters.Rejected,
        Unproven = Counters.Unproven,
        AddressChanges = Counters.AddressChanges,
        Unconnected = Counters.Unconnected,
    };

    /// <summary>Connections, those that are saying goodbye included.</summary>
    public int ConnectionCount => _peers.Count - _peers.HalfOpenCount;

    /// <summary>When <see cref="Update"/> has something to do if nothing is sent or received before; microseconds.</summary>
    public long NextDeadline => _touched.Count > 0 ? _now : _wheel.NextDue;

    public void Receive(in PeerAddress from, ReadOnlySpan<byte> datagram, long now)
    {
        _now = now;
        Counters.DatagramsReceived++;
        Counters.BytesReceived += datagram.Length;
        if (datagram.IsEmpty || datagram.Length > Limits.ReceiveBytesMax)
        {
            Counters.Malformed++;
            return;
        }

        bool isKnown = _peers.TryFind(from, out Peer? first);
        if (ConnectRequest.TryRead(datagram, out ConnectRequest request) && (!isKnown || request.Protocol == Packet.ProtocolId))
        {
            _handshakes.ReceiveRequest(from, in request, datagram.Length, first, now);
        }
        else if (first is not null)
        {
            ReceiveKnown(first, datagram, now);
        }
        else
        {
            _strangers.Receive(from, datagram, now);
        }
    }

    /// <summary>Whether a datagram is for a peer of another shard: one that moved, or that says here who it is because it has moved.</summary>
    public bool IsElsewhere(in PeerAddress from, ReadOnlySpan<byte> datagram, out int shard)
    {
        shard = _options.Shard;
        if (_peers.TryFind(from, out _))
        {
            return false;
        }

        if (_options.Routes!.TryFind(from, out int? known))
        {
            shard = known.Value;
        }
        else if (AddressChange.TryRead(datagram, out AddressChange claim) && StrangerPacket.IsAddressClaim(datagram))
        {
            shard = WireNumber.Shard(claim.PeerId);
        }

        return shard != _options.Shard;
    }

    public SendOutcome Send(ConnectionId id, DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload)
    {
        if (!_peers.TryFind(id, out Peer? peer))
        {
            return SendOutcome.Unknown;
        }

        SendOutcome outcome = peer.Connection!.Send(method, channel, payload);
        Touch(peer);
        return outcome;
    }

    public void Disconnect(ConnectionId id, ReadOnlySpan<byte> data, long now, DisconnectReason reason = DisconnectReason.LocalClosed)
    {
        _now = now;
        if (_peers.TryFind(id, out Peer? peer))
        {
            peer.Connection!.Disconnect(data, now, reason);
            Touch(peer);
        }
    }

    /// <summary>Sends what gathered since the last call, and does what is due.</summary>
    public void Update(long now)
    {
        _now = now;

        // By index: what an event handler does to others touches them, too.
        for (int i = 0; i < _touched.Count; i++)
        {
            Peer peer = _touched[i];
            peer.IsTouched = false;
            Settle(peer, now);
        }

        _touched.Clear();
        while (_wheel.TryTakeDue(now, out TimerEntry? due))
        {
            Settle((Peer)due, now);
        }
    }

    /// <summary>Whether a connection exists, for any thread; the answer may be a moment old.</summary>
    public bool Knows(ConnectionId id) => _peers.TryFind(id, out _);

    public bool TryGetStatistics(ConnectionId id, out ConnectionStatistics statistics)
    {
        bool found = _peers.TryFind(id, out Peer? peer);
        statistics = found ? peer!.Connection!.Statistics : default;
        return found;
    }

    /// <summary>Says goodbye to everybody, those included who have not proven their address yet.</summary>
    public void Stop(ReadOnlySpan<byte> reason, long now)
    {
        _now = now;
        foreach (Peer? peer in _peers.Slots)
        {
            if (peer?.Connection is { } connection)
            {
                connection.Disconnect(reason, now);
                Touch(peer);
            }
            else if (peer is not null)
            {
                _handshakes.Refuse(peer, reason);
            }
        }
    }

    /// <summary>Has a peer looked after with the next <see cref="Update"/>.</summary>
    internal void Touch(Peer peer)
    {
        if (!peer.IsTouched)
        {
            peer.IsTouched = true;
            _touched.Add(peer);
        }
    }

    internal void Transmit(in PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        Counters.DatagramsSent++;
        Counters.BytesSent += datagram.Length;
        _sender.Send(to, datagram);
    }

    internal void Remove(Peer peer)
    {
        if (peer.Claim is not null)
        {
            _claims.Forget(peer);
        }

        _wheel.Cancel(peer);
        _peers.Remove(peer);
        _options.Routes?.Remove(peer.Address, _options.Shard);
    }

    /// <summary>A peer's address is proven.</summary>
    internal void Open(Peer peer, in Handshake handshake, long now)
    {
        peer.Connection = Connection.ToClient(peer, _host, in handshake, now);
        _peers.Promote(peer);
        Touch(peer);
        try
        {
            _events.Connected(peer.Id, peer.State);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _options.Fault?.Invoke(error);
            peer.Connection.Disconnect(FaultText, now);
        }
    }

    internal Admission AskAdmit(ReadOnlySpan<byte> connectData, in PeerAddress from)
    {
        try
        {
            return _events.Admit(connectData, from);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _options.Fault?.Invoke(error);
            return Admission.Ignore;
        }
    }

    /// <summary>Bytes of the application's answer; -1 if it has none.</summary>
    internal int AskUnconnected(in PeerAddress from, ReadOnlySpan<byte> message, bool isBroadcast, Span<byte> answer)
    {
        try
        {
            int written = _events.Unconnected(from, message, isBroadcast, answer);
            return written <= answer.Length ? written : -1;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _options.Fault?.Invoke(error);
            return -1;
        }
    }

    internal void TellReceived(Peer peer, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        try
        {
            _events.Received(peer.Id, peer.State, payload, method, channel);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // A message its owner chokes on costs that connection, never the thread that serves all others.
            _options.Fault?.Invoke(error);
            peer.Connection!.Disconnect(FaultText, _now);
        }
    }

    internal void TellDisconnected(Peer peer, DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        try
        {
            _events.Disconnected(peer.Id, peer.State, reason, data);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            _options.Fault?.Invoke(error);
        }
    }

    private void ReceiveKnown(Peer first, ReadOnlySpan<byte> datagram, long now)
    {
        Peer? peer = first;
        int number = Packet.ConnectionNumber(datagram[0]);
        while (peer is not null && peer.ConnectionNumber != number)
        {
            peer = peer.NextAtAddress;
        }

        // Some kinds carry no connection number, or number 0 whatever theirs is.
        switch (Packet.Kind(first.Dialect, datagram[0]))
        {
            case PacketKind.ShutdownOk or PacketKind.MtuCheck:
                peer = first;
                break;
            case PacketKind.UnconnectedMessage or PacketKind.Broadcast:
                if (_options.HearUnconnected)
                {
                    bool isBroadcast = Packet.Kind(first.Dialect, datagram[0]) == PacketKind.Broadcast;
                    _strangers.ReceiveUnconnected(first.Address, datagram, isBroadcast, first.Dialect, now);
                }

                return;
            default:
                break;
        }

        if (peer?.Connection is { } connection)
        {
            connection.Receive(datagram, now);
            Touch(peer);
        }
        else if (peer is not null)
        {
            Touch(peer);
            _handshakes.Receive(peer, datagram, now);
        }
    }

    /// <summary>Does what is due for a peer, and has it come up again when something is due next.</summary>
    private void Settle(Peer peer, long now)
    {
        if (peer.IsGone)
        {
            return;
        }

        if (peer.Connection is not { } connection)
        {
            _handshakes.Update(peer, now);
        }
        else
        {
            connection.Update(now);
            if (peer.Claim is not null)
            {
                _claims.Update(peer, now);
            }

            if (connection.State == ConnectionState.Closed)
            {
                Remove(peer);
            }
        }

        if (!peer.IsGone)
        {
            _wheel.Schedule(peer, peer.NextDeadline);
        }
    }
}
