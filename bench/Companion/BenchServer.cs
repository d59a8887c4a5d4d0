using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using System.Threading.Channels;

namespace RealtimeServer.Bench.Companion;

/// <summary>The built server in a process of its own, without limits on how often one may call, and the load on it from this one.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(
        typeof(BenchServer).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ServerFolder").Value!, "RealtimeServer.Server.dll");

    private readonly Process _process;
    private readonly string _data;

    private readonly Channel<string> _log = Channel.CreateUnbounded<string>();

    // What was read of the log.
    private readonly List<string> _seen = [];

    private BenchServer(Process process, IPEndPoint address, string data)
    {
        _process = process;
        Address = address;
        _data = data;
        _ = ReadAsync();
    }

    public IPEndPoint Address { get; }

    /// <summary>Whether its data folder stays when it is disposed of, for another start.</summary>
    public bool KeepsData { get; set; }

    /// <summary>Processor time it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it.</summary>
    /// <param name="data">Its data folder, deleted at the end, unless <see cref="KeepsData"/>.</param>
    /// <param name="database">Its setting; empty is SQLite.</param>
    /// <param name="settings">More of them.</param>
    public static async Task<BenchServer> StartAsync(string data, string database, params string[] settings)
    {
        int port = FreePort();
        ProcessStartInfo start = new("dotnet",
        [
            Program, "--http:port", $"{port}", "--grpc:port", "0", "--udp:port", "0", "--data:dir", data,
            "--demo", "false", "--limits:addressPerSecond", "0", "--limits:userPerSecond", "0", .. database.Length == 0 ? (string[])[] : ["--database", database], .. settings,
        ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        Process process = Process.Start(start)!;
        process.BeginOutputReadLine();
        BenchServer server = new(process, new IPEndPoint(IPAddress.Loopback, port), data);
        await server.LoggedAsync("Listening ");
        return server;
    }

    /// <summary>The first line of its log that says this, once it is there.</summary>
    public async Task<string> LoggedAsync(string text)
    {
        while (true)
        {
            if (_seen.Find(line => line.Contains(text, StringComparison.Ordinal)) is string found)
            {
                return found;
            }
            if (!await _log.Reader.WaitToReadAsync())
            {
                throw new InvalidOperationException($"The server ended without having logged '{text}': {string.Join('\n', _seen)}");
            }
            while (_log.Reader.TryRead(out string? line))
            {
                _seen.Add(line);
            }
        }
    }

    /// <summary>Session tokens, a device a connection.</summary>
    public async Task<List<string>> SignInAsync(int connections)
    {
        List<string> tokens = [];
        for (int c = 0; c < connections; c++)
        {
            using LoadConnection connection = new();
            await connection.ConnectAsync(Address);
            await connection.AskAsync(CompanionScenario.Authenticate(CompanionScenario.Device(c)));
            using JsonDocument session = JsonDocument.Parse(connection.Body);
            tokens.Add(session.RootElement.GetProperty("token").GetString()!);
        }
        return tokens;
    }

    /// <summary>Keeps one request under way on each connection, or sends them at a steady rate.</summary>
    /// <param name="name">What is measured.</param>
    /// <param name="next">The requests of one connection, by its number.</param>
    /// <param name="connections">How many.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="rate">Requests a second of all together; 0: as many as are answered.</param>
    public async Task<LoadResult> MeasureAsync(string name, Func<int, Func<ReadOnlyMemory<byte>>> next, int connections, double seconds, double rate = 0)
    {
        LoadConnection[] load = [.. Enumerable.Range(0, connections).Select(_ => new LoadConnection())];
        foreach (LoadConnection connection in load)
        {
            await connection.ConnectAsync(Address);
        }
        TimeSpan used = ProcessorTime;
        long started = Stopwatch.GetTimestamp();
        long until = started + (long)(seconds * Stopwatch.Frequency);
        long pace = rate > 0 ? (long)(connections / rate * Stopwatch.Frequency) : 0;
        await Task.WhenAll(load.Select((connection, number) => Task.Run(() => connection.RunAsync(next(number), until, pace, started + (pace * number / connections)))));
        double elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        used = ProcessorTime - used;
        if (load.FirstOrDefault(c => c.Refused > 0) is LoadConnection refused)
        {
            throw new InvalidOperationException($"{name}: {load.Sum(c => c.Refused)} requests were refused, the first by: {refused.FirstRefusal}");
        }
        LoadCall[] calls = [.. load.SelectMany(c => c.Calls)];
        foreach (LoadConnection connection in load)
        {
            connection.Dispose();
        }
        return new LoadResult(calls, elapsed, used);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        if (!KeepsData)
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    // Always: it waits for the pipe, else.
    private async Task ReadAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is string line)
        {
            _log.Writer.TryWrite(line);
        }
        _log.Writer.Complete();
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <param name="Calls">All requests.</param>
/// <param name="Elapsed">Seconds.</param>
/// <param name="ServerTime">Processor time of the server.</param>
internal sealed record LoadResult(LoadCall[] Calls, double Elapsed, TimeSpan ServerTime)
{
    // Sorted.
    private readonly long[] _latencies = [.. Calls.Select(c => c.Latency).Order()];

    public double Rate => Calls.Length / Elapsed;

    public double ServerMicroseconds => ServerTime.TotalMicroseconds / Calls.Length;

    /// <summary>Of the latencies in order, the one at a share from 0 to 1.</summary>
    public double Milliseconds(double share) => _latencies.Length == 0 ? 0 : _latencies[(int)(share * (_latencies.Length - 1))] * 1000.0 / Stopwatch.Frequency;
}
