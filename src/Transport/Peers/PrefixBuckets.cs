using System.Buffers.Binary;
using RealtimeServer.Transport.Sockets;

namespace RealtimeServer.Transport.Peers;

/// <summary>
/// How much each network has asked for lately: one number a bucket, in a table that never grows. Networks are /24 of IPv4 and /56 of
/// IPv6, what one subscriber or one small site can send from; which bucket a network falls into depends on a secret, so nobody can aim
/// at somebody else's from afar.
/// </summary>
/// <param name="perSecond">What a bucket gives a second.</param>
/// <param name="atOnce">What it gives at once after a quiet time.</param>
internal sealed class PrefixBuckets(Secret secret, int perSecond, int atOnce)
{
    private readonly ulong _key0 = secret.NextULong();
    private readonly ulong _key1 = secret.NextULong() | 1;
    private readonly long _interval = 1_000_000 / perSecond;
    private readonly long _credit = atOnce * (1_000_000L / perSecond);

    // The moment at which the bucket will be full again; what lies further ahead than the credit has to wait.
    private readonly long[] _fullAt = new long[Limits.PrefixBuckets];

    public int BucketOf(in PeerAddress address)
    {
        ulong high = Math.BigMul(Prefix(address) ^ _key0, _key1, out ulong low);
        return (int)((high ^ low) % (ulong)_fullAt.Length);
    }

    public bool HasRoom(int bucket, long now) => _fullAt[bucket] + _interval <= now + _credit;

    /// <summary>Takes one, if there is one.</summary>
    public bool TryTake(int bucket, long now)
    {
        bool hasRoom = HasRoom(bucket, now);
        _fullAt[bucket] = hasRoom ? Math.Max(_fullAt[bucket], now) + _interval : _fullAt[bucket];
        return hasRoom;
    }

    /// <summary>The network as a number, the same for an IPv4 address and its form inside IPv6.</summary>
    private static ulong Prefix(in PeerAddress address)
    {
        ReadOnlySpan<byte> ip = address.Host;
        if (!address.IsIPv6)
        {
            return Version4(ip);
        }

        return ip[..10].IndexOfAnyExcept((byte)0) < 0 && ip[10] == 0xFF && ip[11] == 0xFF
            ? Version4(ip[12..])
            : (1UL << 63) | (BinaryPrimitives.ReadUInt64BigEndian(ip) >> 8);
    }

    private static ulong Version4(ReadOnlySpan<byte> ip) => ((ulong)ip[0] << 16) | ((ulong)ip[1] << 8) | ip[2];
}
