using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Clusters;
using RealtimeServer.Navigation.Maps.MovingAi;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Bench.Paths;

/// <summary>
/// Every scenario of every Moving AI map of a folder, by A*, by jump point search, and by jump point search with stops; the lengths are checked. Each
/// search answers each question several times, and the fastest counts: what remains is the search's own work.
/// </summary>
internal sealed class PathBenchmark(TextWriter output)
{
    private const int Repeats = 3;

    private delegate double Search(Cell from, Cell to, out int expanded);

    /// <summary>False if a path was not as short as its scenario says.</summary>
    public bool Run(BenchArguments arguments)
    {
        if (arguments.Maps.Length == 0)
        {
            RunMade(Navigation.Limits.GridSideMax);
            return true;
        }

        string[] files = Directory.Exists(arguments.Maps) ? Directory.GetFiles(arguments.Maps, "*.map") : [arguments.Maps];
        output.WriteLine($"{"map",-16} {"search",-12} {"mean us",9} {"median",9} {"p99",9} {"expanded",9}");
        bool right = true;
        foreach (string file in files.Where(file => file.Contains(arguments.Only, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            right &= RunMap(file, arguments.Stride);
        }

        return right;
    }

    /// <summary>Long paths over huge grids, with clusters beside the plain search and without: the first time, and when the clusters are known.</summary>
    /// <param name="side">Of the grids, in cells.</param>
    public void RunMade(int side)
    {
        output.WriteLine($"{"ms a path",-16} {"first",9} {"again",9} {"plain",9} {"longer",9}");
        foreach ((string name, Grid grid, MovingAiScenario[] scenarios) in RequestGrids.All(side).Concat(RequestGrids.OfCells(side)))
        {
            GridNavigation navigation = new(grid);
            navigation.Prepare(0);
            Cell[] cells = new Cell[side * side];
            double found = scenarios.Average(scenario => navigation.Paths.FindCells(scenario.From, scenario.To, cells).Cost);
            double first = Average(scenarios, (from, to) => navigation.LongPaths.FindCells(from, to, cells));
            double cost = scenarios.Average(scenario => navigation.LongPaths.FindCells(scenario.From, scenario.To, cells).Cost);
            double again = Average(scenarios, (from, to) => navigation.LongPaths.FindCells(from, to, cells));
            double plain = Average(scenarios, (from, to) => navigation.Paths.FindCells(from, to, cells));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-16} {first,9:F2} {again,9:F2} {plain,9:F2} {((cost / found) - 1) * 100,8:F2}%"));
        }
    }

    private static double Average(MovingAiScenario[] scenarios, Action<Cell, Cell> search)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (MovingAiScenario scenario in scenarios)
        {
            search(scenario.From, scenario.To);
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / scenarios.Length;
    }

    private bool RunMap(string file, int stride)
    {
        Grid grid = MovingAiMap.Read(file, File.ReadAllBytes(file)).CreateGrid();
        MovingAiScenario[] scenarios = [.. MovingAiScenario.ReadAll(File.ReadLines(file + ".scen"), file + ".scen").Where((_, index) => index % stride == 0)];
        AgentSpace space = new(grid, new AgentReach(0));
        CellSearch cells = new(grid, space.Rows);
        JumpPointSearch scanning = new(space.Rows, space.Columns, null);
        JumpPointSearch stopping = new(space.Rows, space.Columns, space.Stops);
        string name = Path.GetFileNameWithoutExtension(file);
        bool right = Measure(name, "A*", scenarios, (Cell from, Cell to, out int expanded) =>
        {
            cells.Run(from, to, new ReadOnlySpan<Cell>(in to));
            expanded = cells.Expanded;
            return cells.Cost;
        });
        right &= Measure(name, "jumps", scenarios, (Cell from, Cell to, out int expanded) => Jump(scanning, from, to, out expanded));
        right &= Measure(name, "jumps, stops", scenarios, (Cell from, Cell to, out int expanded) => Jump(stopping, from, to, out expanded));
        RunClusters(name, grid, scenarios);
        (double mean, double median, double worst) = Repair(grid, space);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-16} a changed cell repaired in {mean:F1} us, p50 {median:F1}, p99 {worst:F1} us"));
        Prepare(name, grid);
        Prepare(name, Repeated(grid));
        return right;
    }

