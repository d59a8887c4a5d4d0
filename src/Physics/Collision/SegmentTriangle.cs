using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>The closest points of a triangle and a segment, such as a capsule's.</summary>
internal static class SegmentTriangle
{
    /// <param name="normal">Of the triangle, on the side that counts as outside.</param>
    /// <param name="middle">Of the segment.</param>
    /// <param name="half">From its middle to one end.</param>
    public static void Closest(in SurfaceTriangle triangle, Vec3 normal, Vec3 middle, Vec3 half, ref Closest closest)
    {
        float middleHeight = Vec3.Dot(normal, middle - triangle.P), rise = Vec3.Dot(normal, half);
        Vec3 low = rise > 0 ? middle - half : middle + half, high = rise > 0 ? middle + half : middle - half;
        float lowHeight = middleHeight - Math.Abs(rise), highHeight = middleHeight + Math.Abs(rise);
        if (lowHeight <= 0 && highHeight >= 0)
        {
            // It passes through the plane; if it does so within the triangle, the way out is along the normal.
            float t = highHeight - lowHeight > 1e-12f ? -lowHeight / (highHeight - lowHeight) : 0.5f;
            if (IsOver(triangle, normal, low + ((high - low) * t)))
            {
                closest = new Closest { Normal = normal, OnA = low - (normal * lowHeight), Distance = lowHeight };
                return;
            }
        }

        Vec3 onTriangle = PointClosest.OnTriangle(triangle.P, triangle.Q, triangle.R, low);
        Vec3 onSegment = low;
        float best = Vec3.DistanceSquared(onTriangle, low);
        if (!(best > 1e-12f) || Vec3.Dot(low - onTriangle, high - low) < 0)
        {
            // The distance falls along the segment, and where it is least is not known: the other end or a side may be nearer. Else it never falls,
            // for along a line the distance to a convex thing is convex.
            Vec3 other = PointClosest.OnTriangle(triangle.P, triangle.Q, triangle.R, high);
            Consider(other, high, ref onTriangle, ref onSegment, ref best);
            Side(triangle.P, triangle.Q, middle, half, ref onTriangle, ref onSegment, ref best);
            Side(triangle.Q, triangle.R, middle, half, ref onTriangle, ref onSegment, ref best);
            Side(triangle.R, triangle.P, middle, half, ref onTriangle, ref onSegment, ref best);
        }

        float distance = MathF.Sqrt(best);
        Vec3 away = distance > PointClosest.NoDirection ? (onSegment - onTriangle) / distance : normal;
        closest = new Closest { Normal = away, OnA = onTriangle, Distance = distance };
    }

    private static void Side(Vec3 from, Vec3 to, Vec3 middle, Vec3 half, ref Vec3 onTriangle, ref Vec3 onSegment, ref float best)
    {
        Vec3 sideMiddle = (from + to) * 0.5f, sideHalf = (to - from) * 0.5f;
        SegmentClosest.OnSegment(middle - sideMiddle, sideHalf, half, out float s, out float t);
        Consider(sideMiddle + (sideHalf * s), middle + (half * t), ref onTriangle, ref onSegment, ref best);
    }

    private static void Consider(Vec3 a, Vec3 b, ref Vec3 onTriangle, ref Vec3 onSegment, ref float best)
    {
        float squared = Vec3.DistanceSquared(a, b);
        if (squared < best)
        {
            (onTriangle, onSegment, best) = (a, b, squared);
        }
    }

    /// <summary>True if a point of the plane lies within the triangle.</summary>
    private static bool IsOver(in SurfaceTriangle t, Vec3 normal, Vec3 p) =>
        Vec3.Dot(Vec3.Cross(t.Q - t.P, p - t.P), normal) >= 0
        && Vec3.Dot(Vec3.Cross(t.R - t.Q, p - t.Q), normal) >= 0
        && Vec3.Dot(Vec3.Cross(t.P - t.R, p - t.R), normal) >= 0;
}
