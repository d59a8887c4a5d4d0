using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// A map as designers drew it, in world units (one cell is one unit; y grows downward). It never changes, so matches share it.
/// </summary>
public sealed class GameMap
{
    private readonly Dictionary<int, TileKind> _tilesByGid;
    private readonly Grid _grid;

    internal GameMap(
        string name,
        (int Width, int Height) size,
        IReadOnlyDictionary<string, string> properties,
        IReadOnlyList<TileKind> tiles,
        IReadOnlyList<TileLayer> layers,
        IReadOnlyList<MapObject> objects)
    {
        Name = name;
        Width = size.Width;
        Height = size.Height;
        Properties = properties;
        Tiles = tiles;
        Layers = layers;
        Objects = objects;
        _tilesByGid = tiles.ToDictionary(tile => tile.Gid);
        _grid = DrawGrid();
        Hash = ComputeHash();
    }

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    public int Width { get; }

    public int Height { get; }

    public IReadOnlyDictionary<string, string> Properties { get; }

    /// <summary>Every tile of every tileset, by ascending gid.</summary>
    public IReadOnlyList<TileKind> Tiles { get; }

    /// <summary>Tile layers from the lowest to the topmost; those of groups in their place.</summary>
    public IReadOnlyList<TileLayer> Layers { get; }

    /// <summary>The objects of all layers, in the order of the file.</summary>
    public IReadOnlyList<MapObject> Objects { get; }

    /// <summary>Of the content, not of the file: the same map saved as TMX and as TMJ has the same hash.</summary>
    public ulong Hash { get; }

    /// <summary>The tile with this number, or null where the layers have none (0).</summary>
    public TileKind? FindTile(int gid) => _tilesByGid.GetValueOrDefault(gid);

    /// <summary>
    /// A grid for one match. In each cell the topmost tile that has the property <c>walkable</c> decides whether it is open, the topmost
    /// with <c>cost</c> how dear it is; a cell without any tile is closed, unless the map has no tile layers at all.
    /// </summary>
    public Grid CreateGrid() => _grid.Clone();

    private Grid DrawGrid()
    {
        Grid grid = new(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < Width && Layers.Count > 0; x++)
            {
                DrawCell(grid, x, y);
            }
        }

        // A fresh grid, so that a match counts versions from 0.
        return grid.CloneFresh();
    }

    private void DrawCell(Grid grid, int x, int y)
    {
        bool? walkable = null;
        float? cost = null;
        bool any = false;
        for (int i = Layers.Count - 1; i >= 0 && (walkable is null || cost is null); i--)
        {
            if (_tilesByGid.TryGetValue(Layers[i].Gid(x, y), out TileKind? tile))
            {
                any = true;
                walkable ??= tile.StatesWalkable ? tile.Walkable : null;
                cost ??= tile.StatesCost ? tile.Cost : null;
            }
        }

        grid.SetCost(x, y, cost ?? 1f);
        grid.SetOpen(x, y, any && (walkable ?? true));
    }

    private ulong ComputeHash()
    {
        StateHash hash = default;
        _grid.Hash(ref hash);
        Add(ref hash, Properties);
        foreach (TileKind tile in Tiles)
        {
            hash.Add(tile.Gid);
            Add(ref hash, tile.Class);
            Add(ref hash, tile.Properties);
        }

        foreach (TileLayer layer in Layers)
        {
            Add(ref hash, layer.Name);
            Add(ref hash, layer.Class);
            Add(ref hash, layer.Properties);
            hash.Add(layer.Raw);
        }

        foreach (MapObject item in Objects)
        {
            hash.Add(item.Id);
            hash.Add(((long)item.Gid << 8) | (byte)item.Shape);
            Add(ref hash, item.Layer);
            Add(ref hash, item.Name);
            Add(ref hash, item.Class);
            Add(ref hash, item.Position);
            Add(ref hash, item.Size);
            hash.Add(item.Rotation);
            foreach (Vec2 point in item.Points)
            {
                Add(ref hash, point);
            }

            Add(ref hash, item.Properties);
        }

        return hash.Value;
    }

    private static void Add(ref StateHash hash, string text) => hash.Add(Encoding.UTF8.GetBytes(text));

    private static void Add(ref StateHash hash, Vec2 point)
    {
        hash.Add(point.X);
        hash.Add(point.Y);
    }

    private static void Add(ref StateHash hash, IReadOnlyDictionary<string, string> properties)
    {
        foreach ((string key, string value) in properties.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(ref hash, key);
            Add(ref hash, value);
        }
    }
}
