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

    /// <summary>The archetype's own table: <see cref="Storage.Archetype.PlaceOf"/>.</summary>
    public int[] Places { get; private set; } = [];

    public byte[] Bytes { get; private set; } = [];

    public int Capacity { get; private set; }

    public int Count { get; set; }

    /// <summary>When each column was last written in place, by column.</summary>
    public ulong[] Versions { get; private set; } = [];

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
            Places = archetype.Places;
            Versions = Versions.Length < archetype.Columns.Length ? new ulong[archetype.Columns.Length] : Versions;
            Capacity = 0;
        }

        Versions.AsSpan().Clear();

        if (Capacity < rows)
        {
            table.ReturnBlock(Bytes);
            Bytes = table.RentBlock(archetype.BlockSize(rows));
            Capacity = archetype.CapacityOf(Bytes.Length);
            Objects = archetype.ObjectColumnCount > 0 ? new object?[archetype.ObjectColumnCount * Capacity] : [];
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
        Capacity = capacity;
    }

    /// <summary>Gives the block back; the next <see cref="Attach"/> rents another.</summary>
    public void Release()
    {
        table.ReturnBlock(Bytes);
        Bytes = [];
        Objects = [];
        Capacity = 0;
        Count = 0;
    }
}
