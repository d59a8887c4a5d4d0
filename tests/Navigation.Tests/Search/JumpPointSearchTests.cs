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

    [Theory]
    [InlineData(false, 300)]
    [InlineData(true, 300)]
    [InlineData(true, 40_000)]
    public void Diagonals_of_many_cells_lead_as_short_as_Dijkstra(bool stops, int cellsAWall)
    {
        DeterministicRandom random = new(23);
        Grid grid = new(1300, 1100);
        for (int i = 0; i < grid.Width * grid.Height / cellsAWall; i++)
        {
            grid.SetOpen(random.Next(grid.Width), random.Next(grid.Height), false);
        }

        AgentSpace space = new(grid, new AgentReach(0));
        JumpPointSearch search = new(space.Rows, space.Columns, stops ? space.Stops : null);
        foreach (Cell from in new[] { new Cell(2, 3), new Cell(1297, 1090) })
        {
            grid.SetOpen(from.X, from.Y, true);
            space.Update();
            double[] costs = Dijkstra.Costs(grid, from);
            for (int query = 0; query < 30; query++)
            {
                Cell to = new(random.Next(grid.Width), random.Next(grid.Height));
                double best = costs[(to.Y * grid.Width) + to.X];
                Assert.Equal(double.IsFinite(best), search.Run(from, to));
                if (double.IsFinite(best))
                {
                    Assert.Equal(best, search.Length / (double)StepCosts.Straight, 1e-9 * best);
                    AssertIsPath(grid, search.Path, from, to);
                }
            }
        }
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

    [Theory]
    [InlineData(40, 40)]
    [InlineData(150, 30)]
    [InlineData(30, 150)]
    [InlineData(200, 200)]
    public void Stops_tell_of_each_cell_whether_its_jumps_end_at_a_corner(int width, int height)
    {
        DeterministicRandom random = new((uint)(width + height));
        for (int i = 0; i < 12; i++)
        {
            Grid grid = new(width - i, height - (i * 2));
            for (int walls = random.Next(grid.Width * grid.Height / 3); walls > 0; walls--)
            {
                grid.SetOpen(random.Next(grid.Width), random.Next(grid.Height), false);
            }

            JumpStops stops = new AgentSpace(grid, new AgentReach(0)).Stops;
            for (int y = 0; y < grid.Height; y++)
            {
                for (int x = 0; x < grid.Width; x++)
                {
                    Assert.Equal(EndsAtCorner(grid, x, y, 0, -1), stops.North(x, y));
                    Assert.Equal(EndsAtCorner(grid, x, y, 1, 0), stops.East(x, y));
                    Assert.Equal(EndsAtCorner(grid, x, y, 0, 1), stops.South(x, y));
                    Assert.Equal(EndsAtCorner(grid, x, y, -1, 0), stops.West(x, y));
                    AssertDiagonals<NorthEast>(grid, stops, x, y);
                    AssertDiagonals<SouthEast>(grid, stops, x, y);
                    AssertDiagonals<SouthWest>(grid, stops, x, y);
                    AssertDiagonals<NorthWest>(grid, stops, x, y);
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
                Assert.Equal(expected.Stops.North(x, y), actual.Stops.North(x, y));
                Assert.Equal(expected.Stops.East(x, y), actual.Stops.East(x, y));
                Assert.Equal(expected.Stops.South(x, y), actual.Stops.South(x, y));
                Assert.Equal(expected.Stops.West(x, y), actual.Stops.West(x, y));
                AssertEqualDiagonals<NorthEast>(expected.Stops, actual.Stops, x, y);
                AssertEqualDiagonals<SouthEast>(expected.Stops, actual.Stops, x, y);
                AssertEqualDiagonals<SouthWest>(expected.Stops, actual.Stops, x, y);
                AssertEqualDiagonals<NorthWest>(expected.Stops, actual.Stops, x, y);
            }
        }
    }

    private static void AssertEqualDiagonals<TQuadrant>(JumpStops expected, JumpStops actual, int x, int y)
        where TQuadrant : struct, IQuadrant
    {
        JumpStops.Diagonal one = expected.Along<TQuadrant>(x, y);
        JumpStops.Diagonal other = actual.Along<TQuadrant>(x, y);
        Assert.Equal(CellBits.From(ref one.Steps, x) & 1, CellBits.From(ref other.Steps, x) & 1);
        Assert.Equal(CellBits.From(ref one.AlongRow, x) & 1, CellBits.From(ref other.AlongRow, x) & 1);
        Assert.Equal(CellBits.From(ref one.AlongColumn, x) & 1, CellBits.From(ref other.AlongColumn, x) & 1);
    }

    private static void AssertDiagonals<TQuadrant>(Grid grid, JumpStops stops, int x, int y)
        where TQuadrant : struct, IQuadrant
    {
        JumpStops.Diagonal diagonal = stops.Along<TQuadrant>(x, y);
        int dy = TQuadrant.StepX * TQuadrant.StepY;
        bool open = grid.IsOpen(x, y) && grid.IsOpen(x + 1, y) && grid.IsOpen(x, y + dy) && grid.IsOpen(x + 1, y + dy);
        Assert.Equal(open, (CellBits.From(ref diagonal.Steps, x) & 1) != 0);
        Assert.Equal(EndsAtCorner(grid, x, y, TQuadrant.StepX, 0), (CellBits.From(ref diagonal.AlongRow, x) & 1) != 0);
        Assert.Equal(EndsAtCorner(grid, x, y, 0, TQuadrant.StepY), (CellBits.From(ref diagonal.AlongColumn, x) & 1) != 0);
    }

    // Where a jump has to stop, told anew from its definition.
    private static bool EndsAtCorner(Grid grid, int x, int y, int dx, int dy)
    {
        while (grid.IsOpen(x, y) && grid.IsOpen(x + dx, y + dy))
        {
            bool left = grid.IsOpen(x + dx + dy, y + dy + dx) && !grid.IsOpen(x + dy, y + dx);
            bool right = grid.IsOpen(x + dx - dy, y + dy - dx) && !grid.IsOpen(x - dy, y - dx);
            if (left || right)
            {
                return true;
            }

            (x, y) = (x + dx, y + dy);
        }

        return false;
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
