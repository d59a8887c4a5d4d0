using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Reads the tilesets of a map, embedded and external ones and those of templates, into tile kinds.</summary>
internal sealed class TilesetReader
{
    private static readonly Dictionary<string, string> NoProperties = [];

    private readonly MapValues _values;
    private readonly MapFiles _files;
    private readonly FlagNames _flags;
    private readonly List<TileKind> _tiles = [];
    private readonly Dictionary<int, TileKind> _byGid = [];
    private readonly Dictionary<int, TileAnchor> _anchors = [];
    private readonly Dictionary<string, int> _firstByPath = new(StringComparer.Ordinal);
    private int _nextGid = 1;

    public TilesetReader(MapValues values, MapFiles files, FlagNames flags)
    {
        _values = values;
        _files = files;
        _flags = flags;
    }

    /// <summary>By ascending gid.</summary>
    public IReadOnlyList<TileKind> Tiles => _tiles;

    public TileKind? Find(int gid) => _byGid.GetValueOrDefault(gid);

    /// <summary>Where the tiles of a tile's set are held when they are placed as objects.</summary>
    public TileAnchor AnchorOf(int gid) => _anchors.GetValueOrDefault(gid);

    public void Read(MapNode node)
    {
        int first = _values.Integer(node, "firstgid", null, 1, (int)TileLayer.GidMask);
        if (first < _nextGid)
        {
            throw _values.Refuse(node, $"Its tiles begin at {first}, but the tileset before it goes on to {_nextGid - 1}.");
        }

        string source = node.Get("source");
        if (source.Length == 0)
        {
            ReadTiles(_values, node, first);
            return;
        }

        ReadExternal(_values.File, node, source, first);
    }

    /// <summary>The first tile of a set that a template names; a set the map does not have yet is added behind its others.</summary>
    /// <param name="file">The template's file.</param>
    /// <param name="node">Its reference to the set.</param>
    public int FirstOf(string file, MapNode node)
    {
        string source = node.Get("source");
        if (source.Length == 0)
        {
            throw new MapException(file, "", "tileset", "A template's tileset must be a file of its own.");
        }

        string path = MapFiles.PathOf(file, source);
        return _firstByPath.TryGetValue(path, out int first) ? first : ReadExternal(file, node, source, _nextGid);
    }

    private int ReadExternal(string file, MapNode node, string source, int first)
    {
        byte[] content = _files.ReadNamed(file, "tileset", source, out string path);
        MapNode external = TiledSource.Read(path, content, _files.Budget);
        if (external.Kind != "tileset")
        {
            throw _values.Refuse(node, $"The file '{MapText.Short(source)}' is not a tileset.");
        }

        _firstByPath.TryAdd(path, first);
        ReadTiles(new MapValues(path, _files.Budget, _values.Types), external, first);
        return first;
    }

    private void ReadTiles(MapValues values, MapNode set, int first)
    {
        Dictionary<int, MapNode> described = [];
        int count = values.Integer(set, "tilecount", 0, 0, Limits.MapTilesMax);
        foreach (MapNode tile in set.Children)
        {
            if (tile.Kind == "tile")
            {
                int id = values.Integer(tile, "id", null, 0, Limits.MapTilesMax - 1);
                count = Math.Max(count, id + 1);
                if (!described.TryAdd(id, tile))
                {
                    throw values.Refuse(tile, "The tile is described twice.");
                }
            }
        }

        if (set.Get("tilecount").Length == 0 || count == 0)
        {
            count = Math.Max(count, CountInImage(values, set));
        }

        if (first > (int)TileLayer.GidMask - count)
        {
            throw values.Refuse(set, $"Its tiles go beyond {TileLayer.GidMask}.");
        }

        values.Budget.TakeTiles(values.File, count);
        TileAnchor anchor = AnchorIn(values, set);
        for (int id = 0; id < count; id++)
        {
            TileKind tile = described.TryGetValue(id, out MapNode? node)
                ? ReadTile(values, set, node, first + id)
                : new TileKind(first + id, "", null, true, 1f, NoProperties);
            _tiles.Add(tile);
            _byGid.Add(tile.Gid, tile);
            if (anchor != TileAnchor.Unspecified)
            {
                _anchors.Add(tile.Gid, anchor);
            }
        }

        _nextGid = first + count;
    }

