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
/// </summary>
internal sealed class Connection : IPacketReceiver
{
    private readonly IConnectionEvents _events;
    private readonly BufferPool _pool;
    private readonly DatagramBuilder _datagrams;
    private readonly RoundTrip _roundTrip = new();
    private readonly ReliableChannel?[] _reliable = new ReliableChannel?[Limits.ChannelsMax * 4];
    private readonly SequencedChannel?[] _sequenced = new SequencedChannel?[Limits.ChannelsMax * 4];
    private readonly List<ReliableChannel> _reliableInUse = [];
    private readonly List<SequencedChannel> _sequencedInUse = [];
    private readonly FragmentAssembler _fragments = new();
    private readonly long _utcTicksAtZero;
    private readonly Dialect _dialect;
    private readonly long _connectTime;
    private readonly bool _isClient;
    private byte[] _handshake = [];
    private int _connectionNumber;
    private ushort _fragmentId;
    private ushort _pingSequence;
    private ushort _pingAnswered;
    private long _pingSentAt;
    private long _heardAt;
    private long _retryAt;
    private long _closedAt;
    private int _attempts;
    private bool _violated;
    private long _datagramsSent;
    private long _datagramsReceived;
    private long _bytesSent;
    private long _bytesReceived;

    private Connection(IConnectionEvents events, BufferPool pool, Dialect dialect, long connectTime, long utcTicksAtZero, bool isClient)
    {
        _isClient = isClient;
        _events = events;
        _pool = pool;
        _datagrams = new DatagramBuilder(new CountingSink(this));
        _dialect = dialect;
        _connectTime = connectTime;
        _utcTicksAtZero = utcTicksAtZero;
    }

    public ConnectionState State { get; private set; }

    public long ConnectTime => _connectTime;

    /// <summary>Safe to read on any thread: the tables it walks only ever gain entries.</summary>
    public ConnectionStatistics Statistics
    {
        get
        {
            long resends = 0;
            long sent = 0;
            int pending = 0;
            for (int id = 0; id < _reliable.Length; id++)
            {
                if (_reliable[id] is { } reliable)
                {
                    resends += reliable.Resends;
                    sent += reliable.PacketsSent;
                    pending += reliable.Pending;
                }

                if (_sequenced[id] is { } sequenced)
                {
                    resends += sequenced.Resends;
                    sent += sequenced.PacketsSent;
                    pending += sequenced.Pending;
                }
            }

            return new ConnectionStatistics(
                _roundTrip.Smoothed / 1000.0, _roundTrip.Deviation / 1000.0,
                _datagramsSent, _datagramsReceived, _bytesSent, _bytesReceived, resends, sent, pending);
        }
    }

    public int ConnectionNumber => _connectionNumber;

    /// <summary>The last ping sent; the other side answers later ones only.</summary>
    public ushort PingSequence => _pingSequence;

    /// <summary>When the other side was last heard.</summary>
    public long HeardAt => _heardAt;

    /// <summary>When <see cref="Update"/> has something to do again, if nothing is sent or received before. Never late, sometimes early.</summary>
    public long NextDeadline
    {
        get
        {
            switch (State)
            {
                case ConnectionState.Connecting:
                    return _retryAt;
                case ConnectionState.Closing:
                    return Math.Min(_retryAt, _closedAt + Limits.TimeoutMicroseconds + 1);
                case ConnectionState.Closed:
                    return long.MaxValue;
                default:
                    break;
            }

            long deadline = Math.Min(_pingSentAt + Limits.PingMicroseconds, _heardAt + Limits.TimeoutMicroseconds + 1);
            foreach (ReliableChannel channel in _reliableInUse)
            {
                deadline = Math.Min(deadline, channel.NextDeadline(_roundTrip));
            }

            foreach (SequencedChannel channel in _sequencedInUse)
            {
                deadline = Math.Min(deadline, channel.NextDeadline(_roundTrip));
            }

            return deadline;
        }
    }

    private byte DisconnectHeader => Packet.Header(_dialect, PacketKind.Disconnect, _connectionNumber);

