using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs;

/// <summary>
/// Structural changes recorded while a world is iterated, and made in the order of recording by <see cref="Apply"/>.
/// A recorded change of an entity that is dead by then is skipped: two systems may both decide to destroy it.
/// <code>
/// bytes: | operation u8 | component u8 | value bytes u16 | entity 8 | value … | next command …
/// </code>
/// </summary>
public sealed class CommandBuffer
{
    private const int HeaderBytes = 12;

    private readonly World _world;
    private readonly List<object> _objects = [];
    private byte[] _bytes = [];
    private int _byteCount;

    internal CommandBuffer(World world)
    {
        _world = world;
    }

    private enum Operation : byte
    {
        Create,
        Destroy,
        Add,
        Remove,
        AddObject,
        CreatePrefab,
        SetParent,
        ClearParent,
    }

    /// <summary>Commands that wait.</summary>
    public int Count { get; private set; }

    /// <summary>Records the creation of an entity. Its id is final and may be used in later commands; it is alive after <see cref="Apply"/>.</summary>
    /// <exception cref="EcsException">The world is full.</exception>
    public Entity Create()
    {
        _world.Access.Structure("creates", Entity.None);
        Entity entity = _world.Reserve();
        Write(Operation.Create, 0, entity, 0);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1>(in T1 c1)
        where T1 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1, T2>(in T1 c1, in T2 c2)
        where T1 : unmanaged
        where T2 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        Add(entity, in c2);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1, T2, T3>(in T1 c1, in T2 c2, in T3 c3)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        Add(entity, in c2);
        Add(entity, in c3);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1, T2, T3, T4>(in T1 c1, in T2 c2, in T3 c3, in T4 c4)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        Add(entity, in c2);
        Add(entity, in c3);
        Add(entity, in c4);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1, T2, T3, T4, T5>(in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        Add(entity, in c2);
        Add(entity, in c3);
        Add(entity, in c4);
        Add(entity, in c5);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1, T2, T3, T4, T5, T6>(in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5, in T6 c6)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
        where T6 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        Add(entity, in c2);
        Add(entity, in c3);
        Add(entity, in c4);
        Add(entity, in c5);
        Add(entity, in c6);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1, T2, T3, T4, T5, T6, T7>(in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5, in T6 c6, in T7 c7)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
        where T6 : unmanaged
        where T7 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        Add(entity, in c2);
        Add(entity, in c3);
        Add(entity, in c4);
        Add(entity, in c5);
        Add(entity, in c6);
        Add(entity, in c7);
        return entity;
    }

    /// <inheritdoc cref="Create()"/>
    public Entity Create<T1, T2, T3, T4, T5, T6, T7, T8>(in T1 c1, in T2 c2, in T3 c3, in T4 c4, in T5 c5, in T6 c6, in T7 c7, in T8 c8)
        where T1 : unmanaged
        where T2 : unmanaged
        where T3 : unmanaged
        where T4 : unmanaged
        where T5 : unmanaged
        where T6 : unmanaged
        where T7 : unmanaged
        where T8 : unmanaged
    {
        Entity entity = Create();
        Add(entity, in c1);
        Add(entity, in c2);
        Add(entity, in c3);
        Add(entity, in c4);
        Add(entity, in c5);
        Add(entity, in c6);
        Add(entity, in c7);
        Add(entity, in c8);
        return entity;
    }

    /// <summary>Records the creation of an entity of a prefab, with its children.</summary>
    /// <exception cref="EcsException">The world is full.</exception>
    public void Create(Prefab prefab)
    {
        ArgumentNullException.ThrowIfNull(prefab);
        _world.Access.Structure("creates", Entity.None);
        MemoryMarshal.Write(Write(Operation.CreatePrefab, 0, Entity.None, sizeof(int)), _objects.Count);
        _objects.Add(prefab);
    }

    public void Destroy(Entity entity)
    {
        _world.Access.Structure("destroys", entity);
        Write(Operation.Destroy, 0, entity, 0);
    }

    /// <summary>Records that an entity becomes a child; skipped if either is dead by then. See <see cref="Hierarchy"/>.</summary>
    public void SetParent(Entity child, Entity parent)
    {
        _world.Access.Structure("sets the parent of", child);
        MemoryMarshal.Write(Write(Operation.SetParent, 0, child, Unsafe.SizeOf<Entity>()), in parent);
    }

    /// <summary>Records that an entity leaves its parent.</summary>
    public void ClearParent(Entity child)
    {
        _world.Access.Structure("sets the parent of", child);
        Write(Operation.ClearParent, 0, child, 0);
    }

    /// <summary>Records that an entity gets a managed component; see <see cref="ObjectComponents"/>.</summary>
    public void AddObject<T>(Entity entity, T value)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        _world.Access.Structure("changes the components of", entity);
        MemoryMarshal.Write(Write(Operation.AddObject, _world.ComponentIndex<T>(), entity, sizeof(int)), _objects.Count);
        _objects.Add(value);
    }

    /// <summary>Records that an entity loses a managed component.</summary>
    public void RemoveObject<T>(Entity entity)
        where T : class
    {
        _world.Access.Structure("changes the components of", entity);
        Write(Operation.Remove, _world.ComponentIndex<T>(), entity, 0);
    }

