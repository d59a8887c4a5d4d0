using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace RealtimeServer.Transport.Peers;

/// <summary>One that waits for a moment; in at most one wheel at a time.</summary>
internal abstract class TimerEntry
{
    internal TimerEntry? NextInBucket { get; set; }

    internal TimerEntry? PreviousInBucket { get; set; }

    /// <summary>When it comes up, in ticks of the wheel; 0 while it waits for nothing.</summary>
    internal long Tick { get; set; }
}

/// <summary>
/// Everybody's next moment, in a ring of buckets of about a millisecond, so that who waits costs nothing until then:
/// <code>
/// now                    4 s
///  |                      |
/// [ ][x][ ][xx][ ]… … [ ][ ]    later moments lie in the last bucket and are put back when it comes
/// </code>
/// An entry is never late by more than a bucket, and may come early: its owner looks, and puts it back.
/// </summary>
internal sealed class TimerWheel
{
    private const int TickShift = 10;
    private const int BucketCount = 4096;
    private const int BucketMask = BucketCount - 1;
    private readonly TimerEntry?[] _buckets = new TimerEntry?[BucketCount];
    private readonly ulong[] _filled = new ulong[BucketCount / 64];
    private long _tick;

    /// <summary>Entries that wait.</summary>
    public int Count { get; private set; }

    /// <summary>The next moment an entry may come up, in microseconds; <see cref="long.MaxValue"/> if none waits.</summary>
    public long NextDue => Count == 0 ? long.MaxValue : NextFilled() << TickShift;

    /// <summary>Lets an entry come up at a moment. One that comes up sooner anyway stays where it is.</summary>
    /// <param name="at">Microseconds; what has passed comes up with the next tick.</param>
    public void Schedule(TimerEntry entry, long at)
    {
        long last = _tick + BucketMask;
        long tick = at >= last << TickShift ? last : Math.Max((at + (1 << TickShift) - 1) >> TickShift, _tick + 1);
        if (entry.Tick != 0)
        {
            if (entry.Tick <= tick)
            {
                return;
            }

            Cancel(entry);
        }

        entry.Tick = tick;
        int bucket = (int)(tick & BucketMask);
        entry.NextInBucket = _buckets[bucket];
        if (entry.NextInBucket is { } next)
        {
            next.PreviousInBucket = entry;
        }

        _buckets[bucket] = entry;
        _filled[bucket >> 6] |= 1UL << bucket;
        Count++;
    }

    public void Cancel(TimerEntry entry)
    {
        if (entry.Tick == 0)
        {
            return;
        }

        int bucket = (int)(entry.Tick & BucketMask);
        if (entry.PreviousInBucket is { } previous)
        {
            previous.NextInBucket = entry.NextInBucket;
        }
        else
        {
            _buckets[bucket] = entry.NextInBucket;
        }

        if (entry.NextInBucket is { } next)
        {
            next.PreviousInBucket = entry.PreviousInBucket;
        }

        if (_buckets[bucket] is null)
        {
            _filled[bucket >> 6] &= ~(1UL << bucket);
        }

        entry.NextInBucket = null;
        entry.PreviousInBucket = null;
        entry.Tick = 0;
        Count--;
    }

    /// <summary>Takes one entry out whose moment has come.</summary>
    public bool TryTakeDue(long now, [NotNullWhen(true)] out TimerEntry? entry)
    {
        entry = null;
        long nowTick = now >> TickShift;
        if (nowTick <= _tick && _buckets[_tick & BucketMask] is null)
        {
            return false;
        }

        long next = Count == 0 ? long.MaxValue : NextFilled();
        if (next > nowTick)
        {
            _tick = Math.Max(_tick, nowTick);
            return false;
        }

        _tick = next;
        entry = _buckets[next & BucketMask]!;
        Cancel(entry);
        return true;
    }

    /// <summary>The tick of the first filled bucket from the current one on; there must be one.</summary>
    private long NextFilled()
    {
        int start = (int)(_tick & BucketMask);
        ulong word = _filled[start >> 6] & (ulong.MaxValue << start);
        for (int i = 0; ; i++)
        {
            if (word != 0)
            {
                int bucket = ((((start >> 6) + i) & ((BucketCount >> 6) - 1)) << 6) + BitOperations.TrailingZeroCount(word);
                return _tick + ((bucket - start) & BucketMask);
            }

            word = _filled[((start >> 6) + i + 1) & ((BucketCount >> 6) - 1)];
        }
    }
}
