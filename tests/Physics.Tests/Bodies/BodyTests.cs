using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Bodies;

public sealed class BodyTests
{
    [Fact]
    public void A_body_falls_as_gravity_says()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = new Vec3(0, -10, 0) });
        BodyId ball = world.Add(Worlds.Ball(world, new Vec3(0, 100, 0)));
        BodyId floater = world.Add(Worlds.Ball(world, new Vec3(5, 100, 0)) with { GravityScale = 0 });
        BodyId damped = world.Add(Worlds.Ball(world, new Vec3(9, 100, 0)) with { GravityScale = 0, LinearDamping = 1, LinearVelocity = new Vec3(10, 0, 0) });
        world.Steps(60);
        Assert.InRange(world.Body(ball).LinearVelocity.Y, -10.01f, -9.99f);
        Assert.InRange(world.Body(ball).Pose.Position.Y, 94.9f, 95.1f);
        Assert.Equal(100f, world.Body(floater).Pose.Position.Y);
        Assert.InRange(world.Body(damped).LinearVelocity.X, 3.6f, 3.8f);
    }

    [Fact]
    public void A_spin_turns_a_body_and_keeps_its_rotation_of_length_one()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId box = world.Add(Worlds.Box(world, default) with { AngularVelocity = new Vec3(0, MathF.PI, 0) });
        world.Steps(30);
        Assert.InRange(Vec3.Distance(world.Body(box).Pose.Rotation.Rotate(Vec3.UnitX), -Vec3.UnitZ), 0, 1e-3f);
        world.Steps(5_000);
        Assert.InRange(world.Body(box).Pose.Rotation.LengthSquared, 0.9999f, 1.0001f);
    }

    [Fact]
    public void Locked_axes_do_not_move_whatever_hits_the_body()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyId flat = world.Add(Worlds.Box(world, new Vec3(0, 2, 0)) with { Locks = AxisLocks.PlaneXZ });
        for (int i = 0; i < 8; i++)
        {
            world.Add(Worlds.Ball(world, new Vec3(0.3f * i, 4 + i, 0.2f * i), 0.4f, 5f) with { LinearVelocity = new Vec3(0, -10, 1) });
        }

        world.Steps(200);
        Body body = world.Body(flat);
        Assert.Equal(2f, body.Pose.Position.Y);
        Assert.InRange(Vec3.Distance(body.Pose.Rotation.Rotate(Vec3.UnitY), Vec3.UnitY), 0, 1e-4f);
        Assert.True(Vec3.Distance(body.Pose.Position, new Vec3(0, 2, 0)) > 0.01f, "what is free moves");
    }

    [Fact]
    public void A_kinematic_body_pushes_and_is_not_pushed()
    {
        PhysicsWorld world = Worlds.WithGround();
        ShapeId shape = world.Shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        BodyId pusher = world.Add(BodyDescription.Kinematic(shape, new Pose(new Vec3(-3, 0.5f, 0))) with { LinearVelocity = new Vec3(2, 0, 0) });
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0), 1000f));
        world.Steps(120);
        Assert.InRange(world.Body(pusher).Pose.Position.X, 0.999f, 1.001f);
        Assert.InRange(world.Body(box).Pose.Position.X, 1.98f, 2.3f);
    }

    [Fact]
    public void Ids_of_removed_bodies_name_nothing_and_slots_come_back_with_another_generation()
    {
        PhysicsWorld world = Worlds.Empty();
        BodyId old = world.Add(Worlds.Ball(world, default));
        world.Remove(old);
        Assert.False(world.Contains(old));
        Assert.Contains("body 0.1", Assert.Throws<PhysicsException>(() => world.Body(old)).Message, StringComparison.Ordinal);
        world.Step(Worlds.Dt);
        BodyId next = world.Add(Worlds.Ball(world, default));
        Assert.Equal(old.Slot, next.Slot);
        Assert.NotEqual(old, next);
        Assert.False(world.Contains(BodyId.None));
    }

    [Fact]
    public void An_impulse_off_the_centre_moves_and_turns()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId id = world.Add(Worlds.Box(world, default, 2f));
        world.Body(id).ApplyImpulse(new Vec3(0, 0, 4), new Vec3(0.5f, 0, 0));
        Assert.Equal(new Vec3(0, 0, 2), world.Body(id).LinearVelocity);
        Assert.True(world.Body(id).AngularVelocity.Y < 0);
        Assert.InRange(world.Body(id).AngularVelocity.Y * (2f / 6f), -2.001f, -1.999f);
    }

    [Fact]
    public void Mass_off_the_origin_turns_about_itself()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyDescription d = Worlds.Box(world, default) with { AngularVelocity = new Vec3(0, 0, 2) };
        d.Mass = d.Mass!.Value with { Centre = new Vec3(0.3f, 0, 0) };
        BodyId id = world.Add(d);
        Vec3 centre = world.Body(id).CentreOfMass;
        world.Steps(100);
        Assert.InRange(Vec3.Distance(centre, world.Body(id).CentreOfMass), 0, 1e-4f);
        Assert.True(world.Body(id).Pose.Position.Length > 0.01f);
    }

    [Fact]
    public void Nonsense_is_refused_with_the_bodys_name_and_leaves_nothing_behind()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyDescription good = Worlds.Ball(world, new Vec3(0, 3, 0));
        BodyDescription[] bad =
        [
            default,
            good with { Pose = new Pose(new Vec3(float.NaN, 0, 0)) },
            good with { Pose = new Pose(new Vec3(0, float.PositiveInfinity, 0)) },
            good with { Pose = new Pose(default, default) },
            good with { LinearVelocity = new Vec3(0, 0, float.NaN) },
            good with { AngularVelocity = new Vec3(0, 0, float.NegativeInfinity) },
            good with { LinearVelocity = new Vec3(1e9f, 0, 0) },
            good with { Mass = new MassProperties(0, default, SymMat3.Identity) },
            good with { Mass = new MassProperties(-1, default, SymMat3.Identity) },
            good with { Mass = new MassProperties(float.NaN, default, SymMat3.Identity) },
            good with { Mass = new MassProperties(1, default, SymMat3.Identity * -1f) },
            good with { Mass = new MassProperties(1, new Vec3(float.NaN, 0, 0), SymMat3.Identity) },
            good with { GravityScale = float.NaN },
            good with { LinearDamping = -1 },
            good with { Material = new Material(-1, 0) },
            good with { Material = new Material(0.5f, 2) },
            good with { Material = Material.Default with { RollingResistance = float.NaN } },
            good with { Kind = (BodyKind)9 },
        ];
        ulong hash = world.Hash();
        foreach (BodyDescription description in bad)
        {
            Assert.Contains("A new body", Assert.Throws<PhysicsException>(() => world.Add(description)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(hash, world.Hash());
        BodyId id = world.Add(good);
        string name = id.ToString();
        Body body = world.Body(id);
        Action[] acts =
        [
            () => body.LinearVelocity = new Vec3(float.NaN, 0, 0),
            () => body.Pose = new Pose(new Vec3(1e30f, 0, 0)),
            () => body.ApplyImpulse(new Vec3(float.NaN, 0, 0)),
        ];
        Assert.All(acts, act => Assert.Contains(name, Assert.Throws<PhysicsException>(act).Message, StringComparison.Ordinal));
        Assert.Throws<PhysicsException>(() => world.Step(float.NaN));
        Assert.Throws<PhysicsException>(() => world.Step(0));
        Assert.Throws<PhysicsException>(() => new PhysicsWorld(world.Shapes, new PhysicsOptions { Substeps = 0 }));
        Assert.Throws<PhysicsException>(() => new PhysicsWorld(world.Shapes, new PhysicsOptions { Gravity = new Vec3(0, float.NaN, 0) }));
    }

    [Fact]
    public void A_full_world_says_so()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { BodiesMax = 2 });
        world.Add(Worlds.Ball(world, default));
        world.Add(Worlds.Ball(world, default));
        Assert.Contains("2 bodies", Assert.Throws<PhysicsException>(() => world.Add(Worlds.Ball(world, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bodies_that_run_out_of_the_world_are_stopped()
    {
        PhysicsWorld world = Worlds.Empty(new PhysicsOptions { Gravity = default });
        BodyId id = world.Add(Worlds.Ball(world, new Vec3(Limits.PositionMax - 100, 0, 0)) with { LinearVelocity = new Vec3(9_000, 0, 0) });
        world.Steps(10);
        Assert.True(world.Body(id).Pose.Position.X <= Limits.PositionMax);
        Assert.Equal(Vec3.Zero, world.Body(id).LinearVelocity);
    }

    [Fact]
    public void A_body_whose_shape_changes_meets_others_with_the_new_one()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions());
        ShapeSet shapes = world.Shapes;
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0))), rider = world.Add(Worlds.Ball(world, new Vec3(0, 1.5f, 0)));
        BodyId floor = world.Add(BodyDescription.Static(shapes.Add(new Box(1, 1, 1)), new Pose(new Vec3(10, -1, 0))) with { Layers = 2 });
        world.Steps(240);
        Assert.Equal(0, world.AwakeCount);
        ulong hash = world.Hash();
        Assert.Throws<PhysicsException>(() => world.Body(box).SetShape(ShapeId.None));
        Assert.Throws<PhysicsException>(() => world.Body(box).SetShape(shapes.Add(GridTerrain.FromCells(2, 2, new bool[4], 1, 1))));
        Assert.Throws<PhysicsException>(() => world.Body(box).SetShape(shapes.Add(new Sphere(1)), new MassProperties(-1, default, default)));
        Assert.Equal(hash, world.Hash());

        // From a box to a compound, which is not convex, and to a small sphere.
        ShapeId child = shapes.Add(new Box(0.5f, 0.25f, 0.5f));
        ShapeId table = shapes.Add(new Compound(shapes, [new(child, new Pose(new Vec3(0, 0.75f, 0))), new(child, new Pose(new Vec3(0, -0.25f, 0)))]));
        world.Body(box).SetShape(table);
        Assert.True(world.Body(rider).IsAwake);
        world.Steps(120);
        Assert.InRange(world.Body(rider).Pose.Position.Y, 1.95f, 2.05f);
        Assert.Equal(1f, world.Body(box).Mass);
        world.Body(box).SetShape(shapes.Add(new Sphere(0.1f)), shapes.Mass(shapes.Add(new Sphere(0.1f)), 100));
        Assert.InRange(world.Body(box).Mass, 0.41f, 0.43f);
        world.Steps(240);
        Assert.InRange(world.Body(rider).Pose.Position.Y, 0.45f, 0.75f);
        world.Body(floor).SetShape(shapes.Add(new Box(1, 2, 1)));
        Assert.InRange(world.Body(floor).Bounds.Max.Y, 0.99f, 1.01f);

        var saved = new Snapshots.PhysicsSnapshot();
        world.Save(saved);
        var other = new PhysicsWorld(shapes, new PhysicsOptions());
        other.Restore(Snapshots.PhysicsSnapshot.FromBytes(saved.Bytes));
        world.Steps(60);
        other.Steps(60);
        Assert.Equal(world.Hash(), other.Hash());
    }

    [Fact]
    public void A_material_counts_from_the_next_step_on_and_in_snapshots()
    {
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions { AllowSleep = false });
        BodyId box = world.Add(Worlds.Box(world, new Vec3(0, 0.5f, 0)));
        world.Steps(60);
        world.Body(box).Material = new Material(0, 0);
        Body body = world.Body(box);
        body.LinearVelocity = new Vec3(1, 0, 0);
        var saved = new Snapshots.PhysicsSnapshot();
        world.Save(saved);
        world.Steps(60);
        Assert.InRange(world.Body(box).LinearVelocity.X, 0.99f, 1.01f);
        ulong went = world.Hash();
        world.Restore(Snapshots.PhysicsSnapshot.FromBytes(saved.Bytes));
        world.Steps(60);
        Assert.Equal(went, world.Hash());
    }

    /// <summary>Searches of a step are bounded, so most of these wait their turn; the ground they find at once.</summary>
    [Fact]
    public void A_heap_that_does_not_meet_itself_keeps_the_ground_and_goes_on_the_same_from_a_snapshot()
    {
        PhysicsWorld world = Worlds.WithGround();
        BodyDescription ball = Worlds.Ball(world, new Vec3(0, 0.52f, 0)) with { Layers = 2, Mask = 1 };
        for (int i = 0; i < 3_000; i++)
        {
            world.Add(ball);
        }

        world.Step(Worlds.Dt);
        Assert.NotEqual(0, world.Bodies.Moved.Count);
        var saved = new Snapshots.PhysicsSnapshot();
        world.Save(saved);
        world.Steps(30);
        ulong went = world.Hash();
        world.Restore(Snapshots.PhysicsSnapshot.FromBytes(saved.Bytes));
        world.Steps(30);
        Assert.Equal(went, world.Hash());
        for (int i = 1; i <= 3_000; i++)
        {
            Assert.InRange(world.Body(new BodyId(i, 1)).Pose.Position.Y, 0.49f, 0.53f);
        }
    }

    [Theory]
    [InlineData(1_500)]
    public void Many_bodies_at_one_point_end_in_a_stable_world(int count)
    {
        count = int.TryParse(Environment.GetEnvironmentVariable("PHYSICS_HEAP"), out int asked) ? asked : count;
        PhysicsWorld world = Worlds.WithGround(new PhysicsOptions { BodiesMax = Limits.BodiesMax });
        BodyDescription ball = Worlds.Ball(world, new Vec3(0, 1, 0));
        for (int i = 0; i < count; i++)
        {
            world.Add(ball);
        }

        world.Steps(3);
        Assert.Equal(count + 1, world.BodyCount);
        for (int i = 1; i <= count; i++)
        {
            Assert.True(world.Body(new BodyId(i, 1)).Pose.IsFinite);
        }
    }
}
