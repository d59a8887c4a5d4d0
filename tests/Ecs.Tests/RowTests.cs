namespace RealtimeServer.Ecs;

public sealed class RowTests
{
    [Fact]
    public void Rows_give_every_entity_once_with_its_components_by_reference()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        for (int i = 0; i < 500; i++)
        {
            world.Create(new Position { X = i }, new Speed { Value = i });
        }

        world.Create(new Position { X = 500 }, new Speed { Value = 500 }, default(Marker));
        world.Create(new Position());
        Query query = world.Query().All<Position, Speed>().Build();
        int count = 0;
        foreach (Row<Position, Speed> row in query.Rows<Position, Speed>())
        {
            row.C1.Y = row.C2.Value * 2;
            count++;
        }

        Assert.Equal(501, count);
        foreach (Row<Position> row in query.Rows<Position>())
        {
            Assert.Equal(row.C1.X * 2, row.C1.Y);
            Assert.Equal(row.C1.X, world.Read<Speed>(row.Entity).Value);
        }
    }

    [Fact]
    public void Structure_stands_still_until_the_rows_end()
    {
        using var world = new World();
        world.Create(1, 2L, 3u, 4.0);
        foreach (Row<int, long, uint, double> row in world.Query().All<int, long, uint, double>().Build().Rows<int, long, uint, double>())
        {
            Assert.Equal((1, 2L, 3u, 4.0), (row.C1, row.C2, row.C3, row.C4));
            Assert.Throws<EcsException>(() => world.Create());
        }

        foreach (Row<int, long, uint> row in world.Query().All<int>().Build().Rows<int, long, uint>())
        {
            row.C1++;
            break;
        }

        world.Create();
        Assert.Throws<EcsException>(() =>
        {
            foreach (Row<Position> _ in world.Query().All<int>().Build().Rows<Position>())
            {
            }
        });
    }
}
