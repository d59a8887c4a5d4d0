namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>
/// The blocks of a <see cref="RankTree"/> in order, with the least key and the records of each; sums over the first of them are kept as
/// a binary indexed tree (Fenwick 1994).
/// </summary>
internal sealed class BlockOrder
{
    private int[] _blocks = new int[4];
    private RankKey[] _lows = new RankKey[4];
    private int[] _counts = new int[4];
    private int[] _sums = new int[5];

    // By block.
    private int[] _positions = new int[4];

    public int Count { get; private set; }

    public long Bytes => (_blocks.Length * 36L) + (_positions.Length * 4L);

    public int BlockAt(int position) => _blocks[position];

    public RankKey LowAt(int position) => _lows[position];

    public int PositionOf(int block) => _positions[block];

    /// <summary>The last block whose least key is not above one; the first when there is none.</summary>
    public int LastNotAbove(in RankKey key)
    {
        int low = 1;
        for (int high = Count; low < high;)
        {
            int middle = (low + high) >>> 1;
            if (key < _lows[middle])
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }
        return low - 1;
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
            Array.Resize(ref _lows, size);
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
        _lows[position] = low;
        _counts[position] = 0;
        Renumber(position);
    }

    public void RemoveAt(int position)
    {
        Count--;
        Shift(position + 1, position, Count - position);
        Renumber(position);
    }

    private void Shift(int from, int to, int count)
    {
        Array.Copy(_blocks, from, _blocks, to, count);
        Array.Copy(_lows, from, _lows, to, count);
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
