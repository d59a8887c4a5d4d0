using RealtimeServer.Foundation;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>Bits that every machine must give: a change of them breaks replays and snapshots, and so is a decision.</summary>
public sealed class GoldenCollisionTests
{
    [Fact]
    public void Manifolds_of_all_pairs_are_the_golden_ones()
    {
        var hash = new StateHash(1);
        var shapes = new ShapeSet();
        var random = new DeterministicRandom(1);
        var manifolds = new ManifoldList();
        ShapeKind[] floors = [ShapeKind.TriangleMesh, ShapeKind.HeightField, ShapeKind.GridTerrain];
        foreach (ShapeKind kindA in TestShapes.Convex)
        {
            foreach (ShapeKind kindB in TestShapes.Convex)
            {
                for (int round = 0; round < 100; round++)
                {
                    (ShapeId a, Pose poseA, ShapeId b, Pose poseB) = ConvexPairTests.NextPair(shapes, kindA, kindB, ref random);
                    Add(a, poseA, b, poseB);
                }
            }

            foreach (ShapeKind floor in floors)
            {
                ShapeId body = TestShapes.NextConvex(shapes, kindA, ref random);
                for (int round = 0; round < 100; round++)
                {
                    var pose = new Pose(new Vec3(random.NextSingle(0, 8), random.NextSingle(-0.3f, 1), random.NextSingle(0, 8)), TestShapes.NextRotation(ref random));
                    Add(TestShapes.Floor(shapes, floor, 8), Pose.Identity, body, pose);
                }
            }
        }

        Assert.Equal("1D6403688BA14679", hash.Value.ToString("X16"));

        void Add(ShapeId a, in Pose poseA, ShapeId b, in Pose poseB)
        {
            manifolds.Clear();
            Collider.Collide(shapes, a, poseA, b, poseB, 0.1f, manifolds);
            foreach (ref readonly Manifold manifold in manifolds.Span)
            {
                Hash(ref hash, manifold.Normal);
                hash.Add((long)manifold.ChildKey);
                foreach (ContactPoint point in manifold.Span)
                {
                    Hash(ref hash, point.OffsetA);
                    hash.Add(point.Separation);
                    hash.Add((long)point.Feature);
                }
            }
        }
    }

    [Fact]
    public void Rays_and_casts_are_the_golden_ones()
    {
        var hash = new StateHash(2);
        var shapes = new ShapeSet();
        var random = new DeterministicRandom(2);
        ShapeKind[] floors = [ShapeKind.TriangleMesh, ShapeKind.HeightField, ShapeKind.GridTerrain];
        ShapeId[] convex = [.. TestShapes.Convex.Select(kind => Next(kind))];
        ShapeId[] all = [.. convex, .. floors.Select(kind => TestShapes.Floor(shapes, kind, 8))];
        for (int round = 0; round < 4000; round++)
        {
            Vec3 origin = TestShapes.NextPoint(ref random, 3), way = TestShapes.NextPoint(ref random, 6);
            var pose = new Pose(TestShapes.NextPoint(ref random, 1), TestShapes.NextRotation(ref random));
            float fraction = 1;
            SurfaceHit hit = default;
            _ = round % 2 == 0
                ? ShapeCasts.Ray(shapes.Get(all[round % all.Length]), pose, origin, way, ref fraction, ref hit)
                : ShapeCasts.Convex(shapes.Get(all[round % all.Length]), pose, shapes.Get(convex[round % 5]), new Pose(origin), way, ref fraction, ref hit);
            hash.Add(fraction);
            Hash(ref hash, hit.Normal);
            Hash(ref hash, hit.Point);
        }

        Assert.Equal("6FC3BDA4DC873506", hash.Value.ToString("X16"));

        ShapeId Next(ShapeKind kind) => TestShapes.NextConvex(shapes, kind, ref random);
    }

    private static void Hash(ref StateHash hash, Vec3 v)
    {
        hash.Add(v.X);
        hash.Add(v.Y);
        hash.Add(v.Z);
    }
}
