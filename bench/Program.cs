using RealtimeServer.Bench;

const string usage = """
    dotnet run -c Release --project bench -- <benchmark>

      capacity [--units 100] [--seconds 4] [--steady-seconds 30] [--matches-max 4096] [--lateness-ms 5] [--no-pin]
                 how many lanes matches one core runs at 30 Hz before p99 tick lateness passes the limit
      tick     [--units 100,300] [--ticks 900]
                 what one tick of a lanes match costs, without any host around it
    """;

if (args.Length == 0 || !BenchArguments.TryParse(args.AsSpan(1), out BenchArguments? arguments))
{
    Console.Error.WriteLine(usage);
    return 2;
}

switch (args[0])
{
    case "capacity":
        await new CapacityBenchmark(Console.Out).RunAsync(arguments);
        return 0;
    case "tick":
        new TickBenchmark(Console.Out).Run(arguments);
        return 0;
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
