using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.Analysis;
using RealtimeServer.Navigation.Maps.Images;

namespace RealtimeServer.Maps;

/// <summary>A map as pixels, a square of them a cell: grounds in their colours, walls dark, dear ground darker, and what was placed on it as lines.</summary>
internal sealed class MapPicture
{
    private const int SideWanted = 1000;
    private const int ScaleMax = 24;
    private const int PixelsMax = 4096 * 4096;

    private static readonly (byte R, byte G, byte B) Ground = (216, 210, 196);
    private static readonly (byte R, byte G, byte B) Wall = (40, 40, 52);

    private static readonly (byte R, byte G, byte B)[] PartColours =
        [(60, 120, 220), (230, 120, 30), (120, 190, 60), (190, 70, 190), (30, 180, 180), (220, 190, 40), (200, 60, 60), (110, 90, 60)];

    private readonly int _scale;
    private readonly byte[] _rgb;

    /// <param name="scale">Pixels of a cell; 0: as fits.</param>
    public MapPicture(GameMap map, int scale)
    {
        int fits = Math.Clamp(SideWanted / Math.Max(map.Width, map.Height), 1, ScaleMax);
        _scale = scale == 0 ? fits : Math.Max(Math.Min(scale, (int)Math.Sqrt(PixelsMax / (double)(map.Width * map.Height))), 1);
        (Width, Height) = (map.Width * _scale, map.Height * _scale);
        _rgb = new byte[Width * Height * 3];
        DrawCells(map);
        DrawObjects(map);
    }

    public int Width { get; }

    public int Height { get; }

    public (byte R, byte G, byte B) this[int x, int y] => (_rgb[At(x, y)], _rgb[At(x, y) + 1], _rgb[At(x, y) + 2]);

    /// <summary>The colour of a part of a mesh by its number: those of the first are far from each other.</summary>
    public static (byte R, byte G, byte B) PartColour(int part) => PartColours[part % PartColours.Length];

    /// <summary>Tints what a closed outline holds, and draws its sides.</summary>
    public void DrawPolygon(ReadOnlySpan<Vec2> outline, (byte R, byte G, byte B) colour)
    {
        (float top, float bottom) = (float.MaxValue, float.MinValue);
        foreach (Vec2 corner in outline)
        {
            (top, bottom) = (Math.Min(top, corner.Y), Math.Max(bottom, corner.Y));
        }

        for (int y = (int)Math.Clamp(top * _scale, 0, Height); y < (int)Math.Clamp(MathF.Ceiling(bottom * _scale), 0, Height); y++)
        {
            (float left, float right) = Across(outline, (y + 0.5f) / _scale);
            for (int x = (int)Math.Clamp((left * _scale) + 0.5f, 0, Width); x < (int)Math.Clamp((right * _scale) + 0.5f, 0, Width); x++)
            {
                Set(x, y, Mix(this[x, y], colour, 0.45f));
            }
        }

        for (int i = 0; i < outline.Length; i++)
        {
            Line(outline[i], outline[(i + 1) % outline.Length], Shade(colour, 0.6f), 1);
        }
    }

    /// <summary>Draws lines between points of the map, with a square at each.</summary>
    public void DrawPath(ReadOnlySpan<Vec2> points, (byte R, byte G, byte B) colour)
    {
        for (int i = 1; i < points.Length; i++)
        {
            Line(points[i - 1], points[i], colour, Math.Max(_scale / 6, 1));
        }

        foreach (Vec2 point in points)
        {
            Dot(point, colour, Math.Max(_scale / 3, 1));
        }
    }

    public void Save(string file)
    {
        using FileStream stream = File.Create(file);
        PngWriter.Write(stream, Width, Height, _rgb);
    }

    private void DrawCells(GameMap map)
    {
        Grid grid = map.CreateGrid();
        for (int y = 0; y < map.Height; y++)
        {
            for (int x = 0; x < map.Width; x++)
            {
                Fill(x, y, ColourOf(map, grid, x, y));
            }
        }
    }

    private static (byte R, byte G, byte B) ColourOf(GameMap map, Grid grid, int x, int y)
    {
        (byte R, byte G, byte B)? drawn = null;
        if (map.Layout.TryTileAt(new Vec2(x + 0.5f, y + 0.5f), out Cell tile))
        {
            foreach (TileLayer layer in map.Layers.Where(layer => layer.Class != "region"))
            {
                drawn = map.FindTile(layer.Gid(tile.X, tile.Y))?.Color is { } text ? Parse(text) : drawn;
            }
        }

        (byte R, byte G, byte B) colour = drawn ?? Ground;
        if (!grid.IsOpen(x, y))
        {
            return drawn is null ? Wall : Shade(colour, 0.45f);
        }

        float light = Math.Clamp(1 - ((grid.Cost(x, y) - 1) * 0.06f), 0.6f, 1.1f);
        if (map.Heights is { } heights && heights.Highest > heights.Lowest)
        {
            light *= 0.75f + (0.35f * (heights.At(x, y) - heights.Lowest) / (heights.Highest - heights.Lowest));
        }

        return Shade(colour, light);
    }

