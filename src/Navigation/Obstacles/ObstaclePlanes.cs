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

    // By so much a box may seem farther away than the shape in it.
    private const float Rounding = 0.005f;

    // Half the side of the square in which obstacles are looked for first, beyond the agent's radius.
    private const float CloseReach = 1.5f;

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

        bool isBeside = false;
        speed = 0;
        foreach (ref readonly Near near in nearest[..count])
        {
            CrowdObstacles obstacles = sets[near.Set];
            ref readonly CrowdObstacles.Part part = ref obstacles[near.Index];
            float seconds = part.Speed > 0 ? horizon.Moving : horizon.Standing;
            planes.Add(PlaneOf(obstacles, in near, in agent, seconds));
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
        float reach = agent.Radius + Math.Min(
            Math.Max(agent.MaxSpeed * horizon.Standing, obstacles.SpeedMax > 0 ? (agent.MaxSpeed + obstacles.SpeedMax) * horizon.Moving : 0), Limits.AvoidanceRangeMax);

        // Among many the nearest are soon enough: what does not touch a small square is farther away than all of them.
        float close = agent.Radius + CloseReach;
        if (close < reach && obstacles.Count > nearest.Length)
        {
            foreach (int index in obstacles.Near(agent.Position, close))
            {
                Take(obstacles, set, index, in agent, horizon, nearest, ref count);
            }

            if (count == nearest.Length && nearest[^1].Gap < close)
            {
                return;
            }
        }
        else
        {
            close = -1;
        }

        foreach (int index in obstacles.Near(agent.Position, reach))
        {
            if (close < 0 || !obstacles.IsNear(index, agent.Position, close))
            {
                Take(obstacles, set, index, in agent, horizon, nearest, ref count);
            }
        }
    }

    private static void Take(
        CrowdObstacles obstacles, int set, int index, in AvoidanceAgent agent, (float Standing, float Moving) horizon, Span<Near> nearest, ref int count)
    {
        ref readonly CrowdObstacles.Part part = ref obstacles[index];
        float seconds = part.Speed > 0 ? horizon.Moving : horizon.Standing;
        float most = agent.Radius + ((agent.MaxSpeed + part.Speed) * seconds);

        // Most are too far away, or too far by then, which the boxes and discs round them tell.
        float least = Math.Max(count == nearest.Length ? Math.Min(most, nearest[^1].Gap) : most, 0) + Rounding;
        if (obstacles.BoxDistanceSquared(index, agent.Position) > least * least || IsOutOfReach(in part, in agent, seconds))
        {
            return;
        }

        float distance = obstacles.Nearest(index, agent.Position, out Vec2 point, out Vec2 away);
        Near found = new(distance - part.Radius, set, index, distance, point, away);
        if (found.Gap > most)
        {
            return;
        }

        int hole = count < nearest.Length ? count++ : found.IsBefore(in nearest[^1]) ? count - 1 : count;
        while (hole < count && hole > 0 && found.IsBefore(in nearest[hole - 1]))
        {
            nearest[hole] = nearest[hole - 1];
            hole--;
        }

        if (hole < count)
        {
            nearest[hole] = found;
        }
    }

    // As the obstacle sees it, the places that an agent can be at by some time are a disc that holds those of all times before, if the obstacle is no faster.
    private static bool IsOutOfReach(in CrowdObstacles.Part part, in AvoidanceAgent agent, float seconds)
    {
        float speed = agent.MaxSpeed + part.Spin, reach = part.Around + agent.Radius + (speed * seconds) + Rounding;
        return part.Velocity.LengthSquared <= speed * speed && Vec2.DistanceSquared(agent.Position - (part.Velocity * seconds), part.Centre) > reach * reach;
    }

    private static HalfPlane PlaneOf(CrowdObstacles obstacles, in Near near, in AvoidanceAgent agent, float seconds)
    {
        ref readonly CrowdObstacles.Part part = ref obstacles[near.Index];
        Vec2 moves = part.VelocityAt(near.Point);
        float radius = part.Radius + Math.Max(agent.Radius - Slack, 0);
        if (near.Distance <= radius + 1e-4f)
        {
            // Closer than its radius it is led out, at no more than half its speed so that it can still walk on.
            float room = near.Distance - radius;
            return HalfPlane.Facing(near.Away, Vec2.Dot(moves, near.Away) + Math.Min(-room / seconds, agent.MaxSpeed * 0.5f));
        }

        // A convex set is what all half planes allow whose normals its edge has; of those the one counts that the velocity violates least or keeps best.
        Vec2 velocity = agent.Velocity - moves;
        ((Vec2 left, _, _), (Vec2 right, _, _)) = obstacles.Edges.Tangents(near.Index, part.Corners, agent.Position, radius);
        Choice best = new(left.Perpendicular, 0, Vec2.Dot(left.Perpendicular, velocity));
        best = best.OrBetter(new Choice(-right.Perpendicular, 0, -Vec2.Dot(right.Perpendicular, velocity)));

        // The shape shrunk by the horizon, and the velocity in it, are the shape and where the velocity leads within the horizon.
        ReadOnlySpan<Vec2> corners = obstacles.CornersOf(near.Index);
        Front front = new(corners, agent.Position, radius, seconds, velocity, left, right);
        if (obstacles.Nearest(near.Index, agent.Position + (velocity * seconds), out _, out Vec2 outward) > 0)
        {
            best = front.OrBetter(outward, best);
        }
        else
        {
            for (int i = 0; i < corners.Length; i++)
            {
                Vec2 way = corners[i + 1 == corners.Length ? 0 : i + 1] - corners[i];
                best = front.OrBetter(new Vec2(way.Y, -way.X).Normalized(), best);
            }
        }

        return HalfPlane.Facing(best.Normal, Vec2.Dot(best.Normal, moves) + best.Least);
    }

    /// <summary>The edge of a velocity obstacle that is not one of its tangents.</summary>
    private readonly ref struct Front(ReadOnlySpan<Vec2> corners, Vec2 at, float radius, float seconds, Vec2 velocity, Vec2 left, Vec2 right)
    {
        private readonly ReadOnlySpan<Vec2> _corners = corners;
        private readonly Vec2 _at = at;
        private readonly float _radius = radius;
        private readonly float _seconds = seconds;
        private readonly Vec2 _velocity = velocity;
        private readonly Vec2 _left = left;
        private readonly Vec2 _right = right;

        /// <summary>The half plane with a normal, if that is one of the edge's and better.</summary>
        public Choice OrBetter(Vec2 normal, Choice best)
        {
            if (normal == Vec2.Zero || Vec2.Dot(normal, _left) > 0 || Vec2.Dot(normal, _right) > 0)
            {
                return best;
            }

            float least = float.MinValue;
            foreach (Vec2 corner in _corners)
            {
                least = Math.Max(least, Vec2.Dot(normal, corner - _at));
            }

            least = (least + _radius) / _seconds;
            return best.OrBetter(new Choice(normal, least, Vec2.Dot(normal, _velocity) - least));
        }
    }

    /// <param name="Normal">Of a half plane, to the allowed side.</param>
    /// <param name="Least">How fast in this direction a velocity has to be.</param>
    /// <param name="Margin">By how much the agent's is faster.</param>
    private readonly record struct Choice(Vec2 Normal, float Least, float Margin)
    {
        public Choice OrBetter(Choice other) => other.Margin > Margin ? other : this;
    }

    /// <param name="Gap">From the agent's middle to the obstacle's edge; negative inside of it.</param>
    /// <param name="Set">Which set it is of.</param>
    /// <param name="Index">Its number there.</param>
    /// <param name="Distance">From the agent's middle to what the obstacle's corners span.</param>
    /// <param name="Point">Where on the edge of that it is nearest.</param>
    /// <param name="Away">From there to the agent, of length 1.</param>
    private readonly record struct Near(float Gap, int Set, int Index, float Distance, Vec2 Point, Vec2 Away)
    {
        public bool IsBefore(in Near other) => Gap < other.Gap || (Gap == other.Gap && (Set < other.Set || (Set == other.Set && Index < other.Index)));
    }
}
