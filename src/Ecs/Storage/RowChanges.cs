using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs.Storage;

/// <summary>How rows of a world are made, moved and removed; extensions, so that the world itself stays readable.</summary>
internal static class RowChanges
{
    /// <summary>Makes a reserved entity alive, its components unset; the caller sets them all.</summary>
    public static ChunkStore MakeRow(this World world, Entity entity, ulong mask, out int row)
    {
        world.Access.Structure("creates", entity);
        ChunkStore chunk = world.Archetypes.Find(mask).Append(entity, world.Version, out row);
        world.Entities.Place(entity, chunk, row);
        return chunk;
    }

    /// <summary>Removes a component of an entity that lies there; false if it has none.</summary>
    public static bool RemoveComponent(this World world, Entity entity, int component, ChunkStore chunk, int row)
    {
        if (!chunk.Archetype.Has(component))
        {
            return false;
        }

        world.RefuseWhileIterating("remove a component");
        world.RefuseRelation(component);
        if ((world.WatchedMask >> component & 1) != 0)
        {
            world.Events.RowGoes(ComponentEventKind.Removed, entity, chunk, row, 1UL << component);
        }

        world.Move(entity, chunk, ref row, component, "remove a component");
        return true;
    }

    /// <summary>Adds or overwrites a component of a live entity, given as bytes.</summary>
    public static void AddBytes(this World world, Entity entity, int component, ReadOnlySpan<byte> value)
    {
        ChunkStore chunk = world.Locate(entity, out int row)!;
        bool isNew = !chunk.Archetype.Has(component);
        if (isNew)
        {
            chunk = world.Move(entity, chunk, ref row, component, "add a component");
        }

        chunk.Columns[component].Version = world.Version;
        value.CopyTo(chunk.Archetype.Cell(chunk, component, row));
        if (isNew && (world.WatchedMask >> component & 1) != 0)
        {
            world.Events.RowComes(entity, chunk, row, 1UL << component);
        }
    }

    /// <summary>Adds or overwrites a managed component of a live entity.</summary>
    public static void AddObjectAt(this World world, Entity entity, int component, object value)
    {
        ChunkStore chunk = world.Locate(entity, out int row)!;
        if (!chunk.Archetype.Has(component))
        {
            chunk = world.Move(entity, chunk, ref row, component, "add an object");
        }

        chunk.Archetype.ObjectCell(chunk, component, row) = value;
    }

    /// <summary>Moves an entity to the archetype with one component more, or less if it has it. A new component's cell is left for the caller.</summary>
    public static ChunkStore Move(this World world, Entity entity, ChunkStore chunk, ref int row, int component, string wanted)
    {
        world.RefuseWhileIterating(wanted);
        world.Access.Structure("changes the components of", entity);
        Transition transition = world.Archetypes.Toggle(chunk.Archetype, component);
        ChunkStore target = transition.Target.Append(entity, world.Version, out int targetRow);
        Entity moved = chunk.Archetype.MoveRow(transition, chunk, row, target, targetRow, world.Version);
        world.Entities.Move(entity, target, targetRow);
        if (!moved.IsNone)
        {
            world.Entities.Move(moved, chunk, row);
        }

        row = targetRow;
        return target;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RemoveRow(this World world, ChunkStore chunk, int row)
    {
        Entity moved = chunk.Archetype.RemoveRow(chunk, row, world.Version);
        if (!moved.IsNone)
        {
            world.Entities.Move(moved, chunk, row);
        }
    }
}
