using System.Runtime.CompilerServices;

namespace RealtimeServer.Foundation;

/// <summary>
/// A point or direction in space, 12 bytes. Lengths are in metres wherever physics is concerned; the axes are right-handed.
/// Every operation is a fixed sequence of IEEE-exact steps (sums go x, y, z), so results are the same bits on every machine.
/// </summary>
public readonly record struct Vec3(float X, float Y, float Z)
{
    public static readonly Vec3 Zero;
    public static readonly Vec3 One = new(1, 1, 1);
    public static readonly Vec3 UnitX = new(1, 0, 0);
    public static readonly Vec3 UnitY = new(0, 1, 0);
    public static readonly Vec3 UnitZ = new(0, 0, 1);

    /// <summary>Vectors shorter than this have no direction.</summary>
    public const float DirectionLengthMin = 1e-12f;

    public float LengthSquared
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (X * X) + (Y * Y) + (Z * Z);
    }

    public float Length
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MathF.Sqrt((X * X) + (Y * Y) + (Z * Z));
    }

    /// <summary>True if all parts are ordinary numbers: neither NaN nor infinite.</summary>
    public bool IsFinite => float.IsFinite(X) && float.IsFinite(Y) && float.IsFinite(Z);

    /// <summary>Part 0, 1 or 2: x, y or z.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The axis is none of the three.</exception>
    public float this[int axis] => axis switch
    {
        0 => X,
        1 => Y,
        2 => Z,
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "An axis is 0, 1 or 2."),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator +(Vec3 a, Vec3 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator -(Vec3 a, Vec3 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator -(Vec3 a) => new(-a.X, -a.Y, -a.Z);

    /// <summary>Part by part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(Vec3 a, Vec3 b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(Vec3 a, float s) => new(a.X * s, a.Y * s, a.Z * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(float s, Vec3 a) => new(a.X * s, a.Y * s, a.Z * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator /(Vec3 a, float s) => new(a.X / s, a.Y / s, a.Z / s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Dot(Vec3 a, Vec3 b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Cross(Vec3 a, Vec3 b) => new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    /// <summary>Part by part the lesser; where either is NaN, that of <paramref name="b"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Min(Vec3 a, Vec3 b) => new(a.X < b.X ? a.X : b.X, a.Y < b.Y ? a.Y : b.Y, a.Z < b.Z ? a.Z : b.Z);

    /// <summary>Part by part the greater; where either is NaN, that of <paramref name="b"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Max(Vec3 a, Vec3 b) => new(a.X > b.X ? a.X : b.X, a.Y > b.Y ? a.Y : b.Y, a.Z > b.Z ? a.Z : b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Abs(Vec3 a) => new(MathF.Abs(a.X), MathF.Abs(a.Y), MathF.Abs(a.Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Distance(Vec3 a, Vec3 b) => (a - b).Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float DistanceSquared(Vec3 a, Vec3 b) => (a - b).LengthSquared;

    public static Vec3 Lerp(Vec3 a, Vec3 b, float t) => a + ((b - a) * t);

    /// <summary>The direction with length one, or zero if this is too short to have a direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 Normalized()
    {
        float length = Length;
        return length > DirectionLengthMin ? new Vec3(X / length, Y / length, Z / length) : Zero;
    }

    /// <summary>This vector, shortened to <paramref name="maxLength"/> if it is longer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 Clamped(float maxLength)
    {
        float squared = LengthSquared;
        return squared > maxLength * maxLength ? this * (maxLength / MathF.Sqrt(squared)) : this;
    }

    /// <summary>
    /// A direction of length one across this one, itself of length one: the same for the same bits, and without a jump except at the
    /// z axis' south (Duff et al., "Building an Orthonormal Basis, Revisited", 2017).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 Across()
    {
        float sign = Z < 0 ? -1f : 1f;
        float a = -1f / (sign + Z);
        return new Vec3(1f + (sign * X * X * a), sign * X * Y * a, -sign * X);
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"({X}, {Y}, {Z})");
}
