using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps.MovingAi;

namespace RealtimeServer.Bench.Paths;

/// <summary>
/// What a tick spends on path requests while 2,000 agents always wait for one. The same ticks are run several times: what only one of the runs took long for was the
/// machine's, not ours. Beside each tick stands a loop of the same length that does nothing.
/// </summary>
internal sealed class RequestBenchmark(TextWriter output)
{
    private const int Outstanding = 2000;
    private const int Runs = 3;
    private const double LoopMs = 0.4;
    private const int MeshSideMax = 2048;

    public void Run(BenchArguments arguments)
    {
        string[] files = arguments.Maps.Length == 0 ? [] : Directory.Exists(arguments.Maps) ? Directory.GetFiles(arguments.Maps, "*.map") : [arguments.Maps];
        long loops = LoopsOf(LoopMs);
        output.WriteLine($"{"ms a tick",-17} {"mean",7} {"p99",7} {"p99.9",7} {"most",7}   least of three runs: p99.9, most   a tick: paths, units, most {"ns",5}   empty loop: p99.9, most");
        foreach (string file in files.Where(file => file.Contains(arguments.Only, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            Grid grid = MovingAiMap.Read(file, File.ReadAllBytes(file)).CreateGrid();
            MovingAiScenario[] scenarios = [.. MovingAiScenario.ReadAll(File.ReadLines(file + ".scen"), file + ".scen")];
            RunScene(Path.GetFileNameWithoutExtension(file), new RequestScene(grid, scenarios, Outstanding), arguments.Ticks, loops);
        }

        if (files.Length == 0)
        {
            RunMade(Navigation.Limits.GridSideMax, arguments.Ticks, arguments.Only);
        }
    }

    /// <summary>The same on made grids whose searches take longest, and on navigation meshes of such grids.</summary>
    /// <param name="side">Of the grids, in cells.</param>
    /// <param name="only">Only those whose name holds this.</param>
    public void RunMade(int side, int ticks, string only = "")
    {
        long loops = LoopsOf(LoopMs);
        foreach (bool isMesh in new[] { false, true })
        {
            var grids = isMesh ? RequestGrids.All(Math.Min(side, MeshSideMax)) : RequestGrids.All(side).Concat(RequestGrids.OfCells(side));
            foreach ((string name, Grid grid, MovingAiScenario[] scenarios) in grids)
            {
                string row = isMesh ? $"{name}, mesh" : name;
                if (row.Contains(only, StringComparison.Ordinal))
                {
                    RunScene(row, new RequestScene(grid, scenarios, Outstanding, isMesh), ticks, loops);
                }
            }
        }
    }

    private void RunScene(string map, RequestScene scene, int ticks, long loops)
    {
        double[] least = new double[ticks];
        Array.Fill(least, double.MaxValue);
        Samples all = new(ticks * Runs);
        Samples empty = new(ticks * Runs);
        (long units, int most, long paths) = (0, 0, 0);
        for (int run = -1; run < Runs; run++)
        {
            scene.Reset();
            (units, most, paths) = (0, 0, 0);
            for (int tick = 0; tick < ticks; tick++)
            {
                double time = scene.Step();
                units += scene.Units;
                most = Math.Max(most, scene.Units);
                paths += scene.Paths;
                if (run >= 0)
                {
                    least[tick] = Math.Min(least[tick], time);
                    all.Add(time);
                    long start = Stopwatch.GetTimestamp();
                    Spin(loops);
                    empty.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }
            }
        }

        Samples best = new(ticks);
        foreach (double time in least)
        {
            best.Add(time);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{map,-17} {all.Mean,7:F3} {all.Percentile(0.99),7:F3} {all.Percentile(0.999),7:F3} {all.Percentile(1),7:F3}"
            + $"   {best.Percentile(0.999),25:F3} {best.Percentile(1),6:F3}   {paths / (double)ticks,13:F1} {units / (double)ticks,6:F0} {most,5}"
            + $" {best.Mean * 1e6 * ticks / units,5:F1}   {empty.Percentile(0.999),17:F3} {empty.Percentile(1),5:F3}"));
    }

    private static long LoopsOf(double milliseconds)
    {
        double best = double.MaxValue;
        for (int i = 0; i < 200; i++)
        {
            long start = Stopwatch.GetTimestamp();
            Spin(100_000);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return (long)(100_000 * milliseconds / best);
    }

    private static void Spin(long loops)
    {
        for (long i = 0; i < loops; i++)
        {
            Volatile.Read(ref loops);
        }
    }
}
