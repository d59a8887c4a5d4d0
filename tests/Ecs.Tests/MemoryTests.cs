using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

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
