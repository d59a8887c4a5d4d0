using System.Runtime.CompilerServices;
using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs;

/// <summary>Creates an entity with its components in one step. Extensions, so that the world itself stays readable; called like its own methods.</summary>
public static class EntityCreation
{
    /// <summary>Creates an entity with these components.</summary>
    public static Entity Create<T1>(this World world, in T1 c1)
        where T1 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Make();
        row.Set(in c1);
        return row.Done();
    }

    /// <inheritdoc cref="Create{T1}(World, in T1)"/>
    public static Entity Create<T1, T2>(this World world, in T1 c1, in T2 c2)
        where T1 : unmanaged
        where T2 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Needs<T2>();
        row.Make();
        row.Set(in c1);
        row.Set(in c2);
        return row.Done();
    }

    /// <inheritdoc cref="Create{T1}(World, in T1)"/>
    public static Entity Create<T1, T2, T3>(this World world, in T1 c1, in T2 c2, in T3 c3)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Needs<T2>();
        row.Needs<T3>();
        row.Make();
        row.Set(in c1);
        row.Set(in c2);
        row.Set(in c3);
        return row.Done();
    }

    /// <inheritdoc cref="Create{T1}(World, in T1)"/>
    public static Entity Create<T1, T2, T3, T4>(this World world, in T1 c1, in T2 c2, in T3 c3, in T4 c4)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Needs<T2>();
        row.Needs<T3>();
        row.Needs<T4>();
        row.Make();
        row.Set(in c1);
        row.Set(in c2);
        row.Set(in c3);
        row.Set(in c4);
        return row.Done();
    }

    /// <inheritdoc cref="Create{T1}(World, in T1)"/>
    public static Entity Create<T1, T2, T3, T4, T5>(this World world, in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Needs<T2>();
        row.Needs<T3>();
        row.Needs<T4>();
        row.Needs<T5>();
        row.Make();
        row.Set(in c1);
        row.Set(in c2);
        row.Set(in c3);
        row.Set(in c4);
        row.Set(in c5);
        return row.Done();
    }

    /// <inheritdoc cref="Create{T1}(World, in T1)"/>
    public static Entity Create<T1, T2, T3, T4, T5, T6>(this World world, in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5, in T6 c6)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
        where T6 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Needs<T2>();
        row.Needs<T3>();
        row.Needs<T4>();
        row.Needs<T5>();
        row.Needs<T6>();
        row.Make();
        row.Set(in c1);
        row.Set(in c2);
        row.Set(in c3);
        row.Set(in c4);
        row.Set(in c5);
        row.Set(in c6);
        return row.Done();
    }

    /// <inheritdoc cref="Create{T1}(World, in T1)"/>
    public static Entity Create<T1, T2, T3, T4, T5, T6, T7>(this World world, in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5, in T6 c6, in T7 c7)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
        where T6 : unmanaged
        where T7 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Needs<T2>();
        row.Needs<T3>();
        row.Needs<T4>();
        row.Needs<T5>();
        row.Needs<T6>();
        row.Needs<T7>();
        row.Make();
        row.Set(in c1);
        row.Set(in c2);
        row.Set(in c3);
        row.Set(in c4);
        row.Set(in c5);
        row.Set(in c6);
        row.Set(in c7);
        return row.Done();
    }

    /// <inheritdoc cref="Create{T1}(World, in T1)"/>
    public static Entity Create<T1, T2, T3, T4, T5, T6, T7, T8>(this World world, in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5, in T6 c6, in T7 c7, in T8 c8)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
        where T6 : unmanaged
        where T7 : unmanaged
        where T8 : unmanaged
    {
        var row = new NewRow(world);
        row.Needs<T1>();
        row.Needs<T2>();
        row.Needs<T3>();
        row.Needs<T4>();
        row.Needs<T5>();
        row.Needs<T6>();
        row.Needs<T7>();
        row.Needs<T8>();
        row.Make();
        row.Set(in c1);
        row.Set(in c2);
        row.Set(in c3);
        row.Set(in c4);
        row.Set(in c5);
        row.Set(in c6);
        row.Set(in c7);
        row.Set(in c8);
        return row.Done();
    }

    /// <summary>An entity in the making: first all component types, then the row, then the values.</summary>
    private ref struct NewRow
    {
        private readonly World _world;
        private ChunkStore _chunk;
        private int _row;
        private ulong _mask;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public NewRow(World world)
        {
            world.RefuseWhileIterating("create an entity");
            _world = world;
            _chunk = null!;
        }

        public Entity Entity { get; private set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Needs<T>()
            where T : unmanaged
        {
            int component = _world.ComponentIndex<T>();
            if ((_mask >> component & 1) != 0)
            {
                EcsException.ThrowRepeated(_world.Components.Name(component));
            }

            _mask |= 1UL << component;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Make()
        {
            // Found before the id is taken: a row that is too large must not cost one.
            Archetype archetype = _world.Archetypes.Find(_mask);
            if ((_mask & _world.RelationMask) != 0)
            {
                _world.RefuseRelation(System.Numerics.BitOperations.TrailingZeroCount(_mask & _world.RelationMask));
            }

            Entity = _world.Entities.Reserve();
            _world.Access.Structure("creates", Entity);
            _chunk = archetype.Append(Entity, _world.Version, out _row);
            _world.Entities.Place(Entity, _chunk, _row);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly void Set<T>(in T value)
            where T : unmanaged => _chunk.Cell<T>(_chunk.Columns[_world.ComponentIndex<T>()].Start, _row) = value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Entity Done()
        {
            if ((_mask & _world.WatchedMask) != 0)
            {
                _world.Events.RowComes(Entity, _chunk, _row, _mask);
            }

            return Entity;
        }
    }
}
