using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;
using static RealtimeServer.Physics.Collision.SeparationOracle;

namespace RealtimeServer.Physics.Collision;

public sealed class ConvexPairTests
{
    private const float Margin = 0.1f;

    public static TheoryData<ShapeKind, ShapeKind> Pairs
    {
        get
        {
            var pairs = new TheoryData<ShapeKind, ShapeKind>();
            foreach (ShapeKind a in TestShapes.Convex)
            {
                foreach (ShapeKind b in TestShapes.Convex)
                {
                    pairs.Add(a, b);
                }
            }

            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_least_separation_is_the_distance_of_the_shapes(ShapeKind kindA, ShapeKind kindB)
    {
        var random = new DeterministicRandom(1, ((ulong)kindA << 8) | (ulong)kindB);
        var shapes = new ShapeSet();
        Manifold manifold = default;
        int touching = 0;
        for (int round = 0; round < 80; round++)
        {
            (ShapeId a, Pose poseA, ShapeId b, Pose poseB) = NextPair(shapes, kindA, kindB, ref random);
            double truth = SignedDistance(shapes, a, poseA, b, poseB);
            bool any = Collider.CollideConvex(shapes, a, poseA, b, poseB, Margin, ref manifold);
            double gap = any ? Gap(shapes, a, poseA, b, poseB, Point.Of(manifold.Normal).Normalized()) : truth;

            // Two boxes apart are told by their faces and edges: never farther than they are, and nearer only where corners meet.
            double slack = 4e-3, below = kindA == ShapeKind.Box && kindB == ShapeKind.Box && truth > 0 ? 0.5 * truth : 0;
            if (truth > Margin + slack)
            {
                Assert.True(!any || below > 0, $"round {round}: {truth} apart, yet {manifold.Count} contacts");
                continue;
            }

            if (truth < Margin - slack)
            {
                Assert.True(any, $"round {round}: {truth} apart, yet no contact");
            }

            if (!any)
            {
                continue;
            }

            touching++;
            float least = float.PositiveInfinity;
            foreach (ContactPoint point in manifold.Span)
            {
                least = Math.Min(least, point.Separation);
                Assert.True(point.Separation <= Margin && point.OffsetA.IsFinite);
            }

            Assert.True(Math.Abs(manifold.Normal.Length - 1) < 1e-4f, $"round {round}: normal {manifold.Normal}");
            Assert.True(Math.Abs(least - gap) < slack, $"round {round}: least separation {least}, along the normal {gap}, best {truth}");

            // The normal must be as good a way out as the best one found.
            Assert.True(gap >= truth - slack - below, $"round {round}: along the normal {gap}, best {truth}");
        }

        Assert.InRange(touching, 25, 80);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_point_lies_between_both_surfaces(ShapeKind kindA, ShapeKind kindB)
    {
        var random = new DeterministicRandom(2, ((ulong)kindA << 8) | (ulong)kindB);
        var shapes = new ShapeSet();
        ShapeId probe = shapes.Add(new Sphere(Limits.ShapeExtentMin));
        Manifold manifold = default;
        for (int round = 0; round < 80; round++)
        {
            (ShapeId a, Pose poseA, ShapeId b, Pose poseB) = NextPair(shapes, kindA, kindB, ref random);
            if (!Collider.CollideConvex(shapes, a, poseA, b, poseB, Margin, ref manifold))
            {
                continue;
            }

            ContactPoint deepest = manifold.Points[0];
            foreach (ContactPoint point in manifold.Span)
            {
                deepest = point.Separation < deepest.Separation ? point : deepest;
            }

            if (deepest.Separation < -0.15f)
            {
                continue; // Half of a shape is in the other: no point is between surfaces there.
            }

            // A tiny ball at the deepest point is as far from each shape as half the separation.
            var at = new Pose(poseA.Position + deepest.OffsetA);
            foreach (double distance in new[] { SignedDistance(shapes, probe, at, a, poseA), SignedDistance(shapes, probe, at, b, poseB) })
            {
                // Deep inside, another face may be nearer than the one the contact is for.
                double expected = (deepest.Separation * 0.5) - Limits.ShapeExtentMin;
                Assert.True(distance >= expected - 0.03 && distance <= Math.Max(expected, 0) + 0.02,
                    $"round {round}: point {distance} from a surface, expected {expected}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_pair_seen_from_the_other_side_is_the_same(ShapeKind kindA, ShapeKind kindB)
    {
        var random = new DeterministicRandom(3, ((ulong)kindA << 8) | (ulong)kindB);
        var shapes = new ShapeSet();
        Manifold one = default, other = default;
        int different = 0, all = 0;
        for (int round = 0; round < 300; round++)
        {
            (ShapeId a, Pose poseA, ShapeId b, Pose poseB) = NextPair(shapes, kindA, kindB, ref random);
            bool any = Collider.CollideConvex(shapes, a, poseA, b, poseB, Margin, ref one);
            bool anyOther = Collider.CollideConvex(shapes, b, poseB, a, poseA, Margin, ref other);
            if (!any || !anyOther)
            {
                different += any == anyOther ? 0 : 1;
                continue;
            }

            all++;
            float least = Least(one), leastOther = Least(other);
            Assert.True(Math.Abs(least - leastOther) < 4e-3f, $"round {round}: {least} one way, {leastOther} the other");
            different += Vec3.Dot(one.Normal, other.Normal) > -0.99f || one.Count != other.Count ? 1 : 0;
        }

        // Where two directions are as good, either may be taken; that is rare.
        Assert.True(different <= all / 8, $"{different} of {all} differ");
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Moving_both_shapes_alike_changes_nothing_between_them(ShapeKind kindA, ShapeKind kindB)
    {
        var random = new DeterministicRandom(4, ((ulong)kindA << 8) | (ulong)kindB);
        var shapes = new ShapeSet();
        Manifold here = default, there = default;
        for (int round = 0; round < 200; round++)
        {
            (ShapeId a, Pose poseA, ShapeId b, Pose poseB) = NextPair(shapes, kindA, kindB, ref random);
            var moved = new Pose(TestShapes.NextPoint(ref random, 50), TestShapes.NextRotation(ref random));
            bool any = Collider.CollideConvex(shapes, a, poseA, b, poseB, Margin, ref here);
            bool anyThere = Collider.CollideConvex(shapes, a, moved * poseA, b, moved * poseB, Margin, ref there);
            if (any && anyThere)
            {
                Assert.True(Math.Abs(Least(here) - Least(there)) < 4e-3f, $"round {round}: {Least(here)} here, {Least(there)} there");
            }
            else
            {
                Assert.True(any == anyThere || Math.Abs(Least(any ? here : there) - Margin) < 4e-3f, $"round {round}: contacts on one side only");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Nonsense_gives_no_contact_or_a_harmless_one(ShapeKind kindA, ShapeKind kindB)
    {
        var random = new DeterministicRandom(5, ((ulong)kindA << 8) | (ulong)kindB);
        var shapes = new ShapeSet();
        float[] odd = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.Epsilon, 0, -0f, 1e18f, 1e-30f];
        Manifold manifold = default;
        for (int round = 0; round < 500; round++)
        {
            (ShapeId a, Pose poseA, ShapeId b, Pose poseB) = NextPair(shapes, kindA, kindB, ref random);
            float value = odd[random.Next(odd.Length)];
            poseB = random.Next(8) switch
            {
                0 => poseB with { Position = poseB.Position with { X = value } },
                1 => poseB with { Position = new Vec3(value, value, value) },
                2 => poseB with { Rotation = new Quat(value, 0, 0, 1) },
                3 => poseB with { Rotation = new Quat(value, value, value, value) },
                4 => poseA,
                5 => poseA with { Position = poseA.Position + new Vec3(value, 0, 0) },
                6 => new Pose(poseA.Position, poseB.Rotation),
                _ => new Pose(poseB.Position, poseA.Rotation),
            };
            Collider.CollideConvex(shapes, a, poseA, b, poseB, round % 3 == 0 ? value : Margin, ref manifold);
            Assert.InRange(manifold.Count, 0, Manifold.PointsMax);
            if (poseB.IsFinite && Math.Abs(poseB.Rotation.LengthSquared - 1) < 1e-3f && poseB.Position.Length < 1e6f)
            {
                Assert.True(manifold.Count == 0 || (manifold.Normal.IsFinite && Math.Abs(manifold.Normal.Length - 1) < 1e-3f), $"round {round}: normal {manifold.Normal}");
            }
        }
    }

    internal static (ShapeId A, Pose PoseA, ShapeId B, Pose PoseB) NextPair(
        ShapeSet shapes, ShapeKind kindA, ShapeKind kindB, ref DeterministicRandom random)
    {
        ShapeId a = TestShapes.NextConvex(shapes, kindA, ref random), b = TestShapes.NextConvex(shapes, kindB, ref random);
        var poseA = new Pose(TestShapes.NextPoint(ref random, 3), TestShapes.NextRotationOrNone(ref random));
        Vec3 direction = random.NextBool(0.2f) ? Vec3.UnitY : TestShapes.NextDirection(ref random);
        float reach = shapes.BoundingRadius(a) + shapes.BoundingRadius(b);
        var poseB = new Pose(poseA.Position + (direction * (reach * random.NextSingle(0.3f, 0.9f))), TestShapes.NextRotationOrNone(ref random));
        return (a, poseA, b, poseB);
    }

    private static float Least(in Manifold manifold)
    {
        float least = float.PositiveInfinity;
        foreach (ContactPoint point in manifold.Span)
        {
            least = Math.Min(least, point.Separation);
        }

        return least;
    }
}
