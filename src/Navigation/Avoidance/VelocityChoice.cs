using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// Picks a velocity within a disc and a set of half planes: a linear programme in two dimensions, solved by adding one
/// half plane after the other (M. de Berg and others, "Computational Geometry", chapter 4). Where the agents' half planes contradict each other,
/// it takes the velocity that violates the worst one least, which is the same programme with the violation as a third dimension.
/// </summary>
internal static class VelocityChoice
{
    private const float Parallel = 1e-5f;

    /// <param name="planes">Those of walls first; they are kept even where the others contradict each other.</param>
    /// <param name="wallCount">How many of them are walls.</param>
    /// <param name="scratch">Room for as many half planes.</param>
    public static Vec2 Solve(ReadOnlySpan<HalfPlane> planes, int wallCount, float maxSpeed, Vec2 preferred, Span<HalfPlane> scratch)
    {
        Vec2 velocity = preferred.Clamped(maxSpeed);
        int failed = Nearest(planes, maxSpeed, preferred, isDirection: false, ref velocity);
        if (failed < planes.Length)
        {
            LeastBad(planes, wallCount, failed, maxSpeed, scratch, ref velocity);
        }

        return velocity;
    }

    /// <returns>The first half plane that cannot be met together with those before it, or their count.</returns>
    private static int Nearest(ReadOnlySpan<HalfPlane> planes, float maxSpeed, Vec2 goal, bool isDirection, ref Vec2 velocity)
    {
        velocity = isDirection ? goal * maxSpeed : goal.Clamped(maxSpeed);
        for (int i = 0; i < planes.Length; i++)
        {
            if (planes[i].Violation(velocity) > 0)
            {
                if (!TryNearestOnLine(planes, i, maxSpeed, goal, isDirection, out Vec2 onLine))
                {
                    return i;
                }

                velocity = onLine;
            }
        }

        return planes.Length;
    }

    // The optimum lies on the line of the half plane that was just violated, between its cuts with the disc and the others.
    private static bool TryNearestOnLine(
        ReadOnlySpan<HalfPlane> planes, int index, float maxSpeed, Vec2 goal, bool isDirection, out Vec2 velocity)
    {
        HalfPlane line = planes[index];
        velocity = Vec2.Zero;
        float along = Vec2.Dot(line.Point, line.Direction);
        float discriminant = (along * along) + (maxSpeed * maxSpeed) - line.Point.LengthSquared;
        if (!(discriminant >= 0))
        {
            return false;
        }

        float root = MathF.Sqrt(discriminant);
        float left = -along - root;
        float right = -along + root;
        for (int i = 0; i < index; i++)
        {
            float denominator = Vec2.Cross(line.Direction, planes[i].Direction);
            float numerator = Vec2.Cross(planes[i].Direction, line.Point - planes[i].Point);
            if (MathF.Abs(denominator) <= Parallel)
            {
                if (numerator < 0)
                {
                    return false;
                }

                continue;
            }

            float t = numerator / denominator;
            (left, right) = denominator >= 0 ? (left, Math.Min(right, t)) : (Math.Max(left, t), right);
            if (left > right)
            {
                return false;
            }
        }

        float best = isDirection
            ? (Vec2.Dot(goal, line.Direction) > 0 ? right : left)
            : Math.Clamp(Vec2.Dot(line.Direction, goal - line.Point), left, right);
        velocity = line.Point + (line.Direction * best);
        return true;
    }

    private static void LeastBad(
        ReadOnlySpan<HalfPlane> planes, int wallCount, int from, float maxSpeed, Span<HalfPlane> scratch, ref Vec2 velocity)
    {
        float violation = 0;
        for (int i = from; i < planes.Length; i++)
        {
            if (planes[i].Violation(velocity) <= violation)
            {
                continue;
            }

            int count = Math.Min(wallCount, i);
            planes[..count].CopyTo(scratch);
            for (int j = count; j < i; j++)
            {
                if (TryEquallyBad(planes[i], planes[j], out HalfPlane line))
                {
                    scratch[count++] = line;
                }
            }

            Vec2 inward = planes[i].Direction.Perpendicular;
            Vec2 candidate = velocity;
            if (Nearest(scratch[..count], maxSpeed, inward, isDirection: true, ref candidate) == count)
            {
                velocity = candidate;
            }

            violation = planes[i].Violation(velocity);
        }
    }

    // Where both half planes are violated by the same amount; to its left the second is violated less than the first.
    private static bool TryEquallyBad(HalfPlane a, HalfPlane b, out HalfPlane line)
    {
        line = default;
        float cross = Vec2.Cross(a.Direction, b.Direction);
        Vec2 point;
        if (MathF.Abs(cross) <= Parallel)
        {
            if (Vec2.Dot(a.Direction, b.Direction) > 0)
            {
                return false;
            }

            point = (a.Point + b.Point) * 0.5f;
        }
        else
        {
            point = a.Point + (a.Direction * (Vec2.Cross(b.Direction, a.Point - b.Point) / cross));
        }

        line = new HalfPlane(point, (b.Direction - a.Direction).Normalized());
        return true;
    }
}
