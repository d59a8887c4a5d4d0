using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// Manifolds of two convex shapes. Balls, capsules and boxes have their own ways; the others search the closest points of their cores and
/// clip the faces that look at each other.
/// </summary>
internal static class ConvexPairs
{
    private const int KindBits = 3;

    /// <summary>Fills the manifold with what is within <paramref name="margin"/>; its count is zero if nothing is.</summary>
    public static void Collide(in ShapeRecord a, in Pose poseA, in ShapeRecord b, in Pose poseB, float margin, ref Manifold manifold)
    {
        if (a.Kind > b.Kind)
        {
            CollideOrdered(b, poseB, a, poseA, margin, ref manifold);
            manifold.Flip(poseA.Position - poseB.Position);
        }
        else
        {
            CollideOrdered(a, poseA, b, poseB, margin, ref manifold);
        }
    }

    private static void CollideOrdered(in ShapeRecord a, in Pose poseA, in ShapeRecord b, in Pose poseB, float margin, ref Manifold manifold)
    {
        const int Sphere = (int)ShapeKind.Sphere << KindBits, Capsule = (int)ShapeKind.Capsule << KindBits, Box = (int)ShapeKind.Box << KindBits;
        switch (((int)a.Kind << KindBits) | (int)b.Kind)
        {
            case Box | (int)ShapeKind.Box:
                BoxBox.Collide(a.Size, poseA, b.Size, poseB, margin, ref manifold);
                break;
            case Sphere | (int)ShapeKind.Sphere:
                BallPairs.SphereSphere(a.Size.X, b.Size.X, poseB.Position - poseA.Position, margin, ref manifold);
                break;
            case Sphere | (int)ShapeKind.Capsule:
                BallPairs.SphereCapsule(a.Size.X, b.Size, poseB.Position - poseA.Position, poseB.Rotation, margin, ref manifold);
                break;
            case Sphere | (int)ShapeKind.Box:
                BallPairs.SphereBox(a.Size.X, b.Size, poseB.Position - poseA.Position, poseB.Rotation, margin, ref manifold);
                break;
            case Sphere | (int)ShapeKind.Cylinder:
                BallPairs.SphereCylinder(a.Size.X, b.Size, poseB.Position - poseA.Position, poseB.Rotation, margin, ref manifold);
                break;
            case Capsule | (int)ShapeKind.Capsule:
                BallPairs.CapsuleCapsule(a.Size, poseA, b.Size, poseB, margin, ref manifold);
                break;
            default:
                CollideCores(a.Core, poseA, b.Core, poseB, margin, ref manifold);
                break;
        }
    }

    /// <summary>The general way, for any two cores.</summary>
    public static void CollideCores(in ConvexCore a, in Pose poseA, in ConvexCore b, in Pose poseB, float margin, ref Manifold manifold)
    {
        manifold.Count = 0;
        var relative = new Relative(poseA, poseB);
        Closest closest = default;
        if (FindClosest(a, b, relative, margin, ref closest))
        {
            FaceContacts.Collide(a, b, relative, closest, margin, true, ref manifold);
            Turn(Mat3.FromQuat(poseA.Rotation), ref manifold);
        }
    }

    /// <summary>The closest points of two cores, or how deep they are in each other. False: farther apart than their radii and the margin.</summary>
    public static bool FindClosest(in ConvexCore a, in ConvexCore b, in Relative relative, float margin, ref Closest closest)
    {
        if (!relative.IsSane)
        {
            return false;
        }

        float reach = a.Radius + b.Radius + margin;
        if (a.Kind == CoreKind.Segment && b.Kind == CoreKind.Box && CoreClosest.SegmentOnBox(a, b, relative, ref closest))
        {
            return closest.Distance <= reach;
        }

        Simplex simplex = default;
        switch (Gjk.Distance(a, b, relative, reach, relative.Offset, ref simplex, ref closest))
        {
            case GjkOutcome.Far:
                return false;
            case GjkOutcome.Overlapping:
                Epa.Depth(a, b, relative, simplex, ref closest);
                return true;
            default:
                return closest.Distance <= reach;
        }
    }

    /// <summary>The same, with the closed forms of points and segments first: for queries, which ask again and again.</summary>
    public static bool FindNear(in ConvexCore a, in ConvexCore b, in Relative relative, float margin, ref Closest closest) =>
        relative.IsSane && CoreClosest.Find(a, b, relative, ref closest)
            ? closest.Distance <= a.Radius + b.Radius + margin
            : FindClosest(a, b, relative, margin, ref closest);

    /// <summary>Offsets and normal from A's frame into the world's axes.</summary>
    public static void Turn(in Mat3 frame, ref Manifold manifold)
    {
        manifold.Normal = frame * manifold.Normal;
        for (int i = 0; i < manifold.Count; i++)
        {
            ContactPoint p = manifold.Points[i];
            manifold.Points[i] = p with { OffsetA = frame * p.OffsetA };
        }
    }
}
