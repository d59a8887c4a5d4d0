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
/// The heap lies in blocks that never move, so that no step of a long search waits for it to grow.
/// </remarks>
internal struct SearchQueue<TOrder>
    where TOrder : struct, IQueueOrder
{
    private const int Children = 4;

    // Entries are counted from here, so that the children of a node begin at a multiple of four and lie in one block.
    private const int Top = Children - 1;

    private const int BlockBits = 13;
    private const int BlockSize = 1 << BlockBits;
    private const int FirstBlockMin = 256;

    private Entry[] _first; // the first block, which grows until it has the size of the others
    private Entry[][] _blocks; // that one, too
    private int _room; // of all blocks
    private int _end; // of the heap, its free top included
    private bool _isTopFree;

    public SearchQueue()
    {
        _first = new Entry[FirstBlockMin + Children];
        _blocks = [_first];
        _room = FirstBlockMin;
        _end = Top;
    }

    public readonly int Count => _end - Top - (_isTopFree ? 1 : 0);

    public void Clear()
    {
        _end = Top;
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

        int hole = _end++;
        if (_end == _room)
        {
            Grow();
        }

        if (_end <= BlockSize)
        {
            Rise(hole, key, tie, position, isOneBlock: true);
        }
        else
        {
            RiseFar(hole, key, tie, position);
        }
    }

    /// <summary>Takes the entry that comes first. The queue must not be empty.</summary>
    public uint Take() => Take(out _);

    /// <inheritdoc cref="Take()"/>
    public uint Take(out long key)
    {
        Debug.Assert(Count > 0, "an empty queue");
        if (_isTopFree)
        {
            ref Entry last = ref At(ref MemoryMarshal.GetArrayDataReference(_first), --_end, isOneBlock: false);
            Sink(last.Key, last.Tie, last.Position);
        }

        _isTopFree = true;
        ref Entry top = ref _first[Top];
        key = top.Key;
        return top.Position;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Rise(int hole, long key, uint tie, uint position, bool isOneBlock)
    {
        ref Entry first = ref MemoryMarshal.GetArrayDataReference(_first);
        while (hole > Top)
        {
            int parent = (hole >> 2) + 2;
            ref Entry above = ref At(ref first, parent, isOneBlock);
            if (!TOrder.IsBefore(key, tie, above.Key, above.Tie))
            {
                break;
            }

            At(ref first, hole, isOneBlock).Set(above.Key, above.Tie, above.Position);
            hole = parent;
        }

        At(ref first, hole, isOneBlock).Set(key, tie, position);
    }

    private readonly void Sink(long key, uint tie, uint position)
    {
        if (_end < BlockSize)
        {
            Sink(key, tie, position, isOneBlock: true);
        }
        else
        {
            SinkFar(key, tie, position);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void RiseFar(int hole, long key, uint tie, uint position) => Rise(hole, key, tie, position, isOneBlock: false);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void SinkFar(long key, uint tie, uint position) => Sink(key, tie, position, isOneBlock: false);

    // Puts an entry where it belongs, below the free top. Which of four is least is anybody's guess, the processor's too: told without branches.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Sink(long key, uint tie, uint position, bool isOneBlock)
    {
        ref Entry first = ref MemoryMarshal.GetArrayDataReference(_first);
        int end = _end;
        int hole = Top;

        // So that whoever has any children has all. Blocks have room for these behind their end.
        ref Entry none = ref At(ref first, end, isOneBlock);
        for (int i = 0; i < Children - 1; i++)
        {
            Unsafe.Add(ref none, i).Set(long.MaxValue, uint.MaxValue, 0);
        }

        while (true)
        {
            int child = (hole - 2) * Children;
            if (child >= end)
            {
                break;
            }

            ref Entry children = ref At(ref first, child, isOneBlock);
            int low = Later(in children, in Unsafe.Add(ref children, 1));
            int high = 2 + Later(in Unsafe.Add(ref children, 2), in Unsafe.Add(ref children, 3));
            int least = low + ((high - low) & -Later(in Unsafe.Add(ref children, low), in Unsafe.Add(ref children, high)));
            ref Entry lead = ref Unsafe.Add(ref children, least);
            if (!TOrder.IsBefore(lead.Key, lead.Tie, key, tie))
            {
                break;
            }

            At(ref first, hole, isOneBlock).Set(lead.Key, lead.Tie, lead.Position);
            hole = child + least;
        }

        At(ref first, hole, isOneBlock).Set(key, tie, position);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ref Entry At(ref Entry first, int index, bool isOneBlock)
    {
        if (isOneBlock || index < BlockSize)
        {
            return ref Unsafe.Add(ref first, index);
        }

        Entry[] block = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_blocks), index >> BlockBits);
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(block), index & (BlockSize - 1));
    }

    // There is always a block for the place after the last.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow()
    {
        if (_room < BlockSize)
        {
            _room *= 2;
            Array.Resize(ref _first, _room + Children);
            _blocks[0] = _first;
            return;
        }

        int block = _room >> BlockBits;
        if (block == _blocks.Length)
        {
            Array.Resize(ref _blocks, block * 2);
        }

        _blocks[block] = GC.AllocateUninitializedArray<Entry>(BlockSize + Children);
        _room += BlockSize;
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
