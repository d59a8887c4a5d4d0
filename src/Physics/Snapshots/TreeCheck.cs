using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;

namespace RealtimeServer.Physics.Snapshots;

/// <summary>Walks a tree that came from elsewhere: every node reached once, every body filed once, boxes that hold what is below them.</summary>
internal static class TreeCheck
{
    public static void Check(BodyTree tree, BodySet bodies, int count, bool isStatic)
    {
        int filed = 0;
        for (int slot = 0; slot < bodies.States.Count; slot++)
        {
            bool belongs = bodies.States[slot].IsAlive && bodies.States[slot].Kind == BodyKind.Static == isStatic;
            bool isFiled = slot < tree.Places.Count && tree.Places[slot] != -1;
            SnapshotCheck.Require(belongs == isFiled, "a body's place in a tree");
            filed += belongs ? 1 : 0;
        }

        SnapshotCheck.Require(filed == count && tree.Places.Count <= bodies.States.Count, "the count of a tree");
        SnapshotCheck.Require(tree.Nodes.Count == tree.Parents.Count && tree.Nodes.Count == Math.Min(count, Math.Max(1, count - 1)), "the count of a tree's nodes");
        if (count == 0)
        {
            return;
        }

        SnapshotCheck.Require(tree.Parents[0] == -1, "a tree's root");
        Walk(tree, bodies, count);
    }

    private static void Walk(BodyTree tree, BodySet bodies, int count)
    {
        var stack = new Stack<(int Node, int Depth)>([(0, 1)]);
        int nodes = 0, leaves = 0;
        while (stack.TryPop(out (int Node, int Depth) at))
        {
            nodes++;
            SnapshotCheck.Require(nodes <= tree.Nodes.Count && at.Depth <= BodyTree.StackSize - 1, "a tree's shape");
            for (int side = 0; side < 2; side++)
            {
                int place = (at.Node * 2) + side;
                TreeChild child = tree.Child(place);
                if (count == 1 && side == 1)
                {
                    SnapshotCheck.Require(child.Index == TreeChild.None, "a tree of one body");
                    continue;
                }

                if (child.IsLeaf)
                {
                    int slot = ~child.Index;
                    SnapshotCheck.Require((uint)slot < (uint)tree.Places.Count && tree.Places[slot] == place && child.Leaves == 1, "a tree's leaf");
                    SnapshotCheck.Require(child.Box == bodies.Bounds[slot].Fat, "a tree's box");
                    leaves++;
                    continue;
                }

                SnapshotCheck.Require(child.Index < tree.Nodes.Count && tree.Parents[child.Index] == place, "a tree's node");
                TreeNode below = tree.Nodes[child.Index];
                SnapshotCheck.Require(child.Leaves == (long)below.A.Leaves + below.B.Leaves && child.Leaves > 1 && child.Leaves <= count, "a tree's node");
                SnapshotCheck.Require(child.Box.Contains(below.A.Box) && child.Box.Contains(below.B.Box), "a tree's box");
                stack.Push((child.Index, at.Depth + 1));
            }
        }

        SnapshotCheck.Require(nodes == tree.Nodes.Count && leaves == count, "a tree's shape");
    }
}
