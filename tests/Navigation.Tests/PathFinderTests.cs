using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

public sealed class PathFinderTests
{
    [Theory]
    [InlineData(false, 3000)]
    [InlineData(true, 3000)]
    public void Cell_paths_are_as_cheap_as_Dijkstras_on_random_grids(bool weighted, int grids)
    {
        DeterministicRandom random = new(weighted ? 11u : 7u);
        Cell[] cells = new Cell[1024];
        int found = 0;
        int partial = 0;
        for (int i = 0; i < grids; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from))
            {
                continue;
            }

            PathFinder finder = new(grid);
            double[] costs = Dijkstra.Costs(grid, from);
            for (int query = 0; query < 4; query++)
            {
                Cell to = new(random.Next(grid.Width), random.Next(grid.Height));
                PathResult result = finder.FindCells(from, to, cells);
                Cell end = cells[result.Count - 1];
                double best = costs[(to.Y * grid.Width) + to.X];
                if (double.IsFinite(best))
                {
                    Assert.Equal(PathStatus.Found, result.Status);
                    Assert.Equal(to, end);
                    found++;
                }
                else
                {
                    Assert.Equal(PathStatus.Partial, result.Status);
                    best = CheapestOfNearest(grid, costs, to);
                    partial++;
                }

                Assert.Equal(best, result.Cost, 1e-9 * Math.Max(1, best));
                Assert.Equal(result.Cost, CostOf(grid, cells.AsSpan(0, result.Count)), 1e-9 * Math.Max(1, best));
                Assert.Equal(from, cells[0]);
            }
        }

        Assert.True(found > grids && partial > grids / 2, $"{found} found, {partial} partial");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pulled_paths_stay_in_the_open_and_never_cost_more_than_the_cells(bool weighted)
    {
        DeterministicRandom random = new(weighted ? 5u : 3u);
        Cell[] cells = new Cell[1024];
        Vec2[] points = new Vec2[1024];
        int shorter = 0;
        for (int i = 0; i < 2000; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from) || !RandomGrids.TryPickOpen(grid, ref random, out Cell to))
            {
                continue;
            }

            PathFinder finder = new(grid);
            PathResult exact = finder.FindCells(from, to, cells);
            if (exact.Status != PathStatus.Found)
            {
                continue;
            }

            float radius = random.Next(3) * 0.25f;
            PathResult pulled = finder.Find(from.Centre, to.Centre, points, radius);
            Assert.Equal(PathStatus.Found, pulled.Status);
            Assert.Equal(to.Centre, points[pulled.Count - 1]);
            Assert.True(pulled.Cost <= exact.Cost * (1 + 1e-9), $"{pulled.Cost} > {exact.Cost}");
            shorter += pulled.Cost < exact.Cost - 1e-6 ? 1 : 0;
            Vec2 at = from.Centre;
            foreach (Vec2 point in points.AsSpan(0, pulled.Count))
            {
                AssertInTheOpen(grid, at, point);
                Assert.True(LineOfSight.IsClear(grid, at, point, radius));
                at = point;
            }
        }

        Assert.True(shorter > 200, $"only {shorter} paths were shortened");
    }

    [Fact]
    public void Over_costs_on_rows_longer_than_the_caches_hold_paths_are_as_cheap_as_Dijkstras()
    {
        DeterministicRandom random = new(77);
        Grid grid = new(1100, 50);
        for (int y = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++)
            {
                grid.SetOpen(x, y, !random.NextBool(0.2f));
                grid.SetCost(x, y, ((x / 9) + (y / 7)) % 3 == 0 ? 3 : 1);
            }
        }

        PathFinder finder = new(grid);
        Cell[] cells = new Cell[grid.Width * grid.Height];
        int found = 0;
        for (int i = 0; i < 4; i++)
        {
            Assert.True(RandomGrids.TryPickOpen(grid, ref random, out Cell from));
            double[] costs = Dijkstra.Costs(grid, from);
            for (int query = 0; query < 15; query++)
            {
                Cell to = new(random.Next(grid.Width), random.Next(grid.Height));
                double best = costs[(to.Y * grid.Width) + to.X];
                if (double.IsFinite(best))
                {
                    found++;
                    PathResult result = finder.FindCells(from, to, cells);
                    Assert.Equal(PathStatus.Found, result.Status);
                    Assert.Equal(best, result.Cost, 1e-9 * Math.Max(1, best));
                }
            }
        }

        Assert.True(found > 20, $"{found} found");
    }

    [Fact]
    public void A_path_from_anywhere_to_anywhere_stays_in_the_open_once_it_has_left_the_wall()
    {
        DeterministicRandom random = new(17);
        Vec2[] points = new Vec2[256];
        for (int i = 0; i < 4000; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: i % 2 == 0, sideMax: 20);
            Vec2 from = new(random.NextSingle(-3, grid.Width + 3), random.NextSingle(-3, grid.Height + 3));
            Vec2 to = new(random.NextSingle(-3, grid.Width + 3), random.NextSingle(-3, grid.Height + 3));
            PathResult result = new PathFinder(grid).Find(from, to, points, 0.3f);
            int first = grid.IsOpen(from) ? 0 : 1;
            Vec2 at = first == 0 ? from : points[0];
            for (int p = first; p < result.Count; p++)
            {
                AssertInTheOpen(grid, at, points[p]);
                at = points[p];
            }

            Assert.Equal(result.ReachesGoal, result.Count > 0 && points[result.Count - 1] == to);
        }
    }

    [Fact]
    public void A_building_is_approached_from_the_side_that_is_cheapest_to_reach()
    {
        Grid grid = new(20, 20);
        grid.Block(new CellRect(8, 8, 4, 4));
        Cell[] cells = new Cell[64];
        Vec2[] points = new Vec2[16];
        PathFinder finder = new(grid);
        PathResult south = finder.Find(new Vec2(10.5f, 19.5f), new Vec2(10, 10), points);
        Assert.Equal(PathStatus.Partial, south.Status);
        Assert.Equal(12, Cell.At(points[south.Count - 1]).Y);
        PathResult west = finder.Find(new Vec2(0.5f, 10.5f), new Vec2(10, 10), points);
        Assert.Equal(7, Cell.At(points[west.Count - 1]).X);
        Assert.Equal(PathStatus.Partial, finder.FindCells(new Cell(0, 0), new Cell(-5, int.MaxValue), cells).Status);
    }

    [Fact]
    public void A_short_buffer_receives_the_beginning_of_the_same_path()
    {
        Grid grid = Zigzag();
        PathFinder finder = new(grid);
        Vec2[] all = new Vec2[64];
        Vec2[] some = new Vec2[3];
        PathResult whole = finder.Find(new Vec2(0.5f, 0.5f), new Vec2(8.5f, 8.5f), all);
        PathResult part = finder.Find(new Vec2(0.5f, 0.5f), new Vec2(8.5f, 8.5f), some);
        Assert.True(whole.Count > 3);
        Assert.Equal(PathStatus.BufferTooSmall, part.Status);
        Assert.True(part.ReachesGoal);
        Assert.Equal(3, part.Count);
        Assert.Equal(all[..3], some);
        PathResult cells = finder.FindCells(new Cell(0, 0), new Cell(8, 8), []);
        Assert.Equal((PathStatus.BufferTooSmall, 0), (cells.Status, cells.Count));
        Assert.True(cells.CellCount > 30);
    }

    [Fact]
    public void Numbers_that_are_none_and_starts_in_solid_rock_are_unreachable()
    {
        Grid grid = new(3, 3);
        PathFinder finder = new(grid);
        Vec2[] points = new Vec2[4];
        Assert.Equal(PathStatus.Unreachable, finder.Find(new Vec2(float.NaN, 0), new Vec2(1, 1), points).Status);
        Assert.Equal(PathStatus.Unreachable, finder.Find(new Vec2(1, 1), new Vec2(float.PositiveInfinity, 1), points).Status);
        Assert.Equal(PathStatus.Partial, finder.Find(new Vec2(1, 1), new Vec2(1e30f, -1e30f), points).Status);
        grid.Block(new CellRect(-9, -9, 99, 99));
        Assert.Equal(PathStatus.Unreachable, finder.Find(new Vec2(1, 1), new Vec2(2, 2), points).Status);
        Assert.Equal(PathStatus.Unreachable, finder.FindCells(new Cell(0, 0), new Cell(1, 1), new Cell[4]).Status);
    }

    [Fact]
    public void Searches_allocate_nothing_after_warm_up()
    {
        Grid grid = Zigzag();
        PathFinder finder = new(grid);
        Vec2[] points = new Vec2[64];
        Cell[] cells = new Cell[64];
        Query();
        grid.Block(new CellRect(8, 8, 1, 1));
        Query();
        grid.Unblock(new CellRect(8, 8, 1, 1));
        Assert.Equal(0, Allocated.Least(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                grid.Block(new CellRect(8, 8, 1, 1));
                Query();
                grid.Unblock(new CellRect(8, 8, 1, 1));
                Query();
            }
        }));

        void Query()
        {
            finder.Find(new Vec2(0.5f, 0.5f), new Vec2(8.5f, 8.5f), points, 0.4f);
            finder.FindCells(new Cell(0, 0), new Cell(8, 8), cells);
        }
    }

    private static Grid Zigzag()
    {
        Grid grid = new(9, 9);
        for (int y = 1; y < 9; y += 2)
        {
            for (int x = 0; x < 9; x++)
            {
                grid.SetOpen(x, y, x == (y % 4 == 1 ? 8 : 0));
            }
        }

        return grid;
    }

    private static double CheapestOfNearest(Grid grid, double[] costs, Cell to)
    {
        long near = long.MaxValue;
        double best = double.PositiveInfinity;
        for (int i = 0; i < costs.Length; i++)
        {
            long dx = (i % grid.Width) - to.X;
            long dy = (i / grid.Width) - to.Y;
            long distance = (dx * dx) + (dy * dy);
            if (double.IsFinite(costs[i]) && distance <= near)
            {
                best = distance < near ? costs[i] : Math.Min(best, costs[i]);
                near = distance;
            }
        }

        return best;
    }

    private static double CostOf(Grid grid, ReadOnlySpan<Cell> cells)
    {
        double sum = 0;
        for (int i = 1; i < cells.Length; i++)
        {
            (Cell a, Cell b) = (cells[i - 1], cells[i]);
            Assert.True(Math.Abs(a.X - b.X) <= 1 && Math.Abs(a.Y - b.Y) <= 1 && a != b);
            Assert.True(grid.IsOpen(b) && grid.IsOpen(a.X, b.Y) && grid.IsOpen(b.X, a.Y));
            double length = a.X != b.X && a.Y != b.Y ? Math.Sqrt(2) : 1;
            sum += length * (grid.Cost(a.X, a.Y) + grid.Cost(b.X, b.Y)) / 2;
        }

        return sum;
    }

    // By sampling, so that it shares nothing with the geometry under test.
    private static void AssertInTheOpen(Grid grid, Vec2 a, Vec2 b)
    {
        for (int i = 0; i <= 200; i++)
        {
            Vec2 point = Vec2.Lerp(a, b, i / 200f);
            Assert.True(grid.IsOpen(point), $"{point} between {a} and {b} is closed");
        }
    }
}
