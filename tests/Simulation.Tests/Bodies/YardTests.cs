using System.Buffers.Binary;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Threads;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Bodies;

/// <summary>A match with bodies is a function of its setup and inputs too: the same bits in every run, after a restore, and with any number of threads.</summary>
public sealed class YardTests
{
    [Fact]
    public void A_match_with_bodies_has_the_bits_it_has_always_had()
    {
        using MatchSimulation match = Start();
        Play(match, 900);
        Assert.Equal("1F465E31D6719365", match.Hash().ToString("X16", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Much_happens_in_the_yard()
    {
        using MatchSimulation match = Start();
        Play(match, 900);
        Tally tally = match.World.Singleton<Tally>();
        Assert.True(tally is { Begun: > 300, Ended: > 300, Entered: > 3, Left: > 3, Impulse: > 1000, Past: > 10 and < 178 }, $"{tally.Begun} {tally.Ended} {tally.Entered} {tally.Left}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(250)]
    public void Another_process_goes_on_as_the_run_through_did(int tick)
    {
        using MatchSimulation match = Start();
        Play(match, tick);
        byte[] saved = Checkpoints.MatchCheckpointTests.Save(match);
        using MatchSimulation other = Start();
        Play(other, 150);
        other.Restore(saved);
        Assert.Equal(match.Hash(), other.Hash());
        Play(match, 200);
        Play(other, 200);
        Assert.Equal(match.Hash(), other.Hash());
        Assert.Equal(Wire.Parts(match), Wire.Parts(other));
        Assert.Equal(match.Hash(), Replay.Run(match.Setup, other.Log, match.Tick));

        // And back again in the same match, whose shapes have become more since.
        match.Restore(saved);
        Assert.Equal(saved.Length, Checkpoints.MatchCheckpointTests.Save(match).Length);
        Play(match, 200);
        Assert.Equal(other.Hash(), match.Hash());
    }

    [Fact]
    public void Threads_change_nothing()
    {
        using MatchSimulation one = Start();
        using MatchSimulation two = Start();
        using var threads = new PhysicsThreads(2);
        two.PhysicsThreads = threads;
        Play(one, 300);
        Play(two, 300);
        Assert.Equal(one.Hash(), two.Hash());
    }

    [Fact]
    public void A_tick_with_bodies_allocates_nothing_once_warm()
    {
        using MatchSimulation match = Start();
        byte[] snapshot = new byte[64 * 1024];
        var parts = new Range[Limits.SnapshotPartsMax];
        long before = 0;
        for (int i = 0; i < 3900; i++)
        {
            if (i == 3600)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            match.Step();
            match.WriteSnapshot(snapshot, parts);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Saving_a_match_with_bodies_allocates_nothing_once_warm()
    {
        using MatchSimulation match = Start();
        Play(match, 60);
        var writer = new StateWriter(Limits.CheckpointBytesMax);
        long before = 0;
        for (int i = 0; i < 60; i++)
        {
            before = i == 30 ? GC.GetAllocatedBytesForCurrentThread() : before;
            writer.Clear();
            match.Save(writer);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Damaged_and_forged_checkpoints_are_refused_and_change_nothing()
    {
        using MatchSimulation match = Start();
        Play(match, 80);
        byte[] saved = Checkpoints.MatchCheckpointTests.Save(match);
        ulong hash = match.Hash();
        var random = new DeterministicRandom(5);
        int refused = 0;
        for (int i = 0; i < 400; i++)
        {
            byte[] forged = [.. saved];
            int at = random.Next(20, saved.Length - 4);
            int value = random.Next(4) switch { 0 => -1, 1 => int.MaxValue, 2 => random.Next(300), _ => (int)random.NextUInt() };
            BinaryPrimitives.WriteInt32LittleEndian(forged.AsSpan(at), value);
            var checksum = new StateHash(seed: 1);
            checksum.Add(forged.AsSpan(20));
            BinaryPrimitives.WriteUInt64LittleEndian(forged.AsSpan(12), checksum.Value);
            try
            {
                match.Restore(forged);

                // What is taken must not break the match: a game may fail, the process may not.
                for (int t = 0; t < 3; t++)
                {
                    match.Step();
                }
            }
            catch (InvalidDataException)
            {
                refused++;
                Assert.Equal(hash, match.Hash());
            }
            catch (GameException)
            {
            }

            match.Restore(saved);
            Assert.Equal(hash, match.Hash());
        }

        Assert.InRange(refused, 40, 399);
    }

    [Fact]
    public void A_hull_that_is_not_here_is_named()
    {
        using MatchSimulation match = Start();
        ScriptedPoints(match);
        byte[] saved = Checkpoints.MatchCheckpointTests.Save(match);
        using MatchSimulation other = Start();
        string message = Assert.Throws<InvalidDataException>(() => other.Restore(saved)).Message;
        Assert.Contains("was a ConvexHull that is not here", message, StringComparison.Ordinal);
        match.Restore(saved);
    }

    private static void ScriptedPoints(MatchSimulation match) =>
        match.Physics!.Shapes.Add(HullBuilder.Build([new Vec3(0, 0, 0), new Vec3(1, 0, 0), new Vec3(0, 1, 0), new Vec3(0, 0, 1)]));

    private static MatchSimulation Start() => new(YardGame.Setup());

    private static void Play(MatchSimulation match, int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            uint tick = match.Tick.Value;
            if (tick % 50 == 10)
            {
                match.Join();
            }

            if (tick % 120 == 100)
            {
                match.Leave(new PlayerId((byte)(1 + (tick / 120 % 2))));
            }

            match.Step();
        }
    }
}
