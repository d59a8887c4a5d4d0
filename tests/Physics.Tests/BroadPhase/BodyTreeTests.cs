using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.BroadPhase;

public sealed class BodyTreeTests
{
    [Fact]
    public void Finds_what_a_search_through_all_boxes_finds_whatever_was_added_moved_and_removed()
    {
        var random = new DeterministicRandom(seed: 1);
        var tree = new BodyTree();
        var boxes = new Dictionary<int, Aabb>();
        for (int round = 0; round < 4_000; round++)
        {
            int leaf = random.Next(300);
            if (!boxes.ContainsKey(leaf))
            {
                boxes[leaf] = RandomBox(ref random, 20);
                tree.Insert(leaf, boxes[leaf]);
            }
            else if (random.NextBool(0.4f))
            {
                tree.Remove(leaf);
                boxes.Remove(leaf);
            }
            else
            {
                boxes[leaf] = RandomBox(ref random, 20);
                tree.Refit(leaf, boxes[leaf]);
            }

            Assert.Equal(boxes.Count, tree.Count);
            if (round % 20 == 0)
            {
                AssertConsistent(tree);
                Aabb asked = RandomBox(ref random, 20).Expanded(2);
                Assert.Equal(boxes.Where(box => Aabb.Overlaps(box.Value, asked)).Select(box => box.Key).Order(), Found(tree, asked).Order());
            }
        }
    }

    [Fact]
    public void A_ray_meets_the_boxes_that_a_search_through_all_meets()
    {
        var random = new DeterministicRandom(seed: 2);
        var tree = new BodyTree();
        var boxes = new List<Aabb>();
        for (int i = 0; i < 500; i++)
        {
            boxes.Add(RandomBox(ref random, 50));
            tree.Insert(i, boxes[i]);
        }

        for (int round = 0; round < 500; round++)
        {
            var from = new Vec3(random.NextSingle(-60, 60), random.NextSingle(-60, 60), random.NextSingle(-60, 60));
            var way = new Vec3(random.NextSingle(-90, 90), random.NextSingle(-90, 90), random.NextSingle(-90, 90));
            way = round % 5 == 0 ? new Vec3(0, way.Y, 0) : way;
            var visitor = new All { Slots = [] };
            float fraction = 1;
            TreeTraversal.Cast(tree, from, default, way, ref fraction, ref visitor);
            var expected = new List<int>();
            for (int i = 0; i < boxes.Count; i++)
            {
                if (Meets(boxes[i], from, way))
                {
                    expected.Add(i);
                }
            }

            Assert.Empty(expected.Except(visitor.Slots));
        }
    }

    [Fact]
    public void Many_boxes_in_one_place_make_no_deep_tree_and_a_search_can_end_early()
    {
        var tree = new BodyTree();
        var box = new Aabb(Vec3.Zero, Vec3.One);
        for (int i = 0; i < 20_000; i++)
        {
            tree.Insert(i, box);
        }

        AssertConsistent(tree);
        var visitor = new First { Left = 5 };
        Assert.False(TreeTraversal.Overlap(tree, box, ref visitor));
        Assert.Equal(0, visitor.Left);
        Assert.Equal(20_000, Found(tree, box).Count);
    }

    [Fact]
    public void Boxes_in_a_row_stay_shallow()
    {
        var tree = new BodyTree();
        for (int i = 0; i < 5_000; i++)
        {
            var at = new Vec3(i * i * 0.01f, 0, 0);
            tree.Insert(i, new Aabb(at, at + Vec3.One));
        }

        AssertConsistent(tree);
    }

    private static Aabb RandomBox(ref DeterministicRandom random, float range)
    {
        var at = new Vec3(random.NextSingle(-range, range), random.NextSingle(-range, range), random.NextSingle(-range, range));
        return new Aabb(at, at + new Vec3(random.NextSingle(0, 3), random.NextSingle(0, 3), random.NextSingle(0, 3)));
    }

    private static List<int> Found(BodyTree tree, Aabb box)
    {
        var visitor = new All { Slots = [] };
        TreeTraversal.Overlap(tree, box, ref visitor);
        return visitor.Slots;
    }

    private static bool Meets(in Aabb box, Vec3 from, Vec3 way)
    {
        // The middle of a box, grown by nothing, hit for certain: sampled densely, away from edges.
        for (int i = 0; i <= 200; i++)
        {
            if (box.Expanded(-0.01f).Contains(from + (way * (i / 200f))))
            {
                return true;
            }
        }

        return false;
    }

    private static void AssertConsistent(BodyTree tree)
    {
        int leaves = 0;
        var stack = new Stack<(int Node, int Depth)>();
        if (tree.Count > 1)
        {
            stack.Push((0, 1));
        }

        while (stack.TryPop(out (int Node, int Depth) at))
        {
            Assert.InRange(at.Depth, 1, BodyTree.DepthMax + 10);
            for (int side = 0; side < 2; side++)
            {
                int place = (at.Node * 2) + side;
                TreeChild child = tree.Child(place);
                if (child.IsLeaf)
                {
                    Assert.Equal(place, tree.Places[~child.Index]);
                    leaves++;
                }
                else
                {
                    Assert.Equal(place, tree.Parents[child.Index]);
                    TreeNode below = tree.Nodes[child.Index];
                    Assert.Equal(Aabb.Union(below.A.Box, below.B.Box), child.Box);
                    Assert.Equal(below.A.Leaves + below.B.Leaves, child.Leaves);
                    stack.Push((child.Index, at.Depth + 1));
                }
            }
        }

        Assert.Equal(tree.Count, tree.Count > 1 ? leaves : tree.Count);
    }

    private struct All : IBoxVisitor, IRayVisitor
    {
        public List<int> Slots;

        public readonly bool Visit(int slot)
        {
            Slots.Add(slot);
            return true;
        }

        public readonly void Visit(int slot, ref float fraction) => Slots.Add(slot);
    }

    private struct First : IBoxVisitor
    {
        public int Left;

        public bool Visit(int slot) => --Left > 0;
    }
}