    private void DrawObjects(GameMap map)
    {
        foreach (MapObject item in map.Objects)
        {
            (byte R, byte G, byte B) colour = MapCheck.IsSpawn(item) ? ((byte)220, (byte)40, (byte)40)
                : item.Class == "region" ? ((byte)40, (byte)110, (byte)220)
                : item.Shape == MapShape.Polyline ? ((byte)240, (byte)150, (byte)30)
                : ((byte)150, (byte)50, (byte)190);
            IReadOnlyList<Vec2> outline = item.Outline;
            for (int i = 1; i < outline.Count; i++)
            {
                Line(outline[i - 1], outline[i], colour, 1);
            }

            if (item.IsArea)
            {
                Line(outline[^1], outline[0], colour, 1);
            }
            else if (outline.Count == 0)
            {
                Dot(item.Position, colour, Math.Max(_scale / 3, 1));
            }
        }
    }

    private void Fill(int x, int y, (byte R, byte G, byte B) colour)
    {
        for (int row = y * _scale; row < (y + 1) * _scale; row++)
        {
            for (int column = x * _scale; column < (x + 1) * _scale; column++)
            {
                // A thin line between cells, where there is room for it.
                bool isEdge = _scale >= 8 && (row == y * _scale || column == x * _scale);
                Set(column, row, isEdge ? Shade(colour, 0.93f) : colour);
            }
        }
    }

    private void Line(Vec2 from, Vec2 to, (byte R, byte G, byte B) colour, int thickness)
    {
        if (!from.IsFinite || !to.IsFinite)
        {
            return;
        }

        float length = Math.Min(Vec2.Distance(from, to) * _scale, 4f * (Width + Height));
        int steps = Math.Max((int)length, 1);
        for (int i = 0; i <= steps; i++)
        {
            Dot(Vec2.Lerp(from, to, i / (float)steps), colour, thickness);
        }
    }

    private void Dot(Vec2 at, (byte R, byte G, byte B) colour, int size)
    {
        int left = (int)Math.Clamp((at.X * _scale) - (size / 2f), -size, Width);
        int top = (int)Math.Clamp((at.Y * _scale) - (size / 2f), -size, Height);
        for (int y = Math.Max(top, 0); y < Math.Min(top + size, Height); y++)
        {
            for (int x = Math.Max(left, 0); x < Math.Min(left + size, Width); x++)
            {
                Set(x, y, colour);
            }
        }
    }

    private void Set(int x, int y, (byte R, byte G, byte B) colour)
    {
        int at = At(x, y);
        (_rgb[at], _rgb[at + 1], _rgb[at + 2]) = colour;
    }

    private int At(int x, int y) => ((y * Width) + x) * 3;

    // Of a convex outline what lies on a line across it; an empty stretch if nothing does.
    private static (float Left, float Right) Across(ReadOnlySpan<Vec2> outline, float y)
    {
        (float left, float right) = (float.MaxValue, float.MinValue);
        for (int i = 0; i < outline.Length; i++)
        {
            (Vec2 a, Vec2 b) = (outline[i], outline[(i + 1) % outline.Length]);
            if ((a.Y > y) != (b.Y > y))
            {
                float x = a.X + ((b.X - a.X) * ((y - a.Y) / (b.Y - a.Y)));
                (left, right) = (Math.Min(left, x), Math.Max(right, x));
            }
        }

        return left <= right ? (left, right) : (0, 0);
    }

    private static (byte R, byte G, byte B) Mix((byte R, byte G, byte B) under, (byte R, byte G, byte B) over, float share)
    {
        return (One(under.R, over.R), One(under.G, over.G), One(under.B, over.B));
        byte One(byte a, byte b) => (byte)(a + ((b - a) * share));
    }

    private static (byte R, byte G, byte B) Shade((byte R, byte G, byte B) colour, float light) =>
        ((byte)Math.Clamp(colour.R * light, 0, 255), (byte)Math.Clamp(colour.G * light, 0, 255), (byte)Math.Clamp(colour.B * light, 0, 255));

    private static (byte R, byte G, byte B) Parse(string colour)
    {
        int code = int.Parse(colour.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return ((byte)(code >> 16), (byte)(code >> 8), (byte)code);
    }
}
