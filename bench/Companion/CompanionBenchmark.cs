using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace RealtimeServer.Bench.Companion;

/// <summary>Throughput and latency of the REST door with a database behind it: the built server in a process of its own, the load in this one.</summary>
internal sealed class CompanionBenchmark(TextWriter output)
{
    public async Task RunAsync(BenchArguments arguments)
    {
        string data = Directory.CreateTempSubdirectory("companion-bench-").FullName;
        int port = FreePort();
        using Process server = await StartAsync(port, data, arguments.Database);
        try
        {
            IPEndPoint address = new(IPAddress.Loopback, port);
            List<string> tokens = [];
            for (int c = 0; c < arguments.Connections; c++)
            {
                tokens.Add(await SignInAsync(address, CompanionScenario.Device(c)));
            }
            string engine = arguments.Database.Length == 0 ? "SQLite" : "PostgreSQL";
            output.WriteLine(Row($"{engine}, {arguments.Connections} connections", "calls/s", "of Nakama's", "p50 ms", "p99 ms", "server CPU us"));
            foreach (CompanionScenario scenario in CompanionScenario.All(tokens).Where(s => s.Name.Contains(arguments.Only, StringComparison.Ordinal)))
            {
                await MeasureAsync(scenario, address, arguments.Connections, arguments.Seconds / 2, server, report: false);
                await MeasureAsync(scenario, address, arguments.Connections, arguments.Seconds, server, report: true);
            }
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(data, recursive: true);
        }
    }

    private async Task MeasureAsync(CompanionScenario scenario, IPEndPoint address, int connections, double seconds, Process server, bool report)
    {
        LoadConnection[] load = [.. Enumerable.Range(0, connections).Select(_ => new LoadConnection())];
        foreach (LoadConnection connection in load)
        {
            await connection.ConnectAsync(address);
        }
        server.Refresh();
        TimeSpan used = server.TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        long until = started + (long)(seconds * Stopwatch.Frequency);
        await Task.WhenAll(load.Select((connection, number) => Task.Run(() => connection.RunAsync(scenario.Next(number), until))));
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        server.Refresh();
        used = server.TotalProcessorTime - used;
        if (load.FirstOrDefault(c => c.Refused > 0) is LoadConnection refused)
        {
            throw new InvalidOperationException($"{scenario.Name}: {load.Sum(c => c.Refused)} requests were refused, the first by: {refused.FirstRefusal}");
        }
        long[] latencies = [.. load.SelectMany(c => c.Latencies).Order()];
        foreach (LoadConnection connection in load)
        {
            connection.Dispose();
        }
        if (report)
        {
            double rate = latencies.Length / elapsed;
            output.WriteLine(Row(
                scenario.Name, Number(rate, "N0"), Number(rate / scenario.Nakama, "F2"), Milliseconds(latencies, 0.5), Milliseconds(latencies, 0.99),
                Number(used.TotalMicroseconds / latencies.Length, "F1")));
        }
    }

    private static async Task<string> SignInAsync(IPEndPoint address, string device)
    {
        using LoadConnection connection = new();
        await connection.ConnectAsync(address);
        await connection.AskAsync(CompanionScenario.Authenticate(device));
        using JsonDocument session = JsonDocument.Parse(connection.Body);
        return session.RootElement.GetProperty("token").GetString()!;
    }

    private static async Task<Process> StartAsync(int port, string data, string database)
    {
        ProcessStartInfo start = new("dotnet",
        [
            Path.Combine(AppContext.BaseDirectory, "RealtimeServer.Server.dll"), "--http:port", $"{port}", "--grpc:port", "0", "--udp:port", "0", "--data:dir", data,
            "--demo", "false", "--limits:addressPerSecond", "0", "--limits:userPerSecond", "0", .. database.Length == 0 ? (string[])[] : ["--database", database],
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Process server = Process.Start(start)!;
        server.BeginOutputReadLine();
        List<string> log = [];
        while (await server.StandardError.ReadLineAsync() is string line)
        {
            log.Add(line);
            if (line.Contains("Listening ", StringComparison.Ordinal))
            {
                // What it writes from here on must be read, or it waits for the pipe.
                _ = server.StandardError.ReadToEndAsync();
                return server;
            }
        }
        throw new InvalidOperationException($"The server did not start: {string.Join('\n', log)}");
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static string Row(params string[] cells) => string.Concat(cells.Select((cell, i) => i == 0 ? cell.PadRight(30) : cell.PadLeft(14)));

    private static string Milliseconds(long[] sorted, double share) =>
        sorted.Length == 0 ? "-" : Number(sorted[(int)(share * (sorted.Length - 1))] * 1000.0 / Stopwatch.Frequency, "F2");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
