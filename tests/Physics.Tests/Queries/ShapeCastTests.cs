using RealtimeServer.Foundation;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

public sealed class ShapeCastTests
{
    private readonly ShapeSet _shapes = new();

    public static TheoryData<ShapeKind> Kinds => [.. TestShapes.Convex];

    public static TheoryData<ShapeKind, ShapeKind> Pairs => ConvexPairTests.Pairs;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_ray_hits_where_walking_along_it_first_comes_inside(ShapeKind kind)
    {
        var random = new DeterministicRandom(1, (ulong)kind);
        ShapeId probe = _shapes.Add(new Sphere(Limits.ShapeExtentMin));
        int hits = 0;
        for (int round = 0; round < 120; round++)
        {
            ShapeId shape = TestShapes.NextConvex(_shapes, kind, ref random);
            var pose = new Pose(TestShapes.NextPoint(ref random, 5), TestShapes.NextRotationOrNone(ref random));
            Vec3 origin = pose.Position + (TestShapes.NextDirection(ref random) * random.NextSingle(0, 3));
            Vec3 way = random.NextBool(0.3f) ? (pose.Position - origin) * 2 : TestShapes.NextDirection(ref random) * random.NextSingle(0.5f, 8);
            float fraction = 1;
            SurfaceHit hit = default;
            bool any = ShapeCasts.Ray(_shapes.Get(shape), pose, origin, way, ref fraction, ref hit);
            float walked = Walk(shape, pose, probe, origin, way);
            if (walked > 1)
            {
                Assert.False(any && Depth(shape, pose, probe, origin + (way * fraction)) > 3e-3, $"round {round}: hit at {fraction}, but nothing is there");
                continue;
            }

            hits++;
            Assert.True(any, $"round {round}: inside at {walked}, but no hit");
            Assert.True(fraction <= walked + 1e-3f, $"round {round}: hit at {fraction}, inside at {walked} already");
            Assert.True(Depth(shape, pose, probe, hit.Point) < 4e-3 || fraction == 0, $"round {round}: {hit.Point} is not on the surface");
            Assert.True(fraction == 0 || Vec3.Dot(hit.Normal, way) <= 1e-4f, $"round {round}: normal {hit.Normal} along the way {way}");
            Assert.Equal(1, hit.Normal.Length, 1e-3f);
            if (fraction > 0)
            {
                Assert.True(Depth(shape, pose, probe, hit.Point + (hit.Normal * 0.01f)) > 5e-3, $"round {round}: normal {hit.Normal} does not look out");
            }
        }

        Assert.InRange(hits, 30, 120);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_moving_shape_stops_where_it_touches(ShapeKind kindA, ShapeKind kindB)
    {
        var random = new DeterministicRandom(2, ((ulong)kindA << 8) | (ulong)kindB);
        int hits = 0;
        for (int round = 0; round < 40; round++)
        {
            ShapeId target = TestShapes.NextConvex(_shapes, kindA, ref random), mover = TestShapes.NextConvex(_shapes, kindB, ref random);
            var pose = new Pose(TestShapes.NextPoint(ref random, 2), TestShapes.NextRotationOrNone(ref random));
            var start = new Pose(pose.Position + (TestShapes.NextDirection(ref random) * random.NextSingle(2.5f, 5)), TestShapes.NextRotationOrNone(ref random));
            Vec3 way = (pose.Position + TestShapes.NextPoint(ref random, 1.5f) - start.Position) * random.NextSingle(0.5f, 3);
            float fraction = 1;
            SurfaceHit hit = default;
            bool any = ShapeCasts.Convex(_shapes.Get(target), pose, _shapes.Get(mover), start, way, ref fraction, ref hit);
            if (any)
            {
                hits++;
                if (fraction == 0)
                {
                    continue; // They touched from the start.
                }

                // The search over directions may miss the best by a little; the normal told must then be better.
                Pose end = start with { Position = start.Position + (way * fraction) };
                double there = Math.Max(
                    SeparationOracle.SignedDistance(_shapes, target, pose, mover, end),
                    SeparationOracle.Gap(_shapes, target, pose, mover, end, SeparationOracle.Point.Of(hit.Normal).Normalized()));
                Assert.InRange(there, -3e-3, 5e-3);
                Assert.True(Vec3.Dot(hit.Normal, way) < 0);
            }

            // On the way there, or on all of it, it never was inside.
            for (int i = 0; i < 12; i++)
            {
                float t = fraction * i / 12;
                Manifold manifold = default;
                Collider.CollideConvex(_shapes, target, pose, mover, start with { Position = start.Position + (way * t) }, 0, ref manifold);
                Assert.True(manifold.Count == 0 || manifold.Points[0].Separation > -4e-3f, $"round {round}: inside at {t} of {fraction}");
            }
        }

        Assert.InRange(hits, 8, 40);
    }

    [Fact]
    public void Rays_on_surfaces_hit_what_every_triangle_alone_says()
    {
        var random = new DeterministicRandom(4);
        for (int round = 0; round < 40; round++)
        {
            TriangleMesh mesh = TestShapes.NextSoup(ref random, 60);
            ShapeId soup = _shapes.Add(mesh);
            var pose = new Pose(TestShapes.NextPoint(ref random, 5), TestShapes.NextRotation(ref random));
            for (int ray = 0; ray < 30; ray++)
            {
                Vec3 origin = TestShapes.NextPoint(ref random, 8), way = TestShapes.NextDirection(ref random) * 15;
                float fraction = 1, expected = 1;
                SurfaceHit hit = default;
                ShapeCasts.Ray(_shapes.Get(soup), pose, origin, way, ref fraction, ref hit);
                for (int i = 0; i < mesh.TriangleCount; i++)
                {
                    Vec3 normal = default;
                    ConvexRays.Triangle(mesh.Triangle(i), true, pose.InverseTransform(origin), pose.Rotation.InverseRotate(way), ref expected, ref normal);
                }

                Assert.Equal(expected, fraction, 1e-5f);
            }
        }
    }

    [Fact]
    public void Heightfield_terrain_and_mesh_of_the_same_ground_are_hit_alike()
    {
        var random = new DeterministicRandom(5);
        const int Cells = 16;
        float[] heights = new float[(Cells + 1) * (Cells + 1)];
        for (int i = 0; i < heights.Length; i++)
        {
            heights[i] = random.NextSingle(0, 2);
        }

        (Vec3[] vertices, int[] indices) = TestShapes.Raster(Cells, (x, z) => heights[(z * (Cells + 1)) + x]);
        ShapeId mesh = _shapes.Add(new TriangleMesh(vertices, indices)), field = _shapes.Add(new HeightField(Cells + 1, Cells + 1, heights, 1));
        ShapeId ball = _shapes.Add(new Sphere(0.3f)), box = _shapes.Add(new Box(0.4f, 0.2f, 0.3f));
        int hits = 0;
        for (int round = 0; round < 2000; round++)
        {
            var origin = new Vec3(random.NextSingle(-4, 20), random.NextSingle(0, 6), random.NextSingle(-4, 20));
            Vec3 way = TestShapes.NextDirection(ref random) * random.NextSingle(1, 30);
            way = random.Next(4) switch
            {
                0 => new Vec3(0, -8, 0),
                1 => way with { X = 0 },
                _ => way,
            };
            float onMesh = 1, onField = 1;
            SurfaceHit a = default, b = default;
            hits += ShapeCasts.Ray(_shapes.Get(mesh), Pose.Identity, origin, way, ref onMesh, ref a) ? 1 : 0;
            ShapeCasts.Ray(_shapes.Get(field), Pose.Identity, origin, way, ref onField, ref b);
            Assert.Equal(onMesh, onField, 1e-5f);
            if (round % 4 == 0)
            {
                (onMesh, onField) = (1, 1);
                ShapeId mover = round % 8 == 0 ? ball : box;
                ShapeCasts.Convex(_shapes.Get(mesh), Pose.Identity, _shapes.Get(mover), new Pose(origin), way, ref onMesh, ref a);
                ShapeCasts.Convex(_shapes.Get(field), Pose.Identity, _shapes.Get(mover), new Pose(origin), way, ref onField, ref b);
                Assert.Equal(onMesh, onField, 2e-3f);
            }
        }

        Assert.InRange(hits, 300, 2000);
    }

    [Fact]
    public void A_bullet_never_passes_a_thin_wall()
    {
        var random = new DeterministicRandom(6);
        ShapeId bullet = _shapes.Add(new Sphere(0.02f)), wall = _shapes.Add(new Box(5, 5, 0.05f)), sheet = _shapes.Add(
            new TriangleMesh([new(-5, -5, 0), new(5, -5, 0), new(5, 5, 0), new(-5, 5, 0)], [0, 1, 2, 0, 2, 3], isTwoSided: true));
        for (int shot = 0; shot < 20_000; shot++)
        {
            var from = new Vec3(random.NextSingle(-3, 3), random.NextSingle(-3, 3), random.NextSingle(-10, -0.2f));
            var to = new Vec3(random.NextSingle(-4, 4), random.NextSingle(-4, 4), random.NextSingle(0.2f, 10));
            foreach (ShapeId target in new[] { wall, sheet })
            {
                float fraction = 1;
                SurfaceHit hit = default;
                Assert.True(ShapeCasts.Convex(_shapes.Get(target), Pose.Identity, _shapes.Get(bullet), new Pose(from), to - from, ref fraction, ref hit), $"shot {shot}");
                Assert.True((from + ((to - from) * fraction)).Z < 0);
            }
        }
    }

    [Fact]
    public void Nonsense_finds_nothing_and_ends()
    {
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 0, 1e18f];
        var random = new DeterministicRandom(7);
        ShapeKind[] floors = [ShapeKind.TriangleMesh, ShapeKind.HeightField, ShapeKind.GridTerrain];
        ShapeId[] all = [.. TestShapes.Convex.Select(Add), .. floors.Select(kind => TestShapes.Floor(_shapes, kind, 4))];
        for (int round = 0; round < 3000; round++)
        {
            float value = odd[random.Next(odd.Length)];
            Vec3 origin = TestShapes.NextPoint(ref random, 3), way = TestShapes.NextPoint(ref random, 3);
            origin = random.NextBool(0.5f) ? origin with { Y = value } : origin;
            way = random.NextBool(0.5f) ? way with { X = value } : way;
            var pose = new Pose(Vec3.Zero, random.NextBool(0.3f) ? new Quat(value, 0, 0, 1) : Quat.Identity);
            float fraction = 1;
            SurfaceHit hit = default;
            ShapeCasts.Ray(_shapes.Get(all[round % all.Length]), pose, origin, way, ref fraction, ref hit);
            ShapeCasts.Convex(_shapes.Get(all[round % all.Length]), pose, _shapes.Get(all[random.Next(5)]), new Pose(origin), way, ref fraction, ref hit);
            Assert.False(fraction > 1);
        }

        ShapeId Add(ShapeKind kind) => TestShapes.NextConvex(_shapes, kind, ref random);
    }

    /// <summary>The first place along a way where a tiny ball touches, in steps of a thousandth.</summary>
    private float Walk(ShapeId shape, in Pose pose, ShapeId probe, Vec3 origin, Vec3 way)
    {
        for (int i = 0; i <= 400; i++)
        {
            if (Depth(shape, pose, probe, origin + (way * (i / 400f))) < -2e-3)
            {
                return i / 400f;
            }
        }

        return 2;
    }

    /// <summary>Distance of a point from a shape, by the pair's manifold, which other tests hold against the search over directions.</summary>
    private double Depth(ShapeId shape, in Pose pose, ShapeId probe, Vec3 point)
    {
        Manifold manifold = default;
        return Collider.CollideConvex(_shapes, probe, new Pose(point), shape, pose, 0.5f, ref manifold) ? manifold.Points[0].Separation + Limits.ShapeExtentMin : 1;
    }
}
