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

    /// <summary>Bytes of a full chunk: with 64 KB a query of two components keeps within a tenth of bare arrays, with 16 KB it takes a quarter more.</summary>
    public const int ChunkBytesDefault = ChunkBytesMax;

    /// <summary>Largest chunk: stays below the 85,000 bytes at which an array moves to the large object heap.</summary>
    public const int ChunkBytesMax = 64 * 1024;

    /// <summary>
    /// Rows come in multiples of eight, so that a column that starts at a multiple of rows × bytes is always 8-byte aligned.
    /// It is also the capacity an archetype starts with: the many archetypes that hold a handful of entities stay small.
    /// </summary>
    internal const int RowsGranularity = 8;

    /// <summary>Largest component: a full chunk holds at least <see cref="RowsGranularity"/> rows.</summary>
    public const int ComponentBytesMax = ChunkBytesMax / RowsGranularity;

    /// <summary>Smallest block of memory a chunk takes.</summary>
    internal const int BlockBytesMin = 256;

    /// <summary>Sets of components that occur in one world; a game has a few dozen.</summary>
    public const int ArchetypesMax = 16_384;

    /// <summary>Chunks of one world: a chunk's id and a row are 31 bits together, and a row takes 13 of them.</summary>
    internal const int ChunksMax = (1 << 18) - 1;

    /// <summary>Bytes of chunks that ended worlds leave for the next ones; what exceeds it goes to the garbage collector.</summary>
    public const int PooledBytesMax = 64 * 1024 * 1024;

    /// <summary>Events of one type between two <see cref="EventAccess.ClearEvents"/>.</summary>
    public const int EventsMax = 65_536;

    /// <summary>Bytes of a checkpoint: the world of <see cref="EntitiesMax"/> entities with 400 bytes each.</summary>
    public const int CheckpointBytesMax = 512 * 1024 * 1024;

    /// <summary>Bytes of an event type's name in a checkpoint.</summary>
    internal const int NameBytesMax = 1024;

    /// <summary>Checkpoints a world's history holds: four seconds at the fastest tick.</summary>
    public const int HistoryMax = 512;

    /// <summary>Systems of one schedule.</summary>
    public const int SystemsMax = 256;

    /// <summary>Bytes of commands one world may have waiting; a system that records more is in a loop.</summary>
    public const int CommandBytesMax = 16 * 1024 * 1024;
}
