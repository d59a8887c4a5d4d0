namespace RealtimeServer.Ecs;

public sealed class CommandBufferTests
{
    [Fact]
    public void Commands_happen_in_order_when_applied()
    {
        using var world = new World();
        Entity old = world.Create(new Position { X = 1 });
        Entity made = world.Commands.Create(new Position { X = 2 }, new Speed { Value = 3 });
        world.Commands.Remove<Speed>(made);
        world.Commands.Add(old, new Speed { Value = 4 });
        world.Commands.Add(old, new Speed { Value = 5 });
        Assert.False(world.IsAlive(made));
        Assert.Equal(1, world.EntityCount);
        Assert.Equal(6, world.Commands.Count);

        world.Commands.Apply();

        Assert.True(world.IsAlive(made));
        Assert.Equal(2, world.Get<Position>(made).X);
        Assert.False(world.Has<Speed>(made));
        Assert.Equal(5, world.Get<Speed>(old).Value);
        Assert.Equal(0, world.Commands.Count);
    }

    [Fact]
    public void Two_may_destroy_the_same_entity()
    {
        using var world = new World();
        Entity entity = world.Create(new Position());
        world.Commands.Destroy(entity);
        world.Commands.Destroy(entity);
        world.Commands.Add<Speed>(entity);
        world.Commands.Remove<Position>(entity);
        world.Commands.Apply();

        Assert.Equal(0, world.EntityCount);
    }

    [Fact]
    public void An_entity_can_be_made_and_destroyed_in_one_go()
    {
        using var world = new World(new WorldOptions { EntitiesMax = 1 });
        Entity entity = world.Commands.Create(new Position());
        world.Commands.Destroy(entity);
        world.Commands.Apply();

        Assert.False(world.IsAlive(entity));
        Assert.True(world.IsAlive(world.Create()));
    }

    [Fact]
    public void A_creation_interleaved_with_another_keeps_every_component()
    {
        using var world = new World();
        Entity first = world.Commands.Create();
        Entity second = world.Commands.Create(7);
        world.Commands.Add(first, 8);
        world.Commands.Add(second, 9L);
        world.Commands.Apply();

        Assert.Equal(8, world.Get<int>(first));
        Assert.Equal(7, world.Get<int>(second));
        Assert.Equal(9L, world.Get<long>(second));
    }

    [Fact]
    public void A_component_larger_than_any_chunk_allows_is_refused_when_recorded()
    {
        using var world = new World();
        Entity entity = world.Create();
        Assert.Throws<EcsException>(() => world.Commands.Add<Tooth>(entity));
    }

    [System.Runtime.CompilerServices.InlineArray(70_000)]
    private struct Tooth
    {
        private byte _first;
    }
}
