using System.Buffers.Binary;
using RealtimeServer.Transport.Channels;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>Where the life of a connection stands.</summary>
public enum ConnectionState
{
    /// <summary>A client waiting for the server's answer.</summary>
    Connecting,
    Connected,

    /// <summary>Has said goodbye and waits for its acknowledgement.</summary>
    Closing,
    Closed,
}

/// <summary>
/// One end of a connection as a state machine: datagrams, messages and the time in microseconds go in; datagrams and events come out. It
/// knows no socket and no clock, so a test plays any network through it, from a seed.
/// <code>
/// Connecting  --accept-->  Connected  --Disconnect-->  Closing  --ShutdownOk, time-->  Closed
///      +--refusal, attempts over--------------------------------------------------------^
///                              +--goodbye, silence, violation, unknown to the server----^
/// </code>
/// </summary>
internal sealed class Connection : IPacketReceiver
{
    private readonly IConnectionEvents _events;
    private readonly Link _link;
    private readonly ChannelTable _channels;
    private readonly long _connectTime;
    private readonly bool _isClient;
    private FragmentAssembler? _fragments;
    private RepeatedDatagram _repeated;
    private Introduction _introduction;
    private long _reserved;
    private long _heardAt;
    private long _deadline;
    private bool _isPatient;
    private bool _violated;

    private Connection(IConnectionEvents events, ConnectionHost host, in Handshake handshake, bool isClient)
    {
        _events = events;
        _isClient = isClient;
        _connectTime = handshake.ConnectTime;
        _link = new Link(events, host, handshake.Dialect, host.Settings.OverheadBytes + handshake.OverheadBytes, isClient);
        _channels = new ChannelTable(_link);
    }

    public ConnectionState State { get; private set; }

    public long ConnectTime => _connectTime;

    public int ConnectionNumber => _link.ConnectionNumber;

    /// <summary>The last ping sent; the other side answers later ones only.</summary>
    public ushort PingSequence => _link.Pings.Sequence;

    /// <summary>When the other side was last heard.</summary>
    public long HeardAt => _heardAt;

    /// <summary>When <see cref="Update"/> has something to do again, if nothing is sent or received before. Never late, sometimes early.</summary>
    public long NextDeadline => _deadline;

    /// <summary>Bytes of the largest unreliable message; it grows when the path is found to take larger datagrams.</summary>
    public int UnreliableBytesMax => _link.Mtu.DatagramBytes - 1;

    /// <summary>
    /// When so long a silence ends the connection. Where both ends are patient, silence that nobody has asked to end says little.
    /// </summary>
    private long TimeoutAt => _heardAt + Limits.TimeoutMicroseconds + (_isPatient ? Patience : 0);

    private long Patience => Math.Clamp(_link.Pings.AskedAt - _heardAt, 0, Limits.PatienceMicroseconds);

    /// <summary>Safe to read on any thread: the tables it walks only ever gain entries.</summary>
    public ConnectionStatistics Statistics => _link.Statistics(_channels.PendingPackets());

    /// <summary>The client's end: begins to ask the server.</summary>
    /// <param name="serverAddress">The server's address as it lies in a sockaddr, 16 or 28 bytes.</param>
    public static Connection ToServer(
        IConnectionEvents events, ConnectionHost host, Dialect dialect, ReadOnlySpan<byte> serverAddress, ReadOnlySpan<byte> connectData, long now)
    {
        long connectTime = ConnectTimeOf(host, now);
        var connection = new Connection(events, host, new Handshake(dialect, connectTime, 0), isClient: true) { _heardAt = now };
        byte[] request = new byte[Packet.ConnectRequestHeaderBytes + serverAddress.Length + connectData.Length];
        ConnectRequest.Write(request, dialect, connectTime, serverAddress, connectData);
        connection._repeated = new RepeatedDatagram(request, now, Limits.ConnectRetryMicroseconds);
        connection.Update(now);
        return connection;
    }

