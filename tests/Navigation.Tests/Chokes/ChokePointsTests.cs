using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Chokes;

public sealed class ChokePointsTests
{
    [Fact]
    public void A_gate_in_a_wall_is_found_in_both_directions_and_wide_ones_are_not()
    {
        Grid grid = new(40, 40);
        grid.Block(new CellRect(0, 20, 10, 2));
        grid.Block(new CellRect(12, 20, 10, 2));
        grid.Block(new CellRect(30, 20, 10, 2));
        grid.Block(new CellRect(20, 0, 1, 5));
        grid.Block(new CellRect(20, 6, 1, 14));
        ChokePoints points = new(grid);
        Assert.Equal(
            [ChokePoint.Straight(new CellRect(20, 5, 1, 1), alongX: true), ChokePoint.Straight(new CellRect(10, 20, 2, 2), alongX: false)],
            points.All);
    }

    [Fact]
    public void A_gate_in_a_wall_that_runs_aslant_is_found_with_the_direction_that_leads_through_it()
    {
        Grid grid = new(40, 40);
        for (int x = 0; x < 40; x++)
        {
            for (int y = 0; y < 40; y++)
            {
                grid.SetOpen(x, y, Math.Abs(x + y - 39) > 1);
            }
        }

        Assert.Empty(new ChokePoints(grid).All);
        for (int i = 0; i < 16; i++)
        {
            grid.SetOpen(18 + (i % 4), 18 + (i / 4), true);
        }

        ChokePoint gate = Assert.Single(new ChokePoints(grid).All);
        Assert.InRange(Vec2.Dot(gate.Axis, new Vec2(1, 1).Normalized()), 0.999f, 1.001f);
        Assert.InRange(Vec2.Distance(gate.Middle, new Vec2(20, 20)), 0, 0.8f);
        Assert.InRange(2 * gate.HalfWidth, 2.5f, 4.5f);
    }

    [Fact]
    public void Pillars_in_the_open_are_no_gate()
    {
        Grid grid = new(40, 40);
        grid.Block(new CellRect(18, 18, 2, 2));
        grid.Block(new CellRect(22, 21, 2, 2));
        Assert.Empty(new ChokePoints(grid).All);
    }

    [Fact]
    public void After_changes_the_same_are_known_as_to_one_that_begins_anew()
    {
        DeterministicRandom random = new(61);
        (int seen, int slanted) = (0, 0);
        for (int i = 0; i < 60; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 70);
            ChokePoints kept = new(grid);
            for (int change = 0; change < 30; change++)
            {
                if (random.NextBool(0.5f))
                {
                    grid.SetOpen(random.Next(grid.Width), random.Next(grid.Height), random.NextBool(0.6f));
                }
                else
                {
                    grid.Block(new CellRect(random.Next(grid.Width), random.Next(grid.Height), random.Next(1, 9), 1));
                }

                kept.Update();
                ChokePoints anew = new(grid);
                Assert.Equal(anew.All, kept.All);
                seen += kept.All.Count;
                foreach (ChokePoint point in kept.All)
                {
                    Assert.Equal(point, kept[kept.IndexOf(point.Key)]);
                    slanted += point.Kind == ChokePoint.Slanted ? 1 : 0;
                }
            }
        }

        Assert.True(seen > 1000 && slanted > 1000, $"{seen} seen, {slanted} of them aslant");
    }
}
