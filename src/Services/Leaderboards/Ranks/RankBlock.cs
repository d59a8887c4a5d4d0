using System.Runtime.CompilerServices;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>How many records each of the leaves of a block has: one cache line.</summary>
[InlineArray(RankBlock.Capacity)]
internal struct LeafCounts
{
    private byte _first;

    /// <summary>Records in the leaves before one.</summary>
    public readonly int Before(int at)
    {
        ReadOnlySpan<ulong> words = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(this);
        // Eight at a time: pairs, then all sixteen-bit sums in one product.
        ulong pairs = 0;
        for (int i = 0; i < at >> 3; i++)
        {
            pairs += Pairs(words[i]);
        }
        if ((at & 7) != 0)
        {
            pairs += Pairs(words[at >> 3] & ((1UL << ((at & 7) * 8)) - 1));
        }
        return (int)((pairs * 0x0001_0001_0001_0001) >> 48);
    }

    private static ulong Pairs(ulong word) => (word & 0x00FF_00FF_00FF_00FF) + ((word >> 8) & 0x00FF_00FF_00FF_00FF);
}

/// <summary>Leaves side by side in a <see cref="RankTree"/>, and the least key of each but the first.</summary>
internal struct RankBlock
{
    public const int Capacity = 64;

    private Leaves _leaves;
    private Values _scores;
    private Values _subscores;
    private Values _sequences;

    public int Count { get; private set; }

    public readonly int LeafAt(int at) => _leaves[at];

    public readonly RankKey LowAt(int at) => new(_scores[at], _subscores[at], _sequences[at]);

    /// <summary>The last leaf whose least key is not above one; the first when there is none.</summary>
    public readonly int LastNotAbove(in RankKey key)
    {
        int below = RankLeaf.CountBelow(_scores, key.Score, out int equal);
        int end = below + Math.Min(equal, Count - below);
        int low = below;
        for (int high = end; low < high;)
        {
            int middle = (low + high) >>> 1;
            if (_subscores[middle] < key.Subscore || (_subscores[middle] == key.Subscore && _sequences[middle] <= key.Sequence))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low - 1;
    }

    public void Clear()
    {
        Count = 0;
        // Never below anything.
        ((Span<long>)_scores).Fill(long.MaxValue);
    }

    public void Insert(int at, int leaf, in RankKey low)
    {
        Shift<int>(_leaves, at, Count, leaf);
        Shift<long>(_scores, at, Count, low.Score);
        Shift<long>(_subscores, at, Count, low.Subscore);
        Shift<long>(_sequences, at, Count, low.Sequence);
        Count++;
        LowerFirst();

        static void Shift<T>(Span<T> items, int at, int count, T added)
        {
            items[at..count].CopyTo(items[(at + 1)..]);
            items[at] = added;
        }
    }

    public void RemoveAt(int at)
    {
        Close<int>(_leaves, at, Count);
        Close<long>(_scores, at, Count);
        Close<long>(_subscores, at, Count);
        Close<long>(_sequences, at, Count);
        Count--;
        _scores[Count] = long.MaxValue;
        LowerFirst();

        static void Close<T>(Span<T> items, int at, int count) => items[(at + 1)..count].CopyTo(items[at..]);
    }

    public void SetLow(int at, in RankKey low)
    {
        (_scores[at], _subscores[at], _sequences[at]) = (low.Score, low.Subscore, low.Sequence);
        LowerFirst();
    }

    // What comes before all leaves of a block goes into its first.
    private void LowerFirst() =>
        (_scores[0], _subscores[0], _sequences[0]) = Count == 0 ? (long.MaxValue, 0, 0) : (long.MinValue, long.MinValue, long.MinValue);

    [InlineArray(Capacity)]
    private struct Leaves
    {
        private int _first;
    }

    [InlineArray(Capacity)]
    private struct Values
    {
        private long _first;
    }
}
