using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// Picks a velocity within a disc and a set of half planes: a linear programme in two dimensions, solved by adding one
/// half plane after the other (M. de Berg and others, "Computational Geometry", chapter 4). Where the agents' half planes contradict each other,
/// it takes the velocity that violates the worst one least, which is the same programme with the violation as a third dimension.
/// </summary>
internal sealed class VelocityChoice
{
    private const float Parallel = 1e-5f;

    private readonly HalfPlanes _scratch = new();

    /// <param name="planes">Those that hold whatever happens first; they are kept even where the others contradict each other.</param>
    /// <param name="kept">How many of them those are.</param>
    public Vec2 Solve(HalfPlanes planes, int kept, float maxSpeed, Vec2 preferred)
    {
        Vec2 velocity = preferred.Clamped(maxSpeed);
        int failed = Nearest(planes, maxSpeed, preferred, isDirection: false, ref velocity);
        if (failed < planes.Count)
        {
            LeastBad(planes, kept, failed, maxSpeed, ref velocity);
        }

        return velocity;
    }

    /// <returns>The first half plane that cannot be met together with those before it, or their count.</returns>
    private static int Nearest(HalfPlanes planes, float maxSpeed, Vec2 goal, bool isDirection, ref Vec2 velocity)
    {
        velocity = isDirection ? goal * maxSpeed : goal.Clamped(maxSpeed);
        for (int i = planes.FirstViolated(0, velocity); i < planes.Count; i = planes.FirstViolated(i + 1, velocity))
        {
            if (!TryNearestOnLine(planes, i, maxSpeed, goal, isDirection, out Vec2 onLine))
            {
                return i;
            }

            velocity = onLine;
        }

        return planes.Count;
    }

    // The optimum lies on the line of the half plane that was just violated, between its cuts with the disc and the others.
    private static bool TryNearestOnLine(HalfPlanes planes, int index, float maxSpeed, Vec2 goal, bool isDirection, out Vec2 velocity)
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
        if (!planes.TryCut(index, Parallel, ref left, ref right))
        {
            return false;
        }

        float best = isDirection
            ? (Vec2.Dot(goal, line.Direction) > 0 ? right : left)
            : Math.Clamp(Vec2.Dot(line.Direction, goal - line.Point), left, right);
        velocity = line.Point + (line.Direction * best);
        return true;
    }

    private void LeastBad(HalfPlanes planes, int kept, int from, float maxSpeed, ref Vec2 velocity)
    {
        float violation = 0;
        for (int i = from; i < planes.Count; i++)
        {
            HalfPlane plane = planes[i];
            if (plane.Violation(velocity) <= violation)
            {
                continue;
            }

            _scratch.SetEquallyBad(planes, Math.Min(kept, i), i, Parallel);
            Vec2 candidate = velocity;
            if (Nearest(_scratch, maxSpeed, plane.Direction.Perpendicular, isDirection: true, ref candidate) == _scratch.Count)
            {
                velocity = candidate;
            }

            violation = plane.Violation(velocity);
        }
    }
}
