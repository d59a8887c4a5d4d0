using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RealtimeServer.Foundation.Wide;

/// <summary>Eight <see cref="SymMat3"/>, a vector of each part.</summary>
public struct SymMat3Wide
{
    public Vector256<float> XX;
    public Vector256<float> YX;
    public Vector256<float> YY;
    public Vector256<float> ZX;
    public Vector256<float> ZY;
    public Vector256<float> ZZ;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3Wide operator *(in SymMat3Wide m, in Vec3Wide v) => new(
        (m.XX * v.X) + (m.YX * v.Y) + (m.ZX * v.Z),
        (m.YX * v.X) + (m.YY * v.Y) + (m.ZY * v.Z),
        (m.ZX * v.X) + (m.ZY * v.Y) + (m.ZZ * v.Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SymMat3Wide operator +(in SymMat3Wide a, in SymMat3Wide b) => new()
    {
        XX = a.XX + b.XX,
        YX = a.YX + b.YX,
        YY = a.YY + b.YY,
        ZX = a.ZX + b.ZX,
        ZY = a.ZY + b.ZY,
        ZZ = a.ZZ + b.ZZ,
    };

    /// <summary>Lane by lane as <see cref="SymMat3.Inverse"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly SymMat3Wide Inverse()
    {
        Vector256<float> xx = (YY * ZZ) - (ZY * ZY);
        Vector256<float> yx = (ZX * ZY) - (YX * ZZ);
        Vector256<float> zx = (YX * ZY) - (YY * ZX);
        Vector256<float> determinant = (XX * xx) + (YX * yx) + (ZX * zx);
        Vector256<float> s = Vector256.AndNot(Vector256<float>.One / determinant, Vector256.Equals(determinant, Vector256<float>.Zero));
        return new SymMat3Wide
        {
            XX = xx * s,
            YX = yx * s,
            YY = ((XX * ZZ) - (ZX * ZX)) * s,
            ZX = zx * s,
            ZY = ((YX * ZX) - (XX * ZY)) * s,
            ZZ = ((XX * YY) - (YX * YX)) * s,
        };
    }
}
