using RealtimeServer.Bench.Physics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Islands;

public sealed class SleepTests
{
    [Fact]
    public void What_rests_falls_asleep_and_what_hits_it_wakes_its_island_alone()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId low = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0)));
        BodyId high = world.Add(Worlds.Box(world, new Vec3(0, 1.5f, 0)));
        BodyId far = world.Add(Worlds.Box(world, new Vec3(20, 0.5f, 0)));
        world.Steps(120);
        Assert.Equal(0, world.AwakeCount);
        Pose asleep = world.Body(high).Pose;
        world.Steps(100);
        Assert.Equal(asleep, world.Body(high).Pose);
        world.Add(Worlds.Box(world, new Vec3(0, 4, 0)));
        while (!world.Body(high).IsAwake && world.StepCount < 400)
        {
            world.Step(Worlds.Dt);
        }

        Assert.True(world.Body(low).IsAwake);
        Assert.False(world.Body(far).IsAwake);
        world.Steps(600);
        Assert.Equal(0, world.AwakeCount);
    }

    [Fact]
    public void Taking_away_the_ground_wakes_what_lay_on_it()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId ground = world.Add(BodyDescription.Static(world.Shapes.Add(new Box(5, 0.5f, 5)), new Pose(new Vec3(0, -0.5f, 0))));
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0)));
        world.Steps(120);
        Assert.False(world.Body(box).IsAwake);
        world.Remove(ground);
        world.Steps(30);
        Assert.True(world.Body(box).Pose.Position.Y < -0.5f);
    }

    [Fact]
    public void A_joint_makes_one_island_and_a_kinematic_body_that_moves_keeps_it_awake()
    {
        PhysicsWorld world = Worlds.WithGround();
        ShapeId plate = world.Shapes.Add(new Box(1, 0.1f, 1));
        BodyId lift = world.Add(BodyDescription.Kinematic(plate, new Pose(new Vec3(0, 0.1f, 0))) with { LinearVelocity = new Vec3(0, 0.01f, 0) });
        BodyId rider = world.Add(Worlds.Box(world, new Vec3(0, 0.7f, 0)));
        BodyId mate = world.Add(Worlds.Box(world, new Vec3(5, 0.5f, 0)));
        world.Add(JointDescription.Distance(world, rider, mate, new Vec3(0, 0.7f, 0), new Vec3(5, 0.5f, 0)));
        world.Steps(200);
        Assert.True(world.Body(rider).IsAwake && world.Body(mate).IsAwake);
        Body stopped = world.Body(lift);
        stopped.LinearVelocity = Vec3.Zero;
        world.Steps(300);
        Assert.Equal(0, world.AwakeCount);
        Body moved = world.Body(lift);
        moved.LinearVelocity = new Vec3(0, 0.5f, 0);
        world.Steps(2);
        Assert.True(world.Body(rider).IsAwake && world.Body(mate).IsAwake);
    }

    [Fact]
    public void An_island_that_was_parted_sleeps_in_parts()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions());
        BodyId left = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0)));
        BodyId right = world.Add(Worlds.Box(world, new Vec3(1f, 0.5f, 0)));
        JointId joint = world.Add(JointDescription.Fixed(world, left, right));
        world.Steps(120);
        Assert.Equal(0, world.AwakeCount);
        world.Remove(joint);
        Body pushed = world.Body(right);
        pushed.LinearVelocity = new Vec3(3, 0, 0);
        world.Steps(300);
        Assert.Equal(0, world.AwakeCount);
        world.Wake(right);
        Assert.True(world.Body(right).IsAwake);
        Assert.False(world.Body(left).IsAwake);
    }

    [Fact]
    public void A_body_that_begins_asleep_hangs_in_the_air_until_touched()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, 5, 0)) with { StartsAsleep = true });
        world.Steps(60);
        Assert.Equal(5f, world.Body(box).Pose.Position.Y);
        world.Body(box).ApplyImpulse(new Vec3(0.1f, 0, 0));
        world.Steps(60);
        Assert.True(world.Body(box).Pose.Position.Y < 2);
    }

    [Fact]
    public void A_slot_of_a_body_removed_asleep_serves_the_next_body_as_well()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId old = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0)));
        world.Steps(120);
        Assert.False(world.Body(old).IsAwake);
        world.Remove(old);
        world.Step(Worlds.Dt);
        Assert.Equal(old, world.ContactEvents[0].B);
        BodyId next = world.Add(Worlds.Box(world, new Vec3(0, 0.6f, 0)));
        Assert.Equal(old.Slot, next.Slot);
        world.Steps(120);
        Assert.InRange(world.Body(next).Pose.Position.Y, 0.48f, 0.51f);
    }

    [Fact]
    public void A_wall_put_into_a_sleeping_body_wakes_it()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId wall = world.Add(BodyDescription.Static(world.Shapes.Add(new Box(0.5f, 2, 2)), new Pose(new Vec3(9, 2, 0))));
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0)));
        world.Steps(120);
        Body moved = world.Body(wall);
        moved.Pose = new Pose(new Vec3(0.8f, 2, 0));
        world.Steps(120);
        Assert.InRange(world.Body(box).Pose.Position.X, -0.5f, -0.15f);
    }

    /// <summary>Balls turn about their points of contact, which friction alone does not stop: one that spins keeps a thousand awake.</summary>
    [Fact]
    public void A_heap_of_balls_falls_asleep()
    {
        PhysicsWorld world = PhysicsScenes.Spheres(1_000, new PhysicsOptions());
        while (world.AwakeCount > 0 && world.StepCount < 1_200)
        {
            world.Step(Worlds.Dt);
        }

        Assert.Equal(0, world.AwakeCount);
    }

    [Fact]
    public void A_ball_that_spins_or_rolls_comes_to_rest_by_the_resistance_of_its_material()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions());
        BodyId Ball(float z, float resistance) => world.Add(Worlds.Ball(world, new Vec3(0, 0.5f, z)) with
        {
            Material = Material.Default with { RollingResistance = resistance },
            AngularVelocity = new Vec3(0, 2, -2),
            LinearVelocity = new Vec3(1, 0, 0),
        });
        BodyId rubber = Ball(0, 0.08f), ice = Ball(5, 0), mud = Ball(10, 0.5f);
        world.Steps(900);
        Assert.True(world.Body(ice).AngularVelocity.Y > 1.9f && world.Body(ice).LinearVelocity.X > 0.9f);
        Assert.False(world.Body(rubber).IsAwake || world.Body(mud).IsAwake);
        Assert.InRange(world.Body(rubber).Pose.Position.X, 1.5f, 4f);
        Assert.InRange(world.Body(mud).Pose.Position.X, 0.3f, 1.4f);
    }
}
