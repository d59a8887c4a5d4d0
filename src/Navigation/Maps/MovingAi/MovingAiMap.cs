using System.Text;

namespace RealtimeServer.Navigation.Maps.MovingAi;

/// <summary>
/// Reads the <c>.map</c> files of the Moving AI benchmarks (N. Sturtevant, "Benchmarks for Grid-Based Pathfinding", IEEE TCIAIG 4(2), 2012):
/// lines <c>type octile</c>, <c>height H</c>, <c>width W</c>, <c>map</c>, then H rows of W characters.
/// </summary>
public static class MovingAiMap
{
    private const string TypeLine = "type octile";

    // What each character is, by the format's own page; shallow water is open here, as the scenarios take it.
    private static readonly (char Sign, string Class, string Color, bool Walkable)[] Terrain =
    [
        ('.', "ground", "#d8d2c4", true), ('G', "ground", "#d8d2c4", true), ('S', "swamp", "#7fa8a0", true),
        ('@', "outside", "#202028", false), ('O', "outside", "#202028", false), ('T', "trees", "#3d6b3a", false), ('W', "water", "#3a5f8f", false),
    ];

    private static readonly Dictionary<string, string> NoProperties = [];

    /// <summary>True if the file begins as such a map does.</summary>
    public static bool Looks(ReadOnlySpan<byte> content) => content.StartsWith("type "u8);

    /// <param name="file">For errors and the map's name.</param>
    /// <exception cref="MapException">The file is no such map or beyond the limits.</exception>
    public static GameMap Read(string file, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(file);
        return content.Length <= Limits.MapFileBytesMax
            ? new GameMap(ReadContent(file, content))
            : throw new MapException(file, "", "", $"The file has {content.Length} bytes; {Limits.MapFileBytesMax} are allowed.");
    }

    internal static MapContent ReadContent(string file, ReadOnlySpan<byte> content)
    {
        int line = 0;
        string type = NextLine(ref content, ref line);
        if (type != TypeLine)
        {
            throw Refuse(file, line, $"'{MapText.Short(type)}' stands where '{TypeLine}' is expected.");
        }

        int height = Number(file, NextLine(ref content, ref line), "height", line);
        int width = Number(file, NextLine(ref content, ref line), "width", line);
        if (width * height > Limits.MapCellsMax)
        {
            throw Refuse(file, line, $"The map has {width * height} cells; {Limits.MapCellsMax} are allowed.");
        }

        string start = NextLine(ref content, ref line);
        if (start != "map")
        {
            throw Refuse(file, line, $"'{MapText.Short(start)}' stands where 'map' is expected.");
        }

        uint[] cells = ReadRows(file, content, width, height, line);

        TileKind[] tiles = [.. Terrain.Select((kind, index) => Tile(index + 1, kind.Class, kind.Color, kind.Walkable))];
        TileLayer layer = new("map", "", width, height, cells, NoProperties);
        return new MapContent { File = file, Layout = MapLayout.Plain(width, height), Tiles = tiles, Layers = [layer] };
    }

    private static uint[] ReadRows(string file, ReadOnlySpan<byte> content, int width, int height, int line)
    {
        Span<byte> kinds = stackalloc byte[256];
        kinds.Clear();
        for (int i = 0; i < Terrain.Length; i++)
        {
            kinds[Terrain[i].Sign] = (byte)(i + 1);
        }

        // Rows that are not there need no room.
        uint[] cells = content.Length >= (long)width * height ? new uint[width * height] : [];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = NextRow(ref content, ref line);
            if (row.Length != width)
            {
                throw Refuse(file, line, $"Row {y} has {row.Length} characters; the map is {width} wide.");
            }

            for (int x = 0; x < width; x++)
            {
                uint kind = kinds[row[x]];
                if (kind == 0)
                {
                    throw new MapException(file, "", $"line {line}, column {x}", $"'{(char)row[x]}' is no terrain; allowed are . G S @ O T W.");
                }

                if (cells.Length > 0)
                {
                    cells[(y * width) + x] = kind;
                }
            }
        }

        return cells;
    }

    private static TileKind Tile(int gid, string name, string color, bool walkable) =>
        TileKind.Of(gid, name, color, new GroundRule(walkable, null, null, null), NoProperties);

    // Carriage returns and a missing last line feed are other systems' habits.
    private static ReadOnlySpan<byte> NextRow(ref ReadOnlySpan<byte> content, ref int line)
    {
        line++;
        int end = content.IndexOf((byte)'\n');
        ReadOnlySpan<byte> found = end < 0 ? content : content[..end];
        content = end < 0 ? [] : content[(end + 1)..];
        return found.TrimEnd((byte)'\r');
    }

    private static string NextLine(ref ReadOnlySpan<byte> content, ref int line) => Encoding.Latin1.GetString(NextRow(ref content, ref line));

    private static int Number(string file, string text, string name, int line)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 2 && parts[0] == name && int.TryParse(parts[1], out int value) && value >= 1 && value <= Limits.GridSideMax
            ? value
            : throw Refuse(file, line, $"'{MapText.Short(text)}' stands where '{name}' and a number of 1 to {Limits.GridSideMax} are expected.");
    }

    private static MapException Refuse(string file, int line, string reason) => new(file, "", $"line {line}", reason);
}
