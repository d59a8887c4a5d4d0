using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.BroadPhase;

/// <summary>One of the two below a node: its box, what it is and how many leaves it holds.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct TreeChild
{
    public Aabb Box;

    /// <summary>A node, or ~leaf for a leaf, or <see cref="None"/>.</summary>
    public int Index;
    public int Leaves;

    public const int None = int.MinValue;

    public readonly bool IsLeaf => Index < 0;
}

/// <summary>Two children with their boxes, in one cache line: a visit decides on both without touching either.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct TreeNode
{
    public TreeChild A;
    public TreeChild B;
}
