using System.Buffers;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Games.Arena;
using RealtimeServer.Games.Lanes;
using RealtimeServer.Games.Tag;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games;

/// <summary>
/// Every sample game, saved at some tick and restored in a new match, must go on with the same bits: whoever keeps state outside of the world fails here.
/// </summary>
public sealed class CheckpointTests
{
    public static TheoryData<string> Names => [.. Samples.Keys];

    private static readonly Dictionary<string, Sample> Samples = new(StringComparer.Ordinal)
    {
        ["lanes"] = new(LanesGame.Definition, Maps.Lanes, [("ai", "fill"), ("seconds", "90")], LanesInput),
        ["lanes, crowded"] = new(LanesGame.Definition, Maps.Lanes, [("ai", "both"), ("crowd", "60"), ("seconds", "1800")], LanesInput),
        ["arena"] = new(ArenaGame.Definition, Maps.Courtyard, [("bots", "5"), ("seconds", "600"), ("kills", "200")], ArenaInput),
        ["tag"] = new(new GameDefinition("tag", static () => new TagGame()), Maps.Arena, [], TagInput),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_restored_match_goes_on_as_the_run_through_did(string name)
    {
        Sample sample = Samples[name];
        foreach (int tick in new[] { 1, 150, 700 })
        {
            using MatchSimulation match = sample.Start();
            Play(sample, match, tick);
            var saved = new ArrayBufferWriter<byte>();
            match.Save(saved);
            using MatchSimulation other = sample.Start();
            Play(sample, other, 60);
            other.Restore(saved.WrittenSpan);
            Assert.Equal(match.Hash(), other.Hash());

            // A process that has just started knows no more than what was declared.
            using MatchSimulation fresh = sample.Start();
            fresh.Restore(saved.WrittenSpan);
            Assert.Equal(match.Hash(), fresh.Hash());

            Play(sample, match, 400);
            Play(sample, other, 400);

            Assert.Equal(match.Hash(), other.Hash());
            Assert.Equal(match.Hash(), Replay.Run(match.Setup, other.Log, match.Tick));

            // And back again in the same match.
            match.Restore(saved.WrittenSpan);
            Play(sample, match, 400);
            Assert.Equal(other.Hash(), match.Hash());
        }
    }

    private static void Play(Sample sample, MatchSimulation match, int ticks)
    {
        for (int i = 0; i < ticks && !match.Ended; i++)
        {
            // From the tick alone, so that a restored match gets the same inputs.
            var random = new DeterministicRandom(match.Tick.Value, stream: 3);
            if (match.Tick.Value % 200 == 20)
            {
                match.Join();
            }

            if (match.Tick.Value % 300 == 290)
            {
                match.Leave(new PlayerId(1));
            }

            if (random.NextBool(0.2f))
            {
                sample.Input(match, new PlayerId((byte)random.Next(1, 3)), ref random);
            }

            match.Step();
        }
    }

    private static void LanesInput(MatchSimulation match, PlayerId player, ref DeterministicRandom random) =>
        Send(match, player, Lanes.OpCodes.DeployUnit, new DeployUnit(random.NextSingle(0, 18), random.NextSingle(0, 32), random.Next(UnitKinds.DeployableCount)));

    private static void ArenaInput(MatchSimulation match, PlayerId player, ref DeterministicRandom random) => Send(match, player, Arena.OpCodes.Act, new Act(
        random.NextSingle(-1, 1),
        random.NextSingle(-1, 1),
        random.NextSingle(-1, 1),
        random.NextSingle(-1, 1),
        (Buttons)random.Next(16),
        match.Tick.Value - (uint)random.Next(8)));

    private static void TagInput(MatchSimulation match, PlayerId player, ref DeterministicRandom random) =>
        Send(match, player, 1, new Steer(random.NextSingle(-6, 6), random.NextSingle(-6, 6)));

    private static void Send<T>(MatchSimulation match, PlayerId player, long opCode, T input)
        where T : unmanaged => match.Input(player, opCode, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in input)));

    private delegate void SendInput(MatchSimulation match, PlayerId player, ref DeterministicRandom random);

    private sealed record Sample(GameDefinition Game, GameMap Map, (string Name, string Value)[] Parameters, SendInput Input)
    {
        public MatchSimulation Start()
        {
            Dictionary<string, string> values = Parameters.ToDictionary(item => item.Name, item => item.Value, StringComparer.Ordinal);
            return new MatchSimulation(new MatchSetup(Game, Map, 7, new MatchParameters(values)));
        }
    }
}
