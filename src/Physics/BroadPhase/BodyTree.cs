using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Storage;

namespace RealtimeServer.Physics.BroadPhase;

/// <summary>
/// Binary tree of boxes over body slots (dynamic bounding volume hierarchy). Leaves go where they enlarge the least surface; on the way
/// back to the root children and grandchildren change places where that makes boxes smaller (rotations, as A. Kensler, "Tree Rotations for
/// Improving Bounding Volume Hierarchies", 2008). The tree depends on the calls made, never on addresses or threads.
/// </summary>
internal sealed class BodyTree
{
    /// <summary>Deeper than this the tree is built anew: traversals keep a stack of fixed size.</summary>
    internal const int DepthMax = 120;

    internal const int StackSize = DepthMax * 2;

    /// <summary>Nodes, dense; the root is the first. A tree of one leaf has a root with one child.</summary>
    public readonly StateList<TreeNode> Nodes = new();

    /// <summary>For each node, its place in its parent: parent × 2 + side; -1 for the root.</summary>
    public readonly StateList<int> Parents = new();

    /// <summary>For each body slot its place: node × 2 + side, or -1.</summary>
    public readonly StateList<int> Places = new();

    public int Count { get; private set; }

    public Aabb Bounds => Count == 0 ? Aabb.Empty : Count == 1 ? Nodes[0].A.Box : Aabb.Union(Nodes[0].A.Box, Nodes[0].B.Box);

    public bool Contains(int leaf) => leaf < Places.Count && Places[leaf] >= 0;

    public void Insert(int leaf, in Aabb box)
    {
        int old = Places.Count;
        if (leaf >= old)
        {
            Places.Resize(leaf + 1);
            Places.Span[old..].Fill(-1);
        }

        if (Count++ == 0)
        {
            NewNode(-1);
            SetChild(0, new TreeChild { Box = box, Index = ~leaf, Leaves = 1 });
            Child(1) = new TreeChild { Box = Aabb.Empty, Index = TreeChild.None };
            return;
        }

        if (Count == 2)
        {
            SetChild(1, new TreeChild { Box = box, Index = ~leaf, Leaves = 1 });
            return;
        }

        int depth = InsertBelowRoot(leaf, box);
        if (depth > DepthMax)
        {
            TreeBuilder.Rebuild(this);
        }
    }

    public void Remove(int leaf)
    {
        int place = Places[leaf];
        Places[leaf] = -1;
        int node = place >> 1;
        if (--Count == 0)
        {
            Nodes.Clear();
            Parents.Clear();
            return;
        }

        TreeChild sibling = Child(place ^ 1);
        int parent = Parents[node];
        if (parent < 0)
        {
            RemoveBelowRoot(sibling);
            return;
        }

        SetChild(parent, sibling);
        RefitUp(parent >> 1);
        FreeNode(node);
    }

    /// <summary>Sets a leaf's box and those above it, where it is; for small movements.</summary>
    public void Refit(int leaf, in Aabb box)
    {
        int place = Places[leaf];
        Child(place).Box = box;
        RefitUp(place >> 1);
    }

    public void Reserve(int count)
    {
        Nodes.EnsureCapacity(count);
        Parents.EnsureCapacity(count);
        Places.EnsureCapacity(count);
    }

    /// <summary>Sets the count after the lists were restored.</summary>
    public void SetCount(int count) => Count = count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref TreeChild Child(int place)
    {
        ref TreeNode node = ref Nodes[place >> 1];
        return ref (place & 1) == 0 ? ref node.A : ref node.B;
    }

    /// <summary>Puts a child in a place and tells it where it is.</summary>
    internal void SetChild(int place, in TreeChild child)
    {
        Child(place) = child;
        if (child.IsLeaf)
        {
            Places[~child.Index] = place;
        }
        else
        {
            Parents[child.Index] = place;
        }
    }

    internal int NewNode(int parent)
    {
        Nodes.Add();
        Parents.Add(parent);
        return Nodes.Count - 1;
    }

    private int InsertBelowRoot(int leaf, in Aabb box)
    {
        var added = new PackedAabb(box);
        int node = 0, depth = 1;
        while (true)
        {
            ref TreeNode n = ref Nodes[node];
            PackedAabb a = new(n.A.Box), b = new(n.B.Box), withA = PackedAabb.Union(a, added), withB = PackedAabb.Union(b, added);
            float areaA = withA.HalfArea, areaB = withB.HalfArea;
            float costA = areaA - a.HalfArea, costB = areaB - b.HalfArea;
            bool goesToB = costB < costA || (costB == costA && n.B.Leaves < n.A.Leaves);
            int place = (node * 2) + (goesToB ? 1 : 0);
            ref TreeChild child = ref goesToB ? ref n.B : ref n.A;
            if (child.IsLeaf || StopsAt(child.Index, added, goesToB ? areaB : areaA, goesToB ? costB : costA))
            {
                TreeChild sibling = child;
                int below = NewNode(place);
                SetChild(below * 2, sibling);
                SetChild((below * 2) + 1, new TreeChild { Box = box, Index = ~leaf, Leaves = 1 });
                Child(place) = new TreeChild { Box = (goesToB ? withB : withA).ToAabb(), Index = below, Leaves = sibling.Leaves + 1 };
                RefitUp(node);
                return depth + 1;
            }

            node = child.Index;
            depth++;
        }
    }

