using RealtimeServer.Bench.Physics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Solver;

public sealed class StabilityTests
{
    [Theory]
    [InlineData(20, 4)]
    [InlineData(30, 8)]
    public void A_stack_of_boxes_stands_for_a_minute(int boxes, int substeps)
    {
        PhysicsWorld world = PhysicsScenes.Stack(boxes, PhysicsScenes.Awake with { Substeps = substeps });
        world.Steps(3600);
        for (int i = 1; i <= boxes; i++)
        {
            Vec3 at = world.Body(new BodyId(i, 1)).Pose.Position;
            Assert.InRange(at.Y, i - 0.55f, i - 0.45f);
            Assert.InRange(at.X, -0.4f, 0.4f);
            Assert.InRange(at.Z, -0.4f, 0.4f);
        }
    }

    [Theory]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(30)]
    public void A_pyramid_stands_and_falls_asleep(int rows)
    {
        PhysicsWorld world = PhysicsScenes.Pyramid(rows, new PhysicsOptions());
        world.Steps(900);
        float top = world.Body(new BodyId(world.BodyCount - 1, 1)).Pose.Position.Y;
        Assert.InRange(top, (rows - 0.5f) * 0.99f, (rows - 0.5f) * 1.002f);
        Assert.Equal(0, world.AwakeCount);
    }

    [Fact]
    public void A_stack_of_twenty_boxes_falls_asleep()
    {
        PhysicsWorld world = PhysicsScenes.Stack(20, new PhysicsOptions());
        world.Steps(1200);
        Assert.Equal(0, world.AwakeCount);
        Assert.InRange(world.Body(new BodyId(20, 1)).Pose.Position.Y, 19.4f, 19.6f);
    }

    [Fact]
    public void A_chain_of_thirty_holds_a_weight_of_a_hundred_links_with_two_percent_of_stretch()
    {
        PhysicsWorld world = PhysicsScenes.Chain(30, 100f);
        for (int i = 0; i < 900; i++)
        {
            world.Step(Worlds.Dt);
            Assert.InRange((-world.Body(new BodyId(31, 1)).Pose.Position.Y - 0.5f) / 15f, 0.9f, 1.02f);
        }
    }

    [Theory]
    [InlineData(100, 5, 4)]
    [InlineData(100, 15, 4)]
    [InlineData(100, 15, 1)]
    [InlineData(10_000, 15, 4)]
    public void A_chain_that_swings_a_weight_stretches_by_less_than_two_percent(float weight, float speed, int substeps)
    {
        PhysicsWorld world = PhysicsScenes.Chain(30, weight, PhysicsScenes.Awake with { Substeps = substeps });
        var id = new BodyId(31, 1);
        Body ball = world.Body(id);
        ball.LinearVelocity = new Vec3(speed, 0, 0);
        for (int i = 0; i < 900; i++)
        {
            world.Step(Worlds.Dt);
            Assert.InRange(world.Body(id).Pose.Position.Length - 0.5f, 0f, 15f * 1.02f);
        }
    }

    /// <summary>Exact joints that turn with their bodies in steps would throw the links about without end.</summary>
    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    public void A_weight_that_flies_up_and_falls_into_its_chain_is_caught(float speed)
    {
        PhysicsWorld world = PhysicsScenes.Chain(30, 100f);
        var id = new BodyId(31, 1);
        Body ball = world.Body(id);
        ball.LinearVelocity = new Vec3(speed, 0, 0);
        for (int i = 0; i < 900; i++)
        {
            world.Step(Worlds.Dt);
            Assert.InRange(world.Body(id).Pose.Position.Length - 0.5f, 0f, 15f * 1.05f);
            Assert.InRange(world.Body(id).LinearVelocity.Length, 0f, speed * 1.5f);
        }
    }

    /// <summary>Those who need more substeps are solved apart: others have the bits that they have in a world without them.</summary>
    [Fact]
    public void A_chain_that_holds_a_weight_changes_nothing_for_who_does_not_touch_it()
    {
        PhysicsWorld alone = Pile(), beside = Pile();
        BodyId above = beside.Add(BodyDescription.Static(beside.Shapes.Add(new Sphere(0.1f)), new Pose(new Vec3(50, 20, 0))));
        BodyId light = beside.Add(Worlds.Ball(beside, new Vec3(50, 19, 0), 0.2f, 1f)), heavy = beside.Add(Worlds.Ball(beside, new Vec3(50, 18, 0), 0.2f, 100f));
        beside.Add(JointDescription.Ball(beside, above, light, new Vec3(50, 20, 0)));
        beside.Add(JointDescription.Distance(beside, light, heavy, new Vec3(50, 19, 0), new Vec3(50, 18, 0)) with { HasLimits = true, Upper = 1 });
        for (int i = 0; i < 600; i++)
        {
            alone.Step(Worlds.Dt);
            beside.Step(Worlds.Dt);
            for (int body = 0; body < alone.BodyCount; body++)
            {
                Assert.Equal(alone.Body(new BodyId(body, 1)).Pose, beside.Body(new BodyId(body, 1)).Pose);
            }
        }

        Assert.InRange(beside.Body(heavy).Pose.Position.Y, 17.95f, 18.01f);

        static PhysicsWorld Pile()
        {
            PhysicsWorld world = PhysicsScenes.Spheres(50);
            BodyId lift = world.Add(BodyDescription.Kinematic(world.Shapes.Add(new Box(1, 0.1f, 1)), new Pose(new Vec3(0, 0.1f, 0))));
            Body body = world.Body(lift);
            body.LinearVelocity = new Vec3(0, 0.2f, 0);
            return world;
        }
    }

    /// <summary>A weight that lands on a pile draws it into its own group and lets it go again.</summary>
    [Fact]
    public void An_island_takes_its_impulses_along_when_its_substeps_change()
    {
        PhysicsWorld world = PhysicsScenes.Stack(6);
        BodyId light = world.Add(Worlds.Box(world, new Vec3(0, 7.5f, 0), 1f)), heavy = world.Add(Worlds.Ball(world, new Vec3(0, 8.5f, 0), 0.2f, 15f));
        JointId joint = world.Add(JointDescription.Hinge(world, light, heavy, new Vec3(0, 8, 0), Vec3.UnitX) with { HasLimits = true });
        world.Steps(120);
        Assert.InRange(world.Body(light).Pose.Position.Y, 6.35f, 6.51f);
        Vec3[] before = Tops();
        world.Remove(joint);
        world.Remove(heavy);
        float worst = 0;
        for (int i = 0; i < 60; i++)
        {
            world.Step(Worlds.Dt);
            worst = MathF.Max(worst, Tops().Zip(before, (a, b) => MathF.Abs(a.Y - b.Y)).Max());
        }

        Assert.InRange(worst, 0f, 0.03f);

        Vec3[] Tops() => [.. Enumerable.Range(1, 6).Select(i => world.Body(new BodyId(i, 1)).Pose.Position)];
    }

    [Theory]
    [InlineData(0.5f, 0.3f, true)]
    [InlineData(0.5f, 0.7f, false)]
    public void A_box_on_a_slope_rests_below_the_angle_of_friction_and_slides_above_it(float friction, float slope, bool rests)
    {
        PhysicsWorld world = Worlds.Empty();
        var tilt = Quat.FromAxisAngle(Vec3.UnitZ, DeterministicMath.Atan2(slope, 1f));
        var material = new Material(friction, 0);
        world.Add(BodyDescription.Static(world.Shapes.Add(new Box(50, 0.5f, 5)), new Pose(default, tilt)) with { Material = material });
        BodyId box = world.Add(Worlds.Box(world, tilt.Rotate(new Vec3(0, 1f, 0))) with { Pose = new Pose(tilt.Rotate(new Vec3(0, 1f, 0)), tilt), Material = material });
        world.Steps(60);
        Vec3 from = world.Body(box).Pose.Position;
        world.Steps(120);
        float way = Vec3.Distance(from, world.Body(box).Pose.Position);
        if (rests)
        {
            Assert.InRange(way, 0, 0.02f);
        }
        else
        {
            // s = (g sin - µ g cos) (t2² - t1²) / 2, from one second to three.
            float sin = slope / MathF.Sqrt(1 + (slope * slope)), cos = 1 / MathF.Sqrt(1 + (slope * slope));
            float expected = 9.81f * (sin - (friction * cos)) * 4f;
            Assert.InRange(way, expected * 0.9f, expected * 1.1f);
        }
    }

    [Fact]
    public void A_ball_comes_back_as_high_as_its_restitution_says()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions { Gravity = new Vec3(0, -10, 0) });
        BodyId ball = world.Add(Worlds.Ball(world, new Vec3(0, 5.5f, 0)) with { Material = new Material(0, 0.8f) });
        float highest = 0;
        for (int i = 0; i < 150; i++)
        {
            world.Step(Worlds.Dt);
            Body body = world.Body(ball);
            highest = i > 65 ? MathF.Max(highest, body.Pose.Position.Y - 0.5f) : 0;
        }

        Assert.InRange(highest, 5f * 0.64f * 0.85f, 5f * 0.64f * 1.1f);
    }

    [Fact]
    public void Impacts_without_friction_keep_momentum()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId a = world.Add(Worlds.Ball(world, new Vec3(-2, 0, 0), mass: 1f) with { LinearVelocity = new Vec3(4, 0, 0), Material = new Material(0, 1) });
        BodyId b = world.Add(Worlds.Ball(world, new Vec3(0, 0.2f, 0), mass: 3f) with { Material = new Material(0, 1) });
        world.Steps(90);
        Vec3 momentum = world.Body(a).LinearVelocity + (world.Body(b).LinearVelocity * 3f);
        Assert.InRange(Vec3.Distance(momentum, new Vec3(4, 0, 0)), 0, 1e-4f);
        float energy = world.Body(a).LinearVelocity.LengthSquared + (3f * world.Body(b).LinearVelocity.LengthSquared);
        Assert.InRange(energy, 15f, 16.2f);
    }

    [Fact]
    public void A_heavy_box_rests_on_a_light_one()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId light = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0), 1f));
        BodyId heavy = world.Add(Worlds.Box(world, new Vec3(0, 1.5f, 0), 100f));
        world.Steps(1200);
        Assert.InRange(world.Body(light).Pose.Position.Y, 0.42f, 0.52f);
        Assert.InRange(world.Body(heavy).Pose.Position.Y, 1.3f, 1.55f);
        Assert.InRange(world.Body(heavy).Pose.Position.X, -0.2f, 0.2f);
    }

    [Fact]
    public void One_body_may_have_more_contacts_than_there_are_colours()
    {
        PhysicsWorld world = Worlds.WithGround();
        ShapeId plate = world.Shapes.Add(new Box(12, 0.5f, 12));
        for (int i = 0; i < 144; i++)
        {
            world.Add(Worlds.Ball(world, new Vec3((i % 12 * 1.9f) - 10.5f, 0.5f, (i / 12 * 1.9f) - 10.5f)));
        }

        BodyId top = world.Add(BodyDescription.Dynamic(world.Shapes, plate, new Pose(new Vec3(0, 1.5f, 0)), 50f));
        world.Steps(120);
        Assert.InRange(world.Body(top).Pose.Position.Y, 1.4f, 1.55f);
    }
}
