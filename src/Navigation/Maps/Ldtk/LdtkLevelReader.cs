using System.Text;
using RealtimeServer.Navigation.Maps.Json;

namespace RealtimeServer.Navigation.Maps.Ldtk;

/// <summary>Reads the levels of a project, those in files of their own too.</summary>
internal sealed class LdtkLevelReader(LdtkDefinitions definitions, MapFiles files)
{
    private const int PlaceMax = 1 << 28;

    private readonly MapBudget _budget = files.Budget;
    private int _levelCount;

    /// <summary>The worlds of the project; one without a name where its levels are not sorted into worlds.</summary>
    public List<LdtkWorld> Read(string file, byte[] content)
    {
        List<LdtkWorld> worlds = [];
        JsonPull.Read(file, content, (ref JsonPull json) => ReadWorld(ref json, worlds));
        worlds.RemoveAll(world => world.Levels.Count == 0);
        foreach (LdtkLevel level in worlds.SelectMany(world => world.Levels))
        {
            if (level.File.Length > 0 && level.Layers.Count == 0)
            {
                byte[] bytes = files.ReadNamed(file, $"level {MapText.Short(level.Name)}", level.File, out string path);
                JsonPull.Read(path, bytes, (ref JsonPull json) => ReadLevel(ref json, level));
            }
        }

        return worlds;
    }

    // A project is a world without a name; one of several worlds has none of its own levels.
    private LdtkWorld ReadWorld(ref JsonPull json, List<LdtkWorld> worlds)
    {
        LdtkWorld world = new();
        worlds.Add(world);
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "levels" when json.IsArray:
                    ReadLevels(ref json, world.Levels);
                    break;
                case "worlds" when json.IsArray:
                    for (json.BeginArray(); json.NextItem();)
                    {
                        _budget.TakeElement(json.File);
                        ReadWorld(ref json, worlds);
                    }

                    break;
                case "worldLayout" when json.IsText:
                    world.Layout = json.Text();
                    break;
                case "identifier" when json.IsText:
                    world.Name = json.Text();
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return world;
    }

    private void ReadLevels(ref JsonPull json, List<LdtkLevel> levels)
    {
        json.BeginArray();
        while (json.NextItem())
        {
            levels.Add(_levelCount++ < Limits.MapRegionsMax ? new LdtkLevel() : throw json.Refuse($"The project has more than {Limits.MapRegionsMax} levels."));
            ReadLevel(ref json, levels[^1]);
        }
    }

    private LdtkLevel ReadLevel(ref JsonPull json, LdtkLevel level)
    {
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "identifier":
                    level.Name = json.Text();
                    break;
                case "worldX":
                    level.X = json.Int(-PlaceMax, PlaceMax);
                    break;
                case "worldY":
                    level.Y = json.Int(-PlaceMax, PlaceMax);
                    break;
                case "worldDepth":
                    level.Depth = json.Int(-PlaceMax, PlaceMax);
                    break;
                case "pxWid":
                    level.Width = json.Int(1, PlaceMax);
                    break;
                case "pxHei":
                    level.Height = json.Int(1, PlaceMax);
                    break;
                case "externalRelPath":
                    level.File = json.Text();
                    break;
                case "fieldInstances":
                    level.Fields.Clear();
                    ReadFields(ref json, level.Fields);
                    break;
                case "layerInstances" when json.IsArray:
                    for (json.BeginArray(); json.NextItem();)
                    {
                        level.Layers.Add(ReadLayer(ref json));
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return level;
    }

    private LdtkLayer ReadLayer(ref JsonPull json)
    {
        _budget.TakeElement(json.File);
        LdtkLayer layer = new();
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "__identifier":
                    layer.Name = json.Text();
                    break;
                case "__type":
                    layer.Type = json.Text();
                    break;
                case "__cWid":
                    layer.Columns = json.Int(0, Limits.GridSideMax);
                    break;
                case "__cHei":
                    layer.Rows = json.Int(0, Limits.GridSideMax);
                    break;
                case "__gridSize":
                    layer.GridSize = json.Int(1, ushort.MaxValue);
                    break;
                case "__pxTotalOffsetX":
                    layer.OffsetX = json.Int(-PlaceMax, PlaceMax);
                    break;
                case "__pxTotalOffsetY":
                    layer.OffsetY = json.Int(-PlaceMax, PlaceMax);
                    break;
                case "__tilesetDefUid" or "overrideTilesetUid":
                    layer.Tileset = json.IsNull ? layer.Tileset : json.Int(0, int.MaxValue);
                    break;
                case "layerDefUid":
                    layer.Definition = json.Int(0, int.MaxValue);
                    break;
                case "intGridCsv":
                    layer.Values = ReadValues(ref json, layer);
                    break;
                case "gridTiles" or "autoLayerTiles":
                    ReadTiles(ref json, layer);
                    break;
                case "entityInstances":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        layer.Entities.Add(ReadEntity(ref json, layer));
                    }

                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        if (layer.Values.Length > 0 && layer.Values.Length != layer.Columns * layer.Rows)
        {
            throw json.Refuse($"The layer has {layer.Values.Length} values; {layer.Columns} columns by {layer.Rows} rows are {layer.Columns * layer.Rows}.", layer.Name);
        }

        return layer;
    }

