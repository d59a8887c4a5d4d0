using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// Makes convex hulls of points (Quickhull: C. Barber, D. Dobkin and H. Huhdanpaa, 1996), in double precision. Triangles that lie in
/// one plane become one face. Of more vertices than allowed the farthest out are kept, so that the hull lies inside the points' true hull.
/// </summary>
public static class HullBuilder
{
    /// <summary>Against the points' extent: nearer points are one.</summary>
    private const double Weld = 1e-5;

    /// <summary>Against the points' extent: what is thinner is flat.</summary>
    private const double Thinnest = 1e-4;

    /// <param name="points">In metres, in the shape's frame; at least four, not all in one plane.</param>
    /// <param name="verticesMax">4 to <see cref="Limits.HullVerticesMax"/>: fewer are faster to collide.</param>
    /// <exception cref="ShapeException">The points span no volume, are too many, or one is not a number: the message says which.</exception>
    public static ConvexHull Build(ReadOnlySpan<Vec3> points, int verticesMax = Limits.HullVerticesMax)
    {
        if (verticesMax is < 4 or > Limits.HullVerticesMax)
        {
            throw new ArgumentOutOfRangeException(nameof(verticesMax), verticesMax, $"A hull has 4 to {Limits.HullVerticesMax} vertices.");
        }

        double extent = Check(points);
        var growing = new GrowingHull(Welded(points, extent * Weld), extent, extent * Thinnest);
        growing.Grow(verticesMax);
        return new HullFaces(growing).ToHull();
    }

    /// <summary>The points without those that lie by an earlier one: they would only make slivers.</summary>
    private static Vec3[] Welded(ReadOnlySpan<Vec3> points, double distance)
    {
        var kept = new List<Vec3>(points.Length);
        float least = (float)(distance * distance);
        foreach (Vec3 point in points)
        {
            bool isNew = true;
            foreach (Vec3 other in kept)
            {
                isNew &= Vec3.DistanceSquared(point, other) > least;
            }

            if (isNew)
            {
                kept.Add(point);
            }
        }

        return [.. kept];
    }

    private static double Check(ReadOnlySpan<Vec3> points)
    {
        if (points.Length < 4)
        {
            throw new ShapeException($"A convex hull needs at least 4 points; these are {points.Length}.");
        }

        if (points.Length > Limits.HullPointsMax)
        {
            throw new ShapeException($"A convex hull is built of at most {Limits.HullPointsMax} points; these are {points.Length}. Thin them out first.");
        }

        Vec3 low = points[0], high = points[0];
        for (int i = 0; i < points.Length; i++)
        {
            if (!points[i].IsFinite || Vec3.Abs(points[i]) is var a && Math.Max(a.X, Math.Max(a.Y, a.Z)) > Limits.ShapeExtentMax)
            {
                throw new ShapeException($"Point {i} of the convex hull is {points[i]}: parts must be numbers of at most {Limits.ShapeExtentMax} metres.");
            }

            (low, high) = (Vec3.Min(low, points[i]), Vec3.Max(high, points[i]));
        }

        Vec3 size = high - low;
        double extent = Math.Max(size.X, Math.Max(size.Y, size.Z));
        return extent >= Limits.ShapeExtentMin
            ? extent
            : throw new ShapeException($"The {points.Length} points of the convex hull lie within {extent} metres of each other: it would be a point. Least extent is {Limits.ShapeExtentMin}.");
    }
}
