using System.Runtime.CompilerServices;

namespace RealtimeServer.Foundation;

/// <summary>A symmetric 3 × 3 matrix, such as an inertia tensor: its lower triangle, row by row.</summary>
public readonly record struct SymMat3(float XX, float YX, float YY, float ZX, float ZY, float ZZ)
{
    public static readonly SymMat3 Identity = Diagonal(Vec3.One);

    /// <summary>True if all parts are ordinary numbers: neither NaN nor infinite.</summary>
    public bool IsFinite => float.IsFinite(XX) && float.IsFinite(YX) && float.IsFinite(YY) && float.IsFinite(ZX) && float.IsFinite(ZY) && float.IsFinite(ZZ);

    /// <summary>
    /// True if no direction gives a negative value (Sylvester's criterion), as holds for every inertia of a thing that exists.
    /// </summary>
    public bool IsPositiveDefinite => XX > 0 && (XX * YY) - (YX * YX) > 0 && Determinant > 0;

    public float Determinant =>
        (XX * ((YY * ZZ) - (ZY * ZY))) - (YX * ((YX * ZZ) - (ZY * ZX))) + (ZX * ((YX * ZY) - (YY * ZX)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3 operator +(in SymMat3 a, in SymMat3 b) =>
        new(a.XX + b.XX, a.YX + b.YX, a.YY + b.YY, a.ZX + b.ZX, a.ZY + b.ZY, a.ZZ + b.ZZ);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3 operator -(in SymMat3 a, in SymMat3 b) =>
        new(a.XX - b.XX, a.YX - b.YX, a.YY - b.YY, a.ZX - b.ZX, a.ZY - b.ZY, a.ZZ - b.ZZ);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3 operator *(in SymMat3 a, float s) => new(a.XX * s, a.YX * s, a.YY * s, a.ZX * s, a.ZY * s, a.ZZ * s);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 operator *(in SymMat3 m, Vec3 v) => new(
        (m.XX * v.X) + (m.YX * v.Y) + (m.ZX * v.Z),
        (m.YX * v.X) + (m.YY * v.Y) + (m.ZY * v.Z),
        (m.ZX * v.X) + (m.ZY * v.Y) + (m.ZZ * v.Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3 Diagonal(Vec3 d) => new(d.X, 0, d.Y, 0, 0, d.Z);

    /// <summary>R · diagonal(<paramref name="d"/>) · Rᵀ: what is diagonal along the columns of R, seen from outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3 Rotated(in Mat3 r, Vec3 d)
    {
        Vec3 x = r.X * d.X, y = r.Y * d.Y, z = r.Z * d.Z;
        return new SymMat3(
            (x.X * r.X.X) + (y.X * r.Y.X) + (z.X * r.Z.X),
            (x.Y * r.X.X) + (y.Y * r.Y.X) + (z.Y * r.Z.X),
            (x.Y * r.X.Y) + (y.Y * r.Y.Y) + (z.Y * r.Z.Y),
            (x.Z * r.X.X) + (y.Z * r.Y.X) + (z.Z * r.Z.X),
            (x.Z * r.X.Y) + (y.Z * r.Y.Y) + (z.Z * r.Z.Y),
            (x.Z * r.X.Z) + (y.Z * r.Y.Z) + (z.Z * r.Z.Z));
    }

    /// <summary>R · M · Rᵀ: a tensor of a turned frame, seen from outside.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3 Rotated(in Mat3 r, in SymMat3 m)
    {
        Mat3 t = r.Transposed();
        Vec3 x = m * t.X, y = m * t.Y, z = m * t.Z;
        return new SymMat3(Vec3.Dot(t.X, x), Vec3.Dot(t.Y, x), Vec3.Dot(t.Y, y), Vec3.Dot(t.Z, x), Vec3.Dot(t.Z, y), Vec3.Dot(t.Z, z));
    }

    /// <summary>The inertia that a point of unit mass at <paramref name="offset"/> has about the origin (parallel axes).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3 OfPoint(Vec3 offset)
    {
        float xx = offset.X * offset.X, yy = offset.Y * offset.Y, zz = offset.Z * offset.Z;
        return new SymMat3(yy + zz, -offset.X * offset.Y, xx + zz, -offset.X * offset.Z, -offset.Y * offset.Z, xx + yy);
    }

    /// <summary>The inverse by cofactors, or all zero for a matrix that has none: what cannot be turned stays.</summary>
    public SymMat3 Inverse()
    {
        float xx = (YY * ZZ) - (ZY * ZY);
        float yx = (ZX * ZY) - (YX * ZZ);
        float zx = (YX * ZY) - (YY * ZX);
        float determinant = (XX * xx) + (YX * yx) + (ZX * zx);
        if (determinant == 0)
        {
            return default;
        }

        float s = 1f / determinant;
        return new SymMat3(xx * s, yx * s, ((XX * ZZ) - (ZX * ZX)) * s, zx * s, ((YX * ZX) - (XX * ZY)) * s, ((XX * YY) - (YX * YX)) * s);
    }
}
