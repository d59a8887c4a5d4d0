using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// A binary tree of boxes over triangles that never change, built once from the top: each node is split where the surface-area heuristic
/// over bins finds it cheapest (I. Wald, "On fast Construction of SAH-based Bounding Volume Hierarchies", 2007).
/// </summary>
internal sealed class MeshTree
{
    /// <summary>Deeper, nodes are halved by count: the walks' stacks are of fixed size.</summary>
    private const int SahDepthMax = 40;

    private const int StackSize = SahDepthMax + 24;
    private const int Bins = 12;
    private const int LeafMax = 4;

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    private struct Node
    {
        public Aabb Box;

        /// <summary>Inner: the first of two children that lie side by side. Leaf: the first triangle.</summary>
        public int First;

        /// <summary>Triangles of a leaf; zero for an inner node.</summary>
        public int Count;
    }

    private readonly Node[] _nodes;
    private readonly int[] _triangles;

    public MeshTree(Aabb[] boxes)
    {
        _triangles = new int[boxes.Length];
        for (int i = 0; i < boxes.Length; i++)
        {
            _triangles[i] = i;
        }

        var nodes = new List<Node> { default };
        Build(nodes, boxes, 0, 0, boxes.Length, 0);
        _nodes = [.. nodes];
    }

    public Aabb Bounds => _nodes[0].Box;

    /// <summary>The triangles whose leaves meet a box, one after another.</summary>
    public ref struct Walk
    {
        private readonly MeshTree _tree;
        private readonly PackedAabb _box;
        private StackSlots _stack;
        private int _top;
        private int _at;
        private int _end;

        public Walk(MeshTree tree, in Aabb box)
        {
            _tree = tree;
            _box = new PackedAabb(box);
            _top = PackedAabb.Overlaps(new PackedAabb(tree._nodes[0].Box), _box) ? 1 : 0;
        }

        public readonly PackedAabb Box => _box;

        public bool Next(out int triangle)
        {
            while (_at == _end)
            {
                if (_top == 0)
                {
                    triangle = 0;
                    return false;
                }

                ref readonly Node node = ref _tree._nodes[_stack[--_top]];
                if (node.Count > 0)
                {
                    (_at, _end) = (node.First, node.First + node.Count);
                    break;
                }

                if (PackedAabb.Overlaps(new PackedAabb(_tree._nodes[node.First + 1].Box), _box))
                {
                    _stack[_top++] = node.First + 1;
                }

                if (PackedAabb.Overlaps(new PackedAabb(_tree._nodes[node.First].Box), _box))
                {
                    _stack[_top++] = node.First;
                }
            }

            triangle = _tree._triangles[_at++];
            return true;
        }
    }

    /// <summary>The triangles whose leaves a moving box meets, nearer leaves first where two lie side by side.</summary>
    public ref struct CastWalk
    {
        private readonly MeshTree _tree;
        private readonly BoxSweep _sweep;
        private StackSlots _stack;
        private StackEntries _entries;
        private int _top;
        private int _at;
        private int _end;

        public CastWalk(MeshTree tree, in BoxSweep sweep)
        {
            _tree = tree;
            _sweep = sweep;
            _top = sweep.Meets(tree._nodes[0].Box, 1, out float entry) ? 1 : 0;
            _entries[0] = entry;
        }

        public bool Next(float fraction, out int triangle)
        {
            while (_at == _end)
            {
                if (_top == 0)
                {
                    triangle = 0;
                    return false;
                }

                if (_entries[--_top] > fraction)
                {
                    continue;
                }

                ref readonly Node node = ref _tree._nodes[_stack[_top]];
                if (node.Count > 0)
                {
                    (_at, _end) = (node.First, node.First + node.Count);
                    break;
                }

                bool first = _sweep.Meets(_tree._nodes[node.First].Box, fraction, out float entryFirst);
                bool second = _sweep.Meets(_tree._nodes[node.First + 1].Box, fraction, out float entrySecond);
                bool swapped = entrySecond < entryFirst;
                if (first && swapped)
                {
                    Push(node.First, entryFirst);
                }

                if (second)
                {
                    Push(node.First + 1, entrySecond);
                }

                if (first && !swapped)
                {
                    Push(node.First, entryFirst);
                }
            }

            triangle = _tree._triangles[_at++];
            return true;
        }

        private void Push(int node, float entry)
        {
            _stack[_top] = node;
            _entries[_top++] = entry;
        }
    }

