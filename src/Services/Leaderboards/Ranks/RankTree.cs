using System.Numerics;
using System.Runtime.InteropServices;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Records in the order of their keys, and how many stand before each: an order-statistics tree of three levels. Leaves list the
/// numbers of up to <see cref="LeafEntriesMax"/> records, blocks list up to 64 leaves with how many records each has, and
/// <see cref="BlockOrder"/> the blocks. A record knows its leaf and a leaf its block, so a rank is found without comparing keys: the
/// place in the leaf, and two sums of counts.
/// </summary>
internal sealed class RankTree
{
    /// <summary>256 bytes a leaf: four cache lines, and two of its numbers are count and block.</summary>
    internal const int LeafEntriesMax = LeafStride - LeafHeader;

    private const int LeafStride = 64;
    private const int LeafHeader = 2;
    private const int LeafEntriesMin = LeafEntriesMax / 4;

    // What comes in order leaves some room: full leaves and blocks would all split at the first changes after a start.
    private const int LeafEntriesInOrder = LeafEntriesMax * 7 / 8;
    private const int BlockLeavesInOrder = BlockLeavesMax * 3 / 4;
    private const int BlockLeavesMax = 64;
    private const int BlockLeavesMin = BlockLeavesMax / 4;

    // Keys are compared in steps of so many, whose reads do not wait for each other; a binary search would wait for each.
    private const int Step = 8;

    private readonly RankRecords _records;
    private readonly ChunkedArray<int> _leaves = new(20, LeafStride * 2);
    private readonly Stack<int> _freeLeaves = new();

    // Of each block by its id: 64 leaves and then 64 counts; the least key of each leaf but the first; leaves in it.
    private readonly ChunkedArray<int> _blockLeaves = new(19, BlockLeavesMax * 2);
    private readonly ChunkedArray<RankKey> _blockLows = new(17, BlockLeavesMax);
    private readonly List<int> _blockSizes = [];
    private readonly Stack<int> _freeBlocks = new();
    private readonly BlockOrder _order = new();
    private int _leafCount;

    public RankTree(RankRecords records)
    {
        _records = records;
        InsertLeaf(AddBlock(0, default), 0, NewLeaf(), default);
    }

    public long Bytes => _leaves.Bytes + _blockLeaves.Bytes + _blockLows.Bytes + _order.Bytes
        + ((_freeLeaves.Count + _freeBlocks.Count + _blockSizes.Capacity) * 4L);

    /// <summary>Lists a record under the key it has.</summary>
    public void Insert(int record)
    {
        RankKey key = _records[record].Key;
        int position = _order.LastNotAbove(key);
        int block = _order.BlockAt(position);
        int at = LastNotAbove(Lows(block), key);
        int leaf = Leaves(block)[at];
        int place = PlaceAfter(leaf, key);
        bool isLast = place >= LeafEntriesInOrder && at == _blockSizes[block] - 1 && position == _order.Count - 1 && place == Leaf(leaf)[0];
        if (isLast)
        {
            (block, at, leaf, place) = Append(block, at, key);
        }
        else if (Leaf(leaf)[0] == LeafEntriesMax)
        {
            (block, at, leaf, place) = MakeRoom(block, at, leaf, place, key);
        }
        Span<int> entries = Leaf(leaf);
        int count = entries[0]++;
        entries = entries[LeafHeader..];
        entries[place..count].CopyTo(entries[(place + 1)..]);
        entries[place] = record;
        _records[record].Leaf = leaf;
        Counts(block)[at]++;
        _order.Add(block, 1);
    }

    /// <summary>Takes a record from its list; its key may have changed already.</summary>
    public void Remove(int record)
    {
        int leaf = _records[record].Leaf;
        Span<int> entries = Leaf(leaf);
        int block = entries[1];
        int count = --entries[0];
        entries = entries.Slice(LeafHeader, count + 1);
        int place = entries.IndexOf(record);
        entries[(place + 1)..].CopyTo(entries[place..]);
        int at = Leaves(block).IndexOf(leaf);
        Counts(block)[at]--;
        _order.Add(block, -1);
        if (count < LeafEntriesMin)
        {
            Shrink(block, at);
        }
    }

    /// <summary>How many records stand before this one.</summary>
    public int CountBefore(int record)
    {
        int leaf = _records[record].Leaf;
        ReadOnlySpan<int> entries = Leaf(leaf);
        int block = entries[1];
        int place = entries[LeafHeader..].IndexOf(record);
        return place + Sum(Counts(block)[..Leaves(block).IndexOf(leaf)]) + _order.CountBefore(_order.PositionOf(block));
    }

