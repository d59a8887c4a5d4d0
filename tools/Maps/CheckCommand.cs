using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.Analysis;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>Says what is wrong with a map.</summary>
internal static class CheckCommand
{
    private const int ChokePointsShown = 12;

    /// <returns>False if the map has errors.</returns>
    public static bool Run(GameMap map, int chokeWidth, bool strict)
    {
        MapReport report = MapCheck.Run(map, chokeWidth);
        AnsiConsole.MarkupLineInterpolated(
            $"[bold]{map.Name}[/] {map.Width} x {map.Height} cells, {report.OpenCells} open, {map.Layout.Orientation.ToString().ToLowerInvariant()}, {map.Layers.Count} layers, {map.Objects.Count} objects, {map.Regions.Count} regions");
        foreach (MapFinding finding in report.Findings)
        {
            bool isError = finding.Severity == MapSeverity.Error;
            AnsiConsole.MarkupLineInterpolated($"  [{(isError ? "red" : "yellow")}]{(isError ? "error" : "warning")}[/] {finding.Place}: {finding.Text}");
        }

        foreach (ChokePoint point in report.ChokePoints.Take(ChokePointsShown))
        {
            string only = point.IsOnlyWay ? $", the only way to {point.CellsBehind} cells" : ", there is another way";
            AnsiConsole.MarkupLineInterpolated($"  [grey]choke point[/] {point.Place}: {point.Width} wide{only}");
        }

        if (report.ChokePoints.Count > ChokePointsShown)
        {
            AnsiConsole.MarkupLineInterpolated($"  [grey]and {report.ChokePoints.Count - ChokePointsShown} more choke points[/]");
        }

        bool good = strict ? report.Findings.Count == 0 : !report.HasErrors;
        AnsiConsole.MarkupLine(good ? "  [green]good[/]" : "  [red]not good[/]");
        return good;
    }
}
