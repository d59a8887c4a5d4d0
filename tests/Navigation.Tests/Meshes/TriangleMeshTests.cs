using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

public sealed class TriangleMeshTests
{
    private static readonly NavMeshSettings Settings = new() { RegionCellsMin = 8 };

    [Fact]
    public void A_wall_keeps_its_distance_and_a_path_goes_round_it()
    {
        Scene scene = new();
        scene.Box(new Vec3(-10, -1, -10), new Vec3(10, 0, 10));
        scene.Box(new Vec3(-6, 0, -1), new Vec3(10, 3, 1));
        NavMeshQuery query = new(scene.Build(Settings));
        Assert.True(query.TryFindNearest(new Vec3(5, 0, -5), Vec3.One, out MeshPoint from));
        Assert.True(query.TryFindNearest(new Vec3(5, 0, 5), Vec3.One, out MeshPoint to));
        MeshWaypoint[] points = new MeshWaypoint[32];
        PathResult result = query.FindPath(from, to, points);
        Assert.Equal(PathStatus.Found, result.Status);
        Assert.True(result.Count >= 3);
        Assert.All(points[..(result.Count - 1)], point => Assert.InRange(point.Position.X, -9.7f, -6.2f));
        Assert.True(query.Raycast(from, to.Position, out MeshPoint hit));
        Assert.InRange(hit.Position.Z, -2.2f, -1.2f);
    }

    [Fact]
    public void Ramps_are_walked_on_unless_they_are_too_steep_and_steps_unless_they_are_too_high()
    {
        Assert.True(Reaches(rise: 3, run: 6, step: 0));
        Assert.False(Reaches(rise: 6, run: 3, step: 0));
        Assert.True(Reaches(rise: 0, run: 1, step: 0.7f));
        Assert.False(Reaches(rise: 0, run: 1, step: 1.4f));

        static bool Reaches(float rise, float run, float step)
        {
            Scene scene = new();
            float top = rise + step;
            scene.Box(new Vec3(-8, -1, -4), new Vec3(0, 0, 4));
            scene.Quad(new Vec3(0, step, -4), new Vec3(0, step, 4), new Vec3(run, top, 4), new Vec3(run, top, -4));
            scene.Box(new Vec3(run, top - 1, -4), new Vec3(run + 8, top, 4));
            NavMeshQuery query = new(scene.Build(Settings));
            Assert.True(query.TryFindNearest(new Vec3(-5, 0, 0), Vec3.One, out MeshPoint from));
            Assert.True(query.TryFindNearest(new Vec3(run + 5, top, 0), Vec3.One, out MeshPoint to));
            return query.FindPath(from, to, new MeshWaypoint[16]).ReachesGoal;
        }
    }

    [Fact]
    public void A_bridge_and_the_way_under_it_are_two_floors_and_low_ceilings_shut_out()
    {
        Scene scene = new();
        scene.Box(new Vec3(-10, -1, -10), new Vec3(10, 0, 10));
        scene.Box(new Vec3(-10, 3, -2), new Vec3(10, 3.4f, 2));
        NavMeshQuery query = new(scene.Build(Settings));
        Assert.True(query.TryFindNearest(new Vec3(0, 0, 0), new Vec3(1, 1, 1), out MeshPoint under));
        Assert.True(query.TryFindNearest(new Vec3(0, 3.4f, 0), new Vec3(1, 1, 1), out MeshPoint over));
        Assert.InRange(under.Position.Y, -0.1f, 0.5f);
        Assert.InRange(over.Position.Y, 3.2f, 3.8f);
        Assert.False(query.FindPath(under, over, new MeshWaypoint[8]).ReachesGoal);

        scene.Box(new Vec3(-10, 1.5f, -10), new Vec3(10, 1.7f, 10));
        Assert.False(new NavMeshQuery(scene.Build(Settings)).TryFindNearest(new Vec3(0, 0, 0), new Vec3(1, 0.5f, 1), out _));
    }

