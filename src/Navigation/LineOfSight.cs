using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>Straight lines over a <see cref="Grid"/>: whether one is free of closed cells, and what it costs.</summary>
public static class LineOfSight
{
    // A disc that slides along a wall touches it; rounding must not turn that into a hit.
    internal const double Slack = 1e-4;

    // A point has no extent, yet must not slip through where two closed cells meet at a corner.
    private const double Touch = 1e-5;

    /// <summary>
    /// True if a disc of the given radius can move straight from <paramref name="a"/> to <paramref name="b"/> without entering a
    /// closed cell; what is outside of the grid is closed. With radius 0 the line may not even touch one.
    /// </summary>
    /// <param name="radius">World units, 0 or more.</param>
    public static bool IsClear(Grid grid, Vec2 a, Vec2 b, float radius)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return a.IsFinite && b.IsFinite && radius >= 0 && IsClearExact(grid, a.X, a.Y, b.X, b.Y, radius);
    }

    internal static bool IsClearExact(Grid grid, double ax, double ay, double bx, double by, double radius)
    {
        double reach = Math.Max(radius - Slack, Touch);
        if (!IsWithin(grid, ax, ay, reach) || !IsWithin(grid, bx, by, reach))
        {
            return false;
        }

        // Both ends keep their distance from the outside, hence so does all between them: only cells inside need a look.
        int firstRow = Math.Max((int)Math.Floor(Math.Min(ay, by) - reach), 0);
        int lastRow = Math.Min((int)Math.Floor(Math.Max(ay, by) + reach), grid.Height - 1);
        double slope = by == ay ? 0 : (bx - ax) / (by - ay);
        for (int y = firstRow; y <= lastRow; y++)
        {
            // The columns the segment, widened by the reach on all sides, can meet in this row.
            (double low, double high) = (ax, bx);
            if (by != ay)
            {
                low = ax + (slope * (Math.Clamp(y - reach, Math.Min(ay, by), Math.Max(ay, by)) - ay));
                high = ax + (slope * (Math.Clamp(y + 1 + reach, Math.Min(ay, by), Math.Max(ay, by)) - ay));
            }

            int from = Math.Max((int)Math.Floor(Math.Min(low, high) - reach - Touch), 0);
            int to = Math.Min((int)Math.Floor(Math.Max(low, high) + reach + Touch), grid.Width - 1);
            for (int x = grid.FirstClosed(y, from, to); x >= 0; x = grid.FirstClosed(y, x + 1, to))
            {
                if (SegmentGeometry.DistanceSquaredToRect(ax, ay, bx, by, x, y, x + 1, y + 1) < reach * reach)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The line integral of the cells' cost from a to b; cells outside cost nothing, so ask only where it is clear.</summary>
    internal static double Cost(Grid grid, double ax, double ay, double bx, double by)
    {
        double dx = bx - ax;
        double dy = by - ay;
        double length = Math.Sqrt((dx * dx) + (dy * dy));
        int x = (int)Math.Floor(ax);
        int y = (int)Math.Floor(ay);
        int stepX = dx > 0 ? 1 : -1;
        int stepY = dy > 0 ? 1 : -1;
        double t = 0;
        double sum = 0;
        while (t < 1)
        {
            double leaveX = dx == 0 ? 2 : ((dx > 0 ? x + 1 : x) - ax) / dx;
            double leaveY = dy == 0 ? 2 : ((dy > 0 ? y + 1 : y) - ay) / dy;
            double leave = Math.Min(Math.Min(leaveX, leaveY), 1);
            if (leave > t)
            {
                sum += (leave - t) * length * (grid.IsInside(x, y) ? grid.CostEighths[(y * grid.Width) + x] : 0) * Grid.CostStep;
                t = leave;
            }

            if (leaveX <= leaveY)
            {
                x += stepX;
            }

            if (leaveY <= leaveX)
            {
                y += stepY;
            }
        }

        return sum;
    }

    private static bool IsWithin(Grid grid, double x, double y, double reach) =>
        x >= reach && y >= reach && x <= grid.Width - reach && y <= grid.Height - reach;
}
