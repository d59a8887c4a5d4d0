using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs;

/// <summary>
/// Walks a query row by row: <c>foreach (var row in query.Rows&lt;Position, Velocity&gt;())</c>, with <c>row.C1</c> and <c>row.C2</c> by reference. Where
/// the loop does little else it takes about twice the time of chunk spans. Counts as a change of all columns it names.
/// </summary>
public static class QueryRows
{
    /// <summary>The rows, with their components by reference.</summary>
    /// <exception cref="EcsException">Entities of the query lack a component; ask for it with All.</exception>
    public static Rows<T1> Rows<T1>(this Query query)
        where T1 : unmanaged => new(query);

    /// <inheritdoc cref="Rows{T1}(Query)"/>
    public static Rows<T1, T2> Rows<T1, T2>(this Query query)
        where T1 : unmanaged
        where T2 : unmanaged => new(query);

    /// <inheritdoc cref="Rows{T1}(Query)"/>
    public static Rows<T1, T2, T3> Rows<T1, T2, T3>(this Query query)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged => new(query);

    /// <inheritdoc cref="Rows{T1}(Query)"/>
    public static Rows<T1, T2, T3, T4> Rows<T1, T2, T3, T4>(this Query query)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged => new(query);
}

/// <summary>One entity and its components.</summary>
public readonly ref struct Row<T1>
    where T1 : unmanaged
{
    public readonly Entity Entity;
    public readonly ref T1 C1;

    internal Row(Entity entity, ref T1 c1)
    {
        Entity = entity;
        C1 = ref c1;
    }
}

/// <summary>The rows of a query; for foreach, which also disposes it.</summary>
public ref struct Rows<T1>
    where T1 : unmanaged
{
    private ChunkEnumerator _chunks;
    private ReadOnlySpan<Entity> _entities;
    private ref T1 _c1;
    private int _row;

    internal Rows(Query query)
    {
        _chunks = query.GetEnumerator();
        _row = -1;
    }

    public readonly Row<T1> Current => new(_entities[_row], ref Unsafe.Add(ref _c1, _row));

    public readonly Rows<T1> GetEnumerator() => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext() => ++_row < _entities.Length || NextChunk();

    public void Dispose() => _chunks.Dispose();

    private bool NextChunk()
    {
        if (!_chunks.MoveNext())
        {
            return false;
        }

        Chunk chunk = _chunks.Current;
        _entities = chunk.Entities;
        _c1 = ref chunk.Span<T1>()[0];
        _row = 0;
        return true;
    }
}

/// <summary>One entity and its components.</summary>
public readonly ref struct Row<T1, T2>
    where T1 : unmanaged
    where T2 : unmanaged
{
    public readonly Entity Entity;
    public readonly ref T1 C1;
    public readonly ref T2 C2;

    internal Row(Entity entity, ref T1 c1, ref T2 c2)
    {
        Entity = entity;
        C1 = ref c1;
        C2 = ref c2;
    }
}

/// <summary>The rows of a query; for foreach, which also disposes it.</summary>
public ref struct Rows<T1, T2>
    where T1 : unmanaged
    where T2 : unmanaged
{
    private ChunkEnumerator _chunks;
    private ReadOnlySpan<Entity> _entities;
    private ref T1 _c1;
    private ref T2 _c2;
    private int _row;

    internal Rows(Query query)
    {
        _chunks = query.GetEnumerator();
        _row = -1;
    }

    public readonly Row<T1, T2> Current => new(_entities[_row], ref Unsafe.Add(ref _c1, _row), ref Unsafe.Add(ref _c2, _row));

    public readonly Rows<T1, T2> GetEnumerator() => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext() => ++_row < _entities.Length || NextChunk();

    public void Dispose() => _chunks.Dispose();

    private bool NextChunk()
    {
        if (!_chunks.MoveNext())
        {
            return false;
        }

        Chunk chunk = _chunks.Current;
        _entities = chunk.Entities;
        _c1 = ref chunk.Span<T1>()[0];
        _c2 = ref chunk.Span<T2>()[0];
        _row = 0;
        return true;
    }
}

