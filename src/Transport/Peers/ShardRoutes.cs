using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Transport.Layers;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// Peers whose datagrams arrive at another shard's socket than their own, because their address changed: the system spreads
/// addresses over the sockets, a peer stays where it was admitted. Only the peer's own shard writes its entry, when the claim to the
/// address names its connection. Sealed connections are found by the session their datagrams name. For any thread.
/// </summary>
internal sealed class ShardRoutes
{
    private readonly ConcurrentDictionary<PeerAddress, int> _shards = new();
    private readonly ConcurrentDictionary<uint, int> _sessions = new();

    /// <summary>Hands a datagram to another shard.</summary>
    public required Action<int, PeerAddress, ReadOnlySpan<byte>> Forward { get; init; }

    public void Add(in PeerAddress address, int shard) => _shards[address] = shard;

    public void Remove(in PeerAddress address, int shard) => _shards.TryRemove(new KeyValuePair<PeerAddress, int>(address, shard));

    public bool TryFind(in PeerAddress address, [NotNullWhen(true)] out int? shard)
    {
        bool found = _shards.TryGetValue(address, out int value);
        shard = found ? value : null;
        return found;
    }

    public void Add(uint session, int shard) => _sessions[session] = shard;

    public void Remove(uint session, int shard) => _sessions.TryRemove(new KeyValuePair<uint, int>(session, shard));

    /// <summary>The shard of the sealed connection that a datagram names, if it names one.</summary>
    public bool TryFindSession(ReadOnlySpan<byte> datagram, out int shard)
    {
        shard = 0;
        return !_sessions.IsEmpty && SealedLayer.TryReadSession(datagram, out uint session) && _sessions.TryGetValue(session, out shard);
    }
}