    public void Add<T>(Entity entity, in T value = default)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() > Limits.ComponentBytesMax)
        {
            EcsException.ThrowRowTooLarge(typeof(T).Name, Unsafe.SizeOf<T>(), Limits.ComponentBytesMax);
        }

        _world.Access.Structure("changes the components of", entity);
        _world.RefuseRelation(_world.ComponentIndex<T>());

        Span<byte> bytes = Write(Operation.Add, _world.ComponentIndex<T>(), entity, Unsafe.SizeOf<T>());
        MemoryMarshal.Write(bytes, in value);
    }

    public void Remove<T>(Entity entity)
        where T : unmanaged
    {
        _world.Access.Structure("changes the components of", entity);
        _world.RefuseRelation(_world.ComponentIndex<T>());
        Write(Operation.Remove, _world.ComponentIndex<T>(), entity, 0);
    }

    /// <summary>Makes all recorded changes.</summary>
    /// <exception cref="EcsException">A query is being iterated.</exception>
    public void Apply()
    {
        _world.RefuseWhileIterating("apply commands");
        int at = 0;
        while (at < _byteCount)
        {
            at = ApplyAt(at);
        }

        Clear();
    }

    /// <summary>Forgets what waits; entities whose creation waited stay reserved, so the world must be restored then.</summary>
    internal void Clear()
    {
        _byteCount = 0;
        Count = 0;
        if (_objects.Count > 0)
        {
            _objects.Clear();
        }
    }

    private int ApplyAt(int at)
    {
        Command command = Read(at);
        switch (command.Operation)
        {
            case Operation.Create:
                return ApplyCreate(in command);
            case Operation.Destroy when _world.IsAlive(command.Entity):
                _world.Destroy(command.Entity);
                break;
            case Operation.Add when _world.IsAlive(command.Entity):
                _world.AddBytes(command.Entity, command.Component, Value(in command));
                break;
            case Operation.Remove when _world.IsAlive(command.Entity):
                _world.RemoveComponent(command.Entity, command.Component, _world.Locate(command.Entity, out int row)!, row);
                break;
            case Operation.AddObject when _world.IsAlive(command.Entity):
                _world.AddObjectAt(command.Entity, command.Component, _objects[MemoryMarshal.Read<int>(Value(in command))]);
                break;
            case Operation.CreatePrefab:
                _world.Create((Prefab)_objects[MemoryMarshal.Read<int>(Value(in command))]);
                break;
            case Operation.SetParent when _world.IsAlive(command.Entity) && _world.IsAlive(MemoryMarshal.Read<Entity>(Value(in command))):
                _world.SetParent(command.Entity, MemoryMarshal.Read<Entity>(Value(in command)));
                break;
            case Operation.ClearParent when _world.IsAlive(command.Entity):
                _world.ClearParent(command.Entity);
                break;
            default:
                break;
        }

        return command.End;
    }

    /// <summary>Takes the additions that directly follow a creation with it, so that the entity is made once, where it belongs.</summary>
    private int ApplyCreate(in Command create)
    {
        ulong mask = 0;
        int end = create.End;
        while (end < _byteCount && Read(end) is { Operation: Operation.Add } add && add.Entity == create.Entity)
        {
            mask |= 1UL << add.Component;
            end = add.End;
        }

        ChunkStore chunk = _world.MakeRow(create.Entity, mask, out int row);
        for (int at = create.End; at < end;)
        {
            Command add = Read(at);
            Value(in add).CopyTo(chunk.Archetype.Cell(chunk, add.Component, row));
            at = add.End;
        }

        if ((mask & _world.WatchedMask) != 0)
        {
            _world.Events.RowComes(create.Entity, chunk, row, mask);
        }

        return end;
    }

    private Span<byte> Write(Operation operation, int component, Entity entity, int valueBytes)
    {
        int end = _byteCount + HeaderBytes + valueBytes;
        if (end > _bytes.Length)
        {
            if (end > Limits.CommandBytesMax)
            {
                EcsException.ThrowCommandLimit(Limits.CommandBytesMax);
            }

            Array.Resize(ref _bytes, Math.Max(end, Math.Max(256, _bytes.Length * 2)));
        }

        Span<byte> header = _bytes.AsSpan(_byteCount, HeaderBytes);
        header[0] = (byte)operation;
        header[1] = (byte)component;
        MemoryMarshal.Write(header[2..], (ushort)valueBytes);
        MemoryMarshal.Write(header[4..], in entity);
        Span<byte> value = _bytes.AsSpan(_byteCount + HeaderBytes, valueBytes);
        _byteCount = end;
        Count++;
        return value;
    }

    private Command Read(int at)
    {
        ReadOnlySpan<byte> header = _bytes.AsSpan(at, HeaderBytes);
        int valueBytes = MemoryMarshal.Read<ushort>(header[2..]);
        return new Command((Operation)header[0], header[1], MemoryMarshal.Read<Entity>(header[4..]), at + HeaderBytes, at + HeaderBytes + valueBytes);
    }

    private ReadOnlySpan<byte> Value(in Command command) => _bytes.AsSpan(command.ValueStart, command.End - command.ValueStart);

    private readonly record struct Command(Operation Operation, int Component, Entity Entity, int ValueStart, int End);
}
