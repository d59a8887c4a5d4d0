namespace RealtimeServer.Navigation;

/// <summary>Exact squared distances between points, segments and axis-aligned rectangles, in double so that cell borders stay sharp on large maps.</summary>
internal static class SegmentGeometry
{
    /// <summary>The squared distance between the segment a-b and the closed rectangle; 0 if they touch.</summary>
    public static double DistanceSquaredToRect(
        double ax, double ay, double bx, double by, double left, double top, double right, double bottom)
    {
        if (Crosses(ax, ay, bx, by, left, top, right, bottom))
        {
            return 0;
        }

        double best = Math.Min(PointToRect(ax, ay, left, top, right, bottom), PointToRect(bx, by, left, top, right, bottom));
        best = Math.Min(best, PointToSegment(left, top, ax, ay, bx, by));
        best = Math.Min(best, PointToSegment(right, top, ax, ay, bx, by));
        best = Math.Min(best, PointToSegment(left, bottom, ax, ay, bx, by));
        return Math.Min(best, PointToSegment(right, bottom, ax, ay, bx, by));
    }

    public static double PointToRect(double x, double y, double left, double top, double right, double bottom)
    {
        double dx = Math.Max(Math.Max(left - x, x - right), 0);
        double dy = Math.Max(Math.Max(top - y, y - bottom), 0);
        return (dx * dx) + (dy * dy);
    }

    public static double PointToSegment(double x, double y, double ax, double ay, double bx, double by)
    {
        double dx = bx - ax;
        double dy = by - ay;
        double lengthSquared = (dx * dx) + (dy * dy);
        double t = lengthSquared > 0 ? Math.Clamp((((x - ax) * dx) + ((y - ay) * dy)) / lengthSquared, 0, 1) : 0;
        double ex = x - (ax + (t * dx));
        double ey = y - (ay + (t * dy));
        return (ex * ex) + (ey * ey);
    }

    // Liang and Barsky's clipping: the part of the segment inside each slab, narrowed four times.
    private static bool Crosses(double ax, double ay, double bx, double by, double left, double top, double right, double bottom)
    {
        double enter = 0;
        double leave = 1;
        return Clip(ax, bx - ax, left, right, ref enter, ref leave) && Clip(ay, by - ay, top, bottom, ref enter, ref leave);
    }

    private static bool Clip(double start, double delta, double low, double high, ref double enter, ref double leave)
    {
        if (delta == 0)
        {
            return start >= low && start <= high;
        }

        double first = (low - start) / delta;
        double second = (high - start) / delta;
        enter = Math.Max(enter, Math.Min(first, second));
        leave = Math.Min(leave, Math.Max(first, second));
        return enter <= leave;
    }
}
