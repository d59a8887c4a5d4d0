using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Physics.Collision;

/// <summary>The closest points of a segment and another core, in closed form.</summary>
internal static class SegmentClosest
{
    /// <summary>Of two segments, given by their middles and half vectors: fractions -1 to 1 along each.</summary>
    public static void OnSegment(Vec3 between, Vec3 a, Vec3 b, out float s, out float t)
    {
        float aa = a.LengthSquared, bb = b.LengthSquared, ab = Vec3.Dot(a, b);
        float da = Vec3.Dot(a, between), db = Vec3.Dot(b, between);
        float determinant = (aa * bb) - (ab * ab);

        // Of parallel segments any point is as close; the middle of what they share is the calmest.
        s = determinant > 1e-6f * aa * bb ? Math.Clamp(((da * bb) - (db * ab)) / determinant, -1, 1) : Shared(da / aa, ab < 0 ? -ab / aa : ab / aa);
        t = Math.Clamp(((s * ab) - db) / bb, -1, 1);
        s = Math.Clamp(((t * ab) + da) / aa, -1, 1);
    }

    /// <summary>The same, lane by lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OnSegment(in Vec3Wide between, in Vec3Wide a, in Vec3Wide b, out Vector256<float> s, out Vector256<float> t)
    {
        Vector256<float> aa = a.LengthSquared, bb = b.LengthSquared, ab = Vec3Wide.Dot(a, b);
        Vector256<float> da = Vec3Wide.Dot(a, between), db = Vec3Wide.Dot(b, between);
        Vector256<float> determinant = (aa * bb) - (ab * ab);
        Vector256<float> crossing = Vector256.GreaterThan(determinant, Vector256.Create(1e-6f) * aa * bb);
        Vector256<float> offset = da / aa, reach = Vector256.ConditionalSelect(Vector256.LessThan(ab, Vector256<float>.Zero), -ab / aa, ab / aa);
        Vector256<float> one = Vector256<float>.One;
        Vector256<float> low = WideMath.Max(-one, offset - reach), high = WideMath.Min(one, offset + reach);
        Vector256<float> end = Vector256.ConditionalSelect(Vector256.LessThan(offset, Vector256<float>.Zero), -one, one);
        Vector256<float> shared = Vector256.ConditionalSelect(Vector256.LessThanOrEqual(low, high), (low + high) * Vector256.Create(0.5f), end);
        s = Vector256.ConditionalSelect(crossing, Clamped(((da * bb) - (db * ab)) / determinant), shared);
        t = Clamped(((s * ab) - db) / bb);
        s = Clamped(((t * ab) + da) / aa);
    }

    /// <summary>Between -1 and 1; what is no number stays none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Clamped(Vector256<float> v) => WideMath.Max(-Vector256<float>.One, WideMath.Min(Vector256<float>.One, v));

    /// <summary>
    /// Of a segment, by its middle and half vector, and a box round the origin: the fraction -1 to 1 along the segment where it is
    /// closest. The squared distance is convex, and a parabola between the places where the segment passes a face's plane.
    /// </summary>
    public static float OnBox(Vec3 half, Vec3 middle, Vec3 along)
    {
        float low = -1, high = 1;
        float lowSlope = Slope(half, middle, along, low), highSlope = Slope(half, middle, along, high);
        if (lowSlope >= 0 && highSlope > 0)
        {
            return -1;
        }

        if (highSlope <= 0 && lowSlope < 0)
        {
            return 1;
        }

        for (int axis = 0; axis < 3; axis++)
        {
            float d = along[axis];
            if (Math.Abs(d) < 1e-9f)
            {
                continue;
            }

            for (int side = -1; side <= 1; side += 2)
            {
                float t = ((side * half[axis]) - middle[axis]) / d;
                if (t > low && t < high)
                {
                    float slope = Slope(half, middle, along, t);
                    if (slope < 0)
                    {
                        (low, lowSlope) = (t, slope);
                    }
                    else if (slope > 0)
                    {
                        (high, highSlope) = (t, slope);
                    }
                    else if (lowSlope < 0)
                    {
                        // The flat part begins or ends here; its other end is found by the other planes.
                        (low, lowSlope) = (t, 0);
                    }
                    else
                    {
                        (high, highSlope) = (t, 0);
                    }
                }
            }
        }

        return lowSlope < 0 && highSlope > 0 ? low - (lowSlope * (high - low) / (highSlope - lowSlope)) : lowSlope < 0 ? high : highSlope > 0 ? low : (low + high) * 0.5f;
    }

    private static float Shared(float offset, float halfOther)
    {
        float low = Math.Max(-1, offset - halfOther), high = Math.Min(1, offset + halfOther);
        return low <= high ? (low + high) * 0.5f : offset < 0 ? -1 : 1;
    }

    private static float Slope(Vec3 half, Vec3 middle, Vec3 along, float t)
    {
        Vec3 p = middle + (along * t);
        return Vec3.Dot(along, p - Vec3.Max(-half, Vec3.Min(half, p)));
    }
}
