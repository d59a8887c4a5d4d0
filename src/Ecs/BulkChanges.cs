using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs;

/// <summary>Many entities at once, a chunk at a time. Extensions, called like the world's own methods.</summary>
public static class BulkChanges
{
    /// <summary>Creates an entity of a prefab, with its children.</summary>
    /// <exception cref="EcsException">The world is full, or a query is being iterated.</exception>
    public static Entity Create(this World world, Prefab prefab)
    {
        Entity made = default;
        Create(world, prefab, new Span<Entity>(ref made));
        return made;
    }

    /// <summary>Creates as many entities of a prefab as the span has room for. Children are made after all of them.</summary>
    /// <exception cref="EcsException">The world is full, or a query is being iterated.</exception>
    public static void Create(this World world, Prefab prefab, Span<Entity> made)
    {
        ArgumentNullException.ThrowIfNull(prefab);
        world.RefuseWhileIterating("create entities");
        Archetype archetype = world.Archetypes.Find(prefab.MaskIn(world));
        for (int done = 0; done < made.Length;)
        {
            ChunkStore chunk = Append(world, archetype, made[done..], out int row, out int rows);
            prefab.Fill(world, chunk, row, rows);
            Tell(world, chunk, row, rows);
            done += rows;
        }

        foreach (Prefab child in prefab.Children)
        {
            foreach (Entity parent in made)
            {
                world.SetParent(world.Create(child), parent);
            }
        }
    }

    /// <summary>Creates as many entities with these components as the span has room for.</summary>
    /// <exception cref="EcsException">The world is full, or a query is being iterated.</exception>
    public static void CreateMany<T1>(this World world, Span<Entity> made, in T1 c1)
        where T1 : unmanaged
    {
        Archetype archetype = Begin(world, Bit<T1>(world), 1);
        for (int done = 0; done < made.Length;)
        {
            ChunkStore chunk = Append(world, archetype, made[done..], out int row, out int rows);
            Fill(world, chunk, row, rows, in c1);
            Tell(world, chunk, row, rows);
            done += rows;
        }
    }

    /// <inheritdoc cref="CreateMany{T1}(World, Span{Entity}, in T1)"/>
    public static void CreateMany<T1, T2>(this World world, Span<Entity> made, in T1 c1, in T2 c2)
        where T1 : unmanaged
        where T2 : unmanaged
    {
        Archetype archetype = Begin(world, Bit<T1>(world) | Bit<T2>(world), 2);
        for (int done = 0; done < made.Length;)
        {
            ChunkStore chunk = Append(world, archetype, made[done..], out int row, out int rows);
            Fill(world, chunk, row, rows, in c1);
            Fill(world, chunk, row, rows, in c2);
            Tell(world, chunk, row, rows);
            done += rows;
        }
    }

    /// <inheritdoc cref="CreateMany{T1}(World, Span{Entity}, in T1)"/>
    public static void CreateMany<T1, T2, T3>(this World world, Span<Entity> made, in T1 c1, in T2 c2, in T3 c3)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
    {
        Archetype archetype = Begin(world, Bit<T1>(world) | Bit<T2>(world) | Bit<T3>(world), 3);
        for (int done = 0; done < made.Length;)
        {
            ChunkStore chunk = Append(world, archetype, made[done..], out int row, out int rows);
            Fill(world, chunk, row, rows, in c1);
            Fill(world, chunk, row, rows, in c2);
            Fill(world, chunk, row, rows, in c3);
            Tell(world, chunk, row, rows);
            done += rows;
        }
    }

    /// <summary>Destroys entities in the order given. Those that are dead by then, such as children of earlier ones, are skipped.</summary>
    /// <exception cref="EcsException">A query is being iterated.</exception>
    public static void Destroy(this World world, ReadOnlySpan<Entity> entities)
    {
        world.RefuseWhileIterating("destroy entities");
        foreach (Entity entity in entities)
        {
            if (world.IsAlive(entity))
            {
                world.Destroy(entity);
            }
        }
    }

    /// <summary>Destroys all that match a query, in order of iteration, and all their children. Much quicker than one by one.</summary>
    /// <exception cref="EcsException">A query is being iterated.</exception>
    public static void DestroyAll(this World world, Query query)
    {
        ArgumentNullException.ThrowIfNull(query);
        world.RefuseWhileIterating("destroy entities");
        foreach (Archetype archetype in query.Matches())
        {
            world.Access.Structure("destroys", Entity.None);
            if ((archetype.Mask & world.WatchedMask) != 0)
            {
                DestroyOneByOne(world, archetype);
                continue;
            }

            for (int i = 0; i < archetype.ChunkCount; i++)
            {
                foreach (Entity entity in archetype.Chunk(i).Entities[..archetype.Chunk(i).Count])
                {
                    world.Entities.Release(entity);
                }
            }

            archetype.Clear();
        }
    }

    private static void DestroyOneByOne(World world, Archetype archetype)
    {
        // The first row is filled with the last: from the front they would not go in order.
        var entities = new List<Entity>(archetype.Count);
        for (int i = 0; i < archetype.ChunkCount; i++)
        {
            entities.AddRange(archetype.Chunk(i).Entities[..archetype.Chunk(i).Count]);
        }

        Destroy(world, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(entities));
    }

    private static Archetype Begin(World world, ulong mask, int components)
    {
        world.RefuseWhileIterating("create entities");
        if (System.Numerics.BitOperations.PopCount(mask) != components)
        {
            EcsException.ThrowRepeated("of one type");
        }

        return world.Archetypes.Find(mask);
    }

    private static ulong Bit<T>(World world)
    {
        int component = world.ComponentIndex<T>();
        world.RefuseRelation(component);
        return 1UL << component;
    }

    /// <summary>Appends as many rows as the last chunk takes, their components unset.</summary>
    private static ChunkStore Append(World world, Archetype archetype, Span<Entity> made, out int row, out int rows)
    {
        world.Access.Structure("creates", Entity.None);
        if (made.Length > world.Entities.Limit - world.Entities.Counts.TakenCount)
        {
            EcsException.ThrowEntityLimit(world.Entities.Limit);
        }

        ChunkStore chunk = archetype.Room(made.Length, world.Version, out rows);
        row = chunk.Count;
        world.Entities.PlaceMany(made[..rows], chunk, row);
        made[..rows].CopyTo(chunk.Entities[row..]);
        archetype.Appended(chunk, rows);
        return chunk;
    }

    private static void Fill<T>(World world, ChunkStore chunk, int row, int rows, in T value)
        where T : unmanaged
    {
        int start = chunk.Columns[world.ComponentIndex<T>()].Start;
        System.Runtime.InteropServices.MemoryMarshal.CreateSpan(ref chunk.Cell<T>(start, row), rows).Fill(value);
    }

    private static void Tell(World world, ChunkStore chunk, int row, int rows)
    {
        if ((chunk.Archetype.Mask & world.WatchedMask) != 0)
        {
            for (int i = row; i < row + rows; i++)
            {
                world.Events.RowComes(chunk.Entities[i], chunk, i, chunk.Archetype.Mask);
            }
        }
    }
}
