using System.Runtime.CompilerServices;

namespace RealtimeServer.Foundation;

/// <summary>A 3 × 3 matrix as its three columns: what it makes of the x, y and z axes.</summary>
public readonly record struct Mat3(Vec3 X, Vec3 Y, Vec3 Z)
{
    public static readonly Mat3 Identity = new(Vec3.UnitX, Vec3.UnitY, Vec3.UnitZ);

    public float Determinant => Vec3.Dot(X, Vec3.Cross(Y, Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(in Mat3 m, Vec3 v) => new(
        (m.X.X * v.X) + (m.Y.X * v.Y) + (m.Z.X * v.Z),
        (m.X.Y * v.X) + (m.Y.Y * v.Y) + (m.Z.Y * v.Z),
        (m.X.Z * v.X) + (m.Y.Z * v.Y) + (m.Z.Z * v.Z));

    /// <summary>First <paramref name="b"/>, then <paramref name="a"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mat3 operator *(in Mat3 a, in Mat3 b) => new(a * b.X, a * b.Y, a * b.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Mat3 FromQuat(Quat q)
    {
        float x2 = q.X + q.X, y2 = q.Y + q.Y, z2 = q.Z + q.Z;
        float xx = q.X * x2, yy = q.Y * y2, zz = q.Z * z2;
        float xy = q.X * y2, xz = q.X * z2, yz = q.Y * z2;
        float wx = q.W * x2, wy = q.W * y2, wz = q.W * z2;
        return new Mat3(
            new Vec3(1f - yy - zz, xy + wz, xz - wy),
            new Vec3(xy - wz, 1f - xx - zz, yz + wx),
            new Vec3(xz + wy, yz - wx, 1f - xx - yy));
    }

    /// <summary>The product of this matrix' transpose and a vector: for a rotation, the vector rotated backwards.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vec3 TransposeTimes(Vec3 v) => new(Vec3.Dot(X, v), Vec3.Dot(Y, v), Vec3.Dot(Z, v));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Mat3 Transposed() => new(new Vec3(X.X, Y.X, Z.X), new Vec3(X.Y, Y.Y, Z.Y), new Vec3(X.Z, Y.Z, Z.Z));
}
