using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

public sealed class GridMeshTests
{
    private static readonly NavMeshSettings Exact = new() { AgentRadius = 0, OutlineError = 0, RegionCellsMin = 1 };

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Polygons_cover_exactly_the_open_cells_are_convex_and_know_each_other(int tile)
    {
        DeterministicRandom random = new(111);
        Vec3[] corners = new Vec3[NavMesh.CornersMax];
        for (int i = 0; i < 200; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: i % 3 == 0, sideMax: 40);
            NavMesh mesh = NavMeshBuilder.FromGrid(grid, Exact with { TileVoxels = tile });
            double area = 0;
            for (int p = 0; p < mesh.PolygonCount; p++)
            {
                int count = mesh.Polygon(p, corners);
                for (int c = 0; c < count; c++)
                {
                    (Vec3 a, Vec3 b, Vec3 d) = (corners[c], corners[(c + 1) % count], corners[(c + 2) % count]);
                    Assert.True(Cross(a, b, d) >= 0, $"grid {i}: polygon {p} is not convex");
                    area += c + 2 < count ? Cross(corners[0], corners[c + 1], corners[c + 2]) / 2 : 0;
                    int neighbour = mesh.Neighbours[(p * NavMesh.CornersMax) + c];
                    Assert.True(neighbour < 0 || mesh.Neighbours.AsSpan(neighbour * NavMesh.CornersMax, mesh.CornerCounts[neighbour]).Contains(p));
                }
            }

            int open = 0;
            for (int y = 0; y < grid.Height; y++)
            {
                for (int x = 0; x < grid.Width; x++)
                {
                    open += grid.IsOpen(x, y) ? 1 : 0;
                }
            }

            Assert.Equal(open, area, 1e-3);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_path_leads_where_one_leads_over_the_grid_and_stays_on_the_mesh(int tile)
    {
        DeterministicRandom random = new(112);
        MeshWaypoint[] points = new MeshWaypoint[512];
        Cell[] cells = new Cell[4096];
        int found = 0;
        int apart = 0;
        for (int i = 0; i < 300; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 40);
            NavMesh mesh = NavMeshBuilder.FromGrid(grid, Exact with { TileVoxels = tile });
            NavMeshQuery query = new(mesh);
            for (int q = 0; q < 5; q++)
            {
                if (!RandomGrids.TryPickOpen(grid, ref random, out Cell a) || !RandomGrids.TryPickOpen(grid, ref random, out Cell b))
                {
                    continue;
                }

                PathResult onGrid = new PathFinder(grid).FindCells(a, b, cells);
                MeshPoint from = On(query, a);
                MeshPoint to = On(query, b);
                PathResult result = query.FindPath(from, to, points);
                Assert.Equal(onGrid.ReachesGoal, result.ReachesGoal);
                if (!result.ReachesGoal)
                {
                    apart++;
                    continue;
                }

                found++;
                Assert.Equal(to.Position, points[result.Count - 1].Position);
                Vec3 at = from.Position;
                double length = 0;
                foreach (MeshWaypoint point in points.AsSpan(0, result.Count))
                {
                    for (int s = 0; s <= 40; s++)
                    {
                        Vec3 sample = at + ((point.Position - at) * (s / 40f));
                        Assert.True(IsNearOpen(grid, sample), $"grid {i}: {sample} between {at} and {point.Position} is closed");
                    }

                    length += (point.Position - at).Length;
                    at = point.Position;
                }

                double straight = (to.Position - from.Position).Length;
                Assert.InRange(length, straight - 1e-3, (onGrid.Cost * 3) + 5);
            }
        }

        Assert.True(found > 300 && apart > 100, $"{found} found, {apart} apart");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void Rays_see_what_lines_of_sight_over_the_grid_see(int tile)
    {
        DeterministicRandom random = new(113);
        int clear = 0;
        int blocked = 0;
        for (int i = 0; i < 400; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 30);
            NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Exact with { TileVoxels = tile }));
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell a) || !RandomGrids.TryPickOpen(grid, ref random, out Cell b))
            {
                continue;
            }

            // Aslant, so that no ray runs along a wall or through a corner.
            Vec2 from = a.Centre + new Vec2(0.013f, 0.027f);
            Vec2 to = b.Centre + new Vec2(-0.031f, 0.017f);
            bool near = LineOfSight.IsClear(grid, from, to, 0.002f);
            bool far = LineOfSight.IsClear(grid, from, to, 0);
            if (near != far)
            {
                continue;
            }

            Assert.True(query.TryFindNearest(new Vec3(from.X, 0, from.Y), Vec3.One, out MeshPoint start));
            bool hit = query.Raycast(start, new Vec3(to.X, 0, to.Y), out MeshPoint end);
            Assert.Equal(!far, hit);
            Assert.True(IsNearOpen(grid, end.Position));
            (clear, blocked) = (clear + (hit ? 0 : 1), blocked + (hit ? 1 : 0));
        }

        Assert.True(clear > 50 && blocked > 50, $"{clear} clear, {blocked} blocked");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void The_nearest_point_is_the_one_that_looking_at_all_polygons_gives(int tile)
    {
        DeterministicRandom random = new(114);
        for (int i = 0; i < 60; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 40);
            NavMesh mesh = NavMeshBuilder.FromGrid(grid, Exact with { TileVoxels = tile });
            NavMeshQuery query = new(mesh);
            for (int q = 0; q < 20; q++)
            {
                Vec3 point = new(random.NextSingle(-3, grid.Width + 3), 0, random.NextSingle(-3, grid.Height + 3));
                bool found = query.TryFindNearest(point, new Vec3(50, 1, 50), out MeshPoint nearest);
                double least = double.MaxValue;
                for (int y = 0; y < grid.Height; y++)
                {
                    for (int x = 0; x < grid.Width; x++)
                    {
                        least = grid.IsOpen(x, y) ? Math.Min(least, SegmentGeometry.PointToRect(point.X, point.Z, x, y, x + 1, y + 1)) : least;
                    }
                }

                Assert.Equal(least < double.MaxValue, found);
                Assert.True(!found || Math.Abs(Math.Sqrt(least) - (nearest.Position - point).Length) < 1e-3);
            }
        }
    }

    [Fact]
    public void Dear_ground_is_gone_round_and_links_are_gone_over()
    {
        Grid grid = new(30, 20);
        for (int y = 0; y < 19; y++)
        {
            for (int x = 10; x < 20; x++)
            {
                grid.SetCost(x, y, 8);
            }
        }

        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Exact));
        MeshWaypoint[] points = new MeshWaypoint[32];
        MeshPoint from = On(query, new Cell(2, 5));
        MeshPoint to = On(query, new Cell(27, 5));
        int direct = query.FindPath(from, to, points).Count;
        Assert.Equal(1, direct);
        query.SetAreaCost(64, 8);
        int round = query.FindPath(from, to, points).Count;
        Assert.Contains(points[..round], point => point.Position.Z >= 18.9f);
        Assert.Throws<ArgumentOutOfRangeException>(() => query.SetAreaCost(1, float.NaN));

        grid.Block(new CellRect(14, 0, 2, 20));
        OffMeshLink jump = new(new Vec3(13.5f, 0, 5.5f), new Vec3(16.5f, 0, 5.5f), BothWays: false);
        NavMeshQuery jumping = new(NavMeshBuilder.FromGrid(grid, Exact, [jump]));
        PathResult over = jumping.FindPath(On(jumping, new Cell(2, 5)), On(jumping, new Cell(27, 5)), points);
        Assert.Equal(PathStatus.Found, over.Status);
        Assert.Contains(points[..over.Count], point => point.Link == 0);
        Assert.Equal(PathStatus.Partial, jumping.FindPath(On(jumping, new Cell(27, 5)), On(jumping, new Cell(2, 5)), points).Status);
        Assert.Throws<ArgumentException>(() => NavMeshBuilder.FromGrid(grid, Exact, [jump with { To = new Vec3(90, 0, 90) }]));
    }

    [Fact]
    public void Queries_allocate_nothing_after_warm_up()
    {
        DeterministicRandom random = new(115);
        Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 40);
        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Exact));
        MeshWaypoint[] points = new MeshWaypoint[64];
        Ask();
        Assert.Equal(0, Allocated.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                Ask();
            }
        }));

        void Ask()
        {
            query.TryFindNearest(new Vec3(1, 0, 1), new Vec3(99, 1, 99), out MeshPoint from);
            query.TryFindNearest(new Vec3(30, 0, 30), new Vec3(99, 1, 99), out MeshPoint to);
            query.FindPath(from, to, points);
            query.Raycast(from, to.Position, out _);
        }
    }

    private static MeshPoint On(NavMeshQuery query, Cell cell)
    {
        Assert.True(query.TryFindNearest(new Vec3(cell.X + 0.5f, 0, cell.Y + 0.5f), Vec3.One, out MeshPoint point));
        return point;
    }

    private static double Cross(Vec3 a, Vec3 b, Vec3 c) => (((double)b.X - a.X) * (c.Z - a.Z)) - (((double)b.Z - a.Z) * (c.X - a.X));

    private static bool IsNearOpen(Grid grid, Vec3 point)
    {
        const float Near = 1e-3f;
        return grid.IsOpen(new Vec2(point.X + Near, point.Z + Near)) || grid.IsOpen(new Vec2(point.X - Near, point.Z + Near))
            || grid.IsOpen(new Vec2(point.X + Near, point.Z - Near)) || grid.IsOpen(new Vec2(point.X - Near, point.Z - Near));
    }
}
