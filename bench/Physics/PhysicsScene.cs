using RealtimeServer.Foundation;
using RealtimeServer.Physics;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Bench.Physics;

/// <summary>Something that engines are compared by, to be done again and again.</summary>
/// <param name="Name">As printed.</param>
/// <param name="WarmUp">Times it is done before it is measured.</param>
/// <param name="Operations">Of one time: 1 for a step of a world, many for queries.</param>
/// <param name="Start">Makes what is needed, and gives what is to be done.</param>
public sealed record PhysicsScene(string Name, int WarmUp, int Operations, Func<Action> Start)
{
    private const int Rays = 10_000;

    /// <summary>All with bodies that are kept awake, but the one that says otherwise.</summary>
    public static readonly PhysicsScene[] All =
    [
        Of("pyramid of 20 rows", 200, () => PhysicsScenes.Pyramid(20)),
        Of("pyramid of 30 rows", 200, () => PhysicsScenes.Pyramid(30)),
        Of("1,000 spheres", 600, () => PhysicsScenes.Spheres(1_000)),
        Of("5,000 spheres", 600, () => PhysicsScenes.Spheres(5_000)),
        Of("5,000 spheres, asleep", 2_000, () => PhysicsScenes.Spheres(5_000, new PhysicsOptions())),
        Of("chain of 30, weight of 100", 2_000, () => PhysicsScenes.Chain(30, 100f)),
        Of("1,000 spheres and a chain", 2_000, () => PhysicsScenes.SpheresAndChain(1_000)),
        new("500 capsules to one point", 600, 1, () => Capsules(500)),
        new("500 characters on a mesh", 600, 1, () => new CharacterScene(500).Tick),
        new("ray of 20 m", 3, Rays, () => new QueryScene(Rays).CastRays(20)),
        new("ray of 200 m", 3, Rays, () => new QueryScene(Rays).CastRays(200)),
        new("sphere cast of 20 m", 3, Rays, () => new QueryScene(Rays).CastSpheres(20)),
        new("sphere cast of 200 m", 3, Rays, () => new QueryScene(Rays).CastSpheres(200)),
    ];

    public override string ToString() => Name;

    private static PhysicsScene Of(string name, int warmUp, Func<PhysicsWorld> create) => new(name, warmUp, 1, () =>
    {
        PhysicsWorld world = create();
        return () => world.Step(PhysicsScenes.Step);
    });

    /// <summary>Upright capsules that all walk to the middle and press against each other there.</summary>
    private static Action Capsules(int count)
    {
        PhysicsWorld world = PhysicsScenes.Capsules(count, out BodyId[] bodies);
        return () =>
        {
            foreach (BodyId id in bodies)
            {
                Body body = world.Body(id);
                Vec3 way = -body.Pose.Position with { Y = 0 };
                float length = way.Length;
                body.LinearVelocity = length > 0.1f ? (way * (3f / length)) with { Y = body.LinearVelocity.Y } : body.LinearVelocity;
            }

            world.Step(PhysicsScenes.Step);
        };
    }
}
