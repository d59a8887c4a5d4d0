using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs.Storage;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Checkpoints;

/// <summary>
/// A copy of a world as it was: to go back to, to look at, or to write to bytes for another process. Chunks are copied whole, so that saving costs little more
/// than copying memory; a checkpoint that is saved again and again allocates nothing. It belongs to one world.
/// <code>
/// version | types | entity counts | slots | singletons | archetypes in order: mask, chunks: id, rows, versions, columns, objects | events
/// </code>
/// </summary>
public sealed class WorldCheckpoint
{
    private readonly World _world;
    private readonly StateWriter _writer = new(Limits.CheckpointBytesMax);
    private readonly ArrayBufferWriter<byte> _objects = new();

    // By chunk id: where its columns lie in the bytes.
    private Saved[] _chunks = [];
    private bool[] _used = [];
    private int _slotsAt;
    private int _slotCount;

    public WorldCheckpoint(World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        _world = world;
    }

    /// <summary>False before there is anything in it.</summary>
    public bool IsSaved => _writer.Length > 0;

    /// <summary>Bytes of the copy.</summary>
    public int Length => _writer.Length;

    /// <summary>Copies the world as it is now.</summary>
    /// <exception cref="EcsException">Commands are waiting, or there is a managed component without a serializer.</exception>
    public void Save()
    {
        if (_world.Commands.Count > 0)
        {
            throw new EcsException($"Cannot save the world: {_world.Commands.Count} commands are waiting. Apply World.Commands first.");
        }

        _writer.Clear();
        _chunks.AsSpan().Clear();
        _writer.Long(_world.Version);
        CheckpointTypes.Save(_world.Components, _writer);
        SaveEntities();
        SaveSingletons();
        _writer.Int(_world.Archetypes.Count);
        foreach (Archetype archetype in _world.Archetypes.All)
        {
            _writer.Long(archetype.Mask);
            _writer.Int(archetype.ChunkCount);
            for (int i = 0; i < archetype.ChunkCount; i++)
            {
                SaveChunk(archetype, archetype.Chunk(i));
            }
        }

        _world.Events.Save(_writer);
    }

    /// <summary>
    /// Makes the world what it was. What follows is what followed then, given the same: ids, orders of iteration and versions included.
    /// Component types that came later stay registered.
    /// </summary>
    /// <exception cref="EcsException">Nothing is saved, or a query is being iterated.</exception>
    public void Restore()
    {
        RequireSaved();
        _world.RefuseWhileIterating("restore the world");
        var reader = new StateReader(_writer.Written, "checkpoint");
        ulong version = reader.Long();
        CheckpointTypes.Skip(ref reader);
        _world.Commands.Clear();
        _world.Archetypes.Unlist();
        EntityTable.State state = MemoryMarshal.Read<EntityTable.State>(reader.Bytes(Unsafe.SizeOf<EntityTable.State>()));
        Span<EntityTable.Slot> slots = _world.Entities.Become(in state);
        reader.Bytes((long)state.SlotCount * Unsafe.SizeOf<EntityTable.Slot>()).CopyTo(MemoryMarshal.AsBytes(slots));
        _world.Components.RestoreSingletons(reader.Long(), ref reader);
        _used.AsSpan().Clear();
        int archetypes = reader.Int();
        for (int i = 0; i < archetypes; i++)
        {
            Archetype archetype = _world.Archetypes.Find(reader.Long());
            int chunks = reader.Int();
            for (int c = 0; c < chunks; c++)
            {
                RestoreChunk(archetype, ref reader);
            }
        }

        _world.Chunks.FreeAllBut(_used);
        _world.Events.Restore(ref reader);
        _world.ForgetMatches();
        _world.Version = version;
        _world.ChangedSince = 0;
        _world.Restores++;
    }

    /// <summary>True if the entity was alive.</summary>
    public bool IsAlive(Entity entity) => Locate(entity, out _) is { Archetype: not null };

