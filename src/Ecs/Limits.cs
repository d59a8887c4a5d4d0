namespace RealtimeServer.Ecs;

/// <summary>Every bound of this room.</summary>
public static class Limits
{
    /// <summary>Component and singleton types of one world: an archetype's signature is one 64-bit word.</summary>
    public const int ComponentTypesMax = 64;

    /// <summary>Live entities of one world if its options say nothing else.</summary>
    public const int EntitiesDefault = 65_535;

    /// <summary>Live entities that any world can be given: a snapshot's index must stay a small number.</summary>
    public const int EntitiesMax = 1 << 20;

    /// <summary>Bytes of a full chunk: half of a common first-level data cache, and far below the large object heap.</summary>
    public const int ChunkBytesDefault = 16 * 1024;

    /// <summary>Largest chunk: stays below the 85,000 bytes at which an array moves to the large object heap.</summary>
    public const int ChunkBytesMax = 64 * 1024;

    /// <summary>
    /// Rows come in multiples of eight, so that a column that starts at a multiple of rows × bytes is always 8-byte aligned.
    /// It is also the capacity an archetype starts with: the many archetypes that hold a handful of entities stay small.
    /// </summary>
    internal const int RowsGranularity = 8;

    /// <summary>Largest component: a full chunk holds at least <see cref="RowsGranularity"/> rows.</summary>
    public const int ComponentBytesMax = ChunkBytesMax / RowsGranularity;

    /// <summary>Bytes of commands one world may have waiting; a system that records more is in a loop.</summary>
    public const int CommandBytesMax = 16 * 1024 * 1024;
}
