using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Closed outlines of straight sides.</summary>
internal static class MapOutline
{
    private const int EllipseCorners = 32;

    /// <summary>True if the point lies inside: an odd number of sides is crossed on the way to the right. Of two outlines with a common side, one holds it.</summary>
    public static bool Contains(ReadOnlySpan<Vec2> corners, double x, double y)
    {
        bool inside = false;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            (double ax, double ay, double bx, double by) = (corners[i].X, corners[i].Y, corners[j].X, corners[j].Y);
            inside ^= (ay > y) != (by > y) && x < ((bx - ax) * (y - ay) / (by - ay)) + ax;
        }

        return inside;
    }

    public static Vec2[] Rectangle(Vec2 corner, Vec2 size) =>
        [corner, corner + new Vec2(size.X, 0), corner + size, corner + new Vec2(0, size.Y)];

    /// <summary>An ellipse, inscribed into a rectangle.</summary>
    public static Vec2[] Ellipse(Vec2 corner, Vec2 size)
    {
        Vec2 centre = corner + (size * 0.5f);
        Vec2[] corners = new Vec2[EllipseCorners];
        for (int i = 0; i < corners.Length; i++)
        {
            (float sin, float cos) = DeterministicMath.SinCos(i * (2 * MathF.PI / EllipseCorners));
            corners[i] = centre + new Vec2(size.X * 0.5f * cos, size.Y * 0.5f * sin);
        }

        return corners;
    }

    /// <summary>A rectangle whose shorter sides are half circles.</summary>
    public static Vec2[] Capsule(Vec2 corner, Vec2 size)
    {
        float radius = MathF.Min(size.X, size.Y) * 0.5f;
        Vec2 centre = corner + (size * 0.5f);
        Vec2 reach = new(MathF.Max((size.X * 0.5f) - radius, 0), MathF.Max((size.Y * 0.5f) - radius, 0));
        Vec2[] corners = new Vec2[EllipseCorners];
        for (int i = 0; i < corners.Length; i++)
        {
            (float sin, float cos) = DeterministicMath.SinCos((i + 0.5f) * (2 * MathF.PI / EllipseCorners));
            corners[i] = centre + new Vec2((radius * cos) + (cos > 0 ? reach.X : -reach.X), (radius * sin) + (sin > 0 ? reach.Y : -reach.Y));
        }

        return corners;
    }

    /// <summary>Turns points clockwise, as seen with y growing downward.</summary>
    public static void Turn(Span<Vec2> points, Vec2 about, float degrees)
    {
        (float sin, float cos) = DeterministicMath.SinCos(degrees % 360f * (MathF.PI / 180f));
        foreach (ref Vec2 point in points)
        {
            Vec2 from = point - about;
            point = about + new Vec2((from.X * cos) - (from.Y * sin), (from.X * sin) + (from.Y * cos));
        }
    }

    /// <summary>The least rectangle of cells that holds all points, none of it outside of the map.</summary>
    public static CellRect Bounds(ReadOnlySpan<Vec2> points, int width, int height)
    {
        (float left, float top, float right, float bottom) = (float.MaxValue, float.MaxValue, float.MinValue, float.MinValue);
        foreach (Vec2 point in points)
        {
            (left, right) = (MathF.Min(left, point.X), MathF.Max(right, point.X));
            (top, bottom) = (MathF.Min(top, point.Y), MathF.Max(bottom, point.Y));
        }

        int x = (int)Math.Clamp(Math.Floor(left), 0, width);
        int y = (int)Math.Clamp(Math.Floor(top), 0, height);
        return new CellRect(x, y, (int)Math.Clamp(Math.Ceiling(right), x, width) - x, (int)Math.Clamp(Math.Ceiling(bottom), y, height) - y);
    }
}
