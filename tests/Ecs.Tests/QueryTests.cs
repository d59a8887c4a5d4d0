namespace RealtimeServer.Ecs;

public sealed class QueryTests
{
    [Fact]
    public void All_any_and_none_choose_archetypes_also_later_ones()
    {
        using var world = new World();
        Query query = world.Query().All<Position>().Any<Speed, Marker>().None<Padded>().Build();
        world.Create(new Position());
        world.Create(new Position(), new Speed());
        Assert.Equal(1, query.Count());
        world.Create(new Position(), default(Marker));
        world.Create(new Position(), default(Marker), new Speed());
        world.Create(new Position(), default(Marker), new Padded());
        world.Create(new Speed());

        Assert.Equal(3, query.Count());
    }

    [Fact]
    public void The_same_question_gives_the_same_query()
    {
        using var world = new World();
        Assert.Same(world.Query().All<Position, Speed>().Build(), world.Query().All<Speed>().All<Position>().Build());
    }

    [Fact]
    public void Chunks_show_their_columns()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        for (int i = 0; i < 300; i++)
        {
            world.Create(new Position { X = i }, new Speed { Value = i });
        }

        int sum = 0;
        int chunks = 0;
        foreach (Chunk chunk in world.Query().All<Position, Speed>().Build())
        {
            Span<Position> positions = chunk.Span<Position>();
            Assert.Equal(chunk.Count, positions.Length);
            Assert.True(chunk.Has<Speed>());
            Assert.False(chunk.Has<Marker>());
            for (int i = 0; i < chunk.Count; i++)
            {
                Assert.Equal(positions[i].X, chunk.Span<Speed>()[i].Value);
                Assert.Equal(chunk.Entities[i].Index, (uint)positions[i].X);
                sum += (int)positions[i].X;
            }

            chunks++;
        }

        Assert.Equal(299 * 150, sum);
        Assert.True(chunks > 3);
    }

    [Fact]
    public void ForEach_changes_components_in_place()
    {
        using var world = new World();
        Entity entity = world.Create(new Position { X = 1 }, new Speed { Value = 2 }, 3, 4L);
        world.Query().All<Position, Speed>().Build().ForEach<Position>(static (_, ref position) => position.X++);
        world.Query().All<Position, Speed>().Build().ForEach<Position, Speed>(static (_, ref position, ref speed) => position.X += speed.Value);
        world.Query().All<Position, int>().Build().ForEach<Position, Speed, int>(static (_, ref position, ref speed, ref number) => position.X += number);
        world.Query().All<Position, long>().Build()
            .ForEach<Position, Speed, int, long>(static (_, ref position, ref speed, ref number, ref large) => position.X += large);

        Assert.Equal(11, world.Get<Position>(entity).X);
    }

    [Fact]
    public void A_missing_column_is_named()
    {
        using var world = new World();
        world.Create(new Position());
        EcsException thrown = Assert.Throws<EcsException>(() => world.Query().All<Position>().Build().ForEach<Speed>(static (_, ref _) => { }));
        Assert.StartsWith("The chunk of archetype [Position] has no column Speed", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Structure_stands_still_while_a_query_is_iterated()
    {
        using var world = new World();
        Entity entity = world.Create(new Position());
        Query query = world.Query().All<Position>().Build();
        Action[] changes =
        [
            () => world.Create(), () => world.Create(new Speed()), () => world.Destroy(entity), () => world.Add<Speed>(entity),
            () => world.Remove<Position>(entity), world.Commands.Apply,
        ];
        foreach (Action change in changes)
        {
            EcsException thrown = Assert.Throws<EcsException>(() =>
            {
                foreach (Chunk chunk in query)
                {
                    change();
                }
            });
            Assert.Contains("while a query is iterated", thrown.Message, StringComparison.Ordinal);
        }

        foreach (Chunk _ in query)
        {
            world.Add(entity, new Position { X = 4 });
        }

        world.Destroy(entity);
        Assert.Equal(0, world.EntityCount);
    }
}
