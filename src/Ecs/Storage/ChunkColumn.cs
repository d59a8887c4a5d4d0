namespace RealtimeServer.Ecs.Storage;

/// <summary>
/// Where one component of a chunk's rows lies: all that it takes to reach a cell, so that a look at any entity goes slot, columns of the chunk, cell, and no other way.
/// </summary>
internal struct ChunkColumn
{
    /// <summary>The chunk's block.</summary>
    public byte[] Block;

    /// <summary>When the column was last written in place.</summary>
    public ulong Version;

    /// <summary>Byte of the block at which the column begins; 0 if the chunk has no such column, because there the ids of its entities begin.</summary>
    public int Start;
}
