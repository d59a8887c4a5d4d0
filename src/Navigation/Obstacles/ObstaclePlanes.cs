using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Avoidance;

namespace RealtimeServer.Navigation.Obstacles;

/// <summary>
/// The half planes that obstacles leave an agent, which does all the avoiding: the velocity obstacle of a convex shape within a horizon is the part of a cone
/// beyond the shape shrunk by the horizon (J. van den Berg, S. Guy, M. Lin, D. Manocha, "Reciprocal n-body collision avoidance", 2011, section 5). It is convex
/// itself, so one half plane of it, the one that costs the agent least, is enough for a shape, whatever its corners.
/// </summary>
internal static class ObstaclePlanes
{
    // Rounding must not make an agent that slides along an obstacle see an overlap.
    private const float Slack = 0.005f;

    /// <summary>Adds the half planes of the nearest obstacles.</summary>
    /// <param name="horizon">Seconds to look ahead for what stands, and for what moves.</param>
    /// <param name="speed">Of the fastest that may touch the agent within a tick.</param>
    /// <returns>True if there is such a one.</returns>
    public static bool TryAdd(
        ReadOnlySpan<CrowdObstacles> sets, in AvoidanceAgent agent, (float Standing, float Moving, float Step) horizon, HalfPlanes planes, out float speed)
    {
        Span<Near> nearest = stackalloc Near[Limits.AvoidanceObstaclesMax];
        int count = 0;
        for (int set = 0; set < sets.Length; set++)
        {
            Find(sets[set], set, in agent, (horizon.Standing, horizon.Moving), nearest, ref count);
        }

        Span<Vec2> seen = stackalloc Vec2[Limits.ObstacleCornersMax];
        bool isBeside = false;
        speed = 0;
        foreach (ref readonly Near near in nearest[..count])
        {
            CrowdObstacles obstacles = sets[near.Set];
            ref readonly CrowdObstacles.Part part = ref obstacles[near.Index];
            ReadOnlySpan<Vec2> corners = obstacles.CornersOf(near.Index);
            for (int i = 0; i < corners.Length; i++)
            {
                seen[i] = corners[i] - agent.Position;
            }

            float seconds = part.Speed > 0 ? horizon.Moving : horizon.Standing;
            planes.Add(PlaneOf(seen[..corners.Length], in part, in agent, seconds));
            if (near.Gap < agent.Radius + ((agent.MaxSpeed + part.Speed) * horizon.Step) + Slack)
            {
                isBeside = true;
                speed = Math.Max(speed, part.Speed);
            }
        }

        return isBeside;
    }

    /// <summary>Moves a disc out of the obstacles as they stand after some seconds.</summary>
    public static void Expel(ReadOnlySpan<CrowdObstacles> sets, float radius, float seconds, ref Vec2 at)
    {
        Span<Vec2> later = stackalloc Vec2[Limits.ObstacleCornersMax];
        for (int set = 0; set < sets.Length; set++)
        {
            CrowdObstacles obstacles = sets[set];
            foreach (int index in obstacles.Near(at, radius + (obstacles.SpeedMax * seconds)))
            {
                ref readonly CrowdObstacles.Part part = ref obstacles[index];
                ReadOnlySpan<Vec2> corners = obstacles.CornersOf(index);
                for (int i = 0; i < corners.Length; i++)
                {
                    later[i] = corners[i] + (part.VelocityAt(corners[i]) * seconds);
                }

                float room = ConvexGeometry.Nearest(later[..corners.Length], at, out _, out Vec2 away) - part.Radius - radius;
                at -= away * Math.Min(room, 0);
            }
        }
    }

    private static void Find(
        CrowdObstacles obstacles, int set, in AvoidanceAgent agent, (float Standing, float Moving) horizon, Span<Near> nearest, ref int count)
    {
        float reach = Math.Min(
            Math.Max(agent.MaxSpeed * horizon.Standing, obstacles.SpeedMax > 0 ? (agent.MaxSpeed + obstacles.SpeedMax) * horizon.Moving : 0), Limits.AvoidanceRangeMax);
        foreach (int index in obstacles.Near(agent.Position, agent.Radius + reach))
        {
            ref readonly CrowdObstacles.Part part = ref obstacles[index];
            float gap = ConvexGeometry.Nearest(obstacles.CornersOf(index), agent.Position, out _, out _) - part.Radius;
            float seconds = part.Speed > 0 ? horizon.Moving : horizon.Standing;
            if (gap > agent.Radius + ((agent.MaxSpeed + part.Speed) * seconds))
            {
                continue;
            }

            Near found = new(gap, set, index);
            int hole = count < nearest.Length ? count++ : found.IsBefore(nearest[^1]) ? count - 1 : count;
            while (hole < count && hole > 0 && found.IsBefore(nearest[hole - 1]))
            {
                nearest[hole] = nearest[hole - 1];
                hole--;
            }

            if (hole < count)
            {
                nearest[hole] = found;
            }
        }
    }

