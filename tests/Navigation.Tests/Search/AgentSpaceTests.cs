using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

public sealed class AgentSpaceTests
{
    [Fact]
    public void An_agent_stands_where_no_closed_cell_and_no_border_is_nearer_than_its_radius_also_after_changes()
    {
        DeterministicRandom random = new(51);
        for (int i = 0; i < 200; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 40);
            float radius = random.NextSingle(0, 4);
            AgentSpace space = new(grid, new AgentReach(radius));
            for (int change = 0; change < 10; change++)
            {
                grid.SetOpen(random.Next(grid.Width), random.Next(grid.Height), random.NextBool(0.8f));
            }

            space.Update();
            for (int y = 0; y < grid.Height; y++)
            {
                for (int x = 0; x < grid.Width; x++)
                {
                    Assert.Equal(Fits(grid, x, y, radius), space.Rows[x, y]);
                }
            }
        }
    }

    [Fact]
    public void Paths_of_large_agents_touch_no_closed_cell()
    {
        DeterministicRandom random = new(52);
        Vec2[] points = new Vec2[256];
        int found = 0;
        for (int i = 0; i < 6000; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: i % 2 == 0, sideMax: 48);
            float radius = random.NextSingle(0.5f, 3);
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from) || !RandomGrids.TryPickOpen(grid, ref random, out Cell to)
                || !Fits(grid, from.X, from.Y, radius) || !Fits(grid, to.X, to.Y, radius))
            {
                continue;
            }

            PathFinder finder = new(grid);
            PathResult result = finder.Find(from.Centre, to.Centre, points, radius);
            found += result.Status == PathStatus.Found ? 1 : 0;
            Vec2 at = from.Centre;
            foreach (Vec2 next in points.AsSpan(0, result.Count))
            {
                Assert.True(LineOfSight.IsClear(grid, at, next, radius), $"grid {i}: an agent of radius {radius} from {at} to {next}");
                at = next;
            }
        }

        Assert.True(found > 100, $"{found} found");
    }

    [Fact]
    public void Agents_of_nearly_the_same_radius_share_a_space_and_too_many_sizes_are_refused()
    {
        PathFinder finder = new(new Grid(64, 64));
        Cell[] cells = new Cell[128];
        for (int i = 0; i <= 100; i++)
        {
            Assert.Equal(PathStatus.Found, finder.FindCells(new Cell(20, 20), new Cell(40, 40), cells, i * 0.005f).Status);
        }

        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() =>
        {
            for (float radius = 0; radius <= Limits.AgentRadiusMax; radius += 0.25f)
            {
                finder.FindCells(new Cell(20, 20), new Cell(40, 40), cells, radius);
            }
        });
        Assert.Contains("sizes", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => finder.FindCells(default, default, cells, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => finder.FindCells(default, default, cells, -1));
    }

    private static bool Fits(Grid grid, int x, int y, float radius)
    {
        if (!grid.IsOpen(x, y))
        {
            return false;
        }

        int around = (int)Math.Ceiling(radius) + 1;
        for (int otherY = y - around; otherY <= y + around; otherY++)
        {
            for (int otherX = x - around; otherX <= x + around; otherX++)
            {
                double dx = Math.Max(Math.Abs(x - otherX) - 0.5, 0);
                double dy = Math.Max(Math.Abs(y - otherY) - 0.5, 0);
                if (!grid.IsOpen(otherX, otherY) && Math.Sqrt((dx * dx) + (dy * dy)) < radius - 1e-4)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
