namespace RealtimeServer.Ecs;

public sealed class EventTests
{
    [Fact]
    public void Components_that_come_and_go_are_told_in_order_with_their_values()
    {
        using var world = new World();
        world.Track<Speed>();
        Entity first = world.Create(new Position(), new Speed { Value = 1 });
        Entity second = world.Create(new Position());
        world.Add(second, new Speed { Value = 2 });
        world.Add(second, new Speed { Value = 3 });
        world.Remove<Position>(first);
        world.Remove<Speed>(second);
        Entity third = world.Commands.Create(new Speed { Value = 4 });
        world.Commands.Add(second, new Speed { Value = 5 });
        world.Commands.Apply();
        world.Get<Speed>(third).Value = 6;
        world.Destroy(third);

        Assert.Equal(
            [
                new(first, ComponentEventKind.Added, new Speed { Value = 1 }),
                new(second, ComponentEventKind.Added, new Speed { Value = 2 }),
                new(second, ComponentEventKind.Removed, new Speed { Value = 3 }),
                new(third, ComponentEventKind.Added, new Speed { Value = 4 }),
                new(second, ComponentEventKind.Added, new Speed { Value = 5 }),
                new(third, ComponentEventKind.Destroyed, new Speed { Value = 6 }),
            ],
            world.ComponentEvents<Speed>().ToArray());
        world.ClearEvents();
        Assert.Equal(0, world.ComponentEvents<Speed>().Length);
    }

    [Fact]
    public void Bulk_changes_tell_too()
    {
        using var world = new World();
        world.Track<Speed>();
        Entity[] made = new Entity[40];
        world.CreateMany(made, new Speed { Value = 1 }, default(Position));
        world.Create(new Prefab().With(new Speed { Value = 2 }), made.AsSpan(0, 3));
        Assert.Equal(43, world.ComponentEvents<Speed>().Length);
        world.ClearEvents();
        world.DestroyAll(world.Query().All<Speed>().Build());
        Assert.Equal(43, world.ComponentEvents<Speed>().Length);
        Assert.All(world.ComponentEvents<Speed>().ToArray(), e => Assert.Equal(ComponentEventKind.Destroyed, e.Kind));
    }

    [Fact]
    public void A_games_own_events_wait_until_cleared_and_are_part_of_the_hash()
    {
        using var world = new World();
        using var other = new World();
        Assert.Equal(History.Hash(other), History.Hash(world));
        world.Emit(new Speed { Value = 1 });
        world.Emit(new Speed { Value = 2 });
        Assert.Equal([1, 2], world.Emitted<Speed>().ToArray().Select(speed => speed.Value));
        Assert.NotEqual(History.Hash(other), History.Hash(world));
        world.ClearEvents();
        Assert.Equal(History.Hash(other), History.Hash(world));
    }

    [Fact]
    public void Mistakes_are_named()
    {
        using var world = new World();
        Assert.Contains("No events are kept of Speed", Assert.Throws<EcsException>(() => world.ComponentEvents<Speed>()).Message, StringComparison.Ordinal);
        for (int i = 0; i < Limits.EventsMax; i++)
        {
            world.Emit(i);
        }

        Assert.Contains("65536 events of Int32", Assert.Throws<EcsException>(() => world.Emit(1)).Message, StringComparison.Ordinal);
    }
}
