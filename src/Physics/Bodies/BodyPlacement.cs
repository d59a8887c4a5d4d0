using RealtimeServer.Foundation;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Bodies;

/// <summary>Puts bodies into slots and trees, and keeps their boxes where they are.</summary>
internal sealed class BodyPlacement
{
    private readonly ShapeSet _shapes;
    private readonly BodySet _bodies;
    private readonly BodyTree _staticTree;
    private readonly BodyTree _movingTree;
    private readonly PhysicsOptions _options;

    public BodyPlacement(ShapeSet shapes, BodySet bodies, BodyTree staticTree, BodyTree movingTree, PhysicsOptions options)
    {
        _shapes = shapes;
        _bodies = bodies;
        _staticTree = staticTree;
        _movingTree = movingTree;
        _options = options;
    }

    public int Add(in BodyDescription description)
    {
        // All that can be refused comes first, so that a refused body leaves nothing behind.
        Pose pose = description.Pose with { Rotation = description.Pose.Rotation.Normalized() };
        MassProperties mass = MassOf(description);
        Aabb tight = _shapes.Bounds(description.Shape, pose);
        int slot = _bodies.Allocate();
        ref BodyState state = ref _bodies.States[slot];
        state.Pose = pose;
        state.LinearVelocity = description.Kind == BodyKind.Static ? Vec3.Zero : description.LinearVelocity;
        state.AngularVelocity = description.Kind == BodyKind.Static ? Vec3.Zero : description.AngularVelocity;
        SetMass(ref state, mass);
        state.GravityScale = description.GravityScale;
        state.LinearDamping = description.LinearDamping;
        state.AngularDamping = description.AngularDamping;
        state.Flags |= (BodyFlags)description.Kind | (description.IsSensor ? BodyFlags.Sensor : 0) | (description.IsBullet ? BodyFlags.Bullet : 0)
            | (description.MaySleep ? BodyFlags.MaySleep : 0) | (BodyFlags)((uint)description.Locks << (int)BodyFlags.LocksShift);
        ref BodyTraits traits = ref _bodies.Traits[slot];
        SetShape(ref state, ref traits, description.Shape);
        traits.Reports = description.Reports;
        traits.Layers = description.Layers;
        traits.Mask = description.Mask;
        traits.Tag = description.Tag;
        SetMaterial(ref traits, description.Material);
        ref BodyBounds bounds = ref _bodies.Bounds[slot];
        bounds.Tight = tight;
        bounds.Fat = tight.Expanded(description.Kind == BodyKind.Static ? 0 : _options.BoxMargin);
        TreeOf(description.Kind).Insert(slot, bounds.Fat);
        _bodies.MarkMoved(slot);
        return slot;
    }

    public void Remove(int slot)
    {
        ref BodyState state = ref _bodies.States[slot];
        TreeOf(state.Kind).Remove(slot);
        state.Flags = (state.Flags & ~BodyFlags.Alive) | BodyFlags.Leaving;
        _bodies.Leaving.Add(slot);
    }

    /// <summary>A teleport.</summary>
    public void Place(int slot, in Pose pose)
    {
        ref BodyState state = ref _bodies.States[slot];
        state.Pose = pose with { Rotation = pose.Rotation.Normalized() };
        Follow(slot, 0, isForced: true);
    }

    /// <summary>Gives a body another shape, and another mass if one is given.</summary>
    public void Reshape(int slot, ShapeId shape, in MassProperties? mass)
    {
        ref BodyState state = ref _bodies.States[slot];
        if (mass is { } given && state.IsDynamic)
        {
            SetMass(ref state, given);
        }

        SetShape(ref state, ref _bodies.Traits[slot], shape);
        Follow(slot, 0, isForced: true);
    }

    /// <summary>Gives a static body another surface, mostly the same.</summary>
    public void Resurface(int slot, ShapeId surface)
    {
        SetShape(ref _bodies.States[slot], ref _bodies.Traits[slot], surface);
        if (_shapes.Bounds(surface, _bodies.States[slot].Pose) != _bodies.Bounds[slot].Tight)
        {
            Follow(slot, 0, isForced: true);
        }
    }

    /// <summary>Brings boxes and rest up to date after a step.</summary>
    public void FollowAwake(float dt)
    {
        foreach (int slot in _bodies.Awake.Span)
        {
            Follow(slot, dt, isForced: false);
            ref BodyState body = ref _bodies.States[slot];
            float limit = _options.SleepSpeed;
            float speed = body.LinearVelocity.Length + (body.AngularVelocity.Length * body.Radius);

            // What moves by its own velocity rests only where it has none.
            body.RestTime = speed < limit && (body.IsDynamic || speed == 0) ? body.RestTime + dt : 0;
        }
    }

    public static void SetMaterial(ref BodyTraits traits, in Material material)
    {
        traits.Friction = material.Friction;
        traits.Restitution = material.Restitution;
        traits.FrictionCombine = material.FrictionCombine;
        traits.RestitutionCombine = material.RestitutionCombine;
        traits.RollingResistance = material.RollingResistance;
    }

    private static void SetMass(ref BodyState state, in MassProperties mass)
    {
        state.InverseMass = mass.Mass > 0 ? 1f / mass.Mass : 0f;
        state.InverseInertia = mass.Inertia.Inverse();
        state.LocalCentre = mass.Centre;
    }

    private void SetShape(ref BodyState state, ref BodyTraits traits, ShapeId shape)
    {
        traits.Shape = shape;
        state.Radius = _shapes.BoundingRadius(shape) + state.LocalCentre.Length;
        Vec3 half = _shapes.Bounds(shape, Pose.Identity).HalfExtents;
        state.Thickness = Math.Min(half.X, Math.Min(half.Y, half.Z));
    }

    private void Follow(int slot, float dt, bool isForced)
    {
        ref readonly BodyState body = ref _bodies.States[slot];
        ref BodyBounds bounds = ref _bodies.Bounds[slot];
        bounds.Tight = _shapes.Bounds(_bodies.Traits[slot].Shape, body.Pose);
        Vec3 way = body.LinearVelocity * dt;
        if (!isForced && bounds.Fat.Contains(bounds.Tight.Swept(way)))
        {
            return;
        }

        // Fast bodies get a box that holds the next steps too.
        bounds.Fat = bounds.Tight.Swept(way * 2f).Expanded(body.Kind == BodyKind.Static ? 0 : _options.BoxMargin);
        BodyTree tree = TreeOf(body.Kind);
        tree.Remove(slot);
        tree.Insert(slot, bounds.Fat);
        _bodies.MarkMoved(slot);
    }

    private BodyTree TreeOf(BodyKind kind) => kind == BodyKind.Static ? _staticTree : _movingTree;

    private MassProperties MassOf(in BodyDescription description)
    {
        if (description.Kind != BodyKind.Dynamic)
        {
            return default;
        }

        MassProperties mass = description.Mass ?? _shapes.Mass(description.Shape, description.Density);
        BodyCheck.Mass(mass, "A new body");
        return mass;
    }
}
