using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps.Compiled;

/// <summary>Reads what <see cref="MapWriter"/> wrote. Every number is checked against what the model allows, as a checksum keeps nobody from writing another.</summary>
internal ref struct MapReader
{
    private readonly string _file;
    private readonly MapBudget _budget;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal); // equal texts are kept once
    private StateReader _reader;

    public MapReader(string file, MapBudget budget, ReadOnlySpan<byte> body)
    {
        _file = file;
        _budget = budget;
        _reader = new StateReader(body, "map");
    }

    /// <exception cref="InvalidDataException">A number cannot be.</exception>
    public GameMap Read()
    {
        MapLayout layout = ReadLayout();
        Dictionary<string, string> properties = ReadProperties();
        FlagNames flags = ReadFlags();
        (int width, int height) = (layout.Width, layout.Height);
        ReadOnlySpan<byte> open = _reader.Bytes(Grid.OpenBytes(width, height));
        Grid grid = Grid.FromRaw(width, height, open, Count(1, "as whether cells have costs") == 1 ? _reader.Bytes((long)width * height) : [])
            ?? throw new InvalidDataException("The map's cells have costs of zero, or open ones outside of it.");
        uint[] cellFlags = Numbers(flags.All.Count > 0 ? (long)width * height : 0);
        List<TileKind> tiles = ReadTiles();
        List<TileLayer> layers = ReadLayers(layout, tiles);
        List<MapObject> objects = ReadObjects();
        List<MapRegion> regions = ReadRegions(width, height);
        MapHeights? heights = ReadHeights(width, height);
        MapMesh? mesh = ReadMesh();
        if (!_reader.IsAtEnd)
        {
            throw new InvalidDataException($"The map goes on behind its end at byte {_reader.At}.");
        }

        MapContent content = new()
        {
            File = _file,
            Layout = layout,
            Properties = properties,
            Flags = flags,
            Tiles = tiles,
            Layers = layers,
            Objects = objects,
            Mesh = mesh,
        };
        return new GameMap(content, grid, cellFlags, heights, regions);
    }

    private MapLayout ReadLayout()
    {
        MapOrientation orientation = (MapOrientation)Count((int)MapOrientation.Hexagonal, "as an orientation");
        (int columns, int rows) = (Positive(Limits.GridSideMax, "columns"), Positive(Limits.GridSideMax, "rows"));
        (int tileWidth, int tileHeight) = (Positive(ushort.MaxValue, "pixels of a tile"), Positive(ushort.MaxValue, "pixels of a tile"));
        int side = Count(Math.Max(tileWidth, tileHeight), "pixels of a hexagon's side");
        int stagger = Count(3, "as how tiles are staggered");
        TileFrame frame = new(orientation, columns, rows, tileWidth, tileHeight, side, (stagger & 1) != 0, (stagger & 2) != 0);
        if (side > (frame.StaggersColumns ? tileWidth : tileHeight))
        {
            throw new InvalidDataException("The map's hexagons have sides that are longer than they are.");
        }

        MapLayout layout = new(frame, Positive(Limits.MapCellsPerTileMax, "cells along a tile"));
        bool fits = layout.Width is >= 1 and <= Limits.GridSideMax && layout.Height is >= 1 and <= Limits.GridSideMax;
        return fits && (long)layout.Width * layout.Height <= Limits.MapCellsMax
            ? layout
            : throw new InvalidDataException($"The map has {layout.Width} by {layout.Height} cells, which is too many.");
    }

    private Dictionary<string, string> ReadProperties()
    {
        Dictionary<string, string> properties = new(StringComparer.Ordinal);
        int count = Count(Limits.MapPropertiesMax, "properties");
        for (int i = 0; i < count; i++)
        {
            _budget.TakeProperty(_file, "");
            properties[Text(Limits.MapPropertyNameCharsMax)] = Text(Limits.MapTextCharsMax);
        }

        return properties;
    }

    private FlagNames ReadFlags()
    {
        FlagNames flags = new();
        int count = Count(Limits.MapFlagsMax, "flags");
        for (int i = 0; i < count; i++)
        {
            string name = Text(Limits.MapFlagCharsMax);
            if (!flags.TryRead(name, out uint bit) || bit != 1u << i)
            {
                throw new InvalidDataException($"The map's flag '{MapText.Short(name)}' is no name, or there twice.");
            }
        }

        return flags;
    }

    private List<TileKind> ReadTiles()
    {
        List<TileKind> tiles = [];
        int count = Count(Limits.MapTilesMax, "tiles");
        for (int i = 0; i < count; i++)
        {
            int gid = Count((int)TileLayer.GidMask, "as the number of a tile");
            (string name, string color) = (Text(Limits.MapTextCharsMax), Text(16));
            bool walkable = Count(1, "as whether a tile is walkable") == 1;
            float cost = _reader.Value<float>();
            if (gid <= (i > 0 ? tiles[^1].Gid : 0) || !(cost >= Grid.CostMin && cost <= Grid.CostMax))
            {
                throw new InvalidDataException($"The map's tile {gid} is out of order, or its cost {cost} out of range.");
            }

            tiles.Add(new TileKind(gid, name, color.Length == 0 ? null : color, walkable, cost, ReadProperties()));
        }

        return tiles;
    }

    private List<TileLayer> ReadLayers(MapLayout layout, List<TileKind> tiles)
    {
        HashSet<int> known = [.. tiles.Select(tile => tile.Gid)];
        List<TileLayer> layers = [];
        int count = Count(Limits.MapLayersMax, "layers");
        for (int i = 0; i < count; i++)
        {
            (string name, string kind, Dictionary<string, string> properties) = (Text(Limits.MapTextCharsMax), Text(Limits.MapTextCharsMax), ReadProperties());
            _budget.TakeLayerCells(_file, name, layout.Columns * layout.Rows);
            uint[] raw = Numbers((long)layout.Columns * layout.Rows);
            uint last = 0;
            foreach (uint tile in raw)
            {
                uint gid = tile & TileLayer.GidMask;
                if (gid != last && gid != 0 && !known.Contains((int)gid))
                {
                    throw new InvalidDataException($"The layer '{MapText.Short(name)}' has the tile {gid}, which the map does not have.");
                }

                last = gid;
            }

            layers.Add(new TileLayer(name, kind, layout.Columns, layout.Rows, raw, properties));
        }

        return layers;
    }

    private List<MapObject> ReadObjects()
    {
        List<MapObject> objects = [];
        int count = Count(Limits.MapObjectsMax, "objects");
        for (int i = 0; i < count; i++)
        {
            int id = Count(int.MaxValue, "as the number of an object");
            (string name, string kind, string layer) = (Text(Limits.MapTextCharsMax), Text(Limits.MapTextCharsMax), Text(Limits.MapTextCharsMax));
            MapShape shape = (MapShape)Count((int)MapShape.Capsule, "as a shape");
            int gid = Count((int)TileLayer.GidMask, "as the number of a tile");
            Vec2[] frame = Points(2);
            float rotation = _reader.Value<float>();
            Vec2[] points = Points(Count(Limits.MapPointsMax, "points"));
            Vec2[] outline = Points(Count(Limits.MapPointsMax, "points"));
            if (!float.IsFinite(rotation))
            {
                throw new InvalidDataException($"The map's object {id} is turned by no number.");
            }

            objects.Add(new MapObject(id, name, kind, shape, frame[0], frame[1], points, ReadProperties())
            {
                Layer = layer,
                Gid = gid,
                Rotation = rotation,
                OutlinePoints = outline,
            });
        }

        return objects;
    }

    private Vec2[] Points(int count)
    {
        _budget.TakePoints(_file, "", count);
        Vec2[] points = Values<Vec2>(count);
        foreach (Vec2 point in points)
        {
            if (!point.IsFinite)
            {
                throw new InvalidDataException($"The map has a place that is no number, before byte {_reader.At}.");
            }
        }

        return points;
    }

    private List<MapRegion> ReadRegions(int width, int height)
    {
        List<MapRegion> regions = [];
        int count = Count(Limits.MapRegionsMax, "regions");
        for (int i = 0; i < count; i++)
        {
            (string name, Dictionary<string, string> properties) = (Text(Limits.MapTextCharsMax), ReadProperties());
            (int x, int y) = (Count(width, "as a region's column"), Count(height, "as a region's row"));
            CellRect bounds = new(x, y, Count(width - x, "columns of a region"), Count(height - y, "rows of a region"));
            byte[] cells = Values<byte>((long)bounds.Width * bounds.Height);
            regions.Add(cells.AsSpan().IndexOfAnyExcept((byte)0, (byte)1) < 0
                ? new MapRegion(name, properties, bounds, [.. cells.Select(cell => cell == 1)])
                : throw new InvalidDataException($"The region '{MapText.Short(name)}' has cells that are neither in it nor out of it."));
        }

        return regions;
    }

    private MapHeights? ReadHeights(int width, int height)
    {
        if (Count(1, "as whether there are heights") == 0)
        {
            return null;
        }

        (float[] cells, float[] corners) = (Values<float>((long)width * height), Values<float>((width + 1L) * (height + 1)));
        return cells.All(float.IsFinite) && corners.All(float.IsFinite)
            ? MapHeights.Of(width, height, cells, corners)
            : throw new InvalidDataException("The map has heights that are no numbers.");
    }

    private MapMesh? ReadMesh()
    {
        (int vertices, int indices) = (Count(Limits.MeshVerticesMax, "vertices"), Count(3 * Limits.MeshTrianglesMax, "indices"));
        if (vertices == 0 && indices == 0)
        {
            return null;
        }

        MapMesh mesh = new(Values<Vec3>(vertices), Values<int>(indices));
        foreach (Vec3 vertex in mesh.Vertices)
        {
            if (!vertex.IsFinite)
            {
                throw new InvalidDataException("The map's mesh has a vertex that is no number.");
            }
        }

        foreach (int index in mesh.Indices)
        {
            if ((uint)index >= (uint)vertices)
            {
                throw new InvalidDataException($"The map's mesh names the vertex {index} of {vertices}.");
            }
        }

        return indices % 3 == 0 ? mesh : throw new InvalidDataException($"The map's mesh has {indices} indices, which make no triangles.");
    }

    private uint[] Numbers(long count)
    {
        int bytes = _reader.Int();
        switch (bytes)
        {
            case 1:
                ReadOnlySpan<byte> small = _reader.Bytes(count);
                uint[] numbers = new uint[small.Length];
                for (int i = 0; i < numbers.Length; i++)
                {
                    numbers[i] = small[i];
                }

                return numbers;
            case 2:
                ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(_reader.Bytes(count * 2));
                uint[] wide = new uint[halves.Length];
                for (int i = 0; i < wide.Length; i++)
                {
                    wide[i] = halves[i];
                }

                return wide;
            case 4:
                return Values<uint>(count);
            default:
                throw new InvalidDataException($"The map has numbers of {bytes} bytes before byte {_reader.At}; 1, 2 or 4 are read.");
        }
    }

    private int Count(int max, string what) => _reader.Count(max, what);

    private int Positive(int max, string what)
    {
        int count = Count(max, what);
        return count > 0 ? count : throw new InvalidDataException($"The map has no {what}.");
    }

    private string Text(int charsMax)
    {
        string text = _reader.Text(charsMax * 3);
        if (text.Length > charsMax)
        {
            throw new InvalidDataException($"The map has a text of {text.Length} characters before byte {_reader.At}; {charsMax} are allowed.");
        }

        if (_texts.TryGetValue(text, out string? known))
        {
            return known;
        }

        _texts.Add(text, text);
        return text;
    }

    private T[] Values<T>(long count)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_reader.Bytes(count * Unsafe.SizeOf<T>())).ToArray();
}
