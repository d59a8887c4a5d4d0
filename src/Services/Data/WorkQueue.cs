namespace RealtimeServer.Services.Data;

/// <summary>
/// A bounded queue whose takers are threads; each takes all that waits at once, up to what it can carry. While one of them is away with
/// what it took, the next waits until as much is there as makes its way worth it, or until the first has been away for long.
/// </summary>
internal sealed class WorkQueue<T>
{
    private readonly object _gate = new();
    private readonly Queue<T> _items = new();
    private readonly int _max;
    private readonly int _takers;
    private readonly int _worthwhile;
    private int _waiting;
    private int _asleep;
    private bool _completed;

    /// <param name="max">Items that may wait.</param>
    /// <param name="takers">Threads that take.</param>
    /// <param name="worthwhile">Items for which a taker sets out while another is away; 1: it always does.</param>
    public WorkQueue(int max, int takers = 1, int worthwhile = 1)
    {
        _max = max;
        _takers = takers;
        _worthwhile = worthwhile;
    }

    /// <summary>False when the queue is full or completed.</summary>
    public bool TryAdd(T item)
    {
        lock (_gate)
        {
            if (_completed || _items.Count >= _max)
            {
                return false;
            }
            _items.Enqueue(item);
            // A taker that is away looks again by itself, one that waits with patience as well.
            if (_waiting > 0 && (IsWorthwhile(_takers - _waiting) || _asleep == _waiting))
            {
                Monitor.Pulse(_gate);
            }
            return true;
        }
    }

    /// <summary>Waits for work and appends it to a list. False when there will never be any more.</summary>
    public bool Take(List<T> into, int most)
    {
        lock (_gate)
        {
            bool patient = true;
            while (!_completed && !(IsWorthwhile(_takers - _waiting - 1) || (!patient && _items.Count > 0)))
            {
                patient = Wait();
            }
            if (_items.Count == 0)
            {
                return false;
            }
            while (into.Count < most && _items.TryDequeue(out T? item))
            {
                into.Add(item);
            }
            return true;
        }
    }

    /// <summary>Takes no more; what waits is still handed out.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private bool IsWorthwhile(int away) => _items.Count >= (away == 0 ? 1 : _worthwhile);

    /// <summary>False when patience ended. With nothing there to be patient about, it sleeps until it is woken.</summary>
    private bool Wait()
    {
        bool sleeps = _items.Count == 0;
        _waiting++;
        _asleep += sleeps ? 1 : 0;
        bool woken = Monitor.Wait(_gate, sleeps ? Timeout.Infinite : Limits.LanePatienceMilliseconds);
        _asleep -= sleeps ? 1 : 0;
        _waiting--;
        return woken;
    }
}
