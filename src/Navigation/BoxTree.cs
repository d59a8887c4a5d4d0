using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation;

/// <summary>
/// Boxes in a tree whose nodes have eight children each, so that one look of eight lanes tells which of them matter. Boxes are cut in halves by their middles along
/// the longest side of what they fill together, three times for a node; the nodes of a level lie one behind the other, so none needs a pointer.
/// </summary>
/// <remarks>Nothing is allocated by building it anew once it has grown, and nothing by asking.</remarks>
internal sealed class BoxTree
{
    /// <summary>Floats of a node: the low and high ends of eight boxes, axis by axis.</summary>
    private const int NodeFloats = 6 * WideMath.Lanes;

    /// <summary>Levels of the tree of more boxes than memory holds.</summary>
    public const int LevelsMax = 9;

    private readonly int[] _levelStarts = new int[LevelsMax + 1];
    private float[] _nodes = [];
    private int[] _items = [];
    private ulong[] _keys = [];
    private Vec3[] _middles = [];

    /// <summary>How many boxes it holds.</summary>
    public int Count { get; private set; }

    /// <summary>How many levels of nodes there are; the last has one node.</summary>
    public int Levels { get; private set; }

    /// <summary>Takes other boxes.</summary>
    /// <param name="lows">The low corners, finite.</param>
    /// <param name="highs">The high corners, as many.</param>
    public void Build(ReadOnlySpan<Vec3> lows, ReadOnlySpan<Vec3> highs)
    {
        Count = lows.Length;
        if (_items.Length < Count)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)Count);
            (_items, _keys, _middles) = (new int[size], new ulong[size], new Vec3[size]);
        }

        for (int i = 0; i < Count; i++)
        {
            _items[i] = i;
            _middles[i] = (lows[i] + highs[i]) * 0.5f;
        }

        Levels = 0;
        int nodes = 0;
        for (int left = Math.Max(Count, 1); Levels == 0 || left > 1; Levels++)
        {
            left = (left + WideMath.Lanes - 1) / WideMath.Lanes;
            _levelStarts[Levels] = nodes;
            nodes += left;
        }

        if (_nodes.Length < nodes * NodeFloats)
        {
            _nodes = new float[BitOperations.RoundUpToPowerOf2((uint)(nodes * NodeFloats))];
        }

        _levelStarts[Levels] = nodes;
        Order(0, Count);
        Fill(lows, highs);
    }

    /// <summary>The boxes that a box touches, each once, in no order that matters but always the same one.</summary>
    public Overlaps Touching(Vec3 low, Vec3 high) => new(this, low, high);

    /// <summary>Which box a leaf's lane holds.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ItemAt(int leaf, int lane) => _items[(leaf * WideMath.Lanes) + lane];

    /// <summary>A bit for each child of a node whose box touches a box.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Touched(int level, int node, Vec3 low, Vec3 high)
    {
        ref float at = ref NodeAt(level, node);
        return (Vector256.LessThanOrEqual(Part(ref at, 0), Vector256.Create(high.X))
            & Vector256.LessThanOrEqual(Part(ref at, 1), Vector256.Create(high.Y))
            & Vector256.LessThanOrEqual(Part(ref at, 2), Vector256.Create(high.Z))
            & Vector256.GreaterThanOrEqual(Part(ref at, 3), Vector256.Create(low.X))
            & Vector256.GreaterThanOrEqual(Part(ref at, 4), Vector256.Create(low.Y))
            & Vector256.GreaterThanOrEqual(Part(ref at, 5), Vector256.Create(low.Z))).ExtractMostSignificantBits();
    }

    /// <summary>
    /// Of each child of a node the squared distance of its box from a point; beyond all numbers where it is farther along an axis than a reach, or no child.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> DistancesSquared(int level, int node, Vec3 point, Vec3 reach)
    {
        ref float at = ref NodeAt(level, node);
        Vector256<float> x = Outside(Part(ref at, 0), Part(ref at, 3), point.X);
        Vector256<float> y = Outside(Part(ref at, 1), Part(ref at, 4), point.Y);
        Vector256<float> z = Outside(Part(ref at, 2), Part(ref at, 5), point.Z);
        Vector256<float> isNear = Vector256.LessThanOrEqual(x, Vector256.Create(reach.X)) & Vector256.LessThanOrEqual(y, Vector256.Create(reach.Y))
            & Vector256.LessThanOrEqual(z, Vector256.Create(reach.Z));
        return Vector256.ConditionalSelect(isNear, (x * x) + (y * y) + (z * z), Vector256.Create(float.PositiveInfinity));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Outside(Vector256<float> low, Vector256<float> high, float at) =>
        WideMath.Max(WideMath.Max(low - Vector256.Create(at), Vector256.Create(at) - high), Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Part(ref float node, int part) => Vector256.LoadUnsafe(ref node, (nuint)(part * WideMath.Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float NodeAt(int level, int node)
    {
        int at = (_levelStarts[level] + node) * NodeFloats;
        Debug.Assert(node >= 0 && at + NodeFloats <= _nodes.Length, "a read outside of the tree");
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_nodes), at);
    }

    // Puts a part of the boxes into the order of the leaves: each child full but the last.
    private void Order(int from, int count)
    {
        while (count > WideMath.Lanes)
        {
            int child = WideMath.Lanes;
            while (child * WideMath.Lanes < count)
            {
                child *= WideMath.Lanes;
            }

            int children = (count + child - 1) / child;
            int left = (children + 1) / 2 * child;
            Sort(from, count);
            Order(from, left);
            (from, count) = (from + left, count - left);
        }
    }

    private void Sort(int from, int count)
    {
        Span<int> items = _items.AsSpan(from, count);
        Vec3 low = _middles[items[0]];
        Vec3 high = low;
        foreach (int item in items)
        {
            low = Vec3.Min(low, _middles[item]);
            high = Vec3.Max(high, _middles[item]);
        }

        Vec3 size = high - low;
        int axis = size.X >= size.Y && size.X >= size.Z ? 0 : size.Z >= size.Y ? 2 : 1;
        Span<ulong> keys = _keys.AsSpan(from, count);
        for (int i = 0; i < count; i++)
        {
            Vec3 middle = _middles[items[i]];
            uint bits = BitConverter.SingleToUInt32Bits((axis == 0 ? middle.X : axis == 1 ? middle.Y : middle.Z) + 0f);
            bits = (bits & 0x8000_0000) != 0 ? ~bits : bits | 0x8000_0000;
            keys[i] = ((ulong)bits << 32) | (uint)items[i];
        }

        keys.Sort();
        for (int i = 0; i < count; i++)
        {
            items[i] = (int)(uint)keys[i];
        }
    }

    private void Fill(ReadOnlySpan<Vec3> lows, ReadOnlySpan<Vec3> highs)
    {
        Vec3 none = new(float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity);
        for (int level = 0; level < Levels; level++)
        {
            int nodes = _levelStarts[level + 1] - _levelStarts[level];
            int children = level == 0 ? Count : _levelStarts[level] - _levelStarts[level - 1];
            for (int child = 0; child < nodes * WideMath.Lanes; child++)
            {
                (Vec3 low, Vec3 high) = child >= children ? (none, -none)
                    : level == 0 ? (lows[_items[child]], highs[_items[child]])
                    : BoxOf(level - 1, child);
                Span<float> at = _nodes.AsSpan(((_levelStarts[level] + (child / WideMath.Lanes)) * NodeFloats) + (child % WideMath.Lanes));
                (at[0], at[WideMath.Lanes], at[2 * WideMath.Lanes]) = (low.X, low.Y, low.Z);
                (at[3 * WideMath.Lanes], at[4 * WideMath.Lanes], at[5 * WideMath.Lanes]) = (high.X, high.Y, high.Z);
            }
        }
    }

    private (Vec3 Low, Vec3 High) BoxOf(int level, int node)
    {
        ReadOnlySpan<float> at = _nodes.AsSpan((_levelStarts[level] + node) * NodeFloats, NodeFloats);
        Vec3 low = new(float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity);
        Vec3 high = -low;
        for (int lane = 0; lane < WideMath.Lanes; lane++)
        {
            low = Vec3.Min(low, new Vec3(at[lane], at[WideMath.Lanes + lane], at[(2 * WideMath.Lanes) + lane]));
            high = Vec3.Max(high, new Vec3(at[(3 * WideMath.Lanes) + lane], at[(4 * WideMath.Lanes) + lane], at[(5 * WideMath.Lanes) + lane]));
        }

        return (low, high);
    }

    /// <summary>Walks over the boxes that a box touches.</summary>
    public ref struct Overlaps
    {
        private readonly BoxTree _tree;
        private readonly Vec3 _low;
        private readonly Vec3 _high;
        private Path _nodes;
        private Path _masks;
        private int _level;

        public Overlaps(BoxTree tree, Vec3 low, Vec3 high)
        {
            (_tree, _low, _high) = (tree, low, high);
            _level = tree.Count == 0 ? LevelsMax : tree.Levels - 1;
            if (tree.Count > 0)
            {
                _masks[_level] = (int)tree.Touched(_level, 0, low, high);
            }
        }

        public int Current { get; private set; }

        public readonly Overlaps GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_level < _tree.Levels)
            {
                uint mask = (uint)_masks[_level];
                if (mask == 0)
                {
                    _level++;
                    continue;
                }

                _masks[_level] = (int)(mask & (mask - 1));
                int lane = BitOperations.TrailingZeroCount(mask);
                if (_level == 0)
                {
                    Current = _tree.ItemAt(_nodes[0], lane);
                    return true;
                }

                int child = (_nodes[_level] * WideMath.Lanes) + lane;
                _level--;
                _nodes[_level] = child;
                _masks[_level] = (int)_tree.Touched(_level, child, _low, _high);
            }

            return false;
        }
    }

    /// <summary>A number for each level.</summary>
    [InlineArray(LevelsMax)]
    private struct Path
    {
        private int _first;
    }
}
