using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>The closest points of two cores where there is a closed form: those of points and segments.</summary>
internal static class CoreClosest
{
    /// <returns>False if there is none for the two, or where they are.</returns>
    public static bool Find(in ConvexCore a, in ConvexCore b, in Relative relative, ref Closest closest)
    {
        if (b.Kind == CoreKind.Point)
        {
            return FromPoint(a, relative.Offset, ref closest);
        }

        if (a.Kind == CoreKind.Point)
        {
            if (!FromPoint(b, relative.ToB(default), ref closest))
            {
                return false;
            }

            closest.Normal = relative.Rotation * -closest.Normal;
            closest.OnA = default;
            return true;
        }

        if (a.Kind == CoreKind.Segment)
        {
            return b.Kind == CoreKind.Segment ? Segments(a, b, relative, ref closest) : b.Kind == CoreKind.Box && SegmentOnBox(a, b, relative, ref closest);
        }

        if (a.Kind == CoreKind.Box && b.Kind == CoreKind.Segment)
        {
            if (!SegmentOnBox(b, a, relative.Inverse(), ref closest))
            {
                return false;
            }

            // Found in the segment's frame, from it to the box.
            Vec3 onBox = closest.OnA + (closest.Normal * closest.Distance);
            closest.OnA = relative.ToA(onBox);
            closest.Normal = relative.Rotation * -closest.Normal;
            return true;
        }

        return false;
    }

    /// <summary>The core's closest point to a point of its frame; the normal looks from the core to the point.</summary>
    private static bool FromPoint(in ConvexCore core, Vec3 p, ref Closest closest)
    {
        Vec3 normal;
        float distance;
        switch (core.Kind)
        {
            case CoreKind.Point:
            case CoreKind.Segment:
                Vec3 on = core.Kind == CoreKind.Point ? default : new Vec3(0, Math.Clamp(p.Y, -core.P.Y, core.P.Y), 0);
                distance = (p - on).Length;
                normal = distance > PointClosest.NoDirection ? (p - on) / distance : core.Kind == CoreKind.Point ? Vec3.UnitY : Vec3.UnitX;
                closest = new Closest { Normal = normal, OnA = on, Distance = distance };
                return true;
            case CoreKind.Box:
                PointClosest.OnBox(core.P, p, out normal, out distance);
                break;
            case CoreKind.Cylinder:
                PointClosest.OnCylinder(core.P.X, core.P.Y, p, out normal, out distance);
                break;
            default:
                return false;
        }

        closest = new Closest { Normal = -normal, OnA = p + (normal * distance), Distance = distance };
        return true;
    }

    private static bool Segments(in ConvexCore a, in ConvexCore b, in Relative relative, ref Closest closest)
    {
        Vec3 half = relative.Rotation * b.P;
        SegmentClosest.OnSegment(relative.Offset, a.P, half, out float s, out float t);
        Vec3 onA = a.P * s, between = relative.Offset + (half * t) - onA;
        float distance = between.Length;
        closest = new Closest { OnA = onA, Distance = distance, Normal = between / distance };
        return distance > PointClosest.NoDirection;
    }

    /// <summary>A segment outside of a box. False if they overlap.</summary>
    public static bool SegmentOnBox(in ConvexCore segment, in ConvexCore box, in Relative relative, ref Closest closest)
    {
        Vec3 middle = relative.ToB(default), along = relative.Rotation.TransposeTimes(segment.P);
        float t = SegmentClosest.OnBox(box.P, middle, along);
        PointClosest.OnBox(box.P, middle + (along * t), out Vec3 normal, out float distance);
        closest.Normal = relative.Rotation * normal;
        closest.OnA = segment.P * t;
        closest.Distance = distance;
        return distance > PointClosest.NoDirection;
    }
}
