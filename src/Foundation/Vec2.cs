using System.Runtime.CompilerServices;

namespace RealtimeServer.Foundation;

/// <summary>
/// A point or direction on the ground plane, in world units (one unit is one map cell; y grows downward, as in Tiled).
/// Every operation is a fixed sequence of IEEE-exact steps, so results are the same bits on every machine.
/// </summary>
public readonly record struct Vec2(float X, float Y)
{
    public static readonly Vec2 Zero;

    public float LengthSquared
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (X * X) + (Y * Y);
    }

    public float Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MathF.Sqrt((X * X) + (Y * Y));
    }

    /// <summary>This direction turned a quarter turn, from x towards y.</summary>
    public Vec2 Perpendicular => new(-Y, X);

    /// <summary>True if both parts are ordinary numbers: neither NaN nor infinite.</summary>
    public bool IsFinite => float.IsFinite(X) && float.IsFinite(Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec2 operator +(Vec2 a, Vec2 b) => new(a.X + b.X, a.Y + b.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec2 operator -(Vec2 a, Vec2 b) => new(a.X - b.X, a.Y - b.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec2 operator -(Vec2 a) => new(-a.X, -a.Y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec2 operator *(Vec2 a, float s) => new(a.X * s, a.Y * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec2 operator *(float s, Vec2 a) => new(a.X * s, a.Y * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec2 operator /(Vec2 a, float s) => new(a.X / s, a.Y / s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(Vec2 a, Vec2 b) => (a.X * b.X) + (a.Y * b.Y);

    /// <summary>The z part of the cross product: positive if b lies a turn from x towards y away from a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Cross(Vec2 a, Vec2 b) => (a.X * b.Y) - (a.Y * b.X);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Distance(Vec2 a, Vec2 b) => (a - b).Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float DistanceSquared(Vec2 a, Vec2 b) => (a - b).LengthSquared;

    public static Vec2 Lerp(Vec2 a, Vec2 b, float t) => a + ((b - a) * t);

    /// <summary>The direction with length one, or zero if this is too short to have a direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec2 Normalized()
    {
        float length = Length;
        return length > 1e-12f ? new Vec2(X / length, Y / length) : Zero;
    }

    /// <summary>This vector, shortened to <paramref name="maxLength"/> if it is longer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec2 Clamped(float maxLength)
    {
        float squared = LengthSquared;
        return squared > maxLength * maxLength ? this * (maxLength / MathF.Sqrt(squared)) : this;
    }

    // The one the compiler writes would print Perpendicular, which is a Vec2 too, without end.
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"({X}, {Y})");
}