    /// <summary>True if a leaf beside a whole subtree costs less surface than any place inside of it can.</summary>
    /// <param name="child">The subtree's node.</param>
    /// <param name="added">The leaf's box.</param>
    /// <param name="joined">Half the surface of both together.</param>
    /// <param name="grown">How much of it the subtree grows by.</param>
    private bool StopsAt(int child, in PackedAabb added, float joined, float grown)
    {
        ref readonly TreeNode node = ref Nodes[child];
        PackedAabb a = new(node.A.Box), b = new(node.B.Box);
        float costA = PackedAabb.Union(a, added).HalfArea - (node.A.IsLeaf ? 0 : a.HalfArea);
        float costB = PackedAabb.Union(b, added).HalfArea - (node.B.IsLeaf ? 0 : b.HalfArea);
        return joined < grown + (costA < costB ? costA : costB);
    }

    private void RemoveBelowRoot(in TreeChild sibling)
    {
        if (sibling.IsLeaf)
        {
            SetChild(0, sibling);
            Child(1) = new TreeChild { Box = Aabb.Empty, Index = TreeChild.None };
            return;
        }

        TreeNode below = Nodes[sibling.Index];
        SetChild(0, below.A);
        SetChild(1, below.B);
        FreeNode(sibling.Index);
    }

    /// <summary>Fills the hole of a node with the last one.</summary>
    private void FreeNode(int node)
    {
        int last = Nodes.Count - 1;
        if (node != last)
        {
            TreeNode moved = Nodes[last];
            int parent = Parents[last];
            Nodes[node] = moved;
            Parents[node] = parent;
            Child(parent).Index = node;
            SetChild(node * 2, moved.A);
            SetChild((node * 2) + 1, moved.B);
        }

        Nodes.RemoveLast();
        Parents.RemoveLast();
    }

    private void RefitUp(int node)
    {
        while (true)
        {
            ref TreeNode n = ref Nodes[node];
            Rotate(node, ref n);
            int parent = Parents[node];
            if (parent < 0)
            {
                return;
            }

            ref TreeChild above = ref Child(parent);
            above.Box = PackedAabb.Union(new PackedAabb(n.A.Box), new PackedAabb(n.B.Box)).ToAabb();
            above.Leaves = n.A.Leaves + n.B.Leaves;
            node = parent >> 1;
        }
    }

    /// <summary>Swaps one child of a node with a child of the other, if that makes the other's box smaller.</summary>
    private void Rotate(int node, ref TreeNode n)
    {
        float best = 0;
        int from = -1, with = -1;
        if (!n.B.IsLeaf)
        {
            Consider(n.A, n.B, node * 2, ref best, ref from, ref with);
        }

        if (!n.A.IsLeaf)
        {
            Consider(n.B, n.A, (node * 2) + 1, ref best, ref from, ref with);
        }

        if (from < 0)
        {
            return;
        }

        TreeChild up = Child(with), down = Child(from);
        SetChild(from, up);
        SetChild(with, down);
        TreeNode below = Nodes[with >> 1];
        ref TreeChild other = ref Child(from ^ 1);
        other.Box = Aabb.Union(below.A.Box, below.B.Box);
        other.Leaves = below.A.Leaves + below.B.Leaves;
    }

    private void Consider(in TreeChild lone, in TreeChild split, int place, ref float best, ref int from, ref int with)
    {
        ref readonly TreeNode below = ref Nodes[split.Index];
        var alone = new PackedAabb(lone.Box);
        float area = new PackedAabb(split.Box).HalfArea;
        float gainA = area - PackedAabb.Union(alone, new PackedAabb(below.B.Box)).HalfArea;
        float gainB = area - PackedAabb.Union(alone, new PackedAabb(below.A.Box)).HalfArea;
        if (gainA > best)
        {
            best = gainA;
            from = place;
            with = split.Index * 2;
        }

        if (gainB > best)
        {
            best = gainB;
            from = place;
            with = (split.Index * 2) + 1;
        }
    }
}
