using RealtimeServer.Navigation.Maps;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>Draws a map to the terminal or into a PNG.</summary>
internal static class ShowCommand
{
    public static void Run(GameMap map, string? png, int scale)
    {
        MapPicture picture = new(map, scale);
        Output(map, picture, png);
    }

    /// <summary>The picture into a file, or where nobody wants one, onto the terminal: in colours, or where it has none, as signs.</summary>
    public static void Output(GameMap map, MapPicture picture, string? png)
    {
        if (png is not null)
        {
            picture.Save(png);
            AnsiConsole.MarkupLineInterpolated($"wrote {png}, {picture.Width} x {picture.Height} pixels");
        }
        else if (AnsiConsole.Profile.Capabilities.ColorSystem is ColorSystem.TrueColor or ColorSystem.EightBit)
        {
            TerminalPicture.Write(picture, picture.Width / map.Width);
        }
        else
        {
            Navigation.Grid grid = map.CreateGrid();
            for (int y = 0; y < map.Height; y++)
            {
                Console.WriteLine(string.Concat(Enumerable.Range(0, map.Width).Select(x => !grid.IsOpen(x, y) ? '#' : grid.Cost(x, y) > 1 ? '~' : '.')));
            }
        }
    }
}
