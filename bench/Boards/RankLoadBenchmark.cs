using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Services.Data;
using RealtimeServer.Services.Leaderboards;

namespace RealtimeServer.Bench.Boards;

/// <summary>Reads the ranks of a large board from the database, as a start does.</summary>
internal sealed class RankLoadBenchmark(TextWriter output)
{
    public async Task RunAsync(BenchArguments arguments)
    {
        string data = Directory.CreateTempSubdirectory("ranks-bench-").FullName;
        try
        {
            using Database database = await BoardData.OpenAsync(data, arguments.Database);
            await BoardData.FillAsync(database, new LeaderboardDefinition("board-" + Guid.NewGuid().ToString("N")), arguments.Records);
            for (int run = 1; run <= 2; run++)
            {
                await using LeaderboardStore boards = BoardData.Boards(database);
                long started = Stopwatch.GetTimestamp();
                long loaded = await await boards.LoadAsync(default);
                double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"run {run}: {loaded:N0} records in {seconds:F2} s, {loaded / seconds / 1e6:F2} million a second"));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
