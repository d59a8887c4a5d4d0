using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>Run after all others, because they look at the memory of the process.</summary>
[CollectionDefinition("memory", DisableParallelization = true)]
public sealed class MemoryCollection;

[Collection("memory")]
public sealed class MemoryTests
{
    [Fact]
    public void Nothing_is_allocated_once_warm()
    {
        using var world = new World();
        Query query = world.Query().All<Position, Speed>().Build();
        var entities = new Entity[500];
        for (int i = 0; i < 20; i++)
        {
            Tick(world, query, entities);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Tick(world, query, entities);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void An_empty_world_is_small()
    {
        Make();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using World world = Make();
        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(bytes, 1, 20 * 1024);
    }

    [Fact]
    public void Ten_thousand_worlds_are_small_and_give_their_memory_back()
    {
        var worlds = new World[10_000];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < worlds.Length; i++)
        {
            worlds[i] = Make();
        }

        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(bytes / worlds.Length, 1, 20 * 1024);
        foreach (World world in worlds)
        {
            world.Dispose();
        }

        Array.Clear(worlds);
        long left = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(left, long.MinValue, bytes / 4);
    }

    [Fact]
    public void The_chunks_of_an_ended_world_serve_the_next()
    {
        long first = Fill();
        long second = Fill();
        Assert.True(second < first / 2, $"the first world took {first} bytes, the second {second}");

        static long Fill()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            using var world = new World();
            for (int i = 0; i < 60_000; i++)
            {
                world.Create(new Position(), new Padded(), default(Nested));
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    [Fact]
    public void A_trimmed_world_keeps_only_what_it_uses()
    {
        using var world = new World();
        var made = new Entity[20_000];
        world.CreateMany(made, new Position(), default(Nested));
        world.Destroy(made.AsSpan(10));

        // First the blocks that other tests have left are used up.
        long kept = FillAnother();
        for (int i = 0; i < 500 && kept < 1_000_000; i++)
        {
            kept = FillAnother();
        }

        world.Trim();
        long trimmed = FillAnother();
        Assert.True(trimmed < kept / 2, $"another world took {kept} bytes before and {trimmed} after");
        world.Create(new Position(), default(Nested));
        Assert.Equal(11, world.EntityCount);

        // Not disposed, so that its own chunks do not serve the next.
        static long FillAnother()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var another = new World();
            another.CreateMany(new Entity[10_000], new Position(), default(Nested));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private static World Make()
    {
        var world = new World();
        world.Register<Position>();
        world.Register<Speed>();
        world.Query().All<Position>().Build();
        world.Create(new Position(), new Speed());
        return world;
    }

    private static void Tick(World world, Query query, Entity[] entities)
    {
        for (int i = 0; i < entities.Length; i++)
        {
            entities[i] = i % 2 == 0 ? world.Create(new Position { X = i }, new Speed { Value = i }) : world.Commands.Create(new Position { X = i });
        }

        world.Commands.Apply();
        foreach (Chunk chunk in query)
        {
            Span<Position> positions = chunk.Span<Position>();
            Span<Speed> speeds = chunk.Span<Speed>();
            for (int i = 0; i < positions.Length; i++)
            {
                positions[i].X += speeds[i].Value;
                world.Commands.Remove<Speed>(chunk.Entities[i]);
            }
        }

        query.ForEach<Position, Speed>(static (_, ref position, ref speed) => position.Y = speed.Value);
        world.Commands.Apply();
        var hash = new StateHash(0);
        world.Hash(ref hash);
        foreach (Entity entity in entities)
        {
            world.Add<Marker>(entity);
            world.Destroy(entity);
        }
    }
}
