using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs;

/// <summary>Marks an entity that has a parent. Kept by <see cref="Hierarchy"/>; queries can ask for it.</summary>
public struct ChildOf
{
    internal Entity Link;
    internal Entity Next;
    internal Entity Previous;

    public readonly Entity Parent => Link;
}

/// <summary>Marks an entity that has children. Kept by <see cref="Hierarchy"/>; queries can ask for it.</summary>
public struct ParentOf
{
    internal Entity First;
    internal Entity Last;
    internal int Children;

    public readonly int Count => Children;
}

/// <summary>
/// Parents and children. Children keep the order in which they were attached; destroying a parent destroys them first. The links are components, so they are
/// part of the hash and of checkpoints like everything else. Called like the world's own methods.
/// </summary>
public static class Hierarchy
{
    /// <summary>Makes an entity the last child of another, taking it from the parent it had.</summary>
    /// <exception cref="EcsException">One is not alive, the parent is the child or below it, or a query is being iterated.</exception>
    public static void SetParent(this World world, Entity child, Entity parent)
    {
        world.RefuseWhileIterating("set a parent");
        world.Find(child, "give it a parent", out _);
        for (Entity above = parent; !above.IsNone; above = world.Parent(above))
        {
            if (above == child)
            {
                EcsException.ThrowCycle(child, parent);
            }
        }

        Register(world);
        if (world.Has<ChildOf>(child))
        {
            Unlink(world, child);
        }
        else
        {
            Toggle<ChildOf>(world, child);
            Cell<ChildOf>(world, child) = default;
        }

        if (!world.Has<ParentOf>(parent))
        {
            Toggle<ParentOf>(world, parent);
            Cell<ParentOf>(world, parent) = default;
        }

        ref ParentOf family = ref Cell<ParentOf>(world, parent);
        Cell<ChildOf>(world, child) = new ChildOf { Link = parent, Previous = family.Last };
        if (family.Last.IsNone)
        {
            family.First = child;
        }
        else
        {
            Cell<ChildOf>(world, family.Last).Next = child;
        }

        family.Last = child;
        family.Children++;
    }

    /// <summary>Takes an entity from its parent; nothing happens if it has none.</summary>
    /// <exception cref="EcsException">It is not alive, or a query is being iterated.</exception>
    public static void ClearParent(this World world, Entity child)
    {
        world.RefuseWhileIterating("clear a parent");
        if (world.Has<ChildOf>(child))
        {
            Unlink(world, child);
            Toggle<ChildOf>(world, child);
        }
    }

    /// <summary>The parent, or none.</summary>
    /// <exception cref="EcsException">The entity is not alive.</exception>
    public static Entity Parent(this World world, Entity child)
    {
        ChunkStore chunk = world.Find(child, "ask for its parent", out int row);
        int start = (chunk.Archetype.Mask & world.RelationMask) == 0 ? 0 : chunk.StartOf(world.ComponentIndex<ChildOf>());
        return start == 0 ? Entity.None : chunk.Cell<ChildOf>(start, row).Link;
    }

    /// <summary>The children in the order in which they were attached. Structural changes throw until the iteration ends.</summary>
    /// <exception cref="EcsException">The entity is not alive.</exception>
    public static ChildList Children(this World world, Entity parent)
    {
        ChunkStore chunk = world.Find(parent, "ask for its children", out int row);
        int start = (chunk.Archetype.Mask & world.RelationMask) == 0 ? 0 : chunk.StartOf(world.ComponentIndex<ParentOf>());
        return new ChildList(world, start == 0 ? default : chunk.Cell<ParentOf>(start, row));
    }

    internal static Entity NextOf(World world, Entity child)
    {
        ChunkStore chunk = world.Locate(child, out int row)!;
        return chunk.Cell<ChildOf>(chunk.Columns[world.ComponentIndex<ChildOf>()].Start, row).Next;
    }

    /// <summary>Destroys all that is below an entity, leaves first and without recursion, and takes it from its parent.</summary>
    internal static void BeforeDestroy(World world, Entity entity)
    {
        if (world.RelationMask == 0)
        {
            return;
        }

        Entity at = entity;
        while (true)
        {
            if (world.Has<ParentOf>(at))
            {
                at = Cell<ParentOf>(world, at).First;
                continue;
            }

            if (at == entity)
            {
                break;
            }

            Entity parent = Cell<ChildOf>(world, at).Link;
            world.Destroy(at);
            at = parent;
        }

        if (world.Has<ChildOf>(entity))
        {
            Unlink(world, entity);
        }
    }

    /// <summary>Registers the components of relations, which happens with the first parent and not before: order of registration is state.</summary>
    internal static void Register(World world)
    {
        if (world.RelationMask == 0)
        {
            world.RelationMask = (1UL << world.ComponentIndex<ChildOf>()) | (1UL << world.ComponentIndex<ParentOf>());
            world.WatchedMask |= world.RelationMask;
        }
    }

    /// <summary>Mends the links round a child; its own stay.</summary>
    private static void Unlink(World world, Entity child)
    {
        ChildOf links = Cell<ChildOf>(world, child);
        ref ParentOf family = ref Cell<ParentOf>(world, links.Link);
        if (links.Previous.IsNone)
        {
            family.First = links.Next;
        }
        else
        {
            Cell<ChildOf>(world, links.Previous).Next = links.Next;
        }

        if (links.Next.IsNone)
        {
            family.Last = links.Previous;
        }
        else
        {
            Cell<ChildOf>(world, links.Next).Previous = links.Previous;
        }

        if (--family.Children == 0)
        {
            Toggle<ParentOf>(world, links.Link);
        }
    }

    private static ref T Cell<T>(World world, Entity entity)
        where T : unmanaged
    {
        ChunkStore chunk = world.Locate(entity, out int row)!;
        ref ChunkColumn column = ref chunk.Columns[world.ComponentIndex<T>()];
        column.Version = world.Version;
        return ref chunk.Cell<T>(column.Start, row);
    }

    /// <summary>Adds the component, or removes it.</summary>
    private static void Toggle<T>(World world, Entity entity)
    {
        ChunkStore chunk = world.Locate(entity, out int row)!;
        world.Move(entity, chunk, ref row, world.ComponentIndex<T>(), "set a parent");
    }
}

/// <summary>The children of an entity; for foreach.</summary>
public readonly ref struct ChildList
{
    private readonly World _world;
    private readonly ParentOf _family;

    internal ChildList(World world, ParentOf family)
    {
        _world = world;
        _family = family;
    }

    public int Count => _family.Count;

    public Enumerator GetEnumerator() => new(_world, _family.First);

    /// <summary>Walks the children; foreach disposes it.</summary>
    public ref struct Enumerator
    {
        private readonly World _world;
        private Entity _next;
        private bool _open;

        internal Enumerator(World world, Entity first)
        {
            _world = world;
            _next = first;
            _open = true;
            _world.IterationBegins();
        }

        public Entity Current { get; private set; }

        public bool MoveNext()
        {
            Current = _next;
            if (_next.IsNone)
            {
                return false;
            }

            _next = Hierarchy.NextOf(_world, _next);
            return true;
        }

        public void Dispose()
        {
            if (_open)
            {
                _open = false;
                _world.IterationEnds();
            }
        }
    }
}
