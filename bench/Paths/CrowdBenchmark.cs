using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Avoidance;
using RealtimeServer.Navigation.Flow;
using RealtimeServer.Navigation.Maps.MovingAi;
using RealtimeServer.Simulation;

namespace RealtimeServer.Bench.Paths;

/// <summary>What many agents cost: avoidance, and one flow field for all.</summary>
internal sealed class CrowdBenchmark(TextWriter output)
{
    private const float Seconds = 1f / 30;

    public void Run(BenchArguments arguments)
    {
        foreach (int agents in new[] { 100, 500, 1000 })
        {
            Avoid(agents, (int)(arguments.Stride > 1 ? 20 : 900));
        }

        ObstacleBenchmark obstacles = new(output);
        foreach (int count in new[] { 0, 200, 1000 })
        {
            obstacles.Run(1000, count, (int)(arguments.Stride > 1 ? 20 : 900));
        }

        foreach (bool onMesh in new[] { false, true })
        {
            foreach (int agents in new[] { 500, 1000 })
            {
                Walk(agents, onMesh, (int)(arguments.Stride > 1 ? 20 : 900));
            }
        }

        if (arguments.Maps.Length == 0)
        {
            return;
        }

        string[] files = Directory.Exists(arguments.Maps) ? Directory.GetFiles(arguments.Maps, "*.map") : [arguments.Maps];
        foreach (string file in files.Where(file => file.Contains(arguments.Only, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            Grid grid = MovingAiMap.Read(file, File.ReadAllBytes(file)).CreateGrid();
            Flow(Path.GetFileNameWithoutExtension(file), grid, arguments.Stride > 1 ? 100 : 10_000);
        }
    }

    // Agents of one size walk between random points of an open square, half an agent a cell.
    private void Avoid(int count, int ticks)
    {
        DeterministicRandom random = new(5);
        float side = MathF.Sqrt(count / 0.5f);
        Grid grid = new((int)side + 10, (int)side + 10);
        AvoidanceAgent[] agents = new AvoidanceAgent[count];
        Vec2[] goals = new Vec2[count];
        Vec2[] velocities = new Vec2[count];
        for (int i = 0; i < count; i++)
        {
            agents[i] = new AvoidanceAgent { Position = Point(), Radius = 0.4f, MaxSpeed = 2 };
            goals[i] = Point();
        }

        ReciprocalAvoidance avoidance = new();
        Samples times = new(ticks);
        long allocated = 0;
        for (int tick = 0; tick < ticks + (ticks / 3); tick++)
        {
            for (int i = 0; i < count; i++)
            {
                goals[i] = Vec2.DistanceSquared(goals[i], agents[i].Position) < 1 ? Point() : goals[i];
                agents[i].PreferredVelocity = ((goals[i] - agents[i].Position) / Seconds).Clamped(agents[i].MaxSpeed);
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            avoidance.Solve(agents, grid, Seconds, velocities);
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (tick >= ticks / 3)
            {
                times.Add(time);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            for (int i = 0; i < count; i++)
            {
                agents[i].Velocity = velocities[i];
                agents[i].Position += velocities[i] * Seconds;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"avoidance of {count,5} agents: mean {times.Mean:F3} ms a tick, p50 {times.Percentile(0.5):F3}, p99 {times.Percentile(0.99):F3},"
            + $" {allocated / (double)ticks:F1} B"));

        Vec2 Point() => new(random.NextSingle(5, side + 5), random.NextSingle(5, side + 5));
    }

    // All that a match does for such agents in a tick: paths, avoidance, steps.
    private void Walk(int count, bool onMesh, int ticks)
    {
        using MatchSimulation match = WalkingCrowd.Start(count, onMesh);
        Samples times = new(ticks);
        long allocated = 0;
        for (int tick = 0; tick < 2 * ticks; tick++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            match.Step();
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (tick >= ticks)
            {
                times.Add(time);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"a match of {count,4} agents on the {(onMesh ? "mesh" : "grid")}: mean {times.Mean:F3} ms a tick, p50 {times.Percentile(0.5):F3}, p99 {times.Percentile(0.99):F3},"
            + $" {allocated / (double)ticks:F1} B"));
    }

    private void Flow(string map, Grid grid, int agents)
    {
        DeterministicRandom random = new(7);
        Vec2[] at = new Vec2[agents];
        for (int i = 0; i < agents; i++)
        {
            at[i] = OpenPoint(grid, ref random);
        }

        FlowFields fields = new(grid);
        double build = double.MaxValue;
        long begin = Stopwatch.GetTimestamp();

        // For so long, too, that the first map's are not still being compiled.
        for (int i = 0; i < 3 * Navigation.Limits.FlowFieldsMax || Stopwatch.GetElapsedTime(begin).TotalSeconds < 0.5; i++)
        {
            Cell goal = Cell.At(OpenPoint(grid, ref random));
            long start = Stopwatch.GetTimestamp();
            fields.To(goal);
            build = Math.Min(build, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        FlowField field = fields.To(Cell.At(at[0]));
        Samples ticks = new(400);
        for (int tick = 0; tick < 420; tick++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < agents; i++)
            {
                Vec2 next = field.TryDirection(at[i], out Vec2 direction) ? at[i] + (direction * (2 * Seconds)) : at[i];
                at[i] = grid.IsOpen(next) ? next : at[i];
            }

            if (tick >= 20)
            {
                ticks.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
        }

        Samples changes = new(200);
        for (int i = 0; i < 100; i++)
        {
            (int x, int y) = (random.Next(grid.Width), random.Next(grid.Height));
            bool open = grid.IsOpen(x, y);
            foreach (bool next in new[] { !open, open })
            {
                grid.SetOpen(x, y, next);
                long start = Stopwatch.GetTimestamp();
                fields.To(field.Goal);
                changes.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{map,-16} flow field built in {build:F2} ms; {agents} agents {ticks.Percentile(0.5):F2} ms a tick, p99 {ticks.Percentile(0.99):F2};"
            + $" a changed cell {changes.Percentile(0.5):F0} us, p99 {changes.Percentile(0.99):F0} us"));
    }

    private static Vec2 OpenPoint(Grid grid, ref DeterministicRandom random)
    {
        while (true)
        {
            Vec2 point = new(random.NextSingle(0, grid.Width), random.NextSingle(0, grid.Height));
            if (grid.IsOpen(point))
            {
                return point;
            }
        }
    }
}
