using System.Globalization;
using System.Text.RegularExpressions;
using RealtimeServer.Bench.Companion;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Bench.Boards;

/// <summary>Starts the server on a database with a large board, and shows how soon it has the ranks, as it says itself.</summary>
internal sealed partial class RankLoadBenchmark(TextWriter output)
{
    private const int Starts = 3;

    public async Task RunAsync(BenchArguments arguments)
    {
        string data = Directory.CreateTempSubdirectory("ranks-bench-").FullName;
        using (Database database = await BoardData.OpenAsync(data, arguments.Database))
        {
            await BoardData.FillAsync(database, new LeaderboardDefinition("board-" + Guid.NewGuid().ToString("N")), arguments.Records);
        }
        for (int start = 1; start <= Starts; start++)
        {
            await using BenchServer server = await BenchServer.StartAsync(data, arguments.Database);
            server.KeepsData = start < Starts;
            Match said = RanksLine().Match(await server.LoggedAsync("Ranks of "));
            double loaded = double.Parse(said.Groups["records"].ValueSpan, CultureInfo.InvariantCulture);
            double seconds = double.Parse(said.Groups["seconds"].ValueSpan, CultureInfo.InvariantCulture);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"start {start}: {loaded:N0} records in {seconds:F2} s, {loaded / seconds / 1e6:F2} million a second; the server took {server.ProcessorTime.TotalSeconds:F1} s of processor in all"));
        }
    }

    [GeneratedRegex(@"Ranks of (?<records>\d+) leaderboard records are there, (?<seconds>[\d.]+) s after")]
    private static partial Regex RanksLine();
}
