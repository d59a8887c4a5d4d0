using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Snapshots;

namespace RealtimeServer.Bench.Physics;

/// <summary>What a step of physics costs in the scenes that engines are compared by, and what a small world costs to have.</summary>
internal sealed class PhysicsBenchmark(TextWriter output)
{
    private const int WorldCount = 200;
    private const int WorldBodies = 50;

    /// <param name="arguments">Ticks is the number of measured steps; Only picks scenes by a part of their name.</param>
    public void Run(BenchArguments arguments)
    {
        output.WriteLine($"{"scene",-28} {"bodies",7} {"step p50",11} {"best",11} {"p99",11} {"B/step",7}");
        foreach ((string name, int warmUp, Func<PhysicsWorld> create) in Scenes())
        {
            if (name.Contains(arguments.Only, StringComparison.Ordinal))
            {
                Measure(name, create(), Math.Min(warmUp, arguments.Ticks * 3), arguments.Ticks);
            }
        }

        if ("worlds".Contains(arguments.Only, StringComparison.Ordinal))
        {
            MeasureWorlds(arguments.Ticks);
        }
    }

    private static IEnumerable<(string Name, int WarmUp, Func<PhysicsWorld> Create)> Scenes() =>
    [
        ("pyramid of 20 rows", 200, () => PhysicsScenes.Pyramid(20)),
        ("pyramid of 30 rows", 200, () => PhysicsScenes.Pyramid(30)),
        ("1,000 spheres, awake", 600, () => PhysicsScenes.Spheres(1_000)),
        ("5,000 spheres, awake", 600, () => PhysicsScenes.Spheres(5_000)),
        ("5,000 spheres, asleep", 2_000, () => PhysicsScenes.Spheres(5_000, new PhysicsOptions())),
        ("chain of 30, weight of 100", 200, () => PhysicsScenes.Chain(30, 100f)),
    ];

    private void Measure(string name, PhysicsWorld world, int warmUp, int steps)
    {
        for (int i = 0; i < warmUp; i++)
        {
            world.Step(PhysicsScenes.Step);
        }

        Samples samples = new(steps);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double best = double.MaxValue;
        for (int i = 0; i < steps; i++)
        {
            long start = Stopwatch.GetTimestamp();
            world.Step(PhysicsScenes.Step);
            double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            samples.Add(microseconds);
            best = Math.Min(best, microseconds);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-28} {world.BodyCount,7} {samples.Percentile(0.5),8:F1} us {best,8:F1} us {samples.Percentile(0.99),8:F1} us {(double)allocated / steps,7:F1}"));
    }

    private void MeasureWorlds(int steps)
    {
        var worlds = new PhysicsWorld[WorldCount];
        var shapes = new RealtimeServer.Physics.Shapes.ShapeSet();
        double build = double.MaxValue, step = double.MaxValue, save = double.MaxValue, bytes = 0;
        var snapshot = new PhysicsSnapshot();
        for (int round = 0; round < 5; round++)
        {
            GC.Collect();
            long memory = GC.GetTotalMemory(forceFullCollection: true);
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < WorldCount; i++)
            {
                worlds[i] = PhysicsScenes.Small(shapes, WorldBodies);
            }

            build = Math.Min(build, Stopwatch.GetElapsedTime(start).TotalMicroseconds / WorldCount);
            for (int i = 0; i < 60; i++)
            {
                StepAll(worlds);
            }

            bytes = (GC.GetTotalMemory(forceFullCollection: true) - memory) / (double)WorldCount;
            for (int i = 0; i < Math.Min(60, steps); i++)
            {
                step = Math.Min(step, StepAll(worlds));
            }

            start = Stopwatch.GetTimestamp();
            foreach (PhysicsWorld world in worlds)
            {
                world.Save(snapshot);
            }

            save = Math.Min(save, Stopwatch.GetElapsedTime(start).TotalMicroseconds / WorldCount);
            Array.Clear(worlds);
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{WorldCount} worlds of {WorldBodies} bodies: built in {build:F1} us, stepped in {step:F1} us, saved in {save:F1} us, {bytes / 1024:F0} KB each"));
    }

    private static double StepAll(PhysicsWorld[] worlds)
    {
        long start = Stopwatch.GetTimestamp();
        foreach (PhysicsWorld world in worlds)
        {
            world.Step(PhysicsScenes.Step);
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / worlds.Length;
    }
}
