using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Continuous;

public sealed class BulletTests
{
    [Fact]
    public void Ten_thousand_random_shots_at_a_thousand_metres_a_second_never_pass_a_wall_of_ten_centimetres()
    {
        var shapes = new ShapeSet();
        ShapeId wall = shapes.Add(new Box(3, 3, 0.05f));
        ShapeId[] bullets = [shapes.Add(new Sphere(0.05f)), shapes.Add(new Box(0.05f, 0.03f, 0.1f)), shapes.Add(new Capsule(0.03f, 0.05f))];
        var random = new DeterministicRandom(seed: 5);
        var world = new PhysicsWorld(shapes, new PhysicsOptions { Gravity = default });
        for (int i = 0; i < 10_000; i++)
        {
            var turn = Quat.FromAxisAngle(new Vec3(random.NextSingle(-1, 1), random.NextSingle(-1, 1), 0.1f).Normalized(), random.NextSingle(-0.5f, 0.5f));
            BodyId target = world.Add(BodyDescription.Static(wall, new Pose(default, turn)));
            var from = new Vec3(random.NextSingle(-3, 3), random.NextSingle(-3, 3), -random.NextSingle(3, 20));
            var to = new Vec3(random.NextSingle(-1, 1), random.NextSingle(-1, 1), 0);
            BodyDescription shot = BodyDescription.Dynamic(shapes, bullets[i % 3], new Pose(from), 0.01f);
            shot.LinearVelocity = (to - from).Normalized() * 1000f;
            BodyId bullet = world.Add(shot);
            Vec3 before = turn.InverseRotate(from);
            for (int step = 0; step < 4; step++)
            {
                world.Step(Worlds.Dt);
                Vec3 now = turn.InverseRotate(world.Body(bullet).Pose.Position);
                Assert.False(Passes(before, now), $"shot {i} from {from} to {to} passes the wall from {before} to {now}");
                before = now;
            }

            world.Remove(bullet);
            world.Remove(target);
        }
    }

    /// <summary>Through the wall's middle plane, within its edges: what slides off beside it may go on behind.</summary>
    private static bool Passes(Vec3 from, Vec3 to)
    {
        if (from.Z > 0 == to.Z > 0)
        {
            return false;
        }

        Vec3 at = Vec3.Lerp(from, to, from.Z / (from.Z - to.Z));
        return MathF.Abs(at.X) < 2.9f && MathF.Abs(at.Y) < 2.9f;
    }

    [Fact]
    public void A_bullet_does_not_pass_a_moving_body_either()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId plate = world.Add(BodyDescription.Dynamic(world.Shapes, world.Shapes.Add(new Box(1, 1, 0.05f)), new Pose(new Vec3(0, 0, 10)), 50f));
        BodyId bullet = world.Add(Worlds.Ball(world, default, 0.05f, 0.1f) with { LinearVelocity = new Vec3(0, 0, 1000), IsBullet = true });
        world.Steps(10);
        Assert.True(world.Body(bullet).Pose.Position.Z < world.Body(plate).Pose.Position.Z);
        Assert.InRange(world.Body(plate).LinearVelocity.Z, 1.8f, 2.2f);
    }

    [Fact]
    public void A_fast_body_slides_along_the_ground_without_being_stopped()
    {
        PhysicsWorld world = Worlds.Empty();
        world.Add(BodyDescription.Static(world.Shapes.Add(new Box(2_000, 0.5f, 5)), new Pose(new Vec3(0, -0.5f, 0))) with { Material = new Material(0, 0) });
        BodyId puck = world.Add(Worlds.Ball(world, new Vec3(0, 0.1f, 0), 0.1f) with { LinearVelocity = new Vec3(200, 0, 0), Material = new Material(0, 0) });
        world.Steps(120);
        Assert.InRange(world.Body(puck).Pose.Position.X, 395f, 405f);
        Assert.InRange(world.Body(puck).Pose.Position.Y, 0.08f, 0.12f);
    }
}