    [InlineArray(StackSize)]
    private struct StackSlots
    {
        private int _first;
    }

    [InlineArray(StackSize)]
    private struct StackEntries
    {
        private float _first;
    }

    private void Build(List<Node> nodes, Aabb[] boxes, int at, int start, int count, int depth)
    {
        Aabb box = boxes[_triangles[start]], centres = new(box.Center, box.Center);
        for (int i = 1; i < count; i++)
        {
            Aabb next = boxes[_triangles[start + i]];
            box = Aabb.Union(box, next);
            centres = Aabb.Union(centres, new Aabb(next.Center, next.Center));
        }

        if (count <= LeafMax)
        {
            nodes[at] = new Node { Box = box, First = start, Count = count };
            return;
        }

        int half = depth < SahDepthMax ? Split(boxes, centres, start, count) : Halve(boxes, centres, start, count);
        int first = nodes.Count;
        nodes.Add(default);
        nodes.Add(default);
        nodes[at] = new Node { Box = box, First = first };
        Build(nodes, boxes, first, start, half, depth + 1);
        Build(nodes, boxes, first + 1, start + half, count - half, depth + 1);
    }

    /// <summary>Orders the triangles so that those below the cheapest plane come first; returns their number.</summary>
    private int Split(Aabb[] boxes, in Aabb centres, int start, int count)
    {
        Span<Aabb> bins = stackalloc Aabb[Bins];
        Span<int> counts = stackalloc int[Bins];
        float best = float.PositiveInfinity;
        int bestAxis = -1, bestBin = 0;
        for (int axis = 0; axis < 3; axis++)
        {
            float low = centres.Min[axis], size = centres.Max[axis] - low;
            if (!(size > 0))
            {
                continue;
            }

            bins.Fill(Aabb.Empty);
            counts.Clear();
            for (int i = start; i < start + count; i++)
            {
                int bin = Bin(boxes[_triangles[i]].Center[axis], low, size);
                bins[bin] = Aabb.Union(bins[bin], boxes[_triangles[i]]);
                counts[bin]++;
            }

            for (int bin = 1; bin < Bins; bin++)
            {
                (float cost, bool halves) = Cost(bins, counts, bin);
                if (halves && cost < best)
                {
                    (best, bestAxis, bestBin) = (cost, axis, bin);
                }
            }
        }

        if (bestAxis < 0)
        {
            return count / 2;
        }

        float lowest = centres.Min[bestAxis], extent = centres.Max[bestAxis] - lowest;
        int written = start;
        for (int i = start; i < start + count; i++)
        {
            if (Bin(boxes[_triangles[i]].Center[bestAxis], lowest, extent) < bestBin)
            {
                (_triangles[written], _triangles[i]) = (_triangles[i], _triangles[written]);
                written++;
            }
        }

        return written - start;
    }

    private static (float Cost, bool Halves) Cost(ReadOnlySpan<Aabb> bins, ReadOnlySpan<int> counts, int split)
    {
        Aabb below = Aabb.Empty, above = Aabb.Empty;
        int countBelow = 0, countAbove = 0;
        for (int bin = 0; bin < Bins; bin++)
        {
            if (counts[bin] == 0)
            {
                continue;
            }

            if (bin < split)
            {
                (below, countBelow) = (Aabb.Union(below, bins[bin]), countBelow + counts[bin]);
            }
            else
            {
                (above, countAbove) = (Aabb.Union(above, bins[bin]), countAbove + counts[bin]);
            }
        }

        return countBelow > 0 && countAbove > 0 ? ((below.HalfArea * countBelow) + (above.HalfArea * countAbove), true) : (0, false);
    }

    private static int Bin(float centre, float low, float size) => Math.Clamp((int)((centre - low) / size * Bins), 0, Bins - 1);

    private int Halve(Aabb[] boxes, in Aabb centres, int start, int count)
    {
        Vec3 size = centres.Max - centres.Min;
        int axis = size.X >= size.Y && size.X >= size.Z ? 0 : size.Y >= size.Z ? 1 : 2;
        Array.Sort(_triangles, start, count, Comparer<int>.Create((i, k) =>
        {
            int order = boxes[i].Center[axis].CompareTo(boxes[k].Center[axis]);
            return order != 0 ? order : i.CompareTo(k);
        }));
        return count / 2;
    }
}