    [Fact]
    public void Heights_are_those_of_the_triangles_between_the_outlines_too()
    {
        // A ramp, and a hill that polygons lie under: their corners say nothing of it.
        Scene ramp = new();
        ramp.Quad(new Vec3(-10, -2, -6), new Vec3(-10, -2, 6), new Vec3(10, 4, 6), new Vec3(10, 4, -6));
        NavMeshQuery query = new(ramp.Build(Settings));
        DeterministicRandom random = new(141);
        for (int i = 0; i < 300; i++)
        {
            (float x, float z) = (random.NextSingle(-9, 9), random.NextSingle(-5, 5));
            Assert.True(query.TryFindNearest(new Vec3(x, 1, z), new Vec3(1, 9, 1), out MeshPoint at));
            Assert.Equal(1 + (x * 0.3f), at.Position.Y, 1e-3f);
        }

        Scene hill = new();
        const float Step = 0.5f;
        for (float x = -8; x < 8; x += Step)
        {
            for (float z = -8; z < 8; z += Step)
            {
                hill.Quad(On(x, z), On(x, z + Step), On(x + Step, z + Step), On(x + Step, z));
            }
        }

        query = new NavMeshQuery(hill.Build(Settings));
        float worst = 0;
        for (int i = 0; i < 1000; i++)
        {
            (float x, float z) = (random.NextSingle(-7, 7), random.NextSingle(-7, 7));
            Assert.True(query.TryFindNearest(new Vec3(x, 0, z), new Vec3(1, 9, 1), out MeshPoint at));
            Assert.Equal(at.Position.Y, query.HeightOf(at.Position), 1e-4f);
            worst = MathF.Max(worst, MathF.Abs(at.Position.Y - On(x, z).Y));
        }

        // The hill falls by at most 0.38 along a voxel and bends by 0.05 within two.
        Assert.True(worst < 0.06f, $"{worst}");
        Assert.True(query.TryFindNearest(new Vec3(0, 0, 0), new Vec3(1, 9, 1), out MeshPoint top));
        Assert.Equal(4, top.Position.Y, 0.05f);

        static Vec3 On(float x, float z) => new(x, 4 - (((x * x) + (z * z)) / 32), z);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(24)]
    public void Tiles_lead_where_the_whole_leads(int tile)
    {
        DeterministicRandom random = new(142);
        MeshWaypoint[] points = new MeshWaypoint[128];
        int found = 0;
        for (int i = 0; i < 40; i++)
        {
            Scene scene = new();
            scene.Box(new Vec3(-12, -1, -12), new Vec3(12, 0, 12));
            scene.Quad(new Vec3(-12, 0, -3), new Vec3(-12, 0, 3), new Vec3(4, 4, 3), new Vec3(4, 4, -3));
            for (int wall = 0; wall < 8; wall++)
            {
                Vec3 at = new(random.NextSingle(-12, 10), random.NextSingle(0, 3), random.NextSingle(-12, 10));
                scene.Box(at, at + new Vec3(random.NextSingle(0.5f, 9), 3, random.NextSingle(0.5f, 9)));
            }

            NavMeshQuery whole = new(scene.Build(Settings));
            NavMeshQuery tiled = new(scene.Build(Settings with { TileVoxels = tile }));
            for (int q = 0; q < 20; q++)
            {
                Vec3 from = On(ref random);
                Vec3 to = On(ref random);
                Vec3 reach = new(0.2f, 0.5f, 0.2f);
                if (whole.TryFindNearest(from, reach, out MeshPoint a) && whole.TryFindNearest(to, reach, out MeshPoint b)
                    && tiled.TryFindNearest(from, reach, out MeshPoint c) && tiled.TryFindNearest(to, reach, out MeshPoint d)
                    && (a.Position - c.Position).Length < 0.05f && (b.Position - d.Position).Length < 0.05f)
                {
                    PathResult one = whole.FindPath(a, b, points);
                    PathResult other = tiled.FindPath(c, d, points);
                    Assert.Equal(one.ReachesGoal, other.ReachesGoal);
                    found += one.ReachesGoal ? 1 : 0;
                }
            }
        }

        Assert.True(found > 50, $"{found} found");

        // On the floor or on the ramp.
        static Vec3 On(ref DeterministicRandom random)
        {
            float x = random.NextSingle(-11, 11);
            bool isRamp = x < 4 && random.NextBool(0.5f);
            return new Vec3(x, isRamp ? (x + 12) / 4 : 0, isRamp ? random.NextSingle(-3, 3) : random.NextSingle(-11, 11));
        }
    }

