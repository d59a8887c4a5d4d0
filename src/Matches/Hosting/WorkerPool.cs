using RealtimeServer.Matches.Simulated;

namespace RealtimeServer.Matches.Hosting;

/// <summary>The workers of a host. New matches go to the least loaded; a worker stuck in a tick is replaced.</summary>
internal sealed class WorkerPool
{
    private static readonly TimeSpan WatchPeriod = TimeSpan.FromSeconds(Limits.TickSecondsMax / 4);

    private readonly Lock _gate = new();
    private readonly MatchContext _context;
    private readonly bool _startThreads;
    private readonly Worker[] _workers;
    private ITimer? _watchdog;
    private bool _stopped;

    public WorkerPool(int count, MatchContext context, bool startThreads)
    {
        _context = context;
        _startThreads = startThreads;
        _workers = new Worker[count];
        for (int i = 0; i < count; i++)
        {
            _workers[i] = NewWorker(i);
        }
    }

    public IReadOnlyList<Worker> All => _workers;

    /// <summary>False if the pool has stopped.</summary>
    public bool Add(SimulatedMatch match)
    {
        lock (_gate)
        {
            if (_stopped)
            {
                return false;
            }

            if (_startThreads)
            {
                // Only a node that simulates is woken for it.
                _watchdog ??= _context.Time.CreateTimer(static pool => ((WorkerPool)pool!).Watch(), this, WatchPeriod, WatchPeriod);
            }

            Worker least = _workers[0];
            foreach (Worker worker in _workers)
            {
                least = worker.Load < least.Load ? worker : least;
            }

            return least.Add(match);
        }
    }

    /// <summary>Replaces workers that are stuck in a tick: the match they are stuck in ends, the others go on.</summary>
    public void Watch()
    {
        lock (_gate)
        {
            for (int i = 0; i < _workers.Length && !_stopped; i++)
            {
                if (!_workers[i].TryAbandon(_context.Time.GetTimestamp(), out SimulatedMatch? stuck, out List<SimulatedMatch> others))
                {
                    continue;
                }

                _workers[i] = NewWorker(i);
                _workers[i].Adopt(others);
                stuck?.Abandon();
            }
        }
    }

    public void Stop(string reason)
    {
        lock (_gate)
        {
            _stopped = true;
            _watchdog?.Dispose();
        }

        foreach (Worker worker in _workers)
        {
            worker.Stop(reason);
        }
    }

    private Worker NewWorker(int index)
    {
        Worker worker = new(index, _context);
        if (_startThreads)
        {
            worker.Start();
        }

        return worker;
    }
}
