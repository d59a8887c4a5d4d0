using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RealtimeServer.Transport.Peers;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

/// <summary>Where a server listens and how much it carries.</summary>
public sealed record UdpServerOptions
{
    /// <summary>Port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>1 to <see cref="Limits.ConnectionsMax"/>.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>
    /// Hears what an event handler threw, on the network thread. The connection it was about is ended; all others go on.
    /// </summary>
    public Action<Exception>? Fault { get; init; }

    /// <summary>How large messages may be, how much is sent, and the like, for every connection.</summary>
    public ConnectionSettings Connection { get; init; } = ConnectionSettings.Default;

    /// <summary>
    /// Demand of clients, after the ping that all must answer, that they echo a cookie of 16 bytes: the odds of passing for another address
    /// fall from 1 in 5,000 to none, for one round trip and 2 KB a client. Stock clients do so by themselves.
    /// </summary>
    public bool DemandCookie { get; init; }

    /// <summary>Hear messages without a connection and broadcasts: <see cref="IServerEvents.Unconnected"/>.</summary>
    public bool HearUnconnected { get; init; }

    /// <summary>Let a connection go on from another address, once it has proven to be its client's and the old one is silent.</summary>
    public bool AllowAddressChange { get; init; } = true;

    /// <summary>Size asked of the operating system for each of the socket's two buffers; it may give less.</summary>
    public int SocketBufferBytes { get; init; } = 4 * 1024 * 1024;
}

/// <summary>
/// A socket and the one thread that serves it: it takes in what arrived, sends what other threads handed over, lets time pass, and then
/// waits for datagrams for at most a millisecond.
/// </summary>
public sealed class UdpServer : IDisposable, IDatagramSender
{
    private readonly UdpServerOptions _options;
    private readonly TimeProvider _time;
    private readonly IServerEvents _events;
    private readonly OutgoingQueue _outgoing = new();
    private readonly byte[] _receiveBuffer = GC.AllocateUninitializedArray<byte>(ushort.MaxValue, pinned: true);
    private readonly Socket _socket;
    private readonly SocketAddress _to;
    private readonly ServerCore _core;
    private readonly long _epoch;
    private Thread? _thread;
    private volatile bool _stopping;

    public UdpServer(UdpServerOptions options, IServerEvents events, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.ConnectionsMax, Math.Clamp(options.ConnectionsMax, 1, Limits.ConnectionsMax));
        _options = options;
        _events = events;
        _time = time;
        _epoch = time.GetTimestamp();
        _socket = new Socket(options.Listen.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        _to = new SocketAddress(options.Listen.AddressFamily);
        _core = new ServerCore(events, this, new ServerCoreOptions
        {
            ConnectionsMax = options.ConnectionsMax,
            UtcTicksAtZero = time.GetUtcNow().Ticks,
            SecretKey = RandomNumberGenerator.GetBytes(Secret.KeyBytes),
            Fault = options.Fault,
            DemandCookie = options.DemandCookie,
            HearUnconnected = options.HearUnconnected,
            AllowAddressChange = options.AllowAddressChange,
            Connection = options.Connection,
        });
    }

    /// <summary>Where the server listens, once started.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    public ServerStatistics Statistics => _core.Statistics;

    /// <summary>Binds the socket and starts the network thread.</summary>
    /// <exception cref="SocketException">The address is taken or not of this machine.</exception>
    public void Start()
    {
        if (_options.Listen.Address.Equals(IPAddress.IPv6Any))
        {
            _socket.DualMode = true;
        }

        _socket.ReceiveBufferSize = _options.SocketBufferBytes;
        _socket.SendBufferSize = _options.SocketBufferBytes;
        _socket.Bind(_options.Listen);
        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _thread = new Thread(Run) { IsBackground = true, Name = "udp network" };
        _thread.Start();
    }

