using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;
using RealtimeServer.Simulation.Inputs;

namespace RealtimeServer.Simulation;

public sealed class DeterminismTests
{
    // Of the scripted match below. It changes only when the simulation's behaviour does, and must be the same on every machine.
    private const ulong GoldenHash = 15382189292235227405;
    private const uint Ticks = 300;

    [Fact]
    public void The_hash_is_the_same_on_every_run_and_machine()
    {
        Assert.Equal(GoldenHash, Play(new MatchSimulation(Setup())).Hash);
    }

    [Fact]
    public void Other_seeds_and_inputs_give_other_hashes()
    {
        ulong hash = Play(new MatchSimulation(Setup())).Hash;

        Assert.NotEqual(hash, Play(new MatchSimulation(Setup() with { Seed = 8 })).Hash);
        Assert.NotEqual(hash, Play(new MatchSimulation(Setup()), inputs: false).Hash);
    }

    [Fact]
    public void Another_match_in_the_same_process_changes_nothing()
    {
        using var match = new MatchSimulation(Setup());
        using var other = new MatchSimulation(WalkingGame.Setup(TestMaps.Open(12, 9), 30, seed: 3));
        for (uint tick = 1; tick <= Ticks; tick++)
        {
            Script(match, tick);
            other.Step();
            match.Step();
            other.Hash();
        }

        Assert.Equal(Play(new MatchSimulation(Setup())).Hash, match.Hash());
    }

    [Fact]
    public void A_replay_of_the_written_log_equals_the_run()
    {
        (ulong hash, InputLog log) = Play(new MatchSimulation(Setup()));
        using var file = new MemoryStream();
        log.Write(file);
        file.Position = 0;

        Assert.Equal(hash, Replay.Run(Setup(), InputLog.Read(file), new Tick(Ticks)));
        Assert.NotEqual(hash, Replay.Run(Setup(), log, new Tick(Ticks - 1)));
    }

    [Fact]
    public void Looking_at_a_match_does_not_change_it()
    {
        using var match = new MatchSimulation(Setup());
        for (uint tick = 1; tick <= Ticks; tick++)
        {
            Script(match, tick);
            match.Step();
            Wire.Parts(match);
            match.Hash();
        }

        Assert.Equal(Play(new MatchSimulation(Setup())).Hash, match.Hash());
    }

    [Fact]
    public void A_log_of_another_match_is_refused()
    {
        (_, InputLog log) = Play(new MatchSimulation(Setup()));
        MatchSetup deaf = new ScriptedGame { OnConfigure = game => game.Players(4) }.Setup();

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Replay.Run(deaf, log, new Tick(Ticks)));

        Assert.Contains("does not fit this match", error.Message, StringComparison.Ordinal);
    }

    private static MatchSetup Setup() => WalkingGame.Setup(
        TestMaps.Draw(
            "................",
            "..####....####..",
            "..#..........#..",
            "................",
            "......####......",
            "......####......",
            "................",
            "#######..#######",
            "................",
            "..#..........#..",
            "................"),
        agents: 40);

    private static (ulong Hash, InputLog Log) Play(MatchSimulation match, bool inputs = true)
    {
        using (match)
        {
            for (uint tick = 1; tick <= Ticks; tick++)
            {
                if (inputs)
                {
                    Script(match, tick);
                }

                match.Step();
            }

            return (match.Hash(), match.Log);
        }
    }

    private static void Script(MatchSimulation match, uint tick)
    {
        switch (tick % 50)
        {
            case 3:
                match.Join();
                break;
            case 7 or 8 or 21:
                Order order = new() { X = (tick % 15) + 0.5f, Y = 0.5f, Kind = (int)tick };
                match.Input(new PlayerId(1), 1, System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<Order>(in order)));
                break;
            case 40 when tick > 150:
                match.Leave(new PlayerId((byte)(tick / 100)));
                break;
        }
    }
}
