using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Obstacles;

/// <summary>
/// The edges of obstacles as they stand, eight lanes an obstacle, those beyond its count as its first: what <see cref="ConvexGeometry"/> tells of a shape is told
/// of all its edges at once.
/// </summary>
internal sealed class ObstacleEdges
{
    // Where each begins, how far it goes, that squared, and which way is out of the shape.
    private const int Floats = 7 * WideMath.Lanes;

    private float[] _edges = [];

    /// <summary>Makes room for so many obstacles.</summary>
    public void Resize(int count) => Array.Resize(ref _edges, count * Floats);

    public void Set(int index, ReadOnlySpan<Vec2> corners)
    {
        Span<float> edges = _edges.AsSpan(index * Floats, Floats);
        for (int i = 0; i < WideMath.Lanes; i++)
        {
            int from = i < corners.Length ? i : 0;
            Vec2 way = corners[from + 1 == corners.Length ? 0 : from + 1] - corners[from];
            Vec2 outward = new Vec2(way.Y, -way.X).Normalized();
            edges[i] = corners[from].X;
            edges[i + WideMath.Lanes] = corners[from].Y;
            edges[i + (2 * WideMath.Lanes)] = way.X;
            edges[i + (3 * WideMath.Lanes)] = way.Y;
            edges[i + (4 * WideMath.Lanes)] = Math.Max(way.LengthSquared, float.Epsilon);
            edges[i + (5 * WideMath.Lanes)] = outward.X;
            edges[i + (6 * WideMath.Lanes)] = outward.Y;
        }
    }

    /// <inheritdoc cref="ConvexGeometry.Nearest"/>
    public float Nearest(int index, ReadOnlySpan<Vec2> corners, Vec2 at, out Vec2 nearest, out Vec2 away)
    {
        ref float edges = ref EdgesOf(index);
        (Vector256<float> x, Vector256<float> y) = (Part(ref edges, 0), Part(ref edges, 1));
        (Vector256<float> wayX, Vector256<float> wayY) = (Part(ref edges, 2), Part(ref edges, 3));
        (Vector256<float> seenX, Vector256<float> seenY) = (Vector256.Create(at.X) - x, Vector256.Create(at.Y) - y);
        Vector256<float> share = ((seenX * wayX) + (seenY * wayY)) / Part(ref edges, 4);
        share = WideMath.Min(WideMath.Max(share, Vector256<float>.Zero), Vector256<float>.One);
        (Vector256<float> pointX, Vector256<float> pointY) = (x + (wayX * share), y + (wayY * share));
        (Vector256<float> apartX, Vector256<float> apartY) = (Vector256.Create(at.X) - pointX, Vector256.Create(at.Y) - pointY);
        Vector256<float> squared = (apartX * apartX) + (apartY * apartY);
        Vector128<float> half = WideMath.Min(squared.GetLower(), squared.GetUpper());
        half = WideMath.Min(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        float least = WideMath.Min(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2))).ToScalar();
        int lane = BitOperations.TrailingZeroCount(Vector256.Equals(squared, Vector256.Create(least)).ExtractMostSignificantBits());
        nearest = new Vec2(WideMath.Lane(in pointX, lane), WideMath.Lane(in pointY, lane));
        float distance = MathF.Sqrt(least);
        bool isInside = corners.Length > 2 && Vector256.LessThan((wayX * seenY) - (wayY * seenX), Vector256<float>.Zero).ExtractMostSignificantBits() == 0;
        if (isInside || distance <= ConvexGeometry.TouchMax)
        {
            return ConvexGeometry.Inside(corners, at, ref nearest, out away);
        }

