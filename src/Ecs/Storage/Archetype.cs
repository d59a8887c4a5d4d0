using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs.Storage;

/// <summary>A column of an archetype: the bytes of the columns before it in one row, and its own.</summary>
internal readonly record struct Column(int Component, int Prefix, int Bytes);

/// <summary>
/// All entities with one set of components, in chunks of columns:
/// <code>
/// chunk:  | Entity × capacity | first component × capacity | second component × capacity | …
/// </code>
/// A column starts at (bytes of the columns before it in one row) × capacity, so a chunk may have any capacity without a table of its own.
/// Rows are dense: all chunks but the last used one are full, and a removed row is filled with the last. Column 0 is the entities.
/// </summary>
internal sealed class Archetype
{
    private readonly ChunkTable _table;
    private readonly ComponentType[] _objectTypes;
    private readonly int _rowBytes;
    private readonly int _fullBlockBytes;
    private Transition?[] _transitions = [];
    private ChunkStore[] _chunks = [];
    private ChunkStore? _last;

    public Archetype(ulong mask, ComponentTable components, ChunkTable table, int chunkBytes)
    {
        _table = table;
        Mask = mask;
        ReadOnlySpan<ComponentType> types = components.Types;
        Places = new int[64 - BitOperations.LeadingZeroCount(mask)];
        _rowBytes = Unsafe.SizeOf<Entity>();
        var columns = new List<Column> { new(-1, 0, _rowBytes) };
        var objects = new List<ComponentType>();
        for (ulong rest = mask; rest != 0; rest &= rest - 1)
        {
            int component = BitOperations.TrailingZeroCount(rest);
            if (types[component].IsManaged)
            {
                ObjectMask |= 1UL << component;
                Places[component] = objects.Count << 16;
                objects.Add(types[component]);
                continue;
            }

            Places[component] = (columns.Count << 16) | _rowBytes;
            columns.Add(new Column(component, _rowBytes, types[component].Bytes));
            _rowBytes += types[component].Bytes;
        }

        Columns = [.. columns];
        _objectTypes = [.. objects];
        Name = string.Join(", ", components.Names(mask));
        if (_rowBytes > chunkBytes / Limits.RowsGranularity)
        {
            EcsException.ThrowRowTooLarge(Name, _rowBytes, chunkBytes / Limits.RowsGranularity);
        }

        _fullBlockBytes = chunkBytes;
        FullCapacity = CapacityOf(_fullBlockBytes);
    }

    /// <summary>Place in the world's order of iteration, which is the order in which archetypes came up; -1 while the world's history has none such.</summary>
    public int Id { get; set; } = -1;

    /// <summary>Bit i: has the component that the world registered i-th.</summary>
    public ulong Mask { get; }

    /// <summary>The bits of <see cref="Mask"/> that are managed components.</summary>
    public ulong ObjectMask { get; }

    public string Name { get; }

    public Column[] Columns { get; }

    /// <summary>By component: column × 65,536 + prefix, or 0 if it has none. For a managed component the number of its object column × 65,536.</summary>
    public int[] Places { get; }

    public int ObjectColumnCount => _objectTypes.Length;

    public ReadOnlySpan<ComponentType> ObjectTypes => _objectTypes;

    public int RowBytes => _rowBytes;

    public int FullCapacity { get; }

    public int Count { get; private set; }

    /// <summary>Chunks that hold rows. At most one emptied one is kept behind them.</summary>
    public int ChunkCount { get; private set; }

    public bool Has(int component) => (Mask >> component & 1) != 0;

    public int PlaceOf(int component)
    {
        int[] places = Places;
        return (uint)component < (uint)places.Length ? places[component] : 0;
    }

    public ChunkStore Chunk(int index) => _chunks[index];

    /// <summary>The block that holds so many rows, at least eight.</summary>
    public int BlockSize(int rows) =>
        Math.Min(_fullBlockBytes, BlockPool.SizeFor((rows + Limits.RowsGranularity - 1) / Limits.RowsGranularity * Limits.RowsGranularity * _rowBytes));

    public int CapacityOf(int blockBytes) => blockBytes / _rowBytes / Limits.RowsGranularity * Limits.RowsGranularity;

