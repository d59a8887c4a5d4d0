using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.BroadPhase;
using RealtimeServer.Physics.Contacts;
using RealtimeServer.Physics.Continuous;
using RealtimeServer.Physics.Islands;
using RealtimeServer.Physics.Joints;
using RealtimeServer.Physics.Shapes;
using RealtimeServer.Physics.Snapshots;
using RealtimeServer.Physics.Solver;
using RealtimeServer.Physics.Threads;

namespace RealtimeServer.Physics;

/// <summary>
/// Rigid bodies of one match. The same calls give the same bits on every machine. Not for several threads at once; any number of worlds may be
/// stepped by different threads, and they may share a <see cref="ShapeSet"/>.
/// </summary>
public sealed class PhysicsWorld
{
    private readonly JointSet _joints;
    private readonly PairFinder _finder;
    private readonly Sleeper _sleeper;
    private readonly ContactPipeline _contacts;
    private readonly BodyPlacement _placement;
    private readonly SweepPass _sweeps;
    private float _lastH;

    /// <exception cref="PhysicsException">An option is out of range.</exception>
    public PhysicsWorld(ShapeSet shapes, PhysicsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        Options = options ?? new PhysicsOptions();
        Options.Check();
        Shapes = shapes;
        _joints = new JointSet(Bodies);
        _finder = new PairFinder(Bodies, StaticTree, MovingTree, _joints);
        _sleeper = new Sleeper(Bodies, _finder, _joints, Options.SleepDelay);
        _contacts = new ContactPipeline(shapes, Bodies, _sleeper, _finder, Options.SpeculativeMargin);
        _placement = new BodyPlacement(shapes, Bodies, StaticTree, MovingTree, Options);
        Bodies.Reserve(Options.BodiesExpected);
        MovingTree.Reserve(Options.BodiesExpected);
        _sweeps = new SweepPass(shapes, Bodies, StaticTree, MovingTree, _finder);
        State = new WorldState(Bodies, StaticTree, MovingTree, _finder, _joints);
    }

    public PhysicsOptions Options { get; }

    public ShapeSet Shapes { get; }

    /// <summary>Steps made so far.</summary>
    public ulong StepCount { get; private set; }

    public int BodyCount => Bodies.Count;

    /// <summary>Dynamic and kinematic bodies that the next step will move.</summary>
    public int AwakeCount => Bodies.Awake.Count;

    public int JointCount => _joints.Count;

    /// <summary>Contacts that began, stayed or ended in the last step, in a fixed order. Valid until the next step.</summary>
    public ReadOnlySpan<ContactEvent> ContactEvents => _contacts.ContactEvents.Span;

    /// <summary>What sensors noticed in the last step. Valid until the next step.</summary>
    public ReadOnlySpan<SensorEvent> SensorEvents => _contacts.SensorEvents.Span;

    internal BodySet Bodies { get; } = new();

    internal BodyTree StaticTree { get; } = new();

    internal BodyTree MovingTree { get; } = new();

    internal JointSet Joints => _joints;

    internal WorldState State { get; }

    /// <summary>Of all that decides how the world goes on. Equal worlds have equal hashes on every machine.</summary>
    public ulong Hash()
    {
        _contacts.Settle();
        var hash = new StateHash(StepCount);
        hash.Add(_lastH);
        hash.Add(_sleeper.HasWoken ? 1L : 0L);
        SnapshotCodec.Hash(State, ref hash);
        return hash.Value;
    }

    /// <summary>Copies the whole state into a snapshot.</summary>
    public void Save(PhysicsSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _contacts.Settle();
        var header = new SnapshotHeader
        {
            OptionsHash = Options.Hash(),
            StepCount = StepCount,
            LastH = _lastH,
            HasWoken = _sleeper.HasWoken ? 1 : 0,
            StaticCount = StaticTree.Count,
            MovingCount = MovingTree.Count,
        };
        SnapshotCodec.Write(State, header, snapshot);
    }

