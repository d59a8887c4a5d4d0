using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>One cell of a <see cref="Grid"/>: column and row, both from 0; row 0 is the top.</summary>
public readonly record struct Cell(int X, int Y)
{
    /// <summary>The middle of the cell in world units.</summary>
    public Vec2 Centre => new(X + 0.5f, Y + 0.5f);

    /// <summary>The cell a point lies in. A point on a border belongs to the cell to its right and below.</summary>
    public static Cell At(Vec2 point) => new((int)MathF.Floor(point.X), (int)MathF.Floor(point.Y));

    public override string ToString() => $"({X}, {Y})";
}
