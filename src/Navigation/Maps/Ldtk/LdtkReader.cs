using System.Globalization;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Ldtk;

/// <summary>
/// Makes one map of all levels of an LDtk project, each where it lies in the world. The format is described at https://ldtk.io/json/. Cells are as large as the finest
/// layer of values; a cell outside of all levels is closed, one inside is open unless a value or tile there says otherwise.
/// </summary>
internal sealed class LdtkReader
{
    private const int PlaceMax = int.MaxValue / 2;
    private static readonly Dictionary<string, string> NoProperties = [];

    private readonly string _file;
    private readonly MapBudget _budget;
    private readonly LdtkDefinitions _definitions;
    private readonly List<LdtkLevel> _levels;
    private readonly int _cell;
    private readonly int _left;
    private readonly int _top;
    private readonly int _width;
    private readonly int _height;

    private LdtkReader(string file, byte[] content, MapFiles files)
    {
        _file = file;
        _budget = files.Budget;
        _definitions = LdtkDefinitions.Read(file, content, files.Budget);
        List<LdtkWorld> worlds = new LdtkLevelReader(_definitions, files).Read(file, content);
        _levels = [.. worlds.SelectMany(world => world.Levels)];
        if (_levels.Count == 0)
        {
            throw new MapException(file, "", "", "The project has no levels.");
        }

        _cell = CellSize();
        Arrange(worlds);
        (_left, _top) = (_levels.Min(level => level.X), _levels.Min(level => level.Y));
        long width = (_levels.Max(level => (long)level.X + level.Width) - _left + _cell - 1) / _cell;
        long height = (_levels.Max(level => (long)level.Y + level.Height) - _top + _cell - 1) / _cell;
        if (width < 1 || height < 1 || width > Limits.GridSideMax || height > Limits.GridSideMax || width * height > Limits.MapCellsMax)
        {
            string reason = $"The world has {width} by {height} cells of {_cell} pixels; {Limits.GridSideMax} each way and {Limits.MapCellsMax} in all are allowed.";
            throw new MapException(file, "", "", reason);
        }

        (_width, _height) = ((int)width, (int)height);
        RequireWork();
    }

    /// <exception cref="MapException">The map is refused.</exception>
    public static MapContent Read(string file, byte[] content, MapFiles files)
    {
        LdtkReader reader = new(file, content, files);
        return new MapContent
        {
            File = file,
            Layout = MapLayout.Plain(reader._width, reader._height),
            Tiles = reader._definitions.Kinds,
            Layers = reader.DrawLayers(),
            Objects = reader.MakeObjects(),
            Regions = [.. reader._levels.Select(reader.ToRegion)],
            Flags = reader._definitions.Flags,
        };
    }

    private int CellSize()
    {
        int[] values = [.. _levels.SelectMany(level => level.Layers).Where(layer => layer.Type == "IntGrid").Select(layer => layer.GridSize)];
        return values.Length > 0 ? values.Min() : _definitions.GridSize;
    }

    // Several worlds lie beside each other, with a closed cell between two.
    private void Arrange(List<LdtkWorld> worlds)
    {
        long at = 0;
        foreach (LdtkWorld world in worlds)
        {
            Arrange(world);
            if (worlds.Count == 1)
            {
                continue;
            }

            (int left, int top) = (world.Levels.Min(level => level.X), world.Levels.Min(level => level.Y));
            long right = world.Levels.Max(level => (long)level.X + level.Width);
            foreach (LdtkLevel level in world.Levels)
            {
                level.World = world.Name;
                (level.X, level.Y) = ((int)Math.Min(level.X - (long)left + at, PlaceMax), level.Y - top);
            }

            at = Math.Min(at + Whole(right - left) + _cell, PlaceMax);
        }
    }

    // In a line of levels only their order counts; a closed cell between two keeps them apart.
    private void Arrange(LdtkWorld world)
    {
        long at = 0;
        string layout = world.Layout;
        foreach (LdtkLevel level in world.Levels)
        {
            if (layout == "LinearHorizontal")
            {
                (level.X, level.Y) = ((int)Math.Min(at, PlaceMax), 0);
                at += Whole(level.Width) + _cell;
            }
            else if (layout == "LinearVertical")
            {
                (level.X, level.Y) = (0, (int)Math.Min(at, PlaceMax));
                at += Whole(level.Height) + _cell;
            }
        }
    }

    // Pixels of whole cells.
    private long Whole(long pixels) => (pixels + _cell - 1) / _cell * _cell;

