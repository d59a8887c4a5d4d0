using System.Collections.Concurrent;
using System.Net;
using System.Numerics;
using RealtimeServer.Transport.Peers;

namespace RealtimeServer.Transport.Sockets;

/// <summary>
/// A socket, the connections whose datagrams arrive there, and the one thread that serves them, round by round: take in what arrived, take over
/// what other threads want sent, let time pass, send. Between rounds it rests, so that datagrams gather and leave together:
/// <code>
/// a round with much in it  ->  the next at once
/// a round with a little    ->  rest until the gathering time is over; a longer one while nobody has a message, and pings are all there is
/// a round with nothing     ->  wait for a datagram, a message or the next deadline
/// </code>
/// </summary>
internal sealed class UdpShard : IDatagramSender, IDisposable
{
    /// <summary>Datagrams and messages of a round after which more are likely to be waiting.</summary>
    private const int BusyRound = 128;

    private static readonly byte[] Stopping = ConnectData.FromString("the server is stopping");
    private static readonly byte[] TooSlow = ConnectData.FromString("too slow: reliable messages pile up");
    private readonly int _number;
    private readonly IDatagramSocket _socket;
    private readonly ServerCore _core;
    private readonly ShardRoutes? _routes;
    private readonly Func<long> _now;
    private readonly int _gatherMicroseconds;
    private readonly HandoverRing _handovers;
    private readonly ConcurrentQueue<ConnectionId> _lateGoodbyes = new();
    private Thread? _thread;
    private volatile bool _stopping;
    private volatile bool _isWaiting;
    private int _threadId;
    private long _messagesSeen;
    private long _busyAt;

    /// <param name="socket">Owned from here on.</param>
    /// <param name="now">Microseconds since the server was made.</param>
    public UdpShard(IDatagramSocket socket, IServerEvents events, ServerCoreOptions options, Func<long> now, int gatherMicroseconds)
    {
        _number = options.Shard;
        _routes = options.Routes;
        _socket = socket;
        _now = now;
        _gatherMicroseconds = gatherMicroseconds;
        _core = new ServerCore(events, this, options);
        long bytes = Math.Clamp((long)options.ConnectionsMax * Limits.HandoverBytesPerConnection, Limits.HandoverBytesMin, Limits.HandoverBytesMax);
        _handovers = new HandoverRing((int)BitOperations.RoundUpToPowerOf2((uint)bytes), Limits.HandoverGoodbyeBytes);
    }

    public IPEndPoint EndPoint => _socket.LocalEndPoint;

