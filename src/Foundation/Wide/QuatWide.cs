using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RealtimeServer.Foundation.Wide;

/// <summary>Eight <see cref="Quat"/>, a vector of each part.</summary>
public struct QuatWide
{
    public Vector256<float> X;
    public Vector256<float> Y;
    public Vector256<float> Z;
    public Vector256<float> W;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public QuatWide(Vector256<float> x, Vector256<float> y, Vector256<float> z, Vector256<float> w)
    {
        X = x;
        Y = y;
        Z = z;
        W = w;
    }

    /// <summary>The same quaternion in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static QuatWide Broadcast(Quat q) => new(Vector256.Create(q.X), Vector256.Create(q.Y), Vector256.Create(q.Z), Vector256.Create(q.W));

    /// <summary>First <paramref name="b"/>, then <paramref name="a"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static QuatWide operator *(in QuatWide a, in QuatWide b) => new(
        (a.W * b.X) + (a.X * b.W) + (a.Y * b.Z) - (a.Z * b.Y),
        (a.W * b.Y) + (a.Y * b.W) + (a.Z * b.X) - (a.X * b.Z),
        (a.W * b.Z) + (a.Z * b.W) + (a.X * b.Y) - (a.Y * b.X),
        (a.W * b.W) - (a.X * b.X) - (a.Y * b.Y) - (a.Z * b.Z));

    /// <summary>Lane by lane as <see cref="Quat.FromRotationVector"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static QuatWide FromRotationVector(in Vec3Wide radians)
    {
        Vector256<float> x2 = radians.LengthSquared * Vector256.Create(0.25f);
        Vector256<float> sinc = Vector256<float>.One + (x2 * (Vector256.Create(-1f / 6) + (x2 * (Vector256.Create(1f / 120)
            + (x2 * (Vector256.Create(-1f / 5040) + (x2 * (Vector256.Create(1f / 362880) + (x2 * Vector256.Create(-1f / 39916800))))))))));
        Vector256<float> cos = Vector256<float>.One + (x2 * (Vector256.Create(-0.5f) + (x2 * (Vector256.Create(1f / 24)
            + (x2 * (Vector256.Create(-1f / 720) + (x2 * (Vector256.Create(1f / 40320)
            + (x2 * (Vector256.Create(-1f / 3628800) + (x2 * Vector256.Create(1f / 479001600))))))))))));
        Vector256<float> half = Vector256.Create(0.5f) * sinc;
        return new QuatWide(radians.X * half, radians.Y * half, radians.Z * half, cos).Normalized();
    }

    /// <summary>Lane by lane as <see cref="Quat.Normalized"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly QuatWide Normalized()
    {
        Vector256<float> length = Vector256.Sqrt((X * X) + (Y * Y) + (Z * Z) + (W * W));
        Vector256<float> has = Vector256.GreaterThan(length, Vector256.Create(Vec3.DirectionLengthMin));
        return new QuatWide(
            (X / length) & has, (Y / length) & has, (Z / length) & has, Vector256.ConditionalSelect(has, W / length, Vector256<float>.One));
    }

    /// <summary>Lane by lane as <see cref="Quat.Rotate"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly Vec3Wide Rotate(in Vec3Wide v)
    {
        var axis = new Vec3Wide(X, Y, Z);
        Vec3Wide t = Vec3Wide.Cross(axis, v) * Vector256.Create(2f);
        return v + (t * W) + Vec3Wide.Cross(axis, t);
    }
}
