using RealtimeServer.Transport.Layers;
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
    private readonly IDatagramSender _sender;
    private readonly ServerCoreOptions _options;
    private readonly ConnectionHost _host;
    private readonly byte[] _unwrapped = new byte[Limits.ReceiveBytesMax];
    private readonly byte[] _opened = new byte[Limits.ReceiveBytesMax];
    private readonly byte[] _wrapped = new byte[2 * Limits.ReceiveBytesMax];
    private readonly byte[] _sealed = new byte[2 * Limits.ReceiveBytesMax];
    private readonly TimerWheel _wheel = new();
    private readonly PeerTable _peers;
    private readonly Handshakes _handshakes;
    private readonly Strangers _strangers;
    private readonly AddressClaims _claims;
    private readonly List<Peer> _touched = [];
    private long _now;

    public ServerCore(IServerEvents events, IDatagramSender sender, ServerCoreOptions options)
    {
        Application = new Application(events, options.Fault);
        _sender = sender;
        _options = options;
        int overhead = options.Checksum?.OverheadBytes ?? 0;
        _host = ConnectionHost.Of(options.Connection with { OverheadBytes = overhead }, options.UtcTicksAtZero);
        var secret = new Secret(options.SecretKey);
        _peers = new PeerTable(options.ConnectionsMax, options.Shard);
        _handshakes = new Handshakes(this, options, _peers, secret);
        _claims = new AddressClaims(this, _peers, secret, options);
        _strangers = new Strangers(this, options, _claims, secret);
    }

    public ServerCounters Counters { get; } = new();

    internal Application Application { get; }

    public ServerStatistics Statistics => Counters.Statistics with { Connections = ConnectionCount, Handshakes = HandshakeCount };

    /// <summary>Connections, those that are saying goodbye included.</summary>
    public int ConnectionCount => _peers.Count - _peers.HalfOpenCount;

    /// <summary>Peers that have not proven their address.</summary>
    public int HandshakeCount => _peers.HalfOpenCount;

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

        if (_options.Checksum is { } layer)
        {
            if (!layer.TryOpen(datagram, _unwrapped, out int length))
            {
                Counters.Unopened++;
                return;
            }

            datagram = _unwrapped.AsSpan(0, length);
        }

        bool isRequest = ConnectRequest.TryRead(datagram, out ConnectRequest request);
        bool isKnown = _peers.TryFind(from, out Peer? first);
        if (isRequest && request.Protocol == Packet.ProtocolId)
        {
            _handshakes.ReceiveRequest(from, in request, datagram.Length, first, now);
        }
        else if (isKnown)
        {
            ReceiveKnown(first!, datagram, now);
        }
        else if (isRequest && !_claims.TryReceiveSealed(from, datagram, now))
        {
            _handshakes.RefuseProtocol(from, request.Dialect, now);
        }
        else if (!isRequest)
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

        if (_options.Checksum is not null)
        {
            datagram = Crc32cLayer.Inside(datagram);
        }

        if (_options.Routes!.TryFind(from, out int? known))
        {
            shard = known.Value;
        }
        else if (_options.Routes.TryFindSession(datagram, out int sealedAt))
        {
            shard = sealedAt;
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

        Counters.Messages++;
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

    /// <summary>Reserves room for a reliable message that is about to be handed over; any thread may. False if too much waits already.</summary>
    public bool TryReserve(ConnectionId id, int bytes) => _peers.TryFind(id, out Peer? peer) && peer.Connection!.TryReserve(bytes);

    /// <summary>Ends a reservation.</summary>
    public void Redeem(ConnectionId id, int bytes)
    {
        if (_peers.TryFind(id, out Peer? peer))
        {
            peer.Connection!.Redeem(bytes);
        }
    }

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

    /// <summary>Sends to an address that has no keys, or what has been sealed.</summary>
    internal void Transmit(in PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        if (_options.Checksum is { } layer)
        {
            int length = layer.Seal(datagram, _wrapped);
            datagram = _wrapped.AsSpan(0, length);
        }

        Counters.DatagramsSent++;
        Counters.BytesSent += datagram.Length;
        _sender.Send(to, datagram);
    }

    /// <summary>Sends to a peer, at its address or at one that it claims.</summary>
    internal void Transmit(Peer peer, in PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        if (peer.Layer is { } layer)
        {
            int length = layer.Seal(datagram, _sealed);
            datagram = _sealed.AsSpan(0, length);
        }

        Transmit(in to, datagram);
    }

    internal void Remove(Peer peer)
    {
        _claims.Remove(peer);
        _wheel.Cancel(peer);
        _peers.Remove(peer);
        _options.Routes?.Remove(peer.Address, _options.Shard);
        peer.Layer?.Dispose();
    }

    /// <summary>A peer's address is proven.</summary>
    internal void Open(Peer peer, in Handshake handshake, long now)
    {
        peer.Connection = Connection.ToClient(peer, _host, in handshake, now);
        _peers.Promote(peer);
        _claims.Add(peer);
        Touch(peer);
        if (!Application.TryConnected(peer))
        {
            peer.Connection.Disconnect(FaultText, now);
        }
    }

    internal void TellReceived(Peer peer, ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        Counters.Messages++;
        if (!Application.TryReceived(peer, payload, method, channel))
        {
            // A message its owner chokes on costs that connection, never the thread that serves all others.
            peer.Connection!.Disconnect(FaultText, _now);
        }
    }

    /// <summary>Takes a peer's layer off a datagram. False, and counted, if it does not open.</summary>
    internal bool TryUnwrap(Peer peer, ref ReadOnlySpan<byte> datagram)
    {
        if (peer.Layer is not { } layer)
        {
            return true;
        }

        bool isOpen = layer.TryOpen(datagram, _opened, out int length);
        Counters.Unopened += isOpen ? 0 : 1;
        datagram = _opened.AsSpan(0, length);
        return isOpen;
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

        if (peer is null || _claims.IsOfAnother(peer, datagram))
        {
            // The address may have been another client's before.
            _claims.TryReceiveSealed(first.Address, datagram, now);
            return;
        }

        int received = datagram.Length;
        if (!TryUnwrap(peer, ref datagram))
        {
            return;
        }

        Touch(peer);
        if (peer.Connection is { } connection)
        {
            connection.Receive(datagram, now);
        }
        else
        {
            _handshakes.Receive(peer, datagram, received, now);
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
