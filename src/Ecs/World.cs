using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>
/// The entities and components of one match. Single-threaded. Order of registration is component order; every iteration order and the hash
/// depend only on what was done to this world, never on what else the process did. Once warmed up, nothing allocates.
/// </summary>
public sealed class World : IDisposable
{
    private readonly EntityTable _entities;
    private readonly List<Query> _queries = [];
    private int _iterations;
    private bool _disposed;

    /// <param name="options">Limits; null for the defaults.</param>
    public World(WorldOptions? options = null)
    {
        options ??= new WorldOptions();
        options.Check();
        _entities = new EntityTable(options.EntitiesMax);
        Components = new ComponentTable(options.ComponentTypesMax);
        Archetypes = new ArchetypeTable(Components, options.ChunkBytes);
        Commands = new CommandBuffer(this);
    }

    public int EntityCount => _entities.AliveCount;

    /// <summary>Changes recorded now and made later, in order, by <see cref="CommandBuffer.Apply"/>.</summary>
    public CommandBuffer Commands { get; }

    internal ComponentTable Components { get; }

    internal ArchetypeTable Archetypes { get; }

    /// <summary>Gives a component or singleton type its place in the order. A type that is used first registers itself.</summary>
    /// <param name="name">How errors name it; null for the type's name.</param>
    /// <exception cref="EcsException">Registered already, or one type too many.</exception>
    public void Register<T>(string? name = null)
        where T : unmanaged => Components.Register(ComponentType.Of<T>(), name);

    /// <summary>Creates an entity without components.</summary>
    /// <exception cref="EcsException">The world is full, or a query is being iterated.</exception>
    public Entity Create()
    {
        RefuseWhileIterating("create an entity");
        Entity entity = Reserve();
        MakeRow(entity, 0);
        return entity;
    }

    /// <exception cref="EcsException">The entity is not alive, or a query is being iterated.</exception>
    public void Destroy(Entity entity)
    {
        RefuseWhileIterating("destroy an entity");
        EntityTable.Slot slot = Find(entity, "destroy it");
        RemoveRow(in slot);
        _entities.Release(entity);
    }

    /// <summary>False for <see cref="Entity.None"/>, for the destroyed and for what <see cref="Commands"/> has yet to create.</summary>
    public bool IsAlive(Entity entity) => _entities.TryFind(entity, out _);

    /// <exception cref="EcsException">The entity is not alive.</exception>
    public bool Has<T>(Entity entity)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        if (!_entities.TryFind(entity, out EntityTable.Slot slot))
        {
            EcsException.ThrowDead(entity, $"ask it for {typeof(T).Name}");
        }

