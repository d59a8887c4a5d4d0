using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Reads one map: its frame, then tilesets, then layers from the lowest to the topmost.</summary>
internal sealed class MapReader
{
    private const int TilePixelsMax = 8192;
    private const float OffsetPixelsMax = 1e9f;

    private readonly MapValues _values;
    private readonly MapFiles _files;
    private readonly List<TileLayer> _layers = [];
    private readonly List<MapObject> _objects = [];
    private Dictionary<int, TileKind> _tiles = [];
    private int _width;
    private int _height;
    private ObjectReader? _objectReader;

    public MapReader(string file, MapFiles files)
    {
        _files = files;
        _values = new MapValues(file, files.Budget);
    }

    public GameMap Read(MapNode root)
    {
        ReadFrame(root);
        TilesetReader tilesets = new(_values, _files);
        foreach (MapNode child in root.Children)
        {
            if (child.Kind == "tileset")
            {
                tilesets.Read(child);
            }
        }

        _tiles = tilesets.Tiles.ToDictionary(tile => tile.Gid);
        Vec2 tileSize = new(
            _values.Integer(root, "tilewidth", null, 1, TilePixelsMax), _values.Integer(root, "tileheight", null, 1, TilePixelsMax));
        _objectReader = new ObjectReader(_values, tileSize, gid => _tiles.GetValueOrDefault(gid));
        Dictionary<string, string> properties = _values.Properties(root);
        ReadLayers(root, Vec2.Zero);
        string name = Path.GetFileNameWithoutExtension(_values.File);
        return new GameMap(name, (_width, _height), properties, tilesets.Tiles, _layers, _objects);
    }

    private void ReadFrame(MapNode root)
    {
        if (root.Kind != "map")
        {
            throw _values.Refuse(root, "This file is not a map.");
        }

        string orientation = root.Get("orientation", "orthogonal");
        if (orientation != "orthogonal")
        {
            throw _values.Refuse(root, $"The orientation is '{MapValues.Short(orientation)}'; only orthogonal maps are read.");
        }

        if (root.Get("infinite", "0") is not ("0" or "false"))
        {
            throw _values.Refuse(root, "The map is infinite; turn 'Infinite' off in the map's properties.");
        }

        _width = _values.Integer(root, "width", null, 1, Limits.GridSideMax);
        _height = _values.Integer(root, "height", null, 1, Limits.GridSideMax);
        if (_width * _height > Limits.GridCellsMax)
        {
            throw _values.Refuse(root, $"The map has {_width * _height} cells; {Limits.GridCellsMax} are allowed.");
        }
    }

    // Groups cannot lie deeper than elements can, which the sources of nodes bound.
    private void ReadLayers(MapNode parent, Vec2 offset)
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
            switch (node.Kind)
            {
                case "layer":
                    _layers.Add(ReadTiles(node));
                    break;
                case "objectgroup":
                    ReadObjects(node, moved);
                    break;
                case "group":
                    ReadLayers(node, moved);
                    break;
                default:
                    break;
            }

            _values.Layer = "";
        }
    }

    private TileLayer ReadTiles(MapNode node)
    {
        int width = _values.Integer(node, "width", _width, 0, int.MaxValue);
        int height = _values.Integer(node, "height", _height, 0, int.MaxValue);
        if (width != _width || height != _height)
        {
            throw _values.Refuse(node, $"The layer is {width} by {height} cells; the map is {_width} by {_height}.");
        }

        MapNode data = node.Child("data") ?? throw _values.Refuse(node, "The layer has no data.");
        _values.Budget.TakeLayerCells(_values.File, _values.Layer, width * height);
        uint[] tiles = LayerData.Read(_values, node, data, width, height);
        for (int i = 0; i < tiles.Length; i++)
        {
            uint gid = tiles[i] & TileLayer.GidMask;
            if (gid != 0 && !_tiles.ContainsKey((int)gid))
            {
                throw new MapException(_values.File, _values.Layer, LayerData.At(i, width), $"The tile {gid} is in no tileset.");
            }
        }

        return new TileLayer(_values.Layer, _values.Name(node, "class"), width, height, tiles, _values.Properties(node));
    }

    private void ReadObjects(MapNode layer, Vec2 offset)
    {
        foreach (MapNode node in layer.Children)
        {
            if (node.Kind == "object")
            {
                _objects.Add(_objectReader!.Read(node, offset));
            }
        }
    }
}
