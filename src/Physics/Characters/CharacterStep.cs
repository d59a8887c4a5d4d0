using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Characters;

/// <summary>The parts of one character's move, in the order they are called.</summary>
internal ref struct CharacterStep
{
    /// <summary>Metres that a character keeps from surfaces, so that rounding never puts it inside.</summary>
    private const float Skin = 0.01f;

    /// <summary>Metres under the soles, skin included, that still count as ground.</summary>
    private const float GroundReach = 0.03f;

    /// <summary>A longer way, against the radius, goes in parts: the planes are those of where it begins.</summary>
    private const float PartLength = 0.5f;

    private const int PartsMax = 32;

    /// <summary>Against the way wanted: with less than this done, a step is looked for.</summary>
    private const float BlockedShare = 0.9f;

    private readonly PhysicsWorld _world;
    private readonly PlaneFinder _finder;
    private readonly CharacterSettings _settings;
    private readonly BodyFilter _filter;
    private readonly float _dt;
    private readonly float _walkable;
    private readonly bool _wasGrounded;
    private Vec3 _lastMove;
    private Vec3 _wantedVelocity;
    private bool _hasJumped;
    private CastHit _step;

    public CharacterStep(PhysicsWorld world, PlaneFinder finder, CharacterSettings settings, float dt, in CharacterState state)
    {
        (_world, _finder, _settings, _dt) = (world, finder, settings, dt);
        _filter = new BodyFilter(world, new QueryFilter { Layers = settings.Layers, Ignored = state.Body });
        _walkable = DeterministicMath.Cos(settings.SlopeMax);
        _wasGrounded = state.IsGrounded;
    }

    /// <summary>Gets low by wish; stands up when there is room.</summary>
    public readonly void Crouch(ref CharacterState state, bool isWanted)
    {
        if (isWanted)
        {
            state.Flags |= CharacterFlags.Crouching;
        }
        else if (state.IsCrouching && HasRoom(state.Position, isCrouching: false))
        {
            state.Flags &= ~CharacterFlags.Crouching;
        }
    }

    public readonly bool HasRoom(Vec3 position, bool isCrouching)
    {
        _finder.Find(_filter, Shape(isCrouching), PoseAt(position, isCrouching), 0);
        foreach (ref readonly MovePlane plane in _finder.Planes)
        {
            if (plane.Distance < -0.5f * Skin)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Learns how fast the ground moves.</summary>
    public readonly void Ride(ref CharacterState state)
    {
        state.GroundVelocity = default;
        if (!state.IsGrounded || !_world.Contains(state.Ground))
        {
            return;
        }

        ref readonly BodyState ground = ref _world.Bodies.States[state.Ground.Slot];
        if (ground.Kind != BodyKind.Static)
        {
            state.GroundVelocity = ground.LinearVelocity + Vec3.Cross(ground.AngularVelocity, state.Position - ground.Centre);
        }
    }

    public void Accelerate(ref CharacterState state, in CharacterInput input)
    {
        var wish = new Vec3(input.Move.X, 0, input.Move.Z);
        wish = wish.IsFinite ? wish.Clamped(Limits.CharacterSpeedMax) : default;
        if (state.IsGrounded && input.Jump)
        {
            // The ground's velocity goes along, unless it sinks.
            state.Velocity += state.GroundVelocity with { Y = Math.Max(0, state.GroundVelocity.Y) };
            state.Velocity = state.Velocity with { Y = _settings.JumpSpeed + Math.Max(0, state.GroundVelocity.Y) };
            state.GroundVelocity = default;
            _hasJumped = true;
        }
        else if (state.IsGrounded)
        {
            // Along the ground: uphill and downhill at the same pace over the map.
            Vec3 n = state.GroundNormal;
            Vec3 along = wish with { Y = n.Y > 0.1f ? -((wish.X * n.X) + (wish.Z * n.Z)) / n.Y : 0 };
            state.Velocity += (along - state.Velocity).Clamped(_settings.Acceleration * _dt);
        }
        else
        {
            Vec3 change = (wish - (state.Velocity with { Y = 0 })).Clamped(wish.LengthSquared > 0 ? _settings.AirAcceleration * _dt : 0);
            state.Velocity += change with { Y = -_settings.Gravity * _dt };
            state.Velocity = state.Velocity with { Y = Math.Max(state.Velocity.Y, -_settings.FallSpeedMax) };
        }

        state.Velocity = state.Velocity.Clamped(Limits.CharacterSpeedMax);
        _wantedVelocity = state.Velocity + state.GroundVelocity;
    }

    /// <summary>Is knocked away by fast bodies.</summary>
    public void TakeBlows(ref CharacterState state)
    {
        var blows = new CharacterBlows(
            _world, _filter, Shape(state.IsCrouching), PoseAt(state.Position, state.IsCrouching), _wantedVelocity, _settings.Mass, _walkable, Skin, _dt);
        blows.Find();
        state.Velocity = (blows.Velocity - state.GroundVelocity).Clamped(Limits.CharacterSpeedMax);
        _wantedVelocity = state.Velocity + state.GroundVelocity;
    }

    public void Walk(ref CharacterState state)
    {
        state.Flags &= ~CharacterFlags.AgainstWall;
        Vec3 wanted = _wantedVelocity * _dt, start = state.Position;
        float length = wanted.Length;
        int parts = Math.Clamp((int)MathF.Ceiling(length / (PartLength * _settings.Radius)), 1, PartsMax);
        Vec3 velocity = _wantedVelocity;
        for (int i = 0; i < parts; i++)
        {
            // After a wall the rest of the way is what the velocity has left.
            Vec3 part = i == 0 ? wanted / parts : velocity * (_dt / parts);
            FindPlanes(ref state, part.Length);
            _lastMove = MovePlane.Solve(_finder.Planes, part);
            state.Position += _lastMove;
            velocity = MovePlane.Clip(_finder.Planes, velocity);
        }

        state.Velocity = velocity - state.GroundVelocity;
        if (_wasGrounded && !_hasJumped && (state.Flags & CharacterFlags.AgainstWall) != 0 && _settings.StepHeight > 0)
        {
            ClimbStep(ref state, start, wanted with { Y = 0 });
        }
    }

    /// <summary>Finds what is stood on; steps and slopes downward are followed.</summary>
    public void FindGround(ref CharacterState state)
    {
        if (_step.IsHit)
        {
            Stand(ref state, _step.Body.Slot, _step.Normal, _step.Point);
            return;
        }

        bool rises = _hasJumped || (!_wasGrounded && state.Velocity.Y > 0.1f);
        int best = -1;
        float nearest = GroundReach;
        Span<MovePlane> planes = _finder.Planes;
        for (int i = 0; i < planes.Length && !rises; i++)
        {
            float distance = planes[i].Distance + Skin + Vec3.Dot(planes[i].Normal, _lastMove);
            if (planes[i].Normal.Y >= _walkable && distance <= nearest)
            {
                (best, nearest) = (i, distance);
            }
        }

        if (best >= 0)
        {
            Stand(ref state, planes[best].Slot, planes[best].Normal, planes[best].Point);
            return;
        }

        if (!rises && _wasGrounded && _settings.StepHeight > 0)
        {
            var down = new Vec3(0, -(_settings.StepHeight + GroundReach), 0);
            CastHit hit = Cast(state.Position, state.IsCrouching, down);
            if (hit.IsHit && hit.Normal.Y >= _walkable)
            {
                state.Position += down * hit.Fraction;
                state.Position = state.Position with { Y = state.Position.Y + Skin };
                Stand(ref state, hit.Body.Slot, hit.Normal, hit.Point);
                return;
            }
        }

        // In the air the ground's velocity stays its own.
        state.Velocity += state.GroundVelocity;
        state.Flags &= ~CharacterFlags.Grounded;
        state.Ground = BodyId.None;
        state.GroundNormal = state.GroundVelocity = default;
    }

    /// <summary>Pushes the dynamic bodies that it ran into, and weighs on the one it stands on.</summary>
    public readonly void Push(in CharacterState state)
    {
        if (!(_settings.PushForce > 0))
        {
            return;
        }

        float most = _settings.PushForce * _dt;
        foreach (ref readonly MovePlane plane in _finder.Planes)
        {
            if (!(plane.Push > 0) || plane.Normal.Y >= _walkable || !_world.Bodies.States[plane.Slot].IsDynamic)
            {
                continue;
            }

            Body body = _world.Body(_world.Bodies.IdOf(plane.Slot));
            float closing = -Vec3.Dot(plane.Normal, _wantedVelocity - body.VelocityAt(plane.Point));
            if (closing > 0)
            {
                float mass = _settings.Mass * body.Mass / (_settings.Mass + body.Mass);
                body.ApplyImpulse(plane.Normal * -Math.Min(closing * mass, most), plane.Point);
            }
        }

        if (state.IsGrounded && _world.Bodies.States[state.Ground.Slot].IsDynamic)
        {
            _world.Body(state.Ground).ApplyImpulse(new Vec3(0, -_settings.Mass * _settings.Gravity * _dt, 0), state.Position);
        }
    }

    private readonly ShapeRecord Shape(bool isCrouching) => ShapeRecord.Of(_settings.CapsuleOf(isCrouching));

    private readonly Pose PoseAt(Vec3 position, bool isCrouching) => new(position with { Y = position.Y + (0.5f * _settings.HeightOf(isCrouching)) });

    private readonly CastHit Cast(Vec3 position, bool isCrouching, Vec3 displacement)
    {
        ShapeRecord shape = Shape(isCrouching);
        Pose pose = PoseAt(position, isCrouching);
        float fraction = 1;
        var visitor = new CastVisitor(_filter, shape, pose, displacement);
        visitor.Walk(shape.Bounds(pose).Expanded(ConvexCasts.HitDistance), displacement, ref fraction);
        return visitor.Result;
    }

    private readonly void FindPlanes(ref CharacterState state, float way)
    {
        _finder.Find(_filter, Shape(state.IsCrouching), PoseAt(state.Position, state.IsCrouching), way + Skin + GroundReach);
        foreach (ref MovePlane plane in _finder.Planes)
        {
            plane.Distance -= Skin;
            if (plane.Normal.Y >= _walkable || plane.Normal.Y < -0.5f)
            {
                continue;
            }

            if (plane.Distance < way)
            {
                state.Flags |= CharacterFlags.AgainstWall;
            }

            float across = MathF.Sqrt((plane.Normal.X * plane.Normal.X) + (plane.Normal.Z * plane.Normal.Z));
            if (_wasGrounded && plane.Normal.Y > 0.02f && across > 0.02f)
            {
                // Who walks does not walk up what is too steep: there it stands like a wall.
                plane.Distance /= across;
                plane.Normal = new Vec3(plane.Normal.X / across, 0, plane.Normal.Z / across);
            }
        }
    }

    /// <summary>Tries the way again from as high as a step may be: up, ahead, down.</summary>
    private void ClimbStep(ref CharacterState state, Vec3 start, Vec3 ahead)
    {
        float length = ahead.Length;
        if (length < 1e-5f)
        {
            return;
        }

        Vec3 direction = ahead / length, done = state.Position - start;
        float progress = Vec3.Dot(done, direction);
        if (progress >= BlockedShare * length)
        {
            return;
        }

        CastHit above = Cast(start, state.IsCrouching, new Vec3(0, _settings.StepHeight + Skin, 0));
        float up = (_settings.StepHeight + Skin) * above.Fraction;
        up = above.IsHit ? up - Skin : up;
        if (up < 2 * Skin)
        {
            return;
        }

        Vec3 raised = start with { Y = start.Y + up };
        CastHit front = Cast(raised, state.IsCrouching, direction * (length + Skin));
        float forward = front.IsHit ? (front.Fraction * (length + Skin)) - Skin : length;
        if (forward <= progress + (0.1f * length))
        {
            return;
        }

        var down = new Vec3(0, -up, 0);
        Vec3 over = raised + (direction * forward);
        CastHit below = Cast(over, state.IsCrouching, down);
        if (!below.IsHit)
        {
            return;
        }

        // The round sole meets the edge of a step aslant; what counts is where the edge leads to.
        _step = below.Normal.Y >= _walkable ? below : GroundAhead(over, state.IsCrouching, direction, down);
        if (!_step.IsHit)
        {
            return;
        }

        state.Position = over + (down * below.Fraction) + new Vec3(0, Skin, 0);
        state.Velocity = _wantedVelocity - state.GroundVelocity;
        _lastMove = default;
        FindPlanes(ref state, 0);
    }

    /// <summary>The ground a sole's width ahead; no hit if there is none that can be stood on.</summary>
    private readonly CastHit GroundAhead(Vec3 over, bool isCrouching, Vec3 direction, Vec3 down)
    {
        Vec3 test = direction * (_settings.Radius * 1.1f);
        if (Cast(over, isCrouching, test).IsHit)
        {
            return CastHit.None;
        }

        CastHit below = Cast(over + test, isCrouching, down);
        return below.IsHit && below.Normal.Y >= _walkable ? below : CastHit.None;
    }

    private readonly void Stand(ref CharacterState state, int slot, Vec3 normal, Vec3 point)
    {
        state.Flags |= CharacterFlags.Grounded;
        state.Ground = _world.Bodies.IdOf(slot);
        state.GroundNormal = normal;
        ref readonly BodyState ground = ref _world.Bodies.States[slot];
        if (!_wasGrounded)
        {
            // Landing: the velocity is told against the ground from now on.
            state.GroundVelocity = ground.Kind == BodyKind.Static ? default : ground.LinearVelocity + Vec3.Cross(ground.AngularVelocity, point - ground.Centre);
            state.Velocity -= state.GroundVelocity;
        }

        float into = Vec3.Dot(normal, state.Velocity);
        state.Velocity -= into < 0 ? normal * into : default;
    }
}
