using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

public sealed class MeshPathFinderTests
{
    private const int Budget = 9000;

    private static readonly NavMeshSettings Cells = new() { AgentRadius = 0, OutlineError = 0, RegionCellsMin = 0, TileVoxels = 8 };

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public void A_search_in_pieces_of_any_size_gives_the_same_path_as_one_at_once(int tile)
    {
        DeterministicRandom random = new(151);
        MeshWaypoint[] whole = new MeshWaypoint[256];
        MeshWaypoint[] pieces = new MeshWaypoint[256];
        int resumed = 0;
        for (int i = 0; i < 400; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: i % 3 == 0, sideMax: 60);
            NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells with { TileVoxels = tile }, Links(grid, ref random)));
            for (int q = 0; q < 4 && TryPick(query, grid, ref random, out MeshPoint from) && TryPick(query, grid, ref random, out MeshPoint to); q++)
            {
                int room = random.NextBool(0.2f) ? random.Next(1, 5) : whole.Length;
                PathResult expected = query.FindPath(from, to, whole.AsSpan(0, room));
                MeshPathFinder finder = new(query);
                finder.Begin(from, to);
                Assert.True(finder.IsSearching);
                PathResult result;
                int rounds = 0;
                for (int units = random.Next(1, 40); !finder.TryContinue(ref units, pieces.AsSpan(0, room), out result); units = random.Next(1, 40))
                {
                    Assert.True(++rounds < 100_000);
                }

                resumed += rounds > 0 ? 1 : 0;
                Assert.False(finder.IsSearching);
                Assert.Equal(expected, result);
                Assert.Equal(whole[..expected.Count], pieces[..result.Count]);
            }
        }

        Assert.True(resumed > 500, $"{resumed} resumed");
    }

    [Fact]
    public void A_search_whose_mesh_changes_begins_anew_and_finds_what_one_over_the_new_mesh_finds()
    {
        DeterministicRandom random = new(152);
        MeshWaypoint[] expected = new MeshWaypoint[256];
        MeshWaypoint[] points = new MeshWaypoint[256];
        int changed = 0;
        for (int i = 0; i < 200; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 60);
            LiveNavMesh live = LiveNavMesh.FromGrid(grid, Cells);
            if (!TryPick(live.Query, grid, ref random, out MeshPoint from) || !TryPick(live.Query, grid, ref random, out MeshPoint to))
            {
                continue;
            }

            MeshPathFinder finder = new(live.Query);
            finder.Begin(from, to);
            PathResult result;
            for (int units = 9; !finder.TryContinue(ref units, points, out result); units = 9)
            {
                Cell at = new(random.Next(grid.Width), random.Next(grid.Height));
                if (random.NextBool(0.1f) && at != Cell.At(new Vec2(from.Position.X, from.Position.Z)) && at != Cell.At(new Vec2(to.Position.X, to.Position.Z)))
                {
                    grid.SetOpen(at.X, at.Y, random.NextBool(0.5f));
                    changed += live.Update() ? 1 : 0;
                }
            }

            live.Query.TryFindNearest(from.Position, Vec3.One, out MeshPoint start);
            live.Query.TryFindNearest(to.Position, Vec3.One, out MeshPoint goal);
            Assert.Equal(live.Query.FindPath(start, goal, expected), result);
            Assert.Equal(expected[..result.Count], points[..result.Count]);
        }

        Assert.True(changed > 100, $"{changed} changed");
    }

    [Fact]
    public void A_goal_whose_ground_goes_away_under_a_search_is_approached_and_a_start_in_the_void_leads_nowhere()
    {
        Grid grid = new(60, 20);
        LiveNavMesh live = LiveNavMesh.FromGrid(grid, Cells);
        MeshPathFinder finder = new(live.Query);
        MeshWaypoint[] points = new MeshWaypoint[64];
        finder.Begin(On(live.Query, new Cell(2, 10)), On(live.Query, new Cell(55, 10)));
        int units = 1;
        Assert.False(finder.TryContinue(ref units, points, out _));
        grid.Block(new CellRect(50, 0, 10, 20));
        live.Update();
        units = 100_000;
        Assert.True(finder.TryContinue(ref units, points, out PathResult near));
        Assert.Equal(PathStatus.Partial, near.Status);
        Assert.Equal(50, points[near.Count - 1].Position.X, 1e-3f);

        finder.Begin(On(live.Query, new Cell(2, 10)), On(live.Query, new Cell(40, 10)));
        grid.Block(new CellRect(0, 0, 40, 20));
        live.Update();
        Assert.True(finder.TryContinue(ref units, points, out near));
        Assert.Equal(PathStatus.Unreachable, near.Status);
        Assert.Throws<InvalidOperationException>(() => finder.TryContinue(ref units, points, out _));
        Assert.Throws<InvalidOperationException>(() => finder.GiveUp(points));
        finder.Begin(On(live.Query, new Cell(45, 10)), On(live.Query, new Cell(41, 10)));
        finder.Cancel();
        Assert.False(finder.IsSearching);
    }

    [Fact]
    public void Dearer_ground_makes_a_search_begin_anew_too()
    {
        Grid grid = new(60, 20);
        for (int y = 0; y < 19; y++)
        {
            for (int x = 20; x < 40; x++)
            {
                grid.SetCost(x, y, 8);
            }
        }

        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells));
        MeshPathFinder finder = new(query);
        MeshWaypoint[] points = new MeshWaypoint[64];
        finder.Begin(On(query, new Cell(2, 5)), On(query, new Cell(55, 5)));
        int units = 30;
        Assert.False(finder.TryContinue(ref units, points, out _));
        query.SetAreaCost(64, 8);
        units = 100_000;
        Assert.True(finder.TryContinue(ref units, points, out PathResult result));
        Assert.Contains(points[..result.Count], point => point.Position.Z >= 18.9f);
    }

    [Fact]
    public void A_budget_ends_a_search_on_a_path_over_the_mesh_towards_the_goal()
    {
        DeterministicRandom random = new(153);
        MeshWaypoint[] points = new MeshWaypoint[256];
        int ended = 0;
        for (int i = 0; i < 400; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 80);
            NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells));
            if (!TryPick(query, grid, ref random, out MeshPoint from) || !TryPick(query, grid, ref random, out MeshPoint to))
            {
                continue;
            }

            PathResult result = query.FindPathWithin(60, from, to, points);
            ended += result.Status == PathStatus.OutOfBudget ? 1 : 0;
            MeshPoint at = from;
            foreach (MeshWaypoint next in points.AsSpan(0, result.Count))
            {
                for (int s = 1; s < 20; s++)
                {
                    Vec3 between = Vec3.Lerp(at.Position, next.Position, s / 20f);
                    Assert.True(query.TryFindNearest(between, new Vec3(1e-3f, 1, 1e-3f), out _), $"mesh {i}: {between} on the way to {next.Position} is not on it");
                }

                at = at with { Position = next.Position };
            }

            Assert.True((at.Position - to.Position).Length <= (from.Position - to.Position).Length + 1e-3f);
        }

        Assert.True(ended > 50, $"{ended} ended");
    }

    [Fact]
    public void A_path_to_where_none_leads_ends_at_the_reachable_point_that_is_nearest()
    {
        DeterministicRandom random = new(154);
        MeshWaypoint[] points = new MeshWaypoint[256];
        int apart = 0;
        for (int i = 0; i < 300; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 40);
            NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells));
            if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from) || !RandomGrids.TryPickOpen(grid, ref random, out Cell to))
            {
                continue;
            }

            PathResult result = query.FindPath(On(query, from), On(query, to), points);
            if (result.Status == PathStatus.Partial)
            {
                apart++;
                double[] costs = Dijkstra.Costs(grid, from);
                double nearest = Enumerable.Range(0, costs.Length).Where(cell => double.IsFinite(costs[cell])).Min(cell => SegmentGeometry.PointToRect(
                    to.X + 0.5f, to.Y + 0.5f, cell % grid.Width, cell / grid.Width, (cell % grid.Width) + 1, (cell / grid.Width) + 1));
                Assert.Equal(Math.Sqrt(nearest), (points[result.Count - 1].Position - new Vec3(to.X + 0.5f, 0, to.Y + 0.5f)).Length, 1e-3);
            }
        }

        Assert.True(apart > 50, $"{apart} apart");
    }

    [Theory]
    [InlineData("scattered")]
    [InlineData("corridors")]
    [InlineData("links")]
    public void A_tick_of_work_on_a_large_hostile_mesh_passes_its_units_by_little(string kind)
    {
        Grid grid = new(320, 320);
        List<OffMeshLink> links = [];
        DeterministicRandom random = new(155);
        for (int i = 0; i < 4000 && kind != "corridors"; i++)
        {
            links.Add(new OffMeshLink(new Vec3(1.5f, 0, 1.5f), new Vec3(random.NextSingle(200, 310), 0, random.NextSingle(200, 310)), BothWays: false, Cost: 1000));
            grid.SetOpen(random.Next(320), random.Next(320), kind == "links");
        }

        for (int y = 4, row = 0; y < 316 && kind == "corridors"; y += 5, row++)
        {
            grid.Block(new CellRect(row % 2 == 0 ? 0 : 4, y, 316, 1));
        }

        grid.SetOpen(1, 1, true);
        grid.SetOpen(317, 318, true);
        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells with { RegionCellsMin = 4 }, kind == "links" ? links : null));
        MeshPathFinder finder = new(query);
        MeshWaypoint[] points = new MeshWaypoint[16];
        MeshPoint from = On(query, new Cell(1, 1));
        MeshPoint to = On(query, new Cell(317, 318));
        int ticks = 0;
        bool isFound = false;
        for (finder.Begin(from, to); !isFound; ticks++)
        {
            int units = Budget;
            isFound = finder.TryContinue(ref units, points, out PathResult result);
            Assert.True(isFound || units <= 0, "a search rested with work left to do");
            Assert.InRange(Budget - units, 1, Budget + 100);
            Assert.True(!isFound || result.ReachesGoal);
        }

        Assert.True(ticks >= 2, $"{ticks} ticks");
        Assert.Equal(0, Allocated.Least(() => query.FindPath(from, to, points)));
    }

    [Fact]
    public void A_portal_that_spares_a_long_way_is_gone_through_however_far_it_lies()
    {
        Grid grid = new(80, 40);
        OffMeshLink portal = new(new Vec3(4.5f, 0, 20.5f), new Vec3(75.5f, 0, 20.5f), BothWays: false, Cost: 1);
        NavMeshQuery query = new(NavMeshBuilder.FromGrid(grid, Cells, [portal]));
        MeshWaypoint[] points = new MeshWaypoint[32];
        PathResult result = query.FindPath(On(query, new Cell(20, 20)), On(query, new Cell(60, 20)), points);
        Assert.Contains(points[..result.Count], point => point.Link == 0);
        Assert.InRange(result.Cost, 32, 36);
    }

    private static List<OffMeshLink> Links(Grid grid, ref DeterministicRandom random)
    {
        List<OffMeshLink> links = [];
        for (int i = random.Next(4); i > 0; i--)
        {
            if (RandomGrids.TryPickOpen(grid, ref random, out Cell from) && RandomGrids.TryPickOpen(grid, ref random, out Cell to))
            {
                (Vec3 start, Vec3 end) = (new(from.X + 0.5f, 0, from.Y + 0.5f), new(to.X + 0.5f, 0, to.Y + 0.5f));
                links.Add(new OffMeshLink(start, end, random.NextBool(0.5f), random.NextSingle(0, 9)));
            }
        }

        return links;
    }

    private static bool TryPick(NavMeshQuery query, Grid grid, ref DeterministicRandom random, out MeshPoint point)
    {
        point = default;
        return RandomGrids.TryPickOpen(grid, ref random, out Cell cell)
            && query.TryFindNearest(new Vec3(cell.X + random.NextSingle(0.1f, 0.9f), 0, cell.Y + random.NextSingle(0.1f, 0.9f)), Vec3.One, out point);
    }

    private static MeshPoint On(NavMeshQuery query, Cell cell)
    {
        Assert.True(query.TryFindNearest(new Vec3(cell.X + 0.5f, 0, cell.Y + 0.5f), Vec3.One, out MeshPoint point));
        return point;
    }
}