    /// <summary>Appends a row whose components are not yet set: the caller writes every column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ChunkStore Append(Entity entity, ulong version, out int row)
    {
        ChunkStore? chunk = _last;
        if (chunk is null || chunk.Count == chunk.Capacity)
        {
            chunk = MakeRoom();
        }

        row = chunk.Count++;
        Count++;
        chunk.StructureVersion = version;
        Unsafe.Add(ref Unsafe.As<byte, Entity>(ref chunk.Start), row) = entity;
        return chunk;
    }

    /// <summary>The last chunk with room for at least one row more, made if need be; the caller appends rows itself and tells how many.</summary>
    public ChunkStore Room(int rows, ulong version, out int room)
    {
        ChunkStore chunk = _last is null || _last.Count == FullCapacity ? AddChunk() : _last;
        if (chunk.Capacity < FullCapacity && chunk.Capacity - chunk.Count < rows)
        {
            chunk.Grow(Math.Min(FullCapacity, chunk.Count + rows));
        }

        room = Math.Min(rows, chunk.Capacity - chunk.Count);
        chunk.StructureVersion = version;
        return chunk;
    }

    public void Appended(ChunkStore chunk, int rows)
    {
        chunk.Count += rows;
        Count += rows;
    }

    /// <summary>Removes a row by moving the last one into it. Returns the entity that moved, or none.</summary>
    public Entity RemoveRow(ChunkStore chunk, int row, ulong version)
    {
        ChunkStore last = _last!;
        int lastRow = last.Count - 1;
        Entity moved = Entity.None;
        if (last != chunk || lastRow != row)
        {
            ref byte from = ref last.Start;
            ref byte to = ref chunk.Start;
            foreach (ref readonly Column column in Columns.AsSpan())
            {
                CopyCell(
                    ref Unsafe.Add(ref from, (column.Prefix * last.Capacity) + (lastRow * column.Bytes)),
                    ref Unsafe.Add(ref to, (column.Prefix * chunk.Capacity) + (row * column.Bytes)),
                    column.Bytes);
            }

            moved = Unsafe.Add(ref Unsafe.As<byte, Entity>(ref to), row);
            chunk.StructureVersion = version;
        }

        DropLastRow(chunk, row, version);
        return moved;
    }

    /// <summary>Like <see cref="RemoveRow"/>, but the row's cells go along to a row of the transition's target, in the same pass.</summary>
    public Entity MoveRow(Transition transition, ChunkStore chunk, int row, ChunkStore target, int targetRow, ulong version)
    {
        ChunkStore last = _last!;
        int lastRow = last.Count - 1, capacity = chunk.Capacity, lastCapacity = last.Capacity, targetCapacity = target.Capacity;
        bool leavesHole = last != chunk || lastRow != row;
        ref byte from = ref chunk.Start;
        ref byte end = ref last.Start;
        ref byte to = ref target.Start;
        foreach (ref readonly TransitionCell cell in transition.Cells)
        {
            int bytes = cell.Bytes;
            ref byte hole = ref Unsafe.Add(ref from, (nint)(uint)((cell.From * capacity) + (row * bytes)));
            if (cell.To >= 0)
            {
                CopyCell(ref hole, ref Unsafe.Add(ref to, (nint)(uint)((cell.To * targetCapacity) + (targetRow * bytes))), bytes);
            }

            if (leavesHole)
            {
                CopyCell(ref Unsafe.Add(ref end, (nint)(uint)((cell.From * lastCapacity) + (lastRow * bytes))), ref hole, bytes);
            }
        }

        Entity moved = Entity.None;
        if (leavesHole)
        {
            moved = Unsafe.Add(ref Unsafe.As<byte, Entity>(ref end), lastRow);
            Unsafe.Add(ref Unsafe.As<byte, Entity>(ref from), row) = moved;
            chunk.StructureVersion = version;
        }

        transition.CopyObjects(chunk, row, target, targetRow);
        DropLastRow(chunk, row, version);
        return moved;
    }

