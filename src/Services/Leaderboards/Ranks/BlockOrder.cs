namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// The blocks of a <see cref="RankTree"/> in order, with the least key and the records of each; sums over the first of them are kept as
/// a binary indexed tree (Fenwick 1994).
/// </summary>
internal sealed class BlockOrder
{
    private int[] _blocks = new int[4];

    // Apart from the rest of the keys, so that a search stays in the nearest cache.
    private long[] _scores = new long[4];
    private (long Subscore, long Sequence)[] _ties = new (long, long)[4];
    private int[] _counts = new int[4];
    private int[] _sums = new int[5];

    // By block.
    private int[] _positions = new int[4];

    public int Count { get; private set; }

    public long Bytes => (_blocks.Length * 36L) + (_positions.Length * 4L);

    public int BlockAt(int position) => _blocks[position];

    public RankKey LowAt(int position) => new(_scores[position], _ties[position].Subscore, _ties[position].Sequence);

    public int PositionOf(int block) => _positions[block];

    /// <summary>The last block whose least key is not above one; the first when there is none.</summary>
    public int LastNotAbove(in RankKey key)
    {
        int position = 0;
        // Without a branch that depends on what is compared: half of the guesses would be wrong.
        for (int length = Count; length > 1; length -= length / 2)
        {
            int middle = position + (length / 2);
            position = IsAtMost(middle, key) ? middle : position;
        }
        return position;
    }

    /// <summary>Records in the blocks before a position.</summary>
    public int CountBefore(int position)
    {
        int sum = 0;
        for (int i = position; i > 0; i &= i - 1)
        {
            sum += _sums[i];
        }
        return sum;
    }

    /// <summary>A block has so many records more.</summary>
    public void Add(int block, int records)
    {
        int position = _positions[block];
        _counts[position] += records;
        for (int i = position + 1; i <= Count; i += i & -i)
        {
            _sums[i] += records;
        }
    }

    public void Insert(int position, int block, in RankKey low)
    {
        if (Count == _blocks.Length)
        {
            int size = Count * 2;
            Array.Resize(ref _blocks, size);
            Array.Resize(ref _scores, size);
            Array.Resize(ref _ties, size);
            Array.Resize(ref _counts, size);
            Array.Resize(ref _sums, size + 1);
        }
        if (block >= _positions.Length)
        {
            Array.Resize(ref _positions, Math.Max(block + 1, _positions.Length * 2));
        }
        Shift(position, position + 1, Count - position);
        Count++;
        _blocks[position] = block;
        _scores[position] = low.Score;
        _ties[position] = (low.Subscore, low.Sequence);
        _counts[position] = 0;
        Renumber(position);
    }

    public void RemoveAt(int position)
    {
        Count--;
        Shift(position + 1, position, Count - position);
        Renumber(position);
    }

    private bool IsAtMost(int position, in RankKey key) => _scores[position] != key.Score
        ? _scores[position] < key.Score
        : _ties[position].CompareTo((key.Subscore, key.Sequence)) <= 0;

    private void Shift(int from, int to, int count)
    {
        Array.Copy(_blocks, from, _blocks, to, count);
        Array.Copy(_scores, from, _scores, to, count);
        Array.Copy(_ties, from, _ties, to, count);
        Array.Copy(_counts, from, _counts, to, count);
    }

    private void Renumber(int first)
    {
        for (int i = first; i < Count; i++)
        {
            _positions[_blocks[i]] = i;
        }
        for (int i = 1; i <= Count; i++)
        {
            _sums[i] = _counts[i - 1];
        }
        for (int i = 1; i <= Count; i++)
        {
            int above = i + (i & -i);
            if (above <= Count)
            {
                _sums[above] += _sums[i];
            }
        }
    }
}
