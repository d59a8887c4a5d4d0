using RealtimeServer.Bench;
using RealtimeServer.Bench.Boards;
using RealtimeServer.Bench.Companion;
using RealtimeServer.Bench.Echo;
using RealtimeServer.Bench.Loss;
using RealtimeServer.Bench.Paths;
using RealtimeServer.Bench.Physics;

const string usage = """
    dotnet run -c Release --project bench -- <benchmark>

      capacity [--units 100] [--seconds 4] [--steady-seconds 30] [--matches-max 4096] [--lateness-ms 5] [--no-pin]
                 how many lanes matches one core runs at 30 Hz before p99 tick lateness passes the limit
      tick     [--units 100,300] [--ticks 900]
                 what one tick of a lanes match costs, without any host around it
      checkpoints [--units 100,300] [--ticks 900]
                 what it costs a match to be saved for a crash, in its worker's time, in bytes and on the disk
      physics  [--ticks 900] [--only "pyramid"]
                 what a step of the physics costs, and what it takes to have two hundred small worlds
      companion [--database ""] [--seconds 4] [--connections 32] [--only "account"]
                 what the REST door and a database behind it do in a second; a database is postgres://user@host/name
      ecs      [--units 100000] [--seconds 10]
                 what operations of an entity world cost, and a query beside bare arrays
      ranks    [--records 10000000] [--seconds 4]
                 what ranks of a leaderboard cost in memory: to read, to move, to keep, with 16 writers; checked against a sort
      ranks-load [--records 10000000] [--database ""]
                 how fast a start reads the ranks of such a board from the database
      boards   [--records 100000] [--database ""] [--seconds 4] [--connections 32]
                 scores and lists around their owner on a board with ranks, beside the same on one without
      boards-reset [--records 1000000] [--database ""] [--seconds 30] [--connections 8] [--rate 300] [--no-reset]
                 how long requests wait while a board is reset and its old records are deleted, or, to compare, while nothing happens
      login-flood [--database ""] [--seconds 4] [--connections 32] [--only "account"]
                 how long other calls take while so many connections sign in by e-mail, each sign-in some 80 ms of hashing
      seal     [--seconds 4]
                 what a checksum and the sealed mode add to a datagram, and what opening a connect token costs
      sockets  [--seconds 4]
                 what a datagram costs one by one, by the batch (recvmmsg, sendmmsg), and several to one peer at once (GSO, GRO)
      paths    --maps FOLDER [--only "brc202d"] [--stride 1]
                 every scenario of every Moving AI map of a folder: time and cells looked at of each search, lengths checked
      crowds   [--maps FOLDER] [--only "brc202d"] [--stride 1]
                 avoidance of 100, 500 and 1,000 agents, among moving obstacles too; matches of 500 and 1,000 that walk on the grid
                 and on a navigation mesh; on each map a flow field, made, repaired and followed by 10,000
      requests [--maps FOLDER] [--only "brc202d"] [--ticks 900]
                 what the path requests of a tick cost on each map while 2,000 are outstanding, and the slowest ticks; without
                 maps on grids of 4096 x 4096 cells whose searches take longest, and on navigation meshes of 2048 x 2048
      meshes   --maps FILE.obj
                 a navigation mesh of triangles: to make it, paths, nearest points and rays over it
      transport-loss [--loss 0,5,10] [--seconds 20] [--connections 20] [--runs 3] [--bulk 3000] [--net 53.75ms±1.25]
                     [--stock-1 "command"] [--stock-2 "command"] [--only "ours to stock"]
                 what reliable messages from server to client feel of loss; the commands are ends in other libraries, 1.x and 2.x
      transport-echo [--port 9050] [--shards 1] [--gather 1000] [--portable]
                 an echo server, until its input ends; a line typed shows what it counted
      transport-load --port PORT [--pid PID] [--clients 1000] [--rate 30] [--bytes 64] [--seconds 5] [--method Unreliable] [--in-flight 1] [--v1]
                     [--idle-ping 8000]
                 clients of an echo server, ours or another of the wire; --pid counts the server's CPU. Rate 0: the next message when the
                 last is back; -1: none
      transport-proxy --net "100ms±20 2%" --listen PORT --to PORT [--seed 1]
                 plays a network between any UDP clients and any UDP server of this machine, until the input ends
    """;

if (args.Length > 0 && EchoCommands.Knows(args[0]))
{
    return EchoCommands.Run(args[0], args.AsSpan(1), usage);
}

if (args.Length > 0 && args[0].StartsWith("transport-", StringComparison.Ordinal))
{
    return LossCommands.Run(args[0], args.AsSpan(1), usage);
}

if (args.Length == 0 || !BenchArguments.TryParse(args.AsSpan(1), BenchArguments.UsualOf(args[0]), out BenchArguments? arguments))
{
    Console.Error.WriteLine(usage);
    return 2;
}

switch (args[0])
{
    case "capacity":
        await new CapacityBenchmark(Console.Out).RunAsync(arguments);
        return 0;
    case "companion":
        await new CompanionBenchmark(Console.Out).RunAsync(arguments);
        return 0;
    case "ranks":
        return new RankBenchmark(Console.Out).Run(arguments);
    case "ranks-load":
        await new RankLoadBenchmark(Console.Out).RunAsync(arguments);
        return 0;
    case "boards":
        await new BoardBenchmark(Console.Out).RunAsync(arguments);
        return 0;
    case "boards-reset":
        await new ResetBenchmark(Console.Out).RunAsync(arguments);
        return 0;
    case "login-flood":
        await new LoginFloodBenchmark(Console.Out).RunAsync(arguments);
        return 0;
    case "tick":
        new TickBenchmark(Console.Out).Run(arguments);
        return 0;
    case "checkpoints":
        new CheckpointBenchmark(Console.Out).Run(arguments);
        return 0;
    case "physics":
        new PhysicsBenchmark(Console.Out).Run(arguments);
        return 0;
    case "paths":
        return new PathBenchmark(Console.Out).Run(arguments) ? 0 : 1;
    case "crowds":
        new CrowdBenchmark(Console.Out).Run(arguments);
        return 0;
    case "requests":
        new RequestBenchmark(Console.Out).Run(arguments);
        return 0;
    case "meshes":
        new MeshBenchmark(Console.Out).Run(arguments.Maps);
        return 0;
    case "ecs":
        new EcsBenchmark(Console.Out).Run(arguments);
        return 0;
    case "sockets":
        new SocketBenchmark(Console.Out).Run(arguments);
        return 0;
    case "seal":
        new SealBenchmark(Console.Out).Run(arguments);
        return 0;
    default:
        Console.Error.WriteLine(usage);
        return 2;
}
