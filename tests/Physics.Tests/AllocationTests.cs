using RealtimeServer.Bench.Physics;
using RealtimeServer.Physics.Snapshots;

namespace RealtimeServer.Physics;

public sealed class AllocationTests
{
    public static TheoryData<string> Scenes => [.. PhysicsScene.All.Select(scene => scene.Name)];

    public static TheoryData<string> Worlds => [.. GoldenScene.All.Select(scene => scene.Name)];

    [Theory]
    [MemberData(nameof(Scenes))]
    public void Steps_and_queries_of_every_scene_that_is_measured_allocate_nothing_once_warm(string name)
    {
        PhysicsScene scene = PhysicsScene.All.Single(scene => scene.Name == name);
        int rounds = scene.Operations > 1 ? 1 : 60;
        Assert.Equal(0, OnThreadOfItsOwn(() => Allocated(scene.Start(), warmUp: scene.Operations > 1 ? 1 : Math.Min(600, scene.WarmUp), rounds)));
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Steps_of_every_kind_of_body_and_joint_allocate_nothing_once_warm(string name)
    {
        (long first, long second) = OnThreadOfItsOwn(() => Twice(GoldenScene.Named(name)));
        Assert.NotEqual(0, first);
        Assert.Equal(0, second);
    }

    private static (long First, long Second) Twice(GoldenScene scene)
    {
        PhysicsWorld world = scene.Create();
        var start = new PhysicsSnapshot();
        world.Save(start);
        int step = 0;
        Action next = () => scene.Steps(world, step++, 1);
        long first = Allocated(next, warmUp: 0, rounds: 600);

        // The same again finds all the room it needs.
        world.Restore(start);
        step = 0;
        return (first, Allocated(next, warmUp: 0, rounds: 600));
    }

    /// <summary>Other tests' large worlds may have left memory to this thread, which it would give back just now.</summary>
    private static T OnThreadOfItsOwn<T>(Func<T> measure)
    {
        T result = default!;
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = measure();
            }
            catch (Exception caught)
            {
                error = caught;
            }
        });
        thread.Start();
        thread.Join();
        return error is null ? result : throw error;
    }

    private static long Allocated(Action round, int warmUp, int rounds)
    {
        for (int i = 0; i < warmUp; i++)
        {
            round();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < rounds; i++)
        {
            round();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
