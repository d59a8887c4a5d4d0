using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>A rectangle of cells; <see cref="Width"/> and <see cref="Height"/> are counts, so an empty one has a zero.</summary>
public readonly record struct CellRect(int X, int Y, int Width, int Height)
{
    public bool IsEmpty => Width <= 0 || Height <= 0;

    /// <summary>The middle of the rectangle in world units.</summary>
    public Vec2 Centre => new(X + (Width * 0.5f), Y + (Height * 0.5f));

    public bool Contains(Cell cell) => cell.X >= X && cell.Y >= Y && cell.X - X < Width && cell.Y - Y < Height;

    public bool Overlaps(CellRect other) =>
        !IsEmpty && !other.IsEmpty && X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;

    /// <summary>
    /// True if a disc of the given radius (world units) that moves from <paramref name="a"/> to <paramref name="b"/> may touch the
    /// rectangle. Never false for one that does; used to find the paths that a change of the grid concerns.
    /// </summary>
    public bool IsTouchedBy(Vec2 a, Vec2 b, float radius) =>
        !IsEmpty && SegmentGeometry.DistanceSquaredToRect(a.X, a.Y, b.X, b.Y, X, Y, X + Width, Y + Height) <= (double)radius * radius;

    /// <summary>The smallest rectangle round both.</summary>
    internal CellRect With(CellRect other)
    {
        (int left, int top) = (Math.Min(X, other.X), Math.Min(Y, other.Y));
        return new CellRect(left, top, Math.Max(X + Width, other.X + other.Width) - left, Math.Max(Y + Height, other.Y + other.Height) - top);
    }

    /// <summary>So many cells more on every side.</summary>
    internal CellRect GrownBy(int cells) => new(X - cells, Y - cells, Width + (2 * cells), Height + (2 * cells));

    internal CellRect ClippedTo(int width, int height)
    {
        // In 64 bits, because a rectangle may come from game code with any corner and size.
        long left = Math.Clamp((long)X, 0, width);
        long top = Math.Clamp((long)Y, 0, height);
        long right = Math.Clamp((long)X + Math.Max(0, Width), 0, width);
        long bottom = Math.Clamp((long)Y + Math.Max(0, Height), 0, height);
        return new CellRect((int)left, (int)top, (int)(right - left), (int)(bottom - top));
    }
}
