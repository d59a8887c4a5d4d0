namespace RealtimeServer.Transport.Channels;

/// <summary>
/// Round trip and its deviation, smoothed as TCP does (RFC 6298), and the resend delay that follows. Only packets sent once give
/// samples: the answer to one sent twice could belong to either (Karn's rule). Microseconds.
/// </summary>
internal sealed class RoundTrip
{
    private bool _measured;

    public long Smoothed { get; private set; }

    public long Deviation { get; private set; }

    public long ResendDelay { get; private set; } = Limits.ResendMicrosecondsFirst;

    public void Add(long sample)
    {
        sample = Math.Max(0, sample);
        if (!_measured)
        {
            _measured = true;
            Smoothed = sample;
            Deviation = sample / 2;
        }
        else
        {
            Deviation += (Math.Abs(sample - Smoothed) - Deviation) / 4;
            Smoothed += (sample - Smoothed) / 8;
        }

        // Peers acknowledge on their next update, up to 15 ms later.
        ResendDelay = Math.Clamp(Smoothed + Math.Max(15_000, 4 * Deviation), Limits.ResendMicrosecondsMin, Limits.ResendMicrosecondsMax);
    }
}
