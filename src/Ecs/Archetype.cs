using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Ecs;

/// <summary>
/// All entities with one set of components, in chunks of columns:
/// <code>
/// chunk:  | Entity × capacity | first component × capacity | second component × capacity | …
/// </code>
/// A column starts at (bytes of the columns before it in one row) × capacity, so a chunk may have any capacity without a table of its own.
/// Rows are dense: all chunks but the last used one are full, and a removed row is filled with the last.
/// </summary>
internal sealed class Archetype
{
    private readonly ComponentType[] _types;
    private readonly int[] _prefix;
    private readonly sbyte[] _columnOf = new sbyte[Limits.ComponentTypesMax];
    private readonly int _rowBytes;
    private readonly int _fullCapacity;
    private readonly Archetype?[] _neighbours;
    private ChunkStore[] _chunks = [];

    public Archetype(int id, ulong mask, ReadOnlySpan<ComponentType> worldTypes, int chunkBytes)
    {
        Id = id;
        Mask = mask;
        int count = BitOperations.PopCount(mask);
        _types = new ComponentType[count];
        _prefix = new int[count];
        _neighbours = new Archetype?[worldTypes.Length];
        _columnOf.AsSpan().Fill(-1);
        _rowBytes = Unsafe.SizeOf<Entity>();
        int column = 0;
        for (ulong rest = mask; rest != 0; rest &= rest - 1)
        {
            int component = BitOperations.TrailingZeroCount(rest);
            _types[column] = worldTypes[component];
            _prefix[column] = _rowBytes;
            _columnOf[component] = (sbyte)column;
            _rowBytes += worldTypes[component].Bytes;
            column++;
        }

        _fullCapacity = chunkBytes / _rowBytes / Limits.RowsGranularity * Limits.RowsGranularity;
        if (_fullCapacity == 0)
        {
            EcsException.ThrowRowTooLarge(ToString(), _rowBytes, chunkBytes / Limits.RowsGranularity);
        }
    }

    /// <summary>Creation order in its world, which is iteration order.</summary>
    public int Id { get; }

    /// <summary>Bit i: has the component that the world registered i-th.</summary>
    public ulong Mask { get; }

    public int Count { get; private set; }

    /// <summary>Chunks that hold rows. Emptied ones are kept for reuse behind these.</summary>
    public int ChunkCount { get; private set; }

    public ReadOnlySpan<ComponentType> Types => _types;

    public int ColumnOf(int component) => _columnOf[component];

    public ChunkStore Chunk(int index) => _chunks[index];

    /// <summary>Appends a row whose components are not yet set: the caller writes every column.</summary>
    public (int Chunk, int Row) Append(Entity entity)
    {
        int index = ChunkCount - 1;
        if (index < 0 || _chunks[index].Count == _fullCapacity)
        {
            index = ChunkCount++;
            if (index >= _chunks.Length)
            {
                Array.Resize(ref _chunks, Math.Max(1, _chunks.Length * 2));
            }

            // Only the first chunk starts small: an archetype that fills it is a big one.
            _chunks[index] ??= new ChunkStore(index == 0 ? Math.Min(Limits.RowsGranularity, _fullCapacity) : _fullCapacity, _rowBytes);
        }

        ChunkStore chunk = _chunks[index];
        if (chunk.Count == chunk.Capacity)
        {
            chunk.Grow(Math.Min(chunk.Capacity * 2, _fullCapacity), _rowBytes, _types, _prefix);
        }

        int row = chunk.Count++;
        Count++;
        chunk.Entities[row] = entity;
        return (index, row);
    }