        away = (at - nearest) / distance;
        return distance;
    }

    /// <summary>
    /// The ways of length 1 from a point that touch a shape on either side, so that the whole of it lies between them, and how far away they touch it.
    /// </summary>
    /// <param name="count">How many corners it has.</param>
    /// <param name="radius">How far it reaches beyond its corners; the point lies farther away.</param>
    public (Tangent Left, Tangent Right) Tangents(int index, int count, Vec2 from, float radius)
    {
        ref float edges = ref EdgesOf(index);
        (Vector256<float> x, Vector256<float> y) = (Part(ref edges, 0) - Vector256.Create(from.X), Part(ref edges, 1) - Vector256.Create(from.Y));
        Vector256<float> squared = WideMath.Max((x * x) + (y * y), Vector256.Create(float.Epsilon));
        Vector256<float> leg = Vector256.Sqrt(WideMath.Max(squared - Vector256.Create(radius * radius), Vector256<float>.Zero));
        var wide = Vector256.Create(radius);
        (Vector256<float> leftX, Vector256<float> leftY) = ((x * leg) - (y * wide), (x * wide) + (y * leg));
        (Vector256<float> rightX, Vector256<float> rightY) = ((x * leg) + (y * wide), (y * leg) - (x * wide));
        (int left, int right) = (0, 0);
        Vec2 leftWay = new(leftX.ToScalar(), leftY.ToScalar()), rightWay = new(rightX.ToScalar(), rightY.ToScalar());
        for (int i = 1; i < count; i++)
        {
            Vec2 way = new(WideMath.Lane(in leftX, i), WideMath.Lane(in leftY, i));
            (left, leftWay) = Vec2.Cross(leftWay, way) > 0 ? (i, way) : (left, leftWay);
            way = new Vec2(WideMath.Lane(in rightX, i), WideMath.Lane(in rightY, i));
            (right, rightWay) = Vec2.Cross(rightWay, way) < 0 ? (i, way) : (right, rightWay);
        }

        return (new Tangent(leftWay / WideMath.Lane(in squared, left), WideMath.Lane(in leg, left), left),
            new Tangent(rightWay / WideMath.Lane(in squared, right), WideMath.Lane(in leg, right), right));
    }

    /// <summary>How far one can go from a point in a direction, of length 1, that lies between the tangents of a shape until one meets it.</summary>
    public float Entry(int index, int count, Vec2 from, float radius, Vec2 direction)
    {
        ref float edges = ref EdgesOf(index);
        (Vector256<float> x, Vector256<float> y) = (Part(ref edges, 0) - Vector256.Create(from.X), Part(ref edges, 1) - Vector256.Create(from.Y));
        if (count == 1)
        {
            Vec2 middle = new(x.ToScalar(), y.ToScalar());
            float aside = Vec2.Cross(middle, direction);
            return Vec2.Dot(middle, direction) - MathF.Sqrt(Math.Max((radius * radius) - (aside * aside), 0));
        }

        (Vector256<float> outX, Vector256<float> outY) = (Part(ref edges, 5), Part(ref edges, 6));
        Vector256<float> towards = -((outX * Vector256.Create(direction.X)) + (outY * Vector256.Create(direction.Y)));
        Vector256<float> entry = (-((outX * x) + (outY * y)) - Vector256.Create(radius)) / towards;
        entry = Vector256.ConditionalSelect(Vector256.GreaterThan(towards, Vector256.Create(1e-6f)), entry, Vector256<float>.Zero);
        Vector128<float> half = WideMath.Max(entry.GetLower(), entry.GetUpper());
        half = WideMath.Max(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return Math.Max(WideMath.Max(half, Vector128.Shuffle(half, Vector128.Create(1, 0, 3, 2))).ToScalar(), 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float EdgesOf(int index) => ref MemoryMarshal.GetReference(_edges.AsSpan(index * Floats, Floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Part(ref float edges, int part) => Vector256.LoadUnsafe(ref edges, (nuint)(part * WideMath.Lanes));
}

/// <param name="Way">Of length 1.</param>
/// <param name="Length">To where it touches.</param>
/// <param name="Corner">The corner round which it touches.</param>
internal readonly record struct Tangent(Vec2 Way, float Length, int Corner);
