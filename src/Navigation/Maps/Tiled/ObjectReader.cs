using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Tiled;

/// <summary>Reads the objects of a layer and converts them from pixels to world units.</summary>
internal sealed class ObjectReader
{
    private static readonly Dictionary<string, string> NoProperties = [];

    private readonly MapValues _values;
    private readonly MapLayout _layout;
    private readonly Vec2 _origin;
    private readonly TilesetReader _tilesets;
    private readonly TemplateReader _templates;
    private readonly FlagNames _flags;

    /// <param name="origin">The pixel, as objects count them, where the world's cells begin.</param>
    public ObjectReader(MapValues values, MapLayout layout, Vec2 origin, TilesetReader tilesets, TemplateReader templates, FlagNames flags)
    {
        _values = values;
        _layout = layout;
        _origin = origin;
        _tilesets = tilesets;
        _templates = templates;
        _flags = flags;
    }

    /// <param name="offset">Pixels of the picture by which the layer and its groups are moved.</param>
    public MapObject Read(MapNode written, Vec2 offset)
    {
        _values.Budget.TakeObject(_values.File, _values.Layer);
        int id = _values.Integer(written, "id", 0, 0, int.MaxValue);
        MapNode node = _templates.Complete(written);
        TiledShape shape = ShapeReader.Read(_values, node);
        Dictionary<string, string> properties = _values.WrittenProperties(node);
        string objectClass = _values.ClassOf(node);
        TileKind? tile = shape.Kind == MapShape.Tile ? Tile(node) : null;
        if (tile is not null)
        {
            objectClass = objectClass.Length > 0 ? objectClass : tile.Class;
            AddProperties(tile, objectClass, properties);
        }

        _values.Complete(objectClass, properties);

        float rotation = _values.Number(node, "rotation", 0);
        return Place(shape, tile, ToObject(offset) - _origin, rotation) with
        {
            Id = id,
            Name = _values.Name(node, "name"),
            Class = objectClass,
            Properties = properties,
            Layer = _values.Layer,
            Gid = tile?.Gid ?? 0,
            Rotation = rotation,
            Rule = Rule(node, properties, objectClass),
        };
    }

    // What the tile says, but of an object of another class not what the tile has only from its own class.
    private void AddProperties(TileKind tile, string objectClass, Dictionary<string, string> properties)
    {
        Dictionary<string, string> usual = new(StringComparer.Ordinal);
        if (tile.Class != objectClass)
        {
            _values.Complete(tile.Class, usual);
        }

        foreach ((string key, string value) in tile.Properties)
        {
            if (!usual.TryGetValue(key, out string? other) || other != value)
            {
                properties.TryAdd(key, value);
            }
        }
    }

    private MapObject Place(TiledShape shape, TileKind? tile, Vec2 moved, float rotation)
    {
        Vec2 pivot = shape.Position + moved;
        Vec2 corner = pivot;
        Vec2 size = shape.Size;
        Vec2[] outline = [.. shape.Outline.Select(point => point + moved)];
        MapShape kind = shape.Kind;
        if (tile is not null)
        {
            bool stands = _layout.Orientation is MapOrientation.Isometric or MapOrientation.Staggered;
            corner = stands ? pivot : CornerOf(_tilesets.AnchorOf(tile.Gid), pivot, size);
            size = stands ? Vec2.Zero : size;
            outline = stands ? [] : MapOutline.Rectangle(corner, size);
        }
        else if (_layout.Orientation == MapOrientation.Staggered && kind is (MapShape.Rectangle or MapShape.Ellipse or MapShape.Capsule))
        {
            // The world is turned against the picture: what is upright in one is not in the other.
            kind = MapShape.Polygon;
        }

        Turn(outline, pivot, rotation);
        _values.Budget.TakePoints(_values.File, _values.Layer, outline.Length);
        Vec2[] world = [.. outline.Select(World)];
        Vec2[] points = kind == shape.Kind ? [.. shape.Corners.Select(point => World(pivot + point))] : world;
        bool hasSize = kind is not (MapShape.Point or MapShape.Polygon or MapShape.Polyline);
        return new MapObject(0, "", "", kind, World(corner), hasSize ? _layout.SizeOfObject(size.X, size.Y) : Vec2.Zero, points, NoProperties)
        {
            OutlinePoints = world,
        };
    }

    // Objects are turned as they are seen: on isometric maps that is not how they lie.
    private void Turn(Vec2[] outline, Vec2 pivot, float degrees)
    {
        if (degrees == 0)
        {
            return;
        }

        if (_layout.Orientation != MapOrientation.Isometric)
        {
            MapOutline.Turn(outline, pivot, degrees);
            return;
        }

        Vec2[] seen = [.. outline.Select(ToPicture)];
        MapOutline.Turn(seen, ToPicture(pivot), degrees);
        for (int i = 0; i < outline.Length; i++)
        {
            outline[i] = ToObject(seen[i]);
        }
    }

    private GroundRule Rule(MapNode node, Dictionary<string, string> properties, string objectClass)
    {
        string word = objectClass == "collision" ? "" : objectClass;
        GroundRule rule = GroundProperties.Read(properties, word, _flags, out string problem);
        return problem.Length == 0 ? rule : throw _values.Refuse(node, problem);
    }

    private TileKind Tile(MapNode node)
    {
        string text = node.Get("gid");
        return TileNumber.Parse(text) is uint raw && _tilesets.Find((int)(raw & TileLayer.GidMask)) is { } tile
            ? tile
            : throw _values.Refuse(node, $"Its tile '{MapText.Short(text)}' is in no tileset.");
    }

    private static Vec2 CornerOf(TileAnchor anchor, Vec2 position, Vec2 size)
    {
        float x = anchor switch
        {
            TileAnchor.Top or TileAnchor.Center or TileAnchor.Bottom => 0.5f,
            TileAnchor.TopRight or TileAnchor.Right or TileAnchor.BottomRight => 1,
            _ => 0,
        };
        float y = anchor switch
        {
            TileAnchor.TopLeft or TileAnchor.Top or TileAnchor.TopRight => 0,
            TileAnchor.Left or TileAnchor.Center or TileAnchor.Right => 0.5f,
            _ => 1,
        };
        return position - new Vec2(size.X * x, size.Y * y);
    }

    private Vec2 World(Vec2 pixels)
    {
        (double x, double y) = _layout.FromObject(pixels.X, pixels.Y);
        return new Vec2((float)x, (float)y);
    }

    // Between pixels of the picture and those that isometric objects are measured in; elsewhere both are one.
    private Vec2 ToObject(Vec2 seen)
    {
        TileFrame frame = _layout.Frame;
        (float x, float y) = (seen.X / frame.TileWidth, seen.Y / frame.TileHeight);
        return _layout.Orientation == MapOrientation.Isometric ? new Vec2((y + x) * frame.TileHeight, (y - x) * frame.TileHeight) : seen;
    }

    private Vec2 ToPicture(Vec2 pixels)
    {
        TileFrame frame = _layout.Frame;
        (float a, float b) = (pixels.X / frame.TileHeight, pixels.Y / frame.TileHeight);
        return new Vec2((a - b) * frame.TileWidth * 0.5f, (a + b) * frame.TileHeight * 0.5f);
    }
}