    /// <summary>What a request made at that time carries: it tells one attempt from another.</summary>
    public static long ConnectTimeOf(ConnectionHost host, long now) => host.UtcTicksAtZero + (now * 10);

    /// <summary>The server's end, once the client has been accepted and has proven its address: it is connected at once.</summary>
    public static Connection ToClient(IConnectionEvents events, ConnectionHost host, in Handshake handshake, long now)
    {
        var connection = new Connection(events, host, in handshake, isClient: false) { _isPatient = handshake.IsPatient };
        if (handshake.RttMicroseconds > 0)
        {
            connection._link.RoundTrip.Add(handshake.RttMicroseconds, now);
        }

        connection.Open(handshake.ConnectionNumber, handshake.PingSequence, now);
        return connection;
    }

    /// <summary>The other side goes on from another address, where the path is another one too.</summary>
    /// <param name="pingSequence">The ping that proved the address.</param>
    public void Moved(ushort pingSequence, long now)
    {
        _heardAt = now;
        _link.RoundTrip.Forget();
        _link.Congestion.Restart();
        _link.Mtu.Restart(now);
        _link.Pings.Start(pingSequence, now);
        _deadline = 0;
    }

    /// <summary>The other side may have been pinged from elsewhere: the next ping has a later number than those.</summary>
    public void GoOnFrom(ushort pingSequence, long now)
    {
        _link.Pings.Start(pingSequence, now);
        _deadline = 0;
    }

    /// <summary>
    /// Reserves room for a reliable message that another thread hands over; any thread may ask. False if with it more would wait than may.
    /// <see cref="Redeem"/> ends the reservation, when the message comes or is lost on the way.
    /// </summary>
    public bool TryReserve(int bytes)
    {
        long reserved = Interlocked.Add(ref _reserved, ReservationOf(bytes));
        ConnectionSettings settings = _link.Host.Settings;
        if (_link.QueuedBytes + (reserved & uint.MaxValue) <= settings.QueuedBytesMax && _link.QueuedPackets + (reserved >> 32) <= settings.QueuedPacketsMax)
        {
            return true;
        }

        Redeem(bytes);
        return false;
    }

    public void Redeem(int bytes) => Interlocked.Add(ref _reserved, -ReservationOf(bytes));

    /// <summary>Whether a message of so many bytes would be taken now.</summary>
    public bool CanSend(DeliveryMethod method, byte channel, int bytes)
    {
        if (State != ConnectionState.Connected)
        {
            return false;
        }

        return method == DeliveryMethod.Unreliable
            ? _link.Congestion.HasBudget && _link.Unacknowledged.HasRoom(bytes, _link.Now)
            : _channels.FindOrAdd(ChannelTable.IdOf(method, channel)) is { } found && found.CanSend(bytes, _link.Now);
    }

    /// <summary>Hands a message over. An unreliable one leaves with the next <see cref="Update"/> or before, the others as the path takes them.</summary>
    public SendOutcome Send(DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload)
    {
        if (State != ConnectionState.Connected || method > DeliveryMethod.Unreliable)
        {
            return SendOutcome.Unknown;
        }

        _deadline = 0;
        _link.Pings.NoteUse(_link.Now);
        return method == DeliveryMethod.Unreliable ? SendUnreliable(payload)
            : _channels.FindOrAdd(ChannelTable.IdOf(method, channel)) is { } found ? found.Send(payload, _link.Now) : SendOutcome.Unknown;
    }

