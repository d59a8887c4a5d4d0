using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Bodies;

/// <summary>
/// A body to look at and change, as <see cref="PhysicsWorld.Body"/> gives it: for the moment, not to be kept. Whatever changes how a body moves
/// wakes it and its island. Values that are no numbers or out of <see cref="Limits"/> are refused with the body's name.
/// </summary>
public readonly struct Body
{
    private readonly PhysicsWorld _world;
    private readonly int _slot;

    internal Body(PhysicsWorld world, int slot)
    {
        _world = world;
        _slot = slot;
    }

    public BodyId Id => _world.Bodies.IdOf(_slot);

    public BodyKind Kind => State.Kind;

    public ShapeId Shape => Traits.Shape;

    /// <summary>Of the shape's origin. Setting it is a teleport: nothing on the way is met.</summary>
    public Pose Pose
    {
        get => State.Pose;
        set => _world.Place(_slot, value);
    }

    /// <summary>
    /// Gives the body another shape, where it stands: who crouches, grows or breaks. It keeps its mass and its centre of mass unless others are given; what it then
    /// overlaps is pushed apart.
    /// </summary>
    /// <exception cref="PhysicsException">The shape is none of the world's set, or has no volume and the body is dynamic; or the mass is none.</exception>
    public void SetShape(ShapeId shape, MassProperties? mass = null) => _world.SetShape(_slot, shape, mass);

    /// <summary>
    /// Gives a static body a surface that differs from the one it has in a part only, such as a terrain whose cells have changed: what is near the part wakes, all else
    /// sleeps on.
    /// </summary>
    /// <param name="surface">A mesh, heightfield or terrain of the world's set.</param>
    /// <param name="changed">Boxes of the world that hold all in which the two differ.</param>
    /// <exception cref="PhysicsException">The body is not static, or one of the two is no surface.</exception>
    public void SetSurface(ShapeId surface, ReadOnlySpan<Aabb> changed) => _world.SetSurface(_slot, surface, changed);

    /// <summary>In the world.</summary>
    public Vec3 CentreOfMass => State.Centre;

    /// <summary>Metres a second, of the centre of mass. A static body has none.</summary>
    public Vec3 LinearVelocity
    {
        get => State.LinearVelocity;
        set => _world.SetVelocity(_slot, value, State.AngularVelocity);
    }

    /// <summary>Radians a second. A static body has none.</summary>
    public Vec3 AngularVelocity
    {
        get => State.AngularVelocity;
        set => _world.SetVelocity(_slot, State.LinearVelocity, value);
    }

    /// <summary>Kilograms; zero unless dynamic.</summary>
    public float Mass => State.InverseMass > 0 ? 1f / State.InverseMass : 0f;

    public float GravityScale
    {
        get => State.GravityScale;
        set
        {
            BodyCheck.Number(value, "gravity scale", Id);
            State.GravityScale = value;
            _world.Wake(Id);
        }
    }

    public AxisLocks Locks => State.Locks;

    public bool IsAwake => State.IsAwake;

    public bool IsSensor => (State.Flags & BodyFlags.Sensor) != 0;

    public uint Layers => Traits.Layers;

    public uint Mask => Traits.Mask;

    public ulong Tag
    {
        get => Traits.Tag;
        set => Traits.Tag = value;
    }

    public Material Material
    {
        get => new(Traits.Friction, Traits.Restitution, Traits.FrictionCombine, Traits.RestitutionCombine, Traits.RollingResistance);
        set => _world.SetMaterial(_slot, value);
    }

    /// <summary>The box along the world's axes that holds the shape.</summary>
    public Aabb Bounds => _world.Bodies.Bounds[_slot].Tight;

    private ref BodyState State => ref _world.Bodies.States[_slot];

    private ref BodyTraits Traits => ref _world.Bodies.Traits[_slot];

    /// <summary>Velocity of the body's point at a place in the world.</summary>
    public Vec3 VelocityAt(Vec3 point) => State.LinearVelocity + Vec3.Cross(State.AngularVelocity, point - State.Centre);

    /// <summary>Newton seconds through the centre of mass. Dynamic bodies only; others are not moved.</summary>
    public void ApplyImpulse(Vec3 impulse) => ApplyImpulse(impulse, State.Centre);

    /// <summary>Newton seconds at a point of the world.</summary>
    public void ApplyImpulse(Vec3 impulse, Vec3 point)
    {
        BodyCheck.Vector(impulse, "impulse", Id);
        BodyCheck.Vector(point, "point of impulse", Id);
        if (State.IsDynamic)
        {
            Vec3 turn = Turned(Vec3.Cross(point - State.Centre, impulse));
            _world.SetVelocity(_slot, State.LinearVelocity + (impulse * State.InverseMass), State.AngularVelocity + turn);
        }
    }

    /// <summary>Newton metre seconds about the centre of mass.</summary>
    public void ApplyAngularImpulse(Vec3 impulse)
    {
        BodyCheck.Vector(impulse, "angular impulse", Id);
        if (State.IsDynamic)
        {
            _world.SetVelocity(_slot, State.LinearVelocity, State.AngularVelocity + Turned(impulse));
        }
    }

    private Vec3 Turned(Vec3 impulse)
    {
        Quat q = State.Pose.Rotation;
        return q.Rotate(State.InverseInertia * q.InverseRotate(impulse));
    }
}