    /// <summary>The client's end: begins to ask the server.</summary>
    /// <param name="serverAddress">The server's address as it lies in a sockaddr, 16 or 28 bytes.</param>
    /// <param name="utcTicksAtZero">The wall clock at time zero, in ticks of 100 ns; it goes into requests and pongs.</param>
    public static Connection ToServer(
        IConnectionEvents events, Dialect dialect, ReadOnlySpan<byte> serverAddress, ReadOnlySpan<byte> connectData, long now, long utcTicksAtZero)
    {
        long connectTime = utcTicksAtZero + (now * 10);
        var connection = new Connection(events, new BufferPool(), dialect, connectTime, utcTicksAtZero, isClient: true) { _heardAt = now };
        connection._handshake = new byte[Packet.ConnectRequestHeaderBytes + serverAddress.Length + connectData.Length];
        ConnectRequest.Write(connection._handshake, connection._dialect, connectTime, serverAddress, connectData);
        connection.Update(now);
        return connection;
    }

    /// <summary>The server's end, once the client has been accepted and has proven its address: it is connected at once.</summary>
    public static Connection ToClient(IConnectionEvents events, BufferPool pool, in Handshake handshake, long now, long utcTicksAtZero)
    {
        var connection = new Connection(events, pool, handshake.Dialect, handshake.ConnectTime, utcTicksAtZero, isClient: false);
        connection.Open(handshake.ConnectionNumber, now);
        connection._pingSequence = handshake.PingSequence;
        connection._pingAnswered = handshake.PingSequence;
        if (handshake.RttMicroseconds > 0)
        {
            connection._roundTrip.Add(handshake.RttMicroseconds);
        }

        return connection;
    }

    /// <summary>The other side goes on from another address, where the path is another one too.</summary>
    /// <param name="pingSequence">The ping that proved the address.</param>
    public void Moved(ushort pingSequence, long now)
    {
        _pingSequence = pingSequence;
        _pingAnswered = pingSequence;
        _heardAt = now;
    }

    public SendOutcome Send(DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload)
    {
        if (State != ConnectionState.Connected || channel >= Limits.ChannelsMax)
        {
            return SendOutcome.Unknown;
        }

        switch (method)
        {
            case DeliveryMethod.Unreliable when payload.Length <= Limits.UnreliableBytesMax:
                Span<byte> packet = stackalloc byte[1 + payload.Length];
                packet[0] = Packet.Header(_dialect, PacketKind.Unreliable, _connectionNumber);
                payload.CopyTo(packet[1..]);
                _datagrams.Add(packet);
                return SendOutcome.Sent;
            case DeliveryMethod.Sequenced or DeliveryMethod.ReliableSequenced when payload.Length <= Limits.ChannelBytesMax:
                Sequenced(ChannelId(method, channel)).Send(Packet.Header(_dialect, PacketKind.Channeled, _connectionNumber), payload, _datagrams);
                return SendOutcome.Sent;
            case DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered when payload.Length <= Limits.MessageBytesMax:
                return SendReliable(Reliable(ChannelId(method, channel)), payload);
            default:
                return SendOutcome.TooLarge;
        }
    }

    /// <summary>Says goodbye, and repeats it until it is acknowledged. The event comes at once.</summary>
    public void Disconnect(ReadOnlySpan<byte> data, long now, DisconnectReason reason = DisconnectReason.LocalClosed)
    {
        if (State is ConnectionState.Closing or ConnectionState.Closed)
        {
            return;
        }

        bool wasConnected = State == ConnectionState.Connected;
        _datagrams.Flush();
        int kept = Math.Min(data.Length, Limits.ConnectDataBytesMax);
        _handshake = new byte[Packet.DisconnectHeaderBytes + kept];
        _handshake[0] = DisconnectHeader;
        BinaryPrimitives.WriteInt64LittleEndian(_handshake.AsSpan(1), _connectTime);
        data[..kept].CopyTo(_handshake.AsSpan(Packet.DisconnectHeaderBytes));
        State = wasConnected ? ConnectionState.Closing : ConnectionState.Closed;
        _closedAt = now;
        _retryAt = now + Limits.DisconnectRetryMicroseconds;
        ReleaseBuffers();
        TransmitNow(_handshake);
        _events.Disconnected(reason, data);
    }

