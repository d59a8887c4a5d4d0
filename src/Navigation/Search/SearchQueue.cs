using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The open list of the search: a heap with four children a node, which is shallower than a binary one and keeps
/// the children of a node in one cache line. A cell that is reached more cheaply is added again; the search skips the stale entry.
/// </summary>
/// <remarks>
/// What is taken leaves its place at the top free for what is added next: a search mostly takes one cell and adds others that lie nearly as close to the top.
/// </remarks>
internal struct SearchQueue
{
    private const int CapacityMin = 256;

    private Entry[] _entries;
    private int _end; // of the heap, its free top included
    private bool _isTopFree;

    public SearchQueue()
    {
        _entries = new Entry[CapacityMin];
    }

    public readonly int Count => _isTopFree ? _end - 1 : _end;

    public void Clear()
    {
        _end = 0;
        _isTopFree = false;
    }

    public void Add(long key, uint tie, uint position)
    {
        Entry added = new(key, tie, position);
        if (_isTopFree)
        {
            _isTopFree = false;
            Sink(in added);
            return;
        }

        if (_end == _entries.Length)
        {
            Array.Resize(ref _entries, _end * 2);
        }

        Entry[] entries = _entries;
        int hole = _end++;
        while (hole > 0)
        {
            int parent = (hole - 1) >> 2;
            ref Entry above = ref entries[parent];
            if (!added.IsBefore(in above))
            {
                break;
            }

            entries[hole] = above;
            hole = parent;
        }

        entries[hole] = added;
    }

    /// <summary>Takes the entry with the least key; of equal ones the one with the least tie. The queue must not be empty.</summary>
    public uint Take() => Take(out _);

    /// <inheritdoc cref="Take()"/>
    public uint Take(out long key)
    {
        if (_isTopFree)
        {
            Sink(in _entries[--_end]);
        }

        _isTopFree = true;
        ref Entry top = ref _entries[0];
        key = top.Key;
        return top.Position;
    }

    // Puts an entry where it belongs, below the free top.
    private readonly void Sink(in Entry entry)
    {
        Entry[] entries = _entries;
        int end = _end;
        int hole = 0;
        while (true)
        {
            int child = (hole << 2) + 1;
            if (child >= end)
            {
                break;
            }

            int least = child;
            if (child + 4 <= end)
            {
                // Which of four is least is anybody's guess, the processor's too: told without branches.
                int low = child + After(in entries[child], in entries[child + 1]);
                int high = child + 2 + After(in entries[child + 2], in entries[child + 3]);
                least = low + ((high - low) * After(in entries[low], in entries[high]));
            }
            else
            {
                for (int i = child + 1; i < end; i++)
                {
                    least = entries[i].IsBefore(in entries[least]) ? i : least;
                }
            }

            if (!entries[least].IsBefore(in entry))
            {
                break;
            }

            entries[hole] = entries[least];
            hole = least;
        }

        entries[hole] = entry;
    }

    private static int After(in Entry entry, in Entry other) => Unsafe.BitCast<bool, byte>(other.IsBefore(in entry));

    private readonly record struct Entry(long Key, uint Tie, uint Position)
    {
        public bool IsBefore(in Entry other) => (Key < other.Key) | ((Key == other.Key) & (Tie < other.Tie));
    }
}
