using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>Finds a path, draws it, and says what it took.</summary>
internal static class PathCommand
{
    private const int WaypointsMax = 65_536;
    private const int Repeats = 25;

    /// <returns>False if no way leads to the goal.</returns>
    public static bool Run(GameMap map, Vec2 from, Vec2 to, float radius, string? png, int scale)
    {
        PathFinder finder = new(map.CreateGrid());
        Vec2[] waypoints = new Vec2[WaypointsMax];
        PathResult found = finder.Find(from, to, waypoints, radius);
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            long start = Stopwatch.GetTimestamp();
            finder.Find(from, to, waypoints, radius);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        ShowCommand.Run(map, found.Count > 0 ? [from, .. waypoints.AsSpan(0, found.Count)] : [], png, scale);
        Print(from, found, waypoints, best);
        return found.ReachesGoal;
    }

    private static void Print(Vec2 from, PathResult found, Vec2[] waypoints, double microseconds)
    {
        double length = 0;
        for (int i = 0; i < found.Count; i++)
        {
            length += Vec2.Distance(i == 0 ? from : waypoints[i - 1], waypoints[i]);
        }

        Table table = new Table().Border(TableBorder.Rounded).AddColumn("measure").AddColumn(new TableColumn("value").RightAligned());
        Row("outcome", $"{found.Status}");
        Row("ends at", $"{(found.Count > 0 ? waypoints[found.Count - 1] : from)}");
        Row("length (cells)", $"{length:0.###}");
        Row("cost", $"{found.Cost:0.###}");
        Row("straight pieces, cells", $"{found.Count}, {found.CellCount}");
        Row("cells settled by the search", $"{found.Expanded}");
        Row($"time, best of {Repeats} (us)", $"{microseconds:0.0}");
        AnsiConsole.Write(table);

        void Row(string name, FormattableString value) => table.AddRow(Markup.Escape(name), Markup.Escape(value.ToString(CultureInfo.InvariantCulture)));
    }
}
