using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Checkpoints;

/// <summary>The last checkpoints of a world, a ring: to see what was, as lag compensation does, or to go back. Once round, nothing allocates.</summary>
public sealed class WorldHistory
{
    private readonly World _world;
    private readonly WorldCheckpoint[] _checkpoints;
    private readonly uint[] _ticks;

    /// <param name="world">Whose history.</param>
    /// <param name="capacity">How many checkpoints, 1 to <see cref="Limits.HistoryMax"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too few or too many.</exception>
    public WorldHistory(World world, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, Limits.HistoryMax);
        _world = world;
        _checkpoints = new WorldCheckpoint[capacity];
        _ticks = new uint[capacity];
        for (int i = 0; i < capacity; i++)
        {
            _checkpoints[i] = new WorldCheckpoint(world);
        }
    }

    public int Capacity => _checkpoints.Length;

    /// <summary>Saves the world as it is at a tick, over the one of <see cref="Capacity"/> ticks ago.</summary>
    public WorldCheckpoint Save(uint tick)
    {
        int at = (int)(tick % (uint)Capacity);
        _checkpoints[at].Save();
        _ticks[at] = tick;
        return _checkpoints[at];
    }

    /// <summary>The checkpoint of a tick; false if there is none, or none any more.</summary>
    public bool TryFind(uint tick, [NotNullWhen(true)] out WorldCheckpoint? checkpoint)
    {
        int at = (int)(tick % (uint)Capacity);
        checkpoint = _checkpoints[at].IsSaved && _ticks[at] == tick ? _checkpoints[at] : null;
        return checkpoint is not null;
    }

    /// <summary>Writes all that is kept.</summary>
    public void Save(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Int(Capacity);
        for (int i = 0; i < Capacity; i++)
        {
            writer.Int((int)_ticks[i]);
            writer.Int(_checkpoints[i].IsSaved ? 1 : 0);
            if (_checkpoints[i].IsSaved)
            {
                _checkpoints[i].Save(writer);
            }
        }
    }

    /// <summary>Reads what <see cref="Save(StateWriter)"/> wrote, all of it checked; nothing changes before the returned action runs.</summary>
    /// <exception cref="InvalidDataException">It is damaged, or of another world or capacity.</exception>
    public Action Read(ref StateReader reader)
    {
        int capacity = reader.Count(Limits.HistoryMax, "ticks of the past");
        if (capacity != Capacity)
        {
            throw new InvalidDataException($"The checkpoint keeps {capacity} ticks of the past, here {Capacity} are kept.");
        }

        var read = new WorldCheckpoint[Capacity];
        uint[] ticks = new uint[Capacity];
        for (int i = 0; i < Capacity; i++)
        {
            ticks[i] = (uint)reader.Int();
            read[i] = new WorldCheckpoint(_world);
            if (reader.Count(1, "as whether a tick is kept") == 1)
            {
                read[i].Read(ref reader);
            }
        }

        return () =>
        {
            read.CopyTo(_checkpoints, 0);
            ticks.CopyTo(_ticks, 0);
        };
    }

    /// <summary>Forgets everything, or only what is after a tick.</summary>
    public void Forget(uint after = 0)
    {
        for (int i = 0; i < Capacity; i++)
        {
            if (_ticks[i] > after || after == 0)
            {
                _checkpoints[i].Forget();
            }
        }
    }
}
