using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Shapes;

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
        var asked = new PackedAabb(box);
        ref TreeNode nodes = ref MemoryMarshal.GetReference(tree.Nodes.Span);
        while (top > 0)
        {
            ref readonly TreeNode node = ref Unsafe.Add(ref nodes, stack[--top]);
            bool meetsA = PackedAabb.Overlaps(new PackedAabb(node.A.Box), asked);
            if (PackedAabb.Overlaps(new PackedAabb(node.B.Box), asked))
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

            if (meetsA)
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

        var sweep = new BoxSweep(origin, halfExtents, displacement);
        Span<int> stack = stackalloc int[BodyTree.StackSize];
        Span<float> entries = stackalloc float[BodyTree.StackSize];
        int top = 0, next = 0;
        ref TreeNode nodes = ref MemoryMarshal.GetReference(tree.Nodes.Span);
        while (true)
        {
            if (next >= 0)
            {
                ref readonly TreeNode node = ref Unsafe.Add(ref nodes, next);
                int met = sweep.Meets(new PackedAabb(node.A.Box), new PackedAabb(node.B.Box), fraction, out float entryA, out float entryB);
                met &= node.B.Index == TreeChild.None ? 1 : 3;
                if (met != 0)
                {
                    // The nearer first; the farther waits. Written without a branch, as nobody can guess which it is.
                    bool bFirst = met == 2 || (met == 3 & entryB < entryA);
                    next = bFirst ? node.B.Index : node.A.Index;
                    stack[top] = bFirst ? node.A.Index : node.B.Index;
                    entries[top] = bFirst ? entryA : entryB;
                    top += met == 3 ? 1 : 0;
                    continue;
                }
            }
            else
            {
                visitor.Visit(~next, ref fraction);
            }

            do
            {
                if (top == 0)
                {
                    return;
                }

                top--;
            }
            while (entries[top] > fraction);
            next = stack[top];
        }
    }
}
