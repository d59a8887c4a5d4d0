using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace RealtimeServer.Foundation.Wide;

/// <summary>
/// An <see cref="Aabb"/> in two vector registers, of which three lanes count: what walks of box trees compute with. The bits are those of
/// <see cref="Aabb"/>.
/// </summary>
public readonly struct PackedAabb
{
    public readonly Vector128<float> Min;
    public readonly Vector128<float> Max;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PackedAabb(in Aabb box)
    {
        // Six floats in a row: four from the first, and four up to the last.
        ref float first = ref Unsafe.As<Aabb, float>(ref Unsafe.AsRef(in box));
        Min = Vector128.LoadUnsafe(ref first);
        Max = Vector128.Shuffle(Vector128.LoadUnsafe(ref first, 2), Vector128.Create(1, 2, 3, 3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PackedAabb(Vector128<float> min, Vector128<float> max)
    {
        Min = min;
        Max = max;
    }

    public float HalfArea
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Vector128<float> e = Max - Min;
            Vector128<float> sides = e * Vector128.Shuffle(e, Vector128.Create(1, 2, 0, 3));
            return sides.ToScalar() + sides.GetElement(1) + sides.GetElement(2);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedAabb Union(in PackedAabb a, in PackedAabb b) => new(WideMath.Min(a.Min, b.Min), WideMath.Max(a.Max, b.Max));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Overlaps(in PackedAabb a, in PackedAabb b) =>
        ((Vector128.LessThanOrEqual(a.Min, b.Max) & Vector128.LessThanOrEqual(b.Min, a.Max)).ExtractMostSignificantBits() & 7) == 7;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Aabb ToAabb() => new(new Vec3(Min.ToScalar(), Min.GetElement(1), Min.GetElement(2)), new Vec3(Max.ToScalar(), Max.GetElement(1), Max.GetElement(2)));
}
