using System.Diagnostics;
using Xunit.Abstractions;

namespace RealtimeServer.Games.Lanes;

public sealed class CrowdTests(ITestOutputHelper output)
{
    private const int WarmUpTicks = 2400;
    private const int Ticks = 600;

    [Theory]
    [InlineData(100)]
    [InlineData(300)]
    public void A_tick_of_many_units_allocates_nothing(int units)
    {
        using var match = new LanesMatch(7, ("crowd", units.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("seconds", "1800"));
        match.Steps(WarmUpTicks);
        byte[] buffer = new byte[64 * 1024];
        Range[] parts = new Range[Simulation.Limits.SnapshotPartsMax];
        match.Simulation.WriteSnapshot(buffer, parts);

        // Those who fell are replaced in the next ticks.
        Assert.InRange(match.All<Unit>().Length, units * 9 / 10, Limits.UnitsMax);

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        match.Steps(Ticks);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        match.Simulation.WriteSnapshot(buffer, parts);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;

        output.WriteLine($"{match.All<Unit>().Length} units: {elapsed.TotalMicroseconds / Ticks:0} µs a tick");
        Assert.Equal(0, allocated);
        Assert.InRange(match.All<Unit>().Length, units * 9 / 10, Limits.UnitsMax);
    }

    [Fact]
    public void In_a_show_towers_take_no_harm()
    {
        using var match = new LanesMatch(("crowd", "80"), ("seconds", "60"));
        match.Seconds(55);
        Assert.All(match.All<Tower>(), tower => Assert.Equal(match.Health(tower).Max, match.Health(tower).Current));
    }
}
