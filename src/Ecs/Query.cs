using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs;

/// <summary>
/// The archetypes with certain components, kept up to date as archetypes appear. Iterates archetypes in the order in which the world made
/// them, then chunks, then rows: the same in every run. While an iteration is open, structural changes of the world throw.
/// </summary>
/// <example><code>
/// foreach (Chunk chunk in query)
/// {
///     Span&lt;Position&gt; positions = chunk.Span&lt;Position&gt;();
/// }
/// </code></example>
public sealed class Query
{
    private readonly World _world;
    private Archetype[] _matches = [];
    private int _matchCount;
    private int _seenCount;

    internal Query(World world, QueryFilter filter)
    {
        _world = world;
        Filter = filter;
    }

    internal QueryFilter Filter { get; }

    internal World World => _world;

    /// <summary>Matching entities now, whether changed or not.</summary>
    public int Count()
    {
        int count = 0;
        foreach (Archetype archetype in Matches())
        {
            count += archetype.Count;
        }

        return count;
    }

    public ChunkEnumerator GetEnumerator() => new(this, _world.ChangedSince);

    /// <summary>The chunks changed after a version that <see cref="World.NextVersion"/> returned; all of them if the query names nothing that must change.</summary>
    public ChangedChunks Since(ulong version) => new(this, version);

    /// <summary>Calls back for every row. A static lambda allocates nothing; chunk spans are quicker still. Counts as a change of all columns it names.</summary>
    public void ForEach<T1>(ForEach<T1> action)
        where T1 : unmanaged
    {
        ArgumentNullException.ThrowIfNull(action);
        foreach (Chunk chunk in this)
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            Span<T1> c1 = chunk.Span<T1>();
            for (int i = 0; i < entities.Length; i++)
            {
                action(entities[i], ref c1[i]);
            }
        }
    }

    /// <inheritdoc cref="ForEach{T1}(ForEach{T1})"/>
    public void ForEach<T1, T2>(ForEach<T1, T2> action)
        where T1 : unmanaged
        where T2 : unmanaged
    {
        ArgumentNullException.ThrowIfNull(action);
        foreach (Chunk chunk in this)
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            Span<T1> c1 = chunk.Span<T1>();
            Span<T2> c2 = chunk.Span<T2>();
            for (int i = 0; i < entities.Length; i++)
            {
                action(entities[i], ref c1[i], ref c2[i]);
            }
        }
    }

    /// <inheritdoc cref="ForEach{T1}(ForEach{T1})"/>
    public void ForEach<T1, T2, T3>(ForEach<T1, T2, T3> action)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
    {
        ArgumentNullException.ThrowIfNull(action);
        foreach (Chunk chunk in this)
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            Span<T1> c1 = chunk.Span<T1>();
            Span<T2> c2 = chunk.Span<T2>();
            Span<T3> c3 = chunk.Span<T3>();
            for (int i = 0; i < entities.Length; i++)
            {
                action(entities[i], ref c1[i], ref c2[i], ref c3[i]);
            }
        }
    }

    /// <inheritdoc cref="ForEach{T1}(ForEach{T1})"/>
    public void ForEach<T1, T2, T3, T4>(ForEach<T1, T2, T3, T4> action)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
    {
        ArgumentNullException.ThrowIfNull(action);
        foreach (Chunk chunk in this)
        {
            ReadOnlySpan<Entity> entities = chunk.Entities;
            Span<T1> c1 = chunk.Span<T1>();
            Span<T2> c2 = chunk.Span<T2>();
            Span<T3> c3 = chunk.Span<T3>();
            Span<T4> c4 = chunk.Span<T4>();
            for (int i = 0; i < entities.Length; i++)
            {
                action(entities[i], ref c1[i], ref c2[i], ref c3[i], ref c4[i]);
            }
        }
    }

    /// <summary>After a restore archetypes may be others, in another order.</summary>
    internal void ForgetMatches()
    {
        _matchCount = 0;
        _seenCount = 0;
    }

    internal ReadOnlySpan<Archetype> Matches()
    {
        ReadOnlySpan<Archetype> archetypes = _world.Archetypes.All;
        for (; _seenCount < archetypes.Length; _seenCount++)
        {
            Archetype archetype = archetypes[_seenCount];
            if (!Filter.Matches(archetype.Mask))
            {
                continue;
            }

            if (_matchCount == _matches.Length)
            {
                Array.Resize(ref _matches, Math.Max(4, _matchCount * 2));
            }

            _matches[_matchCount++] = archetype;
        }

        return _matches.AsSpan(0, _matchCount);
    }
}

/// <summary>Chunks of a query that changed; for foreach.</summary>
public readonly ref struct ChangedChunks
{
    private readonly Query _query;
    private readonly ulong _since;

    internal ChangedChunks(Query query, ulong since)
    {
        _query = query;
        _since = since;
    }

    public ChunkEnumerator GetEnumerator() => new(_query, _since);
}

public delegate void ForEach<T1>(Entity entity, ref T1 c1)
    where T1 : unmanaged;

public delegate void ForEach<T1, T2>(Entity entity, ref T1 c1, ref T2 c2)
    where T1 : unmanaged
    where T2 : unmanaged;

public delegate void ForEach<T1, T2, T3>(Entity entity, ref T1 c1, ref T2 c2, ref T3 c3)
    where T1 : unmanaged
    where T2 : unmanaged
    where T3 : unmanaged;

public delegate void ForEach<T1, T2, T3, T4>(Entity entity, ref T1 c1, ref T2 c2, ref T3 c3, ref T4 c4)
    where T1 : unmanaged
    where T2 : unmanaged
    where T3 : unmanaged
    where T4 : unmanaged;
