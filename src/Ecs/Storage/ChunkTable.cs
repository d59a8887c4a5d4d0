using System.Numerics;

namespace RealtimeServer.Ecs.Storage;

/// <summary>
/// All chunks of a world by id, so that an entity's slot can name its chunk in a few bits. Ids start at 1; freed ones are reused. Blocks that a
/// world no longer needs stay its own until it is trimmed or disposed: a reference that game code kept too long must never reach another match.
/// </summary>
internal sealed class ChunkTable(World world)
{
    private ChunkStore?[] _chunks = new ChunkStore?[1];
    private ChunkColumn[][] _columns = [[]];
    private readonly Stack<int> _free = [];
    private readonly Stack<byte[]>?[] _blocks = new Stack<byte[]>?[17];
    private int _end = 1;

    /// <summary>One more than the highest id there ever was.</summary>
    public int End => _end;

    public ChunkStore this[int id] => _chunks[id]!;

    /// <summary>All chunks by id; number 0 is none.</summary>
    public ChunkStore?[] All => _chunks;

    public ChunkStore Take()
    {
        if (_free.TryPop(out int id))
        {
            return _chunks[id]!;
        }

        id = _end++;
        if (id > Limits.ChunksMax)
        {
            EcsException.ThrowChunkLimit(Limits.ChunksMax);
        }

        return At(id);
    }

    public void Free(ChunkStore chunk)
    {
        chunk.Release();
        _free.Push(chunk.Id);
    }

    /// <summary>The chunk of an id that a checkpoint names.</summary>
    public ChunkStore Claim(int id)
    {
        _end = Math.Max(_end, id + 1);
        return At(id);
    }

    /// <summary>After a restore: every chunk that no archetype took up is free.</summary>
    public void FreeAllBut(ReadOnlySpan<bool> used)
    {
        _free.Clear();
        for (int id = _end - 1; id > 0; id--)
        {
            if (id >= used.Length || !used[id])
            {
                Free(At(id));
            }
        }
    }

    public byte[] RentBlock(int size)
    {
        Stack<byte[]>? spare = _blocks[BitOperations.Log2((uint)size)];
        return spare is not null && spare.TryPop(out byte[]? block) ? block : BlockPool.Rent(size);
    }

    public void ReturnBlock(byte[] block)
    {
        if (block.Length > 0)
        {
            (_blocks[BitOperations.Log2((uint)block.Length)] ??= new Stack<byte[]>()).Push(block);
        }
    }

    /// <summary>Gives spare blocks back to the process.</summary>
    public void Trim()
    {
        foreach (Stack<byte[]>? spare in _blocks)
        {
            while (spare is not null && spare.TryPop(out byte[]? block))
            {
                BlockPool.Return(block);
            }
        }
    }

    /// <summary>Gives all memory back; nothing may use a chunk afterwards.</summary>
    public void Dispose()
    {
        for (int id = 1; id < _end; id++)
        {
            _chunks[id]?.Release();
        }

        Trim();
    }

    /// <summary>Tells where a chunk's columns lie from now on.</summary>
    public void Publish(int id, ChunkColumn[] columns) => _columns[id] = columns;

    private ChunkStore At(int id)
    {
        if (id >= _chunks.Length)
        {
            // Never longer: the ids of chunks that slots of dead entities seem to name must lie beyond the end.
            int length = Math.Min(Math.Max(id + 1, _chunks.Length * 2), Limits.ChunksMax + 1);
            Array.Resize(ref _chunks, length);
            Array.Resize(ref _columns, length);
            world.Columns = _columns;
        }

        return _chunks[id] ??= new ChunkStore(id, this);
    }
}
