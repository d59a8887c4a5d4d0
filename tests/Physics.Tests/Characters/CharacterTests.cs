using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Characters;

public sealed class CharacterTests
{
    private const float Dt = 1f / 60;
    private readonly PhysicsWorld _world = new(new ShapeSet());
    private readonly CharacterSettings _settings = new();
    private readonly CharacterMover _mover;
    private CharacterState _state;

    public CharacterTests() => _mover = new CharacterMover(_world);

    [Fact]
    public void It_falls_lands_and_walks_at_the_pace_it_is_asked()
    {
        Floor();
        _state.Position = new Vec3(0, 2, 0);
        Run(90, default);
        Assert.True(_state.IsGrounded);
        Assert.InRange(_state.Position.Y, 0, 0.03f);
        Run(30, new CharacterInput(new Vec3(4, 0, 0)));
        float start = _state.Position.X;
        Run(60, new CharacterInput(new Vec3(4, 0, 0)));
        Assert.Equal(4, _state.Position.X - start, 0.02f);
        Run(30, default);
        float stopped = _state.Position.X;
        Run(30, default);
        Assert.Equal(stopped, _state.Position.X, 1e-4f);
    }

    [Fact]
    public void A_wall_stops_it_and_lets_it_slide()
    {
        Floor();
        Solid(new Box(0.5f, 2, 20), new Vec3(3, 2, 0));
        Run(120, new CharacterInput(new Vec3(4, 0, 1)));
        Assert.InRange(_state.Position.X, 2.0f, 2.1f);
        Assert.InRange(_state.Position.Z, 1.7f, 2.1f);
        Assert.True((_state.Flags & CharacterFlags.AgainstWall) != 0);
    }

    [Theory]
    [InlineData(0.3f, true)]
    [InlineData(0.6f, false)]
    public void It_climbs_the_steps_it_can(float height, bool climbs)
    {
        Floor();
        Solid(new Box(3, height / 2, 5), new Vec3(5, height / 2, 0));
        Run(90, new CharacterInput(new Vec3(3, 0, 0)));
        Assert.Equal(climbs, _state.Position.X > 2.5f);
        Assert.InRange(_state.Position.Y, climbs ? height : 0, (climbs ? height : 0) + 0.05f);
        if (climbs)
        {
            Run(150, new CharacterInput(new Vec3(-3, 0, 0)));
            Assert.InRange(_state.Position.Y, 0, 0.05f);
            Assert.True(_state.IsGrounded);
        }
    }

    [Theory]
    [InlineData(0.5f, true)]
    [InlineData(1.1f, false)]
    public void It_walks_up_the_slopes_it_can(float angle, bool walks)
    {
        Floor();
        var tilt = Quat.FromAxisAngle(Vec3.UnitZ, angle);
        Solid(new Box(10, 0.5f, 5), new Vec3(2, 0, 0) + tilt.Rotate(new Vec3(10, -0.5f, 0)), tilt);
        int airborne = 0;
        for (int i = 0; i < 120; i++)
        {
            Run(1, new CharacterInput(new Vec3(3, 0, 0)));
            airborne += _state.IsGrounded || i < 5 ? 0 : 1;
        }

        Assert.Equal(walks, _state.Position.Y > 1);
        Assert.True(walks || _state.Position.Y < 0.2f);
        Assert.Equal(0, airborne);
    }

    [Fact]
    public void It_keeps_to_the_ground_downhill_and_over_crests()
    {
        (Vec3[] vertices, int[] indices) = TestShapes.Raster(40, (x, z) => (0.4f * Zigzag(x, 8)) + (0.2f * Zigzag(z, 6)));
        _world.Add(BodyDescription.Static(_world.Shapes.Add(new TriangleMesh(vertices, indices)), Pose.Identity));
        _state.Position = new Vec3(3, 3, 5);
        Run(60, default);
        int airborne = 0;
        for (int i = 0; i < 480; i++)
        {
            Run(1, new CharacterInput(new Vec3(4, 0, 2)));
            airborne += _state.IsGrounded ? 0 : 1;
            Assert.True(_state.Position.Y > -0.05f);
        }

        Assert.True(_state.Position.X > 30);
        Assert.InRange(airborne, 0, 5);
    }

