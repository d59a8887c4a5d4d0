using Spectre.Console;
using Spectre.Console.Rendering;

namespace RealtimeServer.Maps;

/// <summary>A picture in a terminal with colours: two rows of it in each line, as upper half blocks.</summary>
internal static class TerminalPicture
{
    private const int ColumnsWithoutTerminal = 120;

    public static void Write(MapPicture picture, int cellPixels)
    {
        int columns = AnsiConsole.Profile.Width > 0 ? AnsiConsole.Profile.Width : ColumnsWithoutTerminal;
        int step = Math.Max(cellPixels, (picture.Width + columns - 1) / columns);
        int middle = step / 2;
        for (int y = 0; y < picture.Height; y += 2 * step)
        {
            List<Segment> line = [];
            for (int x = 0; x < picture.Width; x += step)
            {
                Color upper = ColourAt(picture, x + middle, y + middle);
                Color lower = ColourAt(picture, x + middle, y + step + middle);
                line.Add(new Segment("▀", new Style(upper, lower)));
            }

            line.Add(Segment.LineBreak);
            AnsiConsole.Write(new Line(line));
        }
    }

    private static Color ColourAt(MapPicture picture, int x, int y)
    {
        if (y >= picture.Height || x >= picture.Width)
        {
            return Color.Default;
        }

        (byte r, byte g, byte b) = picture[x, y];
        return new Color(r, g, b);
    }

    private sealed class Line(IReadOnlyList<Segment> segments) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => new(segments.Count, segments.Count);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => segments;
    }
}
