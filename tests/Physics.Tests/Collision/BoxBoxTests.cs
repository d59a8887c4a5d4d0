using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

public sealed class BoxBoxTests
{
    private readonly ShapeSet _shapes = new();

    [Fact]
    public void A_box_on_a_floor_stands_on_its_four_corners()
    {
        ShapeId floor = _shapes.Add(new Box(50, 0.5f, 50)), box = _shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        Manifold manifold = default;
        Assert.True(Collider.CollideConvex(_shapes, floor, Pose.Identity, box, new Pose(new Vec3(3, 0.99f, -2)), 0.02f, ref manifold));
        Assert.Equal(4, manifold.Count);
        Assert.Equal(Vec3.UnitY, manifold.Normal);
        var corners = new HashSet<(float, float)>();
        foreach (ContactPoint point in manifold.Span)
        {
            Assert.Equal(-0.01f, point.Separation, 1e-5f);
            Assert.Equal(0.495f, point.OffsetA.Y, 1e-5f);
            corners.Add((MathF.Round(point.OffsetA.X, 3), MathF.Round(point.OffsetA.Z, 3)));
        }

        Assert.Equal([(2.5f, -2.5f), (2.5f, -1.5f), (3.5f, -2.5f), (3.5f, -1.5f)], corners.Order());
    }

    [Fact]
    public void Boxes_of_a_wall_share_half_a_face()
    {
        ShapeId box = _shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        Manifold manifold = default;
        Assert.True(Collider.CollideConvex(_shapes, box, Pose.Identity, box, new Pose(new Vec3(0.5f, 1, 0)), 0.02f, ref manifold));
        Assert.Equal(4, manifold.Count);
        foreach (ContactPoint point in manifold.Span)
        {
            Assert.InRange(point.OffsetA.X, -1e-5f, 0.5f + 1e-5f);
            Assert.Equal(0.5f, Math.Abs(point.OffsetA.Z), 1e-5f);
        }
    }

    [Fact]
    public void Crossed_edges_touch_at_one_point()
    {
        ShapeId box = _shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        float eighth = MathF.PI / 4, half = MathF.Sqrt(0.5f);
        var lower = new Pose(Vec3.Zero, Quat.FromAxisAngle(Vec3.UnitX, eighth));
        var upper = new Pose(new Vec3(0.1f, (2 * half) - 0.01f, 0.1f), Quat.FromAxisAngle(Vec3.UnitZ, eighth));
        Manifold manifold = default;
        Assert.True(Collider.CollideConvex(_shapes, box, lower, box, upper, 0.02f, ref manifold));
        Assert.Equal(1, manifold.Count);
        Assert.Equal(-0.01f, manifold.Points[0].Separation, 1e-4f);
        Assert.Equal(0.1f, manifold.Points[0].OffsetA.X, 1e-4f);
        Assert.Equal(0, manifold.Points[0].OffsetA.Z, 1e-4f);
    }

    [Fact]
    public void Points_keep_their_features_while_a_box_settles()
    {
        ShapeId box = _shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        var random = new DeterministicRandom(11);
        Manifold manifold = default;
        uint[]? before = null;
        for (int step = 0; step < 200; step++)
        {
            var pose = new Pose(
                new Vec3(0.2f + random.NextSingle(-1e-3f, 1e-3f), 0.995f + random.NextSingle(-1e-3f, 1e-3f), 0.1f),
                Quat.FromAxisAngle(Vec3.UnitY, 0.05f + random.NextSingle(-1e-3f, 1e-3f)) * Quat.FromAxisAngle(Vec3.UnitX, random.NextSingle(-1e-3f, 1e-3f)));
            Assert.True(Collider.CollideConvex(_shapes, box, Pose.Identity, box, pose, 0.02f, ref manifold));
            uint[] features = [.. manifold.Span.ToArray().Select(point => point.Feature).Order()];
            Assert.Equal(features.Length, features.Distinct().Count());
            before ??= features;
            Assert.Equal(before, features);
        }
    }

    [Fact]
    public void Four_points_of_a_turned_box_hold_it_in_balance()
    {
        ShapeId box = _shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        Manifold manifold = default;
        for (int degrees = 0; degrees < 360; degrees += 5)
        {
            var pose = new Pose(new Vec3(0, 0.99f, 0), Quat.FromAxisAngle(Vec3.UnitY, degrees * MathF.PI / 180));
            Assert.True(Collider.CollideConvex(_shapes, box, Pose.Identity, box, pose, 0.02f, ref manifold));
            Assert.Equal(4, manifold.Count);

            // The middle of the box must lie within what the points span: in every direction there is a point beyond it.
            for (int i = 0; i < 16; i++)
            {
                (float sin, float cos) = DeterministicMath.SinCos(i * MathF.PI / 8);
                Assert.Contains(manifold.Span.ToArray(), point => (point.OffsetA.X * cos) + (point.OffsetA.Z * sin) > 0.1f);
            }
        }
    }

    [Fact]
    public void Colliding_allocates_nothing()
    {
        ShapeId[] all = [.. TestShapes.Convex.Select(kind => Add(kind))];
        Manifold manifold = default;
        Run(ref manifold);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
        {
            Run(ref manifold);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        ShapeId Add(ShapeKind kind)
        {
            var random = new DeterministicRandom(7);
            return TestShapes.NextConvex(_shapes, kind, ref random);
        }

        void Run(ref Manifold manifold)
        {
            var random = new DeterministicRandom(8);
            foreach (ShapeId a in all)
            {
                foreach (ShapeId b in all)
                {
                    var pose = new Pose(TestShapes.NextPoint(ref random, 0.6f), TestShapes.NextRotation(ref random));
                    Collider.CollideConvex(_shapes, a, Pose.Identity, b, pose, 0.1f, ref manifold);
                }
            }
        }
    }
}
