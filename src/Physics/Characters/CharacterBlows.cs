using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Queries;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Characters;

/// <summary>
/// What dynamic bodies give a character of their speed when they run into it: as much as two things have in common after a dull impact. The bodies themselves
/// meet the character's own body in the next step, which by then moves with that speed.
/// </summary>
internal struct CharacterBlows : IBoxVisitor, INearVisitor
{
    /// <summary>Metres a second: slower bodies push nobody away, they are pushed.</summary>
    private const float SpeedMin = 1f;

    private readonly PhysicsWorld _world;
    private readonly BodyFilter _filter;
    private readonly ShapeRecord _shape;
    private readonly Pose _pose;
    private readonly float _mass;
    private readonly float _walkable;
    private readonly float _reach;
    private readonly float _dt;
    private Near _nearest;

    /// <param name="world">The world.</param>
    /// <param name="filter">The bodies that stand in the character's way.</param>
    /// <param name="shape">The character's.</param>
    /// <param name="pose">Where it is.</param>
    /// <param name="velocity">How fast it is about to go.</param>
    /// <param name="mass">Kilograms of the character.</param>
    /// <param name="walkable">Least y of a normal that counts as ground, which carries and does not hit.</param>
    /// <param name="reach">Metres at which surfaces count as touching.</param>
    /// <param name="dt">Seconds ahead.</param>
    public CharacterBlows(PhysicsWorld world, in BodyFilter filter, in ShapeRecord shape, in Pose pose, Vec3 velocity, float mass, float walkable, float reach, float dt)
    {
        (_world, _filter, _shape, _pose, Velocity, _mass, _walkable, _reach, _dt) = (world, filter, shape, pose, velocity, mass, walkable, reach, dt);
    }

    /// <summary>The character's velocity after what has hit it so far.</summary>
    public Vec3 Velocity { get; private set; }

    /// <summary>Looks for bodies that will be there before the next tick. The boxes of fast ones reach ahead of them.</summary>
    public void Find() => TreeTraversal.Overlap(_world.MovingTree, _shape.Bounds(_pose).Swept(Velocity * _dt).Expanded(_reach), ref this);

    public bool Visit(int slot)
    {
        ref readonly BodyState body = ref _world.Bodies.States[slot];
        if (!body.IsDynamic || body.LinearVelocity.LengthSquared < SpeedMin * SpeedMin || !_filter.Allows(slot))
        {
            return true;
        }

        _nearest = new Near { Distance = float.PositiveInfinity };
        float reach = _reach + ((body.LinearVelocity - Velocity).Length * _dt);
        ShapeNear.Find(_filter.Shape(slot), _filter.Pose(slot), _shape, _pose, reach, 0, ref this);
        if (_nearest.Distance < float.PositiveInfinity && _nearest.Normal.Y < _walkable)
        {
            Hit(body);
        }

        return true;
    }

    public bool Visit(in Near near)
    {
        _nearest = near.Distance < _nearest.Distance ? near : _nearest;
        return true;
    }

    private void Hit(in BodyState body)
    {
        Vec3 speed = body.LinearVelocity + Vec3.Cross(body.AngularVelocity, _nearest.Point - body.Centre);
        float toward = Vec3.Dot(_nearest.Normal, speed), closing = toward - Vec3.Dot(_nearest.Normal, Velocity);
        if (toward >= SpeedMin && closing > 0 && _nearest.Distance - _reach <= closing * _dt)
        {
            Velocity += _nearest.Normal * (closing / (1f + (_mass * body.InverseMass)));
        }
    }
}
