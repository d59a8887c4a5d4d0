using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The open list of the search: a heap with four children a node, which is shallower than a binary one and keeps
/// the children of a node in one cache line. A cell that is reached more cheaply is added again; the search skips the stale entry.
/// </summary>
/// <remarks>
/// What is taken leaves its place at the top free for what is added next: a search mostly takes one cell and adds others that lie nearly as close to the top.
/// </remarks>
internal struct SearchQueue<TOrder>
    where TOrder : struct, IQueueOrder
{
    private const int CapacityMin = 256;
    private const int Children = 4;

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
        if (_isTopFree)
        {
            _isTopFree = false;
            Sink(key, tie, position);
            return;
        }

        if (_end + Children > _entries.Length)
        {
            Array.Resize(ref _entries, _entries.Length * 2);
        }

        ref Entry first = ref MemoryMarshal.GetArrayDataReference(_entries);
        int hole = _end++;
        while (hole > 0)
        {
            int parent = (hole - 1) / Children;
            ref Entry above = ref Unsafe.Add(ref first, parent);
            if (!TOrder.IsBefore(key, tie, above.Key, above.Tie))
            {
                break;
            }

            Unsafe.Add(ref first, hole).Set(above.Key, above.Tie, above.Position);
            hole = parent;
        }

        Unsafe.Add(ref first, hole).Set(key, tie, position);
    }

    /// <summary>Takes the entry that comes first. The queue must not be empty.</summary>
    public uint Take() => Take(out _);

    /// <inheritdoc cref="Take()"/>
    public uint Take(out long key)
    {
        Debug.Assert(Count > 0, "an empty queue");
        if (_isTopFree)
        {
            ref Entry last = ref _entries[--_end];
            Sink(last.Key, last.Tie, last.Position);
        }

        _isTopFree = true;
        ref Entry top = ref _entries[0];
        key = top.Key;
        return top.Position;
    }

    // Puts an entry where it belongs, below the free top. Which of four is least is anybody's guess, the processor's too: told without branches.
    private readonly void Sink(long key, uint tie, uint position)
    {
        ref Entry first = ref MemoryMarshal.GetArrayDataReference(_entries);
        int end = _end;
        int hole = 0;

        // So that whoever has any children has all.
        for (int i = 0; i < Children - 1; i++)
        {
            Unsafe.Add(ref first, end + i).Set(long.MaxValue, uint.MaxValue, 0);
        }

        while (true)
        {
            int child = (hole * Children) + 1;
            if (child >= end)
            {
                break;
            }

            ref Entry children = ref Unsafe.Add(ref first, child);
            int low = Later(in children, in Unsafe.Add(ref children, 1));
            int high = 2 + Later(in Unsafe.Add(ref children, 2), in Unsafe.Add(ref children, 3));
            int least = low + ((high - low) & -Later(in Unsafe.Add(ref children, low), in Unsafe.Add(ref children, high)));
            ref Entry lead = ref Unsafe.Add(ref children, least);
            if (!TOrder.IsBefore(lead.Key, lead.Tie, key, tie))
            {
                break;
            }

            Unsafe.Add(ref first, hole).Set(lead.Key, lead.Tie, lead.Position);
            hole = child + least;
        }

        Unsafe.Add(ref first, hole).Set(key, tie, position);
    }

    // 1 if the other comes first.
    private static int Later(in Entry entry, in Entry other) => Unsafe.BitCast<bool, byte>(TOrder.IsBefore(other.Key, other.Tie, entry.Key, entry.Tie));

    // Read and written a field at a time: what is read as a whole, of what has just been written in parts, waits until those are in the cache.
    private struct Entry
    {
        public long Key;
        public uint Tie;
        public uint Position;

        public void Set(long key, uint tie, uint position) => (Key, Tie, Position) = (key, tie, position);
    }
}

/// <summary>Which of two entries of a <see cref="SearchQueue{TOrder}"/> comes first, told without branches.</summary>
internal interface IQueueOrder
{
    static abstract bool IsBefore(long key, uint tie, long otherKey, uint otherTie);
}

/// <summary>The one with the less key; of equal ones either.</summary>
internal readonly struct ByKey : IQueueOrder
{
    public static bool IsBefore(long key, uint tie, long otherKey, uint otherTie) => key < otherKey;
}

/// <summary>The one with the less key, of equal ones the one with the less tie.</summary>
internal readonly struct ByKeyAndTie : IQueueOrder
{
    public static bool IsBefore(long key, uint tie, long otherKey, uint otherTie) => (key < otherKey) | ((key == otherKey) & (tie < otherTie));
}
