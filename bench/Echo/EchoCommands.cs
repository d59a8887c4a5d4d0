namespace RealtimeServer.Bench.Echo;

/// <summary>The commands that measure the transport by echoes.</summary>
internal static class EchoCommands
{
    public static bool Knows(string command) => command is "transport-echo" or "transport-load";

    public static int Run(string command, ReadOnlySpan<string> args, string usage)
    {
        if (!EchoArguments.TryParse(args, out EchoArguments? arguments) || (command == "transport-load" && arguments.Port == 0))
        {
            Console.Error.WriteLine(usage);
            return 2;
        }

        return command == "transport-echo" ? Serve(arguments) : Load(arguments);
    }

    private static int Serve(EchoArguments arguments)
    {
        using var server = new EchoServer(arguments);
        Console.WriteLine($"echo on port {server.Port}, process {Environment.ProcessId}; ends with its input");
        while (Console.ReadLine() is not null)
        {
            Console.WriteLine(server.Statistics);
        }

        return 0;
    }

    private static int Load(EchoArguments arguments)
    {
        using var load = new EchoLoad(arguments, Console.Out);
        return load.Run() ? 0 : 1;
    }
}
