using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Draws what tiles and areas say of the ground into a grid: from the lowest layer to the topmost, then areas in the order of the file.</summary>
/// <remarks>What stands on the ground and is solid closes its cells by itself, and is left out: see <see cref="SolidCells"/>.</remarks>
internal sealed class GroundPainter
{
    private readonly MapContent _content;
    private readonly HashSet<MapObject> _closing;
    private readonly MapLayout _layout;
    private readonly TileTable _tiles;
    private readonly TileLayer[] _ground;
    private readonly MapObject[] _areas;
    private readonly List<MapRegion> _regions = [];
    private readonly AreaRows _rows = new();
    private readonly bool _isPlain;
    private float[]? _heights;
    private long _work;
    private long _regionCells;

    public GroundPainter(MapContent content, IReadOnlyList<MapSolid> solids)
    {
        _content = content;
        _closing = new HashSet<MapObject>(solids.Where(solid => solid.ClosesCells).Select(solid => solid.Source), ReferenceEqualityComparer.Instance);
        _layout = content.Layout;
        _tiles = new TileTable(content.Tiles);
        _ground = [.. content.Layers.Where(layer => !layer.IsRegion)];
        _areas = [.. content.Objects.Where(item => item.IsArea && !item.Rule.IsSilent)];

        // Where a tile is a cell, it needs not be looked for.
        _isPlain = _layout.CellsPerTile == 1 && _layout.Orientation is MapOrientation.Orthogonal or MapOrientation.Isometric;
    }

    /// <summary>A word of flags a cell, or empty.</summary>
    public uint[] CellFlags { get; private set; } = [];

    public MapHeights? Heights { get; private set; }

    /// <summary>The regions that layers and objects mark.</summary>
    public IReadOnlyList<MapRegion> Regions => _regions;

    public Grid Draw()
    {
        (int width, int height) = (_layout.Width, _layout.Height);
        RequireMemory();
        CellFlags = _content.Flags.All.Count > 0 ? new uint[width * height] : [];
        Grid grid = _ground.Length > 0 ? DrawTiles(width, height) : new Grid(width, height);
        foreach (MapObject area in _areas)
        {
            DrawArea(grid, area);
        }

        Heights = _heights is null ? _content.Heights : MapHeights.OfCells(width, height, _heights);
        MarkRegions();

        // A match counts versions from 0.
        grid.StartLog();
        return grid;
    }

    private Grid DrawTiles(int width, int height)
    {
        CellBits open = new(width, height);
        byte[] costs = new byte[width * height];
        for (int y = 0; y < height; y++)
        {
            Count((long)width * _ground.Length);
            for (int x = 0; x < width; x++)
            {
                DrawCell(open, costs, x, y);
            }
        }

        return Grid.FromRaw(width, height, open.Bytes, costs) ?? throw new InvalidOperationException("What was drawn is no grid.");
    }

    private void DrawCell(CellBits open, byte[] costs, int x, int y)
    {
        Cell at = new(x, y);
        bool isThere = _isPlain || _layout.TryTileAt(x + 0.5, y + 0.5, out at);
        bool? walkable = null;
        float? cost = null;
        uint? flags = null;
        float? height = null;
        bool any = false;
        for (int i = _ground.Length - 1; isThere && i >= 0; i--)
        {
            if (_tiles.Find(_ground[i].Gid(at.X, at.Y)) is { } tile)
            {
                any = true;
                GroundRule rule = tile.Rule;
                walkable ??= rule.Walkable ?? (tile.Shapes is { } shapes && IsSolid(shapes, at, _ground[i].Flip(at.X, at.Y), x, y) ? false : null);
                cost ??= rule.Cost;
                flags ??= rule.Flags;
                height ??= rule.Height;
            }
        }

        costs[(y * _layout.Width) + x] = cost is null ? Grid.CostOne : Grid.Eighths(cost.Value);
        open[x, y] = any && (walkable ?? true);
        if (flags is not null || height is not null)
        {
            Note(x, y, flags, height);
        }
    }

    // Whether the middle of a cell lies in a solid part of the picture of the tile there.
    private bool IsSolid(TileShapes shapes, Cell tile, TileFlip flip, int x, int y)
    {
        TileFrame frame = _layout.Frame;
        (double px, double py) = _layout.ToPicture(x + 0.5, y + 0.5);
        (double left, double top) = frame.PictureCorner(tile.X, tile.Y);

        // Pictures of another size than the map's tiles stand on the lower left corner.
        bool isHexagon = frame.Orientation == MapOrientation.Hexagonal;
        double u = px - left - shapes.Offset.X;
        double v = py - (top + frame.TileHeight - TileTurn.SizeSeen(shapes.Size, flip, isHexagon).Y) - shapes.Offset.Y;
        (u, v) = TileTurn.Undo(u, v, shapes.Size, flip, isHexagon);
        foreach (Vec2[] outline in shapes.Outlines)
        {
            Count(outline.Length);
            if (MapOutline.Contains(outline, u, v))
            {
                return true;
            }
        }

        return false;
    }

