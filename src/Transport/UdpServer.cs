using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Peers;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport;

/// <summary>A port and the threads that serve it, one a shard; messages are routed to the shard that has the connection.</summary>
public sealed class UdpServer : IDisposable
{
    private readonly UdpServerOptions _options;
    private readonly TimeProvider _time;
    private readonly IServerEvents _events;
    private readonly long _epoch;
    private UdpShard[] _shards = [];

    public UdpServer(UdpServerOptions options, IServerEvents events, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.ConnectionsMax, Math.Clamp(options.ConnectionsMax, 1, Limits.ConnectionsMax));
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.Shards, Math.Clamp(options.Shards, 0, Limits.ShardsMax));
        ArgumentOutOfRangeException.ThrowIfNotEqual(options.GatherMicroseconds, Math.Clamp(options.GatherMicroseconds, 0, Limits.GatherMicrosecondsMax));
        _options = options;
        _events = events;
        _time = time;
        _epoch = time.GetTimestamp();
    }

    /// <summary>Where the server listens, once started.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    public ServerStatistics Statistics
    {
        get
        {
            ServerStatistics sum = default;
            foreach (UdpShard shard in _shards)
            {
                sum += shard.Statistics;
            }

            return sum;
        }
    }

    /// <summary>Binds the sockets and starts the network threads.</summary>
    /// <exception cref="SocketException">The address is taken or not of this machine.</exception>
    public void Start()
    {
        int count = ShardCount();
        var options = new ServerCoreOptions
        {
            ConnectionsMax = (_options.ConnectionsMax + count - 1) / count,
            UtcTicksAtZero = _time.GetUtcNow().Ticks - (Now() * 10),
            SecretKey = RandomNumberGenerator.GetBytes(Secret.KeyBytes),
            Fault = _options.Fault,
            DemandCookie = _options.DemandCookie,
            HearUnconnected = _options.HearUnconnected,
            AllowAddressChange = _options.AllowAddressChange,
            Connection = _options.Connection,
            Tokens = _options.Tokens,
            Checksum = _options.Checksum ? new Crc32cLayer() : null,
            Routes = count == 1 ? null : new ShardRoutes { Forward = Forward },
        };
        var shards = new List<UdpShard>();
        try
        {
            IPEndPoint listen = _options.Listen;
            for (int number = 0; number < count; number++)
            {
                var open = new DatagramSocketOptions(listen, _options.SocketBufferBytes, _options.UsePortableSocket, Shared: count > 1);
                var shard = new UdpShard(DatagramSocket.Open(open), _events, options with { Shard = number }, Now, _options.GatherMicroseconds);
                shards.Add(shard);
                listen = shard.EndPoint;
            }
        }
        catch
        {
            shards.ForEach(shard => shard.Dispose());
            throw;
        }

        EndPoint = shards[0].EndPoint;
        _shards = [.. shards];
        foreach (UdpShard shard in _shards)
        {
            shard.Start();
        }
    }

    /// <summary>Hands a message over for sending; any thread may. Delivery begins within about the gathering time.</summary>
    /// <returns>
    /// Sent if it was taken; QueueFull if the connection has as much waiting as it may, or all together have: send less, or later.
    /// <see cref="TryGetStatistics"/> tells how much waits.
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
            : !TryFind(id, out UdpShard? shard) ? SendOutcome.Unknown
            : shard.TrySend(id, method, channel, payload) ? SendOutcome.Sent : SendOutcome.QueueFull;
    }

    /// <summary>Ends a connection after what was sent before has had its first chance to leave; any thread may.</summary>
    /// <param name="data">Tells the client why: see <see cref="ConnectData.FromString"/>.</param>
    public void Disconnect(ConnectionId id, ReadOnlySpan<byte> data)
    {
        if (TryFind(id, out UdpShard? shard))
        {
            shard.HandOverGoodbye(id, data[..Math.Min(data.Length, Limits.ConnectDataBytesMax)]);
        }
    }

    /// <summary>What a connection has measured; any thread may ask. False if there is no such connection.</summary>
    public bool TryGetStatistics(ConnectionId id, out ConnectionStatistics statistics)
    {
        statistics = default;
        return TryFind(id, out UdpShard? shard) && shard.TryGetStatistics(id, out statistics);
    }

    /// <summary>Says goodbye to everybody and ends the network threads.</summary>
    public void Stop()
    {
        foreach (UdpShard shard in _shards)
        {
            shard.Stop();
        }
    }

    public void Dispose()
    {
        foreach (UdpShard shard in _shards)
        {
            shard.Dispose();
        }
    }

    private bool TryFind(ConnectionId id, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out UdpShard? shard)
    {
        shard = id.Shard < _shards.Length ? _shards[id.Shard] : null;
        return shard is not null && shard.Knows(id);
    }

    private void Forward(int shard, PeerAddress from, ReadOnlySpan<byte> datagram)
    {
        if (shard < _shards.Length)
        {
            _shards[shard].TakeForwarded(in from, datagram);
        }
    }

    private int ShardCount()
    {
        int wanted = _options.Shards > 0 ? _options.Shards : Math.Clamp(Environment.ProcessorCount / 8, 1, Limits.ShardsMax);
        return DatagramSocket.HasBatches && !_options.UsePortableSocket ? wanted : 1;
    }

    /// <summary>Microseconds since the server was made.</summary>
    private long Now() => _time.GetElapsedTime(_epoch).Ticks / 10;
}
