using RealtimeServer.Bench.Physics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Snapshots;

public sealed class SnapshotTests
{
    [Fact]
    public void A_restored_world_goes_on_with_the_same_bits_at_any_step()
    {
        foreach (GoldenScene scene in GoldenScene.All)
        {
            PhysicsWorld through = scene.Create();
            var snapshot = new PhysicsSnapshot();
            scene.Steps(through, 0, 120);
            through.Save(snapshot);
            ulong hash = through.Hash();
            scene.Steps(through, 120, 150);
            var restored = new PhysicsWorld(through.Shapes, through.Options);
            restored.Restore(PhysicsSnapshot.FromBytes(snapshot.Bytes));
            Assert.Equal(hash, restored.Hash());
            Assert.Equal(120UL, restored.StepCount);
            scene.Steps(restored, 120, 150);
            Assert.True(through.Hash() == restored.Hash(), $"{scene.Name} goes another way after it was restored");

            // Back in the same world, past bodies that came and went since.
            through.Restore(snapshot);
            scene.Steps(through, 120, 150);
            Assert.Equal(restored.Hash(), through.Hash());
        }
    }

    [Fact]
    public void Saving_every_step_into_a_ring_and_going_back_allocate_nothing_once_warm()
    {
        PhysicsWorld world = PhysicsScenes.Pyramid(8);
        var ring = new SnapshotRing(8);
        Play(100);
        ulong begun = world.StepCount;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Play(100);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(begun + 50, world.StepCount);

        void Play(int steps)
        {
            for (int i = 1; i <= steps; i++)
            {
                world.Step(Worlds.Dt);
                ring.Save(world);
                Assert.True(i % 10 != 0 || ring.TryRestore(world, world.StepCount - 5));
            }
        }
    }

    [Fact]
    public void Saving_into_a_used_snapshot_and_restoring_allocate_nothing()
    {
        PhysicsWorld world = PhysicsScenes.Pyramid(8);
        world.Steps(60);
        var snapshot = new PhysicsSnapshot();
        world.Save(snapshot);
        world.Restore(snapshot);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
        {
            world.Save(snapshot);
            world.Step(Worlds.Dt);
            world.Restore(snapshot);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Bytes_that_are_none_are_refused_and_the_world_stays_as_it_was()
    {
        PhysicsWorld world = PhysicsScenes.Pyramid(4);
        world.Steps(30);
        var snapshot = new PhysicsSnapshot();
        world.Save(snapshot);
        byte[] good = snapshot.Bytes.ToArray();
        ulong hash = world.Hash();
        Refused(world, []);
        Refused(world, new byte[20]);
        Refused(world, new byte[200]);
        Refused(world, good[..^1]);
        Refused(world, [.. good, 0]);
        foreach (int at in new[] { 0, 4, 8, 16, 24, 60, good.Length / 2, good.Length - 1 })
        {
            byte[] bad = [.. good];
            bad[at] ^= 0x40;
            Refused(world, bad);
        }

        Assert.Equal(hash, world.Hash());
        var other = new PhysicsWorld(world.Shapes, world.Options with { Substeps = 3 });
        Assert.Contains("options", Assert.Throws<SnapshotException>(() => other.Restore(snapshot)).Message, StringComparison.Ordinal);
        var shapeless = new PhysicsWorld(new Shapes.ShapeSet(), world.Options);
        Assert.Throws<SnapshotException>(() => shapeless.Restore(PhysicsSnapshot.FromBytes(good)));
    }

    /// <summary>Forged bytes whose checksum is right: what passes the check must also step without harm.</summary>
    [Fact]
    public void Forged_bytes_are_refused_or_harmless()
    {
        PhysicsWorld world = GoldenScene.Named("ragdolls").Create();
        GoldenScene.Named("ragdolls").Steps(world, 0, 90);
        var snapshot = new PhysicsSnapshot();
        world.Save(snapshot);
        byte[] good = snapshot.Bytes.ToArray();
        var random = new DeterministicRandom(seed: 9);
        int refused = 0, rounds = int.TryParse(Environment.GetEnvironmentVariable("PHYSICS_FUZZ"), out int asked) ? asked : 3_000;
        var target = new PhysicsWorld(world.Shapes, world.Options);
        for (int i = 0; i < rounds; i++)
        {
            byte[] bad = [.. good];
            for (int flips = random.Next(1, 4); flips > 0; flips--)
            {
                int at = random.Next(16, bad.Length);
                bad[at] = random.NextBool(0.5f) ? (byte)random.Next(256) : (byte)(bad[at] ^ (1 << random.Next(8)));
            }

            BitConverter.TryWriteBytes(bad.AsSpan(8), SnapshotCodec.Checksum(bad));
            try
            {
                target.Restore(PhysicsSnapshot.FromBytes(bad));
                target.Steps(3);
            }
            catch (SnapshotException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, rounds / 10, rounds);
    }

    [Fact]
    public void A_ring_goes_back_and_forgets_what_was_not_to_be()
    {
        PhysicsWorld world = PhysicsScenes.Stack(3);
        var ring = new SnapshotRing(capacity: 4);
        var hashes = new List<ulong> { world.Hash() };
        for (int i = 0; i < 10; i++)
        {
            world.Step(Worlds.Dt);
            ring.Save(world);
            hashes.Add(world.Hash());
        }

        Assert.False(ring.TryRestore(world, 6));
        Assert.Equal(hashes[10], world.Hash());
        Assert.True(ring.TryRestore(world, 8));
        Assert.Equal(hashes[8], world.Hash());
        Body pushed = world.Body(new BodyId(3, 1));
        pushed.LinearVelocity = new Vec3(1, 0, 0);
        world.Step(Worlds.Dt);
        ring.Save(world);
        Assert.False(ring.TryRestore(world, 10));
        Assert.True(ring.TryRestore(world, 9));
        Assert.NotEqual(hashes[9], world.Hash());
        Assert.True(ring.TryRestore(world, 7));
        Assert.Equal(hashes[7], world.Hash());
    }

    [Fact]
    public void A_history_shows_where_bodies_were()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId ball = world.Add(Worlds.Ball(world, default) with { LinearVelocity = new Vec3(6, 0, 0) });
        var history = new PhysicsHistory(world, capacity: 8);
        for (int i = 0; i < 20; i++)
        {
            world.Step(Worlds.Dt);
            history.Record();
        }

        world.Remove(ball);
        Assert.Null(history.At(12));
        Assert.Null(history.At(21));
        Assert.Equal(1.5f, history.At(15)!.Body(ball).Pose.Position.X, 1e-4f);
        Assert.Equal(2f, history.At(20)!.Body(ball).Pose.Position.X, 1e-4f);
        Assert.Equal(1.3f, history.At(13)!.Body(ball).Pose.Position.X, 1e-4f);
    }

    private static void Refused(PhysicsWorld world, byte[] bytes) =>
        Assert.Throws<SnapshotException>(() => world.Restore(PhysicsSnapshot.FromBytes(bytes)));
}
