using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Ldtk;

/// <summary>What kind of entity an identifier stands for.</summary>
internal sealed record LdtkEntityKind(bool IsResizable, bool IsEllipse);

/// <summary>A tileset: how its tiles lie in the picture, and what is known of some.</summary>
internal sealed class LdtkTileset
{
    /// <summary>Kinds of ground, by number of the tile; tiles that say nothing are left out.</summary>
    public Dictionary<int, TileKind> Kinds { get; } = [];
}

/// <summary>What a project says of its layers, tilesets and entities. Each kind of ground gets its number in the map here.</summary>
internal sealed class LdtkDefinitions
{
    /// <summary>The number of the ground that every level has.</summary>
    public const int GroundGid = 1;

    private static readonly Dictionary<string, string> NoProperties = [];

    private readonly MapBudget _budget;

    private LdtkDefinitions(MapBudget budget)
    {
        _budget = budget;
    }

    /// <summary>By ascending gid.</summary>
    public List<TileKind> Kinds { get; } = [TileKind.Of(GroundGid, "ground", "#d8d2c4", GroundRule.Silent, NoProperties)];

    public FlagNames Flags { get; } = new();

    /// <summary>Identifiers of layers, the topmost first.</summary>
    public List<string> Layers { get; } = [];

    /// <summary>The number in the map of each value of each layer of values, by the layer's number in the project.</summary>
    public Dictionary<int, Dictionary<int, uint>> Values { get; } = [];

    public Dictionary<int, LdtkTileset> Tilesets { get; } = [];

    public Dictionary<string, LdtkEntityKind> Entities { get; } = new(StringComparer.Ordinal);

    public int GridSize { get; private set; } = 16;

    public static LdtkDefinitions Read(string file, byte[] content, MapBudget budget) => JsonPull.Read(file, content, (ref JsonPull json) =>
    {
        LdtkDefinitions definitions = new(budget);
        bool isProject = false;
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "defs":
                    isProject = true;
                    definitions.ReadDefs(ref json);
                    break;
                case "defaultGridSize":
                    definitions.GridSize = json.Int(1, ushort.MaxValue);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return isProject ? definitions : throw json.Refuse("This is no LDtk project: it has no 'defs'.");
    });

    private void ReadDefs(ref JsonPull json)
    {
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "layers":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        ReadLayer(ref json);
                    }

                    break;
                case "tilesets":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        ReadTileset(ref json);
                    }

                    break;
                case "entities":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        ReadEntity(ref json);
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }
    }

    private void ReadLayer(ref JsonPull json)
    {
        _budget.TakeLayer(json.File, "");
        int uid = 0;
        Dictionary<int, uint> values = [];
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "identifier":
                    Layers.Add(json.Text());
                    break;
                case "uid":
                    uid = json.Int(0, int.MaxValue);
                    break;
                case "intGridValues":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        ReadValue(ref json, values);
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        Values[uid] = values;
    }

    private void ReadValue(ref JsonPull json, Dictionary<int, uint> values)
    {
        _budget.TakeTiles(json.File, 1);
        (int value, string identifier, string? color) = (0, "", null);
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "value":
                    value = json.Int(1, 1_000_000);
                    break;
                case "identifier":
                    identifier = json.Text();
                    break;
                case "color":
                    color = GroundProperties.TryColor(json.Text());
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        GroundRule rule = new(TerrainWords.Walkable(identifier), TerrainWords.Cost(identifier), null, null);
        values[value] = (uint)Add(identifier, color, rule, NoProperties).Gid;
    }

    private TileKind Add(string name, string? color, GroundRule rule, IReadOnlyDictionary<string, string> properties)
    {
        TileKind kind = TileKind.Of(Kinds.Count + 1, name, color, rule, properties);
        Kinds.Add(kind);
        return kind;
    }

    private void ReadTileset(ref JsonPull json)
    {
        int uid = 0;
        Dictionary<int, Dictionary<string, string>> tiles = [];
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "uid":
                    uid = json.Int(0, int.MaxValue);
                    break;
                case "enumTags":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        ReadTag(ref json, tiles);
                    }

                    break;
                case "customData":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        ReadCustomData(ref json, tiles);
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        LdtkTileset tileset = new();
        foreach ((int tile, Dictionary<string, string> properties) in tiles.OrderBy(pair => pair.Key))
        {
            string tag = properties.GetValueOrDefault("tag", "");
            GroundRule rule = GroundProperties.Read(properties, tag, Flags, out string problem);
            if (problem.Length > 0)
            {
                throw json.Refuse($"Tile {tile} of the tileset: {problem}");
            }

            if (!rule.IsSilent)
            {
                tileset.Kinds.Add(tile, Add(tag, null, rule, properties));
            }
        }

        Tilesets[uid] = tileset;
    }

    // A value of an enumeration, given to tiles: its words count, and the tile has the flag of its name.
    private void ReadTag(ref JsonPull json, Dictionary<int, Dictionary<string, string>> tiles)
    {
        string tag = "";
        List<int> ids = [];
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "enumValueId":
                    tag = json.Text();
                    break;
                case "tileIds":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        ids.Add(json.Int(0, int.MaxValue));
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        foreach (int id in ids)
        {
            Dictionary<string, string> properties = PropertiesOf(ref json, tiles, id);
            properties["tag"] = properties.TryGetValue("tag", out string? before) ? $"{before} {tag}" : tag;
            properties["flags"] = properties.TryGetValue("flags", out string? flags) ? $"{flags},{tag}" : tag;
            if (properties["flags"].Length > Limits.MapTextCharsMax)
            {
                throw json.Refuse($"Tile {id} has too many tags.");
            }
        }
    }

    // Free text: lines of name=value.
    private void ReadCustomData(ref JsonPull json, Dictionary<int, Dictionary<string, string>> tiles)
    {
        (int id, string data) = (0, "");
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "tileId":
                    id = json.Int(0, int.MaxValue);
                    break;
                case "data":
                    data = json.Text();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        Dictionary<string, string> properties = PropertiesOf(ref json, tiles, id);
        foreach (string line in data.Split('\n', Limits.MeshExtrasMax))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                properties[line[..equals].Trim()] = line[(equals + 1)..].Trim();
            }
        }
    }

    private Dictionary<string, string> PropertiesOf(ref JsonPull json, Dictionary<int, Dictionary<string, string>> tiles, int id)
    {
        if (!tiles.TryGetValue(id, out Dictionary<string, string>? properties))
        {
            _budget.TakeTiles(json.File, 1);
            properties = new(StringComparer.Ordinal);
            tiles.Add(id, properties);
        }

        return properties;
    }

    private void ReadEntity(ref JsonPull json)
    {
        _budget.TakeElement(json.File);
        (string identifier, bool resizable, bool ellipse) = ("", false, false);
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "identifier":
                    identifier = json.Text();
                    break;
                case "resizableX" or "resizableY":
                    resizable |= json.Bool();
                    break;
                case "renderMode":
                    ellipse = json.Text() == "Ellipse";
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        Entities[identifier] = new LdtkEntityKind(resizable, ellipse);
    }
}
