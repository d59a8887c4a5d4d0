using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs.Storage;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Checkpoints;

/// <summary>
/// Checks every number of a checkpoint that came as bytes, so that restoring it cannot fail half-way, whoever wrote it. Ids of chunks are given anew, and
/// places of entities follow from the rows: two things less that could be wrong.
/// </summary>
internal sealed class CheckpointVerifier(World world)
{
    private readonly HierarchyVerifier _hierarchy = new();

    /// <exception cref="InvalidDataException">Something contradicts something else; the message says what and where.</exception>
    public void Verify(Span<byte> bytes, WorldCheckpoint checkpoint)
    {
        var reader = new StateReader(bytes, "checkpoint");
        if (reader.Long() is 0 or > ulong.MaxValue / 2)
        {
            throw new InvalidDataException("The checkpoint's version of the world is out of range.");
        }

        int types = CheckpointTypes.Verify(world, ref reader);
        EntityTable.State state = MemoryMarshal.Read<EntityTable.State>(reader.Bytes(Unsafe.SizeOf<EntityTable.State>()));
        if (state.SlotCount < 0 || state.SlotCount > world.Entities.Limit
            || state.AliveCount < 0 || state.AliveCount > state.SlotCount || state.TakenCount != state.AliveCount)
        {
            throw new InvalidDataException($"The checkpoint claims {state.AliveCount} entities in {state.SlotCount} slots; this world may have {world.Entities.Limit}.");
        }

        checkpoint.IndexSlots(reader.At, state.SlotCount);
        int slotsAt = reader.At;
        reader.Bytes((long)state.SlotCount * Unsafe.SizeOf<EntityTable.Slot>());
        Span<EntityTable.Slot> slots = MemoryMarshal.Cast<byte, EntityTable.Slot>(bytes[slotsAt..reader.At]);
        VerifyFree(slots, in state);
        VerifySingletons(types, ref reader);
        int rows = VerifyArchetypes(bytes, types, slots, ref reader, checkpoint);
        if (rows != state.AliveCount)
        {
            throw new InvalidDataException($"The checkpoint claims {state.AliveCount} entities and has rows of {rows}.");
        }

        _hierarchy.Verify(checkpoint);
        world.Events.Verify(ref reader);
        if (!reader.IsAtEnd)
        {
            throw new InvalidDataException($"The checkpoint goes on behind its end at byte {reader.At}.");
        }
    }

    /// <summary>Walks the queue of free slots; the others are marked as waiting for their row.</summary>
    private static void VerifyFree(Span<EntityTable.Slot> slots, in EntityTable.State state)
    {
        int free = 0;
        int last = -1;
        for (int at = state.FreeHead; at != -1; at = EntityTable.NextFree(slots[at].Place))
        {
            if ((uint)at >= (uint)slots.Length || slots[at].Place > -2 || slots[at].Place < -3 - slots.Length || ++free > slots.Length)
            {
                throw new InvalidDataException($"The checkpoint's queue of free slots is broken at slot {at}.");
            }

            last = at;
        }

        if (last != state.FreeTail || free != state.SlotCount - state.AliveCount)
        {
            throw new InvalidDataException($"The checkpoint has {free} free slots up to slot {last}, but claims {state.SlotCount - state.AliveCount} up to {state.FreeTail}.");
        }

        foreach (ref EntityTable.Slot slot in slots)
        {
            if (slot.Generation == 0)
            {
                throw new InvalidDataException("The checkpoint has a slot of generation 0.");
            }

            slot.Place = slot.Place > -2 ? 0 : slot.Place;
        }
    }

    private void VerifySingletons(int types, ref StateReader reader)
    {
        ulong mask = reader.Long();
        RequireTypes(mask, types, "singletons");
        for (ulong rest = mask; rest != 0; rest &= rest - 1)
        {
            ComponentType type = world.Components.Types[BitOperations.TrailingZeroCount(rest)];
            if (type.IsManaged)
            {
                throw new InvalidDataException($"The checkpoint has a singleton of the managed component {type.TypeName}.");
            }

            reader.Bytes(type.Bytes);
        }
    }

    private int VerifyArchetypes(Span<byte> bytes, int types, Span<EntityTable.Slot> slots, ref StateReader reader, WorldCheckpoint checkpoint)
    {
        int count = reader.Count(Limits.ArchetypesMax, "archetypes");
        var seen = new HashSet<ulong>();
        int rows = 0;
        int id = 0;
        for (int i = 0; i < count; i++)
        {
            ulong mask = reader.Long();
            RequireTypes(mask, types, "an archetype");
            if (!seen.Add(mask))
            {
                throw new InvalidDataException($"The checkpoint has archetype {i} twice.");
            }

            Archetype archetype = Know(mask);
            int chunks = reader.Count(Limits.ChunksMax - id, "chunks");
            for (int c = 0; c < chunks; c++)
            {
                id++;
                int idAt = reader.At;
                reader.Int();
                MemoryMarshal.Write(bytes[idAt..], in id);
                rows += VerifyChunk(archetype, id, c == chunks - 1, slots, ref reader, checkpoint);
            }
        }

        return rows;
    }

    private Archetype Know(ulong mask)
    {
        try
        {
            return world.Archetypes.Know(mask);
        }
        catch (EcsException error)
        {
            throw new InvalidDataException($"The checkpoint has an archetype this world cannot have: {error.Message}", error);
        }
    }

    private int VerifyChunk(Archetype archetype, int id, bool isLast, Span<EntityTable.Slot> slots, ref StateReader reader, WorldCheckpoint checkpoint)
    {
        int count = reader.Count(archetype.FullCapacity, "rows of a chunk");
        if (count == 0 || (!isLast && count != archetype.FullCapacity))
        {
            throw new InvalidDataException($"The checkpoint has a chunk of {count} rows before byte {reader.At}; only the last of its archetype may have fewer than {archetype.FullCapacity}.");
        }

        reader.Bytes(sizeof(ulong) + ((long)archetype.Columns.Length * sizeof(ulong)));
        checkpoint.Index(id, reader.At, count, archetype);
        ReadOnlySpan<Entity> entities = MemoryMarshal.Cast<byte, Entity>(reader.Bytes((long)count * archetype.RowBytes))[..count];
        for (int row = 0; row < count; row++)
        {
            Entity entity = entities[row];
            if (entity.Index >= (uint)slots.Length || slots[(int)entity.Index].Generation != entity.Generation || slots[(int)entity.Index].Place != 0)
            {
                throw new InvalidDataException($"The checkpoint has a row of entity {entity}, whose slot is another's.");
            }

            slots[(int)entity.Index].Place = (id << EntityTable.RowBits) | row;
        }

        _hierarchy.Add(world, archetype.Mask, entities);

        for (ulong rest = archetype.ObjectMask; rest != 0; rest &= rest - 1)
        {
            VerifyObjects(BitOperations.TrailingZeroCount(rest), count, ref reader);
        }

        return count;
    }

    private void VerifyObjects(int component, int count, ref StateReader reader)
    {
        ObjectColumn? column = world.Components.Objects(component);
        if (column is null)
        {
            EcsException.ThrowNoSerializer(world.Components.Name(component));
        }

        for (int row = 0; row < count; row++)
        {
            int bytes = reader.Int();
            if (bytes != -1)
            {
                // Made once to see that it can be: a restore must not fail half-way.
                column.Read(reader.Bytes(bytes));
            }
        }
    }

    private static void RequireTypes(ulong mask, int types, string of)
    {
        if (types < 64 && mask >> types != 0)
        {
            throw new InvalidDataException($"The checkpoint has {of} of a component beyond its {types} types.");
        }
    }
}
