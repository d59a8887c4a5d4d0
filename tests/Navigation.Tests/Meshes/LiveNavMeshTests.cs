using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

public sealed class LiveNavMeshTests
{
    private static readonly NavMeshSettings Cells = new() { AgentRadius = 0, OutlineError = 0, RegionCellsMin = 0, TileVoxels = 8 };

    [Theory]
    [InlineData(0)]
    [InlineData(0.9f)]
    [InlineData(2)]
    public void After_changes_of_the_grid_it_is_the_mesh_that_is_made_anew(float radius)
    {
        DeterministicRandom random = new(131);
        NavMeshSettings settings = Cells with { AgentRadius = radius };
        for (int i = 0; i < 60; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: i % 3 == 0, sideMax: 60);
            LiveNavMesh live = LiveNavMesh.FromGrid(grid, settings);
            for (int round = 0; round < 5; round++)
            {
                for (int change = random.Next(4); change >= 0; change--)
                {
                    CellRect rect = new(random.Next(-3, grid.Width), random.Next(-3, grid.Height), random.Next(1, 6), random.Next(1, 6));
                    grid.SetGround(rect, random.NextBool(0.5f), random.Next(1, 30) * Grid.CostStep);
                }

                live.Update();
                AssertSame(NavMeshBuilder.FromGrid(grid, settings), live.Mesh);
                Assert.False(live.Update());
            }
        }
    }

    [Fact]
    public void A_change_makes_the_tiles_anew_that_it_lies_in_and_no_others()
    {
        Grid grid = new(64, 64);
        LiveNavMesh live = LiveNavMesh.FromGrid(grid, Cells);
        grid.Block(new CellRect(20, 20, 2, 2));
        Assert.True(live.Update());
        Assert.Equal(1, live.TilesMade);
        grid.Block(new CellRect(6, 20, 3, 2));
        Assert.True(live.Update());
        Assert.Equal(3, live.TilesMade);
    }

    [Fact]
    public void An_obstacle_is_gone_round_and_gone_over_again_when_it_is_gone()
    {
        NavMesh mesh = Hall();
        LiveNavMesh live = new(mesh);
        LiveNavMesh other = new(mesh);
        Assert.Equal(1, Count(live));
        int wall = live.Add(MeshObstacle.Box(new Vec3(-0.5f, 0, -10), new Vec3(0.5f, 2, 6)));
        int pillar = live.Add(MeshObstacle.Cylinder(new Vec3(0, 0, 8), 2, 3));
        Assert.True(live.Update());
        MeshWaypoint[] points = new MeshWaypoint[32];
        PathResult round = Path(live, points);
        Assert.Equal(PathStatus.Partial, round.Status);
        Assert.True(live.Remove(pillar));
        Assert.True(live.Update());
        round = Path(live, points);
        Assert.Equal(PathStatus.Found, round.Status);
        Assert.Contains(points[..round.Count], point => point.Position.Z >= 6.3f);
        Assert.True(live.Remove(wall));
        Assert.False(live.Remove(wall));
        Assert.True(live.Update());
        AssertSame(mesh, live.Mesh);
        Assert.Empty(live.Obstacles);
        AssertSame(mesh, other.Mesh);
    }

    [Fact]
    public void An_obstacle_above_the_heads_of_agents_or_below_the_floor_closes_nothing()
    {
        LiveNavMesh live = new(Hall());
        live.Add(MeshObstacle.Box(new Vec3(-1, 2.5f, -10), new Vec3(1, 3, 10)));
        live.Add(MeshObstacle.Box(new Vec3(-1, -3, -10), new Vec3(1, -1, 10)));
        live.Update();
        Assert.Equal(1, Count(live));
    }

    [Fact]
    public void Random_obstacles_come_and_go_and_leave_the_ground_as_it_was()
    {
        NavMesh mesh = Hall();
        LiveNavMesh live = new(mesh);
        DeterministicRandom random = new(132);
        List<int> obstacles = [];
        for (int i = 0; i < 300; i++)
        {
            if (obstacles.Count < 12 && random.NextBool(0.6f))
            {
                Vec3 at = new(random.NextSingle(-12, 12), random.NextSingle(-1, 1), random.NextSingle(-12, 12));
                obstacles.Add(live.Add(random.NextBool(0.5f)
                    ? MeshObstacle.Cylinder(at, random.NextSingle(0, 3), 2)
                    : MeshObstacle.Box(at, at + new Vec3(random.NextSingle(0, 6), 2, random.NextSingle(0, 6)))));
            }
            else if (obstacles.Count > 0)
            {
                int gone = random.Next(obstacles.Count);
                Assert.True(live.Remove(obstacles[gone]));
                obstacles.RemoveAt(gone);
            }

            live.Update();
            live.Query.TryFindNearest(Vec3.Zero, new Vec3(20, 5, 20), out MeshPoint from);
            live.Query.TryFindNearest(new Vec3(9, 0, 9), new Vec3(20, 5, 20), out MeshPoint to);
            Assert.NotEqual(PathStatus.Unreachable, live.Query.FindPath(from, to, new MeshWaypoint[64]).Status);
        }

        obstacles.ForEach(obstacle => live.Remove(obstacle));
        live.Update();
        AssertSame(mesh, live.Mesh);
    }

    [Fact]
    public void A_link_is_left_out_while_something_stands_on_its_end()
    {
        OffMeshLink jump = new(new Vec3(-6, 0, 0), new Vec3(6, 0, 0), BothWays: true);
        LiveNavMesh live = new(Hall([jump]));
        Assert.Equal(2, live.Mesh.Links.Length);
        int crate = live.Add(MeshObstacle.Cylinder(new Vec3(6, 0, 0), 3, 2));
        live.Update();
        Assert.Empty(live.Mesh.Links);
        live.Remove(crate);
        live.Update();
        Assert.Equal(2, live.Mesh.Links.Length);
    }

    [Fact]
    public void Obstacles_of_another_mesh_are_taken_over_with_their_numbers()
    {
        LiveNavMesh live = new(Hall());
        int gone = live.Add(MeshObstacle.Cylinder(new Vec3(5, 0, 5), 1, 2));
        int wall = live.Add(MeshObstacle.Box(new Vec3(-0.5f, 0, -10), new Vec3(0.5f, 2, 6)));
        live.Remove(gone);
        live.Update();
        LiveNavMesh other = new(Hall());
        other.Add(MeshObstacle.Cylinder(new Vec3(-5, 0, -5), 2, 2));
        other.SetObstacles(live.LastObstacle, [.. live.Obstacles]);
        other.Update();
        AssertSame(live.Mesh, other.Mesh);
        Assert.Equal(live.Add(default), other.Add(default));
        Assert.True(other.Remove(wall));
        KeyValuePair<int, MeshObstacle> one = new(1, default);
        Assert.Throws<ArgumentException>(() => other.SetObstacles(0, [one]));
        Assert.Throws<ArgumentException>(() => other.SetObstacles(4, [one, one]));
    }

    [Fact]
    public void What_cannot_be_an_obstacle_or_a_live_mesh_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new LiveNavMesh(NavMeshBuilder.FromGrid(new Grid(9, 9), new NavMeshSettings())));
        Assert.Throws<ArgumentOutOfRangeException>(() => NavMeshBuilder.FromGrid(new Grid(9, 9), Cells with { TileVoxels = 3 }));
        LiveNavMesh live = LiveNavMesh.FromGrid(new Grid(9, 9), Cells);
        Assert.Throws<ArgumentOutOfRangeException>(() => live.Add(MeshObstacle.Cylinder(Vec3.Zero, float.NaN, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => live.Add(MeshObstacle.Cylinder(Vec3.Zero, -1, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => live.Add(MeshObstacle.Box(Vec3.One, Vec3.Zero)));
        for (int i = 0; i < Limits.MeshObstaclesMax; i++)
        {
            live.Add(MeshObstacle.Box(new Vec3(50, 0, 50), new Vec3(51, 1, 51)));
        }

        Assert.Throws<InvalidOperationException>(() => live.Add(MeshObstacle.Box(Vec3.Zero, Vec3.One)));
    }

    private static NavMesh Hall(IReadOnlyList<OffMeshLink>? links = null)
    {
        Vec3[] floor = [new(-10, 0, -10), new(-10, 0, 10), new(10, 0, 10), new(10, 0, -10)];
        return NavMeshBuilder.FromTriangles(floor, [0, 1, 2, 0, 2, 3], new NavMeshSettings { TileVoxels = 16 }, links);
    }

    private static int Count(LiveNavMesh live) => Path(live, new MeshWaypoint[32]).Count;

    private static PathResult Path(LiveNavMesh live, MeshWaypoint[] points)
    {
        Assert.True(live.Query.TryFindNearest(new Vec3(-7, 0, 0.1f), Vec3.One, out MeshPoint from));
        Assert.True(live.Query.TryFindNearest(new Vec3(7, 0, 0.1f), Vec3.One, out MeshPoint to));
        return live.Query.FindPath(from, to, points);
    }

    private static void AssertSame(NavMesh expected, NavMesh actual)
    {
        Assert.Equal(expected.PolygonCount, actual.PolygonCount);
        Assert.Equal(expected.Corners, actual.Corners);
        Assert.Equal(expected.Vertices, actual.Vertices);
        Assert.Equal(expected.Neighbours, actual.Neighbours);
        Assert.Equal(expected.Areas, actual.Areas);
    }
}
