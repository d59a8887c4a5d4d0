using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>Pairs with a sphere, and of two capsules: what touches is a point at a distance, so each has a closed form.</summary>
internal static class BallPairs
{
    /// <summary>Sine, squared, below which two capsules lie along each other and touch at two points.</summary>
    public const float AlongSquared = 0.01f;

    /// <summary>Against half a capsule's length: the least that two have to share to touch at two points.</summary>
    public const float SharedMin = 0.02f;

    public static void SphereSphere(float radiusA, float radiusB, Vec3 offset, float margin, ref Manifold manifold) =>
        Balls(radiusA, radiusB, offset, Vec3.UnitY, margin, ref manifold);

    /// <param name="measures">The capsule's radius and half length.</param>
    public static void SphereCapsule(float radius, Vec3 measures, Vec3 offset, Quat rotation, float margin, ref Manifold manifold)
    {
        Vec3 axis = rotation.Rotate(Vec3.UnitY);
        float t = Math.Clamp(-Vec3.Dot(axis, offset), -measures.Y, measures.Y);
        Balls(radius, measures.X, offset + (axis * t), axis.Across(), margin, ref manifold);
    }

    public static void SphereBox(float radius, Vec3 half, Vec3 offset, Quat rotation, float margin, ref Manifold manifold)
    {
        PointClosest.OnBox(half, rotation.InverseRotate(-offset), out Vec3 normal, out float distance);
        FromPoint(radius, normal, distance, rotation, margin, ref manifold);
    }

    /// <param name="measures">The cylinder's radius and half height.</param>
    public static void SphereCylinder(float radius, Vec3 measures, Vec3 offset, Quat rotation, float margin, ref Manifold manifold)
    {
        PointClosest.OnCylinder(measures.X, measures.Y, rotation.InverseRotate(-offset), out Vec3 normal, out float distance);
        FromPoint(radius, normal, distance, rotation, margin, ref manifold);
    }

    /// <param name="measuresA">A's radius and half length.</param>
    public static void CapsuleCapsule(Vec3 measuresA, in Pose poseA, Vec3 measuresB, in Pose poseB, float margin, ref Manifold manifold)
    {
        manifold.Count = 0;
        Vec3 offset = poseB.Position - poseA.Position;
        float reach = measuresA.X + measuresA.Y + measuresB.X + measuresB.Y + margin;
        if (!(offset.LengthSquared <= reach * reach))
        {
            return;
        }

        Vec3 a = poseA.Rotation.Rotate(new Vec3(0, measuresA.Y, 0)), b = poseB.Rotation.Rotate(new Vec3(0, measuresB.Y, 0));
        SegmentClosest.OnSegment(offset, a, b, out float s, out float t);
        Vec3 onA = a * s, between = offset + (b * t) - onA;
        float distance = between.Length, radii = measuresA.X + measuresB.X;
        if (!(distance - radii <= margin))
        {
            return;
        }

        Vec3 cross = Vec3.Cross(a, b);
        float crossSquared = cross.LengthSquared, lengths = a.LengthSquared * b.LengthSquared;
        Vec3 normal = distance > PointClosest.NoDirection ? between / distance
            : crossSquared > 1e-6f * lengths ? cross / MathF.Sqrt(crossSquared) : a.Normalized().Across();
        if (crossSquared < AlongSquared * lengths && Along(a, b, offset, normal, measuresA.X, radii, margin, ref manifold))
        {
            return;
        }

        manifold.Set(normal, onA + (normal * (measuresA.X + ((distance - radii) * 0.5f))), distance - radii, 0);
    }

    /// <summary>Contacts at both ends of what two nearly parallel segments share. False if they share no length.</summary>
    private static bool Along(Vec3 a, Vec3 b, Vec3 offset, Vec3 normal, float radiusA, float radii, float margin, ref Manifold manifold)
    {
        float aa = a.LengthSquared, ab = Vec3.Dot(a, b);
        float middle = Vec3.Dot(a, offset) / aa, half = Math.Abs(ab) / aa;
        float low = Math.Max(-1, middle - half), high = Math.Min(1, middle + half);
        if (high - low < SharedMin || !(half > 0))
        {
            return false;
        }

        manifold.Normal = normal;
        manifold.Count = 0;
        for (int i = 0; i < 2; i++)
        {
            float s = i == 0 ? low : high;
            Vec3 onA = a * s, onB = offset + (b * Math.Clamp((s - middle) * aa / ab, -1, 1));
            float separation = Vec3.Dot(normal, onB - onA) - radii;
            if (separation <= margin)
            {
                manifold.Add(onA + (normal * (radiusA + (separation * 0.5f))), separation, (uint)i + 1);
            }
        }

        return manifold.Count > 0;
    }

    /// <param name="otherwise">The normal where the centres are one.</param>
    private static void Balls(float radiusA, float radiusB, Vec3 offset, Vec3 otherwise, float margin, ref Manifold manifold)
    {
        float reach = radiusA + radiusB + margin;
        float squared = offset.LengthSquared;
        manifold.Count = 0;
        if (!(squared <= reach * reach))
        {
            return;
        }

        float distance = MathF.Sqrt(squared);
        Vec3 normal = distance > PointClosest.NoDirection ? offset / distance : otherwise;
        float separation = distance - radiusA - radiusB;
        manifold.Set(normal, normal * (radiusA + (separation * 0.5f)), separation, 0);
    }

    private static void FromPoint(float radius, Vec3 localNormal, float distance, Quat rotation, float margin, ref Manifold manifold)
    {
        manifold.Count = 0;
        float separation = distance - radius;
        if (separation <= margin)
        {
            Vec3 normal = rotation.Rotate(localNormal);
            manifold.Set(normal, normal * (radius + (separation * 0.5f)), separation, 0);
        }
    }
}
