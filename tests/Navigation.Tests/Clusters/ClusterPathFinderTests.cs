using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

public sealed class ClusterPathFinderTests
{
    // Cells that a crossing's place can cost, there and back, and a diagonal that becomes two straight steps.
    private const double BoundABorder = ClusterGraph.Spacing + 0.6;

    // A way through a cluster over different costs.
    private const int OvershootMax = WorkUnits.ClusterSpreadOverCosts + 100;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Paths_are_within_the_bound_also_after_changes(bool weighted, bool withPlain)
    {
        DeterministicRandom random = new(weighted ? 101u : 102u);
        Cell[] cells = new Cell[60_000];
        int found = 0;
        double sum = 0;
        double best = 0;
        for (int i = 0; i < 60; i++)
        {
            Grid grid = Rooms(ref random, weighted, i % 4 == 0 ? 0.3f : 0.1f);
            ClusterPathFinder finder = new(grid, new AgentSpaces(grid), withPlain);
            for (int round = 0; round < 6; round++)
            {
                if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from) || !RandomGrids.TryPickOpen(grid, ref random, out Cell to))
                {
                    continue;
                }

                PathResult exact = new PathFinder(grid).FindCells(from, to, cells);
                int borders = Borders(cells.AsSpan(0, exact.Count));
                double dearest = weighted ? Dearest(grid) : 1;
                PathResult result = finder.FindCells(from, to, cells);
                Assert.Equal(exact.Status, result.Status);
                if (result.Status == PathStatus.Found)
                {
                    found++;
                    (sum, best) = (sum + result.Cost, best + exact.Cost);
                    Assert.True(result.Cost >= exact.Cost - 1e-6);
                    Assert.True(result.Cost <= exact.Cost + (BoundABorder * borders * dearest) + 1, $"{result.Cost} for {exact.Cost} over {borders} borders");
                    AssertIsPath(grid, cells.AsSpan(0, result.Count), from, to);
                }

                Change(grid, ref random);
            }
        }

        Assert.True(found > 150, $"{found} found");
        Assert.True(sum < best * (weighted ? 1.1 : 1.03), $"{(sum / best) - 1:P1} longer on the average");
    }

    [Fact]
    public void A_graph_kept_through_changes_finds_what_a_new_one_finds()
    {
        DeterministicRandom random = new(103);
        Cell[] kept = new Cell[60_000];
        Cell[] anew = new Cell[60_000];
        for (int i = 0; i < 15; i++)
        {
            Grid grid = Rooms(ref random, weighted: i % 2 == 0, 0.2f);
            float radius = i % 3 == 0 ? 1.2f : 0;
            ClusterPathFinder finder = new(grid, new AgentSpaces(grid), withPlain: false);
            for (int round = 0; round < 15; round++)
            {
                Change(grid, ref random);
                Cell from = new(random.Next(grid.Width), random.Next(grid.Height));
                Cell to = new(random.Next(grid.Width), random.Next(grid.Height));
                PathResult expected = new ClusterPathFinder(grid, new AgentSpaces(grid), withPlain: false).FindCells(from, to, anew, radius);
                PathResult result = finder.FindCells(from, to, kept, radius);
                Assert.Equal(expected, result);
                Assert.Equal(anew[..expected.Count], kept[..result.Count]);
            }
        }
    }

    [Fact]
    public void A_short_buffer_receives_the_beginning_and_waypoints_lead_on_to_the_goal()
    {
        DeterministicRandom random = new(104);
        Grid grid = Rooms(ref random, weighted: false, 0.05f);
        ClusterPathFinder finder = new(grid, new AgentSpaces(grid), withPlain: false);
        Vec2[] points = new Vec2[6];
        Vec2 at = new(2.5f, 2.5f);
        Vec2 goal = new(grid.Width - 2.5f, grid.Height - 2.5f);
        grid.SetOpen(2, 2, true);
        grid.SetOpen(grid.Width - 3, grid.Height - 3, true);
        for (int asked = 0; at != goal; asked++)
        {
            Assert.True(asked < 500);
            PathResult result = finder.Find(at, goal, points, 0.3f);
            Assert.True(result.Count > 0);
            foreach (Vec2 next in points.AsSpan(0, result.Count))
            {
                Assert.True(LineOfSight.IsClear(grid, at, next, 0.25f), $"{at} to {next}");
                at = next;
            }
        }

        Assert.Equal(PathStatus.Unreachable, finder.Find(new Vec2(float.NaN, 0), goal, points).Status);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_search_in_pieces_gives_the_same_path_for_the_same_units(bool weighted, bool withPlain)
    {
        DeterministicRandom random = new(105);
        Vec2[] whole = new Vec2[12];
        Vec2[] pieces = new Vec2[12];
        int found = 0;
        for (int i = 0; i < 12; i++)
        {
            Grid grid = Rooms(ref random, weighted, i % 4 == 0 ? 0.3f : 0.1f);
            ClusterPathFinder kept = new(grid, new AgentSpaces(grid), withPlain);
            for (int round = 0; round < 4; round++)
            {
                Vec2 from = new(random.NextSingle(0, grid.Width), random.NextSingle(0, grid.Height));
                Vec2 to = new(random.NextSingle(0, grid.Width), random.NextSingle(0, grid.Height));
                ClusterPathFinder anew = new(grid, new AgentSpaces(grid), withPlain);
                int all = int.MaxValue;
                anew.Begin(from, to, 0.3f);
                Assert.True(anew.TryContinue(ref all, whole, out PathResult expected));
                found += expected.Count > 0 ? 1 : 0;
                foreach (int piece in new[] { 50, 9000 })
                {
                    kept.Begin(from, to, 0.3f);
                    long sum = 0;
                    while (true)
                    {
                        int units = piece;
                        bool isDone = kept.TryContinue(ref units, pieces, out PathResult result);
                        sum += piece - units;
                        Assert.True(units > -OvershootMax, $"{-units} units over in one step");
                        if (isDone)
                        {
                            Assert.Equal(expected, result);
                            break;
                        }
                    }

                    Assert.False(kept.IsSearching);
                    Assert.Equal(int.MaxValue - all, sum);
                    Assert.Equal(whole[..expected.Count], pieces[..expected.Count]);
                }

                Assert.Equal(expected, kept.Find(from, to, pieces, 0.3f));
                Change(grid, ref random);
            }
        }

        Assert.True(found > 20, $"{found} found");
    }

    [Fact]
    public void A_search_in_pieces_begins_anew_on_a_changed_grid_and_can_be_dropped()
    {
        Grid grid = new(300, 300);
        grid.Block(new CellRect(100, 0, 2, 299));
        ClusterPathFinder finder = new(grid, new AgentSpaces(grid), withPlain: false);
        Vec2[] points = new Vec2[32];
        int units = 1;
        finder.Begin(new Vec2(5, 5), new Vec2(290, 5));
        Assert.False(finder.TryContinue(ref units, points, out _));
        grid.Unblock(new CellRect(100, 0, 2, 299));
        units = 10_000_000;
        Assert.True(finder.TryContinue(ref units, points, out PathResult result));
        Assert.Equal(PathStatus.Found, result.Status);
        Assert.Equal(285, result.Cost, 1e-3);
        finder.Begin(new Vec2(5, 5), new Vec2(290, 5));
        finder.Cancel();
        Assert.Throws<InvalidOperationException>(() => finder.TryContinue(ref units, points, out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_largest_grid_is_searched_and_changed(bool withPlain)
    {
        Grid grid = new(4096, 4096);
        for (int wall = 64; wall < 4096; wall += 64)
        {
            grid.Block(new CellRect(wall, wall % 128 == 0 ? 0 : 10, 2, 4086));
        }

        ClusterPathFinder finder = new(grid, new AgentSpaces(grid), withPlain);
        Cell[] cells = new Cell[400_000];
        PathResult result = finder.FindCells(new Cell(1, 1), new Cell(4090, 4090), cells);
        Assert.Equal(PathStatus.Found, result.Status);
        grid.Block(new CellRect(0, 4086, 4096, 10));
        Assert.Equal(PathStatus.Partial, finder.FindCells(new Cell(1, 1), new Cell(4090, 3000), cells).Status);
    }

    private static double Dearest(Grid grid)
    {
        float most = 0;
        for (int y = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++)
            {
                most = Math.Max(most, grid.Cost(x, y));
            }
        }

        return most;
    }

    // Walls with doors every so often, and rubble between them.
    private static Grid Rooms(ref DeterministicRandom random, bool weighted, float rubble)
    {
        Grid grid = new(random.Next(100, 260), random.Next(100, 260));
        int room = random.Next(9, 40);
        for (int y = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++)
            {
                bool wall = (x % room == 0 || y % room == 0) && !random.NextBool(0.15f);
                grid.SetOpen(x, y, !wall && !random.NextBool(rubble));
                if (weighted && (x / 20) % 3 == (y / 25) % 2)
                {
                    grid.SetCost(x, y, 3);
                }
            }
        }

        return grid;
    }

    private static void Change(Grid grid, ref DeterministicRandom random)
    {
        grid.Block(new CellRect(random.Next(grid.Width), random.Next(grid.Height), random.Next(1, 12), random.Next(1, 12)));
        grid.SetOpen(random.Next(grid.Width), random.Next(grid.Height), true);
    }

    // A diagonal step over a corner crosses two.
    private static int Borders(ReadOnlySpan<Cell> path)
    {
        int borders = 0;
        for (int i = 1; i < path.Length; i++)
        {
            borders += path[i].X / ClusterGraph.Side != path[i - 1].X / ClusterGraph.Side ? 1 : 0;
            borders += path[i].Y / ClusterGraph.Side != path[i - 1].Y / ClusterGraph.Side ? 1 : 0;
        }

        return borders;
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