    private void DrawArea(Grid grid, MapObject area)
    {
        CellRect bounds = MapOutline.Bounds(area.Corners, grid.Width, grid.Height);
        Count(AreaRows.Work(area.Corners, bounds));
        bool isClosing = _closing.Contains(area);
        _rows.Fill(area.Corners, bounds, (y, from, to) =>
        {
            for (int x = from; x < to; x++)
            {
                if (area.Rule.Walkable is bool walkable && !isClosing)
                {
                    grid.SetOpen(x, y, walkable);
                }

                if (area.Rule.Cost is float cost)
                {
                    grid.SetCost(x, y, cost);
                }

                Note(x, y, area.Rule.Flags, area.Rule.Height);
            }
        });
    }

    private void Note(int x, int y, uint? flags, float? height)
    {
        int index = (y * _layout.Width) + x;
        if (flags is not null && CellFlags.Length > 0)
        {
            CellFlags[index] = flags.Value;
        }

        if (height is not null)
        {
            _heights ??= _content.Heights is { } known ? known.Cells.ToArray() : new float[_layout.Width * _layout.Height];
            _heights[index] = height.Value;
        }
    }

    private void MarkRegions()
    {
        foreach (TileLayer layer in _content.Layers.Where(layer => layer.IsRegion))
        {
            bool[] cells = Begin(layer.Name, _layout.Width * _layout.Height);
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = _layout.TryTileAt((i % _layout.Width) + 0.5, (i / _layout.Width) + 0.5, out Cell tile) && layer.Gid(tile.X, tile.Y) != 0;
            }

            _regions.Add(new MapRegion(layer.Name, layer.Properties, new CellRect(0, 0, _layout.Width, _layout.Height), cells));
        }

        foreach (MapObject area in _content.Objects.Where(item => item.IsArea && item.Class == TileLayer.RegionClass))
        {
            CellRect bounds = MapOutline.Bounds(area.Corners, _layout.Width, _layout.Height);
            Count(AreaRows.Work(area.Corners, bounds));
            bool[] cells = Begin(area.Name, bounds.Width * bounds.Height);
            _rows.Fill(area.Corners, bounds, (y, from, to) => cells.AsSpan(((y - bounds.Y) * bounds.Width) + from - bounds.X, to - from).Fill(true));
            _regions.Add(new MapRegion(area.Name, area.Properties, bounds, cells));
        }
    }

    private bool[] Begin(string name, int cells)
    {
        _regionCells += cells;
        if (_regions.Count + _content.Regions.Count >= Limits.MapRegionsMax || _regionCells > Limits.MapRegionCellsMax)
        {
            string reason = $"The map has more than {Limits.MapRegionsMax} regions, or they cover more than {Limits.MapRegionCellsMax} cells together.";
            throw new MapException(_content.File, "", $"region '{MapText.Short(name)}'", reason);
        }

        Count(cells);
        return new bool[cells];
    }

    private void RequireMemory()
    {
        long cells = (long)_layout.Width * _layout.Height;
        bool hasHeights = _content.Heights is not null || _areas.Any(area => area.Rule.Height is not null) || _content.Tiles.Any(tile => tile.Rule.Height is not null);
        long bytes = _content.Layers.Sum(layer => (long)layer.Width * layer.Height * sizeof(uint))
            + (cells * Grid.BytesPerFourCells / 4) + (_content.Flags.All.Count > 0 ? cells * sizeof(uint) : 0) + (hasHeights ? cells * 2 * sizeof(float) : 0);
        if (bytes > Limits.MapMemoryMax || (hasHeights && cells > Limits.MapReliefCellsMax))
        {
            string size = $"The map's {cells} cells with its layers, flags and heights take {bytes >> 20} MB";
            string limit = $"{Limits.MapMemoryMax >> 20} MB, and {Limits.MapReliefCellsMax} cells where there are heights, are allowed";
            throw new MapException(_content.File, "", "", $"{size}; {limit}. Use fewer layers, no heights, or a smaller map.");
        }
    }

    private void Count(long steps)
    {
        _work += steps;
        if (_work > Limits.MapPaintStepsMax)
        {
            const string Reason = "Its cells, layers, areas and tile shapes together are more than can be drawn; use fewer layers, fewer large areas, or a smaller map.";
            throw new MapException(_content.File, "", "", Reason);
        }
    }
}
