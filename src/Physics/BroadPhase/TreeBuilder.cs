using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.BroadPhase;

/// <summary>Builds a tree anew from its leaves, halving them along the widest axis of their centres: as shallow as it can be.</summary>
internal static class TreeBuilder
{
    public static void Rebuild(BodyTree tree)
    {
        int count = tree.Count;
        if (count < 3)
        {
            return;
        }

        var leaves = new TreeChild[count];
        int found = 0;
        for (int leaf = 0; leaf < tree.Places.Count; leaf++)
        {
            if (tree.Places[leaf] >= 0)
            {
                leaves[found++] = tree.Child(tree.Places[leaf]);
            }
        }

        tree.Nodes.Clear();
        tree.Parents.Clear();
        Build(tree, leaves, -1);
    }

    private static TreeChild Build(BodyTree tree, Span<TreeChild> leaves, int place)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        Vec3 least = leaves[0].Box.Center, most = least;
        foreach (ref readonly TreeChild leaf in leaves)
        {
            least = Vec3.Min(least, leaf.Box.Center);
            most = Vec3.Max(most, leaf.Box.Center);
        }

        Vec3 extent = most - least;
        int axis = extent.Y > extent.X ? 1 : 0;
        axis = extent.Z > extent[axis] ? 2 : axis;
        leaves.Sort((a, b) =>
        {
            int order = a.Box.Center[axis].CompareTo(b.Box.Center[axis]);
            return order != 0 ? order : b.Index.CompareTo(a.Index);
        });

        int node = tree.NewNode(place);
        int half = leaves.Length / 2;
        TreeChild first = Build(tree, leaves[..half], node * 2);
        TreeChild second = Build(tree, leaves[half..], (node * 2) + 1);
        tree.SetChild(node * 2, first);
        tree.SetChild((node * 2) + 1, second);
        return new TreeChild { Box = Aabb.Union(first.Box, second.Box), Index = node, Leaves = leaves.Length };
    }
}
