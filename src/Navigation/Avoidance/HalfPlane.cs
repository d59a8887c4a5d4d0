using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>Velocities an agent may choose: those to the left of a line, where "left" is from x towards y of its direction.</summary>
internal readonly record struct HalfPlane(Vec2 Point, Vec2 Direction)
{
    /// <summary>How far a velocity lies on the forbidden side; negative on the allowed one.</summary>
    public float Violation(Vec2 velocity) => Vec2.Cross(Direction, Point - velocity);

    /// <summary>The velocities v with v · normal at least <paramref name="least"/>.</summary>
    public static HalfPlane Facing(Vec2 normal, float least) => new(normal * least, new Vec2(normal.Y, -normal.X));

    /// <summary>What a point that stands still, such as the corner of a wall, leaves an agent that does all the avoiding.</summary>
    /// <param name="offset">From the agent to the point, farther than the radius.</param>
    /// <param name="velocity">Of the agent.</param>
    /// <param name="radius">Of the agent.</param>
    /// <param name="horizon">Seconds to look ahead.</param>
    public static HalfPlane AvoidingPoint(Vec2 offset, Vec2 velocity, float radius, float horizon)
    {
        float distanceSquared = offset.LengthSquared;
        float radiusSquared = radius * radius;
        Vec2 fromCentre = velocity - (offset / horizon);
        float along = Vec2.Dot(fromCentre, offset);
        float lengthSquared = fromCentre.LengthSquared;
        if (along < 0 && along * along > radiusSquared * lengthSquared)
        {
            float length = MathF.Sqrt(lengthSquared);
            Vec2 outward = fromCentre / length;
            return new HalfPlane(velocity + (outward * ((radius / horizon) - length)), new Vec2(outward.Y, -outward.X));
        }

        float leg = MathF.Sqrt(distanceSquared - radiusSquared);
        Vec2 direction = Vec2.Cross(offset, fromCentre) > 0
            ? new Vec2((offset.X * leg) - (offset.Y * radius), (offset.X * radius) + (offset.Y * leg)) / distanceSquared
            : -(new Vec2((offset.X * leg) + (offset.Y * radius), (offset.Y * leg) - (offset.X * radius)) / distanceSquared);
        return new HalfPlane(direction * Vec2.Dot(velocity, direction), direction);
    }
}
