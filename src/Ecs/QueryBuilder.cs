namespace RealtimeServer.Ecs;

/// <summary>Says what a query matches. A value: each step returns a new one.</summary>
public readonly struct QueryBuilder
{
    private readonly World _world;
    private readonly ulong _all;
    private readonly ulong _any;
    private readonly ulong _none;

    internal QueryBuilder(World world, ulong all, ulong any, ulong none)
    {
        _world = world;
        _all = all;
        _any = any;
        _none = none;
    }

    /// <summary>The entity has all of these.</summary>
    public QueryBuilder All<T1>()
        where T1 : unmanaged => new(_world, _all | Bit<T1>(), _any, _none);

    /// <inheritdoc cref="All{T1}()"/>
    public QueryBuilder All<T1, T2>()
        where T1 : unmanaged
        where T2 : unmanaged => new(_world, _all | Bit<T1>() | Bit<T2>(), _any, _none);

    /// <inheritdoc cref="All{T1}()"/>
    public QueryBuilder All<T1, T2, T3>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged => new(_world, _all | Bit<T1>() | Bit<T2>() | Bit<T3>(), _any, _none);

    /// <inheritdoc cref="All{T1}()"/>
    public QueryBuilder All<T1, T2, T3, T4>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged => new(_world, _all | Bit<T1>() | Bit<T2>() | Bit<T3>() | Bit<T4>(), _any, _none);

    /// <summary>The entity has at least one of all that were named so.</summary>
    public QueryBuilder Any<T1>()
        where T1 : unmanaged => new(_world, _all, _any | Bit<T1>(), _none);

    /// <inheritdoc cref="Any{T1}()"/>
    public QueryBuilder Any<T1, T2>()
        where T1 : unmanaged
        where T2 : unmanaged => new(_world, _all, _any | Bit<T1>() | Bit<T2>(), _none);

    /// <inheritdoc cref="Any{T1}()"/>
    public QueryBuilder Any<T1, T2, T3>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged => new(_world, _all, _any | Bit<T1>() | Bit<T2>() | Bit<T3>(), _none);

    /// <inheritdoc cref="Any{T1}()"/>
    public QueryBuilder Any<T1, T2, T3, T4>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged => new(_world, _all, _any | Bit<T1>() | Bit<T2>() | Bit<T3>() | Bit<T4>(), _none);

    /// <summary>The entity has none of these.</summary>
    public QueryBuilder None<T1>()
        where T1 : unmanaged => new(_world, _all, _any, _none | Bit<T1>());

    /// <inheritdoc cref="None{T1}()"/>
    public QueryBuilder None<T1, T2>()
        where T1 : unmanaged
        where T2 : unmanaged => new(_world, _all, _any, _none | Bit<T1>() | Bit<T2>());

    /// <inheritdoc cref="None{T1}()"/>
    public QueryBuilder None<T1, T2, T3>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged => new(_world, _all, _any, _none | Bit<T1>() | Bit<T2>() | Bit<T3>());

    /// <inheritdoc cref="None{T1}()"/>
    public QueryBuilder None<T1, T2, T3, T4>()
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged => new(_world, _all, _any, _none | Bit<T1>() | Bit<T2>() | Bit<T3>() | Bit<T4>());

    /// <summary>The world's one query for this; asked again it returns the same object.</summary>
    public Query Build() => _world.FindQuery(_all, _any, _none);

    private ulong Bit<T>()
        where T : unmanaged => 1UL << _world.ComponentIndex<T>();
}
