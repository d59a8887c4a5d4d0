using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// A segment, such as a capsule's, in front of eight triangles of a surface at once, in the surface's frame: lane by lane the bits of
/// <see cref="TriangleContacts.FindClosest"/>, <see cref="TriangleContacts.LeansInward"/> and <see cref="TriangleContacts.Upright"/>.
/// </summary>
internal readonly struct SegmentTriangles
{
    private readonly Vec3 _middle;
    private readonly Vec3 _half;
    private readonly Vec3 _axis;
    private readonly Vec3 _top;
    private readonly Vec3 _bottom;
    private readonly Vec3 _centre;
    private readonly float _reach;
    private readonly bool _isTwoSided;

    /// <param name="segment">The segment with its radius.</param>
    /// <param name="relative">Where it is in the surface's frame.</param>
    /// <param name="centre">The point that decides on which side of a triangle it is.</param>
    /// <param name="margin">Metres beyond the radius to look.</param>
    /// <param name="isTwoSided">True if the back of the surface is solid as well.</param>
    public SegmentTriangles(in ConvexCore segment, in Relative relative, Vec3 centre, float margin, bool isTwoSided)
    {
        _middle = relative.Offset;
        _half = relative.Rotation * segment.P;
        _axis = relative.Rotation.Y;
        _top = relative.ToA(segment.P);
        _bottom = relative.ToA(-segment.P);
        _centre = centre;
        _reach = segment.Radius + margin;
        _isTwoSided = isTwoSided;
    }

    /// <summary>What was found; only the lanes of <see cref="Near"/> have a meaning.</summary>
    public struct Found
    {
        /// <summary>A bit for each lane within the margin.</summary>
        public uint Near;

        /// <summary>A bit for each lane whose contact stands as it is, or leaned so little that it counts: the others have it from a neighbour.</summary>
        public uint Exact;

        /// <summary>Of the triangles, on the segment's side.</summary>
        public Vec3Wide Face;
        public Vec3Wide Normal;
        public Vec3Wide OnA;
        public Vector256<float> Distance;

        public readonly Closest this[int lane] => new()
        {
            Normal = WideMath.Lane(Normal, lane),
            OnA = WideMath.Lane(OnA, lane),
            Distance = WideMath.Lane(Distance, lane),
        };
    }

    /// <summary>The ways from the triangles to the segment, upright where they leaned over an inner edge. Triangles seen from behind are turned round.</summary>
    public void Find(ref TriangleBatch batch, out Found found)
    {
        Unsafe.SkipInit(out found);
        Vector256<float> counts = batch.FaceTo(Vec3Wide.Broadcast(_centre), _isTwoSided, out Vec3Wide face);
        Vec3Wide middle = Vec3Wide.Broadcast(_middle), half = Vec3Wide.Broadcast(_half);
        Vector256<float> height = Vec3Wide.Dot(face, middle - batch.P), rise = Vec3Wide.Dot(face, half), climb = Vector256.Abs(rise);
        var reach = Vector256.Create(_reach);
        counts = Vector256.AndNot(counts, Vector256.GreaterThan(height - climb, reach));
        found.Near = 0;
        if (Vector256.EqualsAll(counts.AsInt32(), Vector256<int>.Zero))
        {
            return;
        }

        var way = new ClosestWide(batch, face, middle, half, height, rise, climb);
        counts &= Vector256.LessThanOrEqual(way.Distance, reach);
        found.Near = counts.ExtractMostSignificantBits();
        if (found.Near == 0)
        {
            return;
        }

        Vector256<float> cosine = Vec3Wide.Dot(way.Normal, face);
        Vector256<float> leans = Vector256.LessThan(cosine, Vector256.Create(TriangleContacts.OwnCosine));
        leans = Vector256.AndNot(leans, IsOn(batch, batch.P, batch.Q, OuterEdges.PQ, way.OnA));
        leans = Vector256.AndNot(leans, IsOn(batch, batch.Q, batch.R, OuterEdges.QR, way.OnA));
        leans = Vector256.AndNot(leans, IsOn(batch, batch.R, batch.P, OuterEdges.RP, way.OnA));
        Vector256<float> upright = Vector256.GreaterThanOrEqual(cosine, Vector256.Create(TriangleContacts.UprightCosine));
        found.Exact = (upright | ~leans).ExtractMostSignificantBits();
        Vector256<float> standsUp = Vector256.GreaterThan(Vec3Wide.Dot(Vec3Wide.Broadcast(_axis), face), Vector256<float>.Zero);
        Vec3Wide lowest = Vec3Wide.Select(standsUp, Vec3Wide.Broadcast(_bottom), Vec3Wide.Broadcast(_top));
        Vector256<float> distance = Vec3Wide.Dot(face, lowest - batch.P);
        found.Face = face;
        found.Normal = Vec3Wide.Select(leans, face, way.Normal);
        found.OnA = Vec3Wide.Select(leans, lowest - (face * distance), way.OnA);
        found.Distance = Vector256.ConditionalSelect(leans, distance, way.Distance);
    }

    private static Vector256<float> IsOn(in TriangleBatch batch, in Vec3Wide from, in Vec3Wide to, OuterEdges side, in Vec3Wide point)
    {
        Vector256<float> outer = batch.Has(side);
        if (Vector256.EqualsAll(outer.AsInt32(), Vector256<int>.Zero))
        {
            return outer;
        }

        Vec3Wide along = to - from;
        Vector256<float> length = along.LengthSquared;
        Vector256<float> limit = Vector256.Create(TriangleContacts.OnSide * TriangleContacts.OnSide) * length * length;
        return outer & Vector256.LessThanOrEqual(Vec3Wide.Cross(along, point - from).LengthSquared, limit);
    }

    /// <summary>Lane by lane as <see cref="SegmentTriangle.Closest"/>.</summary>
    private readonly struct ClosestWide
    {
        public readonly Vec3Wide Normal;
        public readonly Vec3Wide OnA;
        public readonly Vector256<float> Distance;

        public ClosestWide(
            in TriangleBatch batch, in Vec3Wide face, in Vec3Wide middle, in Vec3Wide half, Vector256<float> height, Vector256<float> rise, Vector256<float> climb)
        {
            Vector256<float> zero = Vector256<float>.Zero;
            Vector256<float> rises = Vector256.GreaterThan(rise, zero);
            Vec3Wide back = middle - half, ahead = middle + half;
            Vec3Wide low = Vec3Wide.Select(rises, back, ahead), high = Vec3Wide.Select(rises, ahead, back);
            Vector256<float> lowHeight = height - climb, highHeight = height + climb;
            Vec3Wide onTriangle = OnTriangle(batch, low), onSegment = low;
            Vector256<float> best = (onTriangle - low).LengthSquared;
            Vector256<float> open = ~Vector256.GreaterThan(best, Vector256.Create(1e-12f)) | Vector256.LessThan(Vec3Wide.Dot(low - onTriangle, high - low), zero);
            if (!Vector256.EqualsAll(open.AsInt32(), Vector256<int>.Zero))
            {
                Consider(open, OnTriangle(batch, high), high, ref onTriangle, ref onSegment, ref best);
                Side(open, batch.P, batch.Q, middle, half, ref onTriangle, ref onSegment, ref best);
                Side(open, batch.Q, batch.R, middle, half, ref onTriangle, ref onSegment, ref best);
                Side(open, batch.R, batch.P, middle, half, ref onTriangle, ref onSegment, ref best);
            }

            Vector256<float> distance = Vector256.Sqrt(best);
            Vec3Wide between = onSegment - onTriangle;
            var away = new Vec3Wide(between.X / distance, between.Y / distance, between.Z / distance);
            Normal = Vec3Wide.Select(Vector256.GreaterThan(distance, Vector256.Create(PointClosest.NoDirection)), away, face);
            OnA = onTriangle;
            Distance = distance;
            Vector256<float> pierced = Vector256.LessThanOrEqual(lowHeight, zero) & Vector256.GreaterThanOrEqual(highHeight, zero);
            if (!Vector256.EqualsAll(pierced.AsInt32(), Vector256<int>.Zero))
            {
                Vector256<float> span = highHeight - lowHeight;
                Vector256<float> t = Vector256.ConditionalSelect(Vector256.GreaterThan(span, Vector256.Create(1e-12f)), -lowHeight / span, Vector256.Create(0.5f));
                pierced &= IsOver(batch, face, low + ((high - low) * t));
                Normal = Vec3Wide.Select(pierced, face, Normal);
                OnA = Vec3Wide.Select(pierced, low - (face * lowHeight), OnA);
                Distance = Vector256.ConditionalSelect(pierced, lowHeight, Distance);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Consider(
            Vector256<float> open, in Vec3Wide a, in Vec3Wide b, ref Vec3Wide onTriangle, ref Vec3Wide onSegment, ref Vector256<float> best)
        {
            Vector256<float> squared = (a - b).LengthSquared;
            Vector256<float> nearer = open & Vector256.LessThan(squared, best);
            onTriangle = Vec3Wide.Select(nearer, a, onTriangle);
            onSegment = Vec3Wide.Select(nearer, b, onSegment);
            best = Vector256.ConditionalSelect(nearer, squared, best);
        }

        private static void Side(
            Vector256<float> open, in Vec3Wide from, in Vec3Wide to, in Vec3Wide middle, in Vec3Wide half,
            ref Vec3Wide onTriangle, ref Vec3Wide onSegment, ref Vector256<float> best)
        {
            var part = Vector256.Create(0.5f);
            Vec3Wide sideMiddle = (from + to) * part, sideHalf = (to - from) * part;
            SegmentClosest.OnSegment(middle - sideMiddle, sideHalf, half, out Vector256<float> s, out Vector256<float> t);
            Consider(open, sideMiddle + (sideHalf * s), middle + (half * t), ref onTriangle, ref onSegment, ref best);
        }

        /// <summary>Lane by lane as <see cref="PointClosest.OnTriangle"/>.</summary>
        private static Vec3Wide OnTriangle(in TriangleBatch batch, in Vec3Wide p)
        {
            Vector256<float> zero = Vector256<float>.Zero;
            Vec3Wide a = batch.P, b = batch.Q, c = batch.R;
            Vec3Wide ab = b - a, ac = c - a, ap = p - a, bp = p - b, cp = p - c;
            Vector256<float> d1 = Vec3Wide.Dot(ab, ap), d2 = Vec3Wide.Dot(ac, ap), d3 = Vec3Wide.Dot(ab, bp), d4 = Vec3Wide.Dot(ac, bp);
            Vector256<float> d5 = Vec3Wide.Dot(ab, cp), d6 = Vec3Wide.Dot(ac, cp);
            Vector256<float> vc = (d1 * d4) - (d3 * d2), vb = (d5 * d2) - (d1 * d6), va = (d3 * d6) - (d5 * d4);
            Vector256<float> d43 = d4 - d3, d56 = d5 - d6;

            // From the last question to the first, each with the last word over those after it.
            Vector256<float> scale = Vector256<float>.One / (va + vb + vc);
            Vec3Wide closest = a + (ab * (vb * scale)) + (ac * (vc * scale));
            Vector256<float> onBC = Vector256.LessThanOrEqual(va, zero) & Vector256.GreaterThanOrEqual(d43, zero) & Vector256.GreaterThanOrEqual(d56, zero);
            closest = Vec3Wide.Select(onBC, b + ((c - b) * (d43 / (d43 + d56))), closest);
            Vector256<float> onAC = Vector256.LessThanOrEqual(vb, zero) & Vector256.GreaterThanOrEqual(d2, zero) & Vector256.LessThanOrEqual(d6, zero);
            closest = Vec3Wide.Select(onAC, a + (ac * (d2 / (d2 - d6))), closest);
            closest = Vec3Wide.Select(Vector256.GreaterThanOrEqual(d6, zero) & Vector256.LessThanOrEqual(d5, d6), c, closest);
            Vector256<float> onAB = Vector256.LessThanOrEqual(vc, zero) & Vector256.GreaterThanOrEqual(d1, zero) & Vector256.LessThanOrEqual(d3, zero);
            closest = Vec3Wide.Select(onAB, a + (ab * (d1 / (d1 - d3))), closest);
            closest = Vec3Wide.Select(Vector256.GreaterThanOrEqual(d3, zero) & Vector256.LessThanOrEqual(d4, d3), b, closest);
            return Vec3Wide.Select(Vector256.LessThanOrEqual(d1, zero) & Vector256.LessThanOrEqual(d2, zero), a, closest);
        }

        private static Vector256<float> IsOver(in TriangleBatch t, in Vec3Wide normal, in Vec3Wide p) =>
            Vector256.GreaterThanOrEqual(Vec3Wide.Dot(Vec3Wide.Cross(t.Q - t.P, p - t.P), normal), Vector256<float>.Zero)
            & Vector256.GreaterThanOrEqual(Vec3Wide.Dot(Vec3Wide.Cross(t.R - t.Q, p - t.Q), normal), Vector256<float>.Zero)
            & Vector256.GreaterThanOrEqual(Vec3Wide.Dot(Vec3Wide.Cross(t.P - t.R, p - t.R), normal), Vector256<float>.Zero);
    }
}