    /// <summary>Makes this world the one that was saved: it goes on with the same bits. Its shape set must be the same.</summary>
    /// <exception cref="SnapshotException">The bytes are no snapshot, damaged, or of a world with other options or shapes. This world is unchanged.</exception>
    public void Restore(PhysicsSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        SnapshotHeader header = SnapshotCodec.ReadHeader(snapshot.Bytes, snapshot.IsTrusted);
        if (header.OptionsHash != Options.Hash())
        {
            throw new SnapshotException("The snapshot is of a world with other options: it would go on in another way.");
        }

        if (!snapshot.IsTrusted)
        {
            // Tried on a world of its own first, so that bad bytes do no harm.
            var trial = new PhysicsWorld(Shapes, Options);
            SnapshotCodec.Read(trial.State, snapshot.Bytes);
            SnapshotCheck.Check(trial.State, Shapes, header);
        }

        SnapshotCodec.Read(State, snapshot.Bytes);
        StepCount = header.StepCount;
        _lastH = header.LastH;
        _sleeper.HasWoken = header.HasWoken != 0;
        StaticTree.SetCount(header.StaticCount);
        MovingTree.SetCount(header.MovingCount);
        _finder.RebuildKeys();
        _contacts.ContactEvents.Clear();
        _contacts.SensorEvents.Clear();
    }

    /// <exception cref="PhysicsException">A value is no number or out of range, or the world is full.</exception>
    public BodyId Add(in BodyDescription description)
    {
        BodyCheck.Description(description);
        if (Bodies.States.Count - Bodies.Free.Count >= Options.BodiesMax)
        {
            throw new PhysicsException($"The world holds {Options.BodiesMax} bodies, which is its limit: remove some, or raise {nameof(PhysicsOptions.BodiesMax)}.");
        }

        int slot = _placement.Add(description);
        if (description.Kind != BodyKind.Static && !description.StartsAsleep)
        {
            Bodies.AddAwake(slot);
        }

        return Bodies.IdOf(slot);
    }

    /// <summary>Takes a body away with its joints. What rested on it wakes.</summary>
    /// <exception cref="PhysicsException">There is no such body.</exception>
    public void Remove(BodyId id)
    {
        int slot = Bodies.SlotOf(id);
        while (Bodies.Traits[slot].FirstJoint >= 0)
        {
            RemoveJoint(Bodies.Traits[slot].FirstJoint >> 1);
        }

        _sleeper.Wake(slot);
        _sleeper.WakePartners(MovingTree, slot);
        if (Bodies.States[slot].IsAwake)
        {
            Bodies.RemoveAwake(slot);
        }

        // Its pairs may lie with those asleep: they are fetched to be ended.
        _sleeper.HasWoken = true;
        _placement.Remove(slot);
    }

    public bool Contains(BodyId id) => Bodies.Contains(id);

    /// <summary>The body to look at and change.</summary>
    /// <exception cref="PhysicsException">There is no such body.</exception>
    public Body Body(BodyId id) => new(this, Bodies.SlotOf(id));

    /// <summary>Wakes a body and all of its island.</summary>
    /// <exception cref="PhysicsException">There is no such body.</exception>
    public void Wake(BodyId id) => _sleeper.Wake(Bodies.SlotOf(id));

    /// <exception cref="PhysicsException">A body does not exist, or a value is no number or out of range.</exception>
    public JointId Add(in JointDescription description)
    {
        if (_joints.Count >= Limits.JointsMax)
        {
            throw new PhysicsException($"The world holds {Limits.JointsMax} joints, which is its limit.");
        }

        JointId id = _joints.Add(description);
        _sleeper.Wake(description.A.Slot);
        _sleeper.Wake(description.B.Slot);
        if (!description.BodiesMeet)
        {
            _finder.Reconsider(description.A.Slot, description.B.Slot);
        }

        return id;
    }

    /// <exception cref="PhysicsException">There is no such joint.</exception>
    public void Remove(JointId id) => RemoveJoint(_joints.SlotOf(id));

    public bool Contains(JointId id) => _joints.Contains(id);

    /// <summary>The joint to look at and change.</summary>
    /// <exception cref="PhysicsException">There is no such joint.</exception>
    public JointAccess Joint(JointId id) => new(this, _joints.SlotOf(id));

