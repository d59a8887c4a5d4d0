using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using RealtimeServer.Transport.Simulator;

namespace RealtimeServer.Bench.Loss;

/// <summary>
/// What reliable ordered messages from server to client feel of loss, on a path of 105 to 110 ms: a stream of 30 a second, and a bulk at once.
/// Ours against ours, and where other programs are given, theirs against theirs and our server with their client, in alternation.
/// </summary>
internal sealed class LossBenchmark(TextWriter output)
{
    private const int StreamBytes = 64;
    private const int StreamPerSecond = 30;
    private const int BulkBytes = 32;
    private readonly List<Row> _rows = [];

    /// <exception cref="FormatException">Says what is wrong with the command line.</exception>
    public void Run(ReadOnlySpan<string> args)
    {
        var arguments = new LossArguments(args, "--loss", "--seconds", "--connections", "--runs", "--bulk", "--stock-1", "--stock-2", "--net", "--only");
        int seconds = arguments.Number("--seconds", 20, 1, 600);
        int connections = arguments.Number("--connections", 20, 1, 200);
        int runs = arguments.Number("--runs", 3, 1, 20);
        int bulk = arguments.Number("--bulk", 3_000, 0, 100_000);
        string path = arguments.Text("--net", "53.75ms±1.25");
        string only = arguments.Text("--only", "");
        foreach (string loss in arguments.Text("--loss", "0,5,10").Split(','))
        {
            foreach ((int dialect, LossProgram server, LossProgram client) in Pairs(arguments.Text("--stock-1", ""), arguments.Text("--stock-2", "")))
            {
                if (only.Length == 0 || $"{server.Name} to {client.Name}".Contains(only, StringComparison.Ordinal))
                {
                    _rows.Add(new Row(NetworkProfile.Parse($"{path} {loss}%"), loss, dialect, server, client));
                }
            }
        }

        for (int run = 0; run < runs; run++)
        {
            foreach (Row row in _rows)
            {
                row.Streams.Add(Measure(row, connections, new LossTraffic(StreamPerSecond * seconds, StreamBytes, StreamPerSecond), seconds + 10, run));
                if (bulk > 0)
                {
                    row.Bulks.Add(Measure(row, 1, new LossTraffic(bulk, BulkBytes, 0), 30, run));
                }
            }
        }

        Print(connections, seconds, runs, bulk);
    }

    private static IEnumerable<(int Dialect, LossProgram Server, LossProgram Client)> Pairs(string stock1, string stock2)
    {
        foreach ((int dialect, string command) in new[] { (1, stock1), (2, stock2) })
        {
            yield return (dialect, LossProgram.Ours, LossProgram.Ours);
            if (command.Length > 0)
            {
                var stock = new LossProgram("stock", command);
                yield return (dialect, stock, stock);
                yield return (dialect, LossProgram.Ours, stock);
            }
        }
    }

    private static LossResult Measure(Row row, int connections, LossTraffic traffic, int seconds, int run)
    {
        int port = FreePort();
        using Process source = row.Server.StartSource(port);
        try
        {
            using var proxy = new LoopbackProxy(0, port, row.Profile, 1_000 * (ulong)(run + 1));
            return row.Client.RunSink(proxy.Port, row.Dialect, connections, traffic, seconds);
        }
        finally
        {
            source.StandardInput.Close();
            source.Kill();
            source.WaitForExit();
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private void Print(int connections, int seconds, int runs, int bulk)
    {
        output.WriteLine($"{connections} connections, {StreamPerSecond} messages/s of {StreamBytes} B for {seconds} s; bulk of {bulk} x {BulkBytes} B;");
        output.WriteLine($"{runs} runs: median (least..most)");
        output.WriteLine(" loss  dialect  server to client      p50 ms               p99 ms               max ms   missing       bulk messages/s");
        foreach (Row row in _rows)
        {
            string ends = $"{row.Loss,4}%  {row.Dialect,4}.x    {row.Server.Name,5} to {row.Client.Name,-5}";
            string stream = $"{Spread(row.Streams, r => r.P50),14} {Spread(row.Streams, r => r.P99),22} {Spread(row.Streams, r => r.Max),22}";
            int missing = row.Streams.Sum(r => r.Missing) + row.Bulks.Sum(r => r.Missing);
            output.WriteLine($"{ends} {stream} {missing,5} {Spread(row.Bulks, r => r.MessagesPerSecond),24}");
        }
    }

    private static string Spread(List<LossResult> results, Func<LossResult, double> choose)
    {
        double[] values = [.. results.Select(choose).Order()];
        return values.Length == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{values[values.Length / 2]:0} ({values[0]:0}..{values[^1]:0})");
    }

    private sealed record Row(NetworkProfile Profile, string Loss, int Dialect, LossProgram Server, LossProgram Client)
    {
        public List<LossResult> Streams { get; } = [];

        public List<LossResult> Bulks { get; } = [];
    }
}
