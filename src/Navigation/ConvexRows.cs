using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>Convex outlines, cut along rows or columns of squares.</summary>
internal static class ConvexRows
{
    /// <summary>How far an outline reaches along rows (or columns) between two lines across them.</summary>
    /// <param name="alongX">True for rows: the lines are values of y; false for columns.</param>
    /// <returns>False if nothing of it lies between them.</returns>
    public static bool TryExtent(IReadOnlyList<Vec2> outline, double from, double to, bool alongX, out double low, out double high)
    {
        (low, high) = (double.MaxValue, double.MinValue);
        Vec2 before = outline[^1];
        for (int i = 0; i < outline.Count; i++)
        {
            Vec2 corner = outline[i];
            (double a, double atA, double b, double atB) = alongX ? (before.X, before.Y, corner.X, corner.Y) : (before.Y, before.X, corner.Y, corner.X);
            before = corner;
            if (atA > atB)
            {
                (a, atA, b, atB) = (b, atB, a, atA);
            }

            if (atB < from || atA > to)
            {
                continue;
            }

            double begin = atA < from ? a + ((b - a) * ((from - atA) / (atB - atA))) : a;
            double end = atB > to ? a + ((b - a) * ((to - atA) / (atB - atA))) : b;
            (low, high) = (Math.Min(low, Math.Min(begin, end)), Math.Max(high, Math.Max(begin, end)));
        }

        return low <= high;
    }
}