    /// <summary>What a component was. False if the entity was not alive then, or had none.</summary>
    public bool TryGet<T>(Entity entity, out T value)
        where T : unmanaged
    {
        Saved chunk = Locate(entity, out int row);
        int place = chunk.Archetype is null ? 0 : chunk.Archetype.PlaceOf(_world.ComponentIndex<T>());
        if (place == 0)
        {
            value = default;
            return false;
        }

        int at = chunk.Start + ((place & 0xFFFF) * chunk.Count) + (row * Unsafe.SizeOf<T>());
        value = MemoryMarshal.Read<T>(_writer.Written[at..]);
        return true;
    }

    /// <summary>Writes it for another process; see <see cref="CheckpointFile"/> for the format.</summary>
    /// <exception cref="EcsException">Nothing is saved.</exception>
    public void Write(IBufferWriter<byte> to)
    {
        ArgumentNullException.ThrowIfNull(to);
        RequireSaved();
        CheckpointFile.Write(_writer.Written, to);
    }

    /// <summary>Takes over what <see cref="Write"/> wrote, after checking all of it. The world does not change before <see cref="Restore"/>.</summary>
    /// <exception cref="InvalidDataException">
    /// The bytes are no checkpoint of this version, are damaged, contradict themselves, or are of a world with other components; the message says where.
    /// What was saved before is lost then.
    /// </exception>
    public void Read(ReadOnlySpan<byte> bytes) => Take(CheckpointFile.Open(bytes));

    /// <summary>Appends it to the state of something larger, which has a checksum of its own.</summary>
    /// <exception cref="EcsException">Nothing is saved.</exception>
    public void Save(StateWriter to)
    {
        ArgumentNullException.ThrowIfNull(to);
        RequireSaved();
        to.Int(_writer.Length);
        to.Bytes(_writer.Written);
    }

    /// <summary>Takes over what <see cref="Save(StateWriter)"/> wrote, checked like <see cref="Read(ReadOnlySpan{byte})"/>.</summary>
    /// <inheritdoc cref="Read(ReadOnlySpan{byte})"/>
    public void Read(ref StateReader reader) => Take(reader.Bytes(reader.Count(Limits.CheckpointBytesMax, "bytes of a world")));

    /// <summary>Empties it; its memory stays for the next save.</summary>
    public void Forget() => _writer.Clear();

    /// <summary>Remembers where the columns of a chunk lie.</summary>
    internal void Index(int id, int start, int count, Archetype archetype)
    {
        if (id >= _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(id + 1, _chunks.Length * 2));
        }

