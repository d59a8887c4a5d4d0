using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Snapshots;

namespace RealtimeServer.Physics.Queries;

public sealed class WorldQueryTests
{
    private readonly PhysicsWorld _world = new(new ShapeSet());
    private readonly List<BodyId> _bodies = [];

    [Fact]
    public void A_ray_meets_what_asking_every_body_says()
    {
        DeterministicRandom random = Scatter(300);
        var all = new CastHit[400];
        int hits = 0;
        for (int ray = 0; ray < 2000; ray++)
        {
            Vec3 origin = TestShapes.NextPoint(ref random, 12), way = TestShapes.NextDirection(ref random) * random.NextSingle(1, 25);
            CastHit hit = _world.RayCast(origin, way);
            var expected = new List<(float Fraction, BodyId Body)>();
            foreach (BodyId id in _bodies)
            {
                float fraction = 1;
                SurfaceHit own = default;
                Body body = _world.Body(id);
                if (ShapeCasts.Ray(_world.Shapes.Get(body.Shape), body.Pose, origin, way, ref fraction, ref own))
                {
                    expected.Add((fraction, id));
                }
            }

            Assert.Equal(expected.Count > 0, hit.IsHit);
            Assert.Equal(expected.Count > 0 ? expected.Min(e => e.Fraction) : 1, hit.Fraction, 1e-5f);
            int count = _world.RayCastAll(origin, way, all);
            Assert.Equal(expected.Count, count);
            Assert.Equal(expected.Select(e => e.Fraction).Order(), all[..count].Select(h => h.Fraction));
            Assert.Equal(Math.Min(2, count), _world.RayCastAll(origin, way, all.AsSpan(0, 2)));
            hits += hit.IsHit ? 1 : 0;
        }

        Assert.InRange(hits, 300, 1999);
    }

    [Fact]
    public void A_moving_ball_meets_what_asking_every_body_says()
    {
        DeterministicRandom random = Scatter(200);
        ShapeId ball = _world.Shapes.Add(new Sphere(0.4f));
        for (int i = 0; i < 500; i++)
        {
            Vec3 origin = TestShapes.NextPoint(ref random, 12), way = TestShapes.NextDirection(ref random) * random.NextSingle(1, 25);
            float least = 1;
            SurfaceHit own = default;
            foreach (BodyId id in _bodies)
            {
                Body body = _world.Body(id);
                ShapeCasts.Convex(_world.Shapes.Get(body.Shape), body.Pose, _world.Shapes.Get(ball), new Pose(origin), way, ref least, ref own);
            }

            Assert.Equal(least, _world.SphereCast(origin, 0.4f, way).Fraction, 1e-3f);
            Assert.Equal(least, _world.ShapeCast(ball, new Pose(origin), way).Fraction, 1e-3f);
        }
    }

    [Fact]
    public void Overlaps_and_nearest_points_are_those_of_every_body()
    {
        DeterministicRandom random = Scatter(200);
        ShapeId box = _world.Shapes.Add(new Box(0.8f, 0.5f, 1.1f)), probe = _world.Shapes.Add(new Sphere(Limits.ShapeExtentMin));
        var found = new BodyId[300];
        Manifold manifold = default;
        for (int i = 0; i < 500; i++)
        {
            var pose = new Pose(TestShapes.NextPoint(ref random, 10), TestShapes.NextRotation(ref random));
            var expected = new HashSet<BodyId>();
            float nearest = float.PositiveInfinity;
            foreach (BodyId id in _bodies)
            {
                Body body = _world.Body(id);
                if (Collider.CollideConvex(_world.Shapes, box, pose, body.Shape, body.Pose, 0, ref manifold))
                {
                    expected.Add(id);
                }

                if (Collider.CollideConvex(_world.Shapes, probe, new Pose(pose.Position), body.Shape, body.Pose, 3, ref manifold))
                {
                    nearest = Math.Min(nearest, manifold.Points[0].Separation + Limits.ShapeExtentMin);
                }
            }

            int count = _world.Overlap(box, pose, found);
            Assert.InRange(expected.Except(found[..count]).Count() + found[..count].Except(expected).Count(), 0, 1); // One may just touch.
            ClosestHit closest = _world.Closest(pose.Position, 3);
            Assert.Equal(nearest < 3 - 1e-3f, closest.IsHit);
            if (closest.IsHit)
            {
                Assert.Equal(nearest, closest.Distance, 2e-3f);
            }
        }
    }

    [Fact]
    public void Filters_leave_out_what_they_say()
    {
        ShapeId ball = _world.Shapes.Add(new Sphere(0.5f));
        BodyId wall = _world.Add(new BodyDescription { Kind = BodyKind.Static, Shape = ball, Pose = new Pose(new Vec3(2, 0, 0)), Layers = 2 });
        BodyId ghost = _world.Add(new BodyDescription { Kind = BodyKind.Static, Shape = ball, Pose = new Pose(new Vec3(4, 0, 0)), IsSensor = true });
        BodyId mover = _world.Add(new BodyDescription { Kind = BodyKind.Kinematic, Shape = ball, Pose = new Pose(new Vec3(6, 0, 0)) });
        var way = new Vec3(10, 0, 0);
        Assert.Equal(wall, _world.RayCast(default, way).Body);
        Assert.Equal(0.15f, _world.RayCast(default, way).Fraction, 1e-5f);
        Assert.Equal(mover, _world.RayCast(default, way, new QueryFilter { Layers = 1 }).Body);
        Assert.Equal(ghost, _world.RayCast(default, way, new QueryFilter { Layers = 1, FindsSensors = true }).Body);
        Assert.Equal(mover, _world.RayCast(default, way, new QueryFilter { Ignored = wall }).Body);
        Assert.Equal(mover, _world.RayCast(default, way, new QueryFilter { IgnoresStatic = true }).Body);
        Assert.False(_world.RayCast(default, way, new QueryFilter { Ignored = wall, IgnoresMoving = true }).IsHit);
        Assert.False(_world.RayCast(default, new Vec3(float.NaN, 0, 0)).IsHit);
        Assert.False(_world.RayCast(new Vec3(0, float.PositiveInfinity, 0), way).IsHit);
        Assert.Throws<ArgumentException>(() => _world.ShapeCast(TestShapes.Floor(_world.Shapes, ShapeKind.GridTerrain, 2), Pose.Identity, way));
    }

