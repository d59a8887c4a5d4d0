using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Tokens;

namespace RealtimeServer.Transport.Peers;

/// <summary>What a server core is made with.</summary>
internal sealed record ServerCoreOptions
{
    /// <summary>1 to <see cref="Limits.ConnectionsMax"/>.</summary>
    public required int ConnectionsMax { get; init; }

    /// <summary>Which of the server's shards this is, from 0.</summary>
    public int Shard { get; init; }

    /// <summary>Where other shards' peers are found; null where there is one shard.</summary>
    public ShardRoutes? Routes { get; init; }

    /// <summary>The wall clock at time zero, in ticks of 100 ns.</summary>
    public required long UtcTicksAtZero { get; init; }

    /// <summary>Random bytes nobody else knows, <see cref="Secret.KeyBytes"/> of them.</summary>
    public required byte[] SecretKey { get; init; }

    /// <summary>Hears what an event handler threw.</summary>
    public Action<Exception>? Fault { get; init; }

    public ConnectionSettings Connection { get; init; } = ConnectionSettings.Default;

    /// <summary>Wraps every datagram of every client; null for none.</summary>
    public Crc32cLayer? Checksum { get; init; }

    /// <summary>Opens connect tokens.</summary>
    public TokenGate? Tokens { get; init; }

    public bool DemandCookie { get; init; }

    public bool HearUnconnected { get; init; }

    public bool AllowAddressChange { get; init; } = true;
}
