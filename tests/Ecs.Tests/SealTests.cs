namespace RealtimeServer.Ecs;

public sealed class SealTests
{
    [Fact]
    public void A_sealed_world_refuses_types_it_has_not_seen_and_stays_as_it_was()
    {
        using var world = new World();
        Entity entity = world.Create(new Speed { Value = 1 });
        world.Emitted<Speed>();
        world.Seal();
        Assert.True(world.IsSealed());
        ulong hash = Hash(world);
        Refused("Component Int64", () => world.Add(entity, 5L));
        Refused("Component Int64", () => world.Create(5L));
        Refused("Component Int64", () => world.Commands.Add(entity, 5L));
        Refused("Component Int64", () => world.Query().All<long>().Build());
        Refused("Component Int64", () => world.Singleton<long>());
        Refused("Component Int64", () => world.Register<long>());
        Refused("Component Int64", () => world.Track<long>());
        Refused("Component String", () => world.AddObject(entity, "late"));
        Refused("Component Int64", () => world.Create(new Prefab().With(5L)));
        Refused("Event Int64", () => world.Emit(5L));
        Refused("Event Int64", () => world.Emitted<long>());
        Refused("Component Int64", () => world.Has<long>(entity));
        Assert.Equal(hash, Hash(world));
    }

    [Fact]
    public void What_it_has_seen_and_its_own_relations_work_on()
    {
        using var world = new World();
        Entity parent = world.Create(new Speed { Value = 1 }), child = world.Create();
        world.Emitted<Speed>();
        world.Seal();
        world.Add(child, new Speed { Value = 2 });
        world.Emit(new Speed { Value = 3 });
        world.SetParent(child, parent);
        world.Destroy(parent);
        Assert.False(world.IsAlive(child));
        Assert.Equal(1, world.Emitted<Speed>().Length);
    }

    private static ulong Hash(World world)
    {
        var hash = new Foundation.StateHash(0);
        world.Hash(ref hash);
        return hash.Value;
    }

    private static void Refused(string what, Action call)
    {
        string message = Assert.Throws<EcsException>(call).Message;
        Assert.StartsWith(what + " is used for the first time, but the world is sealed", message, StringComparison.Ordinal);
    }
}
