namespace RealtimeServer.Navigation.Maps;

/// <summary>How a tile is turned where it lies. First turned, then mirrored: as Tiled draws it.</summary>
[Flags]
public enum TileFlip : byte
{
    None = 0,
    Horizontal = 8,
    Vertical = 4,

    /// <summary>Mirrored at the diagonal from the upper left; on hexagonal maps turned by 60 degrees clockwise.</summary>
    Diagonal = 2,

    /// <summary>On hexagonal maps, turned by 120 degrees clockwise.</summary>
    Turn120 = 1,
}

/// <summary>A layer of tiles, as large as its map's layout.</summary>
public sealed class TileLayer
{
    internal const uint GidMask = (1u << FlipShift) - 1;

    /// <summary>The class of layers that mark a region instead of saying where agents can walk.</summary>
    internal const string RegionClass = "region";

    private const int FlipShift = 28;
    private readonly uint[] _tiles;

    internal TileLayer(string name, string layerClass, int width, int height, uint[] tiles, IReadOnlyDictionary<string, string> properties)
    {
        Name = name;
        Class = layerClass;
        Width = width;
        Height = height;
        Properties = properties;
        _tiles = tiles;
    }

    public string Name { get; }

    public string Class { get; }

    /// <summary>Columns of tiles.</summary>
    public int Width { get; }

    /// <summary>Rows of tiles.</summary>
    public int Height { get; }

    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>Row by row, the tile ids with their flips in the four highest bits, as Tiled writes them.</summary>
    internal ReadOnlySpan<uint> Raw => _tiles;

    internal bool IsRegion => Class == RegionClass;

    /// <summary>The tile's number, or 0 where there is none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tile is outside.</exception>
    public int Gid(int x, int y) => (int)(_tiles[Index(x, y)] & GidMask);

    /// <inheritdoc cref="Gid"/>
    public TileFlip Flip(int x, int y) => (TileFlip)(_tiles[Index(x, y)] >> FlipShift);

    private int Index(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return (y * Width) + x;
    }
}