    [Fact]
    public void A_jump_rises_as_high_as_its_speed_says()
    {
        Floor();
        Run(30, default);
        Run(1, new CharacterInput(default, Jump: true));
        float top = 0;
        for (int i = 0; i < 90; i++)
        {
            Run(1, default);
            top = Math.Max(top, _state.Position.Y);
        }

        Assert.Equal(_settings.JumpSpeed * _settings.JumpSpeed / (2 * _settings.Gravity), top, 0.1f);
        Assert.True(_state.IsGrounded);
    }

    [Fact]
    public void It_rides_a_platform_and_leaves_it_with_its_speed()
    {
        BodyId platform = _world.Add(BodyDescription.Kinematic(_world.Shapes.Add(new Box(2, 0.5f, 2)), new Pose(new Vec3(0, -0.5f, 0))));
        Run(30, default);
        _world.Body(platform).LinearVelocity = new Vec3(2, 0.5f, 0);
        Run(60, default);
        Assert.True(_state.IsGrounded);
        Assert.Equal(_world.Body(platform).Pose.Position.X, _state.Position.X, 0.1f);
        Assert.Equal(_world.Body(platform).Pose.Position.Y + 0.5f, _state.Position.Y, 0.06f);
        Run(1, new CharacterInput(default, Jump: true));
        Assert.Equal(2, _state.Velocity.X, 0.2f);
    }

    [Fact]
    public void It_crouches_under_a_beam_and_stands_up_behind_it()
    {
        Floor();
        Solid(new Box(1, 0.5f, 3), new Vec3(3, 1.9f, 0));
        Run(120, new CharacterInput(new Vec3(2, 0, 0)));
        Assert.True(_state.Position.X < 1.7f);
        Run(60, new CharacterInput(new Vec3(2, 0, 0), Crouch: true));
        Run(10, new CharacterInput(default));
        Assert.True(_state.IsCrouching);
        Run(120, new CharacterInput(new Vec3(2, 0, 0)));
        Assert.True(_state.Position.X > 4.3f);
        Assert.False(_state.IsCrouching);
    }