    /// <summary>Says goodbye, and repeats it until it is acknowledged. The event comes at once.</summary>
    public void Disconnect(ReadOnlySpan<byte> data, long now, DisconnectReason reason = DisconnectReason.LocalClosed)
    {
        if (State is ConnectionState.Closing or ConnectionState.Closed)
        {
            return;
        }

        bool wasConnected = State == ConnectionState.Connected;
        int kept = Math.Min(data.Length, Limits.ConnectDataBytesMax);
        byte[] goodbye = new byte[Packet.DisconnectHeaderBytes + kept];
        goodbye[0] = _link.Header(PacketKind.Disconnect);
        BinaryPrimitives.WriteInt64LittleEndian(goodbye.AsSpan(1), _connectTime);
        data[..kept].CopyTo(goodbye.AsSpan(Packet.DisconnectHeaderBytes));
        _repeated = new RepeatedDatagram(goodbye, now, Limits.DisconnectRetryMicroseconds);
        State = wasConnected ? ConnectionState.Closing : ConnectionState.Closed;
        ReleaseBuffers();
        _repeated.Send(_link, now);
        _deadline = 0;
        _events.Disconnected(reason, data);
    }

    /// <summary>Ends without a word to the other side, which is gone or has another connection.</summary>
    public void Abandon(DisconnectReason reason)
    {
        if (State == ConnectionState.Connected)
        {
            End(reason, []);
        }

        State = ConnectionState.Closed;
    }

    /// <summary>Takes a datagram of the other side. Whatever it holds, nothing is thrown.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, long now)
    {
        _link.CountReceived(datagram.Length);
        _link.Now = now;
        if (datagram.IsEmpty || datagram.Length > Limits.ReceiveBytesMax || State == ConnectionState.Closed)
        {
            return;
        }

        _deadline = 0;
        var packets = new DatagramPackets(datagram, _link.Dialect);
        while (State != ConnectionState.Closed && packets.TryNext(out ReadOnlySpan<byte> packet))
        {
            PacketKind kind = Packet.Kind(_link.Dialect, packet[0]);
            if (Packet.IsLongEnough(kind, packet))
            {
                ReceivePacket(kind, packet, now);
            }
        }
    }

    /// <summary>Lets time pass: sends what is due and notices what is overdue. Call it after sending and receiving, and at <see cref="NextDeadline"/>.</summary>
    public void Update(long now)
    {
        _link.Now = now;
        switch (State)
        {
            case ConnectionState.Connecting when _repeated.IsDue(now) && _repeated.Sendings >= Limits.ConnectAttemptsMax:
                End(DisconnectReason.ConnectionFailed, []);
                break;
            case ConnectionState.Closing when _repeated.IsOver(now):
                State = ConnectionState.Closed;
                break;
            case ConnectionState.Connecting or ConnectionState.Closing when _repeated.IsDue(now):
                _repeated.Send(_link, now);
                break;
            case ConnectionState.Connected when _violated:
                Disconnect([], now, DisconnectReason.ProtocolViolation);
                break;
            case ConnectionState.Connected when now > TimeoutAt:
                End(DisconnectReason.Timeout, []);
                break;
            case ConnectionState.Connected:
                Flush(now);
                break;
            default:
                break;
        }

        _deadline = DeadlineNow();
    }

    void IPacketReceiver.Accept(ReadOnlySpan<byte> packet, byte channelId)
    {
        var method = (DeliveryMethod)(channelId % 4);
        byte channel = (byte)(channelId / 4);
        if (Packet.Kind(_link.Dialect, packet[0]) == PacketKind.ReliableMerged)
        {
            var messages = new MergedMessages(packet);
            while (messages.TryNext(out ReadOnlySpan<byte> merged))
            {
                Deliver(merged, method, channel);
            }
        }
        else if (!Packet.IsFragmented(packet[0]))
        {
            Deliver(packet[Packet.ChannelHeaderBytes..], method, channel);
        }
        else if (!(_fragments ??= new FragmentAssembler(_link.Host)).TryAdd(packet, channelId, out ArraySegment<byte> message))
        {
            _violated = true;
        }
        else if (message.Array is not null)
        {
            Deliver(message, method, channel);
            _fragments?.Return(message);
        }
    }

    /// <summary>Packets in the upper half, bytes in the lower.</summary>
    private static long ReservationOf(int bytes)
    {
        long packets = 1 + (bytes / Limits.FragmentBytesMin);
        return (packets << 32) + bytes + (packets * Packet.FragmentHeaderBytes);
    }

