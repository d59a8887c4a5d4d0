using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Storage;

/// <summary>The events of one world, a queue for each type, in the order of their first use.</summary>
internal sealed class EventTable
{
    private readonly World _world;
    private readonly List<EventQueue> _queues = [];
    private readonly Dictionary<int, EventQueue> _own = [];
    private ComponentQueue?[] _tracked = [];
    private ulong _trackedMask;

    public EventTable(World world)
    {
        _world = world;
    }

    public void Track<T>()
        where T : unmanaged
    {
        int component = _world.ComponentIndex<T>();
        if ((_trackedMask >> component & 1) == 0)
        {
            if (component >= _tracked.Length)
            {
                Array.Resize(ref _tracked, component + 1);
            }

            var queue = new ComponentQueue<T>(_world.Components.Name(component));
            _tracked[component] = queue;
            _queues.Add(queue.Events);
            _trackedMask |= 1UL << component;
            _world.WatchedMask |= 1UL << component;
        }
    }

    public ReadOnlySpan<ComponentEvent<T>> Tracked<T>()
        where T : unmanaged
    {
        int component = _world.ComponentIndex<T>();
        if ((_trackedMask >> component & 1) == 0)
        {
            EcsException.ThrowUntracked(typeof(T).Name);
        }

        return ((ComponentQueue<T>)_tracked[component]!).Events.Items;
    }

    public EventQueue<T> Own<T>()
        where T : unmanaged
    {
        if (!_own.TryGetValue(ComponentType.IdOf<T>(), out EventQueue? queue))
        {
            if (_world.Components.IsSealed)
            {
                EcsException.ThrowSealed("Event", typeof(T).Name);
            }

            queue = new EventQueue<T>(typeof(T).Name);
            _own.Add(ComponentType.IdOf<T>(), queue);
            _queues.Add(queue);
        }

        return (EventQueue<T>)queue;
    }

    /// <summary>Tells of the components of a new row whose values are set.</summary>
    public void RowComes(Entity entity, ChunkStore chunk, int row, ulong components) => Tell(ComponentEventKind.Added, entity, chunk, row, components);

    /// <summary>Tells of components that are about to go.</summary>
    public void RowGoes(ComponentEventKind kind, Entity entity, ChunkStore chunk, int row, ulong components) => Tell(kind, entity, chunk, row, components);

    public void Clear()
    {
        foreach (EventQueue queue in _queues)
        {
            queue.Clear();
        }
    }

    public void Hash(ref StateHash hash)
    {
        foreach (EventQueue queue in _queues)
        {
            queue.Hash(ref hash);
        }
    }

    public void Save(StateWriter writer)
    {
        int waiting = 0;
        foreach (EventQueue queue in _queues)
        {
            waiting += queue.Count > 0 ? 1 : 0;
        }

        writer.Int(waiting);
        foreach (EventQueue queue in _queues)
        {
            if (queue.Count > 0)
            {
                queue.Save(writer);
            }
        }
    }

    /// <exception cref="InvalidDataException">There are events of a type this world has not used yet.</exception>
    public void Restore(ref StateReader reader)
    {
        Clear();
        int waiting = reader.Count(_queues.Count, "event types");
        for (int i = 0; i < waiting; i++)
        {
            Named(reader.Bytes(reader.Count(Limits.NameBytesMax, "bytes of a name"))).Restore(ref reader);
        }
    }

    /// <summary>Reads over the events of a checkpoint without taking them.</summary>
    /// <inheritdoc cref="Restore"/>
    public void Verify(ref StateReader reader)
    {
        int waiting = reader.Count(_queues.Count, "event types");
        for (int i = 0; i < waiting; i++)
        {
            Named(reader.Bytes(reader.Count(Limits.NameBytesMax, "bytes of a name"))).Verify(ref reader);
        }
    }

    private EventQueue Named(ReadOnlySpan<byte> name)
    {
        foreach (EventQueue queue in _queues)
        {
            if (name.SequenceEqual(queue.Utf8Name))
            {
                return queue;
            }
        }

        throw new InvalidDataException(
            $"The checkpoint holds events of {Encoding.UTF8.GetString(name)}, which this world does not know: use or track it before restoring.");
    }

    private void Tell(ComponentEventKind kind, Entity entity, ChunkStore chunk, int row, ulong components)
    {
        for (ulong rest = components & _trackedMask; rest != 0; rest &= rest - 1)
        {
            int component = BitOperations.TrailingZeroCount(rest);
            _tracked[component]!.Add(entity, kind, chunk.Archetype.Cell(chunk, component, row));
        }
    }
}

internal abstract class EventQueue(string name)
{
    public string Name => name;

    public byte[] Utf8Name { get; } = Encoding.UTF8.GetBytes(name);

    public abstract int Count { get; }

    public abstract void Clear();

    public abstract void Hash(ref StateHash hash);

    public abstract void Save(StateWriter writer);

    public abstract void Restore(ref StateReader reader);

    public abstract void Verify(ref StateReader reader);
}

internal sealed class EventQueue<T>(string name) : EventQueue(name)
    where T : unmanaged
{
    private T[] _items = [];
    private int _count;

    public override int Count => _count;

    public ReadOnlySpan<T> Items => _items.AsSpan(0, _count);

    public void Add(in T value)
    {
        if (_count == _items.Length)
        {
            if (_count == Limits.EventsMax)
            {
                EcsException.ThrowEventLimit(Name, Limits.EventsMax);
            }

            Array.Resize(ref _items, Math.Max(8, _count * 2));
        }

        _items[_count++] = value;
    }

    public override void Clear() => _count = 0;

    public override void Hash(ref StateHash hash)
    {
        if (_count > 0)
        {
            hash.Add((ulong)_count);
            ComponentType.Of<T>().Data.Hash(ref hash, MemoryMarshal.AsBytes(Items), Unsafe.SizeOf<T>());
        }
    }

    public override void Save(StateWriter writer)
    {
        writer.Text(Name);
        writer.Int(Unsafe.SizeOf<T>());
        writer.Int(_count);
        writer.Bytes(MemoryMarshal.AsBytes(Items));
    }

    public override void Restore(ref StateReader reader)
    {
        ReadOnlySpan<byte> items = Read(ref reader, out int count);
        if (count > _items.Length)
        {
            _items = new T[count];
        }

        items.CopyTo(MemoryMarshal.AsBytes(_items.AsSpan()));
        _count = count;
    }

    public override void Verify(ref StateReader reader) => Read(ref reader, out _);

    private ReadOnlySpan<byte> Read(ref StateReader reader, out int count)
    {
        int bytes = reader.Int();
        if (bytes != Unsafe.SizeOf<T>())
        {
            throw new InvalidDataException($"The checkpoint's events of {Name} have {bytes} bytes, here they have {Unsafe.SizeOf<T>()}.");
        }

        count = reader.Count(Limits.EventsMax, "events");
        return reader.Bytes((long)count * bytes);
    }
}

/// <summary>The events of one tracked component type.</summary>
internal abstract class ComponentQueue
{
    public abstract void Add(Entity entity, ComponentEventKind kind, ReadOnlySpan<byte> value);
}

internal sealed class ComponentQueue<T>(string component) : ComponentQueue
    where T : unmanaged
{
    public EventQueue<ComponentEvent<T>> Events { get; } = new($"component {component}");

    public override void Add(Entity entity, ComponentEventKind kind, ReadOnlySpan<byte> value) =>
        Events.Add(new ComponentEvent<T>(entity, kind, MemoryMarshal.Read<T>(value)));
}
