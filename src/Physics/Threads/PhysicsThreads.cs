namespace RealtimeServer.Physics.Threads;

/// <summary>A part of a step that is the same whoever does which share of it.</summary>
internal interface IStepJob
{
    /// <summary>Does the items from <paramref name="from"/> up to <paramref name="to"/>. Shares begin at multiples of the grain.</summary>
    void Execute(int from, int to);
}

/// <summary>
/// Threads that help to step one large world at a time. The bits are those of a single thread: shares are cut by number, never by time. Between
/// steps they sleep; within a step they spin, so have no more of them than processors that are free. Small worlds are better stepped whole, each by
/// a thread of its own.
/// </summary>
public sealed class PhysicsThreads : IDisposable
{
    private readonly Thread[] _helpers;
    private readonly SemaphoreSlim _start = new(0);
    private readonly Lock _stepping = new();
    private IStepJob? _job;
    private Exception? _failure;
    private int _items;
    private int _grain;
    private int _next;
    private int _busy;
    private int _generation;
    private volatile bool _inStep;
    private volatile bool _isDisposed;

    /// <param name="count">Threads that work on a step, the caller among them: 1 to 64.</param>
    public PhysicsThreads(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Limits.ThreadsMax);
        _helpers = new Thread[count - 1];
        for (int i = 0; i < _helpers.Length; i++)
        {
            _helpers[i] = new Thread(Help) { IsBackground = true, Name = $"physics {i + 1}" };
            _helpers[i].Start();
        }
    }

    public int Count => _helpers.Length + 1;

    public void Dispose()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            _start.Release(Math.Max(1, _helpers.Length));
            foreach (Thread helper in _helpers)
            {
                helper.Join();
            }

            _start.Dispose();
        }
    }

    /// <summary>Wakes the helpers for the jobs that follow.</summary>
    internal void BeginStep()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _stepping.Enter();
        _inStep = true;
        if (_helpers.Length > 0)
        {
            _start.Release(_helpers.Length);
        }
    }

    internal void EndStep()
    {
        _inStep = false;
        _stepping.Exit();
    }

    /// <summary>Does a job with all threads and returns when it is done.</summary>
    internal void Run(IStepJob job, int items, int grain)
    {
        if (_helpers.Length == 0 || items <= grain)
        {
            job.Execute(0, items);
            return;
        }

        // Odd: closed. Who looks at the job after this finds it closed; who looked before is counted as busy.
        Interlocked.Increment(ref _generation);
        WaitUntilIdle();
        _job = job;
        _items = items;
        _grain = grain;
        _next = 0;
        int generation = Interlocked.Increment(ref _generation);
        Work(generation);
        WaitUntilIdle();
        if (_failure is not null)
        {
            Exception failure = _failure;
            _failure = null;
            throw new PhysicsException($"A helper thread failed: {failure.Message}", failure);
        }
    }

    private void Help()
    {
        int seen = 0;
        while (true)
        {
            _start.Wait();
            if (_isDisposed)
            {
                return;
            }

            var spin = default(SpinWait);
            while (_inStep && !_isDisposed)
            {
                int generation = Volatile.Read(ref _generation);
                if (generation == seen || (generation & 1) != 0)
                {
                    spin.SpinOnce(sleep1Threshold: -1);
                    continue;
                }

                seen = generation;
                spin.Reset();
                Work(generation);
            }
        }
    }

    private void WaitUntilIdle()
    {
        var spin = default(SpinWait);
        while (Volatile.Read(ref _busy) > 0)
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
    }

    private void Work(int generation)
    {
        // Counted as busy before it looks whether the job is still open, so that the caller does not change it meanwhile.
        Interlocked.Increment(ref _busy);
        if (Volatile.Read(ref _generation) == generation)
        {
            Share();
        }

        Interlocked.Decrement(ref _busy);
    }

    private void Share()
    {
        int items = _items, grain = _grain;
        while (true)
        {
            int from = Interlocked.Add(ref _next, grain) - grain;
            if (from >= items)
            {
                return;
            }

            try
            {
                _job!.Execute(from, Math.Min(from + grain, items));
            }
            catch (Exception failure)
            {
                _failure = failure;
            }
        }
    }
}
