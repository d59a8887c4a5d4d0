using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Games.Arena;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Bench;

/// <summary>What it costs to be able to go on after a crash: a checkpoint of a match taken, written to the disk, and taken up again.</summary>
internal sealed class CheckpointBenchmark(TextWriter output)
{
    private static readonly int[] UnitsByDefault = [100, 300];

    public void Run(BenchArguments arguments)
    {
        output.WriteLine($"{"match",-16} {"save p50",10} {"save p99",10} {"share",7} {"bytes",9} {"B/save",7} {"to disk p50",12} {"restore p50",12}");
        foreach (int units in arguments.Units.Count > 0 ? arguments.Units : UnitsByDefault)
        {
            Measure($"lanes, {units} units", LanesScene.Setup(units, seed: 1), arguments.Ticks);
        }

        Measure("arena, 8 bots", Arena(), arguments.Ticks);
    }

    private static MatchSetup Arena()
    {
        GameMap map = MapFile.Load(Path.Combine(AppContext.BaseDirectory, "maps", "courtyard.tmj"));
        var parameters = new Dictionary<string, string> { ["bots"] = "8", ["seconds"] = "1800", ["kills"] = "200" };
        return new MatchSetup(ArenaGame.Definition, map, 1, new MatchParameters(parameters));
    }

    private void Measure(string name, MatchSetup setup, int ticks)
    {
        const int everyTicks = 5;
        using MatchSimulation match = new(setup);
        using MatchSimulation other = new(setup);
        var writer = new StateWriter(Simulation.Limits.CheckpointBytesMax);
        Samples save = new(ticks), disk = new(ticks), restore = new(ticks);
        double stepped = 0;
        long allocated = 0;
        int saves = 0;
        string file = Path.Combine(Path.GetTempPath(), $"checkpoint-{Environment.ProcessId}.match");

        // As many ticks again before, to warm up.
        for (int i = -ticks; i < ticks && !match.Ended; i++)
        {
            long start = Stopwatch.GetTimestamp();
            match.Step();
            stepped += i >= 0 ? Stopwatch.GetElapsedTime(start).TotalMicroseconds : 0;
            if (i % everyTicks != 0)
            {
                continue;
            }

            writer.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            start = Stopwatch.GetTimestamp();
            match.Save(writer);
            double took = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            if (i >= 0)
            {
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                saves++;
                save.Add(took);
                disk.Add(Write(file, writer.Written));
                start = Stopwatch.GetTimestamp();
                other.Restore(writer.Written);
                restore.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            }
        }

        File.Delete(file);

        // One checkpoint in five seconds, beside the ticks of five seconds.
        double share = save.Mean / (stepped / ticks * match.TickRateHz * 5);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-16} {save.Percentile(0.5),7:F1} us {save.Percentile(0.99),7:F1} us {share,7:P2} {writer.Length,9} {(double)allocated / saves,7:F1} {disk.Percentile(0.5),9:F0} us {restore.Percentile(0.5),9:F0} us"));
    }

    private static double Write(string file, ReadOnlySpan<byte> bytes)
    {
        long start = Stopwatch.GetTimestamp();
        using (var stream = new FileStream(file, FileMode.Create, FileAccess.Write))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }
}
