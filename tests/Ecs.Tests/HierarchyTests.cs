namespace RealtimeServer.Ecs;

public sealed class HierarchyTests
{
    [Fact]
    public void Children_keep_the_order_in_which_they_were_attached()
    {
        using var world = new World();
        Entity parent = world.Create();
        Entity[] children = [world.Create(1), world.Create(2), world.Create(3), world.Create(4)];
        foreach (Entity child in children)
        {
            world.SetParent(child, parent);
        }

        Assert.Equal(children, List(world, parent));
        world.ClearParent(children[1]);
        world.SetParent(children[0], parent);
        Assert.Equal([children[2], children[3], children[0]], List(world, parent));
        Assert.Equal(3, world.Children(parent).Count);
        Assert.Equal(parent, world.Parent(children[3]));
        Assert.True(world.Parent(children[1]).IsNone);
        Assert.False(world.Has<ChildOf>(children[1]));
        Assert.Equal(3, world.Query().All<ChildOf>().Build().Count());
    }

    [Fact]
    public void A_parent_takes_all_below_it_along_leaves_first()
    {
        using var world = new World();
        world.Track<int>();
        Entity root = world.Create(0);
        Entity left = world.Create(1);
        Entity right = world.Create(2);
        Entity leaf = world.Create(3);
        Entity stranger = world.Create(4);
        world.SetParent(left, root);
        world.SetParent(right, root);
        world.SetParent(leaf, left);
        world.ClearEvents();

        world.Destroy(root);

        int[] order = [.. world.ComponentEvents<int>().ToArray().Select(e => e.Value)];
        Assert.Equal([3, 1, 2, 0], order);
        Assert.Equal(1, world.EntityCount);
        Assert.True(world.IsAlive(stranger));
    }

    [Fact]
    public void A_child_that_goes_leaves_its_family_whole()
    {
        using var world = new World();
        Entity parent = world.Create();
        Entity[] children = [world.Create(), world.Create(), world.Create()];
        foreach (Entity child in children)
        {
            world.SetParent(child, parent);
        }

        world.Destroy(children[1]);
        Assert.Equal([children[0], children[2]], List(world, parent));
        world.Destroy(children[0]);
        world.Destroy(children[2]);
        Assert.False(world.Has<ParentOf>(parent));
        Assert.Empty(List(world, parent));
    }

    [Fact]
    public void A_deep_chain_is_destroyed_without_recursion()
    {
        using var world = new World(new WorldOptions { EntitiesMax = Limits.EntitiesMax });
        Entity top = world.Create();
        for (int i = 0; i < 100_000; i++)
        {
            // From the bottom up, so that looking for rings stays cheap.
            Entity above = world.Create();
            world.SetParent(top, above);
            top = above;
        }

        world.Destroy(top);
        Assert.Equal(0, world.EntityCount);
    }

    [Fact]
    public void Rings_and_meddling_are_refused()
    {
        using var world = new World();
        Entity a = world.Create();
        Entity b = world.Create();
        Entity c = world.Create();
        world.SetParent(b, a);
        world.SetParent(c, b);
        Assert.Contains("cannot be a child", Assert.Throws<EcsException>(() => world.SetParent(a, c)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be a child", Assert.Throws<EcsException>(() => world.SetParent(a, a)).Message, StringComparison.Ordinal);
        Assert.Contains("use SetParent", Assert.Throws<EcsException>(() => world.Remove<ChildOf>(b)).Message, StringComparison.Ordinal);
        Assert.Contains("use SetParent", Assert.Throws<EcsException>(() => world.Add<ChildOf>(a)).Message, StringComparison.Ordinal);
        Assert.Contains("use SetParent", Assert.Throws<EcsException>(() => world.Create(default(ParentOf))).Message, StringComparison.Ordinal);
        Assert.Contains("use SetParent", Assert.Throws<EcsException>(() => world.Commands.Remove<ChildOf>(b)).Message, StringComparison.Ordinal);
        foreach (Entity _ in world.Children(a))
        {
            Assert.Contains("while a query is iterated", Assert.Throws<EcsException>(() => world.ClearParent(b)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(3, world.EntityCount);
        Assert.Equal([b], List(world, a));
    }

    [Fact]
    public void Commands_set_parents_too_and_skip_the_dead()
    {
        using var world = new World();
        Entity parent = world.Commands.Create();
        Entity child = world.Commands.Create(1);
        Entity dead = world.Create();
        world.Commands.SetParent(child, parent);
        world.Commands.Destroy(dead);
        world.Commands.SetParent(dead, parent);
        world.Commands.SetParent(parent, dead);
        world.Commands.Apply();
        Assert.Equal([child], List(world, parent));
        world.Commands.ClearParent(child);
        world.Commands.Apply();
        Assert.Empty(List(world, parent));
    }

    private static Entity[] List(World world, Entity parent)
    {
        var list = new List<Entity>();
        foreach (Entity child in world.Children(parent))
        {
            list.Add(child);
        }

        return [.. list];
    }
}
