using RealtimeServer.Bench.Physics;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Threads;

public sealed class ThreadTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Any_number_of_threads_gives_the_same_bits(int count)
    {
        using var threads = new PhysicsThreads(count);
        (Func<PhysicsWorld> Create, int Steps)[] scenes =
        [
            (() => PhysicsScenes.Spheres(600), 60),
            (() => PhysicsScenes.Pyramid(16), 60),
            (() => PhysicsScenes.Spheres(200, new PhysicsOptions()), 200),
            (Crowd, 60),
        ];
        foreach ((Func<PhysicsWorld> create, int steps) in scenes)
        {
            PhysicsWorld alone = create(), helped = create();
            for (int i = 0; i < steps; i++)
            {
                alone.Step(Worlds.Dt);
                helped.Step(Worlds.Dt, threads);
                Assert.Equal(alone.Hash(), helped.Hash());
            }
        }
    }

    /// <summary>Capsules that run together.</summary>
    private static PhysicsWorld Crowd()
    {
        PhysicsWorld world = PhysicsScenes.Capsules(300, out BodyId[] bodies);
        foreach (BodyId id in bodies)
        {
            Body body = world.Body(id);
            body.LinearVelocity = (-body.Pose.Position with { Y = 0 }).Normalized() * 8f;
        }

        return world;
    }

    [Fact]
    public void Threads_can_be_shared_by_worlds_and_end()
    {
        var threads = new PhysicsThreads(3);
        PhysicsWorld a = PhysicsScenes.Spheres(300), b = PhysicsScenes.Spheres(300);
        Parallel.For(0, 2, i =>
        {
            for (int step = 0; step < 30; step++)
            {
                (i == 0 ? a : b).Step(Worlds.Dt, threads);
            }
        });
        Assert.Equal(a.Hash(), b.Hash());
        threads.Dispose();
        Assert.Throws<ObjectDisposedException>(() => a.Step(Worlds.Dt, threads));
    }
}
