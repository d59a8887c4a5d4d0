namespace RealtimeServer.Transport.Paths;

/// <summary>
/// Round trip and its deviation, smoothed as TCP does (RFC 6298), its minimum of the last seconds, and the delays that follow. Pings give
/// samples, and packets sent once: the answer to one sent twice could belong to either (Karn's rule). Microseconds.
/// </summary>
internal sealed class RoundTrip
{
    /// <summary>The minimum is that of the last one to two of these, so that a new path or a drained queue is noticed.</summary>
    private const long MinimumPeriodMicroseconds = 10_000_000;

    private long _minimumNow = long.MaxValue;
    private long _minimumBefore = long.MaxValue;
    private long _minimumSince;

    public bool IsMeasured { get; private set; }

    public long Latest { get; private set; }

    public long Smoothed { get; private set; }

    public long Deviation { get; private set; }

    /// <summary>The path without queues; <see cref="Smoothed"/> before a sample.</summary>
    public long Minimum => IsMeasured ? Math.Min(_minimumNow, _minimumBefore) : Limits.ResendMicrosecondsFirst;

    /// <summary>How long an acknowledgement may take before the packet is taken for lost.</summary>
    public long ResendDelay { get; private set; } = Limits.ResendMicrosecondsFirst;

    /// <summary>How much later than a packet sent after it a packet may arrive without being taken for lost.</summary>
    public long ReorderWindow => IsMeasured ? Math.Clamp(Math.Max(Smoothed / 8, 2 * Deviation), Limits.ReorderMicrosecondsMin, Math.Max(Limits.ReorderMicrosecondsMin, Smoothed / 2))
        : Limits.ResendMicrosecondsFirst / 2;

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
            _minimumSince = now;
            _minimumBefore = _minimumNow;
            _minimumNow = long.MaxValue;
        }

        _minimumNow = Math.Min(_minimumNow, sample);
        ResendDelay = Math.Clamp(Smoothed + Math.Max(Limits.PeerTickMicroseconds, 4 * Deviation), Limits.ResendMicrosecondsMin, Limits.ResendMicrosecondsMax);
    }

    /// <summary>Another path: what was measured says nothing about it.</summary>
    public void Forget()
    {
        IsMeasured = false;
        _minimumNow = long.MaxValue;
        _minimumBefore = long.MaxValue;
        ResendDelay = Math.Max(ResendDelay, Limits.ResendMicrosecondsFirst);
    }
}
