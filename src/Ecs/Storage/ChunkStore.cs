using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace RealtimeServer.Ecs.Storage;

/// <summary>
/// The memory of one chunk. Columns lie one behind the other in one block; see <see cref="Storage.Archetype"/>. Managed components lie beside it.
/// </summary>
internal sealed class ChunkStore(int id, ChunkTable table)
{
    /// <summary>Its place in the world's table of chunks; 1 or more.</summary>
    public int Id { get; } = id;

    public Archetype Archetype { get; private set; } = null!;

    /// <summary>By component; may be longer than the archetype needs.</summary>
    public ChunkColumn[] Columns { get; private set; } = [];

    public byte[] Bytes { get; private set; } = [];

    public int Capacity { get; private set; }

    public int Count { get; set; }

    /// <summary>When rows last came, went or moved.</summary>
    public ulong StructureVersion { get; set; }

    /// <summary>Managed components, column by column; empty if the archetype has none.</summary>
    public object?[] Objects { get; private set; } = [];

    public ref byte Start => ref MemoryMarshal.GetArrayDataReference(Bytes);

    /// <summary>The ids of all rows, used or not.</summary>
    public Span<Entity> Entities => MemoryMarshal.CreateSpan(ref Unsafe.As<byte, Entity>(ref Start), Capacity);

    /// <summary>Belongs to an archetype from now on, with room for at least so many rows; what it held is forgotten.</summary>
    public void Attach(Archetype archetype, int rows)
    {
        if (Archetype != archetype)
        {
            Archetype = archetype;
            if (Columns.Length < archetype.Places.Length)
            {
                Columns = new ChunkColumn[archetype.Places.Length];
                table.Publish(Id, Columns);
            }

            Columns.AsSpan().Clear();
            Capacity = 0;
        }

        foreach (ref ChunkColumn column in Columns.AsSpan())
        {
            column.Version = 0;
        }

        if (Capacity < rows)
        {
            table.ReturnBlock(Bytes);
            Bytes = table.RentBlock(archetype.BlockSize(rows));
            Objects = archetype.ObjectColumnCount > 0 ? new object?[archetype.ObjectColumnCount * archetype.CapacityOf(Bytes.Length)] : [];
            LayOut();
        }

        Count = 0;
    }

    /// <summary>Makes room for at least so many rows.</summary>
    public void Grow(int rows)
    {
        byte[] bytes = table.RentBlock(Archetype.BlockSize(rows));
        int capacity = Archetype.CapacityOf(bytes.Length);
        foreach (ref readonly Column column in Archetype.Columns.AsSpan())
        {
            Bytes.AsSpan(column.Prefix * Capacity, Count * column.Bytes).CopyTo(bytes.AsSpan(column.Prefix * capacity));
        }

        if (Archetype.ObjectColumnCount > 0)
        {
            var objects = new object?[Archetype.ObjectColumnCount * capacity];
            for (int column = 0; column < Archetype.ObjectColumnCount; column++)
            {
                Objects.AsSpan(column * Capacity, Count).CopyTo(objects.AsSpan(column * capacity));
            }

            Objects = objects;
        }

        table.ReturnBlock(Bytes);
        Bytes = bytes;
        LayOut();
    }

    /// <summary>Gives the block back; the next <see cref="Attach"/> rents another.</summary>
    public void Release()
    {
        table.ReturnBlock(Bytes);
        Bytes = [];
        Objects = [];
        Capacity = 0;
        Count = 0;
        Columns.AsSpan().Clear();
    }

    /// <summary>The column of a component; one that begins at 0 if there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int StartOf(int component)
    {
        ChunkColumn[] columns = Columns;
        return (uint)component < (uint)columns.Length ? columns[component].Start : 0;
    }

    /// <summary>The cell of a row in the column that begins there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref T Cell<T>(int start, int row)
        where T : unmanaged => ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref Start, (nuint)(uint)(start + (row * Unsafe.SizeOf<T>()))));

    private void LayOut()
    {
        Capacity = Archetype.CapacityOf(Bytes.Length);
        foreach (ref readonly Column column in Archetype.Columns.AsSpan(1))
        {
            ref ChunkColumn at = ref Columns[column.Component];
            at.Start = column.Prefix * Capacity;
            at.Block = Bytes;
        }
    }
}