    private int[] ReadValues(ref JsonPull json, LdtkLayer layer)
    {
        List<int> values = new(Math.Min(layer.Columns * layer.Rows, 1 << 16));
        json.BeginArray();
        while (json.NextItem())
        {
            if (values.Count % 4096 == 0)
            {
                _budget.TakeLayerCells(json.File, layer.Name, 4096);
            }

            values.Add(json.Int(0, 1_000_000));
        }

        return [.. values];
    }

    // Only tiles that say something of the ground are kept: most are decoration.
    private void ReadTiles(ref JsonPull json, LdtkLayer layer)
    {
        Dictionary<int, TileKind>? kinds = definitions.Tilesets.GetValueOrDefault(layer.Tileset)?.Kinds;
        if (kinds is null || kinds.Count == 0)
        {
            json.Skip();
            return;
        }

        for (json.BeginArray(); json.NextItem();)
        {
            (int x, int y, int tile) = (0, 0, -1);
            json.BeginObject();
            while (json.NextMember(out string name))
            {
                switch (name)
                {
                    case "px":
                        (x, y) = Pair(ref json);
                        break;
                    case "t":
                        tile = json.Int(0, int.MaxValue);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            if (kinds.ContainsKey(tile))
            {
                _budget.TakeLayerCells(json.File, layer.Name, 4);
                layer.Tiles.Add((x, y, tile));
            }
        }
    }

    private LdtkEntity ReadEntity(ref JsonPull json, LdtkLayer layer)
    {
        _budget.TakeObject(json.File, layer.Name);
        LdtkEntity entity = new();
        json.BeginObject();
        while (json.NextMember(out string name))
        {
            switch (name)
            {
                case "__identifier":
                    entity.Identifier = json.Text();
                    break;
                case "iid":
                    entity.Iid = json.Text();
                    break;
                case "__tags":
                    for (json.BeginArray(); json.NextItem();)
                    {
                        string tag = json.Text();
                        entity.Tag = entity.Tag.Length > 0 ? entity.Tag : tag;
                    }

                    break;
                case "__pivot":
                    (entity.PivotX, entity.PivotY) = Numbers(ref json);
                    break;
                case "px":
                    (entity.X, entity.Y) = Numbers(ref json);
                    break;
                case "width":
                    entity.Width = json.Number(0, PlaceMax);
                    break;
                case "height":
                    entity.Height = json.Number(0, PlaceMax);
                    break;
                case "fieldInstances":
                    ReadFields(ref json, entity.Fields);
                    break;
                default:
                    json.Skip();
                    break;
            }
        }

        return entity;
    }

    private void ReadFields(ref JsonPull json, List<LdtkField> fields)
    {
        for (json.BeginArray(); json.NextItem();)
        {
            _budget.TakeProperty(json.File, "");
            (string identifier, StringBuilder text, List<Cell> points, bool isNull) = ("", new(), [], false);
            json.BeginObject();
            while (json.NextMember(out string name))
            {
                switch (name)
                {
                    case "__identifier":
                        identifier = json.Text();
                        break;
                    case "__value":
                        isNull = json.IsNull;
                        ReadFieldValue(ref json, text, points);
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            if (!isNull)
            {
                fields.Add(new LdtkField(identifier, text.ToString(), points));
            }
        }
    }

    // Lists are told with commas between; a reference to another entity is told by that entity's iid.
    private void ReadFieldValue(ref JsonPull json, StringBuilder text, List<Cell> points)
    {
        if (json.IsArray)
        {
            for (json.BeginArray(); json.NextItem();)
            {
                text.Append(text.Length > 0 ? "," : "");
                ReadFieldValue(ref json, text, points);
            }
        }
        else if (json.IsObject)
        {
            (int x, int y) = (int.MinValue, int.MinValue);
            json.BeginObject();
            while (json.NextMember(out string name))
            {
                switch (name)
                {
                    case "cx":
                        x = json.Int(-PlaceMax, PlaceMax);
                        break;
                    case "cy":
                        y = json.Int(-PlaceMax, PlaceMax);
                        break;
                    case "entityIid":
                        text.Append(json.Text());
                        break;
                    default:
                        json.Skip();
                        break;
                }
            }

            if (x != int.MinValue && y != int.MinValue)
            {
                _budget.TakePoints(json.File, "", 1);
                points.Add(new Cell(x, y));
            }
        }
        else
        {
            text.Append(json.Scalar());
        }

        if (text.Length > Limits.MapTextCharsMax)
        {
            throw json.Refuse($"The field has more than {Limits.MapTextCharsMax} characters.");
        }
    }

    private static (int X, int Y) Pair(ref JsonPull json)
    {
        (double x, double y) = Numbers(ref json);
        return ((int)x, (int)y);
    }

    private static (double X, double Y) Numbers(ref JsonPull json)
    {
        Span<double> pair = stackalloc double[2];
        int count = 0;
        json.BeginArray();
        while (json.NextItem())
        {
            if (count < pair.Length)
            {
                pair[count] = json.Number(-PlaceMax, PlaceMax);
            }

            count++;
        }

        return count == pair.Length ? (pair[0], pair[1]) : throw json.Refuse($"Here two numbers are expected, not {count}.");
    }
}
