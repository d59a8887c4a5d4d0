using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Joints;

public sealed class JointTests
{
    [Fact]
    public void A_ball_joint_keeps_its_point_and_lets_the_body_swing()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId post = Post(world, default);
        BodyId box = world.Add(Worlds.Box(world, new Vec3(2, 0, 0)));
        world.Add(JointDescription.Ball(world, post, box, default));
        float lowest = 0;
        for (int i = 0; i < 300; i++)
        {
            world.Step(Worlds.Dt);
            Pose pose = world.Body(box).Pose;
            Assert.InRange(pose.Transform(new Vec3(-2, 0, 0)).Length, 0, 0.02f);
            lowest = MathF.Min(lowest, pose.Position.Y);
        }

        Assert.InRange(lowest, -2.03f, -1.9f);
    }

    [Fact]
    public void A_hinge_turns_about_its_axis_alone_and_its_motor_drives_it()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId post = Post(world, default);
        BodyId wheel = world.Add(Worlds.Box(world, new Vec3(0, 0, 1)) with { AngularVelocity = new Vec3(3, 3, 0) });
        JointId hinge = world.Add(JointDescription.Hinge(world, post, wheel, default, Vec3.UnitZ) with { HasMotor = true, MotorSpeed = 2, MotorMax = 50 });
        world.Steps(120);
        Body body = world.Body(wheel);
        Assert.InRange(Vec3.Distance(body.Pose.Rotation.Rotate(Vec3.UnitZ), Vec3.UnitZ), 0, 0.02f);
        Assert.InRange(Vec3.Distance(body.AngularVelocity, new Vec3(0, 0, 2)), 0, 0.05f);
        JointAccess access = world.Joint(hinge);
        access.MotorSpeed = -1;
        world.Steps(60);
        Assert.InRange(world.Body(wheel).AngularVelocity.Z, -1.05f, -0.95f);
    }

    [Fact]
    public void A_hinge_stops_at_its_limits()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId post = Post(world, default);
        BodyId arm = world.Add(Worlds.Box(world, new Vec3(1, 0, 0)));
        JointId hinge = world.Add(JointDescription.Hinge(world, post, arm, default, Vec3.UnitZ) with { HasLimits = true, Lower = -0.5f, Upper = 0.2f });
        world.Steps(300);
        Assert.InRange(world.Joint(hinge).Angle, -0.53f, -0.48f);
        Body body = world.Body(arm);
        body.LinearVelocity = new Vec3(0, 20, 0);
        float highest = -1;
        for (int i = 0; i < 20; i++)
        {
            world.Step(Worlds.Dt);
            highest = MathF.Max(highest, world.Joint(hinge).Angle);
        }

        Assert.InRange(highest, 0.15f, 0.25f);
    }

    [Fact]
    public void A_slider_moves_along_its_axis_alone_between_its_limits()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId post = Post(world, default);
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, -1, 0)) with { LinearVelocity = new Vec3(2, 0, 1), AngularVelocity = new Vec3(1, 2, 3) });
        JointId slider = world.Add(JointDescription.Slider(world, post, box, default, Vec3.UnitY) with { HasLimits = true, Lower = -1.5f, Upper = 0.5f });
        world.Steps(200);
        Pose pose = world.Body(box).Pose;
        Assert.InRange(pose.Position.X, -0.02f, 0.02f);
        Assert.InRange(pose.Position.Z, -0.02f, 0.02f);
        Assert.InRange(pose.Position.Y, -2.53f, -2.47f);
        Assert.InRange(pose.Rotation.W, 0.9995f, 1f);
        Assert.InRange(world.Joint(slider).Way, -1.53f, -1.47f);
    }

    [Fact]
    public void A_spring_pulls_a_slider_to_its_target()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId post = Post(world, default);
        BodyId box = world.Add(Worlds.Box(world, new Vec3(2, 0, 0)));
        JointId slider = world.Add(JointDescription.Slider(world, post, box, default, Vec3.UnitX) with { SpringHertz = 2, SpringDampingRatio = 0.7f, SpringTarget = 1 });
        world.Steps(200);
        Assert.InRange(world.Joint(slider).Way, 0.99f, 1.01f);
    }

    [Fact]
    public void A_fixed_joint_makes_one_body_of_two()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId a = world.Add(Worlds.Box(world, new Vec3(0, 3, 0)));
        BodyId b = world.Add(Worlds.Box(world, new Vec3(1.2f, 3, 0)));
        Pose relative = world.Body(a).Pose.InverseTransform(world.Body(b).Pose);
        world.Add(JointDescription.Fixed(world, a, b));
        Body hit = world.Body(a);
        hit.AngularVelocity = new Vec3(3, 2, 1);
        for (int i = 0; i < 200; i++)
        {
            world.Step(Worlds.Dt);
            Pose now = world.Body(a).Pose.InverseTransform(world.Body(b).Pose);
            Assert.InRange(Vec3.Distance(relative.Position, now.Position), 0, 0.06f);
            Assert.InRange(Math.Abs(Quat.Dot(relative.Rotation, now.Rotation)), 0.995f, 1.001f);
        }
    }

    [Fact]
    public void A_distance_joint_is_a_rod_a_rope_or_a_spring()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId post = Post(world, default);
        BodyId rod = world.Add(Worlds.Ball(world, new Vec3(0, -2, 0)) with { LinearVelocity = new Vec3(3, 0, 0) });
        BodyId rope = world.Add(Worlds.Ball(world, new Vec3(0, -1, 5)));
        BodyId spring = world.Add(Worlds.Ball(world, new Vec3(0, -2, -5)));
        BodyId postRope = Post(world, new Vec3(0, 0, 5)), postSpring = Post(world, new Vec3(0, 0, -5));
        JointId rodJoint = world.Add(JointDescription.Distance(world, post, rod, default, new Vec3(0, -2, 0)));
        JointId ropeJoint = world.Add(JointDescription.Distance(world, postRope, rope, new Vec3(0, 0, 5), new Vec3(0, -1, 5)) with
        {
            HasLimits = true,
            Lower = 0,
            Upper = 3,
        });
        JointId springJoint = world.Add(JointDescription.Distance(world, postSpring, spring, new Vec3(0, 0, -5), new Vec3(0, -2, -5)) with
        {
            SpringHertz = 1,
            SpringDampingRatio = 1,
            SpringTarget = 2,
        });
        for (int i = 0; i < 400; i++)
        {
            world.Step(Worlds.Dt);
            Assert.InRange(world.Joint(rodJoint).Way, 1.97f, 2.03f);
            Assert.InRange(world.Joint(ropeJoint).Way, 0.9f, 3.05f);
        }

        Assert.InRange(world.Joint(ropeJoint).Way, 2.97f, 3.03f);

        // A spring of one hertz gives way by g / (2π)² under its own weight.
        Assert.InRange(world.Joint(springJoint).Way, 2.2f, 2.3f);
    }

    [Fact]
    public void A_motor_joint_pulls_to_its_target_with_no_more_than_its_force()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = new Vec3(0, -10, 0) });
        BodyId post = Post(world, default);
        BodyId strong = world.Add(Worlds.Box(world, new Vec3(3, 0, 0)));
        BodyId weak = world.Add(Worlds.Box(world, new Vec3(-3, 0, 0)));
        world.Add(JointDescription.Motor(post, strong, new Pose(new Vec3(3, 2, 0), Quat.FromAxisAngle(Vec3.UnitZ, 1f)), 500, 100));
        world.Add(JointDescription.Motor(post, weak, new Pose(new Vec3(-3, 2, 0)), 5, 5));
        world.Steps(200);
        Assert.InRange(Vec3.Distance(world.Body(strong).Pose.Position, new Vec3(3, 2, 0)), 0, 0.05f);
        Assert.InRange(world.Body(strong).Pose.Rotation.ToRotationVector().Z, 0.95f, 1.05f);
        Assert.True(world.Body(weak).Pose.Position.Y < -5);
    }

    [Fact]
    public void Joined_bodies_meet_only_if_asked_and_again_when_parted()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId a = world.Add(Worlds.Ball(world, default));
        BodyId b = world.Add(Worlds.Ball(world, new Vec3(0.5f, 0, 0)));
        JointId joint = world.Add(JointDescription.Ball(world, a, b, new Vec3(0.25f, 0, 0)));
        world.Steps(30);
        Assert.InRange(Vec3.Distance(world.Body(a).Pose.Position, world.Body(b).Pose.Position), 0.49f, 0.51f);
        world.Remove(joint);
        Assert.False(world.Contains(joint));
        world.Steps(120);
        Assert.True(Vec3.Distance(world.Body(a).Pose.Position, world.Body(b).Pose.Position) > 0.95f);
    }

    [Fact]
    public void A_joint_goes_with_its_body_and_nonsense_is_refused_by_name()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId a = world.Add(Worlds.Ball(world, default));
        BodyId b = world.Add(Worlds.Ball(world, new Vec3(2, 0, 0)));
        JointDescription good = JointDescription.Ball(world, a, b, new Vec3(1, 0, 0));
        JointDescription[] bad =
        [
            good with { B = a },
            good with { Kind = 0 },
            good with { FrameA = new Pose(new Vec3(float.NaN, 0, 0)) },
            good with { HasLimits = true, Lower = 1, Upper = 0 },
            good with { Lower = float.NaN },
            good with { MotorMax = -1 },
            good with { SpringHertz = -1 },
            good with { Length = float.PositiveInfinity },
            good with { ForceMax = float.NaN },
        ];
        foreach (JointDescription description in bad)
        {
            Assert.Contains(a.ToString(), Assert.Throws<PhysicsException>(() => world.Add(description)).Message, StringComparison.Ordinal);
        }

        JointId id = world.Add(good);
        Assert.Equal(1, world.JointCount);
        world.Remove(a);
        Assert.Equal(0, world.JointCount);
        Assert.Throws<PhysicsException>(() => world.Joint(id));
        world.Steps(2);
    }

    /// <summary>One of them a little out of line: were both exact, they would bind.</summary>
    [Fact]
    public void A_door_on_two_hinges_hangs_still_and_turns()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId post = Post(world, default);
        BodyId door = world.Add(Worlds.Box(world, new Vec3(0.6f, 1, 0)));
        world.Add(JointDescription.Hinge(world, post, door, new Vec3(0, 0.2f, 0), Vec3.UnitY));
        JointDescription upper = JointDescription.Hinge(world, post, door, new Vec3(0, 1.8f, 0), Vec3.UnitY);
        world.Add(upper with { FrameB = upper.FrameB with { Position = upper.FrameB.Position + new Vec3(0.002f, 0.001f, 0) } });
        world.Steps(600);
        Assert.InRange(world.Body(door).LinearVelocity.Length, 0, 0.02f);
        Assert.InRange(Vec3.Distance(world.Body(door).Pose.Position, new Vec3(0.6f, 1, 0)), 0, 0.01f);
        Body body = world.Body(door);
        body.AngularVelocity = new Vec3(0, 1, 0);
        body.LinearVelocity = new Vec3(0, 0, -0.6f);
        world.Steps(60);
        Assert.InRange(world.Body(door).AngularVelocity.Y, 0.9f, 1.05f);
    }

    /// <summary>A bridge hangs on both of its ends, a ring of moving bodies has a joint too many for a tree.</summary>
    [Fact]
    public void Bridges_and_rings_hold_together()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId first = Post(world, default), last = Post(world, new Vec3(20, 0, 0)), above = first;
        var planks = new List<BodyId>();
        for (int i = 0; i < 20; i++)
        {
            BodyId plank = world.Add(BodyDescription.Dynamic(world.Shapes, world.Shapes.Add(new Box(0.45f, 0.05f, 1)), new Pose(new Vec3(i + 0.5f, 0, 0)), 5f));
            world.Add(JointDescription.Hinge(world, above, plank, new Vec3(i, 0, 0), Vec3.UnitZ));
            planks.Add(above = plank);
        }

        world.Add(JointDescription.Hinge(world, above, last, new Vec3(20, 0, 0), Vec3.UnitZ));
        BodyId[] ring = [.. Enumerable.Range(0, 12).Select(i => world.Add(Worlds.Ball(world, At(i), 0.2f)))];
        JointId[] links = [.. Enumerable.Range(0, 12).Select(i => world.Add(JointDescription.Ball(world, ring[i], ring[(i + 1) % 12], (At(i) + At(i + 1)) * 0.5f)))];
        JointId hung = world.Add(JointDescription.Ball(world, planks[10], ring[0], At(0)));
        for (int step = 0; step < 600; step++)
        {
            world.Step(Worlds.Dt);
            Assert.All(links, link => Assert.InRange(world.Joint(link).Way, 0, 0.03f));
            Assert.InRange(world.Joint(hung).Way, 0, 0.01f);
        }

        Assert.InRange(world.Body(planks[10]).Pose.Position.Y, -1f, 0.1f);

        static Vec3 At(int i) => new Vec3(10, -2, 0) + (new Vec3(MathF.Sin(i * MathF.PI / 6), MathF.Cos(i * MathF.PI / 6), 0) * 1.5f);
    }

    private static BodyId Post(PhysicsWorld world, Vec3 at) =>
        world.Add(BodyDescription.Static(world.Shapes.Add(new Sphere(0.05f)), new Pose(at)));
}
