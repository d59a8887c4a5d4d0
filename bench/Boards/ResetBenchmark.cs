using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Bench.Companion;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Bench.Boards;

/// <summary>
/// Load on a board of so many records around the moment of its reset, after which its old records are deleted: the longest a request waited,
/// second by second, beside the seconds before. Without a reset the same seconds show what the machine alone does.
/// </summary>
internal sealed class ResetBenchmark(TextWriter output)
{
    // In which the server starts, reads the ranks and answers its first calls.
    private const int StartSeconds = 12;

    private const int WarmSeconds = 5;

    // In which next season's ranks begin, everybody's first score comes and the first old records go.
    private const int AtSeconds = 5;

    public async Task RunAsync(BenchArguments arguments)
    {
        string data = Directory.CreateTempSubdirectory("reset-bench-").FullName;
        string id = "board-" + Guid.NewGuid().ToString("N");
        // Late enough that the board is there by then, as a smaller one tells; what remains is waited for.
        double fills = await TrialAsync(data, arguments) * 5;
        DateTimeOffset reset = DateTimeOffset.UtcNow.AddSeconds(StartSeconds + 5 + fills + (arguments.Seconds / 3));
        string schedule = string.Create(CultureInfo.InvariantCulture, $"{reset.Second} {reset.Minute} {reset.Hour} * * * *");
        using (Database database = await BoardData.OpenAsync(data, arguments.Database))
        {
            await BoardData.FillAsync(database, new LeaderboardDefinition(id) { ResetSchedule = arguments.Reset ? schedule : "", KeepPeriods = arguments.Reset ? 1 : 0 }, arguments.Records);
        }
        reset = new DateTimeOffset(reset.Year, reset.Month, reset.Day, reset.Hour, reset.Minute, reset.Second, TimeSpan.Zero);
        DateTimeOffset begin = reset.AddSeconds(-arguments.Seconds / 3);
        if (DateTimeOffset.UtcNow > begin.AddSeconds(-StartSeconds))
        {
            throw new InvalidOperationException("The board took longer to fill than a smaller one let expect. Run it again.");
        }
        await WaitAsync(begin.AddSeconds(-StartSeconds));
        await using BenchServer server = await BenchServer.StartAsync(data, arguments.Database);
        List<string> tokens = await server.SignInAsync(arguments.Connections);
        // The first calls are the compiler's.
        await server.MeasureAsync("warm-up", c => Next(id, tokens, c), arguments.Connections, WarmSeconds, arguments.Rate);
        await WaitAsync(begin);
        output.WriteLine($"{arguments.Records:N0} records, {arguments.Connections} connections, half of them submit and half list around themselves");
        long at = Stopwatch.GetTimestamp() + (long)((reset - DateTimeOffset.UtcNow).TotalSeconds * Stopwatch.Frequency);
        LoadResult all = await server.MeasureAsync("reset", c => Next(id, tokens, c), arguments.Connections, arguments.Seconds, arguments.Rate);
        output.WriteLine($"{"second",8}{"calls/s",10}{"p50 ms",10}{"p99 ms",10}{"p99.9 ms",10}{"longest ms",12}");
        foreach (IGrouping<int, LoadCall> second in all.Calls.GroupBy(c => (int)Math.Floor((c.Ended - at) / (double)Stopwatch.Frequency)).OrderBy(g => g.Key))
        {
            Show($"{second.Key}", [.. second], 1);
        }
        long behind = at + (AtSeconds * Stopwatch.Frequency);
        Window("before", all.Calls.Where(c => c.Ended < at), arguments.Seconds / 3);
        Window("at", all.Calls.Where(c => c.Ended >= at && c.Ended < behind), AtSeconds);
        Window("after", all.Calls.Where(c => c.Ended >= behind), (arguments.Seconds * 2 / 3) - AtSeconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"the server took {all.ServerTime.TotalSeconds / all.Elapsed:P0} of a core"));
    }

    private void Window(string name, IEnumerable<LoadCall> some, double seconds)
    {
        LoadCall[] calls = [.. some];
        Show(name, calls, seconds);
        output.WriteLine($"{"",8}{calls.Count(c => c.Latency * 1000.0 / Stopwatch.Frequency > 50)} of {calls.Length:N0} requests took more than 50 ms");
    }

    /// <summary>How many seconds the board would take to fill if the database did not slow down with its size.</summary>
    private static async Task<double> TrialAsync(string data, BenchArguments arguments)
    {
        int records = Math.Max(arguments.Records / 20, 1);
        using Database database = await BoardData.OpenAsync(data, arguments.Database);
        long started = Stopwatch.GetTimestamp();
        await BoardData.FillAsync(database, new LeaderboardDefinition("trial-" + Guid.NewGuid().ToString("N")), records);
        return Stopwatch.GetElapsedTime(started).TotalSeconds * arguments.Records / records;
    }

    // Looks at the clock again and again: who runs this may set it.
    private async Task WaitAsync(DateTimeOffset until)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"goes on at {until:HH:mm:ss}"));
        while (DateTimeOffset.UtcNow < until)
        {
            await Task.Delay(50);
        }
    }

    private void Show(string name, LoadCall[] calls, double seconds)
    {
        LoadResult result = new(calls, seconds, TimeSpan.Zero);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,8}{result.Rate,10:N0}{result.Milliseconds(0.5),10:F2}{result.Milliseconds(0.99),10:F2}{result.Milliseconds(0.999),10:F2}{result.Milliseconds(1),12:F2}"));
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
