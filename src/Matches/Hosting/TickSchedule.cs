namespace RealtimeServer.Matches.Hosting;

/// <summary>When one tick began against when it should have, in timestamp units.</summary>
/// <param name="Due">When it should have begun.</param>
/// <param name="Late">How much later it began; never negative.</param>
/// <param name="Jitter">Distance of the time since the previous tick began from one period; 0 for the first tick.</param>
/// <param name="Slipped">Ticks given up just before this one because the schedule was too far behind.</param>
internal readonly record struct TickTiming(long Due, long Late, long Jitter, long Slipped);

/// <summary>
/// The drift-free schedule of one match: tick n is due at start + n * frequency / rate, always computed from n, so that rounding
/// never adds up. Pure: time goes in, timing comes out.
/// </summary>
internal sealed class TickSchedule
{
    private readonly long _start;
    private readonly long _frequency;
    private readonly int _rateHz;
    private readonly int _catchUpTicksMax;
    private long _next;
    private long _begunAt;
    private bool _begun;

    /// <param name="start">Timestamp of the first tick.</param>
    /// <param name="frequency">Timestamp units a second.</param>
    /// <param name="rateHz">Ticks a second, 1 or more.</param>
    /// <param name="catchUpTicksMax">Ticks that may be due at once, 1 or more; those beyond slip.</param>
    public TickSchedule(long start, long frequency, int rateHz, int catchUpTicksMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rateHz, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frequency, rateHz);
        ArgumentOutOfRangeException.ThrowIfLessThan(catchUpTicksMax, 1);
        _start = start;
        _frequency = frequency;
        _rateHz = rateHz;
        _catchUpTicksMax = catchUpTicksMax;
        Due = start;
    }

    /// <summary>When the next tick is due.</summary>
    public long Due { get; private set; }

    /// <summary>Begins the next tick. <paramref name="now"/> must not be before <see cref="Due"/>.</summary>
    public TickTiming Begin(long now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(now, Due);
        long waiting = LastDueAt(now) - _next + 1;
        long slipped = Math.Max(0, waiting - _catchUpTicksMax);
        _next += slipped;
        long due = DueOf(_next);
        long jitter = _begun ? Math.Abs(now - _begunAt - (_frequency / _rateHz)) : 0;
        _next++;
        Due = DueOf(_next);
        _begunAt = now;
        _begun = true;
        return new TickTiming(due, now - due, jitter, slipped);
    }

    // Whole seconds apart from the rest: neither product can overflow within centuries.
    private long DueOf(long index) => _start + (index / _rateHz * _frequency) + (index % _rateHz * _frequency / _rateHz);

    private long LastDueAt(long now)
    {
        long elapsed = now - _start;
        long index = (elapsed / _frequency * _rateHz) + (elapsed % _frequency * _rateHz / _frequency);

        // Due times are rounded down, so the tick after may be due within the same unit.
        return DueOf(index + 1) <= now ? index + 1 : index;
    }
}
