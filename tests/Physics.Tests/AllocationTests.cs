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
        Action round = scene.Start();
        int rounds = scene.Operations > 1 ? 1 : 60;
        Assert.Equal(0, Allocated(round, warmUp: scene.Operations > 1 ? 1 : Math.Min(600, scene.WarmUp), rounds));
    }

    [Theory]
    [MemberData(nameof(Worlds))]
    public void Steps_of_every_kind_of_body_and_joint_allocate_nothing_once_warm(string name)
    {
        GoldenScene scene = GoldenScene.Named(name);
        PhysicsWorld world = scene.Create();
        var start = new PhysicsSnapshot();
        world.Save(start);
        int step = 0;
        Action next = () => scene.Steps(world, step++, 1);
        Assert.NotEqual(0, Allocated(next, warmUp: 0, rounds: 600));

        // The same again finds all the room it needs.
        world.Restore(start);
        step = 0;
        Assert.Equal(0, Allocated(next, warmUp: 0, rounds: 600));
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