        return Archetypes[slot.Archetype].ColumnOf(component) >= 0;
    }

    /// <summary>The entity's component, by reference, which the next structural change makes stale.</summary>
    /// <exception cref="EcsException">The entity is not alive or has no such component; the text names both.</exception>
    public ref T Get<T>(Entity entity)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        if (!_entities.TryFind(entity, out EntityTable.Slot slot))
        {
            ThrowDeadForGet<T>(entity);
        }

        Archetype archetype = Archetypes[slot.Archetype];
        int column = archetype.ColumnOf(component);
        if (column < 0)
        {
            EcsException.ThrowMissing(entity, Components.Name(component));
        }

        return ref archetype.At<T>(slot.Chunk, column, slot.Row);
    }

    /// <summary>Like <see cref="Get{T}"/>, but a dead entity or a missing component gives a null reference and <paramref name="found"/> false.</summary>
    public ref T TryGet<T>(Entity entity, out bool found)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        if (_entities.TryFind(entity, out EntityTable.Slot slot))
        {
            Archetype archetype = Archetypes[slot.Archetype];
            int column = archetype.ColumnOf(component);
            if (column >= 0)
            {
                found = true;
                return ref archetype.At<T>(slot.Chunk, column, slot.Row);
            }
        }

        found = false;
        return ref Unsafe.NullRef<T>();
    }

    /// <summary>Adds a component, or overwrites the one that is there (which is no structural change).</summary>
    /// <exception cref="EcsException">The entity is not alive, or a query is being iterated.</exception>
    public void Add<T>(Entity entity, in T value = default)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        // Copied first: the value may be a reference into the row that is about to move.
        T copy = value;
        EntityTable.Slot slot = Find(entity, "add a component to it");
        if (Archetypes[slot.Archetype].ColumnOf(component) < 0)
        {
            RefuseWhileIterating("add a component");
            slot = Move(entity, in slot, component);
        }

        Archetype archetype = Archetypes[slot.Archetype];
        archetype.At<T>(slot.Chunk, archetype.ColumnOf(component), slot.Row) = copy;
    }

    /// <summary>Removes a component; false if the entity has none.</summary>
    /// <exception cref="EcsException">The entity is not alive, or a query is being iterated.</exception>
    public bool Remove<T>(Entity entity)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        EntityTable.Slot slot = Find(entity, "remove a component from it");
        if (Archetypes[slot.Archetype].ColumnOf(component) < 0)
        {
            return false;
        }

        RefuseWhileIterating("remove a component");
        Move(entity, in slot, component);
        return true;
    }

    /// <summary>The world's only value of a type: zeroed at first use, part of the hash, at the same place for the life of the world.</summary>
    public ref T Singleton<T>()
        where T : unmanaged => ref Components.Singleton<T>();

    /// <summary>Starts the description of a query.</summary>
    public QueryBuilder Query() => new(this, 0, 0, 0);

    /// <summary>
    /// Adds everything that decides this world's future: signatures in creation order, entities and their components (padding left out),
    /// singletons, free slots, and how many commands wait. Equal histories give equal hashes, in any process.
    /// </summary>
    public void Hash(ref StateHash hash)
    {
        _entities.Hash(ref hash);
        hash.Add((ulong)Commands.Count);
        foreach (Archetype archetype in Archetypes.All)
        {
            hash.Add(archetype.Mask);
            for (int i = 0; i < archetype.ChunkCount; i++)
            {
                ChunkStore chunk = archetype.Chunk(i);
                hash.Add<Entity>(chunk.Entities[..chunk.Count]);
                ReadOnlySpan<ComponentType> types = archetype.Types;
                for (int column = 0; column < types.Length; column++)
                {
                    types[column].Data.Hash(ref hash, archetype.ColumnBytes(chunk, column), types[column].Bytes);
                }
            }
        }

        Components.HashSingletons(ref hash);
    }

    /// <summary>Lets go of everything; recording or creating afterwards throws.</summary>
    public void Dispose()
    {
        _disposed = true;
        _queries.Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int ComponentIndex<T>()
        where T : unmanaged => Components.IndexOf<T>();

    internal Query FindQuery(ulong all, ulong any, ulong none)
    {
        foreach (Query query in _queries)
        {
            if (query.Is(all, any, none))
            {
                return query;
            }
        }

        var made = new Query(this, all, any, none);
        _queries.Add(made);
        return made;
    }

    internal void IterationBegins() => _iterations++;

    internal void IterationEnds() => _iterations--;

    internal void RefuseWhileIterating(string wanted)
    {
        if (_iterations > 0)
        {
            EcsException.ThrowIterating(wanted);
        }
    }

    internal Entity Reserve()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _entities.Reserve();
    }

    /// <summary>Makes a reserved entity alive, its components unset; the caller sets them all.</summary>
    internal EntityTable.Slot MakeRow(Entity entity, ulong mask)
    {
        Archetype archetype = Archetypes.Find(mask);
        (int chunk, int row) = archetype.Append(entity);
        return Place(entity, archetype, chunk, row);
    }

    internal EntityTable.Slot Place(Entity entity, Archetype archetype, int chunk, int row)
    {
        _entities.Place(entity, archetype.Id, chunk, row);
        return _entities.At(entity);
    }

    /// <summary>Adds or overwrites a component given as bytes.</summary>
    internal void AddBytes(Entity entity, int component, ReadOnlySpan<byte> value)
    {
        _entities.TryFind(entity, out EntityTable.Slot slot);
        if (Archetypes[slot.Archetype].ColumnOf(component) < 0)
        {
            slot = Move(entity, in slot, component);
        }

        value.CopyTo(Archetypes[slot.Archetype].CellOf(component, slot.Chunk, slot.Row));
    }

    internal void RemoveComponent(Entity entity, int component)
    {
        _entities.TryFind(entity, out EntityTable.Slot slot);
        if (Archetypes[slot.Archetype].ColumnOf(component) >= 0)
        {
            Move(entity, in slot, component);
        }
    }

    internal Span<byte> Cell(in EntityTable.Slot slot, int component) => Archetypes[slot.Archetype].CellOf(component, slot.Chunk, slot.Row);

    private EntityTable.Slot Find(Entity entity, string wanted)
    {
        if (!_entities.TryFind(entity, out EntityTable.Slot slot))
        {
            EcsException.ThrowDead(entity, wanted);
        }

        return slot;
    }

    [DoesNotReturn]
    private static void ThrowDeadForGet<T>(Entity entity) => EcsException.ThrowDead(entity, $"get its {typeof(T).Name}");

    /// <summary>Moves an entity to the archetype with one component more, or less if it has it. A new component's cell is left for the caller.</summary>
    private EntityTable.Slot Move(Entity entity, in EntityTable.Slot slot, int component)
    {
        Archetype source = Archetypes[slot.Archetype];
        Archetype target = Archetypes.Toggle(source, component);
        (int chunk, int row) = target.Append(entity);
        source.CopyRow(slot.Chunk, slot.Row, target, chunk, row);
        RemoveRow(in slot);
        return Place(entity, target, chunk, row);
    }

    private void RemoveRow(in EntityTable.Slot slot)
    {
        Entity moved = Archetypes[slot.Archetype].RemoveRow(slot.Chunk, slot.Row);
        if (!moved.IsNone)
        {
            _entities.Place(moved, slot.Archetype, slot.Chunk, slot.Row);
        }
    }
}