    /// <param name="corners">As seen from the agent.</param>
    private static HalfPlane PlaneOf(ReadOnlySpan<Vec2> corners, in CrowdObstacles.Part part, in AvoidanceAgent agent, float seconds)
    {
        float distance = ConvexGeometry.Nearest(corners, Vec2.Zero, out Vec2 nearest, out Vec2 away);
        Vec2 moves = part.VelocityAt(agent.Position + nearest);
        float radius = part.Radius + Math.Max(agent.Radius - Slack, 0);
        if (distance <= radius + 1e-4f)
        {
            // Closer than its radius it is led out, at no more than half its speed so that it can still walk on.
            float room = distance - radius;
            return HalfPlane.Facing(away, Vec2.Dot(moves, away) + Math.Min(-room / seconds, agent.MaxSpeed * 0.5f));
        }

        // A convex set is what all half planes allow whose normals its edge has; of those the one counts that the velocity violates least or keeps best.
        Vec2 velocity = agent.Velocity - moves;
        ((Vec2 left, _, _), (Vec2 right, _, _)) = ConvexGeometry.Tangents(corners, radius);
        Choice best = new(left.Perpendicular, 0, Vec2.Dot(left.Perpendicular, velocity));
        best = best.OrBetter(new Choice(-right.Perpendicular, 0, -Vec2.Dot(right.Perpendicular, velocity)));
        Span<Vec2> shrunk = stackalloc Vec2[corners.Length];
        for (int i = 0; i < corners.Length; i++)
        {
            shrunk[i] = corners[i] / seconds;
        }

        if (ConvexGeometry.Nearest(shrunk, velocity, out _, out Vec2 outward) > 0)
        {
            best = Front(shrunk, radius / seconds, outward, velocity, (left, right), best);
        }
        else
        {
            for (int i = 0; i < shrunk.Length; i++)
            {
                Vec2 way = shrunk[i + 1 == shrunk.Length ? 0 : i + 1] - shrunk[i];
                best = Front(shrunk, radius / seconds, new Vec2(way.Y, -way.X).Normalized(), velocity, (left, right), best);
            }
        }

        return HalfPlane.Facing(best.Normal, Vec2.Dot(best.Normal, moves) + best.Least);
    }

    // The half plane of the shrunk shape with a normal, if that is one of the velocity obstacle's.
    private static Choice Front(ReadOnlySpan<Vec2> shrunk, float radius, Vec2 normal, Vec2 velocity, (Vec2 Left, Vec2 Right) tangents, Choice best)
    {
        if (normal == Vec2.Zero || Vec2.Dot(normal, tangents.Left) > 0 || Vec2.Dot(normal, tangents.Right) > 0)
        {
            return best;
        }

        float least = float.MinValue;
        foreach (Vec2 corner in shrunk)
        {
            least = Math.Max(least, Vec2.Dot(normal, corner));
        }

        least += radius;
        return best.OrBetter(new Choice(normal, least, Vec2.Dot(normal, velocity) - least));
    }

    /// <param name="Normal">Of a half plane, to the allowed side.</param>
    /// <param name="Least">How fast in this direction a velocity has to be.</param>
    /// <param name="Margin">By how much the agent's is faster.</param>
    private readonly record struct Choice(Vec2 Normal, float Least, float Margin)
    {
        public Choice OrBetter(Choice other) => other.Margin > Margin ? other : this;
    }

    /// <param name="Gap">From the agent's middle to the obstacle's edge; negative inside of it.</param>
    private readonly record struct Near(float Gap, int Set, int Index)
    {
        public bool IsBefore(Near other) => Gap < other.Gap || (Gap == other.Gap && (Set < other.Set || (Set == other.Set && Index < other.Index)));
    }
}