    /// <summary>Moves everything on by <paramref name="dt"/> seconds.</summary>
    /// <param name="dt">Seconds; best the same in every step.</param>
    /// <param name="threads">Help for large worlds; the bits are the same with and without.</param>
    /// <exception cref="PhysicsException">The step is not above zero and at most <see cref="Limits.StepMax"/>.</exception>
    public void Step(float dt, PhysicsThreads? threads = null)
    {
        if (!(dt > 0 && dt <= Limits.StepMax))
        {
            throw new PhysicsException($"A step of {dt} s is not above zero and at most {Limits.StepMax} s.");
        }

        threads = threads is { Count: > 1 } ? threads : null;
        StepScratch scratch = StepScratch.OfThread;
        float h;
        threads?.BeginStep();
        try
        {
            _contacts.Update(scratch, threads);
            h = StepSolver.Solve(scratch, Bodies, _contacts.Active, _joints, Options, dt, _lastH, threads);
        }
        finally
        {
            threads?.EndStep();
        }

        _sweeps.Run(scratch.Fast);
        _placement.FollowAwake(dt);
        _contacts.CompleteEvents();
        if (Options.AllowSleep)
        {
            _sleeper.FallAsleep(scratch);
        }

        Bodies.FreeLeaving();
        scratch.EndStep(_contacts.Active.Pairs.Count + Bodies.Awake.Count);
        _lastH = h;
        StepCount++;
    }

    internal void Place(int slot, in Pose pose)
    {
        BodyCheck.Pose(pose, Bodies.IdOf(slot));
        _sleeper.Wake(slot);
        _sleeper.WakePartners(MovingTree, slot);
        _placement.Place(slot, pose);
        _sleeper.WakeInside(MovingTree, Bodies.Bounds[slot].Fat);
    }

    internal void SetVelocity(int slot, Vec3 linear, Vec3 angular)
    {
        BodyCheck.Velocity(linear, angular, Bodies.IdOf(slot));
        ref BodyState body = ref Bodies.States[slot];
        if (body.Kind != BodyKind.Static)
        {
            body.LinearVelocity = linear;
            body.AngularVelocity = angular;
            _sleeper.Wake(slot);
        }
    }

    internal void SetMaterial(int slot, in Material material)
    {
        BodyCheck.Material(material, Bodies.IdOf(slot));
        BodyPlacement.SetMaterial(ref Bodies.Traits[slot], material);
        _contacts.MarkChanged(slot);
        _sleeper.Wake(slot);
    }

    internal void SetShape(int slot, ShapeId shape, MassProperties? mass)
    {
        BodyId id = Bodies.IdOf(slot);
        BodyCheck.Shape(shape, Shapes, Bodies.States[slot].Kind, id);
        if (mass is { } given)
        {
            BodyCheck.Mass(given, id);
        }

        _sleeper.Wake(slot);
        _sleeper.WakePartners(MovingTree, slot);
        _placement.Reshape(slot, shape, mass);
        _sleeper.WakeInside(MovingTree, Bodies.Bounds[slot].Fat);
        _contacts.MarkChanged(slot);
    }

    internal void SetSurface(int slot, ShapeId surface, ReadOnlySpan<Aabb> changed)
    {
        BodyId id = Bodies.IdOf(slot);
        BodyCheck.Shape(surface, Shapes, Bodies.States[slot].Kind, id);
        if (Bodies.States[slot].Kind != BodyKind.Static || !Bodies.Traits[slot].Shape.IsSurface || !surface.IsSurface)
        {
            throw new PhysicsException($"Body {id} cannot get {surface} as its surface: it must be static, and both what it has and what it gets a surface.");
        }

        // Its pairs stay: they are of boxes that overlap, and find other triangles when they are next looked at.
        _placement.Resurface(slot, surface);
        foreach (ref readonly Aabb box in changed)
        {
            if (box.IsValid)
            {
                _sleeper.WakeInside(MovingTree, box.Expanded(Options.BoxMargin));
            }
        }
    }

    private void RemoveJoint(int slot)
    {
        (int a, int b) = (_joints.Joints[slot].A, _joints.Joints[slot].B);
        _sleeper.Wake(a);
        _sleeper.Wake(b);
        _joints.Remove(slot);

        // They may meet each other now.
        Bodies.MarkMoved(a);
        Bodies.MarkMoved(b);
    }
}