    /// <summary>How many records have a smaller key.</summary>
    public int CountBelow(in RankKey key)
    {
        // Behind all that equal the key with the sequence before it, which are those below it.
        if (key.Sequence == long.MinValue && key.Subscore == long.MinValue && key.Score == long.MinValue)
        {
            return 0;
        }
        RankKey before = key.Sequence > long.MinValue
            ? key with { Sequence = key.Sequence - 1 }
            : key.Subscore > long.MinValue ? new RankKey(key.Score, key.Subscore - 1, long.MaxValue) : new RankKey(key.Score - 1, long.MaxValue, long.MaxValue);
        int position = _order.LastNotAbove(before);
        int block = _order.BlockAt(position);
        int at = LastNotAbove(Lows(block), before);
        return PlaceAfter(Leaves(block)[at], before) + Sum(Counts(block)[..at]) + _order.CountBefore(position);
    }

    private static int Sum(ReadOnlySpan<int> counts)
    {
        ReadOnlySpan<Vector<int>> wide = MemoryMarshal.Cast<int, Vector<int>>(counts);
        Vector<int> sums = Vector<int>.Zero;
        foreach (Vector<int> part in wide)
        {
            sums += part;
        }
        int sum = Vector.Sum(sums);
        foreach (int count in counts[(wide.Length * Vector<int>.Count)..])
        {
            sum += count;
        }
        return sum;
    }

    /// <summary>The last leaf of a block whose least key is not above one; the first when there is none.</summary>
    private static int LastNotAbove(ReadOnlySpan<RankKey> lows, in RankKey key)
    {
        int steps = 0;
        for (int i = Step; i < lows.Length; i += Step)
        {
            steps += lows[i].IsAtMost(key);
        }
        int first = steps * Step;
        int within = 0;
        for (int i = first + 1; i < Math.Min(first + Step, lows.Length); i++)
        {
            within += lows[i].IsAtMost(key);
        }
        return first + within;
    }

    /// <summary>Where in a leaf a key comes: behind those not above it.</summary>
    private int PlaceAfter(int leaf, in RankKey key)
    {
        ReadOnlySpan<int> entries = Leaf(leaf);
        entries = entries.Slice(LeafHeader, entries[0]);
        // Records often come in order: when a board is read from the database, and as the newest of equal scores.
        if (entries.Length == 0 || _records[entries[^1]].Key.IsAtMost(key) == 1)
        {
            return entries.Length;
        }
        int steps = 0;
        for (int i = Step - 1; i < entries.Length; i += Step)
        {
            steps += _records[entries[i]].Key.IsAtMost(key);
        }
        int first = steps * Step;
        int within = 0;
        for (int i = first; i < Math.Min(first + Step - 1, entries.Length); i++)
        {
            within += _records[entries[i]].Key.IsAtMost(key);
        }
        return first + within;
    }

    /// <summary>A key comes behind all others, and the last leaf is well filled: it begins a leaf of its own.</summary>
    private (int Block, int At, int Leaf, int Place) Append(int block, int at, in RankKey key)
    {
        if (_blockSizes[block] >= BlockLeavesInOrder)
        {
            block = AddBlock(_order.Count, key);
            at = -1;
        }
        int leaf = NewLeaf();
        InsertLeaf(block, at + 1, leaf, key);
        return (block, at + 1, leaf, 0);
    }

    /// <summary>A leaf is full; says where the key goes instead.</summary>
    private (int Block, int At, int Leaf, int Place) MakeRoom(int block, int at, int leaf, int place, in RankKey key)
    {
        if (_blockSizes[block] == BlockLeavesMax)
        {
            int behind = SplitBlock(block);
            if (at >= _blockSizes[block])
            {
                at -= _blockSizes[block];
                block = behind;
            }
        }
        int added = NewLeaf();
        if (place == 0 && at == 0 && _order.PositionOf(block) == 0)
        {
            Lows(block)[0] = FirstKey(leaf);
            InsertLeaf(block, 0, added, key);
            return (block, 0, added, 0);
        }
        int kept = LeafEntriesMax / 2;
        Move(leaf, kept, added, LeafEntriesMax - kept);
        InsertLeaf(block, at + 1, added, FirstKey(added));
        Counts(block)[at] = kept;
        Counts(block)[at + 1] = LeafEntriesMax - kept;
        return place <= kept ? (block, at, leaf, place) : (block, at + 1, added, place - kept);
    }

    /// <summary>Joins a leaf that has become small with a neighbour; an empty one goes.</summary>
    private void Shrink(int block, int at)
    {
        int size = _blockSizes[block];
        Span<int> counts = Counts(block);
        int left = at > 0 && (at == size - 1 || counts[at - 1] <= counts[at + 1]) ? at - 1 : at;
        if (left + 1 < size && counts[left] + counts[left + 1] <= LeafEntriesMax - LeafEntriesMin)
        {
            Move(Leaves(block)[left + 1], 0, Leaves(block)[left], counts[left + 1]);
            counts[left] += counts[left + 1];
            RemoveLeaf(block, left + 1);
        }
        else if (counts[at] == 0 && (size > 1 || _order.Count > 1))
        {
            RemoveLeaf(block, at);
        }
    }

