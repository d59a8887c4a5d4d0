namespace RealtimeServer.Bench.Loss;

/// <summary>The transport-* commands.</summary>
internal static class LossCommands
{
    /// <returns>The exit code: 2 after a wrong command line.</returns>
    public static int Run(string command, ReadOnlySpan<string> args, string usage)
    {
        try
        {
            switch (command)
            {
                case "transport-loss":
                    new LossBenchmark(Console.Out).Run(args);
                    return 0;
                case "transport-proxy":
                    RunProxy(args);
                    return 0;
                case "transport-end":
                    return LossProgram.Run(args);
                default:
                    Console.Error.WriteLine(usage);
                    return 2;
            }
        }
        catch (FormatException error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static void RunProxy(ReadOnlySpan<string> args)
    {
        var arguments = new LossArguments(args, "--net", "--listen", "--to", "--seed");
        int to = arguments.Number("--to", 0, 1, 65_535);
        if (to == 0)
        {
            throw new FormatException("--to: the port of the server is needed");
        }

        using var proxy = new LoopbackProxy(arguments.Port("--listen"), to, arguments.Network("--net"), (ulong)arguments.Number("--seed", 1, 0, int.MaxValue));
        Console.WriteLine($"listening on 127.0.0.1:{proxy.Port} for 127.0.0.1:{to}; \"{arguments.Network("--net")}\"");
        Console.In.ReadToEnd();
        Console.WriteLine($"up: {proxy.Counts.Up}");
        Console.WriteLine($"down: {proxy.Counts.Down}");
    }
}
