using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>The axes of a turned frame, each a vector, with the transposed matrix beside them: three products turn a direction either way.</summary>
internal readonly struct WideFrame
{
    public readonly Vector128<float> X;
    public readonly Vector128<float> Y;
    public readonly Vector128<float> Z;
    private readonly Vector128<float> _row0;
    private readonly Vector128<float> _row1;
    private readonly Vector128<float> _row2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public WideFrame(Quat rotation)
    {
        var m = Mat3.FromQuat(rotation);
        X = Vector128.Create(m.X.X, m.X.Y, m.X.Z, 0);
        Y = Vector128.Create(m.Y.X, m.Y.Y, m.Y.Z, 0);
        Z = Vector128.Create(m.Z.X, m.Z.Y, m.Z.Z, 0);
        _row0 = Vector128.Create(m.X.X, m.Y.X, m.Z.X, 0);
        _row1 = Vector128.Create(m.X.Y, m.Y.Y, m.Z.Y, 0);
        _row2 = Vector128.Create(m.X.Z, m.Y.Z, m.Z.Z, 0);
    }

    /// <summary>A direction outside, told along these axes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<float> ToLocal(float x, float y, float z) => (_row0 * x) + (_row1 * y) + (_row2 * z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<float> ToLocal(Vector128<float> v) =>
        (_row0 * v.ToScalar()) + (_row1 * v.GetElement(1)) + (_row2 * v.GetElement(2));

    public Vec3 Axis(int axis)
    {
        Vector128<float> v = axis == 0 ? X : axis == 1 ? Y : Z;
        return new Vec3(v.ToScalar(), v.GetElement(1), v.GetElement(2));
    }

    /// <summary>The middle of the edge along an axis that lies farthest in a direction; and which of the four it is, as bits.</summary>
    public Vec3 EdgeCentre(int edge, Vec3 half, Vec3 direction, out uint signs)
    {
        Vec3 centre = default;
        signs = (uint)edge << 4;
        for (int axis = 0; axis < 3; axis++)
        {
            if (axis != edge)
            {
                Vec3 along = Axis(axis);
                bool back = Vec3.Dot(along, direction) < 0;
                centre += along * (back ? -half[axis] : half[axis]);
                signs |= back ? 1u << axis : 0;
            }
        }

        return centre;
    }

    /// <summary>Rows become columns; the fourth lanes stay zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(
        Vector128<float> a, Vector128<float> b, Vector128<float> c, out Vector128<float> x, out Vector128<float> y, out Vector128<float> z)
    {
        x = Vector128.Create(a.ToScalar(), b.ToScalar(), c.ToScalar(), 0);
        y = Vector128.Create(a.GetElement(1), b.GetElement(1), c.GetElement(1), 0);
        z = Vector128.Create(a.GetElement(2), b.GetElement(2), c.GetElement(2), 0);
    }
}
