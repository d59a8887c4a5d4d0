using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace RealtimeServer.Bench.Companion;

/// <summary>
/// What a flood of sign-ins by e-mail does to everybody else: each costs a core for some 80 ms of hashing. The others call at a steady rate, first
/// alone, then beside the flood.
/// </summary>
internal sealed class LoginFloodBenchmark(TextWriter output)
{
    private const int Others = 8;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(10);

    public async Task RunAsync(BenchArguments arguments)
    {
        await using BenchServer server = await BenchServer.StartAsync(Directory.CreateTempSubdirectory("login-flood-").FullName, arguments.Database);
        List<string> tokens = await server.SignInAsync(Others);
        IReadOnlyList<CompanionScenario> scenarios = [.. CompanionScenario.All(tokens).Where(s => s.Name.Contains(arguments.Only, StringComparison.Ordinal))];
        output.WriteLine(Row("calls beside the flood", "calls/s", "p50 ms", "p99 ms", "hashes/s", "refused/s"));
        foreach (CompanionScenario scenario in scenarios)
        {
            await MeasureAsync(scenario, server.Address, 0, arguments.Seconds / 2, report: false);
            await MeasureAsync(scenario, server.Address, 0, arguments.Seconds, report: true);
            await MeasureAsync(scenario, server.Address, arguments.Connections, arguments.Seconds, report: true);
        }
    }

    private async Task MeasureAsync(CompanionScenario scenario, IPEndPoint address, int flooding, double seconds, bool report)
    {
        long started = Stopwatch.GetTimestamp();
        long until = started + (long)(seconds * Stopwatch.Frequency);
        Task<(long Hashed, long Refused)>[] flood = [.. Enumerable.Range(0, flooding).Select(c => Task.Run(() => FloodAsync(address, c, until)))];
        List<long>[] taken = await Task.WhenAll(Enumerable.Range(0, Others).Select(c => Task.Run(() => CallAsync(address, scenario.Next(c), until))));
        (long Hashed, long Refused)[] flooded = await Task.WhenAll(flood);
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        long[] latencies = [.. taken.SelectMany(t => t).Order()];
        if (report)
        {
            output.WriteLine(Row(
                scenario.Name + (flooding == 0 ? "" : $", {flooding} flooding"), Number(latencies.Length / elapsed, "N0"), Milliseconds(latencies, 0.5),
                Milliseconds(latencies, 0.99), Number(flooded.Sum(f => f.Hashed) / elapsed, "N0"), Number(flooded.Sum(f => f.Refused) / elapsed, "N0")));
        }
    }

    // One call a pace, as players make them; not as many as the server can answer, which would measure the load alone.
    private static async Task<List<long>> CallAsync(IPEndPoint address, Func<ReadOnlyMemory<byte>> next, long until)
    {
        using LoadConnection connection = new();
        await connection.ConnectAsync(address);
        List<long> latencies = [];
        using PeriodicTimer timer = new(Pace);
        while (Stopwatch.GetTimestamp() < until && await timer.WaitForNextTickAsync())
        {
            long asked = Stopwatch.GetTimestamp();
            await connection.AskAsync(next());
            latencies.Add(Stopwatch.GetTimestamp() - asked);
        }
        return connection.FirstRefusal is null ? latencies : throw new InvalidOperationException(connection.FirstRefusal);
    }

    // Accounts that are not there cost the same hash, and need not be made first. Who is refused tries again at once, a little later than a fool would.
    private static async Task<(long Hashed, long Refused)> FloodAsync(IPEndPoint address, int number, long until)
    {
        using LoadConnection connection = new();
        await connection.ConnectAsync(address);
        long hashed = 0;
        long refused = 0;
        while (Stopwatch.GetTimestamp() < until)
        {
            string body = string.Create(CultureInfo.InvariantCulture, $$"""{"email":"flood-{{number}}-{{hashed + refused}}@example.com","password":"password123"}""");
            await connection.AskAsync(Encoding.ASCII.GetBytes(
                $"POST /v2/account/authenticate/email?create=false HTTP/1.1\r\nHost: bench\r\nAuthorization: Basic ZGVmYXVsdGtleTo=\r\nContent-Length: {body.Length}\r\n\r\n{body}"));
            if (connection.Body.Span.IndexOf("Too many"u8) >= 0)
            {
                refused++;
                await Task.Delay(1);
            }
            else
            {
                hashed++;
            }
        }
        return (hashed, refused);
    }

    private static string Row(params string[] cells) => string.Concat(cells.Select((cell, i) => i == 0 ? cell.PadRight(36) : cell.PadLeft(11)));

    private static string Milliseconds(long[] sorted, double share) =>
        sorted.Length == 0 ? "-" : Number(sorted[(int)(share * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency, "F2");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
