using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Leaderboards.Ranks;

/// <summary>Where a record is kept: the number of its leaf, and its number there.</summary>
internal readonly record struct RankPlace(int Number)
{
    public RankPlace(int leaf, int number)
        : this((leaf * RankLeaf.Capacity) + number)
    {
    }

    public int Leaf => (int)((uint)Number / RankLeaf.Capacity);

    public int InLeaf => (int)((uint)Number % RankLeaf.Capacity);
}

/// <summary>The leaves of a <see cref="RankTree"/> by number, and the block each stands in.</summary>
internal sealed class RankLeaves
{
    private const int ChunkBits = 12;

    private readonly ChunkedArray<RankLeaf> _leaves = new(ChunkBits, 1);
    private readonly ChunkedArray<uint> _places = new(20, 64);
    private readonly Stack<int> _free = new();
    private int _used;

    public long Bytes => _leaves.Bytes + _places.Bytes + (_free.Count * 4L);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref RankLeaf Leaf(int leaf) => ref _leaves[leaf];

    public ref readonly Guid Owner(RankPlace record) => ref _leaves[record.Leaf].Owner(record.InLeaf);

    /// <summary>Asks the memory for what finding a record's rank reads.</summary>
    public void Ask(RankPlace record)
    {
        Prefetch.Line(ref _places[record.Leaf]);
        _leaves[record.Leaf].AskForOrder();
    }

    public RankKey Key(RankPlace record) => _leaves[record.Leaf].Key(record.InLeaf);

    public int BlockOf(int leaf, out int at)
    {
        uint place = _places[leaf];
        at = (int)(place % RankBlock.Capacity);
        return (int)(place / RankBlock.Capacity);
    }

    public void Put(int leaf, int block, int at) => _places[leaf] = (uint)((block * RankBlock.Capacity) + at);

    public int Add()
    {
        if (!_free.TryPop(out int leaf))
        {
            leaf = _used++;
            _leaves.EnsureCapacity(_used);
            _places.EnsureCapacity(_used);
        }
        _leaves[leaf].Clear();
        return leaf;
    }

    public void Remove(int leaf) => _free.Push(leaf);
}
