using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.BroadPhase;

/// <summary>Is shown each body slot whose box a query meets.</summary>
internal interface IBoxVisitor
{
    /// <returns>False to end the search.</returns>
    bool Visit(int slot);
}

/// <summary>Is shown each body slot whose box a ray or swept box meets, the nearer boxes first where two lie side by side.</summary>
internal interface IRayVisitor
{
    /// <param name="slot">The body.</param>
    /// <param name="fraction">How far along the ray anything is still of interest, 0 to 1; lower it at a hit.</param>
    void Visit(int slot, ref float fraction);
}

/// <summary>Walks of a <see cref="BodyTree"/>. The order of visits depends on the tree alone.</summary>
internal static class TreeTraversal
{
    /// <returns>False if the visitor ended the search.</returns>
    [SkipLocalsInit]
    public static bool Overlap<TVisitor>(BodyTree tree, in Aabb box, ref TVisitor visitor)
        where TVisitor : struct, IBoxVisitor, allows ref struct
    {
        if (tree.Count == 0)
        {
            return true;
        }

        Span<int> stack = stackalloc int[BodyTree.StackSize];
        stack[0] = 0;
        int top = 1;
        Span<TreeNode> nodes = tree.Nodes.Span;
        while (top > 0)
        {
            ref readonly TreeNode node = ref nodes[stack[--top]];
            if (Aabb.Overlaps(node.B.Box, box))
            {
                if (!node.B.IsLeaf)
                {
                    stack[top++] = node.B.Index;
                }
                else if (node.B.Index != TreeChild.None && !visitor.Visit(~node.B.Index))
                {
                    return false;
                }
            }

            if (Aabb.Overlaps(node.A.Box, box))
            {
                if (!node.A.IsLeaf)
                {
                    stack[top++] = node.A.Index;
                }
                else if (!visitor.Visit(~node.A.Index))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>A box moved along <paramref name="displacement"/>; a ray where its extents are zero.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="origin">Start of the box' centre.</param>
    /// <param name="halfExtents">Half its sides.</param>
    /// <param name="displacement">From start to end.</param>
    /// <param name="fraction">How far along the way to look, 0 to 1; what the visitor leaves of it.</param>
    /// <param name="visitor">Is shown the bodies.</param>
    [SkipLocalsInit]
    public static void Cast<TVisitor>(BodyTree tree, Vec3 origin, Vec3 halfExtents, Vec3 displacement, ref float fraction, ref TVisitor visitor)
        where TVisitor : struct, IRayVisitor, allows ref struct
    {
        if (tree.Count == 0)
        {
            return;
        }

        var ray = new Slabs(origin, halfExtents, displacement);
        Span<int> stack = stackalloc int[BodyTree.StackSize];
        Span<float> entries = stackalloc float[BodyTree.StackSize];
        stack[0] = 0;
        entries[0] = 0;
        int top = 1;
        Span<TreeNode> nodes = tree.Nodes.Span;
        while (top > 0)
        {
            top--;
            if (entries[top] > fraction)
            {
                continue;
            }

            if (stack[top] < 0)
            {
                visitor.Visit(~stack[top], ref fraction);
                continue;
            }

            ref readonly TreeNode node = ref nodes[stack[top]];
            bool hitsA = ray.Meets(node.A.Box, fraction, out float entryA);
            bool hitsB = ray.Meets(node.B.Box, fraction, out float entryB) && node.B.Index != TreeChild.None;
            bool bFirst = entryB < entryA;

            // The farther goes below the nearer.
            if (hitsA && bFirst)
            {
                stack[top] = node.A.Index;
                entries[top++] = entryA;
            }

            if (hitsB)
            {
                stack[top] = node.B.Index;
                entries[top++] = entryB;
            }

            if (hitsA && !bFirst)
            {
                stack[top] = node.A.Index;
                entries[top++] = entryA;
            }
        }
    }

    /// <summary>A moving box against still ones: the slabs they share, axis by axis.</summary>
    private readonly struct Slabs
    {
        private readonly Vec3 _origin;
        private readonly Vec3 _extents;
        private readonly Vec3 _inverse;

        public Slabs(Vec3 origin, Vec3 extents, Vec3 displacement)
        {
            _origin = origin;
            _extents = extents;
            _inverse = new Vec3(Inverse(displacement.X), Inverse(displacement.Y), Inverse(displacement.Z));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool Meets(in Aabb box, float limit, out float entry)
        {
            Vec3 t1 = (box.Min - _extents - _origin) * _inverse;
            Vec3 t2 = (box.Max + _extents - _origin) * _inverse;
            Vec3 near = Vec3.Min(t1, t2), far = Vec3.Max(t1, t2);
            float enter = near.X > near.Y ? near.X : near.Y;
            enter = near.Z > enter ? near.Z : enter;
            float exit = far.X < far.Y ? far.X : far.Y;
            exit = far.Z < exit ? far.Z : exit;
            entry = enter > 0 ? enter : 0;
            return entry <= exit && entry <= limit;
        }

        // A way across an axis never leaves or enters its slab: a huge number says so without making NaN of zero times infinity.
        private static float Inverse(float d) => MathF.Abs(d) > 1e-30f ? 1f / d : d < 0 ? -1e30f : 1e30f;
    }
}
