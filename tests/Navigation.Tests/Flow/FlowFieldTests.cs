using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Flow;

public sealed class FlowFieldTests
{
    [Theory]
    [InlineData(false, 1e-4)]
    [InlineData(true, 2e-3)]
    public void Costs_are_Dijkstras_from_every_cell(bool weighted, double tolerance)
    {
        DeterministicRandom random = new(weighted ? 71u : 72u);
        int reached = 0;
        for (int i = 0; i < 1500; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted, sideMax: i % 10 == 0 ? 150 : 40);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell goal))
            {
                continue;
            }

            FlowField field = new FlowFields(grid).To(goal);
            double[] costs = Dijkstra.Costs(grid, goal);
            for (int y = 0; y < grid.Height; y++)
            {
                for (int x = 0; x < grid.Width; x++)
                {
                    double expected = costs[(y * grid.Width) + x];
                    float actual = field.CostFrom(new Cell(x, y));
                    Assert.Equal(double.IsFinite(expected), float.IsFinite(actual));
                    if (double.IsFinite(expected))
                    {
                        reached++;
                        Assert.InRange(actual, (expected * (1 - tolerance)) - 1e-4, (expected * (1 + tolerance)) + 1e-4);
                    }
                }
            }
        }

        Assert.True(reached > 100_000, $"{reached} reached");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_repaired_field_tells_what_a_new_one_tells(bool weighted)
    {
        DeterministicRandom random = new(weighted ? 81u : 82u);
        int repaired = 0;
        for (int i = 0; i < 150; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted, sideMax: 60);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell goal))
            {
                continue;
            }

            float radius = i % 3 == 0 ? 1.2f : 0;
            FlowFields fields = new(grid);
            FlowField kept = fields.To(goal, radius);
            for (int change = 0; change < 25; change++)
            {
                Change(grid, ref random, weighted);
                int builds = kept.Builds;
                Assert.Same(kept, fields.To(goal, radius));
                repaired += kept.Builds == builds ? 1 : 0;
                FlowField anew = new FlowFields(grid).To(goal, radius);
                for (int y = 0; y < grid.Height; y++)
                {
                    for (int x = 0; x < grid.Width; x++)
                    {
                        Assert.Equal(anew.CostFrom(new Cell(x, y)), kept.CostFrom(new Cell(x, y)));
                        Vec2 at = new(x + random.NextSingle(0, 1), y + random.NextSingle(0, 1));
                        Assert.Equal(anew.TryDirection(at, out Vec2 expected), kept.TryDirection(at, out Vec2 actual));
                        Assert.Equal(expected, actual);
                    }
                }
            }
        }

        Assert.True(repaired > 1000, $"{repaired} repaired");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Who_follows_it_arrives_and_enters_no_closed_cell(bool weighted)
    {
        DeterministicRandom random = new(weighted ? 91u : 92u);
        int arrived = 0;
        for (int i = 0; i < 400; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted, sideMax: 40);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell goal) || !RandomGrids.TryPickOpen(grid, ref random, out Cell from))
            {
                continue;
            }

            FlowField field = new FlowFields(grid).To(goal);
            Vec2 at = from.Centre;
            bool leads = field.TryDirection(at, out Vec2 direction);
            Assert.Equal(float.IsFinite(field.CostFrom(from)), leads);
            for (int step = 0; leads && Cell.At(at) != goal; step++)
            {
                Assert.True(step < 40_000, $"grid {i}: still at {at}");
                Vec2 next = at + (direction * 0.1f);
                Assert.True(grid.IsOpen(next), $"grid {i}: {next} is closed");
                at = next;
                Assert.True(field.TryDirection(at, out direction));
            }

            arrived += leads ? 1 : 0;
        }

        Assert.True(arrived > 100, $"{arrived} arrived");
    }

    [Fact]
    public void A_closed_goal_is_approached_and_fields_are_shared_and_bounded()
    {
        Grid grid = new(40, 40);
        grid.Block(new CellRect(18, 18, 5, 5));
        FlowFields fields = new(grid);
        FlowField field = fields.To(new Cell(20, 20));
        Assert.Equal(0, field.CostFrom(new Cell(20, 17)));
        Assert.True(field.TryDirection(new Vec2(5, 5), out _));
        Assert.False(field.TryDirection(new Vec2(float.NaN, 5), out _));
        Assert.False(field.TryDirection(new Vec2(-50, 5), out _));
        Assert.Same(field, fields.To(new Cell(20, 20)));
        for (int i = 0; i < Limits.FlowFieldsMax + 5; i++)
        {
            fields.To(new Cell(i, 0));
            Assert.InRange(fields.Count, 1, Limits.FlowFieldsMax);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => fields.To(new Cell(0, 0), -1));
    }

    [Fact]
    public void Fields_of_goals_that_take_turns_and_of_a_grid_that_changes_allocate_nothing()
    {
        Grid grid = new(64, 64);
        grid.Block(new CellRect(20, 0, 2, 50));
        FlowFields fields = new(grid);
        for (int warm = 0; warm < 2; warm++)
        {
            Work();
        }

        Assert.Equal(0, Allocated.Least(Work));

        void Work()
        {
            for (int i = 0; i < 60; i++)
            {
                grid.Block(new CellRect(40, i, 3, 3));
                fields.To(new Cell(i, 63)).TryDirection(new Vec2(3, 3), out _);
                fields.To(new Cell(5, 5)).TryDirection(new Vec2(60, 60), out _);
                grid.Unblock(new CellRect(40, i, 3, 3));
            }
        }
    }

    private static void Change(Grid grid, ref DeterministicRandom random, bool weighted)
    {
        (int x, int y) = (random.Next(grid.Width), random.Next(grid.Height));
        switch (random.Next(weighted ? 3 : 2))
        {
            case 0:
                grid.SetOpen(x, y, random.NextBool(0.5f));
                break;
            case 1:
                grid.Block(new CellRect(x, y, random.Next(1, 4), random.Next(1, 4)));
                break;
            default:
                grid.SetCost(x, y, random.Next(1, 40) * Grid.CostStep);
                break;
        }
    }
}