    private void RequireWork()
    {
        long steps = 0;
        long regions = 0;
        foreach (LdtkLevel level in _levels)
        {
            CellRect cells = CellsOf(level);
            regions += (long)cells.Width * cells.Height;
            steps += (long)cells.Width * cells.Height * (_definitions.Layers.Count + 1 + level.Layers.Count);
        }

        if (steps > Limits.MapPaintStepsMax || regions > Limits.MapRegionCellsMax)
        {
            throw new MapException(_file, "", "", "Its levels overlap or are so many that their cells and layers together are more than can be drawn.");
        }
    }

    // The cells whose middle lies in a level.
    private CellRect CellsOf(LdtkLevel level)
    {
        int First(int pixels) => (int)Math.Ceiling((pixels / (double)_cell) - 0.5);
        (int x, int y) = (First(level.X - _left), First(level.Y - _top));
        return new CellRect(x, y, First(level.X - _left + level.Width) - x, First(level.Y - _top + level.Height) - y).ClippedTo(_width, _height);
    }

    private MapRegion ToRegion(LdtkLevel level)
    {
        CellRect cells = CellsOf(level);
        bool[] all = new bool[cells.Width * cells.Height];
        Array.Fill(all, true);
        Dictionary<string, string> properties = Properties(level.Fields, level, null);
        if (level.World.Length > 0)
        {
            properties["world"] = level.World;
        }

        return new MapRegion(level.Name, properties, cells, all);
    }

    private List<TileLayer> DrawLayers()
    {
        string[] names = [.. _definitions.Layers.AsEnumerable().Reverse().Where(IsDrawn)];
        uint[][] drawn = new uint[names.Length + 1][];
        for (int i = 0; i < drawn.Length; i++)
        {
            _budget.TakeLayerCells(_file, i == 0 ? "" : names[i - 1], _width * _height);
            drawn[i] = new uint[_width * _height];
        }

        foreach (LdtkLevel level in _levels.OrderBy(level => level.Depth))
        {
            CellRect cells = CellsOf(level);
            Fill(drawn[0], cells, LdtkDefinitions.GroundGid);
            for (int i = 0; i < names.Length; i++)
            {
                Fill(drawn[i + 1], cells, 0);
                foreach (LdtkLayer layer in level.Layers.Where(layer => layer.Name == names[i]))
                {
                    DrawValues(drawn[i + 1], cells, level, layer);
                    DrawTiles(drawn[i + 1], cells, level, layer);
                }
            }
        }

        return [new TileLayer("levels", "", _width, _height, drawn[0], NoProperties),
            .. names.Select((name, index) => new TileLayer(name, "", _width, _height, drawn[index + 1], NoProperties))];
    }

    private bool IsDrawn(string name) => _levels.Any(level => level.Layers.Any(layer => layer.Name == name && (layer.Values.Length > 0 || layer.Tiles.Count > 0)));

    private void Fill(uint[] tiles, CellRect cells, uint gid)
    {
        for (int y = cells.Y; y < cells.Y + cells.Height; y++)
        {
            tiles.AsSpan((y * _width) + cells.X, cells.Width).Fill(gid);
        }
    }

    private void DrawValues(uint[] tiles, CellRect cells, LdtkLevel level, LdtkLayer layer)
    {
        Dictionary<int, uint>? kinds = _definitions.Values.GetValueOrDefault(layer.Definition);
        for (int y = cells.Y; y < cells.Y + cells.Height && layer.Values.Length > 0; y++)
        {
            int row = Index(y, _top, level.Y + layer.OffsetY, layer.GridSize);
            for (int x = cells.X; x < cells.X + cells.Width; x++)
            {
                int column = Index(x, _left, level.X + layer.OffsetX, layer.GridSize);
                int value = (uint)row < (uint)layer.Rows && (uint)column < (uint)layer.Columns ? layer.Values[(row * layer.Columns) + column] : 0;
                if (value == 0)
                {
                    continue;
                }

                tiles[(y * _width) + x] = kinds is not null && kinds.TryGetValue(value, out uint gid)
                    ? gid
                    : throw new MapException(_file, layer.Name, $"level {MapText.Short(level.Name)}, row {row}, column {column}", $"The value {value} is not defined in the project.");
            }
        }
    }

    // The column or row of a layer in which the middle of a cell lies.
    private int Index(int cell, int origin, int layer, int gridSize) => (int)Math.Floor((((cell + 0.5) * _cell) + origin - layer) / gridSize);

