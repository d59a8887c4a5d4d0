using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace RealtimeServer.Bench.Loss;

/// <summary>
/// A program that can be source or sink, in a process of its own: this one, or another that keeps the same contract, so that other libraries
/// are measured by the same benchmark without being part of it.
/// <code>
/// command source PORT                                                  prints "ready", sends what LossTraffic asks for until its input ends
/// command sink PORT DIALECT CONNECTIONS COUNT BYTES PER_SECOND SECONDS prints LossResult as a line
/// </code>
/// </summary>
internal sealed record LossProgram(string Name, string Command)
{
    public static LossProgram Ours { get; } = new("ours", $"dotnet exec {typeof(LossProgram).Assembly.Location} transport-end");

    /// <summary>What a process of ours does when called by that contract.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ReadOnlySpan<string> args)
    {
        int[] numbers = new int[Math.Max(0, args.Length - 1)];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return 2;
            }
        }

        if (args is ["source", _])
        {
            using var source = new LossSource(numbers[0]);
            using var over = new CancellationTokenSource();
            Console.WriteLine("ready");
            var untilInputEnds = new Thread(() =>
            {
                Console.In.ReadToEnd();
                over.Cancel();
            });
            untilInputEnds.IsBackground = true;
            untilInputEnds.Start();
            source.Run(over.Token);
            return 0;
        }

        if (args is ["sink", _, _, _, _, _, _, _])
        {
            var sink = new LossSink(numbers[2], numbers[1] == 1, new LossTraffic(numbers[3], numbers[4], numbers[5]));
            Console.WriteLine(sink.Run(new IPEndPoint(IPAddress.Loopback, numbers[0]), TimeSpan.FromSeconds(numbers[6])));
            return 0;
        }

        return 2;
    }

    public Process StartSource(int port)
    {
        Process process = Start($"source {port}");
        string? line = process.StandardOutput.ReadLine();
        return line == "ready" ? process : throw new InvalidOperationException($"{Command} source {port} said '{line}' instead of 'ready'");
    }

    public LossResult RunSink(int port, int dialect, int connections, LossTraffic traffic, int seconds)
    {
        using Process process = Start(string.Create(
            CultureInfo.InvariantCulture, $"sink {port} {dialect} {connections} {traffic.Count} {traffic.Bytes} {traffic.PerSecond} {seconds}"));
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return LossResult.TryParse(output) ?? throw new InvalidOperationException($"{Command} sink said '{output}' instead of five numbers");
    }

    private Process Start(string arguments)
    {
        int space = Command.IndexOf(' ', StringComparison.Ordinal);
        string file = space < 0 ? Command : Command[..space];
        string first = space < 0 ? "" : Command[(space + 1)..];
        return Process.Start(new ProcessStartInfo(file, $"{first} {arguments}") { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }
}
