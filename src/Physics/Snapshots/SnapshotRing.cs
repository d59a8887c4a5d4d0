namespace RealtimeServer.Physics.Snapshots;

/// <summary>The whole states of a world after its last steps, to go back to. The oldest makes way for the newest; buffers are used again.</summary>
public sealed class SnapshotRing
{
    private readonly PhysicsSnapshot[] _snapshots;
    private int _count;
    private int _next;

    /// <param name="capacity">States to keep, 1 to 1024.</param>
    public SnapshotRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Limits.HistoryMax);
        _snapshots = new PhysicsSnapshot[capacity];
        for (int i = 0; i < capacity; i++)
        {
            _snapshots[i] = new PhysicsSnapshot();
        }
    }

    /// <summary>Keeps the world as it is now. A step that is kept already, from before a restore, is replaced together with all later ones.</summary>
    public void Save(PhysicsWorld world)
    {
        while (_count > 0 && Newest.StepCount >= world.StepCount)
        {
            _next = (_next + _snapshots.Length - 1) % _snapshots.Length;
            _count--;
        }

        world.Save(_snapshots[_next]);
        _next = (_next + 1) % _snapshots.Length;
        _count = Math.Min(_count + 1, _snapshots.Length);
    }

    /// <summary>Makes the world what it was after a step.</summary>
    /// <returns>False if that step is not kept; the world is unchanged.</returns>
    public bool TryRestore(PhysicsWorld world, ulong stepCount)
    {
        for (int i = 1; i <= _count; i++)
        {
            PhysicsSnapshot snapshot = _snapshots[(_next + _snapshots.Length - i) % _snapshots.Length];
            if (snapshot.StepCount == stepCount)
            {
                world.Restore(snapshot);
                return true;
            }
        }

        return false;
    }

    private PhysicsSnapshot Newest => _snapshots[(_next + _snapshots.Length - 1) % _snapshots.Length];
}
