using RealtimeServer.Foundation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Inputs;
using Xunit.Abstractions;

namespace RealtimeServer.Games.Lanes;

/// <summary>
/// A match is a function of its setup and its inputs. The golden values change when the game's rules or numbers, the movement of agents or
/// the map change; then copy what the failed test prints, and say in the commit why they moved.
/// </summary>
public sealed class DeterminismTests(ITestOutputHelper output)
{
    private static readonly (uint Tick, ulong Hash)[] Golden =
    [
        (1, 0x79B3B307E9FDCC1A),
        (300, 0x5E58C2D572FAEF51),
        (1500, 0x099E60F98FFBDB28),
        (2700, 0x707BC217A3C2BD4F),
    ];

    [Fact]
    public void A_recorded_match_has_the_same_hashes_in_every_run()
    {
        var hashes = new List<(uint Tick, ulong Hash)>();
        using LanesMatch _ = Play(7, simulation =>
        {
            if (simulation.Tick.Value is 1 or 300 or 1500 || simulation.Ended)
            {
                hashes.Add((simulation.Tick.Value, simulation.Hash()));
            }
        });
        foreach ((uint tick, ulong hash) in hashes)
        {
            output.WriteLine($"        ({tick}, 0x{hash:X16}),");
        }

        Assert.Equal(Golden, hashes);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void A_replay_of_the_log_is_the_match(ulong seed)
    {
        using LanesMatch match = Play(seed, _ => { });
        using var stream = new MemoryStream();
        match.Simulation.Log.Write(stream);
        stream.Position = 0;
        ulong replayed = Replay.Run(Setup(seed), InputLog.Read(stream), new Tick(uint.MaxValue));
        Assert.Equal(match.Simulation.Hash(), replayed);
    }

    [Fact]
    public void Another_match_in_the_same_process_changes_nothing()
    {
        using LanesMatch alone = Play(7, _ => { });
        using var other = new LanesMatch(3, ("crowd", "60"), ("seconds", "1800"));
        using LanesMatch beside = Play(7, _ => other.Steps(1));
        Assert.Equal(alone.Simulation.Hash(), beside.Simulation.Hash());
        Assert.Equal(alone.Simulation.ResultJson, beside.Simulation.ResultJson);
    }

    [Fact]
    public void Another_seed_is_another_match()
    {
        using LanesMatch one = Play(7, _ => { });
        using LanesMatch two = Play(8, _ => { });
        Assert.NotEqual(one.Simulation.Hash(), two.Simulation.Hash());
    }

    private static MatchSetup Setup(ulong seed) => LanesMatch.Setup(seed, ("seconds", "90"), ("ai", "fill"));

    /// <summary>A whole match: one player deploys by chance from a seed, leaves and comes back; the game's opponent plays the rest.</summary>
    private static LanesMatch Play(ulong seed, Action<MatchSimulation> afterStep)
    {
        var random = new DeterministicRandom(seed, stream: 1);
        var match = new LanesMatch(seed, ("seconds", "90"), ("ai", "fill"));
        MatchSimulation simulation = match.Simulation;
        simulation.Join();
        while (!simulation.Ended)
        {
            if (simulation.Tick.Value == 1000)
            {
                simulation.Leave(new Simulation.Game.PlayerId(1));
            }

            if (simulation.Tick.Value == 1400)
            {
                simulation.Join();
            }

            if (simulation.Tick.Value is < 1000 or > 1400 && random.NextBool(0.03f))
            {
                match.Send(1, new DeployUnit(random.NextSingle(0, 18), random.NextSingle(14, 32), random.Next(UnitKinds.DeployableCount)));
            }

            simulation.Step();
            afterStep(simulation);
        }

        return match;
    }
}
