using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>Draws a map, and a path over it, to the terminal or into a PNG.</summary>
internal static class ShowCommand
{
    private static readonly (byte R, byte G, byte B) PathColour = (230, 30, 60);

    /// <param name="path">Points of a path to draw over it; empty for none.</param>
    /// <param name="png">The file to write; null for the terminal: in colours, or where it has none, as signs.</param>
    /// <param name="scale">Pixels of a cell; 0: as fits.</param>
    public static void Run(GameMap map, ReadOnlySpan<Vec2> path, string? png, int scale)
    {
        bool hasColours = AnsiConsole.Profile.Capabilities.ColorSystem is ColorSystem.TrueColor or ColorSystem.EightBit;
        if (png is null && !hasColours)
        {
            TextPicture text = new(map);
            text.DrawPath(path);
            text.Write(Console.Out);
            return;
        }

        MapPicture picture = new(map, scale);
        picture.DrawPath(path, PathColour);
        if (png is null)
        {
            TerminalPicture.Write(picture, picture.Width / map.Width);
            return;
        }

        CompileCommand.RequireFolder(png);
        picture.Save(png);
        AnsiConsole.MarkupLineInterpolated($"wrote {png}, {picture.Width} x {picture.Height} pixels");
    }
}
