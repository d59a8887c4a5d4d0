using RealtimeServer.Transport.Channels;

namespace RealtimeServer.Transport.Paths;

/// <summary>
/// How much the path takes: a window of bytes under way and a rate, both from the rate at which data is seen to arrive and the shortest round
/// trip, in the manner of BBR. So a loss alone slows nothing down, and a thin link is not sent more than it carries.
/// <code>
/// opening   window of 64 KB, grows with every byte acknowledged, until the rate of arrival grows no more
/// steady    window 2 x rate x (shortest round trip + ticks), sent at the rate; a little more once in eight round trips to see whether more fits
/// draining  once in ten seconds a moment of half a window: the shortest round trip is seen again
/// </code>
/// A connection that sends less than the window, as games do, stays in opening and is never held up.
/// </summary>
internal sealed class Congestion(Link link)
{
    private const int CyclePhases = 8;
    private const long DrainPeriodMicroseconds = 10_000_000;
    private long _window = Limits.CongestionBytesFirst;
    private long _credit;
    private long _creditAt;
    private long _rateNow;
    private long _rateBefore;
    private long _epochEndsAt;
    private long _roundEndsAtDelivered;
    private long _roundRateBest;
    private long _phaseEndsAt;
    private long _drainAt;
    private long _drainedAt;
    private int _phase;
    private int _roundsWithoutGrowth;
    private bool _epochLimited;
    private bool _roundLimited;
    private bool _isSteady;
    private bool _wasLimited;

    /// <summary>Bytes acknowledged since the beginning.</summary>
    public long Delivered { get; private set; }

    /// <summary>Whether something was held back since the last <see cref="Refresh"/>.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>Whether something is held back just now: what arrives then shows what the path takes.</summary>
    public bool IsHeldBack => IsLimited || _wasLimited;

    /// <summary>Bytes that may be under way.</summary>
    public long Window => _window;

    /// <summary>Bytes a second seen to arrive at best lately; 0 before the first acknowledgement.</summary>
    public long ArrivalRate => Math.Max(_rateNow, _rateBefore);

    /// <summary>Bytes a second at which to send.</summary>
    public long Pace
    {
        get
        {
            long pace = _isSteady
                ? Math.Max(ArrivalRate * GainPercent / 100, Limits.PaceBytesPerSecondMin)
                : Math.Max(Limits.PaceBytesPerSecondFirst, 2_000_000 * _window / Math.Max(link.RoundTrip.Smoothed, 20_000));
            return Budget > 0 ? Math.Min(pace, Budget) : pace;
        }
    }

    private int Budget => link.Host.Settings.SendBytesPerSecondMax;

    private int GainPercent => _drainedAt != 0 ? 50 : _phase switch { 0 => 125, 1 => 75, _ => 100 };

    /// <summary>Time has passed: there is something to send with again.</summary>
    public void Refresh(long now)
    {
        long pace = Pace;
        long elapsed = Math.Min(now - _creditAt, 1_000_000);
        long burst = (pace * Math.Clamp(elapsed, 5_000, 30_000) / 1_000_000) + (3 * Limits.ReceiveBytesMax);
        _creditAt = now;
        _credit = Math.Min(_credit + (pace * elapsed / 1_000_000), burst);
        _wasLimited = IsLimited;
        IsLimited = false;
    }

    /// <summary>Whether another reliable packet may leave now.</summary>
    /// <param name="isNew">Not sent before, so that the window counts, too.</param>
    public bool MaySend(int bytes, bool isNew)
    {
        bool may = _credit - link.Datagrams.Bytes > 0 && (!isNew || link.Flight.Bytes + bytes <= Math.Max(_window, 4 * Limits.DatagramBytesMin));
        IsLimited |= !may;
        return may;
    }

    /// <summary>Whether a budget leaves room for a message that leaves at once.</summary>
    public bool HasBudget => Budget == 0 || _credit - link.Datagrams.Bytes > -4 * Limits.ReceiveBytesMax;

    public void Charge(int bytes) => _credit = Budget > 0 ? _credit - bytes : Math.Max(_credit - bytes, -4 * Limits.ReceiveBytesMax);

    /// <summary>When sending may go on, if it was held back.</summary>
    public long Deadline(long now) => !IsLimited ? long.MaxValue : now + Math.Clamp((Limits.DatagramBytesMin - _credit) * 1_000_000 / Pace, 500, 100_000);

    /// <summary>A packet was acknowledged.</summary>
    /// <param name="deliveredAtSend">What had been delivered when it was sent.</param>
    /// <param name="wasLimited">Whether sending was held back then.</param>
    public void TakeAck(int bytes, long deliveredAtSend, long sentAt, bool wasLimited, long now)
    {
        Delivered += bytes;
        long elapsed = Math.Max(now - sentAt, 1_000);
        _rateNow = Math.Max(_rateNow, (Delivered - deliveredAtSend) * 1_000_000 / elapsed);
        _epochLimited |= wasLimited;
        _roundLimited |= wasLimited;
        if (!_isSteady && wasLimited)
        {
            _window = Math.Min(_window + bytes, Limits.CongestionBytesMax);
        }

        if (deliveredAtSend >= _roundEndsAtDelivered)
        {
            EndRound(now);
        }
    }

    /// <summary>The path is another one.</summary>
    public void Restart()
    {
        _isSteady = false;
        _window = Limits.CongestionBytesFirst;
        _rateNow = 0;
        _rateBefore = 0;
        _roundRateBest = 0;
        _roundsWithoutGrowth = 0;
        _drainedAt = 0;
    }

    private void EndRound(long now)
    {
        _roundEndsAtDelivered = Delivered;
        if (!_isSteady && _roundLimited)
        {
            bool grew = _rateNow > _roundRateBest * 5 / 4;
            _roundsWithoutGrowth = grew ? 0 : _roundsWithoutGrowth + 1;
            _roundRateBest = Math.Max(_roundRateBest, _rateNow);
            bool queueGrew = link.RoundTrip.Smoothed > (link.RoundTrip.Minimum * 3 / 2) + (2 * Limits.PeerTickMicroseconds);
            if (_roundsWithoutGrowth >= 3 || (queueGrew && !grew))
            {
                _isSteady = true;
                _phase = 1;
                _drainAt = now + DrainPeriodMicroseconds;
            }
        }

        _roundLimited = false;
        if (now >= _epochEndsAt && _epochLimited)
        {
            // A rate seen once holds for one to two of these periods; one that sending less could not have shown does not replace it.
            _epochEndsAt = now + Math.Max(1_000_000, 8 * link.RoundTrip.Smoothed);
            _epochLimited = false;
            _rateBefore = _rateNow;
            _rateNow = 0;
        }

        if (_isSteady)
        {
            Steer(now);
        }
    }

    private void Steer(long now)
    {
        long roundTrip = link.RoundTrip.Minimum + (2 * Limits.PeerTickMicroseconds);
        if (now >= _phaseEndsAt)
        {
            _phase = (_phase + 1) % CyclePhases;
            _phaseEndsAt = now + roundTrip;
        }

        if (_drainedAt == 0 && now >= _drainAt)
        {
            _drainedAt = now + Math.Max(200_000, 2 * roundTrip);
        }
        else if (_drainedAt != 0 && now >= _drainedAt)
        {
            _drainedAt = 0;
            _drainAt = now + DrainPeriodMicroseconds;
        }

        long fits = ArrivalRate * roundTrip / 1_000_000;
        _window = Math.Clamp(_drainedAt != 0 ? fits / 2 : 2 * fits, 4 * Limits.DatagramBytesMin, Limits.CongestionBytesMax);
    }
}
