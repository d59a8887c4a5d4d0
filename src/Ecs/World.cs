using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs.Storage;
using RealtimeServer.Ecs.Systems;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>
/// The entities and components of one match. Single-threaded. Order of registration is component order; every iteration order and the hash
/// depend only on what was done to this world, never on what else the process did. Once warmed up, nothing allocates.
/// </summary>
public sealed class World : IDisposable
{
    private readonly List<Query> _queries = [];

    // Above zero while queries are iterated, below zero once disposed.
    private int _guard;

    /// <param name="options">Limits; null for the defaults.</param>
    public World(WorldOptions? options = null)
    {
        options ??= new WorldOptions();
        options.Check();
        Entities = new EntityTable(this, options.EntitiesMax);
        Chunks = new ChunkTable(this);
        Components = new ComponentTable(options.ComponentTypesMax);
        Archetypes = new ArchetypeTable(Components, Chunks, options.BlockBytes);
        Commands = new CommandBuffer(this);
        Access = new AccessCheck(this);
        Events = new EventTable(this);
    }

    public int EntityCount => Entities.AliveCount;

    /// <summary>Changes recorded now and made later, in order, by <see cref="CommandBuffer.Apply"/>.</summary>
    public CommandBuffer Commands { get; }

    /// <summary>The stamp that writes get now; see <see cref="NextVersion"/>. Saved in checkpoints, but no part of the hash: looking at a world stamps too.</summary>
    public ulong Version { get; internal set; } = 1;

    /// <summary>What the chunks of a query with a changed filter are compared with; set for each system to the end of its last run.</summary>
    public ulong ChangedSince { get; internal set; }

    /// <summary>How often the world was restored: whoever remembers versions must forget them when this grows.</summary>
    public int Restores { get; internal set; }

    /// <summary>The slots of <see cref="Entities"/> and the columns of <see cref="Chunks"/>, here too so that a look at a component takes no way round.</summary>
    internal EntityTable.Slot[] Slots { get; set; } = [];

    /// <inheritdoc cref="Slots"/>
    internal ChunkColumn[][] Columns { get; set; } = [];

    internal EntityTable Entities { get; }

    internal ComponentTable Components { get; }

    internal ArchetypeTable Archetypes { get; }

    internal ChunkTable Chunks { get; }

    internal EventTable Events { get; }

    internal AccessCheck Access { get; }

    /// <summary>Components whose coming and going is more than bytes that move: relations, and what events are kept of.</summary>
    internal ulong WatchedMask { get; set; }

    /// <summary><see cref="ChildOf"/> and <see cref="ParentOf"/>, once there are any: only <see cref="Hierarchy"/> may add and remove them.</summary>
    internal ulong RelationMask { get; set; }

    /// <summary>Gives a component or singleton type its place in the order. A type that is used first registers itself.</summary>
    /// <param name="name">How errors and checkpoints name it; null for the type's name.</param>
    /// <exception cref="EcsException">Registered already, or one type too many.</exception>
    public void Register<T>(string? name = null)
        where T : unmanaged => Components.Register(ComponentType.Of<T>(), name);

    /// <summary>Creates an entity without components.</summary>
    /// <exception cref="EcsException">The world is full, or a query is being iterated.</exception>
    public Entity Create()
    {
        RefuseWhileIterating("create an entity");
        Entity entity = Entities.Reserve();
        this.MakeRow(entity, 0, out _);
        return entity;
    }

    /// <summary>Destroys an entity, and before it its children, theirs first, in the order in which they were attached.</summary>
    /// <exception cref="EcsException">The entity is not alive, or a query is being iterated.</exception>
    public void Destroy(Entity entity)
    {
        RefuseWhileIterating("destroy an entity");
        ChunkStore chunk = Find(entity, "destroy it", out int row);
        Access.Structure("destroys", entity);
        if ((chunk.Archetype.Mask & WatchedMask) != 0)
        {
            Hierarchy.BeforeDestroy(this, entity);
            chunk = Find(entity, "destroy it", out row);
            Events.RowGoes(ComponentEventKind.Destroyed, entity, chunk, row, chunk.Archetype.Mask);
        }

        this.RemoveRow(chunk, row);
        Entities.Release(entity);
    }

    /// <summary>False for <see cref="Entity.None"/>, for the destroyed and for what <see cref="Commands"/> has yet to create.</summary>
    public bool IsAlive(Entity entity) => Entities.IsAlive(entity);

