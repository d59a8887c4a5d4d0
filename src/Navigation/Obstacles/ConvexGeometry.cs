using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Obstacles;

/// <summary>Distances and tangents of a point, a straight piece or a convex polygon, its corners from x towards y round it.</summary>
internal static class ConvexGeometry
{
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
        away = default;
        float least = float.MaxValue;
        float inside = float.MinValue;
        Vec2 inwards = default;
        for (int i = 0; i < corners.Length; i++)
        {
            Vec2 from = corners[i];
            Vec2 way = corners[i + 1 == corners.Length ? 0 : i + 1] - from;
            float share = Math.Clamp(Vec2.Dot(at - from, way) / Math.Max(way.LengthSquared, float.Epsilon), 0, 1);
            Vec2 point = from + (way * share);
            float squared = Vec2.DistanceSquared(at, point);
            if (squared < least)
            {
                (least, nearest) = (squared, point);
            }

            Vec2 outward = new Vec2(way.Y, -way.X).Normalized();
            float height = Vec2.Dot(at - from, outward);
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

    /// <summary>
    /// The ways of length 1 from the point 0 that touch a shape on either side, so that the whole of it lies between them, and how far away they touch it.
    /// </summary>
    /// <param name="corners">As seen from that point.</param>
    /// <param name="radius">How far it reaches beyond its corners; the point lies farther away.</param>
    public static (Tangent Left, Tangent Right) Tangents(ReadOnlySpan<Vec2> corners, float radius)
    {
        (Tangent left, Tangent right) = (default, default);
        for (int i = 0; i < corners.Length; i++)
        {
            Vec2 corner = corners[i];
            float squared = Math.Max(corner.LengthSquared, float.Epsilon);
            float leg = MathF.Sqrt(Math.Max(squared - (radius * radius), 0));
            Vec2 leftWay = new Vec2((corner.X * leg) - (corner.Y * radius), (corner.X * radius) + (corner.Y * leg)) / squared;
            Vec2 rightWay = new Vec2((corner.X * leg) + (corner.Y * radius), (corner.Y * leg) - (corner.X * radius)) / squared;
            left = i == 0 || Vec2.Cross(left.Way, leftWay) > 0 ? new Tangent(leftWay, leg, i) : left;
            right = i == 0 || Vec2.Cross(right.Way, rightWay) < 0 ? new Tangent(rightWay, leg, i) : right;
        }

        return (left, right);
    }

    /// <summary>How far one can go from the point 0 in a direction, of length 1, that lies between the tangents of a shape until one meets it.</summary>
    public static float Entry(ReadOnlySpan<Vec2> corners, float radius, Vec2 direction)
    {
        if (corners.Length == 1)
        {
            float along = Vec2.Dot(corners[0], direction);
            float aside = Vec2.Cross(corners[0], direction);
            return along - MathF.Sqrt(Math.Max((radius * radius) - (aside * aside), 0));
        }

        float entry = 0;
        for (int i = 0; i < corners.Length; i++)
        {
            Vec2 way = corners[i + 1 == corners.Length ? 0 : i + 1] - corners[i];
            Vec2 outward = new Vec2(way.Y, -way.X).Normalized();
            float towards = -Vec2.Dot(outward, direction);
            if (towards > 1e-6f)
            {
                entry = Math.Max(entry, (-Vec2.Dot(outward, corners[i]) - radius) / towards);
            }
        }

        return entry;
    }

    /// <summary>How long the way from the point 0 to a target is round one side of a shape; roundings are passed straight.</summary>
    /// <param name="from">The tangent from the point 0 on that side.</param>
    /// <param name="target">Outside of the shape and its rounding.</param>
    public static float WayRound(ReadOnlySpan<Vec2> corners, float radius, Tangent from, Vec2 target, bool isLeft)
    {
        Span<Vec2> seen = stackalloc Vec2[corners.Length];
        for (int i = 0; i < seen.Length; i++)
        {
            seen[i] = corners[i] - target;
        }

        (Tangent left, Tangent right) = Tangents(seen, radius);
        Tangent to = isLeft ? right : left;
        float length = from.Length + to.Length;
        if (from.Corner == to.Corner)
        {
            return length + Vec2.Distance(from.Way * from.Length, target + (to.Way * to.Length));
        }

        // With the shape to the right one goes round it from y towards x.
        for (int at = from.Corner; at != to.Corner;)
        {
            int next = isLeft ? (at == 0 ? corners.Length : at) - 1 : at + 1 == corners.Length ? 0 : at + 1;
            length += Vec2.Distance(corners[at], corners[next]);
            at = next;
        }

        return length;
    }

    /// <param name="Way">Of length 1.</param>
    /// <param name="Length">To where it touches.</param>
    /// <param name="Corner">The corner round which it touches.</param>
    public readonly record struct Tangent(Vec2 Way, float Length, int Corner);

    private static float Apart(Vec2 offset, out Vec2 away)
    {
        float length = offset.Length;
        away = length > 1e-6f ? offset / length : Vec2.Zero;
        return length;
    }
}
