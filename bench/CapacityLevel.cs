using System.Diagnostics;
using RealtimeServer.Matches;

namespace RealtimeServer.Bench;

/// <summary>What a worker did with so many matches.</summary>
internal sealed record CapacityLevel
{
    private const int MembersPerMatch = 2;

    public int Matches { get; private init; }

    public double TicksPerSecond { get; private init; }

    public double TickP50Us { get; private init; }

    public double TickP99Us { get; private init; }

    public double LateP50Ms { get; private init; }

    public double LateP99Ms { get; private init; }

    public long Slipped { get; private init; }

    /// <summary>Allocated by the worker's thread, per tick.</summary>
    public double BytesPerTick { get; private init; }

    public int Collections { get; private init; }

    /// <summary>Of one core; the whole process.</summary>
    public double Cpu { get; private init; }

    /// <summary>Live units in the first match at the end.</summary>
    public double Units { get; private init; }

    /// <summary>Parts members were handed, per tick and member.</summary>
    public double PartsPerTick { get; private init; }

    /// <param name="matches">How many at once.</param>
    /// <param name="units">Live units in each.</param>
    /// <param name="warmUpSeconds">For compilation to the last tier, growth of buffers, units up to their number.</param>
    /// <param name="seconds">Measured after that.</param>
    public static async Task<CapacityLevel> MeasureAsync(int matches, int units, double warmUpSeconds, double seconds)
    {
        int samplesMax = (int)(matches * 128 * (seconds + 1));
        using TickMeter meter = new(samplesMax);
        MatchHost host = new(new MatchHostOptions { Workers = 1 }, new LanesScene(), TimeProvider.System);
        await using (host.ConfigureAwait(false))
        {
            List<CountingMember> members = [];
            List<Task<JoinOutcome>> joins = [];
            MatchId first = default;
            for (int i = 0; i < matches; i++)
            {
                first = Start(host, units, (ulong)i + 1, members, joins);
            }

            foreach (JoinOutcome join in await Task.WhenAll(joins).ConfigureAwait(false))
            {
                if (!join.Accepted)
                {
                    throw new InvalidOperationException($"{join.Status}: {join.Reason}");
                }
            }

            await Task.Delay(TimeSpan.FromSeconds(warmUpSeconds)).ConfigureAwait(false);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            CapacityLevel level = await MeasureAsync(host, first, meter, members, TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
            return level with { Matches = matches };
        }
    }

    private static async Task<CapacityLevel> MeasureAsync(
        MatchHost host, MatchId match, TickMeter meter, List<CountingMember> members, TimeSpan measured)
    {
        using Process self = Process.GetCurrentProcess();
        int collections = GC.CollectionCount(0);
        long parts = members.Sum(static m => m.Parts);
        TimeSpan processor = self.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        meter.Switch(on: true);
        await Task.Delay(measured).ConfigureAwait(false);
        meter.Switch(on: false);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        self.Refresh();
        processor = self.TotalProcessorTime - processor;
        collections = GC.CollectionCount(0) - collections;
        parts = members.Sum(static m => m.Parts) - parts;
        if (members.Find(static m => m.Closed is not null) is CountingMember lost)
        {
            throw new InvalidOperationException($"A match ended while it was measured: {lost.Closed}");
        }

        int ticks = Math.Max(1, meter.Duration.Count);
        return new CapacityLevel
        {
            TicksPerSecond = ticks / seconds,
            TickP50Us = meter.Duration.Percentile(0.5) * 1e6,
            TickP99Us = meter.Duration.Percentile(0.99) * 1e6,
            LateP50Ms = meter.Lateness.Percentile(0.5) * 1e3,
            LateP99Ms = meter.Lateness.Percentile(0.99) * 1e3,
            Slipped = meter.Slipped,
            BytesPerTick = (double)meter.AllocatedBytes / ticks,
            Collections = collections,
            Cpu = processor.TotalSeconds / seconds,
            Units = await host.InspectAsync(match, LanesScene.CountUnits).ConfigureAwait(false),
            PartsPerTick = (double)parts / ticks / MembersPerMatch,
        };
    }

    private static MatchId Start(MatchHost host, int units, ulong seed, List<CountingMember> members, List<Task<JoinOutcome>> joins)
    {
        CreateOutcome outcome = host.CreateSimulated(LanesScene.Request(units, seed));
        if (!outcome.Created)
        {
            throw new InvalidOperationException(outcome.Refusal);
        }

        for (int i = 0; i < MembersPerMatch; i++)
        {
            CountingMember member = new();
            members.Add(member);
            joins.Add(host.JoinAsync(outcome.Info.Id, member));
        }

        return outcome.Info.Id;
    }
}