    /// <exception cref="EcsException">The entity is not alive.</exception>
    public bool Has<T>(Entity entity)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        ChunkStore? chunk = Locate(entity, out _);
        if (chunk is null)
        {
            EcsException.ThrowDead(entity, $"ask it for {typeof(T).Name}");
        }

        return chunk.Archetype.Has(component);
    }

    /// <summary>The entity's component, by reference to change it, which the next structural change makes stale. Counts as a change of its chunk.</summary>
    /// <exception cref="EcsException">The entity is not alive or has no such component; the text names both.</exception>
    public ref T Get<T>(Entity entity)
        where T : unmanaged
    {
        return ref Seek<T>(entity, stamps: true, throws: true);
    }

    /// <summary>The entity's component, to read: unlike <see cref="Get{T}"/> it counts as no change.</summary>
    /// <inheritdoc cref="Get{T}"/>
    public ref readonly T Read<T>(Entity entity)
        where T : unmanaged
    {
        return ref Seek<T>(entity, stamps: false, throws: true);
    }

    /// <summary>Like <see cref="Get{T}"/>, but a dead entity or a missing component gives a null reference and <paramref name="found"/> false.</summary>
    public ref T TryGet<T>(Entity entity, out bool found)
        where T : unmanaged
    {
        ref T cell = ref Seek<T>(entity, stamps: true, throws: false);
        found = !Unsafe.IsNullRef(ref cell);
        return ref cell;
    }

    /// <summary>Like <see cref="TryGet{T}"/>, but to read: it counts as no change.</summary>
    public ref readonly T TryRead<T>(Entity entity, out bool found)
        where T : unmanaged
    {
        ref T cell = ref Seek<T>(entity, stamps: false, throws: false);
        found = !Unsafe.IsNullRef(ref cell);
        return ref cell;
    }

    /// <summary>Adds a component, or overwrites the one that is there (which is no structural change).</summary>
    /// <exception cref="EcsException">The entity is not alive, or a query is being iterated.</exception>
    public void Add<T>(Entity entity, in T value = default)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        RefuseRelation(component);

        // Copied first: the value may be a reference into the row that is about to move.
        T copy = value;
        ChunkStore chunk = Find(entity, "add a component to it", out int row);
        int start = chunk.StartOf(component);
        bool isNew = start == 0;
        if (isNew)
        {
            chunk = this.Move(entity, chunk, ref row, component, "add a component");
            start = chunk.Columns[component].Start;
        }

        Access.Write(component, entity);
        chunk.Cell<T>(start, row) = copy;
        if (!isNew)
        {
            chunk.Columns[component].Version = Version;
        }
        else if ((WatchedMask >> component & 1) != 0)
        {
            Events.RowComes(entity, chunk, row, 1UL << component);
        }
    }

    /// <summary>Removes a component; false if the entity has none.</summary>
    /// <exception cref="EcsException">The entity is not alive, or a query is being iterated.</exception>
    public bool Remove<T>(Entity entity)
        where T : unmanaged
    {
        int component = ComponentIndex<T>();
        ChunkStore chunk = Find(entity, "remove a component from it", out int row);
        return this.RemoveComponent(entity, component, chunk, row);
    }

    /// <summary>The world's only value of a type: zeroed at first use, part of the hash, at the same place for the life of the world.</summary>
    public ref T Singleton<T>()
        where T : unmanaged
    {
        Access.Write(ComponentIndex<T>(), Entity.None);
        return ref Components.Singleton<T>();
    }

    /// <summary>The same value, to read.</summary>
    public ref readonly T ReadSingleton<T>()
        where T : unmanaged
    {
        Access.Read(ComponentIndex<T>(), Entity.None);
        return ref Components.Singleton<T>();
    }

    /// <summary>Starts the description of a query.</summary>
    public QueryBuilder Query() => new(this, default);

    /// <summary>
    /// Begins the next version and returns the one that ended: <c>chunk.Changed&lt;T&gt;(ended)</c> is then true where T was written since. Systems do this by
    /// themselves; who watches a world from outside remembers what this returned when it looked last.
    /// </summary>
    public ulong NextVersion() => Version++;

    /// <summary>
    /// Adds everything that decides this world's future: signatures in creation order, entities and their components (padding left out),
    /// singletons, free slots, waiting events, and how many commands wait. Equal histories give equal hashes, in any process.
    /// </summary>
    /// <exception cref="EcsException">There is a managed component without a serializer.</exception>
    public void Hash(ref StateHash hash) => WorldHash.Add(this, ref hash);

    /// <summary>Gives memory that the world does not need now back to the process.</summary>
    public void Trim()
    {
        RefuseWhileIterating("trim");
        Archetypes.Trim();
        Chunks.Trim();
    }

    /// <summary>Lets go of everything, and gives its memory to the process's next worlds. Creating afterwards throws; nothing is alive any more.</summary>
    public void Dispose()
    {
        if (_guard >= 0)
        {
            _guard = int.MinValue / 2;
            Archetypes.Unlist();
            Entities.Become(new EntityTable.State { FreeHead = -1, FreeTail = -1 });
            Chunks.Dispose();
            _queries.Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int ComponentIndex<T>() => Components.IndexOf<T>();

    internal Query FindQuery(in QueryFilter filter)
    {
        foreach (Query query in _queries)
        {
            if (query.Filter == filter)
            {
                return query;
            }
        }

        var made = new Query(this, filter);
        _queries.Add(made);
        return made;
    }

    internal void ForgetMatches()
    {
        foreach (Query query in _queries)
        {
            query.ForgetMatches();
        }
    }

    internal void IterationBegins() => _guard++;

    internal void IterationEnds() => _guard--;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RefuseWhileIterating(string wanted)
    {
        if (_guard != 0)
        {
            Refuse(wanted);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RefuseRelation(int component)
    {
        if ((RelationMask >> component & 1) != 0)
        {
            EcsException.ThrowRelation(Components.Name(component));
        }
    }

    internal Entity Reserve()
    {
        ObjectDisposedException.ThrowIf(_guard < 0, this);
        return Entities.Reserve();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ChunkStore Find(Entity entity, string wanted, out int row)
    {
        ChunkStore? chunk = Locate(entity, out row);
        if (chunk is null)
        {
            EcsException.ThrowDead(entity, wanted);
        }

        return chunk;
    }

    /// <summary>Where a live entity lies; null for any other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ChunkStore? Locate(Entity entity, out int row)
    {
        EntityTable.Slot[] slots = Slots;
        if (entity.Index < (uint)slots.Length)
        {
            ulong slot = slots[entity.Index].Bits;
            uint chunk = EntityTable.ChunkOf(slot);
            ChunkStore?[] chunks = Chunks.All;
            if ((uint)slot == entity.Generation && chunk < (uint)chunks.Length)
            {
                row = EntityTable.RowOf(slot);
                return chunks[chunk];
            }
        }

        row = 0;
        return null;
    }

    /// <summary>
    /// A live entity's component, or null. Every index is checked against the array it goes into, so no id, however wrong, leads astray; what the slot and
    /// the column then say of the block is the world's own.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref T Seek<T>(Entity entity, bool stamps, bool throws)
        where T : unmanaged
    {
        int component = Components.IndexOrNone<T>();
        EntityTable.Slot[] slots = Slots;
        if (entity.Index < (uint)slots.Length)
        {
            ulong slot = slots[entity.Index].Bits;
            uint chunk = EntityTable.ChunkOf(slot);
            ChunkColumn[][] chunks = Columns;
            if ((uint)slot == entity.Generation && chunk < (uint)chunks.Length)
            {
                ChunkColumn[] columns = chunks[chunk];
                if ((uint)component < (uint)columns.Length && columns[component].Block is { } block)
                {
                    if (stamps)
                    {
                        Access.Write(component, entity);
                        columns[component].Version = Version;
                    }
                    else
                    {
                        Access.Read(component, entity);
                    }

                    ref byte start = ref MemoryMarshal.GetArrayDataReference(block);
                    int offset = columns[component].Start + (EntityTable.RowOf(slot) * Unsafe.SizeOf<T>());
                    return ref Unsafe.As<byte, T>(ref Unsafe.AddByteOffset(ref start, (nuint)(uint)offset));
                }
            }
        }

        if (throws)
        {
            ThrowNotFound<T>(entity);
        }

        return ref Unsafe.NullRef<T>();
    }

    private void Refuse(string wanted)
    {
        ObjectDisposedException.ThrowIf(_guard < 0, this);
        EcsException.ThrowIterating(wanted);
    }

    // One throw and nothing else: the compiler then knows that it never returns, and keeps a caller's numbers in registers around it.
    [DoesNotReturn]
    private void ThrowNotFound<T>(Entity entity) => throw NotFound<T>(entity);

    private EcsException NotFound<T>(Entity entity) => IsAlive(entity)
        ? EcsException.Missing(entity, Components.Name(ComponentIndex<T>()))
        : EcsException.Dead(entity, $"get its {typeof(T).Name}");
}
