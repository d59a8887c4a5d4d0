using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A box moving in a straight line, against still ones: the slabs they share, axis by axis. A ray where its extents are zero.</summary>
internal readonly struct BoxSweep
{
    /// <summary>Where the centre is when the box leaves, and enters, a plane through the origin across each axis.</summary>
    private readonly Vector256<float> _leaves;
    private readonly Vector256<float> _enters;
    private readonly Vector256<float> _inverse;

    public BoxSweep(Vec3 origin, Vec3 halfExtents, Vec3 displacement)
    {
        Origin = origin;
        HalfExtents = halfExtents;
        Displacement = displacement;
        Vector128<float> centre = Vector128.Create(origin.X, origin.Y, origin.Z, 0), half = Vector128.Create(halfExtents.X, halfExtents.Y, halfExtents.Z, 0);
        Vector128<float> inverse = Vector128.Create(Inverse(displacement.X), Inverse(displacement.Y), Inverse(displacement.Z), 1);
        _leaves = Vector256.Create(centre + half, centre + half);
        _enters = Vector256.Create(centre - half, centre - half);
        _inverse = Vector256.Create(inverse, inverse);
    }

    public Vec3 Origin { get; }

    public Vec3 HalfExtents { get; }

    public Vec3 Displacement { get; }

    /// <summary>True if a box is met before a fraction of the way; and where, zero if it is met from the start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Meets(in Aabb box, float limit, out float entry)
    {
        var packed = new PackedAabb(box);
        Vector128<float> t1 = (packed.Min - _leaves.GetLower()) * _inverse.GetLower(), t2 = (packed.Max - _enters.GetLower()) * _inverse.GetLower();
        Vector128<float> near = WideMath.Min(t1, t2), far = WideMath.Max(t1, t2);
        near = WideMath.Max(WideMath.Max(near, Turned(near, 1)), Turned(near, 2));
        far = WideMath.Min(WideMath.Min(far, Turned(far, 1)), Turned(far, 2));
        float enter = near.ToScalar(), exit = far.ToScalar();
        entry = enter > 0 ? enter : 0;
        return entry <= exit && entry <= limit;
    }

    /// <summary>The same of two boxes at once.</summary>
    /// <returns>A bit for each that is met: 1 for the first, 2 for the second.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Meets(in PackedAabb first, in PackedAabb second, float limit, out float entryFirst, out float entrySecond)
    {
        Vector256<float> t1 = (Vector256.Create(first.Min, second.Min) - _leaves) * _inverse, t2 = (Vector256.Create(first.Max, second.Max) - _enters) * _inverse;
        Vector256<float> near = WideMath.Min(t1, t2), far = WideMath.Max(t1, t2);
        near = WideMath.Max(WideMath.Max(near, WideMath.First(near, 1)), WideMath.First(near, 2));
        far = WideMath.Min(WideMath.Min(far, WideMath.First(far, 1)), WideMath.First(far, 2));
        Vector256<float> entry = WideMath.Max(near, Vector256<float>.Zero);
        entryFirst = entry.ToScalar();
        entrySecond = entry.GetElement(4);
        uint met = (Vector256.LessThanOrEqual(entry, far) & Vector256.LessThanOrEqual(entry, Vector256.Create(limit))).ExtractMostSignificantBits();
        return (int)((met & 1) | ((met >> 3) & 2));
    }

    /// <summary>Another lane in the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Turned(Vector128<float> v, int lane) => Vector128.Shuffle(v, Vector128.Create(lane, 0, 0, 0));

    // A way across an axis never leaves or enters its slab: a huge number says so without making NaN of zero times infinity.
    private static float Inverse(float d) => MathF.Abs(d) > 1e-30f ? 1f / d : d < 0 ? -1e30f : 1e30f;
}
