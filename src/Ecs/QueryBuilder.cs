namespace RealtimeServer.Ecs;

/// <summary>Component sets by bit.</summary>
internal readonly record struct QueryFilter(ulong All, ulong Any, ulong None, ulong Changed)
{
    public bool Matches(ulong mask) => (mask & All) == All && (mask & None) == 0 && (Any == 0 || (mask & Any) != 0);
}

/// <summary>Says what a query matches. A value: each step returns a new one.</summary>
public readonly struct QueryBuilder
{
    private readonly World _world;
    private readonly QueryFilter _filter;

    internal QueryBuilder(World world, QueryFilter filter)
    {
        _world = world;
        _filter = filter;
    }

    /// <summary>The entity has all of these.</summary>
    public QueryBuilder All<T1>()
        where T1 : unmanaged => WithAll(Bit<T1>());

    /// <inheritdoc cref="All{T1}()"/>
    public QueryBuilder All<T1, T2>()
        where T1 : unmanaged
        where T2 : unmanaged => WithAll(Bit<T1>() | Bit<T2>());

    /// <inheritdoc cref="All{T1}()"/>
    public QueryBuilder All<T1, T2, T3>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged => WithAll(Bit<T1>() | Bit<T2>() | Bit<T3>());

    /// <inheritdoc cref="All{T1}()"/>
    public QueryBuilder All<T1, T2, T3, T4>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged => WithAll(Bit<T1>() | Bit<T2>() | Bit<T3>() | Bit<T4>());

    /// <summary>The entity has at least one of all that were named so.</summary>
    public QueryBuilder Any<T1>()
        where T1 : unmanaged => WithAny(Bit<T1>());

    /// <inheritdoc cref="Any{T1}()"/>
    public QueryBuilder Any<T1, T2>()
        where T1 : unmanaged
        where T2 : unmanaged => WithAny(Bit<T1>() | Bit<T2>());

    /// <inheritdoc cref="Any{T1}()"/>
    public QueryBuilder Any<T1, T2, T3>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged => WithAny(Bit<T1>() | Bit<T2>() | Bit<T3>());

    /// <inheritdoc cref="Any{T1}()"/>
    public QueryBuilder Any<T1, T2, T3, T4>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged => WithAny(Bit<T1>() | Bit<T2>() | Bit<T3>() | Bit<T4>());

    /// <summary>The entity has none of these.</summary>
    public QueryBuilder None<T1>()
        where T1 : unmanaged => WithNone(Bit<T1>());

    /// <inheritdoc cref="None{T1}()"/>
    public QueryBuilder None<T1, T2>()
        where T1 : unmanaged
        where T2 : unmanaged => WithNone(Bit<T1>() | Bit<T2>());

    /// <inheritdoc cref="None{T1}()"/>
    public QueryBuilder None<T1, T2, T3>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged => WithNone(Bit<T1>() | Bit<T2>() | Bit<T3>());

    /// <inheritdoc cref="None{T1}()"/>
    public QueryBuilder None<T1, T2, T3, T4>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged => WithNone(Bit<T1>() | Bit<T2>() | Bit<T3>() | Bit<T4>());

    /// <summary>The entity has a managed component of this type.</summary>
    public QueryBuilder AllObjects<T>()
        where T : class => WithAll(Bit<T>());

    /// <summary>The entity has no managed component of this type.</summary>
    public QueryBuilder NoObjects<T>()
        where T : class => WithNone(Bit<T>());

    /// <summary>
    /// Leaves out chunks in which none of the components named so was written, and no row came, went or moved, since
    /// <see cref="World.ChangedSince"/>: in a system, since its last run. The entity has the component.
    /// </summary>
    public QueryBuilder Changed<T>()
        where T : unmanaged => new(_world, _filter with { All = _filter.All | Bit<T>(), Changed = _filter.Changed | Bit<T>() });

    /// <summary>The world's one query for this; asked again it returns the same object.</summary>
    public Query Build() => _world.FindQuery(in _filter);

    private QueryBuilder WithAll(ulong bits) => new(_world, _filter with { All = _filter.All | bits });

    private QueryBuilder WithAny(ulong bits) => new(_world, _filter with { Any = _filter.Any | bits });

    private QueryBuilder WithNone(ulong bits) => new(_world, _filter with { None = _filter.None | bits });

    private ulong Bit<T>() => 1UL << _world.ComponentIndex<T>();
}