    private void DrawTiles(uint[] tiles, CellRect cells, LdtkLevel level, LdtkLayer layer)
    {
        if (layer.Tiles.Count == 0)
        {
            return;
        }

        Dictionary<int, TileKind> kinds = _definitions.Tilesets[layer.Tileset].Kinds;
        foreach ((int x, int y, int tile) in layer.Tiles)
        {
            int First(int pixels) => (int)Math.Ceiling((pixels / (double)_cell) - 0.5);
            (int px, int py) = (level.X - _left + layer.OffsetX + x, level.Y - _top + layer.OffsetY + y);
            CellRect covered = new(First(px), First(py), First(px + layer.GridSize) - First(px), First(py + layer.GridSize) - First(py));
            (int left, int top) = (Math.Max(covered.X, cells.X), Math.Max(covered.Y, cells.Y));
            int width = Math.Min(covered.X + covered.Width, cells.X + cells.Width) - left;
            int height = Math.Min(covered.Y + covered.Height, cells.Y + cells.Height) - top;
            CellRect inside = new(left, top, width, height);
            if (!inside.IsEmpty)
            {
                Fill(tiles, inside, (uint)kinds[tile].Gid);
            }
        }
    }

    private List<MapObject> MakeObjects()
    {
        List<MapObject> objects = [];
        foreach (LdtkLevel level in _levels)
        {
            foreach (LdtkLayer layer in level.Layers)
            {
                foreach (LdtkEntity entity in layer.Entities)
                {
                    objects.Add(ToObject(entity, level, layer, objects.Count + 1));
                }
            }
        }

        return objects;
    }

    private MapObject ToObject(LdtkEntity entity, LdtkLevel level, LdtkLayer layer, int id)
    {
        Dictionary<string, string> properties = Properties(entity.Fields, level, layer);
        properties["iid"] = entity.Iid;
        properties["level"] = level.Name;
        string name = properties.GetValueOrDefault("name", entity.Identifier);
        string kind = entity.Tag.Length > 0 ? entity.Tag : entity.Identifier;
        LdtkEntityKind definition = _definitions.Entities.GetValueOrDefault(entity.Identifier) ?? new LdtkEntityKind(false, false);
        double x = level.X - _left + layer.OffsetX + entity.X - (entity.PivotX * entity.Width);
        double y = level.Y - _top + layer.OffsetY + entity.Y - (entity.PivotY * entity.Height);
        Vec2 corner = new((float)(x / _cell), (float)(y / _cell));
        Vec2 size = new((float)(entity.Width / _cell), (float)(entity.Height / _cell));
        MapShape shape = !definition.IsResizable ? MapShape.Point : definition.IsEllipse ? MapShape.Ellipse : MapShape.Rectangle;
        Vec2[] outline = shape switch
        {
            MapShape.Point => [],
            MapShape.Ellipse => MapOutline.Ellipse(corner, size),
            _ => MapOutline.Rectangle(corner, size),
        };
        _budget.TakePoints(_file, layer.Name, outline.Length);
        GroundRule rule = GroundProperties.Read(properties, "", _definitions.Flags, out string problem);
        if (problem.Length > 0)
        {
            throw new MapException(_file, layer.Name, $"level {MapText.Short(level.Name)}, entity {MapText.Short(entity.Identifier)}", problem);
        }

        Vec2 position = shape == MapShape.Point ? corner + (size * 0.5f) : corner;
        return new MapObject(id, name, kind, shape, position, shape == MapShape.Point ? Vec2.Zero : size, [], properties)
        {
            Layer = layer.Name,
            OutlinePoints = outline,
            Rule = rule,
        };
    }

    // The editor may write the first letter of a field's name large; here it is small. Points are told in cells of the map: "3.5,4.5 7.5,4.5".
    private Dictionary<string, string> Properties(List<LdtkField> fields, LdtkLevel level, LdtkLayer? layer)
    {
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        int grid = layer?.GridSize ?? _cell;
        foreach (LdtkField field in fields.Where(field => field.Name.Length is > 0 and <= Limits.MapPropertyNameCharsMax))
        {
            string points = string.Join(' ', field.Points.Select(point => string.Create(
                CultureInfo.InvariantCulture,
                $"{(level.X - _left + ((point.X + 0.5) * grid)) / _cell:0.###},{(level.Y - _top + ((point.Y + 0.5) * grid)) / _cell:0.###}")));
            properties[char.ToLowerInvariant(field.Name[0]) + field.Name[1..]] = field.Points.Count > 0 ? points : field.Text;
        }

        return properties;
    }
}
