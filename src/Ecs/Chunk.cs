using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs.Storage;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>Up to 64 KB of entities that have the same components. Valid until the iteration moves on.</summary>
public readonly ref struct Chunk
{
    private readonly World _world;
    private readonly ChunkStore _store;

    internal Chunk(World world, ChunkStore store)
    {
        _world = world;
        _store = store;
    }

    public int Count => _store.Count;

    public ReadOnlySpan<Entity> Entities => _store.Entities[.._store.Count];

    /// <summary>Names the chunk in its world while it exists: 1 or more, and below about the number of chunks the world ever had at once.</summary>
    public int Id => _store.Id;

    /// <summary>The version in which rows last came, went or moved.</summary>
    public ulong StructureVersion => _store.StructureVersion;

    /// <summary>The column of a component to change; row i belongs to <see cref="Entities"/>[i]. Counts as a change of the whole column.</summary>
    /// <exception cref="EcsException">The entities of this chunk lack the component.</exception>
    public Span<T> Span<T>()
        where T : unmanaged
    {
        int start = StartOf<T>(out int component);
        _world.Access.Write(component, Entity.None);
        _store.Columns[component].Version = _world.Version;
        return MemoryMarshal.CreateSpan(ref _store.Cell<T>(start, 0), _store.Count);
    }

    /// <summary>The column of a component to read: unlike <see cref="Span{T}"/> it counts as no change.</summary>
    /// <exception cref="EcsException">The entities of this chunk lack the component.</exception>
    public ReadOnlySpan<T> Read<T>()
        where T : unmanaged
    {
        int start = StartOf<T>(out int component);
        _world.Access.Read(component, Entity.None);
        return MemoryMarshal.CreateReadOnlySpan(ref _store.Cell<T>(start, 0), _store.Count);
    }

    /// <summary>The managed components of a type.</summary>
    /// <exception cref="EcsException">The entities of this chunk lack the component.</exception>
    public ReadOnlySpan<T> Objects<T>()
        where T : class
    {
        int component = _world.ComponentIndex<T>();
        if (!_store.Archetype.Has(component))
        {
            EcsException.ThrowNotInChunk(typeof(T).Name, _store.Archetype.Name);
        }

        _world.Access.Read(component, Entity.None);

        // Only values of T are ever put into this column.
        ref object? first = ref _store.Archetype.ObjectCell(_store, component, 0);
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<object?, T>(ref first), _store.Count);
    }

    /// <summary>True if the entities of this chunk have the component.</summary>
    public bool Has<T>()
        where T : unmanaged => _store.Archetype.Has(_world.ComponentIndex<T>());

    /// <summary>True if the column was handed out to be changed, or rows came, went or moved, after the given version. False if the chunk lacks it.</summary>
    public bool Changed<T>(ulong since)
        where T : unmanaged
    {
        int component = _world.ComponentIndex<T>();
        return _store.StartOf(component) != 0 && (_store.StructureVersion > since || _store.Columns[component].Version > since);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int StartOf<T>(out int component)
        where T : unmanaged
    {
        component = _world.ComponentIndex<T>();
        int start = _store.StartOf(component);
        if (start == 0)
        {
            EcsException.ThrowNotInChunk(typeof(T).Name, _store.Archetype.Name);
        }

        return start;
    }
}

/// <summary>Walks the chunks of a query. It holds the world's structure still until disposed, which foreach does by itself.</summary>
public ref struct ChunkEnumerator
{
    /// <summary>Cache lines of a column that are asked for ahead: half a kilobyte.</summary>
    private const int LinesAhead = 8;

    private readonly World _world;
    private readonly ReadOnlySpan<Archetype> _archetypes;
    private readonly ulong _all;
    private readonly ulong _changed;
    private readonly ulong _since;
    private int _archetype;
    private int _chunk;
    private bool _open;

    internal ChunkEnumerator(Query query, ulong since)
    {
        _world = query.World;
        _archetypes = query.Matches();
        _all = query.Filter.All;
        _changed = query.Filter.Changed;
        _since = since;
        _chunk = -1;
        _open = true;
        _world.IterationBegins();
    }

    public readonly Chunk Current => new(_world, Store);

    internal readonly ChunkStore Store => _archetypes[_archetype].Chunk(_chunk);

    public bool MoveNext()
    {
        _chunk++;
        while (_archetype < _archetypes.Length)
        {
            if (_chunk < _archetypes[_archetype].ChunkCount)
            {
                if (_changed == 0 || HasChanged())
                {
                    if (_chunk + 1 < _archetypes[_archetype].ChunkCount)
                    {
                        FetchAhead(_archetypes[_archetype].Chunk(_chunk + 1));
                    }

                    return true;
                }

                _chunk++;
                continue;
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

    /// <summary>Asks for the beginnings of the next chunk's columns: within a column the processor reads ahead by itself, but each new one surprises it.</summary>
    private readonly void FetchAhead(ChunkStore next)
    {
        for (ulong rest = _all; rest != 0; rest &= rest - 1)
        {
            Prefetch.Lines(in next.Cell<byte>(next.StartOf(System.Numerics.BitOperations.TrailingZeroCount(rest)), 0), LinesAhead);
        }
    }

    private readonly bool HasChanged()
    {
        ChunkStore chunk = Store;
        if (chunk.StructureVersion > _since)
        {
            return true;
        }

        for (ulong rest = _changed; rest != 0; rest &= rest - 1)
        {
            if (chunk.Columns[System.Numerics.BitOperations.TrailingZeroCount(rest)].Version > _since)
            {
                return true;
            }
        }

        return false;
    }
}
