using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Obstacles;

/// <summary>
/// Leads agents round obstacles that no path knows of: along the tangents of whatever lies in the straight way, to the side on which the way is shorter. What
/// several obstacles enclose it does not find out of; that is what paths are for.
/// </summary>
public static class ObstacleSteering
{
    // Of obstacles that lie one behind the other on the same side.
    private const int TurnsMax = 8;

    // Cosine of the turn beyond which one goes back.
    private const float BackLeast = 0.3f;

    // The tangent keeps clear of what it touches by so much, in world units.
    private const float Clearance = 0.02f;

    // By so much a disc may seem farther away than the shape in it.
    private const float Rounding = 0.005f;

    /// <summary>The direction in which to go.</summary>
    /// <param name="sets">What lies about.</param>
    /// <param name="at">Where the agent is.</param>
    /// <param name="velocity">How it moves: who has begun to go round one side does not turn back as long as that side is free.</param>
    /// <param name="target">Where it wants to be. An obstacle that covers this point is not gone round.</param>
    /// <param name="radius">Of the agent.</param>
    /// <param name="ahead">How far to look; farther than the target if the way goes on behind it.</param>
    /// <returns>Of length 1, or zero if it is there.</returns>
    public static Vec2 Around(ReadOnlySpan<CrowdObstacles> sets, Vec2 at, Vec2 velocity, Vec2 target, float radius, float ahead)
    {
        Vec2 straight = (target - at).Normalized();
        foreach (CrowdObstacles set in sets)
        {
            set.BeginLook();
        }

        Search search = new(sets, at, target, radius, Math.Clamp(ahead, 0, Limits.AvoidanceRangeMax));
        if (straight == Vec2.Zero || !search.IsBlocked(straight, out Met met))
        {
            return straight;
        }

        (Side left, Side right) = (search.Pass(met, isLeft: true), search.Pass(met, isLeft: false));
        float leftWay = search.Turn(straight, isLeft: true, ref left);
        float rightWay = search.Turn(straight, isLeft: false, ref right);
        if (Math.Max(leftWay, rightWay) < float.MaxValue && IsBack(left.Way, velocity) != IsBack(right.Way, velocity))
        {
            return IsBack(left.Way, velocity) ? right.Way : left.Way;
        }

        return Math.Min(leftWay, rightWay) == float.MaxValue ? straight : leftWay <= rightWay ? left.Way : right.Way;
    }

    private static bool IsBack(Vec2 way, Vec2 velocity) => Vec2.Dot(way, velocity) < -BackLeast * velocity.Length;

    private readonly ref struct Search(ReadOnlySpan<CrowdObstacles> sets, Vec2 at, Vec2 target, float radius, float ahead)
    {
        private readonly ReadOnlySpan<CrowdObstacles> _sets = sets;
        private readonly Vec2 _at = at;
        private readonly Vec2 _target = target;
        private readonly float _radius = radius;
        private readonly float _ahead = ahead;

        /// <summary>Turns to one side until nothing lies in the way.</summary>
        /// <returns>How long the way to the target is round what was passed last; beyond all numbers if there is none on this side.</returns>
        public float Turn(Vec2 straight, bool isLeft, ref Side side)
        {
            for (int i = 0; i < TurnsMax && Vec2.Cross(straight, side.Way) >= 0 == isLeft; i++)
            {
                if (!IsBlocked(side.Way, out Met met))
                {
                    // The length, not the turn: it stays the same for who goes this way.
                    return side.Length;
                }

                side = Pass(met, isLeft);
            }

            return float.MaxValue;
        }

        /// <summary>Whether something lies in a direction, and if so what is the first of it.</summary>
        public bool IsBlocked(Vec2 direction, out Met met)
        {
            met = default;
            float first = _ahead;
            Vec2 end = _at + (direction * _ahead);
            for (int set = 0; set < _sets.Length; set++)
            {
                CrowdObstacles obstacles = _sets[set];
                foreach (int index in obstacles.Along(_at, end, _radius))
                {
                    ref readonly CrowdObstacles.Part part = ref obstacles[index];
                    if (Passes(in part, direction, first))
                    {
                        continue;
                    }

                    ref CrowdObstacles.Sight sight = ref obstacles.SightOf(index, _at, _radius, Clearance);
                    if (sight.Distance <= 0 || sight.Distance - part.Radius - _radius >= first
                        || Vec2.Cross(direction, sight.Left) <= 0 || Vec2.Cross(direction, sight.Right) >= 0)
                    {
                        continue;
                    }

                    float entry = Math.Max(obstacles.Edges.Entry(index, part.Corners, _at, sight.Round, direction), sight.Distance - part.Radius - _radius);
                    if (entry < first && !obstacles.Covers(index, _target, part.Radius + _radius, ref sight))
                    {
                        first = entry;
                        met = new Met(set, index, sight.Touch);
                    }
                }
            }

            return first < _ahead;
        }

        /// <summary>How to pass what was met.</summary>
        public Side Pass(Met met, bool isLeft)
        {
            CrowdObstacles obstacles = _sets[met.Set];
            (Tangent left, Tangent right) = obstacles.Edges.Tangents(met.Index, obstacles[met.Index].Corners, _at, met.Touch);
            Tangent chosen = isLeft ? left : right;
            return new Side(chosen.Way, WayRound(obstacles, met.Index, met.Touch, chosen, isLeft));
        }

        // Whether the disc round an obstacle lies beside the way, behind, or too far away: then nothing else is to be known of it.
        private bool Passes(in CrowdObstacles.Part part, Vec2 direction, float most)
        {
            Vec2 to = part.Centre - _at;
            float around = part.Around + _radius + Rounding, reach = around + most;
            return MathF.Abs(Vec2.Cross(direction, to)) > around || Vec2.Dot(direction, to) < -around || to.LengthSquared > reach * reach;
        }

        // How long the way to the target is round one side of a shape; roundings are passed straight.
        private float WayRound(CrowdObstacles obstacles, int index, float radius, Tangent from, bool isLeft)
        {
            ReadOnlySpan<Vec2> corners = obstacles.CornersOf(index);
            (Tangent left, Tangent right) = obstacles.Edges.Tangents(index, corners.Length, _target, radius);
            Tangent to = isLeft ? right : left;
            float length = from.Length + to.Length;
            if (from.Corner == to.Corner)
            {
                return length + Vec2.Distance(_at + (from.Way * from.Length), _target + (to.Way * to.Length));
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
    }

    /// <param name="Set">Which set it is of.</param>
    /// <param name="Index">Its number there.</param>
    /// <param name="Touch">How far from its corners one passes it.</param>
    private readonly record struct Met(int Set, int Index, float Touch);

    /// <param name="Way">Where to go, of length 1.</param>
    /// <param name="Length">How long the way to the target is round what is passed.</param>
    private readonly record struct Side(Vec2 Way, float Length);
}
