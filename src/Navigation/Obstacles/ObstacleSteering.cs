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
        Search search = new(sets, at, target, radius, Math.Clamp(ahead, 0, Limits.AvoidanceRangeMax));
        if (straight == Vec2.Zero || !search.IsBlocked(straight, isLeft: true, out Side left))
        {
            return straight;
        }

        search.IsBlocked(straight, isLeft: false, out Side right);
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
                if (!IsBlocked(side.Way, isLeft, out Side next))
                {
                    // The length, not the turn: it stays the same for who goes this way.
                    return side.Length;
                }

                side = next;
            }

            return float.MaxValue;
        }

        /// <summary>Whether something lies in a direction, and if so how to pass the first of it.</summary>
        public bool IsBlocked(Vec2 direction, bool isLeft, out Side side)
        {
            Span<Vec2> seen = stackalloc Vec2[Limits.ObstacleCornersMax];
            side = default;
            float first = float.MaxValue;
            Vec2 middle = _at + (direction * (_ahead * 0.5f));
            foreach (CrowdObstacles obstacles in _sets)
            {
                foreach (int index in obstacles.Near(middle, (_ahead * 0.5f) + _radius))
                {
                    ReadOnlySpan<Vec2> corners = obstacles.CornersOf(index);
                    for (int i = 0; i < corners.Length; i++)
                    {
                        seen[i] = corners[i] - _at;
                    }

                    ReadOnlySpan<Vec2> shape = seen[..corners.Length];
                    float round = obstacles[index].Radius + _radius;
                    float distance = ConvexGeometry.Nearest(shape, Vec2.Zero, out _, out _);
                    if (distance <= 0 || distance - round >= Math.Min(_ahead, first) || ConvexGeometry.Nearest(shape, _target - _at, out _, out _) < round)
                    {
                        continue;
                    }

                    // Who touches it goes along it.
                    float touch = Math.Min(round + Clearance, distance * 0.999f);
                    round = Math.Min(round, distance * 0.998f);
                    (ConvexGeometry.Tangent left, ConvexGeometry.Tangent right) = ConvexGeometry.Tangents(shape, round);
                    if (Vec2.Cross(direction, left.Way) <= 0 || Vec2.Cross(direction, right.Way) >= 0)
                    {
                        continue;
                    }

                    float entry = Math.Max(ConvexGeometry.Entry(shape, round, direction), distance - round);
                    if (entry < Math.Min(_ahead, first))
                    {
                        first = entry;
                        (left, right) = ConvexGeometry.Tangents(shape, touch);
                        ConvexGeometry.Tangent chosen = isLeft ? left : right;
                        side = new Side(chosen.Way, ConvexGeometry.WayRound(shape, touch, chosen, _target - _at, isLeft));
                    }
                }
            }

            return first < float.MaxValue;
        }
    }

    /// <param name="Way">Where to go, of length 1.</param>
    /// <param name="Length">How long the way to the target is round what is passed.</param>
    private readonly record struct Side(Vec2 Way, float Length);
}
