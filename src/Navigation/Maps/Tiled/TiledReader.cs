using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>
/// Reads a map of the Tiled editor, TMX or TMJ: its frame, then tilesets, then layers from the lowest to the topmost. The format is described at
/// https://doc.mapeditor.org/en/stable/reference/tmx-map-format/.
/// </summary>
internal sealed class TiledReader
{
    private const int TilePixelsMax = 8192;
    private const float OffsetPixelsMax = 1e9f;
    private const float ShiftPixelsMax = 1 << 24;
    private const int HexCellsPerTile = 4;

    private readonly MapValues _values;
    private readonly MapFiles _files;
    private readonly FlagNames _flags = new();
    private readonly TilesetReader _tilesets;
    private readonly List<(MapNode Node, string Name, Vec2 Offset)> _layers = [];

    private TiledReader(string file, MapFiles files)
    {
        _files = files;
        _values = new MapValues(file, files.Budget, ReadTypes(files));
        _tilesets = new TilesetReader(_values, files, _flags);
    }

    /// <exception cref="MapException">The map is refused.</exception>
    public static MapContent Read(string file, byte[] content, MapFiles files) =>
        new TiledReader(file, files).Read(TiledSource.Read(file, content, files.Budget));

    // Maps do not name their project: it lies beside them, or above.
    private static ProjectTypes ReadTypes(MapFiles files) => files.FindFirst(ProjectTypes.Ending) is { } project
        ? ProjectTypes.Read(project, files.ReadNamed(project, "", project, out _), files.Budget)
        : ProjectTypes.None;

    private MapContent Read(MapNode root)
    {
        if (root.Kind != "map")
        {
            throw _values.Refuse(root, "This file is not a map.");
        }

        foreach (MapNode set in root.Children.Where(child => child.Kind == "tileset"))
        {
            _tilesets.Read(set);
        }

        Dictionary<string, string> properties = _values.Properties(root);
        FindLayers(root, Vec2.Zero);
        TileFrame frame = ReadFrame(root);
        List<TileArea> areas = ReadTiles(root, frame);
        (frame, Cell first) = Extent(root, frame, areas);
        MapLayout layout = CreateLayout(root, frame, properties);
        List<MapObject> objects = ReadObjects(layout, OriginOf(frame, first));
        return new MapContent
        {
            File = _values.File,
            Layout = layout,
            Properties = properties,
            Tiles = _tilesets.Tiles,
            Layers = [.. areas.Select(area => area.ToLayer(_values, frame, first, _tilesets))],
            Objects = objects,
            Flags = _flags,
        };
    }

    private TileFrame ReadFrame(MapNode root)
    {
        string name = root.Get("orientation", "orthogonal");
        MapOrientation orientation = name switch
        {
            // Oblique maps are orthogonal ones whose picture leans.
            "orthogonal" or "oblique" => MapOrientation.Orthogonal,
            "isometric" => MapOrientation.Isometric,
            "staggered" => MapOrientation.Staggered,
            "hexagonal" => MapOrientation.Hexagonal,
            _ => throw _values.Refuse(root, $"The orientation is '{MapText.Short(name)}'; orthogonal, isometric, staggered, hexagonal and oblique maps are read."),
        };
        int columns = _values.Integer(root, "width", null, IsInfinite(root) ? 0 : 1, Limits.GridSideMax);
        int rows = _values.Integer(root, "height", null, IsInfinite(root) ? 0 : 1, Limits.GridSideMax);
        int tileWidth = _values.Integer(root, "tilewidth", null, 1, TilePixelsMax);
        int tileHeight = _values.Integer(root, "tileheight", null, 1, TilePixelsMax);
        bool byColumn = Word(root, "staggeraxis", "y", "x") == "x";
        bool even = Word(root, "staggerindex", "odd", "even") == "even";
        int side = orientation == MapOrientation.Hexagonal ? _values.Integer(root, "hexsidelength", 0, 0, byColumn ? tileWidth : tileHeight) : 0;
        return new TileFrame(orientation, columns, rows, tileWidth, tileHeight, side, byColumn, even);
    }

    private string Word(MapNode node, string attribute, string usual, string other)
    {
        string text = node.Get(attribute, usual);
        return text == usual || text == other ? text : throw _values.Refuse(node, $"'{attribute}' is '{MapText.Short(text)}'; {usual} or {other} is expected.");
    }

    private static bool IsInfinite(MapNode root) => root.Get("infinite", "0") is not ("0" or "false");

