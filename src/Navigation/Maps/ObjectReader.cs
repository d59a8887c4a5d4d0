using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Reads the objects of a layer and converts them from pixels to world units.</summary>
internal sealed class ObjectReader
{
    private readonly MapValues _values;
    private readonly Vec2 _tileSize;
    private readonly Func<int, TileKind?> _findTile;
    private readonly HashSet<int> _ids = [];

    /// <param name="tileSize">Pixels of a cell.</param>
    public ObjectReader(MapValues values, Vec2 tileSize, Func<int, TileKind?> findTile)
    {
        _values = values;
        _tileSize = tileSize;
        _findTile = findTile;
    }

    /// <param name="offset">Pixels by which the layer and its groups are moved.</param>
    public MapObject Read(MapNode node, Vec2 offset)
    {
        _values.Budget.TakeObject(_values.File, _values.Layer);
        if (node.Get("template").Length > 0)
        {
            throw _values.Refuse(node, "Templates are not read; use 'Detach' on the object in Tiled.");
        }

        int id = _values.Integer(node, "id", 0, 0, int.MaxValue);
        if (id != 0 && !_ids.Add(id))
        {
            throw _values.Refuse(node, "Another object has the same id.");
        }

        Vec2 position = offset + new Vec2(_values.Number(node, "x", 0), _values.Number(node, "y", 0));
        Vec2 size = new(_values.Number(node, "width", 0), _values.Number(node, "height", 0));
        if (size.X < 0 || size.Y < 0)
        {
            throw _values.Refuse(node, "Its width or height is negative.");
        }

        MapShape shape = ShapeOf(node, out MapNode? corners);
        Vec2[] points = corners is null ? [] : _values.Points(corners, position, _tileSize);
        Dictionary<string, string> properties = _values.Properties(node);
        string objectClass = _values.ClassOf(node);
        int gid = 0;
        if (shape == MapShape.Tile)
        {
            TileKind tile = Tile(node);
            gid = tile.Gid;
            objectClass = objectClass.Length > 0 ? objectClass : tile.Class;
            foreach ((string key, string value) in tile.Properties)
            {
                properties.TryAdd(key, value);
            }

            // Tiled places a tile by its lower left corner on orthogonal maps.
            position = new Vec2(position.X, position.Y - size.Y);
        }

        Vec2 scaled = new(position.X / _tileSize.X, position.Y / _tileSize.Y);
        Vec2 scaledSize = shape == MapShape.Point ? Vec2.Zero : new Vec2(size.X / _tileSize.X, size.Y / _tileSize.Y);
        return new MapObject(id, _values.Name(node, "name"), objectClass, shape, scaled, scaledSize, points, properties)
        {
            Layer = _values.Layer,
            Gid = gid,
            Rotation = _values.Number(node, "rotation", 0),
        };
    }

    private TileKind Tile(MapNode node)
    {
        string text = node.Get("gid");
        return uint.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out uint raw)
            && _findTile((int)(raw & TileLayer.GidMask)) is TileKind tile
            ? tile
            : throw _values.Refuse(node, $"Its tile '{MapValues.Short(text)}' is in no tileset.");
    }

    private MapShape ShapeOf(MapNode node, out MapNode? corners)
    {
        corners = node.Child("polygon") ?? node.Child("polyline");
        if (corners is not null)
        {
            return corners.Kind == "polygon" ? MapShape.Polygon : MapShape.Polyline;
        }

        if (node.Child("capsule") is not null)
        {
            throw _values.Refuse(node, "Capsules are not read; use a rectangle or an ellipse.");
        }

        return node.Attributes.ContainsKey("gid") ? MapShape.Tile
            : node.Child("point") is not null ? MapShape.Point
            : node.Child("ellipse") is not null ? MapShape.Ellipse
            : node.Child("text") is not null ? MapShape.Text
            : MapShape.Rectangle;
    }
}