    /// <summary>Takes the last row away, whose cells but for objects lie in another row already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void DropLastRow(ChunkStore chunk, int row, ulong version)
    {
        ChunkStore last = _last!;
        int lastRow = last.Count - 1;
        for (int column = 0; column < _objectTypes.Length; column++)
        {
            chunk.Objects[(column * chunk.Capacity) + row] = last.Objects[(column * last.Capacity) + lastRow];
            last.Objects[(column * last.Capacity) + lastRow] = null;
        }

        last.Count = lastRow;
        last.StructureVersion = version;
        Count--;
        if (lastRow == 0)
        {
            DropLastChunk();
        }
    }

    /// <summary>Forgets all rows; the caller has freed their entities.</summary>
    public void Clear()
    {
        while (ChunkCount > 0)
        {
            _chunks[ChunkCount - 1].Objects.AsSpan().Clear();
            _chunks[ChunkCount - 1].Count = 0;
            DropLastChunk();
        }

        Count = 0;
    }

    /// <summary>Lets go of all chunks, which stay in the table with what they hold: a restore takes them up again or releases them.</summary>
    public void Detach()
    {
        _last = null;
        _chunks.AsSpan().Clear();
        ChunkCount = 0;
        Count = 0;
    }

    /// <summary>Takes up a filled chunk as its last.</summary>
    public void AttachLast(ChunkStore chunk)
    {
        Reserve(ChunkCount + 1);
        _chunks[ChunkCount++] = chunk;
        _last = chunk;
        Count += chunk.Count;
    }

    /// <summary>Gives back the emptied chunk that is kept for reuse.</summary>
    public void Trim()
    {
        if (ChunkCount < _chunks.Length && _chunks[ChunkCount] is { } spare)
        {
            _table.Free(spare);
            _chunks[ChunkCount] = null!;
        }
    }

    public Span<byte> Cell(ChunkStore chunk, int component, int row)
    {
        int place = Places[component];
        int bytes = Columns[place >> 16].Bytes;
        return chunk.Bytes.AsSpan(((place & 0xFFFF) * chunk.Capacity) + (row * bytes), bytes);
    }

    public ref object? ObjectCell(ChunkStore chunk, int component, int row) => ref chunk.Objects[((Places[component] >> 16) * chunk.Capacity) + row];

    public Transition? TransitionOf(int component) => component < _transitions.Length ? _transitions[component] : null;

    public void SetTransition(int component, Transition transition)
    {
        if (component >= _transitions.Length)
        {
            Array.Resize(ref _transitions, component + 1);
        }

        _transitions[component] = transition;
    }

    public override string ToString() => Name;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyCell(ref byte from, ref byte to, int bytes)
    {
        switch (bytes)
        {
            case 4:
                Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<uint>(ref from));
                break;
            case 8:
                Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<ulong>(ref from));
                break;
            case 12:
                Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<ulong>(ref from));
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, 8), Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, 8)));
                break;
            case 16:
                Unsafe.WriteUnaligned(ref to, Unsafe.ReadUnaligned<Int128>(ref from));
                break;
            default:
                Unsafe.CopyBlockUnaligned(ref to, ref from, (uint)bytes);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ChunkStore MakeRoom()
    {
        if (_last is null || _last.Count == FullCapacity)
        {
            return AddChunk();
        }

        _last.Grow(_last.Count + 1);
        return _last;
    }

    private ChunkStore AddChunk()
    {
        // Only the first chunk starts small: an archetype that fills it is a big one.
        int index = ChunkCount;
        Reserve(index + 1);
        ChunkStore chunk = _chunks[index] ??= _table.Take();
        chunk.Attach(this, index == 0 ? Math.Min(Limits.RowsGranularity, FullCapacity) : FullCapacity);
        ChunkCount++;
        _last = chunk;
        return chunk;
    }

    private void DropLastChunk()
    {
        ChunkCount--;
        _last = ChunkCount > 0 ? _chunks[ChunkCount - 1] : null;

        // One emptied chunk is kept, so that an entity that comes and goes at the edge of a chunk costs no renting.
        if (ChunkCount + 1 < _chunks.Length && _chunks[ChunkCount + 1] is { } second)
        {
            _table.Free(second);
            _chunks[ChunkCount + 1] = null!;
        }
    }

    private void Reserve(int chunks)
    {
        if (chunks > _chunks.Length)
        {
            Array.Resize(ref _chunks, Math.Max(1, Math.Max(chunks, _chunks.Length * 2)));
        }
    }
}
