using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

public sealed class JumpPointSearchTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Jumps_find_paths_as_short_as_Dijkstras_with_and_without_stops(bool stops)
    {
        DeterministicRandom random = new(stops ? 21u : 22u);
        int found = 0;
        for (int i = 0; i < 3000; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: i % 10 == 0 ? 200 : 32);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from))
            {
                continue;
            }

            AgentSpace space = new(grid, new AgentReach(0));
            JumpPointSearch search = new(space.Rows, space.Columns, stops ? space.Stops : null);
            double[] costs = Dijkstra.Costs(grid, from);
            for (int query = 0; query < 4; query++)
            {
                Cell to = new(random.Next(grid.Width), random.Next(grid.Height));
                double best = costs[(to.Y * grid.Width) + to.X];
                Assert.Equal(double.IsFinite(best), search.Run(from, to));
                if (double.IsFinite(best))
                {
                    found++;
                    Assert.Equal(best, search.Length / (double)StepCosts.Straight, 1e-9 * Math.Max(1, best));
                    AssertIsPath(grid, search.Path, from, to);
                }
            }
        }

        Assert.True(found > 5000, $"{found} found");
    }

    [Fact]
    public void Stops_repaired_after_changes_equal_stops_made_anew()
    {
        DeterministicRandom random = new(31);
        for (int i = 0; i < 300; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 100);
            AgentSpace space = new(grid, new AgentReach(i % 3));
            for (int change = 0; change < 20; change++)
            {
                ChangeSomething(grid, ref random);
                if (random.NextBool(0.5f))
                {
                    space.Update();
                    AssertEqual(new AgentSpace(grid, space.Reach), space);
                }
            }
        }
    }

    private static void ChangeSomething(Grid grid, ref DeterministicRandom random)
    {
        int x = random.Next(grid.Width);
        int y = random.Next(grid.Height);
        if (random.NextBool(0.7f))
        {
            grid.SetOpen(x, y, random.NextBool(0.5f));
        }
        else
        {
            grid.Block(new CellRect(x - 1, y - 1, random.Next(1, 6), random.Next(1, 6)));
        }
    }

    private static void AssertEqual(AgentSpace expected, AgentSpace actual)
    {
        for (int y = 0; y < expected.Rows.Height; y++)
        {
            for (int x = 0; x < expected.Rows.Width; x++)
            {
                Assert.Equal(expected.Rows[x, y], actual.Rows[x, y]);
                Assert.Equal(expected.Rows[x, y], actual.Columns[y, x]);
                foreach (bool forward in new[] { false, true })
                {
                    Assert.Equal(expected.Stops.AlongRow(x, y, forward), actual.Stops.AlongRow(x, y, forward));
                    Assert.Equal(expected.Stops.AlongColumn(x, y, forward), actual.Stops.AlongColumn(x, y, forward));
                }

                for (int quadrant = 0; quadrant < 4; quadrant++)
                {
                    int row = expected.Stops.DiagonalRow(x, y, quadrant);
                    Assert.Equal(expected.Stops.StepsToStop(x, row, quadrant), actual.Stops.StepsToStop(x, row, quadrant));
                }
            }
        }
    }

    private static void AssertIsPath(Grid grid, ReadOnlySpan<Cell> path, Cell from, Cell to)
    {
        Assert.Equal(from, path[0]);
        Assert.Equal(to, path[^1]);
        for (int i = 1; i < path.Length; i++)
        {
            (Cell a, Cell b) = (path[i - 1], path[i]);
            Assert.Equal(1, Math.Max(Math.Abs(a.X - b.X), Math.Abs(a.Y - b.Y)));
            Assert.True(grid.IsOpen(b) && grid.IsOpen(a.X, b.Y) && grid.IsOpen(b.X, a.Y), $"from {a} to {b}");
        }
    }
}
