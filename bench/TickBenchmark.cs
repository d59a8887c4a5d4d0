using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Simulation;

namespace RealtimeServer.Bench;

/// <summary>What one Step and one snapshot of a lanes match cost, without a host around them.</summary>
internal sealed class TickBenchmark(TextWriter output)
{
    private static readonly int[] UnitsByDefault = [100, 300];

    public void Run(BenchArguments arguments)
    {
        output.WriteLine($"{"units",6} {"alive",6} {"step mean",10} {"step p50",10} {"step p99",10} {"snapshot",10} {"bytes",7} {"parts",6} {"B/tick",7}");
        foreach (int units in arguments.Units.Count > 0 ? arguments.Units : UnitsByDefault)
        {
            Measure(units, arguments.Ticks);
        }
    }

    private void Measure(int units, int ticks)
    {
        using MatchSimulation simulation = new(LanesScene.Setup(units, seed: 1));
        byte[] buffer = new byte[256 * 1024];
        Range[] parts = new Range[255];
        Samples step = new(ticks);
        Samples snapshot = new(ticks);
        int bytes = 0;
        int partCount = 0;
        long allocated = 0;

        // As many again before, to warm up.
        for (int i = -ticks; i < ticks; i++)
        {
            if (i == 0)
            {
                step.Clear();
                snapshot.Clear();
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }

            long start = Stopwatch.GetTimestamp();
            simulation.Step();
            long stepped = Stopwatch.GetTimestamp();
            partCount = simulation.WriteSnapshot(buffer, parts);
            snapshot.Add(Stopwatch.GetElapsedTime(stepped).TotalMicroseconds);
            step.Add(Stopwatch.GetElapsedTime(start, stepped).TotalMicroseconds);
            bytes = parts[partCount - 1].End.Value;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{units,6} {LanesScene.CountUnits(simulation),6} {step.Mean,7:F1} us {step.Percentile(0.5),7:F1} us {step.Percentile(0.99),7:F1} us "
            + $"{snapshot.Percentile(0.5),7:F1} us {bytes,7} {partCount,6} {(double)allocated / ticks,7:F1}"));
    }
}
