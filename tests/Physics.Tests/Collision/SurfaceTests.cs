using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

public sealed class SurfaceTests
{
    private const float Margin = 0.05f;
    private readonly ShapeSet _shapes = new();
    private readonly ManifoldList _manifolds = new();

    public static TheoryData<ShapeKind, ShapeKind> FloorsAndBodies
    {
        get
        {
            var data = new TheoryData<ShapeKind, ShapeKind>();
            foreach (ShapeKind floor in new[] { ShapeKind.TriangleMesh, ShapeKind.HeightField, ShapeKind.GridTerrain })
            {
                foreach (ShapeKind body in TestShapes.Convex)
                {
                    data.Add(floor, body);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FloorsAndBodies))]
    public void A_body_on_a_floor_of_triangles_lies_as_on_one_plane(ShapeKind floor, ShapeKind body)
    {
        // Whatever the triangles under it: one manifold, straight up, as deep as the body is.
        var random = new DeterministicRandom(1, (ulong)body);
        ShapeId ground = TestShapes.Floor(_shapes, floor, 8);
        for (int round = 0; round < 300; round++)
        {
            ShapeId shape = TestShapes.NextConvex(_shapes, body, ref random);
            Quat rotation = TestShapes.NextRotationOrNone(ref random);
            float low = _shapes.Bounds(shape, new Pose(default, rotation)).Min.Y;
            float gap = random.NextSingle(-0.05f, 0.04f);
            var pose = new Pose(new Vec3(random.NextSingle(2, 6), gap - low, random.NextSingle(2, 6)), rotation);
            Collide(ground, Pose.Identity, shape, pose);
            Assert.Equal(1, _manifolds.Count);
            Assert.True(Vec3.Dot(Vec3.UnitY, _manifolds[0].Normal) > 0.9999f, $"round {round}: normal {_manifolds[0].Normal}");
            Assert.Equal(gap, Least(), 2e-3f);
            Assert.Equal(_manifolds[0].Count, _manifolds[0].Span.ToArray().Select(point => point.Feature).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(FloorsAndBodies))]
    public void Surface_and_body_may_change_places(ShapeKind floor, ShapeKind body)
    {
        var random = new DeterministicRandom(2, (ulong)body);
        ShapeId ground = TestShapes.Floor(_shapes, floor, 8), shape = TestShapes.NextConvex(_shapes, body, ref random);
        var pose = new Pose(new Vec3(4, -_shapes.Bounds(shape, Pose.Identity).Min.Y, 4));
        Collide(ground, Pose.Identity, shape, pose);
        Vec3 point = _manifolds[0].Points[0].OffsetA;
        Collide(shape, pose, ground, Pose.Identity);
        Assert.Equal(1, _manifolds.Count);
        Assert.True(_manifolds[0].Normal.Y < -0.9999f);
        Assert.True(Vec3.Distance(point, _manifolds[0].Points[0].OffsetA + pose.Position) < 1e-4f);
    }

    [Fact]
    public void A_ball_against_random_triangles_is_as_far_as_the_nearest_of_them()
    {
        var random = new DeterministicRandom(3);
        for (int round = 0; round < 200; round++)
        {
            TriangleMesh mesh = TestShapes.NextSoup(ref random, 40);
            ShapeId soup = _shapes.Add(mesh), ball = _shapes.Add(new Sphere(0.2f));
            Vec3 at = TestShapes.NextPoint(ref random, 3);
            double nearest = double.PositiveInfinity;
            for (int i = 0; i < mesh.TriangleCount; i++)
            {
                nearest = Math.Min(nearest, DistanceBySampling(mesh.Corner(i, 0), mesh.Corner(i, 1), mesh.Corner(i, 2), at));
            }

            Collide(soup, Pose.Identity, ball, new Pose(at));
            if (nearest < 0.2f + Margin - 0.02)
            {
                Assert.InRange(Least(), nearest - 0.2 - 0.03, nearest - 0.2 + 1e-3);
            }
            else if (nearest > 0.2f + Margin + 0.03)
            {
                Assert.Equal(0, _manifolds.Count);
            }
        }
    }

    [Fact]
    public void What_is_behind_a_one_sided_triangle_passes_and_a_two_sided_one_holds_it()
    {
        Vec3[] corners = [new(-1, 0, -1), new(-1, 0, 1), new(1, 0, -1)];
        ShapeId one = _shapes.Add(new TriangleMesh(corners, [0, 1, 2])), two = _shapes.Add(new TriangleMesh(corners, [0, 1, 2], isTwoSided: true));
        ShapeId box = _shapes.Add(new Box(0.1f, 0.1f, 0.1f));
        var above = new Pose(new Vec3(-0.5f, 0.09f, -0.5f));
        var below = new Pose(new Vec3(-0.5f, -0.09f, -0.5f));
        Collide(one, Pose.Identity, box, above);
        Assert.True(_manifolds[0].Normal.Y > 0.99f);
        Collide(one, Pose.Identity, box, below);
        Assert.Equal(0, _manifolds.Count);
        Collide(two, Pose.Identity, box, below);
        Assert.True(_manifolds[0].Normal.Y < -0.99f);
        Assert.Equal(-0.01f, Least(), 1e-4f);
    }

    [Fact]
    public void A_block_of_a_grid_has_walls_and_an_edge()
    {
        bool[] closed = new bool[25];
        closed[12] = true;
        ShapeId map = _shapes.Add(GridTerrain.FromCells(5, 5, closed, 1, 2)), ball = _shapes.Add(new Sphere(0.3f));
        (Vec3 At, Vec3 Normal)[] places =
        [
            (new Vec3(1.75f, 1, 2.5f), -Vec3.UnitX),
            (new Vec3(3.25f, 1, 2.5f), Vec3.UnitX),
            (new Vec3(2.5f, 1, 1.75f), -Vec3.UnitZ),
            (new Vec3(2.5f, 1, 3.25f), Vec3.UnitZ),
            (new Vec3(2.5f, 2.25f, 2.5f), Vec3.UnitY),
            (new Vec3(3.2f, 2.2f, 2.5f), new Vec3(1, 1, 0).Normalized()),
            (new Vec3(3.2f, 1, 3.2f), new Vec3(1, 0, 1).Normalized()),
        ];
        foreach ((Vec3 at, Vec3 normal) in places)
        {
            Collide(map, Pose.Identity, ball, new Pose(at));
            Assert.True(_manifolds.Count == 1, $"{at}: {_manifolds.Count}");
            Assert.True(Vec3.Dot(normal, _manifolds[0].Normal) > 0.999f, $"{at}: {_manifolds[0].Normal}, not {normal}");
        }

        // In the corner of floor and wall: one each.
        Collide(map, Pose.Identity, ball, new Pose(new Vec3(1.75f, 0.25f, 2.5f)));
        Assert.Equal(2, _manifolds.Count);
    }

    [Fact]
    public void A_compound_touches_with_each_child()
    {
        ShapeId ball = _shapes.Add(new Sphere(0.5f)), box = _shapes.Add(new Box(0.5f, 0.5f, 0.5f)), floor = _shapes.Add(new Box(50, 0.5f, 50));
        ShapeId dumbbell = _shapes.Add(new Compound(_shapes, [new(ball, new Pose(new Vec3(-2, 0, 0))), new(box, new Pose(new Vec3(2, 0, 0)))]));
        var pose = new Pose(new Vec3(10, 0.99f, 0), Quat.FromAxisAngle(Vec3.UnitY, MathF.PI / 2));
        Collide(floor, Pose.Identity, dumbbell, pose);
        Assert.Equal(2, _manifolds.Count);
        Assert.NotEqual(_manifolds[0].ChildKey, _manifolds[1].ChildKey);
        Assert.Equal(5, _manifolds[0].Count + _manifolds[1].Count);
        Collide(dumbbell, pose, floor, Pose.Identity);
        Assert.Equal(2, _manifolds.Count);
        foreach (Manifold manifold in _manifolds.Span)
        {
            Assert.True(manifold.Normal.Y < -0.999f);
            Assert.All(manifold.Span.ToArray(), point => Assert.Equal(0.495f, point.OffsetA.Y + 0.99f, 1e-3f));
        }

        Collide(dumbbell, pose, dumbbell, new Pose(new Vec3(10, 0.99f, 0.9f), pose.Rotation));
        Assert.True(_manifolds.Count >= 2);
        Assert.Equal(_shapes.Mass(ball, 1).Mass + _shapes.Mass(box, 1).Mass, _shapes.Mass(dumbbell, 1).Mass, 1e-4f);
    }

    [Fact]
    public void Rolling_over_a_flat_mesh_never_leans_the_normal()
    {
        ShapeId ground = TestShapes.Floor(_shapes, ShapeKind.TriangleMesh, 8);
        ShapeId box = _shapes.Add(new Box(0.3f, 0.3f, 0.3f)), capsule = _shapes.Add(new Capsule(0.3f, 0.5f));
        for (int i = 0; i < 2000; i++)
        {
            float x = 2 + (i * 0.002f);
            foreach ((ShapeId shape, float low) in new[] { (box, 0.3f), (capsule, 0.8f) })
            {
                Collide(ground, Pose.Identity, shape, new Pose(new Vec3(x, low - 0.02f, 2 + (i * 0.001f))));
                Assert.Equal(1, _manifolds.Count);
                Assert.True(_manifolds[0].Normal.Y > 0.9999f);
            }
        }
    }

    [Fact]
    public void Meshes_that_cannot_be_are_refused_with_the_place()
    {
        Vec3[] corners = [Vec3.Zero, Vec3.UnitX, Vec3.UnitZ, Vec3.UnitX * 2];
        Assert.Contains("Triangle 1 ", Refused(() => new TriangleMesh(corners, [0, 2, 1, 0, 1, 3])), StringComparison.Ordinal);
        Assert.Contains("names vertex 9", Refused(() => new TriangleMesh(corners, [0, 2, 9])), StringComparison.Ordinal);
        Assert.Contains("three indices", Refused(() => new TriangleMesh(corners, [0, 2])), StringComparison.Ordinal);
        Assert.Contains("no triangle", Refused(() => new TriangleMesh(corners, [])), StringComparison.Ordinal);
        Assert.Contains("Vertex 1 ", Refused(() => new TriangleMesh([Vec3.Zero, new Vec3(0, float.NaN, 0), Vec3.UnitZ], [0, 1, 2])), StringComparison.Ordinal);
        Assert.Equal(1, new TriangleMesh(corners, [0, 2, 1, 0, 1, 3], dropDegenerate: true).TriangleCount);
        Assert.Contains("Height (1, 1)", Refused(() => new HeightField(2, 2, [0, 0, 0, float.NaN], 1)), StringComparison.Ordinal);
        Assert.Contains("needs 4 heights", Refused(() => new HeightField(2, 2, [0, 0, 0], 1)), StringComparison.Ordinal);
        Assert.Contains("cell size", Refused(() => new GridTerrain(2, 2, [0, 0, 0, 0], 0)), StringComparison.Ordinal);
        Assert.Contains("by 0", Refused(() => new GridTerrain(1, 0, [], 1)), StringComparison.Ordinal);
        Assert.Contains("Child 0 ", Refused(() => new Compound(_shapes, [new(_shapes.Add(new HeightField(2, 2, [0, 0, 0, 0], 1)), Pose.Identity)])), StringComparison.Ordinal);
        Assert.Contains("no volume", Refused(() => _shapes.Mass(_shapes.Add(new HeightField(2, 2, [0, 0, 0, 0], 1)), 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void Colliding_with_surfaces_allocates_nothing_once_it_has_met_its_hardest_case()
    {
        ShapeId ground = TestShapes.Floor(_shapes, ShapeKind.TriangleMesh, 8), terrain = TestShapes.Floor(_shapes, ShapeKind.GridTerrain, 8);
        ShapeId box = _shapes.Add(new Box(1.3f, 0.3f, 1.3f));
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            Run();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            Collide(ground, Pose.Identity, box, new Pose(new Vec3(4, 0.29f, 4)));
            Collide(box, new Pose(new Vec3(4, 0.29f, 4)), terrain, Pose.Identity);
        }
    }

    private static string Refused(Action build) => Assert.Throws<ShapeException>(build).Message;

    private static double DistanceBySampling(Vec3 p, Vec3 q, Vec3 r, Vec3 at)
    {
        const int Steps = 60;
        double least = double.PositiveInfinity;
        for (int i = 0; i <= Steps; i++)
        {
            for (int k = 0; k <= Steps - i; k++)
            {
                least = Math.Min(least, Vec3.Distance(p + ((q - p) * (i / (float)Steps)) + ((r - p) * (k / (float)Steps)), at));
            }
        }

        return least;
    }

    private void Collide(ShapeId a, in Pose poseA, ShapeId b, in Pose poseB)
    {
        _manifolds.Clear();
        Collider.Collide(_shapes, a, poseA, b, poseB, Margin, _manifolds);
    }

    private float Least()
    {
        float least = float.PositiveInfinity;
        foreach (Manifold manifold in _manifolds.Span)
        {
            foreach (ContactPoint point in manifold.Span)
            {
                least = Math.Min(least, point.Separation);
            }
        }

        return least;
    }
}
