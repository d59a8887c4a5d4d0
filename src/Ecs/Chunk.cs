namespace RealtimeServer.Ecs;

/// <summary>Up to 16 KB of entities that have the same components. Valid until the iteration moves on.</summary>
public readonly ref struct Chunk
{
    private readonly World _world;
    private readonly Archetype _archetype;
    private readonly ChunkStore _store;

    internal Chunk(World world, Archetype archetype, ChunkStore store)
    {
        _world = world;
        _archetype = archetype;
        _store = store;
    }

    public int Count => _store.Count;

    public ReadOnlySpan<Entity> Entities => _store.Entities[.._store.Count];

    /// <summary>The column of a component; row i belongs to <see cref="Entities"/>[i].</summary>
    /// <exception cref="EcsException">The entities of this chunk lack the component.</exception>
    public Span<T> Span<T>()
        where T : unmanaged
    {
        int column = _archetype.ColumnOf(_world.ComponentIndex<T>());
        if (column < 0)
        {
            EcsException.ThrowNotInChunk(typeof(T).Name, _archetype.ToString());
        }

        return _archetype.Column<T>(_store, column);
    }

    /// <summary>True if the entities of this chunk have the component.</summary>
    public bool Has<T>()
        where T : unmanaged => _archetype.ColumnOf(_world.ComponentIndex<T>()) >= 0;
}

/// <summary>Walks the chunks of a query. It holds the world's structure still until disposed, which foreach does by itself.</summary>
public ref struct ChunkEnumerator
{
    private readonly World _world;
    private readonly ReadOnlySpan<Archetype> _archetypes;
    private int _archetype;
    private int _chunk;
    private bool _open;

    internal ChunkEnumerator(Query query)
    {
        _world = query.World;
        _archetypes = query.Matches();
        _archetype = 0;
        _chunk = -1;
        _open = true;
        _world.IterationBegins();
    }

    public readonly Chunk Current => new(_world, _archetypes[_archetype], _archetypes[_archetype].Chunk(_chunk));

    public bool MoveNext()
    {
        _chunk++;
        while (_archetype < _archetypes.Length)
        {
            if (_chunk < _archetypes[_archetype].ChunkCount)
            {
                return true;
            }

            _archetype++;
            _chunk = 0;
        }

        return false;
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
