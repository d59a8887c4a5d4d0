using System.Runtime.CompilerServices;
using RealtimeServer.Bench.Physics;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Solver;

namespace RealtimeServer.Physics;

[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public sealed class MemoryTests
{
    [Fact]
    public void Ten_thousand_worlds_give_back_their_memory()
    {
        Rounds(new ShapeSet(), 100);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long committed = Committed();
        long held = Rounds(new ShapeSet(), 10_000) - before;
        long after = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(held, 10_000L * 4 * 1024, 10_000L * 20 * 1024);
        Assert.InRange(after, long.MinValue, 1024 * 1024);
        Assert.InRange(Committed() - committed, long.MinValue, held / 4);
    }

    [Fact]
    public void An_empty_world_is_small()
    {
        const int count = 1_000;
        var worlds = new PhysicsWorld[count];
        var shapes = new ShapeSet();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < count; i++)
        {
            worlds[i] = new PhysicsWorld(shapes);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / count, 500, 4 * 1024);
        Assert.All(worlds, world => Assert.Equal(0, world.BodyCount));
    }

    [Fact]
    public void A_thread_gives_back_the_memory_of_a_large_step_when_its_worlds_have_long_been_small()
    {
        bool isGone = false;
        var thread = new Thread(() =>
        {
            WeakReference scratch = StepLarge();
            PhysicsWorld small = PhysicsScenes.Stack(3);
            small.Steps(100);
            Assert.True(scratch.IsAlive);
            small.Steps(2_100);
            GC.Collect();
            isGone = !scratch.IsAlive;
        });
        thread.Start();
        thread.Join();
        Assert.True(isGone);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference StepLarge()
        {
            PhysicsScenes.Spheres(20_000).Steps(3);
            return new WeakReference(StepScratch.OfThread);
        }
    }

    /// <summary>Growing by an eighth included.</summary>
    [Fact]
    public unsafe void As_many_contacts_as_a_step_may_have_fit_its_buffer()
    {
        long bundle = sizeof(ContactBundle) + ((long)Manifold.PointsMax * sizeof(ContactPointWide));
        long bytes = ((Limits.ManifoldsMax / WideMath.Lanes) + (ContactGraph.ColorsMax * 2) + Limits.OverflowContactsMax) * bundle;
        Assert.InRange(bytes + (bytes / 8) + 64, 0, int.MaxValue);
    }

    /// <summary>Makes worlds of ten bodies, steps each, and lets them go.</summary>
    /// <returns>The bytes in use while all of them lived.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Rounds(ShapeSet shapes, int count)
    {
        var worlds = new PhysicsWorld[count];
        for (int i = 0; i < count; i++)
        {
            worlds[i] = PhysicsScenes.Small(shapes, 10);
            worlds[i].Steps(2);
        }

        long bytes = GC.GetTotalMemory(forceFullCollection: false);
        GC.KeepAlive(worlds);
        return bytes;
    }

    private static long Committed()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return GC.GetGCMemoryInfo().TotalCommittedBytes;
    }
}
