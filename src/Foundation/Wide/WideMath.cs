using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace RealtimeServer.Foundation.Wide;

/// <summary>
/// Eight floats at a time, as Vector256. Each lane gives the bits of the scalar form, whatever vectors the processor
/// has: only operations that IEEE 754 defines exactly, nothing across lanes but moves, no fused multiply-add.
/// </summary>
public static class WideMath
{
    public const int Lanes = 8;

    /// <summary>a where it is less than b, else b: so b where either is NaN, on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Min(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported ? Avx.Min(a, b) : Vector256.ConditionalSelect(Vector256.LessThan(a, b), a, b);

    /// <summary>a where it is greater than b, else b: so b where either is NaN, on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Max(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported ? Avx.Max(a, b) : Vector256.ConditionalSelect(Vector256.GreaterThan(a, b), a, b);

    /// <summary>a where it is less than b, else b: so b where either is NaN, on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Min(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Min(a, b) : Vector128.ConditionalSelect(Vector128.LessThan(a, b), a, b);

    /// <summary>a where it is greater than b, else b: so b where either is NaN, on every processor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Max(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Max(a, b) : Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);

    /// <summary>The float of one lane, 0 to 7, read from where the vector lies: for lanes that are not known beforehand.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Lane(in Vector256<float> v, int lane) =>
        Unsafe.Add(ref Unsafe.As<Vector256<float>, float>(ref Unsafe.AsRef(in v)), lane & (Lanes - 1));

    /// <summary>Sets the float of one lane, 0 to 7, where the vector lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetLane(ref Vector256<float> v, int lane, float value) =>
        Unsafe.Add(ref Unsafe.As<Vector256<float>, float>(ref v), lane & (Lanes - 1)) = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetLane(ref Vec3Wide v, int lane, Vec3 value)
    {
        SetLane(ref v.X, lane, value.X);
        SetLane(ref v.Y, lane, value.Y);
        SetLane(ref v.Z, lane, value.Z);
    }

    /// <summary>The vector of one lane, 0 to 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vec3 Lane(in Vec3Wide v, int lane) => new(Lane(v.X, lane), Lane(v.Y, lane), Lane(v.Z, lane));

    /// <summary>In both halves the first lane is that of the index given, 0 to 3; what the others hold has no meaning.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> First(Vector256<float> v, [ConstantExpected(Max = 3)] byte lane) =>
        Avx.IsSupported ? Avx.Permute(v, lane) : Vector256.Create(v.GetLower().GetElement(lane), 0, 0, 0, v.GetUpper().GetElement(lane), 0, 0, 0);

    /// <summary>Eight rows of eight become eight columns of eight, in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(
        ref Vector256<float> r0, ref Vector256<float> r1, ref Vector256<float> r2, ref Vector256<float> r3,
        ref Vector256<float> r4, ref Vector256<float> r5, ref Vector256<float> r6, ref Vector256<float> r7)
    {
        Quarter(ref r0, ref r1, ref r2, ref r3);
        Quarter(ref r4, ref r5, ref r6, ref r7);
        Swap(ref r0, ref r4);
        Swap(ref r1, ref r5);
        Swap(ref r2, ref r6);
        Swap(ref r3, ref r7);
    }

    /// <summary>Transposes the four by four in the lower and that in the upper halves of four rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Quarter(ref Vector256<float> r0, ref Vector256<float> r1, ref Vector256<float> r2, ref Vector256<float> r3)
    {
        Vector256<float> a = UnpackLow(r0, r1), b = UnpackHigh(r0, r1);
        Vector256<float> c = UnpackLow(r2, r3), d = UnpackHigh(r2, r3);
        r0 = MoveLow(a, c);
        r1 = MoveHigh(a, c);
        r2 = MoveLow(b, d);
        r3 = MoveHigh(b, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Swap(ref Vector256<float> low, ref Vector256<float> high)
    {
        var lower = Vector256.Create(low.GetLower(), high.GetLower());
        high = Vector256.Create(low.GetUpper(), high.GetUpper());
        low = lower;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> UnpackLow(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported
            ? Avx.UnpackLow(a, b)
            : Vector256.Create(a[0], b[0], a[1], b[1], a[4], b[4], a[5], b[5]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> UnpackHigh(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported
            ? Avx.UnpackHigh(a, b)
            : Vector256.Create(a[2], b[2], a[3], b[3], a[6], b[6], a[7], b[7]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MoveLow(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported
            ? Avx.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle()
            : Vector256.Create(a[0], a[1], b[0], b[1], a[4], a[5], b[4], b[5]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> MoveHigh(Vector256<float> a, Vector256<float> b) =>
        Avx.IsSupported
            ? Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle()
            : Vector256.Create(a[2], a[3], b[2], b[3], a[6], a[7], b[6], b[7]);
}