    /// <summary>Others see it as low as it is: shots pass over it, and what flies does.</summary>
    [Fact]
    public void Its_body_crouches_and_stands_up_with_it()
    {
        Floor();
        Embody();
        Run(30, default);
        Vec3 eye = new(-3, 1.4f, 0), way = new(6, 0, 0);
        Assert.Equal(_state.Body, _world.RayCast(eye, way).Body);
        Run(2, new CharacterInput(default, Crouch: true));
        Assert.False(_world.RayCast(eye, way).IsHit);
        Assert.Equal(_state.Body, _world.RayCast(eye with { Y = 0.9f }, way).Body);
        Assert.Equal(_settings.CrouchHeight, _world.Body(_state.Body).Bounds.Max.Y - _state.Position.Y, 0.01f);
        Run(2, default);
        Assert.Equal(_state.Body, _world.RayCast(eye, way).Body);
        Assert.Equal(_settings.Height, _world.Body(_state.Body).Bounds.Max.Y - _state.Position.Y, 0.01f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_heavy_and_fast_takes_it_along_and_a_ball_hardly_moves_it(bool hasBody)
    {
        Floor();
        if (hasBody)
        {
            Embody();
        }

        Run(30, default);
        float start = _state.Position.X;
        ShapeId ball = _world.Shapes.Add(new Sphere(0.2f)), cart = _world.Shapes.Add(new Box(1, 0.6f, 1));
        _world.Add(BodyDescription.Dynamic(_world.Shapes, ball, new Pose(new Vec3(-4, 1, 0)), 0.5f) with { LinearVelocity = new Vec3(20, 2, 0) });
        Run(30, default);

        // Who has no body stops no ball, and must step aside for as long as it flies through.
        Assert.InRange(_state.Position.X - start, 0, hasBody ? 0.05f : 0.4f);
        BodyId truck = _world.Add(BodyDescription.Dynamic(_world.Shapes, cart, new Pose(new Vec3(-6, 0.65f, 0)), 2_000) with
        {
            LinearVelocity = new Vec3(12, 0, 0),
            Material = new Material(0, 0),
        });
        float fastest = 0;
        for (int i = 0; i < 60; i++)
        {
            Run(1, default);
            fastest = Math.Max(fastest, _state.Velocity.X);
            Assert.True(_state.Position.X > _world.Body(truck).Pose.Position.X + 1.2f, $"tick {i}: the truck is in it");
        }

        Assert.InRange(fastest, 10f, 12.1f);
        Assert.True(_state.Position.X > start + 4);
        Assert.True(_world.Body(truck).LinearVelocity.X > 6);
    }

    [Fact]
    public void What_it_stands_on_carries_it_and_is_no_blow()
    {
        Floor();
        BodyId raft = _world.Add(BodyDescription.Dynamic(_world.Shapes, _world.Shapes.Add(new Box(2, 0.25f, 2)), new Pose(new Vec3(0, 0.25f, 0)), 500) with
        {
            LinearVelocity = new Vec3(5, 0, 0),
            Material = new Material(0, 0),
        });
        _state.Position = new Vec3(0, 0.51f, 0);
        _state.Velocity = new Vec3(5, 0, 0);
        Run(60, default);
        Assert.True(_state.IsGrounded);
        Assert.Equal(raft, _state.Ground);
        Assert.InRange(_state.Position.X - _world.Body(raft).Pose.Position.X, -0.3f, 0.3f);
        Assert.InRange(_world.Body(raft).LinearVelocity.X, 4.5f, 5.1f);
    }

    [Fact]
    public void It_pushes_light_boxes_and_not_heavy_ones()
    {
        Floor();
        ShapeId box = _world.Shapes.Add(new Box(0.5f, 0.5f, 0.5f));
        BodyId light = _world.Add(BodyDescription.Dynamic(_world.Shapes, box, new Pose(new Vec3(2, 0.5f, 0)), 20));
        Run(120, new CharacterInput(new Vec3(3, 0, 0)));
        Assert.True(_world.Body(light).Pose.Position.X > 3);
        BodyId heavy = _world.Add(BodyDescription.Dynamic(_world.Shapes, box, new Pose(new Vec3(0, 0.5f, 5)), 20_000));
        _state.Position = new Vec3(0, 0.01f, 3);
        Run(120, new CharacterInput(new Vec3(0, 0, 3)));
        Assert.Equal(5, _world.Body(heavy).Pose.Position.Z, 0.1f);
        Assert.True(_state.Position.Z < 4.2f);
    }

    [Fact]
    public void Whatever_it_is_asked_it_goes_on_the_same_and_never_falls_through()
    {
        ulong first = Wander(), second = Wander();
        Assert.Equal(first, second);
    }

    [Fact]
    public void Moving_allocates_nothing()
    {
        Floor();
        Run(60, new CharacterInput(new Vec3(2, 0, 1), Jump: true));
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 200; i++)
        {
            _mover.Move(_settings, ref _state, new CharacterInput(new Vec3(2, 0, 1), Jump: i % 50 == 0, Crouch: i % 3 == 0), Dt);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void What_is_no_number_is_refused_or_no_wish()
    {
        Floor();
        Run(30, new CharacterInput(new Vec3(float.NaN, 0, float.PositiveInfinity)));
        Assert.True(_state.Position.IsFinite);
        _state.Position = new Vec3(float.NaN, 0, 0);
        Assert.Throws<PhysicsException>(() => _mover.Move(_settings, ref _state, default, Dt));
        Assert.Throws<PhysicsException>(() => (_settings with { Radius = float.NaN }).Check());
        Assert.Throws<PhysicsException>(() => (_settings with { Height = 0.1f }).Check());
    }

    [Fact]
    public void A_circle_slides_through_a_grid_and_never_enters_a_block()
    {
        var random = new DeterministicRandom(9);
        bool[] closed = new bool[400];
        for (int i = 0; i < closed.Length; i++)
        {
            closed[i] = i % 20 is 0 or 19 || i / 20 is 0 or 19 || (i != 21 && random.NextBool(0.2f));
        }

        _world.Add(BodyDescription.Static(_world.Shapes.Add(GridTerrain.FromCells(20, 20, closed, 1, 3)), Pose.Identity));
        var mover = new TopDownMover(_world);
        var state = new TopDownState { Position = new Vec2(1.5f, 1.5f) };
        var visited = new HashSet<int>();
        for (int tick = 0; tick < 6000; tick++)
        {
            Vec3 way = tick % 20 == 0 ? TestShapes.NextDirection(ref random) : default;
            state.Velocity = tick % 20 == 0 ? new Vec2(way.X, way.Z) * 12 : state.Velocity;
            mover.Move(ref state, 0.3f, 1, Dt);
            int cell = ((int)state.Position.Y * 20) + (int)state.Position.X;
            Assert.False(closed[cell], $"tick {tick}: in block at {state.Position}");
            visited.Add(cell);
        }

        Assert.True(visited.Count > 10);
    }

    private static int Zigzag(int at, int period) => at % period < period / 2 ? at % period : period - (at % period);

    private ulong Wander()
    {
        var world = new PhysicsWorld(new ShapeSet());
        (Vec3[] vertices, int[] indices) = TestShapes.Raster(30, (x, z) => (0.3f * Zigzag(x, 8)) + (0.5f * Zigzag(z, 6)));
        world.Add(BodyDescription.Static(world.Shapes.Add(new TriangleMesh(vertices, indices)), Pose.Identity));
        var mover = new CharacterMover(world);
        var states = new CharacterState[20];
        var random = new DeterministicRandom(4);
        for (int i = 0; i < states.Length; i++)
        {
            states[i].Position = new Vec3(5 + (i % 5 * 4), 4, 5 + (i / 5 * 4));
        }

        var hash = new StateHash(0);
        for (int tick = 0; tick < 300; tick++)
        {
            for (int i = 0; i < states.Length; i++)
            {
                Vec3 way = new Vec3(15, 0, 15) - states[i].Position + (TestShapes.NextDirection(ref random) * 10);
                mover.Move(_settings, ref states[i], new CharacterInput(way.Clamped(random.NextSingle(0, 40)), random.NextBool(0.05f), random.NextBool(0.2f)), Dt);
                Assert.True(states[i].Position.Y > -0.1f, $"tick {tick}, character {i}: fell to {states[i].Position}");
                hash.Add(states[i].Position.X);
                hash.Add(states[i].Position.Y);
                hash.Add(states[i].Position.Z);
            }

            world.Step(Dt);
        }

        return hash.Value;
    }

    private void Floor() => Solid(new Box(50, 0.5f, 50), new Vec3(0, -0.5f, 0));

    private void Solid(Box box, Vec3 at) => Solid(box, at, Quat.Identity);

    private void Solid(Box box, Vec3 at, Quat rotation) => _world.Add(BodyDescription.Static(_world.Shapes.Add(box), new Pose(at, rotation)));

    private void Embody()
    {
        var pose = new Pose(_state.Position + new Vec3(0, 0.5f * _settings.Height, 0));
        _state.Body = _world.Add(BodyDescription.Kinematic(_world.Shapes.Add(_settings.CapsuleOf(isCrouching: false)), pose) with { MaySleep = false });
    }

    private void Run(int ticks, in CharacterInput input)
    {
        for (int i = 0; i < ticks; i++)
        {
            _mover.Move(_settings, ref _state, input, Dt);
            _world.Step(Dt);
        }
    }
}
