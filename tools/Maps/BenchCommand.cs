using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Maps.MovingAi;
using Spectre.Console;

namespace RealtimeServer.Maps;

/// <summary>
/// Runs the scenarios of Moving AI maps, each three times after a warm-up: how long paths take (the best of the three), how much is searched,
/// and whether each is as short as the benchmark says it is.
/// </summary>
internal static class BenchCommand
{
    private const int CellsMax = 1 << 20;
    private const int Rounds = 3;

    // Until then the runtime may still compile the search for good, which would be measured instead.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    /// <param name="files">Maps.</param>
    /// <param name="limit">Scenarios of each; 0: all.</param>
    /// <param name="guard">Runs something, and says what is refused.</param>
    /// <returns>False if a map is refused or a path not optimal.</returns>
    public static bool Run(IEnumerable<string> files, int limit, Func<Func<bool>, bool> guard)
    {
        Table table = new Table().Border(TableBorder.Rounded).AddColumn("map");
        foreach (string column in (string[])["scenarios", "optimal", "mean us", "median us", "p99 us", "nodes mean", "nodes max"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        bool good = true;
        foreach (string file in files)
        {
            good &= guard(() => Measure(file, limit, table));
        }

        if (table.Rows.Count > 0)
        {
            AnsiConsole.Write(table);
        }

        return good;
    }

    private static bool Measure(string file, int limit, Table table)
    {
        GameMap map = MapFile.Load(file);
        string scenarios = File.Exists(file + ".scen") ? file + ".scen" : Path.ChangeExtension(file, ".scen");
        if (!File.Exists(scenarios))
        {
            throw new FormatException($"{Path.GetFileName(file)}: there are no scenarios beside it, neither {Path.GetFileName(file)}.scen nor {Path.GetFileName(scenarios)}.");
        }

        IReadOnlyList<MovingAiScenario> all = MovingAiScenario.ReadAll(File.ReadLines(scenarios), Path.GetFileName(scenarios));
        int step = limit == 0 || limit >= all.Count ? 1 : (all.Count + limit - 1) / limit;
        MovingAiScenario[] chosen = [.. all.Where((_, index) => index % step == 0)];
        PathFinder finder = new(map.CreateGrid());
        Cell[] cells = new Cell[CellsMax];
        double[] times = new double[chosen.Length];
        long nodes = 0;
        int most = 0;
        int optimal = 0;
        long began = Stopwatch.GetTimestamp();
        for (int i = 0; chosen.Length > 0 && (i < chosen.Length || Stopwatch.GetElapsedTime(began) < WarmUp); i++)
        {
            finder.FindCells(chosen[i % chosen.Length].From, chosen[i % chosen.Length].To, cells);
        }

        for (int i = 0; i < chosen.Length; i++)
        {
            PathResult found = default;
            times[i] = double.PositiveInfinity;
            for (int round = 0; round < Rounds; round++)
            {
                long start = Stopwatch.GetTimestamp();
                found = finder.FindCells(chosen[i].From, chosen[i].To, cells);
                times[i] = Math.Min(times[i], Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }

            nodes += found.Expanded;
            most = Math.Max(most, found.Expanded);
            optimal += Math.Abs(found.Cost - chosen[i].Length) <= chosen[i].Tolerance ? 1 : 0;
        }

        Array.Sort(times);
        string Number(double value, string format = "0.0") => value.ToString(format, CultureInfo.InvariantCulture);
        table.AddRow(
            Markup.Escape(map.Name), Number(chosen.Length, "0"), optimal == chosen.Length ? "all" : $"[red]{optimal}[/]", Number(times.DefaultIfEmpty().Average()),
            Number(At(times, 0.5)), Number(At(times, 0.99)), Number(nodes / (double)Math.Max(chosen.Length, 1), "0"), Number(most, "0"));
        return optimal == chosen.Length;
    }

    private static double At(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[Math.Min((int)(sorted.Length * part), sorted.Length - 1)];
}
