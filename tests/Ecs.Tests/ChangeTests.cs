namespace RealtimeServer.Ecs;

public sealed class ChangeTests
{
    [Fact]
    public void Writing_counts_as_a_change_and_reading_does_not()
    {
        using var world = new World();
        Entity entity = world.Create(new Position(), new Speed());
        Query query = world.Query().All<Position, Speed>().Build();
        Check(world, query, w => w.Get<Position>(entity).X = 1, position: true, speed: false);
        Check(world, query, w => _ = w.Read<Position>(entity).X, position: false, speed: false);
        Check(world, query, w => w.TryRead<Speed>(entity, out _), position: false, speed: false);
        Check(world, query, w => w.TryGet<Speed>(entity, out _).Value++, position: false, speed: true);
        Check(world, query, w => w.Add(entity, new Speed { Value = 2 }), position: false, speed: true);
        Check(world, query, w => query.ForEach<Position>(static (_, ref position) => position.X++), position: true, speed: false);
        Check(world, query, Iterate, position: false, speed: true);
        Check(world, query, w => w.Create(new Position(), new Speed()), position: true, speed: true);
        Check(world, query, w => w.Destroy(entity), position: true, speed: true);
        Check(world, query, _ => { }, position: false, speed: false);

        static void Iterate(World world)
        {
            foreach (Chunk chunk in world.Query().All<Speed>().Build())
            {
                _ = chunk.Read<Position>();
                chunk.Span<Speed>()[0].Value = 3;
            }
        }
    }

    [Fact]
    public void A_query_can_leave_out_chunks_that_did_not_change()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        var entities = new Entity[300];
        world.CreateMany(entities, new Position(), new Speed());
        Query changed = world.Query().All<Speed>().Changed<Position>().Build();
        int all = Chunks(changed.Since(0));
        Assert.True(all > 4);
        ulong seen = world.NextVersion();
        Assert.Equal(0, Chunks(changed.Since(seen)));

        world.Get<Position>(entities[150]).X = 1;
        world.Get<Speed>(entities[0]).Value = 1;

        Assert.Equal(1, Chunks(changed.Since(seen)));
        foreach (Chunk chunk in changed.Since(seen))
        {
            Assert.True(chunk.Entities.Contains(entities[150]));
        }

        Assert.Equal(all, Chunks(changed.Since(0)));
    }

    private static void Check(World world, Query query, Action<World> action, bool position, bool speed)
    {
        ulong since = world.NextVersion();
        action(world);
        foreach (Chunk chunk in query)
        {
            Assert.Equal(position, chunk.Changed<Position>(since));
            Assert.Equal(speed, chunk.Changed<Speed>(since));
            Assert.False(chunk.Changed<Marker>(0));
        }
    }

    private static int Chunks(ChangedChunks chunks)
    {
        int count = 0;
        foreach (Chunk _ in chunks)
        {
            count++;
        }

        return count;
    }
}
