using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics;

/// <summary>Small worlds that many tests begin with.</summary>
internal static class Worlds
{
    public const float Dt = 1f / 60f;

    public static PhysicsWorld Empty(PhysicsOptions? options = null) => new(new ShapeSet(), options);

    public static PhysicsWorld WithGround(PhysicsOptions? options = null)
    {
        PhysicsWorld world = Empty(options);
        world.Add(BodyDescription.Static(world.Shapes.Add(new Box(50, 0.5f, 50)), new Pose(new Vec3(0, -0.5f, 0))));
        return world;
    }

    public static BodyDescription Ball(PhysicsWorld world, Vec3 at, float radius = 0.5f, float mass = 1f) =>
        BodyDescription.Dynamic(world.Shapes, world.Shapes.Add(new Sphere(radius)), new Pose(at), mass);

    public static BodyDescription Box(PhysicsWorld world, Vec3 at, float mass = 1f) =>
        BodyDescription.Dynamic(world.Shapes, world.Shapes.Add(new Box(0.5f, 0.5f, 0.5f)), new Pose(at), mass);

    public static void Steps(this PhysicsWorld world, int count)
    {
        for (int i = 0; i < count; i++)
        {
            world.Step(Dt);
        }
    }
}
