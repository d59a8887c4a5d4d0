using System.Globalization;
using RealtimeServer.Bench.Companion;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Bench.Boards;

/// <summary>
/// Submits scores and lists around their owner, in turns on a board with ranks and on one without, both of so many records. What counts is
/// the ratio of turns next to each other.
/// </summary>
internal sealed class BoardBenchmark(TextWriter output)
{
    private const int Turns = 8;

    public async Task RunAsync(BenchArguments arguments)
    {
        string data = Directory.CreateTempSubdirectory("boards-bench-").FullName;
        string run = Guid.NewGuid().ToString("N");
        string[] ids = ["plain-" + run, "ranked-" + run];
        using (Database database = await BoardData.OpenAsync(data, arguments.Database))
        {
            foreach (string id in ids)
            {
                await BoardData.FillAsync(
                    database, new LeaderboardDefinition(id) { EnableRanks = id == ids[1], Operator = ScoreOperator.Set }, arguments.Records);
            }
        }
        await using BenchServer server = await BenchServer.StartAsync(data, arguments.Database);
        List<string> tokens = await server.SignInAsync(arguments.Connections);
        output.WriteLine($"{arguments.Records:N0} records, {arguments.Connections} connections");
        output.WriteLine($"{"",-16}{"",10}{"calls/s",10}{"p50 ms",10}{"p99 ms",10}{"CPU us",10}   with ranks / without");
        foreach ((string name, Func<string, int, Func<ReadOnlyMemory<byte>>> next) in new[] { ("write", Write(tokens)), ("around owner", Around(tokens)) })
        {
            List<LoadResult>[] results = [[], []];
            for (int turn = -1; turn < Turns; turn++)
            {
                for (int i = 0; i < 2; i++)
                {
                    // Each goes first as often as second; a first turn of both only warms up.
                    int which = (i + turn) & 1;
                    LoadResult result = await server.MeasureAsync(name, c => next(ids[which], c), arguments.Connections, arguments.Seconds / Turns);
                    if (turn >= 0)
                    {
                        results[which].Add(result);
                    }
                }
            }
            Show(name, results);
        }
    }

    private void Show(string name, List<LoadResult>[] results)
    {
        for (int which = 0; which < 2; which++)
        {
            string ratio = which == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $"   calls/s {Middle(Ratio(r => r.Rate)):F3}, CPU {Middle(Ratio(r => r.ServerMicroseconds)):F3}");
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-16}{(which == 0 ? "without" : "with"),10}{Middle(Of(which, r => r.Rate)),10:N0}{Middle(Of(which, r => r.Milliseconds(0.5))),10:F2}{Middle(Of(which, r => r.Milliseconds(0.99))),10:F2}{Middle(Of(which, r => r.ServerMicroseconds)),10:F1}{ratio}"));
        }

        IEnumerable<double> Of(int which, Func<LoadResult, double> value) => results[which].Select(value);

        IEnumerable<double> Ratio(Func<LoadResult, double> value) => results[1].Zip(results[0], (with, without) => value(with) / value(without));
    }

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    private static Func<string, int, Func<ReadOnlyMemory<byte>>> Write(List<string> tokens) => (id, connection) =>
    {
        Random random = new(connection);
        return () => CompanionScenario.Request(
            "POST", "/v2/leaderboard/" + id, CompanionScenario.Bearer(tokens[connection]), $$"""{"score":"{{random.Next(1_000_000)}}"}""");
    };

    private static Func<string, int, Func<ReadOnlyMemory<byte>>> Around(List<string> tokens) => (id, connection) => CompanionScenario.Always(CompanionScenario.Request(
        "GET", $"/v2/leaderboard/{id}/owner/{CompanionScenario.UserOf(tokens[connection])}?limit=10", CompanionScenario.Bearer(tokens[connection]), ""));
}