    private TileKind ReadTile(MapValues values, MapNode set, MapNode node, int gid)
    {
        Dictionary<string, string> properties = values.Properties(node);
        string name = values.ClassOf(node);
        GroundRule rule = GroundProperties.Read(properties, name, _flags, out string problem);
        string? color = GroundProperties.Color(properties);
        if (problem.Length > 0)
        {
            throw values.Refuse(node, problem);
        }

        return TileKind.Of(gid, name, color, rule, properties) with { Shapes = ReadShapes(values, set, node) };
    }

    // What was drawn in the tile collision editor; points and lines enclose nothing.
    private static TileShapes? ReadShapes(MapValues values, MapNode set, MapNode tile)
    {
        List<Vec2[]> outlines = [];
        List<(Vec2 Pivot, float Degrees)> pivots = [];
        foreach (MapNode item in tile.Child("objectgroup")?.Children ?? [])
        {
            if (item.Kind == "object" && ShapeReader.Read(values, item) is { Outline.Length: > 2 } shape && shape.Kind != MapShape.Polyline)
            {
                values.Budget.TakePoints(values.File, values.Layer, shape.Outline.Length);
                outlines.Add(shape.Outline);
                pivots.Add((shape.Position, values.Number(item, "rotation", 0)));
            }
        }

        if (outlines.Count == 0)
        {
            return null;
        }

        MapNode? image = tile.Child("image");
        int width = image is null ? values.Integer(set, "tilewidth", 1, 1, ushort.MaxValue) : values.Integer(image, "width", 1, 1, ushort.MaxValue);
        int height = image is null ? values.Integer(set, "tileheight", 1, 1, ushort.MaxValue) : values.Integer(image, "height", 1, 1, ushort.MaxValue);
        Vec2? grid = IsometricGrid(values, set);
        for (int i = 0; i < outlines.Count; i++)
        {
            (Vec2 pivot, float degrees) = pivots[i];
            outlines[i] = grid is { } tileSize ? [.. outlines[i].Select(point => Projected(point, tileSize, height))] : outlines[i];
            MapOutline.Turn(outlines[i], grid is { } of ? Projected(pivot, of, height) : pivot, degrees);
        }

        MapNode? offset = set.Child("tileoffset");
        Vec2 moved = offset is null ? Vec2.Zero : new Vec2(values.Number(offset, "x", 0), values.Number(offset, "y", 0));
        return new TileShapes(outlines, new Vec2(width, height), moved);
    }

    // Shapes of isometric tilesets are drawn along the sides of a tile of this size, which stands on the picture's lower edge.
    private static Vec2? IsometricGrid(MapValues values, MapNode set) => set.Child("grid") is { } grid && grid.Get("orientation") == "isometric"
        ? new Vec2(values.Integer(grid, "width", 1, 1, ushort.MaxValue), values.Integer(grid, "height", 1, 1, ushort.MaxValue))
        : null;

    private static Vec2 Projected(Vec2 point, Vec2 tile, int pictureHeight)
    {
        (float a, float b) = (point.X / tile.Y, point.Y / tile.Y);
        return new Vec2((a - b + 1) * tile.X * 0.5f, ((a + b) * tile.Y * 0.5f) + pictureHeight - tile.Y);
    }

    private static TileAnchor AnchorIn(MapValues values, MapNode set)
    {
        string text = set.Get("objectalignment", "unspecified");
        return Enum.TryParse(text, ignoreCase: true, out TileAnchor anchor) && Enum.IsDefined(anchor)
            ? anchor
            : throw values.Refuse(set, $"The object alignment '{MapText.Short(text)}' is unknown.");
    }

    // Before Tiled 0.13 the count was not written; it follows from the picture.
    private static int CountInImage(MapValues values, MapNode set)
    {
        MapNode image = set.Child("image") ?? set;
        (string width, string height) = image == set ? ("imagewidth", "imageheight") : ("width", "height");
        int margin = values.Integer(set, "margin", 0, 0, ushort.MaxValue);
        int spacing = values.Integer(set, "spacing", 0, 0, ushort.MaxValue);
        int columns = (values.Integer(image, width, 0, 0, 1 << 20) - (2 * margin) + spacing)
            / (values.Integer(set, "tilewidth", 1, 1, ushort.MaxValue) + spacing);
        int rows = (values.Integer(image, height, 0, 0, 1 << 20) - (2 * margin) + spacing)
            / (values.Integer(set, "tileheight", 1, 1, ushort.MaxValue) + spacing);
        long count = (long)Math.Max(columns, 0) * Math.Max(rows, 0);
        return count <= Limits.MapTilesMax ? (int)count : throw values.Refuse(set, $"It has {count} tiles; {Limits.MapTilesMax} are allowed.");
    }
}