/// <summary>One entity and its components.</summary>
public readonly ref struct Row<T1, T2, T3>
    where T1 : unmanaged
    where T2 : unmanaged
    where T3 : unmanaged
{
    public readonly Entity Entity;
    public readonly ref T1 C1;
    public readonly ref T2 C2;
    public readonly ref T3 C3;

    internal Row(Entity entity, ref T1 c1, ref T2 c2, ref T3 c3)
    {
        Entity = entity;
        C1 = ref c1;
        C2 = ref c2;
        C3 = ref c3;
    }
}

/// <summary>The rows of a query; for foreach, which also disposes it.</summary>
public ref struct Rows<T1, T2, T3>
    where T1 : unmanaged
    where T2 : unmanaged
    where T3 : unmanaged
{
    private ChunkEnumerator _chunks;
    private ReadOnlySpan<Entity> _entities;
    private ref T1 _c1;
    private ref T2 _c2;
    private ref T3 _c3;
    private int _row;

    internal Rows(Query query)
    {
        _chunks = query.GetEnumerator();
        _row = -1;
    }

    public readonly Row<T1, T2, T3> Current => new(_entities[_row], ref Unsafe.Add(ref _c1, _row), ref Unsafe.Add(ref _c2, _row), ref Unsafe.Add(ref _c3, _row));

    public readonly Rows<T1, T2, T3> GetEnumerator() => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext() => ++_row < _entities.Length || NextChunk();

    public void Dispose() => _chunks.Dispose();

    private bool NextChunk()
    {
        if (!_chunks.MoveNext())
        {
            return false;
        }

        Chunk chunk = _chunks.Current;
        _entities = chunk.Entities;
        _c1 = ref chunk.Span<T1>()[0];
        _c2 = ref chunk.Span<T2>()[0];
        _c3 = ref chunk.Span<T3>()[0];
        _row = 0;
        return true;
    }
}

/// <summary>One entity and its components.</summary>
public readonly ref struct Row<T1, T2, T3, T4>
    where T1 : unmanaged
    where T2 : unmanaged
    where T3 : unmanaged
    where T4 : unmanaged
{
    public readonly Entity Entity;
    public readonly ref T1 C1;
    public readonly ref T2 C2;
    public readonly ref T3 C3;
    public readonly ref T4 C4;

    internal Row(Entity entity, ref T1 c1, ref T2 c2, ref T3 c3, ref T4 c4)
    {
        Entity = entity;
        C1 = ref c1;
        C2 = ref c2;
        C3 = ref c3;
        C4 = ref c4;
    }
}

/// <summary>The rows of a query; for foreach, which also disposes it.</summary>
public ref struct Rows<T1, T2, T3, T4>
    where T1 : unmanaged
    where T2 : unmanaged
    where T3 : unmanaged
    where T4 : unmanaged
{
    private ChunkEnumerator _chunks;
    private ReadOnlySpan<Entity> _entities;
    private ref T1 _c1;
    private ref T2 _c2;
    private ref T3 _c3;
    private ref T4 _c4;
    private int _row;

    internal Rows(Query query)
    {
        _chunks = query.GetEnumerator();
        _row = -1;
    }

    public readonly Row<T1, T2, T3, T4> Current => new(
        _entities[_row], ref Unsafe.Add(ref _c1, _row), ref Unsafe.Add(ref _c2, _row), ref Unsafe.Add(ref _c3, _row), ref Unsafe.Add(ref _c4, _row));

    public readonly Rows<T1, T2, T3, T4> GetEnumerator() => this;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool MoveNext() => ++_row < _entities.Length || NextChunk();

    public void Dispose() => _chunks.Dispose();

    private bool NextChunk()
    {
        if (!_chunks.MoveNext())
        {
            return false;
        }

        Chunk chunk = _chunks.Current;
        _entities = chunk.Entities;
        _c1 = ref chunk.Span<T1>()[0];
        _c2 = ref chunk.Span<T2>()[0];
        _c3 = ref chunk.Span<T3>()[0];
        _c4 = ref chunk.Span<T4>()[0];
        _row = 0;
        return true;
    }
}
