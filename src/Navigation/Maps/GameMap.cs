using System.Globalization;
using RealtimeServer.Navigation.Meshes;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// A map as designers drew it, in world units (one cell is one unit; y grows downward), whatever it was drawn with. It never changes, so matches share it.
/// </summary>
public sealed class GameMap
{
    private readonly Dictionary<int, TileKind> _tilesByGid;
    private readonly Grid _grid;
    private readonly uint[] _flags; // of each cell; empty if the map has none
    private readonly Lazy<MapCollision> _collision;
    private readonly MapNavMeshes? _navMeshes;

    /// <exception cref="MapException">A property of the map is out of its range.</exception>
    internal GameMap(MapContent content)
        : this(content, MapSolid.Of(content.File, content.Objects, WallHeight(content)))
    {
    }

    /// <summary>A map whose ground has been drawn already, without what its solid shapes close.</summary>
    internal GameMap(MapContent content, Grid grid, uint[] flags, MapHeights? heights, IReadOnlyList<MapRegion> regions)
        : this(content, MapSolid.Of(content.File, content.Objects, WallHeight(content)), grid, flags, heights, regions)
    {
    }

    private GameMap(MapContent content, IReadOnlyList<MapSolid> solids)
        : this(content, solids, new GroundPainter(content, solids))
    {
    }

    private GameMap(MapContent content, IReadOnlyList<MapSolid> solids, GroundPainter painter)
        : this(content, solids, painter.Draw(), painter.CellFlags, painter.Heights, [.. content.Regions, .. painter.Regions])
    {
    }

    private GameMap(MapContent content, IReadOnlyList<MapSolid> solids, Grid grid, uint[] flags, MapHeights? heights, IReadOnlyList<MapRegion> regions)
    {
        Name = MapFile.NameOf(content.File);
        Layout = content.Layout;
        Properties = content.Properties;
        Tiles = content.Tiles;
        Layers = content.Layers;
        Objects = content.Objects;
        Mesh = content.Mesh;
        FlagNames = content.Flags.All;
        Regions = regions;
        Heights = heights;
        _flags = flags;
        _tilesByGid = content.Tiles.ToDictionary(tile => tile.Gid);
        _grid = grid;
        SolidCells.Close(grid, solids, content.File);
        float wallHeight = WallHeight(content);
        IReadOnlyList<MapSolid> standing = heights is null ? solids : [.. solids.Select(solid => solid.On(heights))];
        _collision = new Lazy<MapCollision>(() => MapCollision.Of(this, _grid, wallHeight, standing));
        _navMeshes = Mesh is null ? null : new MapNavMeshes(Mesh, standing);
        Hash = MapHash.Of(this, _grid, _flags);
    }

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>Cells beside each other.</summary>
    public int Width => Layout.Width;

    /// <summary>Rows of cells.</summary>
    public int Height => Layout.Height;

    /// <summary>How the tiles lie in the world.</summary>
    public MapLayout Layout { get; }

    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>Every tile of every tileset, by ascending gid.</summary>
    public IReadOnlyList<TileKind> Tiles { get; }

    /// <summary>Tile layers from the lowest to the topmost; those of groups in their place.</summary>
    public IReadOnlyList<TileLayer> Layers { get; }

    /// <summary>The objects of all layers, in the order of the file.</summary>
    public IReadOnlyList<MapObject> Objects { get; }

    /// <summary>Named parts of the map, in the order of the file.</summary>
    public IReadOnlyList<MapRegion> Regions { get; }

    /// <summary>The names of the flags cells can have; the number of each is its bit.</summary>
    public IReadOnlyList<string> FlagNames { get; }

    /// <summary>How high the ground is, or null if it is flat.</summary>
    public MapHeights? Heights { get; }

    /// <summary>The triangles the map was made from, or null.</summary>
    public MapMesh? Mesh { get; }

    /// <summary>What is solid, for a physics world.</summary>
    public MapCollision Collision => _collision.Value;

    /// <summary>Of the content, not of the file: the same map saved as TMX and as TMJ, or compiled, has the same hash.</summary>
    public ulong Hash { get; }

    internal Grid Ground => _grid;

    internal ReadOnlySpan<uint> CellFlags => _flags;

    /// <summary>The tile with this number, or null where the layers have none (0).</summary>
    public TileKind? FindTile(int gid) => _tilesByGid.GetValueOrDefault(gid);

    /// <summary>The flags of a cell, a bit for each of <see cref="FlagNames"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cell is outside.</exception>
    public uint FlagsAt(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return _flags.Length == 0 ? 0 : _flags[(y * Width) + x];
    }

    /// <summary>True if a cell has a flag; false for a flag the map does not know, and outside.</summary>
    public bool HasFlag(Cell cell, string flag)
    {
        int bit = -1;
        for (int i = 0; i < FlagNames.Count && bit < 0; i++)
        {
            bit = FlagNames[i] == flag ? i : -1;
        }

        return bit >= 0 && _grid.IsInside(cell.X, cell.Y) && (FlagsAt(cell.X, cell.Y) >> bit & 1) != 0;
    }

    /// <summary>The region of a name, or null; of several the first.</summary>
    public MapRegion? FindRegion(string name) => Regions.FirstOrDefault(region => region.Name == name);

    /// <summary>
    /// A grid for one match. In each cell the topmost tile or area that says whether it is walkable decides whether it is open, the topmost
    /// with a cost how dear it is; a cell without any tile is closed, unless the map has no tile layers at all. Shapes of the class
    /// <c>collision</c> lie on their cells like blocks.
    /// </summary>
    public Grid CreateGrid() => _grid.Clone();

    /// <summary>
    /// The navigation mesh of the triangles that the map was made from and of the shapes of the class <c>collision</c> on them, in world units; null if the map was
    /// made of something else. It is made once for each settings and shared by matches.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public NavMesh? FindNavMesh(NavMeshSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return _navMeshes?.For(settings);
    }

    /// <summary>A navigation mesh of its own: of the triangles that the map was made from, or of its open cells. For tools; matches share <see cref="FindNavMesh"/>'s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public NavMesh CreateNavMesh(NavMeshSettings settings) => _navMeshes?.Create(settings) ?? NavMeshBuilder.FromGrid(_grid, settings);

    private static float WallHeight(MapContent content)
    {
        if (!content.Properties.TryGetValue("wallHeight", out string? text))
        {
            return MapCollision.WallHeightDefault;
        }

        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && value >= 0 && value <= Limits.MapHeightMax
            ? value
            : throw new MapException(content.File, "", "map", $"'wallHeight' is '{MapText.Short(text)}'; a number from 0 to {Limits.MapHeightMax} is expected.");
    }
}
