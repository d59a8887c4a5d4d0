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

    internal static bool IsClearExact(Grid grid, double ax, double ay, double bx, double by, double radius) =>
        TryRows(grid, ax, ay, bx, by, radius, out int firstRow, out int lastRow) && IsClearAlong(grid, ax, ay, bx, by, radius, firstRow, lastRow);

    /// <summary>The rows of cells that decide whether a line is clear. It is not, whatever they hold, if this gives false.</summary>
    internal static bool TryRows(Grid grid, double ax, double ay, double bx, double by, double radius, out int firstRow, out int lastRow)
    {
        // Where both ends keep their distance from the outside, so does all between them: only cells inside need a look.
        double reach = Math.Max(radius - Slack, Touch);
        firstRow = Math.Max((int)Math.Floor(Math.Min(ay, by) - reach), 0);
        lastRow = Math.Min((int)Math.Floor(Math.Max(ay, by) + reach), grid.Height - 1);
        return IsWithin(grid, ax, ay, reach) && IsWithin(grid, bx, by, reach);
    }

    /// <summary>True if no closed cell of some of those rows is in the way.</summary>
    internal static bool IsClearAlong(Grid grid, double ax, double ay, double bx, double by, double radius, int firstRow, int lastRow)
    {
        double reach = Math.Max(radius - Slack, Touch);
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
        LineSum line = new(ax, ay);
        line.TryGoOn(grid, ax, ay, bx, by, int.MaxValue);
        return line.Sum;
    }

    private static bool IsWithin(Grid grid, double x, double y, double reach) =>
        x >= reach && y >= reach && x <= grid.Width - reach && y <= grid.Height - reach;
}

/// <summary>The line integral of the cells' cost along a line, so many cells at a time.</summary>
internal struct LineSum(double ax, double ay)
{
    private int _x = (int)Math.Floor(ax);
    private int _y = (int)Math.Floor(ay);
    private double _t;

    /// <summary>Of the cells so far.</summary>
    public double Sum { get; private set; }

    /// <returns>True once the end is reached.</returns>
    public bool TryGoOn(Grid grid, double ax, double ay, double bx, double by, int cells)
    {
        double dx = bx - ax;
        double dy = by - ay;
        double length = Math.Sqrt((dx * dx) + (dy * dy));
        int stepX = dx > 0 ? 1 : -1;
        int stepY = dy > 0 ? 1 : -1;
        (int x, int y, double t, double sum) = (_x, _y, _t, Sum);
        for (; t < 1 && cells > 0; cells--)
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

        (_x, _y, _t, Sum) = (x, y, t, sum);
        return t >= 1;
    }
}
