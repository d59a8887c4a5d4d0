namespace RealtimeServer.Transport.Paths;

/// <summary>
/// Round trip and its deviation, smoothed as TCP does (RFC 6298), its minimum of the last seconds, and the delays that follow. Pings give
/// samples, and packets sent once: the answer to one sent twice could belong to either (Karn's rule). Microseconds.
/// </summary>
internal sealed class RoundTrip
{
    /// <summary>The minimum is that of the last one to two of these, so that a new path or a drained queue is noticed.</summary>
    private const long MinimumPeriodMicroseconds = 10_000_000;

    private const long RecentPeriodMicroseconds = 200_000;

    private long _recentNow = long.MaxValue;
    private long _recentBefore = long.MaxValue;
    private long _recentSince;
    private long _minimumNow = long.MaxValue;
    private long _minimumBefore = long.MaxValue;
    private long _minimumSince;
    private long _moreReorderingAt;
    private int _moreReordering;

    public bool IsMeasured { get; private set; }

    public long Latest { get; private set; }

    public long Smoothed { get; private set; }

    public long Deviation { get; private set; }

    /// <summary>The path without queues; <see cref="Smoothed"/> before a sample.</summary>
    public long Minimum => IsMeasured ? Math.Min(_minimumNow, _minimumBefore) : Limits.ResendMicrosecondsFirst;

    /// <summary>By how much even the shortest round trip of the last moments exceeds the shortest: a queue that stands, where jitter would come and go.</summary>
    public long Queue => IsMeasured ? Math.Max(0, Math.Min(_recentNow, _recentBefore) - Minimum) : 0;

    /// <summary>How long an acknowledgement may take before the packet is taken for lost.</summary>
    public long ResendDelay { get; private set; } = Limits.ResendMicrosecondsFirst;

    /// <summary>
    /// How much later than a packet sent after it a packet may be acknowledged without being taken for lost: a peer's tick at least, since a
    /// packet that comes a moment later may just miss one.
    /// </summary>
    public long ReorderWindow => Math.Min(
        (Limits.ReorderMicrosecondsMin + Math.Max(Smoothed / 8, 2 * Deviation)) * (2 + _moreReordering) / 2, Math.Max(Smoothed, 2 * Limits.ReorderMicrosecondsMin));

    public void Add(long sample, long now)
    {
        sample = Math.Max(0, sample);
        Latest = sample;
        if (!IsMeasured)
        {
            IsMeasured = true;
            Smoothed = sample;
            Deviation = sample / 2;
            _minimumSince = now;
        }
        else
        {
            Deviation += (Math.Abs(sample - Smoothed) - Deviation) / 4;
            Smoothed += (sample - Smoothed) / 8;
        }

        if (now - _minimumSince >= MinimumPeriodMicroseconds)
        {
            _moreReordering = Math.Max(0, _moreReordering - 1);
            _minimumSince = now;
            _minimumBefore = _minimumNow;
            _minimumNow = long.MaxValue;
        }

        if (now - _recentSince >= Math.Max(RecentPeriodMicroseconds, Smoothed))
        {
            _recentSince = now;
            _recentBefore = _recentNow == long.MaxValue ? sample : _recentNow;
            _recentNow = long.MaxValue;
        }

        _recentNow = Math.Min(_recentNow, sample);
        _minimumNow = Math.Min(_minimumNow, sample);
        ResendDelay = Math.Clamp(Smoothed + Math.Max(Limits.PeerTickMicroseconds, 4 * Deviation), Limits.ResendMicrosecondsMin, Limits.ResendMicrosecondsMax);
    }

    /// <summary>A packet was taken for lost that was only late.</summary>
    public void AllowMoreReordering(long now)
    {
        if (now - _moreReorderingAt >= Smoothed)
        {
            _moreReordering = Math.Min(_moreReordering + 1, 14);
            _moreReorderingAt = now;
        }
    }

    /// <summary>Another path: what was measured says nothing about it.</summary>
    public void Forget()
    {
        IsMeasured = false;
        _minimumNow = long.MaxValue;
        _minimumBefore = long.MaxValue;
        _recentNow = long.MaxValue;
        _recentBefore = long.MaxValue;
        ResendDelay = Math.Max(ResendDelay, Limits.ResendMicrosecondsFirst);
    }
}