    /// <summary>Appends entries of one leaf, from a place to its end, to another.</summary>
    private void Move(int from, int place, int to, int count)
    {
        Span<int> source = Leaf(from);
        Span<int> target = Leaf(to);
        ReadOnlySpan<int> moved = source.Slice(LeafHeader + place, count);
        moved.CopyTo(target[(LeafHeader + target[0])..]);
        source[0] -= count;
        target[0] += count;
        foreach (int record in moved)
        {
            _records[record].Leaf = to;
        }
    }

    private void InsertLeaf(int block, int at, int leaf, in RankKey low)
    {
        int size = _blockSizes[block]++;
        Shift(Leaves(block), at, size, leaf);
        Shift(Counts(block), at, size, 0);
        Shift(Lows(block), at, size, low);
        Leaf(leaf)[1] = block;

        static void Shift<T>(Span<T> items, int at, int size, T added)
        {
            items[at..size].CopyTo(items[(at + 1)..]);
            items[at] = added;
        }
    }

    private void RemoveLeaf(int block, int at)
    {
        _freeLeaves.Push(Leaves(block)[at]);
        int size = --_blockSizes[block];
        Close(_blockLeaves.Slice(block * BlockLeavesMax * 2, BlockLeavesMax), at, size);
        Close(_blockLeaves.Slice((block * BlockLeavesMax * 2) + BlockLeavesMax, BlockLeavesMax), at, size);
        Close(_blockLows.Slice(block * BlockLeavesMax, BlockLeavesMax), at, size);
        if (size == 0)
        {
            RemoveBlock(block);
        }
        else if (size < BlockLeavesMin)
        {
            JoinBlocks(block);
        }

        static void Close<T>(Span<T> items, int at, int size) => items[(at + 1)..(size + 1)].CopyTo(items[at..]);
    }

    /// <returns>The block behind it, which took half of its leaves.</returns>
    private int SplitBlock(int block)
    {
        int kept = _blockSizes[block] / 2;
        int added = AddBlock(_order.PositionOf(block) + 1, Lows(block)[kept]);
        MoveLeaves(block, kept, added);
        return added;
    }

    private void JoinBlocks(int block)
    {
        int left = Math.Max(_order.PositionOf(block) - 1, 0);
        if (left + 1 < _order.Count)
        {
            int first = _order.BlockAt(left);
            int second = _order.BlockAt(left + 1);
            if (_blockSizes[first] + _blockSizes[second] <= BlockLeavesMax - BlockLeavesMin)
            {
                // The first of a block is never compared and may be out of date.
                Lows(second)[0] = _order.LowAt(left + 1);
                MoveLeaves(second, 0, first);
                RemoveBlock(second);
            }
        }
    }

    private void MoveLeaves(int from, int first, int to)
    {
        int moved = _blockSizes[from] - first;
        int before = _blockSizes[to];
        _blockSizes[to] += moved;
        Leaves(from)[first..].CopyTo(Leaves(to)[before..]);
        Counts(from)[first..].CopyTo(Counts(to)[before..]);
        Lows(from)[first..].CopyTo(Lows(to)[before..]);
        int records = Sum(Counts(from)[first..]);
        foreach (int leaf in Leaves(from)[first..])
        {
            Leaf(leaf)[1] = to;
        }
        _blockSizes[from] = first;
        _order.Add(from, -records);
        _order.Add(to, records);
    }

    private int AddBlock(int position, in RankKey low)
    {
        if (!_freeBlocks.TryPop(out int block))
        {
            block = _blockSizes.Count;
            _blockSizes.Add(0);
            _blockLeaves.EnsureCapacity(_blockSizes.Count * BlockLeavesMax * 2);
            _blockLows.EnsureCapacity(_blockSizes.Count * BlockLeavesMax);
        }
        _blockSizes[block] = 0;
        _order.Insert(position, block, low);
        return block;
    }

    private void RemoveBlock(int block)
    {
        _order.RemoveAt(_order.PositionOf(block));
        _freeBlocks.Push(block);
    }

    private int NewLeaf()
    {
        if (!_freeLeaves.TryPop(out int leaf))
        {
            leaf = _leafCount++;
            _leaves.EnsureCapacity(_leafCount * LeafStride);
        }
        Leaf(leaf)[0] = 0;
        return leaf;
    }

    private Span<int> Leaf(int leaf) => _leaves.Slice(leaf * LeafStride, LeafStride);

    private Span<int> Leaves(int block) => _blockLeaves.Slice(block * BlockLeavesMax * 2, _blockSizes[block]);

    private Span<int> Counts(int block) => _blockLeaves.Slice((block * BlockLeavesMax * 2) + BlockLeavesMax, _blockSizes[block]);

    private Span<RankKey> Lows(int block) => _blockLows.Slice(block * BlockLeavesMax, _blockSizes[block]);

    private RankKey FirstKey(int leaf) => _records[_leaves[(leaf * LeafStride) + LeafHeader]].Key;
}
