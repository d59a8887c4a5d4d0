namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The open list of the search: a heap with four children a node, which is shallower than a binary one and keeps
/// the children of a node in one cache line. A cell that is reached more cheaply is added again; the search skips the stale entry.
/// </summary>
internal struct SearchQueue
{
    private const int CapacityMin = 256;

    private Entry[] _entries;

    public SearchQueue()
    {
        _entries = new Entry[CapacityMin];
        Count = 0;
    }

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    public void Add(long key, uint tie, uint position)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        Entry[] entries = _entries;
        int hole = Count++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 2;
            ref Entry above = ref entries[parent];
            if (above.Key < key || (above.Key == key && above.Tie <= tie))
            {
                break;
            }

            entries[hole] = above;
            hole = parent;
        }

        entries[hole] = new Entry(key, tie, position);
    }

    /// <summary>Takes the entry with the least key; of equal ones the one with the least tie. The queue must not be empty.</summary>
    public uint Take() => Take(out _);

    /// <inheritdoc cref="Take()"/>
    public uint Take(out long key)
    {
        Entry[] entries = _entries;
        uint position = entries[0].Position;
        key = entries[0].Key;
        int count = --Count;
        Entry last = entries[count];
        int hole = 0;
        while (true)
        {
            int child = (hole << 2) + 1;
            if (child >= count)
            {
                break;
            }

            int end = Math.Min(child + 4, count);
            int least = child;
            for (int i = child + 1; i < end; i++)
            {
                if (entries[i].IsBefore(in entries[least]))
                {
                    least = i;
                }
            }

            if (!entries[least].IsBefore(in last))
            {
                break;
            }

            entries[hole] = entries[least];
            hole = least;
        }

        entries[hole] = last;
        return position;
    }

    private readonly record struct Entry(long Key, uint Tie, uint Position)
    {
        public bool IsBefore(in Entry other) => Key < other.Key || (Key == other.Key && Tie < other.Tie);
    }
}