    private SendOutcome SendUnreliable(ReadOnlySpan<byte> payload)
    {
        int length = payload.Length + 1;
        if (length > _link.Mtu.DatagramBytes)
        {
            return SendOutcome.TooLarge;
        }

        if (!_link.Congestion.HasBudget || !_link.Unacknowledged.TryTake(length, _link.Now))
        {
            return SendOutcome.QueueFull;
        }

        _link.Congestion.ChargeLoose(length);
        Span<byte> packet = stackalloc byte[length];
        packet[0] = _link.Header(PacketKind.Unreliable);
        payload.CopyTo(packet[1..]);
        _link.Datagrams.Add(packet);
        return SendOutcome.Sent;
    }

    private void ReceivePacket(PacketKind kind, ReadOnlySpan<byte> packet, long now)
    {
        if (State == ConnectionState.Connecting)
        {
            ReceiveWhileConnecting(kind, packet, now);
        }
        else if (kind == PacketKind.ShutdownOk)
        {
            State = State == ConnectionState.Closing ? ConnectionState.Closed : State;
        }
        else if (kind == PacketKind.PeerNotFound)
        {
            ReceivePeerNotFound(packet, now);
        }
        else if (Packet.ConnectionNumber(packet[0]) != ConnectionNumber && kind != PacketKind.MtuCheck)
        {
            // Stock peers send checks under number 0, whatever theirs is.
            return;
        }
        else if (kind == PacketKind.Disconnect)
        {
            ReceiveDisconnect(packet);
        }
        else if (State == ConnectionState.Connected)
        {
            ReceiveConnected(kind, packet, now);
        }
    }

    private void ReceiveWhileConnecting(PacketKind kind, ReadOnlySpan<byte> packet, long now)
    {
        bool isAnswer = kind is PacketKind.ConnectAccept or PacketKind.Disconnect && BinaryPrimitives.ReadInt64LittleEndian(packet[1..]) == _connectTime;
        switch (kind)
        {
            case PacketKind.ConnectAccept when isAnswer && packet.Length == Packet.AcceptBytes && packet[9] <= 3:
                _introduction = new Introduction(BinaryPrimitives.ReadInt32LittleEndian(packet[11..]));
                _isPatient = (_introduction.PeerId & ConnectAccept.PatientBit) != 0;
                Open(packet[9], 0, now);
                _events.Connected();
                break;
            case PacketKind.Disconnect when isAnswer:
                _link.Transmit([_link.Header(PacketKind.ShutdownOk)]);
                End(DisconnectReason.Rejected, packet[Packet.DisconnectHeaderBytes..]);
                break;
            case PacketKind.InvalidProtocol:
                End(DisconnectReason.InvalidProtocol, []);
                break;
            default:
                break;
        }
    }

    private void ReceiveConnected(PacketKind kind, ReadOnlySpan<byte> packet, long now)
    {
        switch (kind)
        {
            case PacketKind.Unreliable:
                Deliver(packet[1..], DeliveryMethod.Unreliable, 0);
                break;
            case PacketKind.Channeled or PacketKind.ReliableMerged:
                _channels.FindOrAdd(packet[3])?.Receive(packet, this);
                break;
            case PacketKind.Ack:
                _channels.Find(packet[3])?.ReceiveAck(packet, now);
                break;
            case PacketKind.Ping:
                _link.Pings.ReceivePing(packet);
                break;
            case PacketKind.Pong:
                _link.Pings.ReceivePong(packet, now);
                break;
            case PacketKind.MtuCheck:
                _link.Mtu.Echo(packet);
                break;
            case PacketKind.MtuOk:
                _link.Mtu.ReceiveOk(packet, now);
                break;
            default:
                return;
        }

        _heardAt = now;
        _link.Pings.NoteHeard();
        _introduction.Forget();
    }

