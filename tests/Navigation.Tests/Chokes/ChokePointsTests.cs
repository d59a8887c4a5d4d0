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
            [new ChokePoint(new CellRect(20, 5, 1, 1), AlongX: true), new ChokePoint(new CellRect(10, 20, 2, 2), AlongX: false)],
            points.All);
    }

    [Fact]
    public void After_changes_the_same_are_known_as_to_one_that_begins_anew()
    {
        DeterministicRandom random = new(61);
        int seen = 0;
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
                for (int index = 0; index < kept.All.Count; index++)
                {
                    Assert.Equal(index, kept.IndexOf(kept.All[index].Key));
                }
            }
        }

        Assert.True(seen > 1000, $"{seen} seen");
    }
}
