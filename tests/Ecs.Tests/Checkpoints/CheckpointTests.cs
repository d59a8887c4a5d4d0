using System.Buffers;

namespace RealtimeServer.Ecs.Checkpoints;

public sealed class CheckpointTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_restored_world_goes_on_as_the_run_through_did(ulong seed)
    {
        using World world = History.NewWorld();
        var history = new History(seed);
        history.Play(world, 600);
        var checkpoint = new WorldCheckpoint(world);
        checkpoint.Save();
        ulong saved = History.Hash(world);
        History again = history.Fork();
        history.Play(world, 900);
        ulong later = History.Hash(world);
        Entity[] order = Order(world);
        ulong version = world.Version;

        for (int i = 0; i < 3; i++)
        {
            checkpoint.Restore();
            Assert.Equal(saved, History.Hash(world));
            again.Fork().Play(world, 900);
            Assert.Equal(later, History.Hash(world));
            Assert.Equal(order, Order(world));
            Assert.Equal(version, world.Version);
        }

        Assert.NotEqual(saved, later);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Another_world_goes_on_from_the_bytes(ulong seed)
    {
        using World world = History.NewWorld();
        var history = new History(seed);
        history.Play(world, 800);
        byte[] bytes = Bytes(world);
        using World other = History.NewWorld();
        new History(99).Play(other, 300);
        var checkpoint = new WorldCheckpoint(other);
        checkpoint.Read(bytes);
        checkpoint.Restore();
        Assert.Equal(History.Hash(world), History.Hash(other));

        history.Fork().Play(other, 500);
        history.Play(world, 500);

        Assert.Equal(History.Hash(world), History.Hash(other));
        Assert.Equal(Order(world), Order(other));
        Assert.Equal(Bytes(world).Length, Bytes(other).Length);
    }

    [Fact]
    public void Archetypes_that_came_later_come_up_anew_in_the_order_of_the_new_history()
    {
        using var world = new World();
        world.Create(new Position());
        var checkpoint = new WorldCheckpoint(world);
        checkpoint.Save();
        world.Create(1);
        world.Create(2L);
        checkpoint.Restore();
        world.Create(2L);
        world.Create(1);

        using var straight = new World();
        straight.Register<Position>();
        straight.Register<int>();
        straight.Register<long>();
        straight.Create(new Position());
        straight.Create(2L);
        straight.Create(1);
        Assert.Equal(History.Hash(straight), History.Hash(world));
        Assert.Equal(Order(straight), Order(world));
    }

    [Fact]
    public void The_past_can_be_read_without_going_there()
    {
        using World world = History.NewWorld();
        Entity entity = world.Create(new Position { X = 1 }, new Speed { Value = 2 });
        Entity leaver = world.Create(new Position { X = 9 });
        var checkpoint = new WorldCheckpoint(world);
        checkpoint.Save();
        world.Get<Position>(entity).X = 5;
        world.Remove<Speed>(entity);
        world.Destroy(leaver);
        Entity comer = world.Create(new Position());

        Assert.True(checkpoint.TryGet(entity, out Position position));
        Assert.Equal(1, position.X);
        Assert.True(checkpoint.TryGet(entity, out Speed speed));
        Assert.Equal(2, speed.Value);
        Assert.True(checkpoint.TryGet(leaver, out position));
        Assert.Equal(9, position.X);
        Assert.False(checkpoint.TryGet(leaver, out speed));
        Assert.False(checkpoint.TryGet(comer, out position));
        Assert.False(checkpoint.IsAlive(comer));
        Assert.True(checkpoint.IsAlive(leaver));
        Assert.Equal(5, world.Get<Position>(entity).X);
    }

    [Fact]
    public void A_history_keeps_the_last_ticks()
    {
        using World world = History.NewWorld();
        Entity entity = world.Create(new Position());
        var history = new WorldHistory(world, 4);
        for (uint tick = 1; tick <= 10; tick++)
        {
            world.Get<Position>(entity).X = tick;
            history.Save(tick);
        }

        Assert.False(history.TryFind(6, out _));
        Assert.False(history.TryFind(11, out _));
        for (uint tick = 7; tick <= 10; tick++)
        {
            Assert.True(history.TryFind(tick, out WorldCheckpoint? checkpoint));
            Assert.True(checkpoint.TryGet(entity, out Position position));
            Assert.Equal(tick, position.X);
        }

        Assert.True(history.TryFind(8, out WorldCheckpoint? eight));
        eight.Restore();
        history.Forget(after: 8);
        Assert.Equal(8, world.Get<Position>(entity).X);
        Assert.False(history.TryFind(9, out _));
        Assert.True(history.TryFind(7, out _));
    }

    [Fact]
    public void Saving_and_restoring_allocate_nothing_once_warm()
    {
        using World world = History.NewWorld(16 * 1024);
        Query query = world.Query().All<Position>().Build();
        for (int i = 0; i < 2000; i++)
        {
            world.Create(new Position { X = i }, new Padded { Large = i });
        }

        var history = new WorldHistory(world, 8);
        for (uint tick = 1; tick < 100; tick++)
        {
            Tick(tick);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (uint tick = 100; tick < 400; tick++)
        {
            Tick(tick);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Tick(uint tick)
        {
            world.ClearEvents();
            Entity extra = world.Create(new Position(), new Speed());
            world.Destroy(extra);
            history.Save(tick);
            Entity marked = History.Nth(world, 500);
            world.Add<Marker>(marked);
            world.Remove<Marker>(marked);
            query.ForEach<Position>(static (_, ref position) => position.Y++);
            if (tick % 3 == 0)
            {
                history.TryFind(tick - 1, out WorldCheckpoint? checkpoint);
                checkpoint!.Restore();
            }
        }
    }

    [Fact]
    public void What_cannot_be_saved_is_refused_by_name()
    {
        using World world = History.NewWorld();
        var checkpoint = new WorldCheckpoint(world);
        Assert.Contains("is empty", Assert.Throws<EcsException>(checkpoint.Restore).Message, StringComparison.Ordinal);
        world.Commands.Create();
        Assert.Contains("1 commands are waiting", Assert.Throws<EcsException>(checkpoint.Save).Message, StringComparison.Ordinal);
        world.Commands.Apply();
        checkpoint.Save();
        foreach (Chunk _ in world.Query().Build())
        {
            Assert.Contains("while a query is iterated", Assert.Throws<EcsException>(checkpoint.Restore).Message, StringComparison.Ordinal);
        }

        checkpoint.Restore();
    }

    [Fact]
    public void Bytes_of_other_components_are_refused_by_name()
    {
        byte[] bytes;
        using (World world = History.NewWorld())
        {
            world.SetParent(world.Create(new Position()), world.Create());
            bytes = Bytes(world);
        }

        using var fewer = new World();
        fewer.Register<Position>();
        Assert.Contains("has component Speed, which is not registered here", Refusal(fewer, bytes), StringComparison.Ordinal);
        using var others = new World();
        others.Register<Position>("Place");
        Assert.Contains("component 1 is Position, here it is Place", Refusal(others, bytes), StringComparison.Ordinal);
        using var layout = new World();
        layout.Register<Pair>("Position");
        Assert.Contains("component Position has other fields (8 bytes) than here (8 bytes)", Refusal(layout, bytes), StringComparison.Ordinal);
        using var small = new World(new WorldOptions { EntitiesMax = 1 });
        foreach (Action<World> register in new Action<World>[]
        {
            world => world.Register<Position>(), world => world.Register<Speed>(), world => world.Register<Padded>(),
            world => world.Register<int>(), world => world.Register<Marker>(),
        })
        {
            register(small);
        }

        Assert.Contains("claims 2 entities in 2 slots; this world may have 1", Refusal(small, bytes), StringComparison.Ordinal);
    }

    internal static byte[] Bytes(World world)
    {
        var checkpoint = new WorldCheckpoint(world);
        checkpoint.Save();
        var writer = new ArrayBufferWriter<byte>();
        checkpoint.Write(writer);
        return writer.WrittenSpan.ToArray();
    }

    private static string Refusal(World world, byte[] bytes)
    {
        var checkpoint = new WorldCheckpoint(world);
        string message = Assert.Throws<InvalidDataException>(() => checkpoint.Read(bytes)).Message;
        Assert.False(checkpoint.IsSaved);
        return message;
    }

    private static Entity[] Order(World world)
    {
        var order = new List<Entity>();
        foreach (Chunk chunk in world.Query().Build())
        {
            order.AddRange(chunk.Entities);
        }

        return [.. order];
    }
}
