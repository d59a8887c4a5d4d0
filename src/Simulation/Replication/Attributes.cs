namespace RealtimeServer.Simulation.Replication;

/// <summary>The component goes to the clients: those of its fields that carry <see cref="QuantisedAttribute"/> or <see cref="BitsAttribute"/>.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class ReplicatedAttribute : Attribute;

/// <summary>
/// How a float (or each part of a Vec2, Vec3 or Quat) travels: rounded to the nearest of <c>min, min + step, … max</c> and held inside these bounds.
/// The error is at most half a step.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class QuantisedAttribute(float min, float max, float step) : Attribute
{
    public float Min { get; } = min;

    public float Max { get; } = max;

    public float Step { get; } = step;

    /// <summary>Whether clients may show values between two snapshots; false for what jumps, such as a mode.</summary>
    public bool Interpolate { get; init; } = true;
}

/// <summary>How an integer, enum or bool travels: in so many bits, 1 to 32; values that do not fit are held at the bounds.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class BitsAttribute(int count) : Attribute
{
    public int Count { get; } = count;
}
