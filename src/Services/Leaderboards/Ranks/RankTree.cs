namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// Records in the order of their keys, and how many stand before each: an order-statistics tree of three levels. Leaves have up to
/// <see cref="RankLeaf.Capacity"/> records, blocks up to <see cref="RankBlock.Capacity"/> leaves, and <see cref="BlockOrder"/> the blocks.
/// A leaf knows its block, so a rank is found without comparing keys: the place in the leaf, and two sums of counts, which are small
/// enough for the caches. Records that change their leaf are told to the <see cref="OwnerIndex"/>.
/// </summary>
internal sealed class RankTree
{
    // What comes in order leaves some room: full leaves and blocks would all split at the first changes after a start.
    private const int LeafRecordsInOrder = RankLeaf.Capacity * 7 / 8;
    private const int BlockLeavesInOrder = RankBlock.Capacity * 3 / 4;
    private const int BlockLeavesMin = RankBlock.Capacity / 4;

    private readonly RankLeaves _leaves;
    private readonly OwnerIndex _owners;
    private readonly ChunkedArray<RankBlock> _blocks = new(11, 1);
    private readonly ChunkedArray<LeafCounts> _counts = new(15, 1);
    private readonly Stack<int> _freeBlocks = new();
    private readonly BlockOrder _order = new();
    private int _usedBlocks;

    // No key has ever been above it.
    private RankKey _top = new(long.MinValue, long.MinValue, long.MinValue);

    public RankTree(RankLeaves leaves, OwnerIndex owners)
    {
        _leaves = leaves;
        _owners = owners;
        InsertLeaf(AddBlock(0, default), 0, default);
    }

    public long Bytes => _blocks.Bytes + _counts.Bytes + _order.Bytes + (_freeBlocks.Count * 4L);

    /// <summary>The leaf a key would come into, whose scores are asked for: reading them is the next that takes long.</summary>
    public Path Descend(in RankKey key)
    {
        if (key >= _top)
        {
            int last = _order.Count - 1;
            int lastBlock = _order.BlockAt(last);
            int end = _blocks[lastBlock].Count - 1;
            return new Path(last, lastBlock, end, _blocks[lastBlock].LeafAt(end), _counts[lastBlock][end], IsLast: true);
        }
        int position = _order.LastNotAbove(key);
        int block = _order.BlockAt(position);
        int at = _blocks[block].LastNotAbove(key);
        int leaf = _blocks[block].LeafAt(at);
        _leaves.Leaf(leaf).AskForScores();
        return new Path(position, block, at, leaf, _counts[block][at], IsLast: false);
    }

    /// <param name="path">Where the key leads, as of now.</param>
    /// <param name="owner">Whose record.</param>
    /// <param name="key">Its key.</param>
    public RankPlace Insert(Path path, in Guid owner, in RankKey key)
    {
        if (path.IsLast && path.Count >= LeafRecordsInOrder)
        {
            path = Append(path, key);
        }
        else if (path.Count == RankLeaf.Capacity)
        {
            MakeRoom(path, key);
            path = Descend(key);
        }
        return Insert(path, PlaceIn(path, key), owner, key);
    }

    /// <summary>Takes a record from its leaf.</summary>
    public void Remove(RankPlace record)
    {
        int block = _leaves.BlockOf(record.Leaf, out int at);
        ref RankLeaf leaf = ref _leaves.Leaf(record.Leaf);
        ref byte count = ref _counts[block][at];
        leaf.Remove(leaf.PlaceOf(record.InLeaf), count);
        count--;
        _order.Add(block, -1);
        if (count < LeafRecordsInOrder / 2)
        {
            Shrink(block, at);
        }
    }

    /// <summary>Gives a record another key.</summary>
    /// <param name="record">Where it is.</param>
    /// <param name="path">Where its new key leads, as of now.</param>
    /// <param name="key">That key.</param>
    /// <param name="slot">Where the index has it; the index is told.</param>
    public void Move(RankPlace record, in Path path, in RankKey key, int slot)
    {
        if (path.Leaf == record.Leaf)
        {
            _leaves.Leaf(path.Leaf).Move(record.InLeaf, PlaceIn(path, key), key);
            _top = key > _top ? key : _top;
            return;
        }
        Guid owner = _leaves.Owner(record);
        if (path.Count < RankLeaf.Capacity)
        {
            _owners.Update(slot, Insert(path, PlaceIn(path, key), owner, key));
            Remove(record);
            return;
        }
        // Making room may move the record itself, so it goes first, and what leads to its new place may be another then.
        _owners.Park(slot);
        Remove(record);
        _owners.Update(slot, Insert(Descend(key), owner, key));
    }

