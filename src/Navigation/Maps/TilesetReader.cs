using System.Globalization;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Reads the tilesets of a map, embedded and external ones, into tile kinds.</summary>
internal sealed class TilesetReader
{
    private readonly MapValues _values;
    private readonly MapFiles _files;
    private readonly List<TileKind> _tiles = [];
    private int _nextGid = 1;

    public TilesetReader(MapValues values, MapFiles files)
    {
        _values = values;
        _files = files;
    }

    /// <summary>By ascending gid.</summary>
    public IReadOnlyList<TileKind> Tiles => _tiles;

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

        MapNode external = _files.ReadExternal(_values.File, "tileset", source);
        if (external.Kind != "tileset")
        {
            throw _values.Refuse(node, $"The file '{MapValues.Short(source)}' is not a tileset.");
        }

        ReadTiles(new MapValues(source, _files.Budget), external, first);
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

        if (count == 0)
        {
            count = CountInImage(values, set);
        }

        if (first > (int)TileLayer.GidMask - count)
        {
            throw values.Refuse(set, $"Its tiles go beyond {TileLayer.GidMask}.");
        }

        values.Budget.TakeTiles(values.File, count);
        for (int id = 0; id < count; id++)
        {
            _tiles.Add(described.TryGetValue(id, out MapNode? tile) ? ReadTile(values, tile, first + id) : Plain(first + id));
        }

        _nextGid = first + count;
    }

    private static readonly Dictionary<string, string> NoProperties = [];

    private static TileKind Plain(int gid) => new(gid, "", null, true, 1f, NoProperties);

    private static TileKind ReadTile(MapValues values, MapNode node, int gid)
    {
        Dictionary<string, string> properties = values.Properties(node);
        bool walkable = true;
        if (properties.TryGetValue("walkable", out string? text) && !bool.TryParse(text, out walkable))
        {
            throw values.Refuse(node, $"'walkable' is '{MapValues.Short(text)}'; true or false is expected.");
        }

        float cost = 1f;
        if (properties.TryGetValue("cost", out string? number)
            && !(float.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out cost) && cost >= Grid.CostMin && cost <= Grid.CostMax))
        {
            throw values.Refuse(node, $"'cost' is '{MapValues.Short(number)}'; a number from {Grid.CostMin} to {Grid.CostMax} is expected.");
        }

        string? color = properties.TryGetValue("color", out string? value) ? Color(values, node, value) : null;
        return new TileKind(gid, values.ClassOf(node), color, walkable, cost, properties)
        {
            StatesWalkable = text is not null,
            StatesCost = number is not null,
        };
    }

    // Tiled writes #aarrggbb for what its colour picker gave, and #rrggbb for opaque ones.
    private static string? Color(MapValues values, MapNode node, string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        string digits = text.StartsWith('#') ? text[1..] : text;
        bool valid = digits.Length is 6 or 8 && digits.All(char.IsAsciiHexDigit);
        return valid
            ? "#" + digits[^6..].ToLowerInvariant()
            : throw values.Refuse(node, $"'color' is '{MapValues.Short(text)}'; #rrggbb is expected.");
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