    /// <summary>Removes a row by moving the last one into it. Returns the entity that moved, or none.</summary>
    public Entity RemoveRow(int chunkIndex, int row)
    {
        ChunkStore last = _chunks[ChunkCount - 1];
        ChunkStore chunk = _chunks[chunkIndex];
        int lastRow = last.Count - 1;
        Entity moved = Entity.None;
        if (last != chunk || lastRow != row)
        {
            moved = last.Entities[lastRow];
            chunk.Entities[row] = moved;
            for (int column = 0; column < _types.Length; column++)
            {
                Cell(last, column, lastRow).CopyTo(Cell(chunk, column, row));
            }
        }

        last.Count = lastRow;
        Count--;
        if (lastRow == 0)
        {
            ChunkCount--;
        }

        return moved;
    }

    /// <summary>Copies the components that both archetypes have.</summary>
    public void CopyRow(int chunk, int row, Archetype target, int targetChunk, int targetRow)
    {
        for (ulong both = Mask & target.Mask; both != 0; both &= both - 1)
        {
            int component = BitOperations.TrailingZeroCount(both);
            Cell(_chunks[chunk], _columnOf[component], row).CopyTo(target.Cell(target._chunks[targetChunk], target._columnOf[component], targetRow));
        }
    }

    public Span<byte> Cell(ChunkStore chunk, int column, int row)
    {
        int bytes = _types[column].Bytes;
        return chunk.Bytes.AsSpan((_prefix[column] * chunk.Capacity) + (row * bytes), bytes);
    }

    public Span<byte> CellOf(int component, int chunk, int row) => Cell(_chunks[chunk], _columnOf[component], row);

    public Span<byte> ColumnBytes(ChunkStore chunk, int column) => chunk.Bytes.AsSpan(_prefix[column] * chunk.Capacity, chunk.Count * _types[column].Bytes);

    public Span<T> Column<T>(ChunkStore chunk, int column)
        where T : unmanaged => MemoryMarshal.CreateSpan(ref First<T>(chunk, column), chunk.Count);

    public ref T At<T>(int chunk, int column, int row)
        where T : unmanaged
    {
        ChunkStore store = _chunks[chunk];
        Debug.Assert(row < store.Count, "a live slot points at a live row");
        return ref Unsafe.Add(ref First<T>(store, column), row);
    }

    /// <summary>The archetype with one component more or less, if the world has made that step before.</summary>
    public Archetype? Neighbour(int component) => component < _neighbours.Length ? _neighbours[component] : null;

    public void SetNeighbour(int component, Archetype neighbour)
    {
        // Components registered after this archetype was made are found by signature instead.
        if (component < _neighbours.Length)
        {
            _neighbours[component] = neighbour;
        }
    }

    public override string ToString() => string.Join(", ", _types.Select(type => type.TypeName));

    private ref T First<T>(ChunkStore chunk, int column)
        where T : unmanaged => ref Unsafe.As<byte, T>(ref chunk.Bytes[_prefix[column] * chunk.Capacity]);
}

/// <summary>The memory of one chunk.</summary>
internal sealed class ChunkStore
{
    public ChunkStore(int capacity, int rowBytes)
    {
        Capacity = capacity;
        Bytes = new byte[capacity * rowBytes];
    }

    public byte[] Bytes { get; private set; }

    public int Capacity { get; private set; }

    public int Count { get; set; }

    /// <summary>The ids, used or not.</summary>
    public Span<Entity> Entities => MemoryMarshal.Cast<byte, Entity>(Bytes.AsSpan(0, Capacity * Unsafe.SizeOf<Entity>()));

    public void Grow(int capacity, int rowBytes, ReadOnlySpan<ComponentType> types, ReadOnlySpan<int> prefix)
    {
        byte[] bytes = new byte[capacity * rowBytes];
        Bytes.AsSpan(0, Count * Unsafe.SizeOf<Entity>()).CopyTo(bytes);
        for (int column = 0; column < types.Length; column++)
        {
            Bytes.AsSpan(prefix[column] * Capacity, Count * types[column].Bytes).CopyTo(bytes.AsSpan(prefix[column] * capacity));
        }

        Bytes = bytes;
        Capacity = capacity;
    }
}