        _chunks[id] = new Saved(archetype, start, count);
    }

    internal void IndexSlots(int at, int count)
    {
        _slotsAt = at;
        _slotCount = count;
    }

    private void Take(ReadOnlySpan<byte> body)
    {
        _writer.Clear();
        _chunks.AsSpan().Clear();
        try
        {
            _writer.Bytes(body);
            new CheckpointVerifier(_world).Verify(_writer.Written, this);
        }
        catch (InvalidDataException)
        {
            _writer.Clear();
            throw;
        }
    }

    private void SaveEntities()
    {
        EntityTable entities = _world.Entities;
        _writer.Bytes(MemoryMarshal.AsBytes(new ReadOnlySpan<EntityTable.State>(in entities.Counts)));
        IndexSlots(_writer.Length, entities.SlotCount);
        _writer.Bytes(MemoryMarshal.AsBytes(entities.Slots.AsSpan(0, entities.SlotCount)));
    }

    private void SaveSingletons()
    {
        ulong mask = _world.Components.SingletonMask;
        _writer.Long(mask);
        for (ulong rest = mask; rest != 0; rest &= rest - 1)
        {
            _writer.Bytes(_world.Components.SingletonBytes(BitOperations.TrailingZeroCount(rest)));
        }
    }

    private void SaveChunk(Archetype archetype, ChunkStore chunk)
    {
        _writer.Int(chunk.Id);
        _writer.Int(chunk.Count);
        _writer.Long(chunk.StructureVersion);

        // The entities' own column is never written in place.
        _writer.Long(0);
        foreach (ref readonly Column column in archetype.Columns.AsSpan(1))
        {
            _writer.Long(chunk.Columns[column.Component].Version);
        }

        Index(chunk.Id, _writer.Length, chunk.Count, archetype);
        Span<byte> data = _writer.Next(chunk.Count * archetype.RowBytes);
        if (chunk.Count == chunk.Capacity)
        {
            // Without spare rows the columns lie one behind the other.
            chunk.Bytes.AsSpan(0, data.Length).CopyTo(data);
        }
        else
        {
            foreach (ref readonly Column column in archetype.Columns.AsSpan())
            {
                chunk.Bytes.AsSpan(column.Prefix * chunk.Capacity, chunk.Count * column.Bytes).CopyTo(data[(column.Prefix * chunk.Count)..]);
            }
        }

        for (ulong rest = archetype.ObjectMask; rest != 0; rest &= rest - 1)
        {
            int component = BitOperations.TrailingZeroCount(rest);
            ObjectColumn column = ObjectsOf(component);
            for (int row = 0; row < chunk.Count; row++)
            {
                SaveObject(archetype.ObjectCell(chunk, component, row), column);
            }
        }
    }

    /// <summary>A managed component, its length before it; -1 for none.</summary>
    private void SaveObject(object? value, ObjectColumn column)
    {
        _objects.ResetWrittenCount();
        if (value is not null)
        {
            column.Write(value, _objects);
        }

        _writer.Int(value is null ? -1 : _objects.WrittenCount);
        _writer.Bytes(_objects.WrittenSpan);
    }

    private void RestoreChunk(Archetype archetype, ref StateReader reader)
    {
        int id = reader.Int();
        int count = reader.Int();
        ChunkStore chunk = _world.Chunks.Claim(id);
        chunk.Attach(archetype, count);
        chunk.StructureVersion = reader.Long();
        reader.Long();
        foreach (ref readonly Column column in archetype.Columns.AsSpan(1))
        {
            chunk.Columns[column.Component].Version = reader.Long();
        }

        ReadOnlySpan<byte> data = reader.Bytes((long)count * archetype.RowBytes);
        foreach (ref readonly Column column in archetype.Columns.AsSpan())
        {
            data.Slice(column.Prefix * count, count * column.Bytes).CopyTo(chunk.Bytes.AsSpan(column.Prefix * chunk.Capacity));
        }

        for (ulong rest = archetype.ObjectMask; rest != 0; rest &= rest - 1)
        {
            int component = BitOperations.TrailingZeroCount(rest);
            ObjectColumn column = ObjectsOf(component);
            for (int row = 0; row < count; row++)
            {
                int bytes = reader.Int();
                archetype.ObjectCell(chunk, component, row) = bytes < 0 ? null : column.Read(reader.Bytes(bytes));
            }
        }

        chunk.Count = count;
        archetype.AttachLast(chunk);
        if (id >= _used.Length)
        {
            Array.Resize(ref _used, Math.Max(id + 1, _used.Length * 2));
        }

        _used[id] = true;
    }

    private Saved Locate(Entity entity, out int row)
    {
        row = 0;
        if (entity.Index >= (uint)_slotCount || !IsSaved)
        {
            return default;
        }

        EntityTable.Slot slot = MemoryMarshal.Cast<byte, EntityTable.Slot>(_writer.Written[_slotsAt..])[(int)entity.Index];
        if (slot.Generation != entity.Generation || slot.Place <= 0)
        {
            return default;
        }

        row = slot.Place & EntityTable.RowMask;
        return _chunks[slot.Place >> EntityTable.RowBits];
    }

    private ObjectColumn ObjectsOf(int component)
    {
        ObjectColumn? column = _world.Components.Objects(component);
        if (column is null)
        {
            EcsException.ThrowNoSerializer(_world.Components.Name(component));
        }

        return column;
    }

    private void RequireSaved()
    {
        if (!IsSaved)
        {
            throw new EcsException("The checkpoint is empty: save or read it first.");
        }
    }

    private readonly record struct Saved(Archetype? Archetype, int Start, int Count);
}
