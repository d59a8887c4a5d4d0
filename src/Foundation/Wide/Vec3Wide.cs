using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RealtimeServer.Foundation.Wide;

/// <summary>Eight <see cref="Vec3"/>, a vector of each part.</summary>
public struct Vec3Wide
{
    public Vector256<float> X;
    public Vector256<float> Y;
    public Vector256<float> Z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3Wide(Vector256<float> x, Vector256<float> y, Vector256<float> z)
    {
        X = x;
        Y = y;
        Z = z;
    }

    public readonly Vector256<float> LengthSquared
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (X * X) + (Y * Y) + (Z * Z);
    }

    /// <summary>The vector of one lane, 0 to 7.</summary>
    public Vec3 this[int lane]
    {
        readonly get => new(X[lane], Y[lane], Z[lane]);
        set
        {
            X = X.WithElement(lane, value.X);
            Y = Y.WithElement(lane, value.Y);
            Z = Z.WithElement(lane, value.Z);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide operator +(in Vec3Wide a, in Vec3Wide b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide operator -(in Vec3Wide a, in Vec3Wide b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide operator -(in Vec3Wide a) => new(-a.X, -a.Y, -a.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide operator *(in Vec3Wide a, Vector256<float> s) => new(a.X * s, a.Y * s, a.Z * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Dot(in Vec3Wide a, in Vec3Wide b) => (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide Cross(in Vec3Wide a, in Vec3Wide b) =>
        new((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    /// <summary>a where the mask is set, else b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide Select(Vector256<float> mask, in Vec3Wide a, in Vec3Wide b) => new(
        Vector256.ConditionalSelect(mask, a.X, b.X),
        Vector256.ConditionalSelect(mask, a.Y, b.Y),
        Vector256.ConditionalSelect(mask, a.Z, b.Z));

    /// <summary>The same vector in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide Broadcast(Vec3 v) => new(Vector256.Create(v.X), Vector256.Create(v.Y), Vector256.Create(v.Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vector256<float> Length() => Vector256.Sqrt(LengthSquared);

    /// <summary>Lane by lane as <see cref="Vec3.Normalized"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3Wide Normalized()
    {
        Vector256<float> length = Length();
        Vector256<float> has = Vector256.GreaterThan(length, Vector256.Create(Vec3.DirectionLengthMin));
        return new Vec3Wide((X / length) & has, (Y / length) & has, (Z / length) & has);
    }

    /// <summary>Lane by lane as <see cref="Vec3.Across"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3Wide Across()
    {
        Vector256<float> one = Vector256<float>.One;
        Vector256<float> sign = Vector256.ConditionalSelect(Vector256.LessThan(Z, Vector256<float>.Zero), -one, one);
        Vector256<float> a = -one / (sign + Z);
        return new Vec3Wide(one + (sign * X * X * a), sign * X * Y * a, -sign * X);
    }
}
