using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

public sealed class ShapeSetTests
{
    private readonly ShapeSet _shapes = new();

    [Fact]
    public void Equal_shapes_share_an_id_and_others_do_not()
    {
        ShapeId a = _shapes.Add(new Sphere(0.5f));
        Assert.Equal(a, _shapes.Add(new Sphere(0.5f)));
        Assert.NotEqual(a, _shapes.Add(new Sphere(0.6f)));
        Assert.NotEqual(_shapes.Add(new Capsule(0.5f, 1)), _shapes.Add(new Cylinder(0.5f, 1)));
        Assert.Equal(4, _shapes.Count);
        Assert.Equal(ShapeKind.Sphere, a.Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e9f)]
    public void Measures_that_cannot_be_are_refused_by_name(float measure)
    {
        Assert.Contains("radius of a sphere", Assert.Throws<ShapeException>(() => _shapes.Add(new Sphere(measure))).Message, StringComparison.Ordinal);
        Assert.Contains("half length of a capsule", Assert.Throws<ShapeException>(() => _shapes.Add(new Capsule(1, measure))).Message, StringComparison.Ordinal);
        Assert.Contains("along y", Assert.Throws<ShapeException>(() => _shapes.Add(new Box(1, measure, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("half height", Assert.Throws<ShapeException>(() => _shapes.Add(new Cylinder(1, measure))).Message, StringComparison.Ordinal);
        Assert.Equal(0, _shapes.Count);
    }

    [Fact]
    public void An_id_of_another_set_is_refused()
    {
        _shapes.Add(new Sphere(1));
        var other = new ShapeSet();
        ShapeId box = other.Add(new Box(1, 1, 1));
        Assert.Throws<ArgumentException>(() => _shapes.Bounds(box, Pose.Identity));
        Assert.Throws<ArgumentException>(() => _shapes.Bounds(ShapeId.None, Pose.Identity));
        Assert.Throws<ArgumentException>(() => _shapes.Bounds(new ShapeId(0x1FFFFFFF), Pose.Identity));
    }

    [Fact]
    public void Bounds_are_where_the_shape_ends()
    {
        var random = new DeterministicRandom(3);
        foreach (ShapeKind kind in TestShapes.Convex)
        {
            for (int round = 0; round < 50; round++)
            {
                ShapeId shape = TestShapes.NextConvex(_shapes, kind, ref random);
                var pose = new Pose(TestShapes.NextPoint(ref random, 10), TestShapes.NextRotationOrNone(ref random));
                Aabb bounds = _shapes.Bounds(shape, pose);
                for (int axis = 0; axis < 3; axis++)
                {
                    var d = new Collision.SeparationOracle.Point(axis == 0 ? 1 : 0, axis == 1 ? 1 : 0, axis == 2 ? 1 : 0);
                    Assert.Equal(Collision.SeparationOracle.Reach(_shapes, shape, pose, d), bounds.Max[axis], 1e-4);
                    Assert.Equal(-Collision.SeparationOracle.Reach(_shapes, shape, pose, d * -1), bounds.Min[axis], 1e-4);
                }

                Assert.True((bounds.Max - pose.Position).Length <= (_shapes.BoundingRadius(shape) * 1.7321f) + 1e-4f);
            }
        }
    }

    [Fact]
    public void Masses_are_those_that_counting_points_gives()
    {
        var random = new DeterministicRandom(9);
        foreach (ShapeKind kind in TestShapes.Convex)
        {
            ShapeId shape = TestShapes.NextConvex(_shapes, kind, ref random);
            MassProperties mass = _shapes.Mass(shape, 1000);
            AssertLikeCounted(shape, mass);
            Assert.Equal(mass.Inertia.XX * 2, mass.WithMass(mass.Mass * 2).Inertia.XX, mass.Inertia.XX * 1e-4f);
        }
    }

    [Fact]
    public void A_hull_of_a_box_weighs_what_the_box_does()
    {
        Vec3[] corners = [.. Enumerable.Range(0, 8).Select(i => new Vec3((i & 1) == 0 ? 1 : 2, (i & 2) == 0 ? 0 : 3, (i & 4) == 0 ? -1 : 1))];
        MassProperties hull = _shapes.Mass(_shapes.Add(HullBuilder.Build(corners)), 10), box = _shapes.Mass(_shapes.Add(new Box(0.5f, 1.5f, 1)), 10);
        Assert.Equal(box.Mass, hull.Mass, 1e-3f);
        Assert.True(Vec3.Distance(new Vec3(1.5f, 1.5f, 0), hull.Centre) < 1e-5f);
        Assert.Equal(box.Inertia.XX, hull.Inertia.XX, 1e-2f);
        Assert.Equal(box.Inertia.YY, hull.Inertia.YY, 1e-2f);
        Assert.Equal(box.Inertia.ZZ, hull.Inertia.ZZ, 1e-2f);
        Assert.Equal(0, hull.Inertia.YX, 1e-2f);
    }

    /// <summary>Throws points at the bounds and counts those inside, by the room's own test of a tiny ball: a different way to the same sums.</summary>
    private void AssertLikeCounted(ShapeId shape, MassProperties mass)
    {
        var random = new DeterministicRandom(21);
        ShapeId probe = _shapes.Add(new Sphere(Limits.ShapeExtentMin));
        Aabb bounds = _shapes.Bounds(shape, Pose.Identity);
        Vec3 size = bounds.Max - bounds.Min;
        const int Count = 60_000;
        double inside = 0, xx = 0, yx = 0;
        Collision.Manifold manifold = default;
        for (int i = 0; i < Count; i++)
        {
            Vec3 p = bounds.Min + (size * new Vec3(random.NextSingle(), random.NextSingle(), random.NextSingle()));
            bool touches = Collision.Collider.CollideConvex(_shapes, probe, new Pose(p), shape, Pose.Identity, 0, ref manifold);
            if (touches && manifold.Points[0].Separation < -Limits.ShapeExtentMin)
            {
                Vec3 r = p - mass.Centre;
                inside++;
                xx += (r.Y * r.Y) + (r.Z * r.Z);
                yx -= r.X * r.Y;
            }
        }

        double unit = 1000.0 * size.X * size.Y * size.Z / Count;
        Assert.Equal(inside * unit, mass.Mass, mass.Mass * 0.02);
        Assert.Equal(xx * unit, mass.Inertia.XX, mass.Inertia.XX * 0.03);
        Assert.Equal(yx * unit, mass.Inertia.YX, mass.Inertia.XX * 0.03);
    }
}
