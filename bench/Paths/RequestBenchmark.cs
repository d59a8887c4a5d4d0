using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps.MovingAi;
using RealtimeServer.Simulation.Agents;

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

    public void Run(BenchArguments arguments)
    {
        string[] files = arguments.Maps.Length == 0 ? [] : Directory.Exists(arguments.Maps) ? Directory.GetFiles(arguments.Maps, "*.map") : [arguments.Maps];
        long loops = LoopsOf(LoopMs);
        output.WriteLine($"{"ms a tick",-16} {"mean",7} {"p99",7} {"p99.9",7} {"most",7}   least of three runs: p99.9, most   a tick: paths, units, most {"ns",5}   empty loop: p99.9, most");
        foreach (string file in files.Where(file => file.Contains(arguments.Only, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            Grid grid = MovingAiMap.Read(file, File.ReadAllBytes(file)).CreateGrid();
            MovingAiScenario[] scenarios = [.. MovingAiScenario.ReadAll(File.ReadLines(file + ".scen"), file + ".scen")];
            RunMap(Path.GetFileNameWithoutExtension(file), grid, scenarios, arguments.Ticks, loops);
        }

        if (files.Length == 0)
        {
            RunMade(Navigation.Limits.GridSideMax, arguments.Ticks);
        }
    }

    /// <summary>The same on made grids whose searches take longest.</summary>
    /// <param name="side">Of the grids, in cells.</param>
    public void RunMade(int side, int ticks)
    {
        long loops = LoopsOf(LoopMs);
        foreach ((string name, Grid grid, MovingAiScenario[] scenarios) in RequestGrids.All(side))
        {
            RunMap(name, grid, scenarios, ticks, loops);
        }
    }

    private void RunMap(string map, Grid grid, MovingAiScenario[] scenarios, int ticks, long loops)
    {
        RequestScene scene = new(grid, scenarios, Outstanding);
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
            $"{map,-16} {all.Mean,7:F3} {all.Percentile(0.99),7:F3} {all.Percentile(0.999),7:F3} {all.Percentile(1),7:F3}"
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

/// <summary>Agents that all wait for a path, from one scenario of a map to another; who gets one asks for the next.</summary>
internal sealed class RequestScene
{
    private readonly MovingAiScenario[] _scenarios;
    private readonly Query _agents;
    private readonly SharedWays _ways;
    private readonly PathPlanner _planner;
    private int _next;
    private uint _tick;

    public RequestScene(Grid grid, MovingAiScenario[] scenarios, int agents)
    {
        _scenarios = scenarios;
        World world = new();
        _agents = world.Query().All<Position, Agent, PathFollower>().Build();
        GridNavigation navigation = new(grid);
        _ways = new SharedWays(navigation, _agents);
        _planner = new PathPlanner(world, navigation, _agents, _ways);
        for (int i = 0; i < agents; i++)
        {
            world.Create(default(Position), default(Agent), default(PathFollower));
        }
    }

    public int Units => _planner.Units;

    public int Paths => _planner.Searches;

    public void Reset()
    {
        (_next, _tick) = (0, 0);
        Ask(all: true);
    }

    /// <summary>The milliseconds that the requests of a tick took.</summary>
    public double Step()
    {
        _ways.Collect();
        long start = Stopwatch.GetTimestamp();
        _planner.Run(new Tick(++_tick));
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Ask(all: false);
        return time;
    }

    private void Ask(bool all)
    {
        foreach (Chunk chunk in _agents)
        {
            Span<Position> positions = chunk.Span<Position>();
            Span<Agent> agents = chunk.Span<Agent>();
            Span<PathFollower> paths = chunk.Span<PathFollower>();
            for (int i = 0; i < chunk.Count; i++)
            {
                if (all || paths[i].Remaining > 0)
                {
                    MovingAiScenario scenario = _scenarios[(int)(_next++ * 7919L % _scenarios.Length)];
                    positions[i] = new Position(scenario.From.Centre);
                    agents[i] = new Agent { Goal = scenario.To.Centre, Radius = 0.4f, Speed = 2 };
                    paths[i] = default;
                }
            }
        }
    }
}
