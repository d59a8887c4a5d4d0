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
    private const int QueueBytesWorthNoting = 8 * Limits.DatagramBytesMin;
    private const long DrainPeriodMicroseconds = 10_000_000;
    private long _window = Limits.CongestionBytesFirst;
    private long _credit;
    private long _creditAt;
    private long _looseCredit;
    private long _rateNow;
    private long _rateBefore;
    private long _epochEndsAt;
    private long _roundEndsAtDelivered;
    private long _roundRateBest;
    private long _phaseEndsAt;
    private long _drainAt;
    private long _limitedAt;
    private long _ceiling = Limits.CongestionBytesMax;
    private long _roundBeganAtDelivered;
    private long _roundBeganAtLost;
    private long _drainedAt;
    private int _phase;
    private int _roundsWithoutGrowth;
    private bool _epochLimited;
    private bool _roundLimited;
    private bool _isSteady;
    private bool _isOnBudget;
    private bool _isLimitedByPath;
    private bool _wasLimitedByPath;

    /// <summary>Bytes acknowledged since the beginning.</summary>
    public long Delivered { get; private set; }

    /// <summary>Whether something was held back since the last <see cref="Refresh"/>.</summary>
    public bool IsLimited { get; private set; }

    /// <summary>Whether the path, and no budget, holds something back just now: what arrives then shows what the path takes.</summary>
    public bool IsHeldBack => _isLimitedByPath || _wasLimitedByPath;

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
        if (Budget > 0)
        {
            // Messages that leave at once get half of a budget for which reliable ones wait.
            _looseCredit = Math.Min(_looseCredit + (Budget * elapsed / (IsLimited ? 2_000_000 : 1_000_000)), Math.Max(Budget / 8, Limits.ReceiveBytesMax));
        }

        _isOnBudget = Budget > 0 && pace == Budget;
        _wasLimitedByPath = _isLimitedByPath;
        _isLimitedByPath = false;
        IsLimited = false;
    }

    /// <summary>Whether another reliable packet may leave now.</summary>
    /// <param name="isProbe">It asks whether anything arrives at all, and does not count against the window.</param>
    public bool MaySend(int bytes, bool isProbe)
    {
        if (_credit - link.Datagrams.Bytes <= 0)
        {
            IsLimited = true;
            _isLimitedByPath |= !_isOnBudget;
            return false;
        }

        if (!isProbe && link.Flight.Bytes + bytes > Math.Max(_window, 4 * Limits.DatagramBytesMin))
        {
            IsLimited = true;
            _isLimitedByPath = true;
            return false;
        }

        return true;
    }

    /// <summary>Whether a budget leaves room for a message that leaves at once.</summary>
    public bool HasBudget => Budget == 0 || _looseCredit > 0;

    /// <summary>Counts a message that leaves at once.</summary>
    public void ChargeLoose(int bytes) => _looseCredit -= Budget == 0 ? 0 : bytes;

    public void Charge(int bytes) => _credit = Math.Max(_credit - bytes, -4 * Limits.ReceiveBytesMax);

    /// <summary>When sending may go on, if it was held back.</summary>
    public long Deadline(long now) => !IsLimited ? long.MaxValue : now + Math.Clamp((Limits.DatagramBytesMin - _credit) * 1_000_000 / Pace, 500, 100_000);

    /// <summary>A packet was acknowledged.</summary>
    /// <param name="deliveredAtSend">What had been delivered when it was sent.</param>
    /// <param name="wasLimited">Whether sending was held back then.</param>
    public void TakeAck(int bytes, long deliveredAtSend, long sentAt, bool wasLimited, long now)
    {
        Delivered += bytes;
        long elapsed = now - sentAt;
        if (elapsed >= link.RoundTrip.Minimum && elapsed > 0)
        {
            // An answer quicker than any was one to an earlier sending, and the time since the later one says nothing.
            _rateNow = Math.Max(_rateNow, (Delivered - deliveredAtSend) * 1_000_000 / elapsed);
        }

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
        _ceiling = Limits.CongestionBytesMax;
    }

    private void EndRound(long now)
    {
        _roundEndsAtDelivered = Delivered;
        _limitedAt = _roundLimited ? now : _limitedAt;
        if (_isSteady && now - _limitedAt > DrainPeriodMicroseconds)
        {
            // Nothing was held back for long: what the path takes is not known any more.
            Restart();
        }
        else if (!_isSteady && HasOpened())
        {
            _isSteady = true;
            _phase = 1;
            _limitedAt = now;
            _drainAt = now + DrainPeriodMicroseconds;
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
            LowerCeiling();
            Steer(now);
        }

        _roundBeganAtDelivered = Delivered;
        _roundBeganAtLost = link.Flight.BytesLost;
    }

    /// <summary>Whether the path shows its limit: what arrives grows no more, or a queue grows of what was sent.</summary>
    private bool HasOpened()
    {
        bool queueIsLong = link.Flight.Bytes > QueueBytesWorthNoting
            && (Overflows() || link.RoundTrip.Queue > link.RoundTrip.Minimum + (4 * Limits.PeerTickMicroseconds));
        if (!_roundLimited)
        {
            return queueIsLong;
        }

        bool grew = _rateNow > _roundRateBest * 5 / 4;
        _roundsWithoutGrowth = grew ? 0 : _roundsWithoutGrowth + 1;
        _roundRateBest = Math.Max(_roundRateBest, _rateNow);
        bool queueGrows = link.RoundTrip.Queue > (link.RoundTrip.Minimum / 2) + (2 * Limits.PeerTickMicroseconds);
        return _roundsWithoutGrowth >= 3 || (queueGrows && !grew) || queueIsLong;
    }

    /// <summary>Much lost in this round while a queue stands: more was sent than fits. Loss without a queue is the path's own.</summary>
    private bool Overflows()
    {
        long lost = link.Flight.BytesLost - _roundBeganAtLost;
        return link.RoundTrip.Queue > (link.RoundTrip.Minimum / 4) + Limits.PeerTickMicroseconds && lost * 10 > Delivered - _roundBeganAtDelivered + lost;
    }

    private void LowerCeiling()
    {
        if (Overflows())
        {
            _ceiling = Math.Max(_window * 85 / 100, 4 * Limits.DatagramBytesMin);
        }
        else if (_ceiling < Limits.CongestionBytesMax)
        {
            _ceiling += Limits.DatagramBytesMin / 4;
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
        _window = Math.Clamp(_drainedAt != 0 ? fits / 2 : Math.Min(2 * fits, _ceiling), 4 * Limits.DatagramBytesMin, Limits.CongestionBytesMax);
    }
}
