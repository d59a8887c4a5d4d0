using System.Net;
using System.Net.Sockets;
using RealtimeServer.Transport.Channels;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Simulator;
using RealtimeServer.Transport.Wire;

namespace RealtimeServer.Transport;

/// <summary>How a client's socket is set up.</summary>
public sealed record UdpClientOptions
{
    /// <summary>Size asked of the operating system for each of the socket's two buffers.</summary>
    public int SocketBufferBytes { get; init; } = 256 * 1024;

    /// <summary>Speak the wire of LiteNetLib 1.x instead of that of 2.x.</summary>
    public bool SpeakVersion1 { get; init; }

    /// <summary>How large messages may be, how much is sent, and the like.</summary>
    public ConnectionSettings Connection { get; init; } = ConnectionSettings.Default;

    /// <summary>Append a checksum (CRC-32C) to every datagram; the server must do the same.</summary>
    public bool Checksum { get; init; }

    /// <summary>Encrypt and authenticate every datagram with these keys, which came with the connect token.</summary>
    public SealKeys? Seal { get; init; }

    /// <summary>
    /// A network to play between the client and its server, for tests and trials: <c>NetworkProfile.Parse("100ms±20 2%")</c>. Null plays none.
    /// </summary>
    public NetworkProfile? Network { get; init; }

    /// <summary>Seed of that network: the same sends at the same times meet the same fate.</summary>
    public ulong NetworkSeed { get; init; } = 1;
}

/// <summary>
/// A client without a thread of its own: <see cref="Poll"/> takes in what arrived and sends what is due, and all events come inside it.
/// For one thread at a time.
/// </summary>
public sealed class UdpClient : IDisposable, IConnectionEvents
{
    private readonly TimeProvider _time;
    private readonly UdpClientOptions _options;
    private readonly long _epoch;
    private readonly byte[] _receiveBuffer = new byte[2048];
    private readonly SimulatedLink? _link;
    private ClientLayer? _layer;
    private Socket? _socket;
    private Connection? _connection;
    private IClientEvents? _events;
    private DisconnectReason? _endedBeforePoll;

    public UdpClient(UdpClientOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _epoch = time.GetTimestamp();
        _link = options.Network is null ? null : new SimulatedLink(options.Network, options.NetworkSeed);
    }

    /// <summary>Closed before <see cref="Connect"/>, too.</summary>
    public ConnectionState State => _connection?.State ?? ConnectionState.Closed;

    public bool IsConnected => _connection?.State == ConnectionState.Connected;

    public ConnectionStatistics Statistics => _connection?.Statistics ?? default;

    /// <summary>The simulated network from now on. It cannot be put in afterwards: see <see cref="UdpClientOptions.Network"/>.</summary>
    /// <exception cref="InvalidOperationException">Set on a client made without one.</exception>
    public NetworkProfile? Network
    {
        get => _link?.Profile;
        set => (_link ?? throw new InvalidOperationException("This client was made without a simulated network.")).Profile = value ?? NetworkProfile.Perfect;
    }

    /// <summary>What the simulated network has done; nothing without one.</summary>
    public LinkCounts NetworkCounts => _link?.Counts ?? default;

    /// <summary>Begins to ask a server; <see cref="Poll"/> tells the outcome.</summary>
    /// <exception cref="InvalidOperationException">Called twice: a client connects once.</exception>
    /// <exception cref="ArgumentException">More connect data than a request holds.</exception>
    public void Connect(IPEndPoint server, ReadOnlySpan<byte> connectData)
    {
        ArgumentNullException.ThrowIfNull(server);
        if (_connection is not null)
        {
            throw new InvalidOperationException("This client has connected before: make a new one.");
        }

        if (connectData.Length > Limits.ConnectDataBytesMax)
        {
            throw new ArgumentException($"{connectData.Length} bytes of connect data; a request holds {Limits.ConnectDataBytesMax}.", nameof(connectData));
        }

        _socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
        {
            Blocking = false,
            ReceiveBufferSize = _options.SocketBufferBytes,
            SendBufferSize = _options.SocketBufferBytes,
        };
        _socket.Connect(server);
        SocketAddress address = server.Serialize();
        Dialect dialect = _options.SpeakVersion1 ? Dialect.V1 : Dialect.V2;
        long now = Now();
        ConnectionHost host = ConnectionHost.Of(_options.Connection with { OverheadBytes = OverheadBytes() }, _time.GetUtcNow().Ticks - (now * 10));
        _layer = OpenLayer(dialect, Connection.ConnectTimeOf(host, now));
        _connection = Connection.ToServer(this, host, dialect, address.Buffer.Span[..address.Size], connectData, now);
    }

