using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

public sealed class PathRequestTests
{
    // A ninth of what a match searches in a tick.
    private const int OvershootMax = 1000;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_search_in_pieces_gives_the_same_path_as_one_at_once(bool weighted)
    {
        DeterministicRandom random = new(weighted ? 5u : 6u);
        Vec2[] whole = new Vec2[64];
        Vec2[] pieces = new Vec2[64];
        int resumed = 0;
        for (int i = 0; i < 1500; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted, sideMax: 60);
            Vec2 from = new(random.NextSingle(-1, grid.Width), random.NextSingle(-1, grid.Height));
            Vec2 to = new(random.NextSingle(-1, grid.Width), random.NextSingle(-1, grid.Height));
            PathResult expected = new PathFinder(grid).Find(from, to, whole, 0.3f);
            PathFinder finder = new(grid);
            finder.Begin(from, to, 0.3f);
            PathResult result;
            int rounds = 0;
            for (int units = 7; !finder.TryContinue(ref units, pieces, out result); units = 7)
            {
                Assert.True(++rounds < 100_000);
            }

            resumed += rounds > 0 ? 1 : 0;
            Assert.False(finder.IsSearching);
            Assert.Equal(expected, result);
            Assert.Equal(whole[..expected.Count], pieces[..result.Count]);
        }