    private void ReceiveDisconnect(ReadOnlySpan<byte> packet)
    {
        // The connect time has 64 bits that only the two ends and who reads along know.
        if (BinaryPrimitives.ReadInt64LittleEndian(packet[1..]) != _connectTime)
        {
            return;
        }

        _link.Transmit([_link.Header(PacketKind.ShutdownOk)]);
        if (State == ConnectionState.Closing)
        {
            State = ConnectionState.Closed;
        }
        else
        {
            End(DisconnectReason.RemoteClosed, packet[Packet.DisconnectHeaderBytes..]);
        }
    }

    /// <summary>
    /// The server asks who this is, since it sees another address, or says that it does not know. Anybody can forge both: a client says who
    /// it is, and gives up only if nothing else comes for a while; a server never heeds it.
    /// </summary>
    private void ReceivePeerNotFound(ReadOnlySpan<byte> packet, long now)
    {
        if (!_isClient || State != ConnectionState.Connected)
        {
            return;
        }

        bool isSilent = now - _heardAt > Limits.PeerNotFoundSilenceMicroseconds
            && now - _link.Pings.AskedAt > Limits.PeerNotFoundUnansweredMicroseconds;
        _link.Pings.Suspect(now);
        if (isSilent && (packet.Length == Packet.PeerUnknownBytes || _introduction.WasInVain(now)))
        {
            End(DisconnectReason.PeerNotFound, []);
        }
        else if (packet.Length == Packet.PeerNotFoundBytes && _introduction.TryBegin(now))
        {
            Span<byte> change = stackalloc byte[Packet.AddressChangeBytes];
            new AddressChange(_connectTime, ConnectionNumber, _introduction.PeerId).Write(change, _link.Dialect);
            _link.Transmit(change);
            _link.Mtu.Restart(now);
        }
    }

    private void Deliver(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        // A handler may have closed the connection while more of the same datagram was waiting.
        if (State == ConnectionState.Connected)
        {
            _link.Pings.NoteUse(_link.Now);
            _events.Received(payload, method, channel);
        }
    }

    /// <summary>Acks first, then what is lost and what is new by priority, then what may ride along.</summary>
    private void Flush(long now)
    {
        _link.Congestion.Refresh(now);
        _link.Flight.Refresh(now);
        foreach (Channel channel in _channels.InOrder)
        {
            channel.FlushAck();
        }

        foreach (Channel channel in _channels.InOrder)
        {
            channel.Flush(now);
        }

        _link.Pings.Flush(now);
        foreach (Channel channel in _channels.InOrder)
        {
            channel.RideAlong(now);
        }

        if (_link.Datagrams.Bytes > 0)
        {
            _link.Pings.RideAlong(now);
        }

        _link.Datagrams.Flush();
        _link.Mtu.Flush(now);
        if (_link.Congestion.IsLimited)
        {
            _channels.TakeTurns();
        }
    }

    private long DeadlineNow()
    {
        switch (State)
        {
            case ConnectionState.Connecting or ConnectionState.Closing:
                return _repeated.Deadline;
            case ConnectionState.Closed:
                return long.MaxValue;
            default:
                break;
        }

        long deadline = Math.Min(_link.Deadline, TimeoutAt + 1);
        foreach (Channel channel in _channels.InOrder)
        {
            deadline = Math.Min(deadline, channel.Deadline);
        }

        return deadline;
    }

    private void Open(int connectionNumber, ushort pingSequence, long now)
    {
        _link.Now = now;
        _link.ConnectionNumber = connectionNumber;
        _heardAt = now;
        _repeated = default;
        State = ConnectionState.Connected;

        // The first ping goes out at once: it gives the first round trip.
        _link.Pings.Start(pingSequence, now);
        _link.Pings.IsPatient = _isPatient;
        _link.Mtu.Restart(now);
    }

    private void End(DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        State = ConnectionState.Closed;
        ReleaseBuffers();
        _events.Disconnected(reason, data);
    }

    private void ReleaseBuffers()
    {
        _channels.Clear();
        _link.Datagrams.Drop();
        _fragments?.Clear();
        _fragments = null;
    }
}
