using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Obstacles;

/// <summary>Distances of a point, a straight piece or a convex polygon, its corners from x towards y round it.</summary>
internal static class ConvexGeometry
{
    /// <summary>Nearer than this a point lies on an edge.</summary>
    public const float TouchMax = 1e-6f;

    /// <summary>The point of a shape's edge that is nearest to a point.</summary>
    /// <returns>How far it is; negative if the point lies inside of the polygon.</returns>
    public static float Nearest(ReadOnlySpan<Vec2> corners, Vec2 at, out Vec2 nearest, out Vec2 away)
    {
        if (corners.Length == 1)
        {
            nearest = corners[0];
            return Apart(at - nearest, out away);
        }

        nearest = default;
        float least = float.MaxValue;
        bool isInside = corners.Length > 2;
        for (int i = 0; i < corners.Length; i++)
        {
            Vec2 from = corners[i];
            Vec2 way = corners[i + 1 == corners.Length ? 0 : i + 1] - from;
            Vec2 seen = at - from;
            float share = Math.Clamp(Vec2.Dot(seen, way) / Math.Max(way.LengthSquared, float.Epsilon), 0, 1);
            Vec2 point = from + (way * share);
            float squared = Vec2.DistanceSquared(at, point);
            if (squared < least)
            {
                (least, nearest) = (squared, point);
            }

            isInside &= Vec2.Cross(way, seen) >= 0;
        }

        if (!isInside)
        {
            float distance = Apart(at - nearest, out away);
            if (away != Vec2.Zero)
            {
                return distance;
            }
        }

        return Inside(corners, at, ref nearest, out away);
    }

    /// <summary>Of a point in a polygon, or on an edge: the side that it is nearest to.</summary>
    /// <param name="nearest">Of the edges; if the point lies inside, it becomes that side's.</param>
    public static float Inside(ReadOnlySpan<Vec2> corners, Vec2 at, ref Vec2 nearest, out Vec2 away)
    {
        float inside = float.MinValue;
        Vec2 inwards = default;
        for (int i = 0; i < corners.Length; i++)
        {
            Vec2 way = corners[i + 1 == corners.Length ? 0 : i + 1] - corners[i];
            Vec2 outward = new Vec2(way.Y, -way.X).Normalized();
            float height = Vec2.Dot(at - corners[i], outward);
            if (outward != Vec2.Zero && height > inside)
            {
                (inside, inwards) = (height, outward);
            }
        }

        if (corners.Length > 2 && inside <= 0)
        {
            away = inwards;
            nearest = at - (inwards * inside);
            return inside;
        }

        float distance = Apart(at - nearest, out away);
        away = away == Vec2.Zero ? inwards : away;
        return distance;
    }

    private static float Apart(Vec2 offset, out Vec2 away)
    {
        float length = offset.Length;
        away = length > TouchMax ? offset / length : Vec2.Zero;
        return length;
    }
}