    public void Poll(IClientEvents events)
    {
        if (_connection is null || _socket is null)
        {
            return;
        }

        _events = events;
        if (_endedBeforePoll is { } reason)
        {
            _endedBeforePoll = null;
            events.Disconnected(reason, []);
        }

        int left = Limits.DatagramsPerRoundMax;
        while (left-- > 0 && _connection.State != ConnectionState.Closed && TryReceive(out int length))
        {
            Arrive(_receiveBuffer.AsSpan(0, length));
        }

        while (_link is not null && _connection.State != ConnectionState.Closed && _link.Down.TryReceive(Now(), _receiveBuffer, out int length))
        {
            Hear(_receiveBuffer.AsSpan(0, length));
        }

        _connection.Update(Now());
        TransmitUntil(Now());
    }

    /// <summary>Hands a message over; it leaves with the next <see cref="Poll"/>.</summary>
    public SendOutcome Send(DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload) =>
        _connection?.Send(method, channel, payload) ?? SendOutcome.Unknown;

    /// <summary>Says goodbye; keep polling a little if the server should be sure to hear it.</summary>
    public void Disconnect(ReadOnlySpan<byte> data)
    {
        // What was handed over before gets its first chance to leave.
        if (_events is not null)
        {
            _connection?.Update(Now());
        }

        _connection?.Disconnect(data, Now());
    }

    public void Dispose()
    {
        // A goodbye that is still under way in the simulated network has left for good, as it would have in a real one.
        if (_socket is not null)
        {
            TransmitUntil(long.MaxValue - 1);
            _socket.Dispose();
            _layer?.Dispose();
        }
    }

    void IDatagramSink.Transmit(ReadOnlySpan<byte> datagram)
    {
        ReadOnlySpan<byte> wrapped = _layer is null ? datagram : _layer.Wrap(datagram);
        if (_link is null)
        {
            TransmitNow(wrapped);
        }
        else
        {
            _link.Up.Send(wrapped, Now());
        }
    }

    private void Arrive(ReadOnlySpan<byte> datagram)
    {
        if (_link is null)
        {
            Hear(datagram);
        }
        else
        {
            _link.Down.Send(datagram, Now());
        }
    }

    private void Hear(ReadOnlySpan<byte> datagram)
    {
        ReadOnlySpan<byte> opened = _layer is null ? datagram : _layer.Unwrap(datagram);
        if (_layer is null || !opened.IsEmpty)
        {
            _connection!.Receive(opened, Now());
        }
    }

    private int OverheadBytes() => _options.Seal is not null ? SealedLayer.TrailerBytes : _options.Checksum ? Crc32cLayer.ChecksumBytes : 0;

    private ClientLayer? OpenLayer(Dialect dialect, long connectTime) =>
        _options.Seal is not null ? new ClientLayer(new SealedLayer(_options.Seal, connectTime, isClient: true), dialect)
        : _options.Checksum ? new ClientLayer(new Crc32cLayer(), dialect)
        : null;

    private void TransmitUntil(long due)
    {
        while (_link is not null && _link.Up.TryReceive(due, _receiveBuffer, out int length))
        {
            TransmitNow(_receiveBuffer.AsSpan(0, length));
        }
    }

    /// <summary>Whether it left is not asked: nobody listening there (yet) and a full send buffer are loss to a datagram protocol.</summary>
    private void TransmitNow(ReadOnlySpan<byte> datagram) => _socket!.Send(datagram, SocketFlags.None, out _);

    void IConnectionEvents.Connected() => _events!.Connected();

    void IConnectionEvents.Received(ReadOnlySpan<byte> payload, DeliveryMethod method, byte channel) => _events!.Received(payload, method, channel);

    void IConnectionEvents.Disconnected(DisconnectReason reason, ReadOnlySpan<byte> data)
    {
        if (_events is null)
        {
            _endedBeforePoll = reason;
        }
        else
        {
            _events.Disconnected(reason, data);
        }
    }

    /// <summary>
    /// False if nothing waits, or the system tells of a refusal by the other side's: the connect attempts or the timeout decide. Errors come as values,
    /// since most looks find nothing.
    /// </summary>
    private bool TryReceive(out int length)
    {
        length = _socket!.Receive(_receiveBuffer, SocketFlags.None, out SocketError error);
        return error == SocketError.Success;
    }

    /// <summary>Microseconds since the client was made.</summary>
    private long Now() => _time.GetElapsedTime(_epoch).Ticks / 10;
}
