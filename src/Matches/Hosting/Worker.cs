using System.Diagnostics;
using RealtimeServer.Matches.Simulated;

namespace RealtimeServer.Matches.Hosting;

/// <summary>
/// A thread that owns matches and ticks the one due earliest, one at a time. The lock guards who is owned, never a running tick: so the
/// watchdog can take all but a stuck match away and give them to another worker.
/// </summary>
internal sealed class Worker
{
    // The fractional part of the golden ratio in 32 bits: multiples of it spread evenly over a period however many there are.
    private const uint GoldenFraction = 2_654_435_769;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<SimulatedMatch, long> _matches = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly TickScratch _scratch = new();
    private readonly MatchContext _context;
    private readonly long _epoch;
    private Thread? _thread;
    private SimulatedMatch? _running;
    private long _runningSince;
    private uint _added;
    private long _load;
    private bool _stopping;
    private bool _abandoned;

    public Worker(int index, MatchContext context)
    {
        Index = index;
        _context = context;
        _epoch = context.Time.GetTimestamp();
    }

    public int Index { get; }

    /// <summary>Expected microseconds of simulation a second.</summary>
    public long Load => Volatile.Read(ref _load);

    public void Start()
    {
        _thread = new Thread(Loop) { IsBackground = true, Name = $"match worker {Index}" };
        _thread.Start();
    }

    /// <summary>Takes a new match and staggers its ticks against the others'. False if this worker takes no more.</summary>
    public bool Add(SimulatedMatch match)
    {
        lock (_gate)
        {
            if (_stopping || _abandoned)
            {
                return false;
            }

            match.StartAt(NextStart(match.TickRateHz));
            Own(match);
        }

        _wake.Set();
        return true;
    }

    /// <summary>Takes over what another worker had, schedules unchanged.</summary>
    public void Adopt(IReadOnlyList<SimulatedMatch> matches)
    {
        lock (_gate)
        {
            foreach (SimulatedMatch match in matches)
            {
                Own(match);
            }
        }

        _wake.Set();
    }

    /// <summary>Runs the earliest match if it is due. False if none is; then <paramref name="nextDue"/> says when to come back.</summary>
    public bool RunNext(long now, out long nextDue)
    {
        SimulatedMatch match;
        lock (_gate)
        {
            if (_abandoned || !_matches.TryPeek(out SimulatedMatch? earliest, out nextDue))
            {
                nextDue = long.MaxValue;
                return false;
            }

            if (nextDue > now)
            {
                return false;
            }

            match = earliest;
            _matches.Dequeue();
            _running = match;
            _runningSince = now;
        }

        long costBefore = match.Cost;
        bool goesOn = match.RunTick(now, _scratch);
        lock (_gate)
        {
            _running = null;
            if (goesOn && !_abandoned)
            {
                _matches.Enqueue(match, match.Due);
                _load += match.Cost - costBefore;
            }
            else
            {
                _load -= costBefore;
            }
        }

        return true;
    }

    /// <summary>If a tick has been running for too long: gives up the thread and hands out its matches, the stuck one apart.</summary>
    public bool TryAbandon(long now, out SimulatedMatch? stuck, out List<SimulatedMatch> others)
    {
        lock (_gate)
        {
            stuck = _running;
            others = [];
            if (stuck is null || _abandoned || _context.Seconds(now - _runningSince) <= Limits.TickSecondsMax || Debugger.IsAttached)
            {
                return false;
            }

            _abandoned = true;
            others.AddRange(_matches.UnorderedItems.Select(static item => item.Element));
            _matches.Clear();
        }

        return true;
    }

    /// <summary>Ends the thread after the tick it is in, and all matches.</summary>
    public void Stop(string reason)
    {
        lock (_gate)
        {
            _stopping = true;
        }

        _wake.Set();
        if (_thread is null)
        {
            EndMatches(reason);
        }
        else if (_thread.Join(TimeSpan.FromSeconds(Limits.TickSecondsMax)))
        {
            _wake.Dispose();
        }
    }

    private void Own(SimulatedMatch match)
    {
        _matches.Enqueue(match, match.Due);
        _load += match.Cost;
    }

    private long NextStart(int rateHz)
    {
        long period = _context.Time.TimestampFrequency / rateHz;
        long phase = (long)((ulong)(_added++ * GoldenFraction) * (ulong)period >> 32);
        long elapsed = _context.Time.GetTimestamp() - _epoch;
        return _epoch + (((elapsed / period) + 1) * period) + phase;
    }

    private void Loop()
    {
        while (true)
        {
            if (Volatile.Read(ref _stopping))
            {
                EndMatches("The server is stopping.");
                return;
            }

            long now = _context.Time.GetTimestamp();
            if (!RunNext(now, out long nextDue))
            {
                if (Volatile.Read(ref _abandoned))
                {
                    return;
                }

                Sleep(nextDue, now);
            }
        }
    }

    // Coarse and wakeable until about a millisecond before, then to the microsecond: new matches never wait, ticks are never early.
    private void Sleep(long nextDue, long now)
    {
        if (nextDue == long.MaxValue)
        {
            _wake.WaitOne();
            return;
        }

        double milliseconds = _context.Seconds(nextDue - now) * 1000;
        int coarse = (int)Math.Min(milliseconds - 1, int.MaxValue);
        if (coarse >= 1)
        {
            _wake.WaitOne(coarse);
        }
        else
        {
            PreciseSleep.For(TimeSpan.FromMilliseconds(milliseconds));
        }
    }

    private void EndMatches(string reason)
    {
        while (true)
        {
            SimulatedMatch? match;
            lock (_gate)
            {
                if (!_matches.TryDequeue(out match, out _))
                {
                    return;
                }
            }

            match.EndBetweenTicks(reason);
        }
    }
}
