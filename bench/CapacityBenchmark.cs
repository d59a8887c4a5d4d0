using System.Diagnostics;
using System.Globalization;

namespace RealtimeServer.Bench;

/// <summary>
/// Raises the number of matches on one worker, first by doubling, then by halving the distance, until the p99 of tick lateness passes the
/// limit. Each match has two members in the process; every tick is simulated, encoded and handed to both.
/// </summary>
internal sealed class CapacityBenchmark(TextWriter output)
{
    /// <summary>Bisection stops when the answer is known this well.</summary>
    private const double Precision = 0.06;

    /// <summary>A worker that is late has no rest: its process uses the whole core if it gets it.</summary>
    private const double StarvedBelow = 0.85;

    private const int StarvedMax = 4;

    /// <summary>The most matches that stayed under the limit; 0 if not even one did.</summary>
    public async Task<int> RunAsync(BenchArguments arguments)
    {
        int units = arguments.Units.Count > 0 ? arguments.Units[0] : 100;
        Pin(arguments.Pin);
        await output.WriteLineAsync($"lanes, {units} live units and 2 members a match, one worker thread{(arguments.Pin ? ", one core" : "")}");
        await output.WriteLineAsync($"{"matches",8} {"ticks/s",8} {"tick p50",9} {"tick p99",9} {"late p50",9} {"late p99",9} {"slipped",8} {"B/tick",8} {"GCs",4} {"CPU",5} {"units",6}");

        int good = 0;
        int bad = 0;
        for (int matches = 1; bad == 0 && matches <= arguments.MatchesMax; matches *= 2)
        {
            if (await PassesAsync(matches, units, arguments))
            {
                good = matches;
            }
            else
            {
                bad = matches;
            }
        }

        while (bad - good > Math.Max(1, good * Precision))
        {
            int middle = (good + bad) / 2;
            if (await PassesAsync(middle, units, arguments))
            {
                good = middle;
            }
            else
            {
                bad = middle;
            }
        }

        await output.WriteLineAsync(bad == 0
            ? $"{good} matches and no end: raise --matches-max"
            : $"{good} matches of {units} units stay under {arguments.LatenessMs} ms p99 lateness");
        if (good > 0)
        {
            await output.WriteLineAsync($"steady state, half as many matches, measured after {arguments.SteadySeconds} s:");
            await WriteAsync(await CapacityLevel.MeasureAsync((good + 1) / 2, units, arguments.SteadySeconds, arguments.Seconds), "");
        }

        return good;
    }

    // A level that fails is measured again, because a machine that does something else for a moment is no reason. Matches that are late
    // while the process does not even get its core are the machine's doing: such a row is marked and tried more often.
    private async Task<bool> PassesAsync(int matches, int units, BenchArguments arguments)
    {
        for (int failed = 0, starved = 0; failed < 2 && starved < StarvedMax;)
        {
            CapacityLevel level = await CapacityLevel.MeasureAsync(matches, units, arguments.Seconds, arguments.Seconds);
            bool passes = level.LateP99Ms <= arguments.LatenessMs;
            bool wasStarved = !passes && level.Cpu < StarvedBelow;
            await WriteAsync(level, wasStarved ? "  machine busy" : "");
            if (passes)
            {
                return true;
            }

            failed += wasStarved ? 0 : 1;
            starved += wasStarved ? 1 : 0;
        }

        return false;
    }

    private Task WriteAsync(CapacityLevel level, string remark) => output.WriteLineAsync(string.Create(
        CultureInfo.InvariantCulture,
        $"{level.Matches,8} {level.TicksPerSecond,8:F0} {level.TickP50Us,6:F0} us {level.TickP99Us,6:F0} us {level.LateP50Ms,6:F2} ms {level.LateP99Ms,6:F2} ms "
        + $"{level.Slipped,8} {level.BytesPerTick,8:F1} {level.Collections,4} {level.Cpu,5:P0} {level.Units,6:F0}{remark}"));

    private static void Pin(bool pin)
    {
        if (pin && (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()))
        {
            using Process self = Process.GetCurrentProcess();

            // The last core: the first one usually serves the devices.
            self.ProcessorAffinity = 1 << (Environment.ProcessorCount - 1);
        }
    }
}
