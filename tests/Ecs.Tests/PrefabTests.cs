namespace RealtimeServer.Ecs;

public sealed class PrefabTests
{
    private static readonly Prefab Wheel = new Prefab().With(new Speed { Value = 7 });
    private static readonly Prefab Cart = new Prefab().With(new Position { X = 1, Y = 2 }).With<Marker>().WithChild(Wheel).WithChild(Wheel);

    [Fact]
    public void An_entity_of_a_prefab_has_its_values_and_children()
    {
        using var world = new World();
        Entity cart = world.Create(Cart);
        Assert.Equal(2, world.Get<Position>(cart).Y);
        Assert.True(world.Has<Marker>(cart));
        int wheels = 0;
        foreach (Entity wheel in world.Children(cart))
        {
            Assert.Equal(7, world.Get<Speed>(wheel).Value);
            wheels++;
        }

        Assert.Equal(2, wheels);
        world.Destroy(cart);
        Assert.Equal(0, world.EntityCount);
    }

    [Fact]
    public void Many_can_be_made_at_once_and_by_command()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        var carts = new Entity[100];
        world.Create(Cart, carts);
        Assert.Equal(300, world.EntityCount);
        Assert.All(carts, cart => Assert.Equal(1, world.Get<Position>(cart).X));
        world.Commands.Create(Wheel);
        world.Commands.Apply();
        Assert.Equal(301, world.EntityCount);
    }

    [Fact]
    public void A_variant_changes_one_value_and_leaves_the_original()
    {
        using var world = new World();
        Prefab fast = Wheel.With(new Speed { Value = 9 });
        Assert.Equal(9, world.Get<Speed>(world.Create(fast)).Value);
        Assert.Equal(7, world.Get<Speed>(world.Create(Wheel)).Value);
    }

    [Fact]
    public void A_prefab_can_be_taken_from_an_entity()
    {
        using var world = new World();
        Entity cart = world.Create(Cart);
        world.Get<Position>(cart).X = 5;
        using var other = new World();
        Entity copy = other.Create(Prefab.Of(world, cart));
        Assert.Equal(5, other.Get<Position>(copy).X);
        Assert.Equal(2, other.Children(copy).Count);
    }
}
