using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>A named part of a map: where an object or a tile layer of the class <c>region</c> lies, or a level of a world.</summary>
public sealed class MapRegion
{
    private readonly bool[] _cells; // of the bounds, row by row

    internal MapRegion(string name, IReadOnlyDictionary<string, string> properties, CellRect bounds, bool[] cells)
    {
        Name = name;
        Properties = properties;
        Bounds = bounds;
        _cells = cells;
        CellCount = cells.Count(static cell => cell);
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>The least rectangle that holds its cells.</summary>
    public CellRect Bounds { get; }

    public int CellCount { get; }

    internal ReadOnlySpan<bool> CellSpan => _cells;

    public bool Contains(Cell cell) => Bounds.Contains(cell) && _cells[((cell.Y - Bounds.Y) * Bounds.Width) + cell.X - Bounds.X];

    /// <summary>True if the point lies in one of its cells.</summary>
    public bool Contains(Vec2 point) => point.IsFinite && Contains(Cell.At(point));
}
