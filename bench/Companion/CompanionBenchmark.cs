using System.Globalization;

namespace RealtimeServer.Bench.Companion;

/// <summary>Throughput and latency of the REST door with a database behind it: the built server in a process of its own, the load in this one.</summary>
internal sealed class CompanionBenchmark(TextWriter output)
{
    public async Task RunAsync(BenchArguments arguments)
    {
        await using BenchServer server = await BenchServer.StartAsync(Directory.CreateTempSubdirectory("companion-bench-").FullName, arguments.Database);
        List<string> tokens = await server.SignInAsync(arguments.Connections);
        string engine = arguments.Database.Length == 0 ? "SQLite" : "PostgreSQL";
        output.WriteLine(Row($"{engine}, {arguments.Connections} connections", "calls/s", "of Nakama's", "p50 ms", "p99 ms", "server CPU us"));
        foreach (CompanionScenario scenario in CompanionScenario.All(tokens).Where(s => s.Name.Contains(arguments.Only, StringComparison.Ordinal)))
        {
            await server.MeasureAsync(scenario.Name, scenario.Next, arguments.Connections, arguments.Seconds / 2);
            LoadResult result = await server.MeasureAsync(scenario.Name, scenario.Next, arguments.Connections, arguments.Seconds);
            output.WriteLine(Row(
                scenario.Name, Number(result.Rate, "N0"), Number(result.Rate / scenario.Nakama, "F2"), Number(result.Milliseconds(0.5), "F2"),
                Number(result.Milliseconds(0.99), "F2"), Number(result.ServerMicroseconds, "F1")));
        }
    }

    private static string Row(params string[] cells) => string.Concat(cells.Select((cell, i) => i == 0 ? cell.PadRight(30) : cell.PadLeft(14)));

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
