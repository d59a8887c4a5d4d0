using System.Buffers;
using System.Buffers.Binary;
using RealtimeServer.Ecs;
using RealtimeServer.Ecs.Checkpoints;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Checkpoints;

public sealed class MatchCheckpointTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(77)]
    [InlineData(160)]
    public void Another_process_goes_on_as_the_run_through_did(int tick)
    {
        using MatchSimulation match = Start();
        Play(match, tick);
        byte[] saved = Save(match);
        using MatchSimulation other = Start();
        Play(other, 30);
        other.Restore(saved);
        Assert.Equal(match.Hash(), other.Hash());
        Assert.Equal(match.Tick, other.Tick);

        Play(match, 250);
        Play(other, 250);

        Assert.Equal(match.Hash(), other.Hash());
        Assert.Equal(Wire.Parts(match), Wire.Parts(other));
        Assert.Equal(match.Log.Bytes.ToArray(), other.Log.Bytes.ToArray());
        Assert.Equal(match.Hash(), Replay.Run(match.Setup, other.Log, match.Tick));
    }

    [Fact]
    public void A_match_can_go_back_as_often_as_one_likes()
    {
        using MatchSimulation match = Start();
        Play(match, 100);
        byte[] saved = Save(match);
        ulong then = match.Hash();
        Play(match, 150);
        ulong later = match.Hash();
        byte[][] parts = Wire.Parts(match);
        for (int i = 0; i < 3; i++)
        {
            match.Restore(saved);
            Assert.Equal(then, match.Hash());
            Play(match, 150);
            Assert.Equal(later, match.Hash());
            Assert.Equal(parts, Wire.Parts(match));
        }
    }

    [Fact]
    public void What_waits_for_the_next_tick_is_saved()
    {
        using MatchSimulation match = Start();
        Play(match, 10);
        PlayerId player = match.Join();
        match.Input(player, 1, new byte[12]);
        match.Input(player, 1, new byte[12]);
        using MatchSimulation other = Start();
        other.Restore(Save(match));
        match.Step();
        other.Step();
        Assert.Equal(match.Hash(), other.Hash());
        Assert.Equal(2u, other.InputsProcessed(player));
        Assert.NotEqual(player, other.Join());
    }

    [Fact]
    public void The_past_that_a_game_keeps_is_saved_too()
    {
        using MatchSimulation match = Start(new RewindingGame());
        Steps(match, 40);
        using MatchSimulation other = Start(new RewindingGame());
        other.Restore(Save(match));
        Steps(match, 40);
        Steps(other, 40);
        Assert.Equal(match.Hash(), other.Hash());
        Assert.Equal(80 - 10, match.World.Singleton<int>());
    }

    [Fact]
    public void A_checkpoint_of_another_match_is_refused_by_name()
    {
        using MatchSimulation match = Start();
        byte[] saved = Save(match);
        using MatchSimulation seed = new(WalkingGame.Setup(TestMaps.Open(16, 11), 40, seed: 8));
        Assert.Contains("with seed 7; this one is", Refusal(seed, saved), StringComparison.Ordinal);
        using MatchSimulation agents = new(WalkingGame.Setup(TestMaps.Open(16, 11), 41));
        Assert.Contains("map, parameters, players, systems", Refusal(agents, saved), StringComparison.Ordinal);
        using MatchSimulation map = new(WalkingGame.Setup(TestMaps.Open(15, 11), 40));
        Assert.Contains("whose map", Refusal(map, saved), StringComparison.Ordinal);
        Assert.Contains("does not begin with 'RSMC'", Refusal(match, [1, 2, 3]), StringComparison.Ordinal);
        saved[4] = 9;
        Assert.Contains("version 9; this build reads version 1", Refusal(match, saved), StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_and_forged_checkpoints_are_refused_and_change_nothing()
    {
        using MatchSimulation match = Start();
        Play(match, 60);
        match.Join();
        match.Input(new PlayerId(1), 1, new byte[12]);
        byte[] saved = Save(match);
        ulong hash = match.Hash();
        var random = new DeterministicRandom(5);
        int accepted = 0;
        for (int i = 0; i < 1500; i++)
        {
            byte[] forged = [.. saved];
            int changes = 1 + random.Next(3);
            for (int c = 0; c < changes; c++)
            {
                // Half of them behind the world, where the match's own numbers are.
                int at = random.NextBool(0.5f) ? random.Next(20, saved.Length - 4) : random.Next(saved.Length - 3000, saved.Length - 4);
                int value = random.Next(4) switch { 0 => -1, 1 => int.MaxValue, 2 => random.Next(300), _ => (int)random.NextUInt() };
                BinaryPrimitives.WriteInt32LittleEndian(forged.AsSpan(at), value);
            }

            if (i % 5 > 0)
            {
                var checksum = new StateHash(seed: 1);
                checksum.Add(forged.AsSpan(20));
                BinaryPrimitives.WriteUInt64LittleEndian(forged.AsSpan(12), checksum.Value);
            }

            try
            {
                match.Restore(forged);
                accepted++;
                match.Restore(saved);
            }
            catch (InvalidDataException)
            {
            }

            Assert.Equal(hash, match.Hash());
        }

        // Most bytes are components' values, any of which may be.
        Assert.InRange(accepted, 1, 1499);
        for (int length = 0; length < saved.Length; length += 101)
        {
            Assert.Throws<InvalidDataException>(() => match.Restore(saved.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Saving_allocates_nothing_once_warm()
    {
        using MatchSimulation match = Start();
        Play(match, 60);
        var writer = new StateWriter(Limits.CheckpointBytesMax);
        for (int i = 0; i < 30; i++)
        {
            writer.Clear();
            match.Save(writer);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            writer.Clear();
            match.Save(writer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static byte[] Save(MatchSimulation match)
    {
        var writer = new ArrayBufferWriter<byte>();
        match.Save(writer);
        return writer.WrittenSpan.ToArray();
    }

    private static MatchSimulation Start() => new(WalkingGame.Setup(TestMaps.Open(16, 11), agents: 40));

    private static MatchSimulation Start(IGame game) => new(new MatchSetup(new GameDefinition("rewinding", () => game), TestMaps.Open(4, 4), 1, new MatchParameters()));

    private static string Refusal(MatchSimulation match, byte[] saved) => Assert.Throws<InvalidDataException>(() => match.Restore(saved)).Message;

    private static void Steps(MatchSimulation match, int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            match.Step();
        }
    }

    /// <summary>Players come, go and act in ticks that follow from the tick alone.</summary>
    private static void Play(MatchSimulation match, int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            uint tick = match.Tick.Value + 1;
            switch (tick % 25)
            {
                case 3:
                    match.Join();
                    break;
                case 7 or 8 or 21:
                    Order order = new() { X = (tick % 15) + 0.5f, Y = 0.5f, Kind = (int)tick };
                    match.Input(new PlayerId(1), 1, System.Runtime.InteropServices.MemoryMarshal.AsBytes(new ReadOnlySpan<Order>(in order)));
                    break;
                case 20 when tick > 80:
                    match.Leave(new PlayerId((byte)(tick / 50)));
                    break;
            }

            match.Step();
        }
    }

    /// <summary>Follows with a singleton what another was ten ticks ago.</summary>
    private sealed class RewindingGame : IGame
    {
        public void Configure(GameBuilder game) => game.Rewind(12).Component<long>().Component<int>().Component<uint>().System("count", Stage.Act, Count);

        public void Start(GameContext context)
        {
            context.World.Singleton<int>() = 0;
            context.World.Create(0L);
        }

        public void PlayerJoined(GameContext context, PlayerId player)
        {
        }

        public void PlayerLeft(GameContext context, PlayerId player)
        {
        }

        private static void Count(GameContext context)
        {
            foreach (Row<long> row in context.World.Query().All<long>().Build().Rows<long>())
            {
                row.C1 = context.Tick.Value;
                bool kept = context.TryPast(new Tick(context.Tick.Value - 10), out WorldCheckpoint? past);
                Assert.Equal(context.Tick.Value > 10, kept);
                if (kept && past!.TryGet(row.Entity, out long then))
                {
                    context.World.Singleton<int>() = (int)then;
                }
            }

            Assert.False(context.TryPast(new Tick(context.Tick.Value), out _));
        }
    }
}
