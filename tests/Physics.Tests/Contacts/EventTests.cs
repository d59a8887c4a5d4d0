using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Contacts;

public sealed class EventTests
{
    [Fact]
    public void Touching_begins_stays_and_ends_once_with_the_impulse_that_stopped_the_fall()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId ball = world.Add(Worlds.Ball(world, new Vec3(0, 2, 0), mass: 2f) with { Reports = ContactReports.All });
        float impulse = 0, speed = 0;
        int begins = 0, stays = 0;
        for (int i = 0; i < 120; i++)
        {
            float before = world.Body(ball).LinearVelocity.Y;
            world.Step(Worlds.Dt);
            foreach (ContactEvent told in world.ContactEvents)
            {
                Assert.Equal(ball, told.B);
                begins += told.Change == ContactChange.Begin ? 1 : 0;
                stays += told.Change == ContactChange.Stay ? 1 : 0;
                Assert.NotEqual(ContactChange.End, told.Change);
                impulse += told.Impulse;
                speed = MathF.Min(speed, before);
                Assert.InRange(told.Normal.Y, 0.99f, 1.01f);
                Assert.InRange(told.Point.Y, -0.05f, 0.05f);
            }
        }

        Assert.Equal(1, begins);
        Assert.InRange(stays, 20, 100);
        float weight = 2f * 9.81f * stays * Worlds.Dt;
        Assert.InRange(impulse, (2f * -speed) + (0.8f * weight), (2f * -speed) + (1.2f * weight) + 1f);
        Body body = world.Body(ball);
        body.LinearVelocity = new Vec3(0, 10, 0);
        world.Steps(5);
        body = world.Body(ball);
        body.LinearVelocity = new Vec3(0, 10, 0);
        int ends = 0;
        for (int i = 0; i < 30; i++)
        {
            world.Step(Worlds.Dt);
            ends += world.ContactEvents.Length;
        }

        Assert.InRange(ends, 0, 1);
        Assert.Equal(0, world.ContactEvents.Length);
    }

    [Fact]
    public void Removing_a_body_ends_its_contacts()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0)));
        world.Steps(2);
        world.Remove(box);
        world.Step(Worlds.Dt);
        ContactEvent told = Assert.Single(world.ContactEvents.ToArray());
        Assert.Equal(ContactChange.End, told.Change);
        Assert.Equal(box, told.B);
    }

    [Fact]
    public void A_sensor_tells_who_enters_and_leaves_and_stops_nobody()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId gate = world.Add(BodyDescription.Static(world.Shapes.Add(new Box(1, 1, 1)), Pose.Identity) with { IsSensor = true, Reports = ContactReports.All });
        BodyId ball = world.Add(Worlds.Ball(world, new Vec3(-5, 0, 0)) with { LinearVelocity = new Vec3(6, 0, 0) });
        var told = new List<SensorEvent>();
        for (int i = 0; i < 120; i++)
        {
            world.Step(Worlds.Dt);
            told.AddRange(world.SensorEvents);
        }

        Assert.Equal(7f, world.Body(ball).Pose.Position.X, 0.01f);
        Assert.All(told, one => Assert.Equal((gate, ball), (one.Sensor, one.Visitor)));
        Assert.Equal(ContactChange.Begin, told[0].Change);
        Assert.Equal(ContactChange.End, told[^1].Change);
        Assert.InRange(told.Count(one => one.Change == ContactChange.Stay), 27, 31);
        Assert.Equal(0, world.ContactEvents.Length);
    }

    [Fact]
    public void Bodies_meet_only_where_both_masks_have_a_layer_of_the_other()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId ghost = world.Add(Worlds.Ball(world, new Vec3(0, 1, 0)) with { Layers = 2, Mask = 2 });
        BodyId other = world.Add(Worlds.Ball(world, new Vec3(0.1f, 1, 0)) with { Layers = 4, Mask = 1 });
        world.Steps(90);
        Assert.True(world.Body(ghost).Pose.Position.Y < -1);
        Assert.InRange(world.Body(other).Pose.Position.Y, 0.48f, 0.52f);
    }

    [Fact]
    public void Materials_combine_by_the_greater_rule()
    {
        Assert.Equal(0.4f, Material.Join(0.2f, 0.8f, Combine.GeometricMean, Combine.GeometricMean), 6);
        Assert.Equal(0.5f, Material.Join(0.2f, 0.8f, Combine.Average, Combine.GeometricMean), 6);
        Assert.Equal(0.2f, Material.Join(0.2f, 0.8f, Combine.Average, Combine.Minimum), 6);
        Assert.Equal(0.16f, Material.Join(0.2f, 0.8f, Combine.Minimum, Combine.Multiply), 6);
        Assert.Equal(0.8f, Material.Join(0.2f, 0.8f, Combine.Maximum, Combine.Multiply), 6);
    }
}
