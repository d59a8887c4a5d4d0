namespace RealtimeServer.Transport.Channels;

/// <summary>
/// What is under way on all reliable channels together, and what its acknowledgements say about what is lost. A packet is taken for lost when
/// one sent after it was acknowledged and it had a little time more (RACK, RFC 8985); when nothing is acknowledged at all, the oldest few are
/// sent again after a delay that doubles each time.
/// </summary>
internal sealed class Flight(Link link)
{
    private long _progressAt;
    private long _waitingFrom;
    private long _lostAt = long.MinValue / 2;
    private long _copyCredit;
    private long _copyCreditAt;
    private int _timeouts;
    private int _probesLeft;

    /// <summary>Packets sent and neither acknowledged nor given up for lost.</summary>
    public int Packets { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Bytes taken for lost since the beginning.</summary>
    public long BytesLost { get; private set; }

    /// <summary>Reliable packets sent again because they seemed lost, and those sent again to be sure before they could seem so.</summary>
    public long Resends { get; private set; }

    public long Copies { get; private set; }

    /// <summary>Reliable packets sent, resends and copies included.</summary>
    public long Sent { get; private set; }

    /// <summary>When the newest packet that is known to have arrived was sent, and how long its acknowledgement took.</summary>
    public long NewestArrivedSentAt { get; private set; } = long.MinValue / 2;

    public long NewestArrivedTook { get; private set; }

    /// <summary>When the oldest few will be sent again if nothing is acknowledged until then.</summary>
    public long Deadline => Packets == 0 ? long.MaxValue : _waitingFrom + Delay;

    /// <summary>How often a small packet is sent again in later datagrams before anybody knows whether it was lost.</summary>
    public int CopiesWanted => link.Pings.BitsLost switch { <= 1 => 0, <= 4 => 1, _ => 2 };

    /// <summary>Whether nothing was acknowledged for too long; a few packets may be sent again for it.</summary>
    public bool IsTimedOut => _probesLeft > 0;

    /// <summary>What copies may cost; nothing while a queue stands, which they would only feed.</summary>
    private long CopyRate => link.RoundTrip.Queue > Limits.CopyQueueMicrosecondsMax ? 0 : Math.Max(Limits.CopyBytesPerSecond, link.Congestion.ArrivalRate / 8);

    private long Delay => Math.Min(link.RoundTrip.ResendDelay << Math.Min(_timeouts, 5), Limits.ResendMicrosecondsMax);

    public bool LostLately(long now) => now - _lostAt < Limits.LossRememberedMicroseconds;

    /// <summary>Begins a round of sending.</summary>
    public void Refresh(long now)
    {
        _probesLeft = 0;
        if (now >= Deadline)
        {
            _probesLeft = Limits.ProbesAtTimeout;
            _timeouts++;
            _waitingFrom = now;
            _lostAt = now;
            link.Pings.Suspect(now);
            if (_timeouts > 1)
            {
                link.Mtu.Suspect(now);
            }
        }

        _copyCredit = Math.Min(_copyCredit + ((now - _copyCreditAt) * CopyRate / 1_000_000), Math.Max(CopyRate / 4, Limits.CopyBytesPerSecond / 4));
        _copyCreditAt = now;
    }

    /// <summary>Whether the delay is over and another packet may be sent again for it.</summary>
    public bool TakeProbe()
    {
        if (_probesLeft == 0)
        {
            return false;
        }

        _probesLeft--;
        return true;
    }

    public bool TakeCopy(int bytes)
    {
        if (_copyCredit < bytes)
        {
            return false;
        }

        _copyCredit -= bytes;
        Copies++;
        Sent++;
        return true;
    }

    public void CountSent(int bytes, bool again, long now)
    {
        if (Packets == 0)
        {
            _waitingFrom = now;
        }

        Packets++;
        Bytes += bytes;
        Sent++;
        Resends += again ? 1 : 0;
    }

    /// <summary>Counts a packet that its channel repeats by itself until it is acknowledged, and that is no part of the flight.</summary>
    public void CountRepeating(bool again, long now)
    {
        Sent++;
        if (again)
        {
            Resends++;
            CountLost(0, now);
        }
    }

    /// <summary>A packet left the flight: it arrived, is lost, or is not wanted any more.</summary>
    public void Land(int bytes)
    {
        Packets--;
        Bytes -= bytes;
    }

    public void CountLost(int bytes, long now)
    {
        BytesLost += bytes;
        if (!LostLately(now))
        {
            link.Pings.Suspect(now);
        }

        _lostAt = now;
    }

    /// <summary>A packet arrived.</summary>
    /// <param name="firstSentAt">When it was sent, or sent again for lost; copies followed until <paramref name="sentAt"/>.</param>
    /// <param name="sendings">With one, its acknowledgement can belong to no other.</param>
    /// <param name="wasLost">Whether it had been taken for lost.</param>
    public void TakeAck(long firstSentAt, long sentAt, int sendings, bool wasLost, long now)
    {
        _progressAt = now;
        _waitingFrom = now;
        _timeouts = 0;
        bool wasSentOnce = sendings == 1;
        if (wasSentOnce)
        {
            link.RoundTrip.Add(now - sentAt, now);
        }
        else if (wasLost && now - firstSentAt < link.RoundTrip.Minimum)
        {
            // It was not lost but late.
            link.RoundTrip.AllowMoreReordering(now);
        }

        // An answer quicker than any round trip was one to an earlier sending.
        long arrivedSentAt = now - sentAt >= link.RoundTrip.Minimum || wasSentOnce ? sentAt : firstSentAt;
        if (arrivedSentAt >= NewestArrivedSentAt && (now - arrivedSentAt >= link.RoundTrip.Minimum || wasSentOnce))
        {
            NewestArrivedSentAt = arrivedSentAt;
            NewestArrivedTook = now - arrivedSentAt;
        }
    }

    /// <summary>
    /// From when on a packet counts as lost: a little after one that was sent later arrived, and in any case after so long that others arriving
    /// is no reason to wait on.
    /// </summary>
    public long LostFrom(long sentAt) => Math.Min(
        _progressAt < sentAt + link.RoundTrip.ResendDelay ? long.MaxValue : sentAt + (2 * link.RoundTrip.ResendDelay),
        sentAt > NewestArrivedSentAt ? long.MaxValue : sentAt + NewestArrivedTook + link.RoundTrip.ReorderWindow);
}