        Assert.True(resumed > 500, $"{resumed} resumed");
    }

    [Theory]
    [InlineData(1000, false)]
    [InlineData(60_000, false)]
    [InlineData(int.MaxValue, false)]
    [InlineData(1000, true)]
    public void On_large_grids_units_do_not_depend_on_the_pieces_and_no_step_takes_many(int cellsAWall, bool weighted)
    {
        // Wide enough for diagonals that are looked along in pieces, and for lines of thousands of rows.
        Grid grid = Sparse(2100, 2100, cellsAWall);
        grid.SetCost(7, 2000, weighted ? 2 : 1);
        Vec2[] whole = new Vec2[64];
        Vec2[] pieces = new Vec2[64];
        foreach ((Cell from, Cell to) in new[] { (new Cell(1, 2), new Cell(2090, 1000)), (new Cell(2098, 2000), new Cell(3, 9)), (new Cell(5, 2095), new Cell(2050, 3)) })
        {
            grid.SetOpen(from.X, from.Y, true);
            grid.SetOpen(to.X, to.Y, true);
            PathFinder finder = new(grid);
            int all = int.MaxValue;
            finder.Begin(from.Centre, to.Centre, 0.4f);
            Assert.True(finder.TryContinue(ref all, whole, out PathResult expected));
            foreach (int piece in new[] { 1, 113, 9000 })
            {
                finder.Begin(from.Centre, to.Centre, 0.4f);
                long sum = 0;
                while (true)
                {
                    int units = piece;
                    bool isDone = finder.TryContinue(ref units, pieces, out PathResult result);
                    sum += piece - units;
                    Assert.True(units > -OvershootMax, $"{-units} units over in one step");
                    if (isDone)
                    {
                        Assert.Equal(expected, result);
                        break;
                    }
                }

                Assert.Equal(int.MaxValue - all, sum);
                Assert.Equal(whole[..expected.Count], pieces[..expected.Count]);
            }
        }
    }

    [Fact]
    public void A_finder_that_was_warmed_up_finds_the_same()
    {
        DeterministicRandom random = new(9);
        Vec2[] points = new Vec2[64];
        Vec2[] warmPoints = new Vec2[64];
        for (int i = 0; i < 300; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: i % 2 == 0, sideMax: 60);
            Vec2 from = new(random.NextSingle(0, grid.Width), random.NextSingle(0, grid.Height));
            Vec2 to = new(random.NextSingle(0, grid.Width), random.NextSingle(0, grid.Height));
            GridNavigation navigation = new(grid);
            navigation.Prepare(0.4f);
            navigation.Paths.WarmUp(0.4f);
            Assert.False(navigation.Paths.IsSearching);
            PathResult expected = new PathFinder(grid).Find(from, to, points, 0.4f);
            Assert.Equal(expected, navigation.Paths.Find(from, to, warmPoints, 0.4f));
            Assert.Equal(points[..expected.Count], warmPoints[..expected.Count]);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new GridNavigation(new Grid(3, 3)).Prepare(-1));
    }

    [Fact]
    public void A_search_whose_grid_changes_begins_anew()
    {
        Grid grid = new(60, 60);
        grid.Block(new CellRect(30, 0, 2, 58));
        PathFinder finder = new(grid);
        Vec2[] points = new Vec2[32];
        finder.Begin(new Vec2(5, 5), new Vec2(55, 5));
        int units = 5;
        Assert.False(finder.TryContinue(ref units, points, out _));
        grid.Unblock(new CellRect(30, 0, 2, 58));
        units = 1_000_000;
        Assert.True(finder.TryContinue(ref units, points, out PathResult result));
        Assert.Equal(1, result.Count);
        Assert.Throws<InvalidOperationException>(() => finder.TryContinue(ref units, points, out _));
        finder.Begin(new Vec2(5, 5), new Vec2(55, 5));
        finder.Cancel();
        Assert.False(finder.IsSearching);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_budget_ends_a_search_on_a_path_towards_the_goal(bool weighted)
    {
        DeterministicRandom random = new(weighted ? 15u : 16u);
        Vec2[] points = new Vec2[128];
        int ended = 0;
        for (int i = 0; i < 1500; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted, sideMax: 80);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from) || !RandomGrids.TryPickOpen(grid, ref random, out Cell to))
            {
                continue;
            }

            if (!new PathFinder(grid).FindCells(from, to, []).ReachesGoal)
            {
                continue;
            }

            PathResult result = new PathFinder(grid).FindWithin(60, from.Centre, to.Centre, points);
            Vec2 at = from.Centre;
            foreach (Vec2 next in points.AsSpan(0, result.Count))
            {
                Assert.True(LineOfSight.IsClear(grid, at, next, 0), $"grid {i}: {at} to {next}, {result}, {from} to {to}");
                at = next;
            }

            if (result.Status == PathStatus.OutOfBudget)
            {
                ended++;
                Assert.True(Octile(Cell.At(at), to) <= Octile(from, to) + 1e-6);
            }
        }

        Assert.True(ended > 100, $"{ended} ended");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Of_several_goals_the_one_that_Dijkstra_reaches_cheapest_is_taken(bool weighted)
    {
        DeterministicRandom random = new(weighted ? 25u : 26u);
        Cell[] cells = new Cell[4096];
        int found = 0;
        for (int i = 0; i < 1500; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted, sideMax: 50);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from))
            {
                continue;
            }

            Cell[] goals = new Cell[random.Next(1, i % 2 == 0 ? 6 : 30)];
            for (int g = 0; g < goals.Length; g++)
            {
                goals[g] = new Cell(random.Next(-1, grid.Width + 1), random.Next(-1, grid.Height + 1));
            }

            double[] costs = Dijkstra.Costs(grid, from);
            double best = goals.Min(goal => grid.IsInside(goal.X, goal.Y) ? costs[(goal.Y * grid.Width) + goal.X] : double.PositiveInfinity);
            PathResult result = new PathFinder(grid).FindCellsToAny(from, goals, cells);
            if (double.IsFinite(best))
            {
                found++;
                Assert.Equal(PathStatus.Found, result.Status);
                Assert.Equal(best, result.Cost, 1e-9 * Math.Max(1, best));
                Assert.Contains(cells[result.Count - 1], goals);
            }
            else
            {
                Assert.Equal(PathStatus.Partial, result.Status);
            }
        }

        Assert.True(found > 500, $"{found} found");
        Assert.Throws<ArgumentException>(() => new PathFinder(new Grid(3, 3)).FindCellsToAny(default, [], cells));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_angle_paths_are_clear_and_never_longer_than_pulled_ones(bool weighted)
    {
        DeterministicRandom random = new(weighted ? 35u : 36u);
        Vec2[] pulled = new Vec2[256];
        Vec2[] points = new Vec2[256];
        int shorter = 0;
        for (int i = 0; i < 1000; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted, sideMax: 40);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell a) || !RandomGrids.TryPickOpen(grid, ref random, out Cell b))
            {
                continue;
            }

            float radius = random.Next(3) * 0.2f;
            Vec2 from = new(a.X + random.NextSingle(0.45f, 0.55f), a.Y + random.NextSingle(0.45f, 0.55f));
            Vec2 to = b.Centre;
            PathFinder finder = new(grid);
            PathResult expected = finder.Find(from, to, pulled, radius);
            PathResult result = finder.FindAnyAngle(from, to, points, radius);
            Assert.Equal(expected.Status, result.Status);
            Assert.True(result.Cost <= expected.Cost);
            shorter += result.Cost < expected.Cost - 1e-6 ? 1 : 0;
            Vec2 at = from;
            double cost = 0;
            foreach (Vec2 next in points.AsSpan(0, result.Count))
            {
                Assert.True(LineOfSight.IsClear(grid, at, next, Math.Min(radius, 0.4f)), $"grid {i}: {at} to {next}");
                cost += LineOfSight.Cost(grid, at.X, at.Y, next.X, next.Y);
                at = next;
            }

            Assert.Equal(cost, result.Cost, 1e-6);
        }

        Assert.True(shorter > 30, $"{shorter} shorter");
    }

    private static Grid Sparse(int width, int height, int cellsAWall)
    {
        DeterministicRandom random = new(11);
        Grid grid = new(width, height);
        for (int i = 0; i < width * height / cellsAWall; i++)
        {
            grid.SetOpen(random.Next(width), random.Next(height), false);
        }

        return grid;
    }

    private static double Octile(Cell a, Cell b)
    {
        int dx = Math.Abs(a.X - b.X);
        int dy = Math.Abs(a.Y - b.Y);
        return Math.Max(dx, dy) + (0.41421356 * Math.Min(dx, dy));
    }
}
