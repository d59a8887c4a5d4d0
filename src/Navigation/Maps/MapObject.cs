using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

public enum MapShape : byte
{
    Point,
    Rectangle,
    Ellipse,
    Polygon,
    Polyline,

    /// <summary>A picture of a tile; <see cref="MapObject.Gid"/> says which.</summary>
    Tile,
    Text,

    /// <summary>A rectangle whose shorter sides are half circles.</summary>
    Capsule,
}

/// <summary>Something a designer placed: a spawn point, a tower, a lane.</summary>
/// <param name="Id">Unique within the map; 0 if the editor gave none.</param>
/// <param name="Name">May be empty.</param>
/// <param name="Class">What it is for, such as <c>spawn</c>; a tile object without a class has its tile's.</param>
/// <param name="Shape">Its form.</param>
/// <param name="Position">World units (cells); the upper left corner, the point itself, or where the first point is counted from.</param>
/// <param name="Size">World units; zero for points, polygons and polylines.</param>
/// <param name="Points">Corners of a polygon or polyline in world units, from the map's corner; empty for other shapes.</param>
/// <param name="Properties">Its own; a tile object also has its tile's.</param>
public sealed record MapObject(
    int Id,
    string Name,
    string Class,
    MapShape Shape,
    Vec2 Position,
    Vec2 Size,
    IReadOnlyList<Vec2> Points,
    IReadOnlyDictionary<string, string> Properties)
{
    private readonly Vec2[] _outline = [];

    /// <summary>The name of its layer.</summary>
    public string Layer { get; init; } = "";

    /// <summary>The tile of a tile object, else 0.</summary>
    public int Gid { get; init; }

    /// <summary>Degrees clockwise, as drawn; position, size and points are those before the turn, <see cref="Outline"/> is after it.</summary>
    public float Rotation { get; init; }

    /// <summary>
    /// Its corners in world units, turned as drawn; round shapes have 32. Closed, unless it is a polyline. A point, and a tile that stands on isometric ground, has none.
    /// </summary>
    public IReadOnlyList<Vec2> Outline => _outline;

    public Vec2 Centre => Position + (Size * 0.5f);

    /// <summary>The cells its rectangle touches before it is turned; a point has one.</summary>
    public CellRect Cells
    {
        get
        {
            int left = (int)MathF.Floor(Position.X);
            int top = (int)MathF.Floor(Position.Y);
            int right = Math.Max((int)MathF.Ceiling(Position.X + Size.X), left + 1);
            int bottom = Math.Max((int)MathF.Ceiling(Position.Y + Size.Y), top + 1);
            return new CellRect(left, top, right - left, bottom - top);
        }
    }

    internal ReadOnlySpan<Vec2> Corners => _outline;

    internal Vec2[] OutlinePoints
    {
        init => _outline = value;
    }

    /// <summary>True if it covers an area.</summary>
    public bool IsArea => _outline.Length > 2 && Shape is not (MapShape.Polyline or MapShape.Text);

    /// <summary>True if a point of the world lies in its area.</summary>
    public bool Contains(Vec2 point) => IsArea && MapOutline.Contains(_outline, point.X, point.Y);

    /// <summary>What its own properties say of the ground below it.</summary>
    internal GroundRule Rule { get; init; } = GroundRule.Silent;
}
