using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Collision;

/// <summary>Up to eight pairs of capsules, a lane each: the manifolds of <see cref="BallPairs.CapsuleCapsule"/>, to the bit.</summary>
internal unsafe struct CapsulePairs
{
    private Rows _a;
    private Rows _b;
    private Vector256<float> _radiusA;
    private Vector256<float> _halfA;
    private Vector256<float> _radiusB;
    private Vector256<float> _halfB;

    /// <summary>A body's pose and one float more, for each lane.</summary>
    [InlineArray(WideMath.Lanes)]
    private struct Rows
    {
        private Vector256<float> _first;
    }

    public int Count { get; private set; }

    public readonly bool IsFull => Count == WideMath.Lanes;

    public void Clear() => Count = 0;

    /// <param name="a">A body.</param>
    /// <param name="measuresA">Its capsule's radius and half length.</param>
    /// <param name="b">The other body.</param>
    /// <param name="measuresB">Its capsule's.</param>
    public void Add(in BodyState a, Vec3 measuresA, in BodyState b, Vec3 measuresB)
    {
        int lane = Count++;
        _a[lane] = Row(a);
        _b[lane] = Row(b);
        WideMath.SetLane(ref _radiusA, lane, measuresA.X);
        WideMath.SetLane(ref _halfA, lane, measuresA.Y);
        WideMath.SetLane(ref _radiusB, lane, measuresB.X);
        WideMath.SetLane(ref _halfB, lane, measuresB.Y);
    }

    /// <param name="margin">Metres at which contacts begin.</param>
    /// <param name="places">For each pair the index of its manifold; those that do not touch get one without points.</param>
    /// <param name="manifolds">The manifolds.</param>
    [SkipLocalsInit]
    public void Collide(float margin, ReadOnlySpan<byte> places, Span<Manifold> manifolds)
    {
        Poses(ref _a, out Vec3Wide positionA, out QuatWide rotationA);
        Poses(ref _b, out Vec3Wide positionB, out QuatWide rotationB);
        Vector256<float> zero = Vector256<float>.Zero, near = Vector256.Create(margin), half = Vector256.Create(0.5f);
        Vec3Wide offset = positionB - positionA;
        Vector256<float> reach = _radiusA + _halfA + _radiusB + _halfB + near;
        Vector256<float> touches = Vector256.LessThanOrEqual(offset.LengthSquared, reach * reach);
        Vec3Wide a = rotationA.Rotate(new Vec3Wide(zero, _halfA, zero)), b = rotationB.Rotate(new Vec3Wide(zero, _halfB, zero));
        SegmentClosest.OnSegment(offset, a, b, out Vector256<float> s, out Vector256<float> t);
        Vec3Wide onA = a * s, between = offset + (b * t) - onA;
        Vector256<float> distance = between.Length(), radii = _radiusA + _radiusB, separation = distance - radii;
        touches &= Vector256.LessThanOrEqual(separation, near);
        uint touching = touches.ExtractMostSignificantBits();
        Vec3Wide cross = Vec3Wide.Cross(a, b);
        Vector256<float> crossSquared = cross.LengthSquared, lengths = a.LengthSquared * b.LengthSquared;
        Vec3Wide normal = Normal(between, distance, a, cross, crossSquared, lengths);
        Vec3Wide point = onA + (normal * (_radiusA + (separation * half)));
        Vector256<float> along = Vector256.LessThan(crossSquared, Vector256.Create(BallPairs.AlongSquared) * lengths);

        // Both ends of what two capsules share that lie along each other.
        Vector256<float> aa = a.LengthSquared, ab = Vec3Wide.Dot(a, b), one = Vector256<float>.One;
        Vector256<float> middle = Vec3Wide.Dot(a, offset) / aa, part = Vector256.Abs(ab) / aa;
        Vector256<float> low = WideMath.Max(-one, middle - part), high = WideMath.Min(one, middle + part);
        along = Vector256.AndNot(along & Vector256.GreaterThan(part, zero), Vector256.LessThan(high - low, Vector256.Create(BallPairs.SharedMin)));
        Vec3Wide pointLow = End(low, middle, a, b, offset, normal, aa, ab, radii, half, out Vector256<float> separationLow);
        Vec3Wide pointHigh = End(high, middle, a, b, offset, normal, aa, ab, radii, half, out Vector256<float> separationHigh);
        uint hasLow = (along & Vector256.LessThanOrEqual(separationLow, near)).ExtractMostSignificantBits();
        uint hasHigh = (along & Vector256.LessThanOrEqual(separationHigh, near)).ExtractMostSignificantBits();
        for (int lane = 0; lane < Count; lane++)
        {
            ref Manifold manifold = ref manifolds[places[lane]];
            manifold.ChildKey = 0;
            manifold.Count = 0;
            if ((touching >> lane & 1) == 0)
            {
                continue;
            }

            if (((hasLow | hasHigh) >> lane & 1) == 0)
            {
                manifold.Set(WideMath.Lane(normal, lane), WideMath.Lane(point, lane), WideMath.Lane(separation, lane), 0);
                continue;
            }

            manifold.Normal = WideMath.Lane(normal, lane);
            if ((hasLow >> lane & 1) != 0)
            {
                manifold.Add(WideMath.Lane(pointLow, lane), WideMath.Lane(separationLow, lane), 1);
            }

            if ((hasHigh >> lane & 1) != 0)
            {
                manifold.Add(WideMath.Lane(pointHigh, lane), WideMath.Lane(separationHigh, lane), 2);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly Vec3Wide End(
        Vector256<float> s, Vector256<float> middle, in Vec3Wide a, in Vec3Wide b, in Vec3Wide offset, in Vec3Wide normal,
        Vector256<float> aa, Vector256<float> ab, Vector256<float> radii, Vector256<float> half, out Vector256<float> separation)
    {
        Vec3Wide onA = a * s, onB = offset + (b * SegmentClosest.Clamped((s - middle) * aa / ab));
        separation = Vec3Wide.Dot(normal, onB - onA) - radii;
        return onA + (normal * (_radiusA + (separation * half)));
    }

    private static Vec3Wide Normal(
        in Vec3Wide between, Vector256<float> distance, in Vec3Wide a, in Vec3Wide cross, Vector256<float> crossSquared, Vector256<float> lengths)
    {
        var normal = new Vec3Wide(between.X / distance, between.Y / distance, between.Z / distance);
        Vector256<float> has = Vector256.GreaterThan(distance, Vector256.Create(PointClosest.NoDirection));
        if (Vector256.EqualsAll(has.AsInt32(), Vector256<int>.AllBitsSet))
        {
            return normal;
        }

        Vector256<float> length = Vector256.Sqrt(crossSquared);
        var across = new Vec3Wide(cross.X / length, cross.Y / length, cross.Z / length);
        Vector256<float> crosses = Vector256.GreaterThan(crossSquared, Vector256.Create(1e-6f) * lengths);
        return Vec3Wide.Select(has, normal, Vec3Wide.Select(crosses, across, a.Normalized().Across()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Row(in BodyState body) => Unsafe.ReadUnaligned<Vector256<float>>(in Unsafe.As<Pose, byte>(ref Unsafe.AsRef(in body.Pose)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Poses(ref Rows rows, out Vec3Wide position, out QuatWide rotation)
    {
        Vector256<float> r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        WideMath.Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        position = new Vec3Wide(r0, r1, r2);
        rotation = new QuatWide(r3, r4, r5, r6);
    }
}