    [Fact]
    public void What_cannot_be_a_mesh_is_refused_and_nothing_is_an_empty_one()
    {
        Assert.Equal(0, NavMeshBuilder.FromTriangles([], [], Settings).PolygonCount);
        Assert.False(new NavMeshQuery(NavMeshBuilder.FromTriangles([], [], Settings)).TryFindNearest(Vec3.Zero, Vec3.One, out _));
        Vec3[] vertices = [Vec3.Zero, Vec3.UnitX, Vec3.UnitZ, new(float.NaN, 0, 0), new(1e7f, 0, 0)];
        Assert.Throws<ArgumentOutOfRangeException>(() => NavMeshBuilder.FromTriangles(vertices, [0, 1, 9], Settings));
        Assert.Throws<ArgumentOutOfRangeException>(() => NavMeshBuilder.FromTriangles(vertices, [0, 1, 3], Settings));
        Assert.Throws<ArgumentOutOfRangeException>(() => NavMeshBuilder.FromTriangles(vertices, [0, 1, 4], Settings));
        Assert.Throws<ArgumentOutOfRangeException>(() => NavMeshBuilder.FromTriangles(vertices, [0, 1, 2], Settings with { CellSize = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => NavMeshBuilder.FromTriangles(vertices, [0, 1, 2], Settings with { AgentClimb = float.NaN }));
    }

    [Fact]
    public void Random_triangles_make_some_mesh_whose_paths_end()
    {
        DeterministicRandom random = new(121);
        MeshWaypoint[] points = new MeshWaypoint[64];
        for (int i = 0; i < 150; i++)
        {
            Scene scene = new();
            for (int t = 0; t < 40; t++)
            {
                Vec3 at = new(random.NextSingle(0, 20), random.NextSingle(0, 4), random.NextSingle(0, 20));
                scene.Quad(at, at + Offset(ref random), at + Offset(ref random), at + Offset(ref random));
            }

            NavMesh mesh = scene.Build(Settings with { RegionCellsMin = 1 });
            NavMeshQuery query = new(mesh);
            Vec3 reach = new(20, 9, 20);
            if (query.TryFindNearest(new Vec3(3, 2, 3), reach, out MeshPoint from) && query.TryFindNearest(new Vec3(17, 2, 17), reach, out MeshPoint to))
            {
                PathResult result = query.FindPath(from, to, points);
                Assert.NotEqual(PathStatus.Unreachable, result.Status);
                Assert.All(points[..result.Count], point => Assert.True(point.Position.IsFinite));
                query.Raycast(from, to.Position, out MeshPoint hit);
                Assert.True(hit.Position.IsFinite);
            }
        }

        static Vec3 Offset(ref DeterministicRandom random) => new(random.NextSingle(-5, 5), random.NextSingle(-1, 1), random.NextSingle(-5, 5));
    }

    private sealed class Scene
    {
        private readonly List<Vec3> _vertices = [];
        private readonly List<int> _triangles = [];

        public NavMesh Build(NavMeshSettings settings) =>
            NavMeshBuilder.FromTriangles(_vertices.ToArray(), _triangles.ToArray(), settings);

        // Its normal points up if its corners turn from z towards x.
        public void Quad(Vec3 a, Vec3 b, Vec3 c, Vec3 d)
        {
            int first = _vertices.Count;
            _vertices.AddRange([a, b, c, d]);
            _triangles.AddRange([first, first + 1, first + 2, first, first + 2, first + 3]);
        }

        public void Box(Vec3 low, Vec3 high)
        {
            Quad(new(low.X, high.Y, low.Z), new(low.X, high.Y, high.Z), new(high.X, high.Y, high.Z), new(high.X, high.Y, low.Z));
            Quad(new(low.X, low.Y, low.Z), new(high.X, low.Y, low.Z), new(high.X, low.Y, high.Z), new(low.X, low.Y, high.Z));
            Quad(new(low.X, low.Y, low.Z), new(low.X, high.Y, low.Z), new(high.X, high.Y, low.Z), new(high.X, low.Y, low.Z));
            Quad(new(low.X, low.Y, high.Z), new(high.X, low.Y, high.Z), new(high.X, high.Y, high.Z), new(low.X, high.Y, high.Z));
            Quad(new(low.X, low.Y, low.Z), new(low.X, low.Y, high.Z), new(low.X, high.Y, high.Z), new(low.X, high.Y, low.Z));
            Quad(new(high.X, low.Y, low.Z), new(high.X, high.Y, low.Z), new(high.X, high.Y, high.Z), new(high.X, low.Y, high.Z));
        }
    }
}
