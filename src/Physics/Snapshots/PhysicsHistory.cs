using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Snapshots;

/// <summary>
/// Where bodies were after the last steps, for queries that compensate a player's lag: <see cref="At"/> gives a world to ask what was hit then.
/// A ring; the oldest step makes way for the newest.
/// </summary>
public sealed class PhysicsHistory
{
    private readonly PhysicsWorld _world;
    private readonly PhysicsWorld _past;
    private readonly WorldBodies[] _steps;
    private ulong? _shown;
    private int _next;

    /// <param name="world">Whose steps are remembered.</param>
    /// <param name="capacity">Steps to remember, 1 to 1024: a second at 60 Hz is 60.</param>
    public PhysicsHistory(PhysicsWorld world, int capacity)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Limits.HistoryMax);
        _world = world;
        _past = new PhysicsWorld(world.Shapes, world.Options);
        _steps = new WorldBodies[capacity];
        for (int i = 0; i < capacity; i++)
        {
            _steps[i] = new WorldBodies();
        }
    }

    /// <summary>Remembers where bodies are now; call it after each step. A step recorded again replaces what was known of it.</summary>
    public void Record()
    {
        int at = Find(_world.StepCount);
        if (at < 0)
        {
            at = _next;
            _next = (_next + 1) % _steps.Length;
        }

        WorldBodies bodies = _steps[at];
        SnapshotCodec.Copy(_world.State, bodies);
        bodies.StepCount = _world.StepCount;
        bodies.StaticCount = _world.StaticTree.Count;
        bodies.MovingCount = _world.MovingTree.Count;
        _shown = _shown == _world.StepCount ? null : _shown;
    }

    /// <summary>
    /// The bodies as they were after a step, to be asked but not to be stepped or changed; null if that step is not remembered. Valid until the next
    /// call. Ids are those of then: a body since removed is there, one since added is not.
    /// </summary>
    public PhysicsWorld? At(ulong stepCount)
    {
        int at = Find(stepCount);
        if (at < 0)
        {
            return null;
        }

        if (_shown != stepCount)
        {
            SnapshotCodec.Copy(_steps[at], _past.State);
            _past.StaticTree.SetCount(_steps[at].StaticCount);
            _past.MovingTree.SetCount(_steps[at].MovingCount);
            _shown = stepCount;
        }

        return _past;
    }

    /// <summary>Writes all that is remembered, so that a restored match judges the past as the run through does.</summary>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Int(_steps.Length);
        writer.Int(_next);
        foreach (WorldBodies step in _steps)
        {
            step.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote, all of it checked; nothing changes before the returned action runs.</summary>
    /// <param name="reader">Where it begins.</param>
    /// <param name="shapes">Those that the world will have when the action runs.</param>
    /// <exception cref="InvalidDataException">It is cut off, or of a history of another capacity.</exception>
    /// <exception cref="SnapshotException">The lists are not such as a world has.</exception>
    public Action Read(ref StateReader reader, ShapeSet shapes)
    {
        int capacity = reader.Count(Limits.HistoryMax, "remembered steps");
        if (capacity != _steps.Length)
        {
            throw new InvalidDataException($"{capacity} steps are remembered, here {_steps.Length} are.");
        }

        int next = reader.Count(capacity - 1, "as the place of the next step");
        var steps = new WorldBodies[capacity];
        var trial = new PhysicsWorld(shapes, _world.Options);
        for (int i = 0; i < capacity; i++)
        {
            steps[i] = WorldBodies.Read(ref reader);
            if (steps[i].StepCount is not null)
            {
                SnapshotCodec.Copy(steps[i], trial.State);
                SnapshotCheck.CheckBodies(trial.State, shapes, steps[i]);
            }
        }

        return () =>
        {
            steps.CopyTo(_steps, 0);
            _next = next;
            _shown = null;
        };
    }

    private int Find(ulong stepCount)
    {
        for (int i = 0; i < _steps.Length; i++)
        {
            if (_steps[i].StepCount == stepCount)
            {
                return i;
            }
        }

        return -1;
    }
}
