namespace RealtimeServer.Services.Data;

/// <summary>A bounded queue whose takers are threads; each takes all that waits at once, up to what it can carry.</summary>
internal sealed class WorkQueue<T>
{
    private readonly object _gate = new();
    private readonly Queue<T> _items = new();
    private readonly int _max;
    private int _idleTakers;
    private bool _completed;

    public WorkQueue(int max) => _max = max;

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
            // A taker that is busy looks again by itself.
            if (_idleTakers > 0)
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
            while (_items.Count == 0)
            {
                if (_completed)
                {
                    return false;
                }
                _idleTakers++;
                Monitor.Wait(_gate);
                _idleTakers--;
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
}