    /// <summary>Hands a message over for sending; any thread may. Delivery begins within about a millisecond.</summary>
    /// <returns>
    /// Sent if it was taken. A reliable message that then finds its connection's own queue full ends that connection: a peer that does
    /// not keep up must not be left with a gap.
    /// </returns>
    public SendOutcome Send(ConnectionId id, DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload)
    {
        int max = method switch
        {
            DeliveryMethod.Unreliable => Limits.UnreliableBytesMax,
            DeliveryMethod.Sequenced or DeliveryMethod.ReliableSequenced => Limits.ChannelBytesMax,
            _ => _options.Connection.MessageBytesMax,
        };
        return payload.Length > max || channel >= _options.Connection.ChannelsMax ? SendOutcome.TooLarge
            : !_core.Knows(id) ? SendOutcome.Unknown
            : _outgoing.TryAdd(id, OutgoingQueue.Kind.Message, method, channel, payload) ? SendOutcome.Sent : SendOutcome.QueueFull;
    }

    /// <summary>Ends a connection after what was sent before has had its first chance to leave; any thread may.</summary>
    /// <param name="data">Tells the client why: see <see cref="ConnectData.FromString"/>.</param>
    public void Disconnect(ConnectionId id, ReadOnlySpan<byte> data) =>
        _outgoing.TryAdd(id, OutgoingQueue.Kind.Disconnect, DeliveryMethod.Unreliable, 0, data[..Math.Min(data.Length, Limits.ConnectDataBytesMax)]);

    /// <summary>What a connection has measured; any thread may ask. False if there is no such connection.</summary>
    public bool TryGetStatistics(ConnectionId id, out ConnectionStatistics statistics) => _core.TryGetStatistics(id, out statistics);

    /// <summary>Says goodbye to everybody and ends the network thread.</summary>
    public void Stop()
    {
        _stopping = true;
        if (_thread is not null && Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }
    }

    public void Dispose()
    {
        Stop();
        _socket.Dispose();
    }

    void IDatagramSender.Send(in PeerAddress to, ReadOnlySpan<byte> datagram)
    {
        to.CopyTo(_to);
        bool taken;
        try
        {
            taken = _socket.SendTo(datagram, SocketFlags.None, _to) == datagram.Length;
        }
        catch (SocketException)
        {
            // A full send buffer or an unreachable peer: to a datagram protocol both are loss.
            taken = false;
        }

        _core.CountSend(datagram.Length, taken);
    }

    private void Run()
    {
        var from = new SocketAddress(_socket.AddressFamily);
        while (!_stopping)
        {
            // Nobody can be waiting for a message while nobody is connected.
            int wait = _core.ConnectionCount == 0 ? Limits.IdleRoundMicroseconds : Limits.RoundMicroseconds;
            bool readable = _socket.Poll(wait, SelectMode.SelectRead);
            if (readable)
            {
                ReceiveAll(from);
            }

            SendOutgoing();
            _core.Update(Now());
        }

        SendOutgoing();
        _core.Update(Now());
        byte[] goodbye = ConnectData.FromString("the server is stopping");
        foreach (ConnectionId id in _core.Connections().ToArray())
        {
            _core.Disconnect(id, goodbye, Now());
        }
    }

    private void ReceiveAll(SocketAddress from)
    {
        long now = Now();
        int left = Limits.DatagramsPerRoundMax;
        do
        {
            int length;
            try
            {
                from.Size = from.Buffer.Length;
                length = _socket.ReceiveFrom(_receiveBuffer, SocketFlags.None, from);
            }
            catch (SocketException)
            {
                // Nothing there after all, or an error of an earlier send that the system reports here.
                return;
            }

            _core.Receive(PeerAddress.Of(from), _receiveBuffer.AsSpan(0, length), now);
        }
        while (--left > 0 && _socket.Poll(0, SelectMode.SelectRead));
    }

    private void SendOutgoing()
    {
        OutgoingQueue.Entries entries = _outgoing.Drain();
        while (entries.TryNext(out ConnectionId id, out OutgoingQueue.Kind kind, out DeliveryMethod method, out byte channel, out ReadOnlySpan<byte> payload))
        {
            if (kind == OutgoingQueue.Kind.Disconnect)
            {
                _core.Update(Now());
                _core.Disconnect(id, payload, Now());
            }
            else if (_core.Send(id, method, channel, payload) == SendOutcome.QueueFull && method is DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered)
            {
                _core.Disconnect(id, ConnectData.FromString("too slow: reliable messages pile up"), Now(), DisconnectReason.ProtocolViolation);
            }
        }
    }

    /// <summary>Microseconds since the server was made.</summary>
    private long Now() => _time.GetElapsedTime(_epoch).Ticks / 10;
}