    // What is made before the first search: stops alone, and all that agents of one cell, and of three, need.
    private void Prepare(string name, Grid grid)
    {
        JumpStops stops = new AgentSpace(grid, new AgentReach(0)).Stops;
        double build = Best(stops.Build);
        double small = Best(() => _ = new AgentSpace(grid, new AgentReach(0)));
        double large = Best(() => _ = new AgentSpace(grid, new AgentReach(1.5f)));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-16} {grid.Width} x {grid.Height}: stops built in {build:F2} ms; with clearance and regions {small:F2} ms, for agents of radius 1.5 {large:F2} ms"));
    }

    // A map again and again, until there are 1024 by 1024 cells.
    private static Grid Repeated(Grid grid)
    {
        const int Side = 1024;
        Grid repeated = new(Side, Side);
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
            {
                repeated.SetOpen(x, y, grid.IsOpen(x % grid.Width, y % grid.Height));
            }
        }

        return repeated;
    }

    private static double Best(Action work)
    {
        double best = double.MaxValue;
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < 8 || Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.5; i++)
        {
            long start = Stopwatch.GetTimestamp();
            work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return best;
    }

    // Not as short as can be, so only how much longer they are is told.
    private void RunClusters(string name, Grid grid, MovingAiScenario[] scenarios)
    {
        long start = Stopwatch.GetTimestamp();
        ClusterPathFinder finder = new(grid);
        finder.FindCells(scenarios[0].From, scenarios[0].To, []);
        double build = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Cell[] cells = new Cell[grid.Width * grid.Height];
        Measure(name, "clusters", scenarios, (Cell from, Cell to, out int expanded) =>
        {
            PathResult result = finder.FindCells(from, to, cells);
            expanded = result.Expanded;
            return double.NaN;
        });
        double sum = scenarios.Sum(scenario => finder.FindCells(scenario.From, scenario.To, cells).Cost);
        double best = scenarios.Sum(scenario => scenario.Length);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,-16} clusters made in {build:F2} ms with all that a size of agents needs; paths {((sum / best) - 1) * 100:F2} % longer than the shortest"));
    }

    private static double Jump(JumpPointSearch search, Cell from, Cell to, out int expanded)
    {
        search.Run(from, to);
        expanded = search.Expanded;
        return search.Length / (double)StepCosts.Straight;
    }

    private bool Measure(string map, string name, MovingAiScenario[] scenarios, Search search)
    {
        double[] times = new double[scenarios.Length];
        Array.Fill(times, double.MaxValue);
        long expandedSum = 0;
        int wrong = 0;
        WarmUp(scenarios, search);
        for (int repeat = 0; repeat < Repeats; repeat++)
        {
            for (int i = 0; i < scenarios.Length; i++)
            {
                MovingAiScenario scenario = scenarios[i];
                long start = Stopwatch.GetTimestamp();
                double length = search(scenario.From, scenario.To, out int expanded);
                times[i] = Math.Min(times[i], Microseconds(Stopwatch.GetTimestamp() - start));
                expandedSum += repeat == 0 ? expanded : 0;
                if (Math.Abs(length - scenario.Length) > scenario.Tolerance)
                {
                    wrong++;
                    if (wrong == 1)
                    {
                        output.WriteLine($"{map} {name}: from {scenario.From} to {scenario.To} {length}, but {scenario.Length} is right");
                    }
                }
            }
        }

        Array.Sort(times);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{map,-16} {name,-12} {times.Average(),9:F2} {times[times.Length / 2],9:F2} {times[times.Length * 99 / 100],9:F2} {expandedSum / (double)scenarios.Length,9:F0}"));
        return wrong == 0;
    }

    // Finer than a TimeSpan's tenth of a microsecond, which is as much as a short path takes.
    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    // Until the code is compiled for good.
    private static void WarmUp(MovingAiScenario[] scenarios, Search search)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(begin).TotalSeconds < 1; i = (i + 1) % scenarios.Length)
        {
            search(scenarios[i].From, scenarios[i].To, out _);
        }
    }

    // Closing and opening cells all over the map, which also keeps stops and regions as they were.
    private static (double Mean, double Median, double Worst) Repair(Grid grid, AgentSpace space)
    {
        List<double> times = [];
        uint state = 1;
        for (int i = 0; i < 4000; i++)
        {
            state = (state * 1_664_525) + 1_013_904_223;
            int x = (int)((state >> 4) % (uint)grid.Width);
            int y = (int)((state >> 16) % (uint)grid.Height);
            bool open = grid.IsOpen(x, y);
            foreach (bool next in new[] { !open, open })
            {
                grid.SetOpen(x, y, next);
                long start = Stopwatch.GetTimestamp();
                space.Update();
                space.Regions.AreJoined(new Cell(0, 0), new Cell(0, 0));
                times.Add(Microseconds(Stopwatch.GetTimestamp() - start));
            }
        }

        times.RemoveRange(0, times.Count / 2);
        times.Sort();
        return (times.Average(), times[times.Count / 2], times[times.Count * 99 / 100]);
    }
}
