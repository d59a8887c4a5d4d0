using RealtimeServer.Simulation.Replication;
using RealtimeServer.Simulation.Snapshots;

namespace RealtimeServer.Client;

/// <summary>
/// Shows the world a little in the past, so that there is nearly always a snapshot before and one after the shown moment. The delay
/// follows the arrival's jitter: two ticks and twice the mean deviation, at most a quarter second.
/// </summary>
public sealed class Interpolator
{
    private const double DelaySecondsMax = 0.25;
    private const double Gain = 0.05;
    private readonly WorldSnapshot[] _ring;
    private readonly TimeProvider _time;
    private readonly double _tickSeconds;
    private readonly long _epoch;
    private double _offset;
    private double _deviation;
    private double _delay;
    private int _count;

    internal Interpolator(ReplicationSchema schema, int tickRateHz, TimeProvider time)
    {
        _time = time;
        _epoch = time.GetTimestamp();
        _tickSeconds = 1.0 / tickRateHz;
        _delay = Math.Min(DelaySecondsMax, 2 * _tickSeconds);

        // Enough to span the largest delay, and a few for snapshots that come in a bunch.
        _ring = new WorldSnapshot[(int)Math.Ceiling(DelaySecondsMax * tickRateHz) + 8];
        for (int i = 0; i < _ring.Length; i++)
        {
            _ring[i] = new WorldSnapshot(schema);
        }
    }

    /// <summary>How far the shown moment lies behind the newest snapshot's expected arrival.</summary>
    public TimeSpan Delay => TimeSpan.FromSeconds(_delay);

    /// <summary>
    /// The two snapshots round the moment to show now. Read components with
    /// <see cref="WorldSnapshot.TryGetBetween{T}"/> of <paramref name="newer"/>. False before the first snapshot.
    /// </summary>
    /// <param name="older">The snapshot before the moment.</param>
    /// <param name="newer">The snapshot after it; the same as the older where no newer has come.</param>
    /// <param name="fraction">How far the moment lies between them, 0 to 1.</param>
    public bool TrySample(out WorldSnapshot older, out WorldSnapshot newer, out float fraction)
    {
        int stored = Math.Min(_count, _ring.Length);
        older = newer = _ring[0];
        fraction = 0;
        if (stored == 0)
        {
            return false;
        }

        double shown = (_time.GetElapsedTime(_epoch).TotalSeconds - _offset - _delay) / _tickSeconds;
        newer = older = At(_count - 1);
        for (int i = _count - 1; i >= _count - stored; i--)
        {
            older = At(i);
            if (older.Tick.Value <= shown)
            {
                break;
            }

            newer = older;
        }

        long span = newer.Tick.Since(older.Tick);
        fraction = span > 0 ? (float)Math.Clamp((shown - older.Tick.Value) / span, 0, 1) : 0;
        return true;
    }

    internal void Add(WorldSnapshot snapshot, long timestamp)
    {
        double arrival = _time.GetElapsedTime(_epoch, timestamp).TotalSeconds;
        double offset = arrival - (snapshot.Tick.Value * _tickSeconds);
        if (_count == 0)
        {
            _offset = offset;
        }

        _deviation += (Math.Abs(offset - _offset) - _deviation) * Gain;
        _offset += (offset - _offset) * Gain;
        double wanted = Math.Min(DelaySecondsMax, (2 * _tickSeconds) + (2 * _deviation));
        _delay += (wanted - _delay) * Gain;
        At(_count++).CopyFrom(snapshot);
    }

    private WorldSnapshot At(int index) => _ring[index % _ring.Length];
}