    /// <summary>Takes a datagram of the other side. Whatever it holds, nothing is thrown.</summary>
    public void Receive(ReadOnlySpan<byte> datagram, long now)
    {
        _datagramsReceived++;
        _bytesReceived += datagram.Length;
        if (datagram.IsEmpty || datagram.Length > Limits.ReceiveBytesMax || State == ConnectionState.Closed)
        {
            return;
        }

        if (Packet.Kind(_dialect, datagram[0]) != PacketKind.Merged)
        {
            ReceivePacket(datagram, now);
            return;
        }

        ReadOnlySpan<byte> rest = datagram[1..];
        while (rest.Length > 2 && State != ConnectionState.Closed)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            if (length == 0 || length > rest.Length - 2)
            {
                return;
            }

            ReadOnlySpan<byte> packet = rest.Slice(2, length);
            if (Packet.Kind(_dialect, packet[0]) != PacketKind.Merged)
            {
                ReceivePacket(packet, now);
            }

            rest = rest[(2 + length)..];
        }
    }

    /// <summary>Lets time pass: sends what is due and notices what is overdue. Call it after sending and receiving, and every few milliseconds.</summary>
    public void Update(long now)
    {
        switch (State)
        {
            case ConnectionState.Connecting:
                UpdateConnecting(now);
                break;
            case ConnectionState.Connected when _violated:
                Disconnect([], now, DisconnectReason.ProtocolViolation);
                break;
            case ConnectionState.Connected when now - _heardAt > Limits.TimeoutMicroseconds:
                End(DisconnectReason.Timeout, []);
                break;
            case ConnectionState.Connected:
                UpdateConnected(now);
                break;
            case ConnectionState.Closing when now - _closedAt > Limits.TimeoutMicroseconds:
                State = ConnectionState.Closed;
                break;
            case ConnectionState.Closing when now >= _retryAt:
                _retryAt = now + Limits.DisconnectRetryMicroseconds;
                TransmitNow(_handshake);
                break;
            default:
                break;
        }
    }

    void IPacketReceiver.Accept(ReadOnlySpan<byte> packet, byte channelId)
    {
        var method = (DeliveryMethod)(channelId % 4);
        byte channel = (byte)(channelId / 4);
        if (Packet.Kind(_dialect, packet[0]) == PacketKind.ReliableMerged)
        {
            DeliverMerged(packet[Packet.ChannelHeaderBytes..], method, channel);
        }
        else if (!Packet.IsFragmented(packet[0]))
        {
            Deliver(packet[Packet.ChannelHeaderBytes..], method, channel);
        }
        else if (!_fragments.TryAdd(packet, channelId, out byte[]? message))
        {
            _violated = true;
        }
        else if (message is not null)
        {
            Deliver(message, method, channel);
        }
    }

    private static int ChannelId(DeliveryMethod method, byte channel) => (channel * 4) + (int)method;

    private SendOutcome SendReliable(ReliableChannel channel, ReadOnlySpan<byte> payload)
    {
        byte header = Packet.Header(_dialect, PacketKind.Channeled, _connectionNumber);
        int parts = payload.Length <= Limits.ChannelBytesMax ? 1 : (payload.Length + Limits.FragmentBytesMax - 1) / Limits.FragmentBytesMax;
        if (!channel.HasRoom(parts, payload.Length + (parts * Packet.FragmentHeaderBytes)))
        {
            return SendOutcome.QueueFull;
        }

        if (parts == 1)
        {
            byte[] buffer = _pool.Rent();
            payload.CopyTo(buffer.AsSpan(Packet.ChannelHeaderBytes));
            channel.Enqueue(header, buffer, Packet.ChannelHeaderBytes + payload.Length);
            return SendOutcome.Sent;
        }

        _fragmentId++;
        for (int part = 0; part < parts; part++)
        {
            ReadOnlySpan<byte> data = payload[(part * Limits.FragmentBytesMax)..];
            data = data[..Math.Min(data.Length, Limits.FragmentBytesMax)];
            byte[] buffer = _pool.Rent();
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(4), _fragmentId);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(6), (ushort)part);
            BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(8), (ushort)parts);
            data.CopyTo(buffer.AsSpan(Packet.FragmentHeaderBytes));
            channel.Enqueue((byte)(header | Packet.FragmentedBit), buffer, Packet.FragmentHeaderBytes + data.Length);
        }

        return SendOutcome.Sent;
    }

    private void ReceivePacket(ReadOnlySpan<byte> packet, long now)
    {
        PacketKind kind = Packet.Kind(_dialect, packet[0]);
        if (packet.Length < Packet.BytesMin(kind) + (Packet.IsFragmented(packet[0]) ? Packet.FragmentHeaderBytes - Packet.ChannelHeaderBytes : 0))
        {
            return;
        }

        if (State == ConnectionState.Connecting)
        {
            ReceiveWhileConnecting(kind, packet, now);
            return;
        }

        if (kind == PacketKind.ShutdownOk)
        {
            if (State == ConnectionState.Closing)
            {
                State = ConnectionState.Closed;
            }

            return;
        }

        if (Packet.ConnectionNumber(packet[0]) == _connectionNumber || kind == PacketKind.PeerNotFound)
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
                Open(packet[9], now);
                _events.Connected();
                break;
            case PacketKind.Disconnect when isAnswer:
                TransmitShutdownOk();
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
        if (kind == PacketKind.Disconnect)
        {
            ReceiveDisconnect(packet);
            return;
        }

        if (State != ConnectionState.Connected)
        {
            return;
        }

        switch (kind)
        {
            case PacketKind.PeerNotFound:
                ReceivePeerNotFound(now);
                return;
            case PacketKind.Unreliable:
                _heardAt = now;
                Deliver(packet[1..], DeliveryMethod.Unreliable, 0);
                break;
            case PacketKind.Channeled or PacketKind.ReliableMerged:
                _heardAt = now;
                ReceiveChanneled(packet);
                break;
            case PacketKind.Ack:
                _heardAt = now;
                ReceiveAck(packet, now);
                break;
            case PacketKind.Ping:
                _heardAt = now;
                ReceivePing(packet, now);
                break;
            case PacketKind.Pong:
                _heardAt = now;
                ReceivePong(packet, now);
                break;
            case PacketKind.MtuCheck:
                _heardAt = now;
                EchoMtuCheck(packet);
                break;
            default:
                break;
        }
    }

    private void ReceiveDisconnect(ReadOnlySpan<byte> packet)
    {
        if (BinaryPrimitives.ReadInt64LittleEndian(packet[1..]) != _connectTime)
        {
            return;
        }

        TransmitShutdownOk();
        if (State == ConnectionState.Closing)
        {
            State = ConnectionState.Closed;
        }
        else
        {
            End(DisconnectReason.RemoteClosed, packet[Packet.DisconnectHeaderBytes..]);
        }
    }

    /// <summary>Anybody can forge this byte, so a client heeds it only when the server has been silent; a server never does.</summary>
    private void ReceivePeerNotFound(long now)
    {
        if (_isClient && now - _heardAt > Limits.PeerNotFoundSilenceMicroseconds)
        {
            End(DisconnectReason.PeerNotFound, []);
        }
    }

    private void ReceiveChanneled(ReadOnlySpan<byte> packet)
    {
        int id = packet[3];
        bool plain = Packet.Kind(_dialect, packet[0]) == PacketKind.Channeled && !Packet.IsFragmented(packet[0]);
        if (id >= _reliable.Length)
        {
            return;
        }

        if (id % 2 == 0)
        {
            Reliable(id).Receive(packet, this);
        }
        else if (plain)
        {
            Sequenced(id).Receive(packet, this);
        }
    }

    private void ReceiveAck(ReadOnlySpan<byte> packet, long now)
    {
        int id = packet[3];
        if (id < _reliable.Length)
        {
            _reliable[id]?.ReceiveAck(packet, now, _roundTrip);
            _sequenced[id]?.ReceiveAck(packet);
        }
    }

    private void ReceivePing(ReadOnlySpan<byte> packet, long now)
    {
        // Every ping is answered: stock peers count in 16 bits and stop understanding their own order after 18 hours.
        Span<byte> pong = stackalloc byte[Packet.PongBytes];
        pong[0] = Packet.Header(_dialect, PacketKind.Pong, _connectionNumber);
        packet.Slice(1, 2).CopyTo(pong[1..]);
        BinaryPrimitives.WriteInt64LittleEndian(pong[3..], _utcTicksAtZero + (now * 10));
        _datagrams.Add(pong);
    }

    private void ReceivePong(ReadOnlySpan<byte> packet, long now)
    {
        ushort sequence = BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]);
        if (sequence == _pingSequence && sequence != _pingAnswered)
        {
            _pingAnswered = sequence;
            _roundTrip.Add(now - _pingSentAt);
        }
    }

    private void EchoMtuCheck(ReadOnlySpan<byte> packet)
    {
        if (packet.Length is < 1024 or > Limits.ReceiveBytesMax || BinaryPrimitives.ReadInt32LittleEndian(packet[1..]) != packet.Length
            || BinaryPrimitives.ReadInt32LittleEndian(packet[^4..]) != packet.Length)
        {
            return;
        }

        Span<byte> echo = stackalloc byte[packet.Length];
        packet.CopyTo(echo);
        echo[0] = Packet.Header(_dialect, PacketKind.MtuOk, _connectionNumber);
        TransmitNow(echo);
    }

    private void DeliverMerged(ReadOnlySpan<byte> entries, DeliveryMethod method, byte channel)
    {
        while (entries.Length > 2)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(entries);
            if (length == 0 || length > entries.Length - 2)
            {
                return;
            }

            Deliver(entries.Slice(2, length), method, channel);
            entries = entries[(2 + length)..];
        }
    }

    private void Deliver(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel)
    {
        // A handler may have closed the connection while more of the same datagram was waiting.
        if (State == ConnectionState.Connected)
        {
            _events.Received(payload, method, channel);
        }
    }

    private void UpdateConnecting(long now)
    {
        if (now < _retryAt)
        {
            return;
        }

        if (_attempts++ >= Limits.ConnectAttemptsMax)
        {
            End(DisconnectReason.ConnectionFailed, []);
            return;
        }

        _retryAt = now + Limits.ConnectRetryMicroseconds;
        TransmitNow(_handshake);
    }

    private void UpdateConnected(long now)
    {
        foreach (ReliableChannel channel in _reliableInUse)
        {
            channel.Flush(now, _roundTrip, _dialect, _connectionNumber, _datagrams);
        }

        foreach (SequencedChannel channel in _sequencedInUse)
        {
            channel.Flush(now, _roundTrip, _dialect, _connectionNumber, _datagrams);
        }

        if (now - _pingSentAt >= Limits.PingMicroseconds)
        {
            Ping(now);
        }

        _datagrams.Flush();
    }

    private void Ping(long now)
    {
        // Kept inside 15 bits, in which stock peers compare them, and never 0, which they take for answered.
        _pingSequence = _pingSequence >= Sequence.Count - 1 ? (ushort)1 : (ushort)(_pingSequence + 1);
        _pingSentAt = now;
        Span<byte> ping = stackalloc byte[Packet.PingBytes];
        ping[0] = Packet.Header(_dialect, PacketKind.Ping, _connectionNumber);
        BinaryPrimitives.WriteUInt16LittleEndian(ping[1..], _pingSequence);
        _datagrams.Add(ping);
    }

    private void Open(int connectionNumber, long now)
    {
        _connectionNumber = connectionNumber;
        _datagrams.MergedHeader = Packet.Header(_dialect, PacketKind.Merged, connectionNumber);
        _heardAt = now;

        // The first ping goes out at once: it gives the first round trip.
        _pingSentAt = now - Limits.PingMicroseconds;
        State = ConnectionState.Connected;
    }

    private void End(DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        State = ConnectionState.Closed;
        ReleaseBuffers();
        _events.Disconnected(reason, data);
    }

    private void ReleaseBuffers()
    {
        foreach (ReliableChannel channel in _reliableInUse)
        {
            channel.Clear();
        }

        _reliableInUse.Clear();
        _sequencedInUse.Clear();
        _fragments.Clear();
    }

    private ReliableChannel Reliable(int id)
    {
        if (_reliable[id] is not { } channel)
        {
            channel = new ReliableChannel((byte)id, ordered: id % 4 == (int)DeliveryMethod.ReliableOrdered, _pool);
            _reliable[id] = channel;
            _reliableInUse.Add(channel);
        }

        return channel;
    }

    private SequencedChannel Sequenced(int id)
    {
        if (_sequenced[id] is not { } channel)
        {
            channel = new SequencedChannel((byte)id, reliable: id % 4 == (int)DeliveryMethod.ReliableSequenced);
            _sequenced[id] = channel;
            _sequencedInUse.Add(channel);
        }

        return channel;
    }

    private void TransmitShutdownOk() => TransmitNow([Packet.Header(_dialect, PacketKind.ShutdownOk, _connectionNumber)]);

    private void TransmitNow(ReadOnlySpan<byte> datagram)
    {
        _datagramsSent++;
        _bytesSent += datagram.Length;
        _events.Transmit(datagram);
    }

    private sealed class CountingSink(Connection connection) : IDatagramSink
    {
        public void Transmit(ReadOnlySpan<byte> datagram) => connection.TransmitNow(datagram);
    }
}
