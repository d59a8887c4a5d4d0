using System.Globalization;
using RealtimeServer.Bench.Companion;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Bench.Boards;

/// <summary>
/// Load on a board of so many records around the moment of its reset, after which its old records are deleted: the longest a request waited,
/// second by second, beside the seconds before.
/// </summary>
internal sealed class ResetBenchmark(TextWriter output)
{
    public async Task RunAsync(BenchArguments arguments)
    {
        string data = Directory.CreateTempSubdirectory("reset-bench-").FullName;
        string id = "board-" + Guid.NewGuid().ToString("N");
        // Late enough that the board is there, early enough that most of the load comes after it.
        DateTimeOffset reset = DateTimeOffset.UtcNow.AddSeconds(20 + (arguments.Records / 20_000) + (arguments.Seconds / 3));
        string schedule = string.Create(CultureInfo.InvariantCulture, $"{reset.Second} {reset.Minute} {reset.Hour} * * * *");
        using (Database database = await BoardData.OpenAsync(data, arguments.Database))
        {
            await BoardData.FillAsync(database, new LeaderboardDefinition(id) { ResetSchedule = schedule, KeepPeriods = 1 }, arguments.Records);
        }
        await using BenchServer server = await BenchServer.StartAsync(data, arguments.Database);
        List<string> tokens = await server.SignInAsync(arguments.Connections);
        TimeSpan early = reset - DateTimeOffset.UtcNow - TimeSpan.FromSeconds(arguments.Seconds / 3);
        await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero);
        output.WriteLine($"{arguments.Records:N0} records, {arguments.Connections} connections, half of them submit and half list around themselves");
        output.WriteLine($"{"second",8}{"calls/s",10}{"p50 ms",10}{"p99 ms",10}{"longest ms",12}");
        for (int second = 0; second < arguments.Seconds; second++)
        {
            int at = (int)Math.Floor((DateTimeOffset.UtcNow - reset).TotalSeconds);
            LoadResult result = await server.MeasureAsync("reset", c => Next(id, tokens, c), arguments.Connections, 1);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{at,8}{result.Rate,10:N0}{result.Milliseconds(0.5),10:F2}{result.Milliseconds(0.99),10:F2}{result.Milliseconds(1),12:F2}"));
        }
    }

    private static Func<ReadOnlyMemory<byte>> Next(string id, List<string> tokens, int connection)
    {
        string bearer = CompanionScenario.Bearer(tokens[connection]);
        if (connection % 2 == 0)
        {
            return CompanionScenario.Always(CompanionScenario.Request("GET", $"/v2/leaderboard/{id}/owner/{CompanionScenario.UserOf(tokens[connection])}?limit=10", bearer, ""));
        }
        Random random = new(connection);
        return () => CompanionScenario.Request("POST", "/v2/leaderboard/" + id, bearer, $$"""{"score":"{{random.Next(1_000_000)}}"}""");
    }
}
