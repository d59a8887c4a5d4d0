using System.Runtime.CompilerServices;

namespace RealtimeServer.Foundation;

/// <summary>A box along the axes, 24 bytes, its surface included.</summary>
public readonly record struct Aabb(Vec3 Min, Vec3 Max)
{
    /// <summary>Holds nothing: the union with another box is that box.</summary>
    public static readonly Aabb Empty = new(
        new Vec3(float.PositiveInfinity, float.PositiveInfinity, float.PositiveInfinity),
        new Vec3(float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity));

    public Vec3 Center
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Min + Max) * 0.5f;
    }

    public Vec3 HalfExtents
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Max - Min) * 0.5f;
    }

    /// <summary>Half of the surface: what tree builders weigh boxes by.</summary>
    public float HalfArea
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Vec3 e = Max - Min;
            return (e.X * e.Y) + (e.Y * e.Z) + (e.Z * e.X);
        }
    }

    /// <summary>True if the corners are ordinary numbers in order.</summary>
    public bool IsValid => Min.IsFinite && Max.IsFinite && Min.X <= Max.X && Min.Y <= Max.Y && Min.Z <= Max.Z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Aabb Union(in Aabb a, in Aabb b) => new(Vec3.Min(a.Min, b.Min), Vec3.Max(a.Max, b.Max));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Overlaps(in Aabb a, in Aabb b) =>
        a.Min.X <= b.Max.X && b.Min.X <= a.Max.X && a.Min.Y <= b.Max.Y && b.Min.Y <= a.Max.Y && a.Min.Z <= b.Max.Z && b.Min.Z <= a.Max.Z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(in Aabb other) =>
        Min.X <= other.Min.X && Min.Y <= other.Min.Y && Min.Z <= other.Min.Z && other.Max.X <= Max.X && other.Max.Y <= Max.Y && other.Max.Z <= Max.Z;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(Vec3 point) =>
        Min.X <= point.X && Min.Y <= point.Y && Min.Z <= point.Z && point.X <= Max.X && point.Y <= Max.Y && point.Z <= Max.Z;

    /// <summary>Grown on every side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Aabb Expanded(float margin) => Expanded(new Vec3(margin, margin, margin));

    /// <summary>Grown on both sides of each axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Aabb Expanded(Vec3 margin) => new(Min - margin, Max + margin);

    /// <summary>Stretched by a displacement: all that this box meets on its way.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Aabb Swept(Vec3 displacement) =>
        new(Min + Vec3.Min(displacement, Vec3.Zero), Max + Vec3.Max(displacement, Vec3.Zero));
}
