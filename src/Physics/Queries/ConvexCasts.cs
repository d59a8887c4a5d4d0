using RealtimeServer.Foundation;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

/// <summary>
/// When a moving convex core meets another: conservative advancement (B. Mirtich, 1996). Each step goes as far as the distance allows at the
/// greatest speed with which it can shrink, so it cannot pass through.
/// </summary>
internal static class ConvexCasts
{
    /// <summary>Metres: this close is a hit.</summary>
    public const float HitDistance = 1e-3f;

    private const int IterationsMax = 48;

    /// <summary>How the mover goes on, in the frame of what it may hit.</summary>
    public struct Motion
    {
        /// <summary>The mover's place at the start.</summary>
        public Relative Start;

        /// <summary>All of its way.</summary>
        public Vec3 Displacement;

        /// <summary>
        /// Metres that it gets in before it has hit. Above zero it is no question but a body on its way: what it touches without coming closer lets it go.
        /// </summary>
        public float Depth;
    }

    /// <summary>A core that does not turn, against one that stands still.</summary>
    public static bool Cast(in ConvexCore target, in ConvexCore mover, in Motion motion, ref float fraction, ref SurfaceHit hit)
    {
        float t = 0, radii = target.Radius + mover.Radius - motion.Depth, way = motion.Displacement.Length;
        Closest closest = default;
        for (int i = 0; i < IterationsMax; i++)
        {
            var relative = new Relative(motion.Start.Rotation, motion.Start.Offset + (motion.Displacement * t));
            if (!ConvexPairs.FindNear(target, mover, relative, (way * (fraction - t)) + HitDistance, ref closest))
            {
                return false;
            }

            if (!Advance(closest, radii, motion, ref t, fraction, out bool isHit))
            {
                return false;
            }

            if (isHit)
            {
                return Accept(closest, target.Radius, t, ref fraction, ref hit);
            }
        }

        return Accept(closest, target.Radius, t, ref fraction, ref hit);
    }

    /// <summary>A core that does not turn, against a triangle.</summary>
    public static bool Cast(in SurfaceTriangle triangle, bool isTwoSided, in ConvexCore mover, in Motion motion, ref float fraction, ref SurfaceHit hit)
    {
        SurfaceTriangle front = triangle;
        Vec3 normal = triangle.Normal;
        float height = Vec3.Dot(normal, motion.Start.Offset - triangle.P);
        if (height < 0)
        {
            if (!isTwoSided)
            {
                return false;
            }

            (front, normal) = (triangle.Back(), -normal);
        }

        float t = 0, way = motion.Displacement.Length;
        Closest closest = default;
        for (int i = 0; i < IterationsMax; i++)
        {
            var relative = new Relative(motion.Start.Rotation, motion.Start.Offset + (motion.Displacement * t));
            if (!TriangleContacts.FindClosest(front, normal, mover, relative, (way * (fraction - t)) + HitDistance, ref closest)
                || !Advance(closest, mover.Radius - motion.Depth, motion, ref t, fraction, out bool isHit))
            {
                return false;
            }

            if (isHit)
            {
                break;
            }
        }

        return Accept(closest, 0, t, ref fraction, ref hit);
    }

    /// <returns>False if they come no closer, or not in time.</returns>
    private static bool Advance(in Closest closest, float radii, in Motion motion, ref float t, float fraction, out bool isHit)
    {
        float distance = closest.Distance - radii, closing = -Vec3.Dot(closest.Normal, motion.Displacement);
        isHit = distance <= HitDistance && (closing > 0 || (distance < 0 && motion.Depth == 0));
        if (isHit)
        {
            return t < fraction || (t == 0 && fraction >= 0);
        }

        // Of convex shapes that come no closer now, neither moves nor turns to come closer later.
        if (!(closing > 0))
        {
            return false;
        }

        t += (distance - (0.5f * HitDistance)) / closing;
        return t < fraction;
    }

    private static bool Accept(in Closest closest, float radius, float t, ref float fraction, ref SurfaceHit hit)
    {
        fraction = t;
        hit.Fraction = t;
        hit.Normal = closest.Normal;
        hit.Point = closest.OnA + (closest.Normal * radius);
        hit.ChildKey = 0;
        return true;
    }
}
