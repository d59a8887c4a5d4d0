using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A box moving in a straight line, against still ones: the slabs they share, axis by axis. A ray where its extents are zero.</summary>
internal readonly struct BoxSweep(Vec3 origin, Vec3 halfExtents, Vec3 displacement)
{
    private readonly Vec3 _inverse = new(Inverse(displacement.X), Inverse(displacement.Y), Inverse(displacement.Z));

    public Vec3 Origin => origin;

    public Vec3 HalfExtents => halfExtents;

    public Vec3 Displacement => displacement;

    /// <summary>True if a box is met before a fraction of the way; and where, zero if it is met from the start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Meets(in Aabb box, float limit, out float entry)
    {
        Vec3 t1 = (box.Min - halfExtents - origin) * _inverse;
        Vec3 t2 = (box.Max + halfExtents - origin) * _inverse;
        Vec3 near = Vec3.Min(t1, t2), far = Vec3.Max(t1, t2);
        float enter = near.X > near.Y ? near.X : near.Y;
        enter = near.Z > enter ? near.Z : enter;
        float exit = far.X < far.Y ? far.X : far.Y;
        exit = far.Z < exit ? far.Z : exit;
        entry = enter > 0 ? enter : 0;
        return entry <= exit && entry <= limit;
    }

    // A way across an axis never leaves or enters its slab: a huge number says so without making NaN of zero times infinity.
    private static float Inverse(float d) => MathF.Abs(d) > 1e-30f ? 1f / d : d < 0 ? -1e30f : 1e30f;
}
