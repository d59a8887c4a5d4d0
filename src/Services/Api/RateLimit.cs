using System.Numerics;

namespace RealtimeServer.Services.Api;

/// <summary>
/// A token bucket for each of many keys in bounded memory. A bucket is one number: the moment at which it would be full again. One
/// that is full says the same as none, so full ones are dropped when room is needed; when there are no more of them, some others are.
/// </summary>
/// <typeparam name="TKey">Who is limited: a user, an address.</typeparam>
public sealed class RateLimit<TKey>
    where TKey : struct, IEquatable<TKey>
{
    private readonly long _ticksPerToken;
    private readonly long _ticksOfBurst;
    private readonly int _keysPerShardMax;
    private readonly TimeProvider _time;
    private readonly Dictionary<TKey, long>[] _shards;

    /// <param name="perSecond">Tokens that come back in a second, from 1.</param>
    /// <param name="burst">Tokens of a full bucket, from 1.</param>
    /// <param name="keysMax">Buckets kept at the same time.</param>
    /// <param name="time">Its timestamps are used, not its calendar.</param>
    public RateLimit(int perSecond, int burst, int keysMax, TimeProvider time)
        : this(Math.Max(1, time.TimestampFrequency / Math.Max(1, perSecond)), burst, keysMax, time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perSecond, 1);
    }

    /// <param name="perToken">Time in which a token comes back.</param>
    /// <param name="burst">Tokens of a full bucket, from 1.</param>
    /// <param name="keysMax">Buckets kept at the same time.</param>
    /// <param name="time">Its timestamps are used, not its calendar.</param>
    public RateLimit(TimeSpan perToken, int burst, int keysMax, TimeProvider time)
        : this(Math.Max(1, (long)(perToken.TotalSeconds * time.TimestampFrequency)), burst, keysMax, time)
    {
    }

    private RateLimit(long ticksPerToken, int burst, int keysMax, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(burst, 1);
        _ticksPerToken = ticksPerToken;
        _ticksOfBurst = _ticksPerToken * burst;
        _time = time;
        _shards = new Dictionary<TKey, long>[Limits.RateLimitShards];
        _keysPerShardMax = Math.Max(1, keysMax / _shards.Length);
        for (int i = 0; i < _shards.Length; i++)
        {
            _shards[i] = [];
        }
    }

    /// <summary>Buckets kept now.</summary>
    public int Count => _shards.Sum(static shard =>
    {
        lock (shard)
        {
            return shard.Count;
        }
    });

    /// <summary>Takes a token; false when there is none, with the time until there is one.</summary>
    public bool TryTake(TKey key, out TimeSpan wait)
    {
        Dictionary<TKey, long> shard = ShardOf(key);
        long now = _time.GetTimestamp();
        lock (shard)
        {
            bool known = shard.TryGetValue(key, out long fullAt);
            long after = Math.Max(fullAt, now) + _ticksPerToken;
            if (known && after - now > _ticksOfBurst)
            {
                wait = _time.GetElapsedTime(now + _ticksOfBurst, after);
                return false;
            }
            if (!known && shard.Count >= _keysPerShardMax)
            {
                MakeRoom(shard, now);
            }
            shard[key] = known ? after : now + _ticksPerToken;
        }
        wait = TimeSpan.Zero;
        return true;
    }

    /// <summary>Gives back a token that was taken.</summary>
    public void Return(TKey key)
    {
        Dictionary<TKey, long> shard = ShardOf(key);
        lock (shard)
        {
            if (shard.TryGetValue(key, out long fullAt))
            {
                shard[key] = fullAt - _ticksPerToken;
            }
        }
    }

    private Dictionary<TKey, long> ShardOf(TKey key) => _shards[(uint)key.GetHashCode() * 2_654_435_769u >> (32 - BitOperations.Log2(Limits.RateLimitShards))];

    // An eighth at a time, so that a flood of new keys pays for a sweep rarely.
    private void MakeRoom(Dictionary<TKey, long> shard, long now)
    {
        foreach ((TKey key, long fullAt) in shard)
        {
            if (fullAt <= now)
            {
                shard.Remove(key);
            }
        }
        int room = Math.Max(1, _keysPerShardMax / 8);
        foreach ((TKey key, _) in shard)
        {
            if (shard.Count <= _keysPerShardMax - room)
            {
                break;
            }
            shard.Remove(key);
        }
    }
}