    /// <summary>How many records stand before this one.</summary>
    public int CountBefore(RankPlace record)
    {
        int block = _leaves.BlockOf(record.Leaf, out int at);
        return _leaves.Leaf(record.Leaf).PlaceOf(record.InLeaf) + _counts[block].Before(at) + _order.CountBefore(_order.PositionOf(block));
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
        Path path = Descend(before);
        return PlaceIn(path, before) + _counts[path.Block].Before(path.At) + _order.CountBefore(path.Position);
    }

    private int PlaceIn(in Path path, in RankKey key) => path.IsLast ? path.Count : _leaves.Leaf(path.Leaf).PlaceAfter(key, path.Count);

    private RankPlace Insert(in Path path, int place, in Guid owner, in RankKey key)
    {
        int number = _leaves.Leaf(path.Leaf).Insert(place, path.Count, owner, key);
        _counts[path.Block][path.At]++;
        _order.Add(path.Block, 1);
        _top = key > _top ? key : _top;
        return new RankPlace(path.Leaf, number);
    }

    /// <summary>A key comes behind all others, and the last leaf is well filled: it begins a leaf of its own.</summary>
    private Path Append(in Path path, in RankKey key)
    {
        (int block, int at) = (path.Block, path.At + 1);
        if (_blocks[block].Count >= BlockLeavesInOrder)
        {
            (block, at) = (AddBlock(_order.Count, key), 0);
        }
        return new Path(_order.Count - 1, block, at, InsertLeaf(block, at, key), 0, IsLast: true);
    }

    /// <summary>A leaf is full: a neighbour takes some of its records, or a new leaf half of them.</summary>
    private void MakeRoom(in Path path, in RankKey key)
    {
        (int block, int at) = (path.Block, path.At);
        int left = at > 0 ? _counts[block][at - 1] : RankLeaf.Capacity;
        int right = at + 1 < _blocks[block].Count ? _counts[block][at + 1] : RankLeaf.Capacity;
        int least = Math.Min(left, right);
        if (least <= LeafRecordsInOrder)
        {
            int moved = (RankLeaf.Capacity - least + 1) / 2;
            if (left < right)
            {
                MoveUp(block, at, moved);
            }
            else
            {
                MoveDown(block, at, moved);
            }
            return;
        }
        if (_blocks[block].Count == RankBlock.Capacity)
        {
            int behind = SplitBlock(block);
            if (at >= _blocks[block].Count)
            {
                at -= _blocks[block].Count;
                block = behind;
            }
        }
        if (at == 0 && _order.PositionOf(block) == 0 && PlaceIn(path, key) == 0)
        {
            // Before all others, as the records of a race that gets ever better: the full leaf stays full.
            int full = path.Leaf;
            InsertLeaf(block, 0, key);
            _blocks[block].SetLow(1, _leaves.Leaf(full).Key(_leaves.Leaf(full).At(0)));
            return;
        }
        InsertLeaf(block, at + 1, key);
        MoveDown(block, at, RankLeaf.Capacity / 2);
    }

    /// <summary>Joins a leaf that has become small with a neighbour.</summary>
    private void Shrink(int block, int at)
    {
        int count = _counts[block][at];
        int left = at > 0 ? _counts[block][at - 1] : RankLeaf.Capacity;
        int right = at + 1 < _blocks[block].Count ? _counts[block][at + 1] : RankLeaf.Capacity;
        if (count + Math.Min(left, right) <= LeafRecordsInOrder)
        {
            if (left <= right)
            {
                MoveUp(block, at, count);
                RemoveLeaf(block, at);
            }
            else
            {
                MoveUp(block, at + 1, right);
                RemoveLeaf(block, at + 1);
            }
        }
        else if (count == 0 && (_blocks[block].Count > 1 || _order.Count > 1))
        {
            RemoveLeaf(block, at);
        }
    }

    /// <summary>Moves the last records of a leaf to the beginning of the one behind it.</summary>
    private void MoveDown(int block, int at, int moved)
    {
        int kept = _counts[block][at] - moved;
        Move(block, at, kept, at + 1, 0, moved);
        ref RankLeaf first = ref _leaves.Leaf(_blocks[block].LeafAt(at + 1));
        _blocks[block].SetLow(at + 1, first.Key(first.At(0)));
    }

    /// <summary>Moves the first records of a leaf to the end of the one before it.</summary>
    private void MoveUp(int block, int at, int moved)
    {
        Move(block, at, 0, at - 1, _counts[block][at - 1], moved);
        if (_counts[block][at] > 0)
        {
            ref RankLeaf first = ref _leaves.Leaf(_blocks[block].LeafAt(at));
            _blocks[block].SetLow(at, first.Key(first.At(0)));
        }
    }

