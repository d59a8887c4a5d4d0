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
    private const int WorldRounds = 9;
    private const int QueriesShare = 20;

    /// <param name="arguments">Ticks is the number of measured rounds; Only picks scenes by a part of their name.</param>
    public void Run(BenchArguments arguments)
    {
        output.WriteLine($"{"scene",-28} {"p50",12} {"best",12} {"p99",12} {"B/step",7}");
        foreach (PhysicsScene scene in PhysicsScene.All)
        {
            if (scene.Name.Contains(arguments.Only, StringComparison.Ordinal))
            {
                Measure(scene, arguments.Ticks);
            }
        }

        if ("worlds".Contains(arguments.Only, StringComparison.Ordinal))
        {
            MeasureWorlds(arguments.Ticks);
        }
    }

    private void Measure(PhysicsScene scene, int ticks)
    {
        Action round = scene.Start();
        for (int i = 0; i < Math.Min(scene.WarmUp, ticks * 3); i++)
        {
            round();
        }

        // A round of many queries takes as long as many steps.
        int rounds = scene.Operations == 1 ? ticks : Math.Max(1, ticks / QueriesShare);
        Samples samples = new(rounds);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double best = double.MaxValue;
        for (int i = 0; i < rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            round();
            double nanoseconds = Stopwatch.GetElapsedTime(start).TotalNanoseconds / scene.Operations;
            samples.Add(nanoseconds);
            best = Math.Min(best, nanoseconds);
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        (double unit, string name) = scene.Operations == 1 ? (1000, "us") : (1, "ns");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{scene.Name,-28} {samples.Percentile(0.5) / unit,9:F1} {name} {best / unit,9:F1} {name} {samples.Percentile(0.99) / unit,9:F1} {name}")
            + string.Create(CultureInfo.InvariantCulture, $" {(double)allocated / rounds,7:F1}"));
    }

    private void MeasureWorlds(int ticks)
    {
        var worlds = new PhysicsWorld[WorldCount];
        var shapes = new RealtimeServer.Physics.Shapes.ShapeSet();
        int steps = Math.Min(60, ticks);
        Samples build = new(WorldRounds), step = new(WorldRounds), save = new(WorldRounds), empty = new(WorldRounds);
        double bytes = 0;
        var snapshot = new PhysicsSnapshot();
        for (int round = 0; round < WorldRounds; round++)
        {
            long memory = GC.GetTotalMemory(forceFullCollection: true);
            build.Add(Each(WorldCount, i => worlds[i] = PhysicsScenes.Small(shapes, WorldBodies)));
            for (int i = 0; i < steps; i++)
            {
                Array.ForEach(worlds, world => world.Step(PhysicsScenes.Step));
            }

            bytes = (GC.GetTotalMemory(forceFullCollection: true) - memory) / (double)WorldCount;
            step.Add(Each(WorldCount * steps, i => worlds[i % WorldCount].Step(PhysicsScenes.Step)));
            save.Add(Each(WorldCount, i => worlds[i].Save(snapshot)));
            empty.Add(Each(WorldCount, i => worlds[i] = new PhysicsWorld(shapes)));
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{WorldCount} worlds of {WorldBodies} bodies: built in {build.Percentile(0.5):F1} us, stepped in {step.Percentile(0.5):F1} us, ")
            + string.Create(
                CultureInfo.InvariantCulture,
                $"saved in {save.Percentile(0.5):F1} us, {bytes / 1024:F0} KB each; an empty one is made in {empty.Percentile(0.5):F1} us"));
    }

    private static double Each(int count, Action<int> act)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            act(i);
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / count;
    }
}
