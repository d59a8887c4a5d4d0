using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>Velocities an agent may choose: those to the left of a line, where "left" is from x towards y of its direction.</summary>
internal readonly record struct HalfPlane(Vec2 Point, Vec2 Direction)
{
    /// <summary>How far a velocity lies on the forbidden side; negative on the allowed one.</summary>
    public float Violation(Vec2 velocity) => Vec2.Cross(Direction, Point - velocity);

    /// <summary>The velocities v with v · normal at least <paramref name="least"/>.</summary>
    public static HalfPlane Facing(Vec2 normal, float least) => new(normal * least, new Vec2(normal.Y, -normal.X));

    /// <summary>
    /// The half plane of optimal reciprocal collision avoidance (J. van den Berg, S. Guy, M. Lin, D. Manocha, "Reciprocal n-body
    /// collision avoidance", 2011): the smallest change of relative velocity that avoids a collision within the horizon, of which
    /// this agent makes its share.
    /// </summary>
    /// <param name="offset">From this agent to the other.</param>
    /// <param name="velocity">Of this agent.</param>
    /// <param name="relative">This agent's velocity less the other's.</param>
    /// <param name="radius">Of both together.</param>
    /// <param name="time">Seconds to look ahead, and seconds within which an overlap is to end.</param>
    /// <param name="share">0 to 1.</param>
    /// <param name="apart">Which way to go if the two stand on the same spot; a unit vector, opposite for the two.</param>
    public static HalfPlane Avoiding(
        Vec2 offset, Vec2 velocity, Vec2 relative, float radius, (float Horizon, float Step) time, float share, Vec2 apart)
    {
        float distanceSquared = offset.LengthSquared;
        float radiusSquared = radius * radius;
        bool overlap = distanceSquared <= radiusSquared;
        float seconds = overlap ? time.Step : time.Horizon;

        // From the centre of the disc that closes the cone of forbidden relative velocities.
        Vec2 fromCentre = relative - (offset / seconds);
        float along = Vec2.Dot(fromCentre, offset);
        float lengthSquared = fromCentre.LengthSquared;
        if (overlap || (along < 0 && along * along > radiusSquared * lengthSquared))
        {
            float length = MathF.Sqrt(lengthSquared);
            Vec2 outward = length > 1e-6f ? fromCentre / length : apart;
            Vec2 change = outward * ((radius / seconds) - length);
            return new HalfPlane(velocity + (change * share), new Vec2(outward.Y, -outward.X));
        }

        // One of the two tangents of the cone. Both agents compute the same sign, so in a tie both turn to the same hand.
        float leg = MathF.Sqrt(distanceSquared - radiusSquared);
        Vec2 direction = Vec2.Cross(offset, fromCentre) > 0
            ? new Vec2((offset.X * leg) - (offset.Y * radius), (offset.X * radius) + (offset.Y * leg)) / distanceSquared
            : -(new Vec2((offset.X * leg) + (offset.Y * radius), (offset.Y * leg) - (offset.X * radius)) / distanceSquared);
        Vec2 toTangent = (direction * Vec2.Dot(relative, direction)) - relative;
        return new HalfPlane(velocity + (toTangent * share), direction);
    }
}