    /// <summary>Moves records of one leaf, from a place on, to a place in another.</summary>
    private void Move(int block, int from, int place, int to, int target, int moved)
    {
        int sourceLeaf = _blocks[block].LeafAt(from);
        int targetLeaf = _blocks[block].LeafAt(to);
        ref RankLeaf source = ref _leaves.Leaf(sourceLeaf);
        ref RankLeaf destination = ref _leaves.Leaf(targetLeaf);
        ref LeafCounts counts = ref _counts[block];
        Span<ulong> hashes = stackalloc ulong[RankLeaf.Capacity];
        for (int i = 0; i < moved; i++)
        {
            hashes[i] = _owners.Ask(source.Owner(source.At(place + i)));
        }
        for (int i = 0; i < moved; i++)
        {
            int number = source.At(place);
            int added = destination.Insert(target + i, counts[to], source.Owner(number), source.Key(number));
            source.Remove(place, counts[from]);
            counts[to]++;
            counts[from]--;
            _owners.Move(new RankPlace(sourceLeaf, number), new RankPlace(targetLeaf, added), hashes[i]);
        }
    }

    private int InsertLeaf(int block, int at, in RankKey low)
    {
        int leaf = _leaves.Add();
        int before = _blocks[block].Count;
        _blocks[block].Insert(at, leaf, low);
        Span<byte> counts = _counts[block];
        counts[at..before].CopyTo(counts[(at + 1)..]);
        counts[at] = 0;
        Number(block, at);
        return leaf;
    }

    private void RemoveLeaf(int block, int at)
    {
        _leaves.Remove(_blocks[block].LeafAt(at));
        _blocks[block].RemoveAt(at);
        int count = _blocks[block].Count;
        Span<byte> counts = _counts[block];
        counts[(at + 1)..(count + 1)].CopyTo(counts[at..]);
        Number(block, at);
        if (count == 0)
        {
            RemoveBlock(block);
        }
        else if (count < BlockLeavesMin)
        {
            JoinBlocks(block);
        }
    }

    /// <summary>Tells the leaves of a block, from one on, where they stand.</summary>
    private void Number(int block, int first)
    {
        for (int at = first; at < _blocks[block].Count; at++)
        {
            _leaves.Put(_blocks[block].LeafAt(at), block, at);
        }
    }

    /// <returns>The block behind it, which took half of its leaves.</returns>
    private int SplitBlock(int block)
    {
        int kept = _blocks[block].Count / 2;
        int added = AddBlock(_order.PositionOf(block) + 1, _blocks[block].LowAt(kept));
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
            if (_blocks[first].Count + _blocks[second].Count <= BlockLeavesInOrder)
            {
                MoveLeaves(second, 0, first);
                RemoveBlock(second);
            }
        }
    }

    private void MoveLeaves(int from, int first, int to)
    {
        // Its own entry in the block says nothing of the key of a block's first leaf.
        RankKey low = first == 0 ? _order.LowAt(_order.PositionOf(from)) : _blocks[from].LowAt(first);
        int start = _blocks[to].Count;
        int records = 0;
        for (int at = first; at < _blocks[from].Count; at++)
        {
            _blocks[to].Insert(_blocks[to].Count, _blocks[from].LeafAt(at), at == first ? low : _blocks[from].LowAt(at));
            byte count = _counts[from][at];
            _counts[to][_blocks[to].Count - 1] = count;
            records += count;
        }
        while (_blocks[from].Count > first)
        {
            _blocks[from].RemoveAt(_blocks[from].Count - 1);
        }
        Number(to, start);
        _order.Add(from, -records);
        _order.Add(to, records);
    }

    private int AddBlock(int position, in RankKey low)
    {
        if (!_freeBlocks.TryPop(out int block))
        {
            block = _usedBlocks++;
            _blocks.EnsureCapacity(_usedBlocks);
            _counts.EnsureCapacity(_usedBlocks);
        }
        _blocks[block].Clear();
        _order.Insert(position, block, low);
        return block;
    }

    private void RemoveBlock(int block)
    {
        _order.RemoveAt(_order.PositionOf(block));
        _freeBlocks.Push(block);
    }

    /// <summary>Where a key leads.</summary>
    /// <param name="Position">Of the block in order.</param>
    /// <param name="Block">The block.</param>
    /// <param name="At">The position of the leaf in the block.</param>
    /// <param name="Leaf">The leaf.</param>
    /// <param name="Count">Records in the leaf.</param>
    /// <param name="IsLast">The key is behind all there are.</param>
    internal readonly record struct Path(int Position, int Block, int At, int Leaf, int Count, bool IsLast);
}