    public ServerStatistics Statistics
    {
        get
        {
            SocketCounts sent = _socket.Counts;
            ServerStatistics counted = _core.Statistics;
            return counted with { DatagramsSent = counted.DatagramsSent - sent.Failed, SendFailures = sent.Failed, DatagramsCut = sent.Cut };
        }
    }

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = $"udp network {_number}" };
        _thread.Start();
    }

    public bool Knows(ConnectionId id) => _core.Knows(id);

    public bool TryGetStatistics(ConnectionId id, out ConnectionStatistics statistics) => _core.TryGetStatistics(id, out statistics);

    /// <summary>
    /// Hands a message over, if neither its connection nor the ring has too much waiting; the shard's own thread, in an event handler, sends
    /// without the ring.
    /// </summary>
    public bool TrySend(ConnectionId id, DeliveryMethod method, byte channel, ReadOnlySpan<byte> payload)
    {
        bool reserves = Reserves(method);
        if (reserves && !_core.TryReserve(id, payload.Length))
        {
            return false;
        }

        if (Environment.CurrentManagedThreadId == _threadId)
        {
            if (reserves)
            {
                // It was for what others have handed over, which must still find its room.
                _core.Redeem(id, payload.Length);
            }

            return _core.Send(id, method, channel, payload) == SendOutcome.Sent;
        }

        if (TryHandOver(new Handover(HandoverKind.Message, id.Value, method, channel), payload))
        {
            return true;
        }

        if (reserves)
        {
            _core.Redeem(id, payload.Length);
        }

        return false;
    }

    /// <summary>Hands something over to the shard's thread. False if its ring is full.</summary>
    public bool TryHandOver(in Handover handover, ReadOnlySpan<byte> payload)
    {
        bool taken = _handovers.TryAdd(in handover, payload);
        if (_isWaiting)
        {
            _socket.Wake();
        }

        return taken;
    }

    /// <summary>Has a connection ended. A ring that is full takes the reason, never the goodbye.</summary>
    public void HandOverGoodbye(ConnectionId id, ReadOnlySpan<byte> data)
    {
        if (!TryHandOver(new Handover(HandoverKind.Disconnect, id.Value), data))
        {
            _lateGoodbyes.Enqueue(id);
            _socket.Wake();
        }
    }

    /// <summary>A datagram that arrived at another shard, its sender in front. If there is no room, it is lost as any datagram may be.</summary>
    public void TakeForwarded(in PeerAddress from, ReadOnlySpan<byte> datagram)
    {
        Span<byte> both = stackalloc byte[PeerAddress.IPv6Bytes + 1 + Limits.ReceiveBytesMax];
        if (datagram.Length <= Limits.ReceiveBytesMax)
        {
            both[0] = (byte)from.Size;
            from.Bytes.CopyTo(both[1..]);
            datagram.CopyTo(both[(1 + from.Size)..]);
            TryHandOver(new Handover(HandoverKind.Datagram, 0), both[..(1 + from.Size + datagram.Length)]);
        }
    }

    void IDatagramSender.Send(in PeerAddress to, ReadOnlySpan<byte> datagram) => _socket.Send(in to, datagram);

    /// <summary>Says goodbye to everybody and ends the thread.</summary>
    public void Stop()
    {
        _stopping = true;
        _socket.Wake();
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

    private void Run()
    {
        _threadId = Environment.CurrentManagedThreadId;
        while (!_stopping)
        {
            long begun = _now();
            int work = ReceiveAll(begun) + TakeHandovers();
            _core.Update(_now());
            _socket.Flush();
            Rest(begun, work);
        }

        TakeHandovers();
        _core.Update(_now());
        _core.Stop(Stopping, _now());
        _core.Update(_now());
        _socket.Flush();
    }

    private void Rest(long begun, int work)
    {
        if (work >= BusyRound)
        {
            return;
        }

        if (work > 0)
        {
            long left = begun + GatherMicroseconds(begun) - _now();
            if (left > 0)
            {
                _socket.Pause((int)left);
            }

            return;
        }

        // Announced before the last look, and no processor may turn that round: who hands over later sees that a wake is needed.
        _isWaiting = true;
        Interlocked.MemoryBarrier();
        if (_handovers.IsEmpty && !_stopping)
        {
            long left = Math.Clamp(_core.NextDeadline - _now(), 0, Limits.WaitMicrosecondsMax);
            _socket.Wait((int)left);
        }

        _isWaiting = false;
    }

    private int GatherMicroseconds(long now)
    {
        if (_core.Counters.Messages != _messagesSeen || _core.HandshakeCount > 0)
        {
            _messagesSeen = _core.Counters.Messages;
            _busyAt = now;
        }

        bool isIdle = now - _busyAt >= Limits.IdleAfterMicroseconds && _gatherMicroseconds > 0;
        return isIdle ? Math.Max(_gatherMicroseconds, Limits.IdleGatherMicroseconds) : _gatherMicroseconds;
    }

    private int ReceiveAll(long now)
    {
        int total = 0;
        int count;
        do
        {
            count = _socket.Receive();
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<byte> datagram = _socket.Datagram(i, out PeerAddress from);
                if (_routes is null || !TryForward(in from, datagram))
                {
                    _core.Receive(in from, datagram, now);
                }
            }

            total += count;
        }
        while (!_socket.IsDrained && total < Limits.DatagramsPerRoundMax);
        return total;
    }

    private bool TryForward(in PeerAddress from, ReadOnlySpan<byte> datagram)
    {
        if (!_core.IsElsewhere(in from, datagram, out int shard))
        {
            return false;
        }

        _routes!.Forward(shard, from, datagram);
        return true;
    }

    private int TakeHandovers()
    {
        int count = 0;
        while (count < Limits.HandoversPerRoundMax && _handovers.TryPeek(out Handover handover, out ReadOnlySpan<byte> payload))
        {
            Take(in handover, payload);
            _handovers.Release();
            count++;
        }

        while (_lateGoodbyes.TryDequeue(out ConnectionId id))
        {
            _core.Disconnect(id, [], _now());
            count++;
        }

        return count;
    }

    private static bool Reserves(DeliveryMethod method) => method is DeliveryMethod.ReliableOrdered or DeliveryMethod.ReliableUnordered;

    private void Take(in Handover handover, ReadOnlySpan<byte> payload)
    {
        var id = new ConnectionId(handover.Target);
        if (handover.Kind == HandoverKind.Message && Reserves(handover.Method))
        {
            _core.Redeem(id, payload.Length);
        }

        switch (handover.Kind)
        {
            case HandoverKind.Disconnect:
                // What was handed over before gets its first chance to leave.
                _core.Update(_now());
                _core.Disconnect(id, payload, _now());
                break;
            case HandoverKind.Datagram when PeerAddress.TryRead(payload.Slice(1, payload[0]), out PeerAddress from):
                _core.Receive(in from, payload[(1 + payload[0])..], _now());
                break;
            case HandoverKind.Message when _core.Send(id, handover.Method, handover.Channel, payload) == SendOutcome.QueueFull
                && Reserves(handover.Method):
                _core.Disconnect(id, TooSlow, _now(), DisconnectReason.ProtocolViolation);
                break;
            default:
                break;
        }
    }
}
