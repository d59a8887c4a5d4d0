using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs;

public sealed class WorldTests
{
    [Fact]
    public void An_entity_has_what_it_was_created_with()
    {
        using var world = new World();
        Entity entity = world.Create(new Position { X = 1, Y = 2 }, new Speed { Value = 3 });

        Assert.True(world.IsAlive(entity));
        Assert.Equal(2, world.Get<Position>(entity).Y);
        Assert.Equal(3, world.Get<Speed>(entity).Value);
        Assert.False(world.Has<Marker>(entity));
        Assert.Equal(1, world.EntityCount);
    }

    [Fact]
    public void Eight_components_can_be_given_at_once()
    {
        using var world = new World();
        Entity entity = world.Create(new Position { X = 1 }, new Speed { Value = 2 }, default(Marker), new Padded { Large = 3 }, default(Nested), 4, 5L, 6.0);

        Assert.Equal(3, world.Get<Padded>(entity).Large);
        Assert.Equal(4, world.Get<int>(entity));
        Assert.Equal(5L, world.Get<long>(entity));
        Assert.Equal(6.0, world.Get<double>(entity));
    }

    [Fact]
    public void A_reused_slot_does_not_answer_for_its_former_entity()
    {
        using var world = new World(new WorldOptions { EntitiesMax = 1 });
        Entity first = world.Create();
        world.Destroy(first);
        Entity second = world.Create();

        Assert.Equal(first.Index, second.Index);
        Assert.NotEqual(first, second);
        Assert.False(world.IsAlive(first));
        Assert.True(world.IsAlive(second));
        Assert.False(world.IsAlive(Entity.None));
    }

    [Fact]
    public void The_slot_that_is_free_longest_is_reused_first()
    {
        using var world = new World();
        Entity[] entities = [world.Create(), world.Create(), world.Create()];
        world.Destroy(entities[1]);
        world.Destroy(entities[0]);

        Assert.Equal([1u, 0u, 3u], [world.Create().Index, world.Create().Index, world.Create().Index]);
    }

    [Fact]
    public void Adding_and_removing_keeps_the_other_components()
    {
        using var world = new World();
        Entity entity = world.Create(new Position { X = 7 });
        Entity other = world.Create(new Position { X = 8 });
        world.Add(entity, new Speed { Value = 5 });
        world.Add(entity, new Speed { Value = 6 });

        Assert.Equal(7, world.Get<Position>(entity).X);
        Assert.Equal(6, world.Get<Speed>(entity).Value);
        Assert.True(world.Remove<Position>(entity));
        Assert.False(world.Remove<Position>(entity));
        Assert.Equal(6, world.Get<Speed>(entity).Value);
        Assert.Equal(8, world.Get<Position>(other).X);
    }

    [Fact]
    public void TryGet_finds_or_says_not()
    {
        using var world = new World();
        Entity entity = world.Create(new Speed { Value = 5 });

        world.TryGet<Speed>(entity, out bool found).Value = 9;
        Assert.True(found);
        Assert.Equal(9, world.Get<Speed>(entity).Value);
        Assert.True(Unsafe.IsNullRef(ref world.TryGet<Position>(entity, out found)));
        Assert.False(found);
        world.Destroy(entity);
        world.TryGet<Speed>(entity, out found);
        Assert.False(found);
    }

    [Fact]
    public void A_singleton_starts_at_zero_and_keeps_its_place()
    {
        using var world = new World();
        ref Speed speed = ref world.Singleton<Speed>();
        Assert.Equal(0, speed.Value);
        speed.Value = 4;
        for (int i = 0; i < 200; i++)
        {
            world.Create(i);
        }

        Assert.Equal(4, world.Singleton<Speed>().Value);
        Assert.True(Unsafe.AreSame(ref speed, ref world.Singleton<Speed>()));
    }

    [Fact]
    public void Columns_stay_whole_while_chunks_grow_and_shrink()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        var entities = new List<Entity>();
        for (int i = 0; i < 1000; i++)
        {
            entities.Add(world.Create(new Position { X = i, Y = -i }, new Padded { Large = i * 3L, Small = 1, Last = true }));
        }

        for (int i = 0; i < 1000; i += 3)
        {
            world.Destroy(entities[i]);
        }

        for (int i = 0; i < 1000; i++)
        {
            if (i % 3 != 0)
            {
                Assert.Equal(-i, world.Get<Position>(entities[i]).Y);
                Assert.Equal(i * 3L, world.Get<Padded>(entities[i]).Large);
            }
        }

        Assert.Equal(666, world.EntityCount);
    }

    [Fact]
    public void Mistakes_are_named()
    {
        using var world = new World(new WorldOptions { EntitiesMax = 2, ComponentTypesMax = 3, ChunkBytes = 16 * 1024 });
        world.Register<Position>("Place");
        Entity entity = world.Create(new Speed());
        Assert.Equal("Entity 0:1 has no component Place.", Message(() => world.Get<Position>(entity)));
        Assert.Contains("Speed is given twice", Message(() => world.Create(new Speed(), new Speed())), StringComparison.Ordinal);
        Assert.Contains("Position is registered already", Message(() => world.Register<Position>()), StringComparison.Ordinal);
        Assert.Contains("takes 3008 bytes; at most 2048", Message(() => world.Create(default(Huge))), StringComparison.Ordinal);
        Assert.Contains("Padded is one type too many: the world may have 3", Message(() => world.Create(default(Padded))), StringComparison.Ordinal);
        world.Create();
        Assert.Contains("may have 2 entities", Message(() => world.Create()), StringComparison.Ordinal);
        Assert.Contains("may have 2 entities", Message(() => world.Commands.Create()), StringComparison.Ordinal);
        world.Destroy(entity);
        Assert.Equal("Cannot destroy it: entity 0:1 is not alive.", Message(() => world.Destroy(entity)));
        Assert.Equal("Cannot get its Speed: entity 0:1 is not alive.", Message(() => world.Get<Speed>(entity)));
        Assert.Equal("Cannot ask it for Speed: entity 0:1 is not alive.", Message(() => world.Has<Speed>(entity)));
        Assert.Equal("Cannot add a component to it: the entity is none, the default id.", Message(() => world.Add<Speed>(Entity.None)));
        Assert.Contains("pointer field WithPointer.Address", Assert.Throws<TypeInitializationException>(() => new World().Create(default(WithPointer))).InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refused_creation_costs_no_slot()
    {
        using var world = new World(new WorldOptions { EntitiesMax = 1, ChunkBytes = 16 * 1024 });
        Message(() => world.Create(default(Huge)));

        Assert.Equal(0, world.EntityCount);
        Assert.True(world.IsAlive(world.Create()));
    }

    [Fact]
    public void A_disposed_world_creates_nothing()
    {
        var world = new World();
        world.Dispose();
        Assert.Throws<ObjectDisposedException>(() => world.Create());
    }

    private static string Message(Action action) => Assert.Throws<EcsException>(action).Message;
}
