namespace RealtimeServer.Ecs;

public sealed class BulkTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(1000)]
    public void Many_are_like_one_by_one(int count)
    {
        using World many = History.NewWorld();
        using World single = History.NewWorld();
        var made = new Entity[count];
        many.CreateMany(made, new Position { X = 1 }, new Padded { Large = 2 }, 3);
        for (int i = 0; i < count; i++)
        {
            single.Create(new Position { X = 1 }, new Padded { Large = 2 }, 3);
        }

        Assert.Equal(History.Hash(single), History.Hash(many));
        Assert.All(made, entity => Assert.Equal(3, many.Get<int>(entity)));
        many.Destroy(made.AsSpan());
        Assert.Equal(0, many.EntityCount);
    }

    /// <summary>Ids that are free, fewer than are wanted and more, are given out in the order in which one by one gets them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(200)]
    public void Many_take_the_ids_that_are_free_as_one_by_one_does(int count)
    {
        using World many = History.NewWorld();
        using World single = History.NewWorld();
        var made = new Entity[count];
        var expected = new Entity[count];
        foreach (World world in (World[])[many, single])
        {
            var before = new Entity[100];
            world.CreateMany(before, 1);
            for (int i = 0; i < 40; i++)
            {
                world.Destroy(before[i * 37 % 100]);
            }
        }

        many.CreateMany(made, new Position { X = 1 }, 3);
        for (int i = 0; i < count; i++)
        {
            expected[i] = single.Create(new Position { X = 1 }, 3);
        }

        Assert.Equal(expected, made);
        Assert.Equal(single.Create(2), many.Create(2));
        Assert.Equal(History.Hash(single), History.Hash(many));
        Assert.All(made, entity => Assert.Equal(3, many.Get<int>(entity)));
    }

    [Fact]
    public void All_of_a_query_can_be_destroyed()
    {
        using var world = new World(new WorldOptions { ChunkBytes = 1024 });
        var made = new Entity[500];
        world.CreateMany(made, new Position(), 1);
        Entity kept = world.Create(1);
        Entity parent = world.Create(new Position());
        world.SetParent(kept, parent);
        Entity below = world.Create(2);
        world.SetParent(below, made[3]);
        world.DestroyAll(world.Query().All<Position>().None<Speed>().Build());

        Assert.Equal(0, world.EntityCount);
        Assert.All(made, entity => Assert.False(world.IsAlive(entity)));
        Assert.Equal(made[0].Index, world.Create().Index);
    }

    [Fact]
    public void What_does_not_fit_changes_nothing()
    {
        using var world = new World(new WorldOptions { EntitiesMax = 10 });
        Assert.Throws<EcsException>(() => world.CreateMany(new Entity[11], 1));
        Assert.Throws<EcsException>(() => world.CreateMany(new Entity[1], 1, 1));
        Assert.Equal(0, world.EntityCount);
        world.CreateMany(new Entity[10], 1);
        Assert.Equal(10, world.EntityCount);
    }
}