    [Fact]
    public void The_past_is_asked_where_bodies_were()
    {
        ShapeId ball = _world.Shapes.Add(new Sphere(0.5f));
        BodyId runner = _world.Add(new BodyDescription { Kind = BodyKind.Kinematic, Shape = ball, Pose = new Pose(default), LinearVelocity = new Vec3(6, 0, 0) });
        var history = new PhysicsHistory(_world, 64);
        history.Record();
        for (int step = 0; step < 60; step++)
        {
            _world.Step(1f / 60);
            history.Record();
        }

        for (ulong step = 0; step <= 60; step += 10)
        {
            float x = step * 0.1f;
            CastHit hit = history.At(step)!.RayCast(new Vec3(x, 5, 0), new Vec3(0, -10, 0));
            Assert.Equal(runner, hit.Body);
            Assert.Equal(0.45f, hit.Fraction, 1e-3f);
            Assert.False(history.At(step)!.RayCast(new Vec3(x + 2, 5, 0), new Vec3(0, -10, 0)).IsHit);
        }

        Assert.Equal(runner, _world.RayCast(new Vec3(6, 5, 0), new Vec3(0, -10, 0)).Body);
    }

    [Fact]
    public void Batches_answer_what_asking_one_by_one_does()
    {
        DeterministicRandom random = Scatter(200);
        ShapeId capsule = _world.Shapes.Add(new Capsule(0.3f, 0.6f));
        Quat turned = TestShapes.NextRotation(ref random);
        var ways = new RayWay[200];
        var points = new Vec3[ways.Length];
        for (int i = 0; i < ways.Length; i++)
        {
            points[i] = TestShapes.NextPoint(ref random, 10);
            ways[i] = new RayWay(points[i], TestShapes.NextDirection(ref random) * 8);
        }

        var casts = new CastHit[ways.Length];
        var near = new ClosestHit[ways.Length];
        _world.RayCast(ways, casts);
        Assert.Equal(ways.Select(way => _world.RayCast(way.Origin, way.Displacement)), casts);
        _world.SphereCast(ways, 0.4f, casts);
        Assert.Equal(ways.Select(way => _world.SphereCast(way.Origin, 0.4f, way.Displacement)), casts);
        _world.ShapeCast(capsule, turned, ways, casts);
        Assert.Equal(ways.Select(way => _world.ShapeCast(capsule, new Pose(way.Origin, turned), way.Displacement)), casts);
        Assert.InRange(casts.Count(hit => hit.IsHit), 20, 180);
        _world.Closest(points, 2, near);
        Assert.Equal(points.Select(point => _world.Closest(point, 2)), near);
        Pose[] poses = [.. points.Select(point => new Pose(point, turned))];
        var bodies = new BodyId[4_000];
        var counts = new int[poses.Length];
        int written = _world.Overlap(capsule, poses, bodies, counts);
        Assert.Equal(counts.Sum(), written);
        Assert.InRange(written, 20, bodies.Length - 1);
        int from = 0;
        for (int i = 0; i < poses.Length; i++)
        {
            var one = new BodyId[200];
            int count = _world.Overlap(capsule, poses[i], one);
            Assert.Equal(one[..count], bodies[from..(from + counts[i])]);
            from += counts[i];
        }

        Assert.Equal(7, _world.Overlap(capsule, poses, bodies.AsSpan(0, 7), counts));
        Assert.Equal(7, counts.Sum());
        Assert.Throws<ArgumentOutOfRangeException>(() => _world.Overlap(capsule, poses, bodies, counts.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _world.Closest(points, 2, near.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _world.ShapeCast(capsule, turned, ways, casts.AsSpan(1)));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        DeterministicRandom random = Scatter(100);
        ShapeId box = _world.Shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        var hits = new CastHit[32];
        var bodies = new BodyId[32];
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            Run();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Run()
        {
            Vec3 origin = TestShapes.NextPoint(ref random, 8), way = TestShapes.NextDirection(ref random) * 10;
            _world.RayCast(origin, way);
            _world.RayCastAll(origin, way, hits);
            _world.SphereCast(origin, 0.3f, way);
            _world.ShapeCast(box, new Pose(origin), way);
            _world.Overlap(box, new Pose(origin), bodies);
            _world.OverlapSphere(origin, 2, bodies);
            _world.OverlapBox(new Aabb(origin, origin).Expanded(1), bodies);
            _world.Closest(origin, 2);
        }
    }

    private DeterministicRandom Scatter(int count)
    {
        var random = new DeterministicRandom(1);
        for (int i = 0; i < count; i++)
        {
            ShapeId shape = TestShapes.NextConvex(_world.Shapes, TestShapes.Convex[i % 5], ref random);
            var pose = new Pose(TestShapes.NextPoint(ref random, 10), TestShapes.NextRotation(ref random));
            _bodies.Add(_world.Add(new BodyDescription { Kind = i % 2 == 0 ? BodyKind.Static : BodyKind.Kinematic, Shape = shape, Pose = pose }));
        }

        return random;
    }
}