    // Groups cannot lie deeper than elements can, which the sources of nodes bound.
    private void FindLayers(MapNode parent, Vec2 offset)
    {
        foreach (MapNode node in parent.Children)
        {
            if (node.Kind is not ("layer" or "objectgroup" or "group" or "imagelayer"))
            {
                continue;
            }

            _values.Layer = _values.Name(node, "name");
            _values.Budget.TakeLayer(_values.File, _values.Layer);
            Vec2 moved = offset + new Vec2(_values.Number(node, "offsetx", 0), _values.Number(node, "offsety", 0));
            moved = new Vec2(Math.Clamp(moved.X, -OffsetPixelsMax, OffsetPixelsMax), Math.Clamp(moved.Y, -OffsetPixelsMax, OffsetPixelsMax));
            if (node.Kind == "group")
            {
                FindLayers(node, moved);
            }
            else
            {
                _layers.Add((node, _values.Layer, moved));
            }

            _values.Layer = "";
        }
    }

    private List<TileArea> ReadTiles(MapNode root, TileFrame frame)
    {
        List<TileArea> areas = [];
        foreach ((MapNode node, string name, Vec2 offset) in _layers.Where(layer => layer.Node.Kind == "layer"))
        {
            _values.Layer = name;
            areas.Add(TileArea.Read(_values, node, IsInfinite(root) ? null : frame, Shift(frame, offset)));
        }

        _values.Layer = "";
        return areas;
    }

    // A layer that is moved is seen where it is moved to, in whole tiles, half ones left out. Elsewhere than on orthogonal maps moving one shows how high it lies.
    private static Cell Shift(TileFrame frame, Vec2 offset)
    {
        static int Whole(float tiles) => (int)(MathF.Sign(tiles) * MathF.Max(MathF.Ceiling(MathF.Abs(tiles) - 0.5f), 0));
        return frame.Orientation == MapOrientation.Orthogonal && MathF.Abs(offset.X) <= ShiftPixelsMax && MathF.Abs(offset.Y) <= ShiftPixelsMax
            ? new Cell(Whole(offset.X / frame.TileWidth), Whole(offset.Y / frame.TileHeight))
            : default;
    }

    // An infinite map is as large as what was drawn on it.
    private (TileFrame Frame, Cell First) Extent(MapNode root, TileFrame frame, List<TileArea> areas)
    {
        if (!IsInfinite(root))
        {
            return (frame, default);
        }

        CellRect all = TileArea.Bounds(areas) ?? new CellRect(0, 0, Math.Max(frame.Columns, 1), Math.Max(frame.Rows, 1));

        // The first row or column must be as much moved, or not, as it is on the whole map.
        bool staggers = frame.Orientation is MapOrientation.Staggered or MapOrientation.Hexagonal;
        int left = staggers && frame.StaggersColumns ? all.X & ~1 : all.X;
        int top = staggers && !frame.StaggersColumns ? all.Y & ~1 : all.Y;
        (int columns, int rows) = (all.X + all.Width - left, all.Y + all.Height - top);
        return columns <= Limits.GridSideMax && rows <= Limits.GridSideMax
            ? (frame with { Columns = columns, Rows = rows }, new Cell(left, top))
            : throw _values.Refuse(root, $"What was drawn is {columns} by {rows} tiles large; {Limits.GridSideMax} each way are allowed.");
    }

    private MapLayout CreateLayout(MapNode root, TileFrame frame, Dictionary<string, string> properties)
    {
        int cells = frame.Orientation == MapOrientation.Hexagonal ? HexCellsPerTile : 1;
        if (properties.TryGetValue("cellsPerTile", out string? text)
            && !(int.TryParse(text, out cells) && cells >= 1 && cells <= Limits.MapCellsPerTileMax))
        {
            throw _values.Refuse(root, $"'cellsPerTile' is '{MapText.Short(text)}'; a whole number from 1 to {Limits.MapCellsPerTileMax} is expected.");
        }

        MapLayout layout = new(frame, cells);
        if (layout.Width > Limits.GridSideMax || layout.Height > Limits.GridSideMax || (long)layout.Width * layout.Height > Limits.MapCellsMax)
        {
            string size = $"The map has {layout.Width} by {layout.Height} = {(long)layout.Width * layout.Height} cells";
            throw _values.Refuse(root, $"{size}; {Limits.GridSideMax} each way and {Limits.MapCellsMax} in all are allowed.");
        }

        return layout;
    }

    private static Vec2 OriginOf(TileFrame frame, Cell first) => frame.Orientation == MapOrientation.Isometric
        ? new Vec2(first.X * frame.TileHeight, first.Y * frame.TileHeight)
        : new Vec2((float)(first.X * frame.ColumnStep), (float)(first.Y * frame.RowStep));

    private List<MapObject> ReadObjects(MapLayout layout, Vec2 origin)
    {
        List<MapObject> objects = [];
        ObjectReader reader = new(_values, layout, origin, _tilesets, new TemplateReader(_values, _files, _tilesets), _flags);
        foreach ((MapNode node, string name, Vec2 offset) in _layers.Where(layer => layer.Node.Kind == "objectgroup"))
        {
            _values.Layer = name;
            foreach (MapNode item in node.Children.Where(child => child.Kind == "object"))
            {
                objects.Add(reader.Read(item, offset));
            }
        }

        _values.Layer = "";
        return objects;
    }
}
