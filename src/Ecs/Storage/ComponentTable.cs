using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Storage;

/// <summary>The component types of one world in the order of registration, and its singletons.</summary>
internal sealed class ComponentTable
{
    private const byte Unregistered = byte.MaxValue;

    private readonly int _limit;
    private ComponentType[] _types = [];
    private string[] _names = [];
    private byte[]?[] _singletons = [];
    private ObjectColumn?[] _objectColumns = [];
    private byte[] _indexByProcessId = [];
    private int _count;

    public ComponentTable(int limit)
    {
        _limit = limit;
    }

    public int Count => _count;

    public ReadOnlySpan<ComponentType> Types => _types.AsSpan(0, _count);

    /// <summary>Which singletons there are, by bit.</summary>
    public ulong SingletonMask { get; private set; }

    public string Name(int component) => _names[component];

    public IEnumerable<string> Names(ulong mask) => Enumerable.Range(0, _count).Where(i => (mask >> i & 1) != 0).Select(i => _names[i]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf<T>()
    {
        byte[] indices = _indexByProcessId;
        int id = ComponentType.IdOf<T>();
        if ((uint)id < (uint)indices.Length && indices[id] != Unregistered)
        {
            return indices[id];
        }

        return IndexOf(ComponentType.Of<T>());
    }

    public int IndexOf(ComponentType type) =>
        type.ProcessId < _indexByProcessId.Length && _indexByProcessId[type.ProcessId] != Unregistered
            ? _indexByProcessId[type.ProcessId]
            : Append(type, type.TypeName);

    public void Register(ComponentType type, string? name)
    {
        if (type.ProcessId < _indexByProcessId.Length && _indexByProcessId[type.ProcessId] != Unregistered)
        {
            EcsException.ThrowRegistered(type.TypeName);
        }

        Append(type, name ?? type.TypeName);
    }

    public ref T Singleton<T>()
        where T : unmanaged
    {
        int component = IndexOf<T>();
        byte[] bytes = _singletons[component] ??= new byte[Unsafe.SizeOf<T>()];
        SingletonMask |= 1UL << component;
        return ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(bytes));
    }

    public ReadOnlySpan<byte> SingletonBytes(int component) => _singletons[component];

    /// <summary>Makes the singletons those of a checkpoint: what it does not name is zero and does not count.</summary>
    public void RestoreSingletons(ulong mask, ref StateReader reader)
    {
        for (int i = 0; i < _count; i++)
        {
            if ((mask >> i & 1) != 0)
            {
                // Kept in place: games hold references to it.
                reader.Bytes(_types[i].Bytes).CopyTo(_singletons[i] ??= new byte[_types[i].Bytes]);
            }
            else
            {
                _singletons[i]?.AsSpan().Clear();
            }
        }

        SingletonMask = mask;
    }

    /// <summary>How a managed component is saved; null if the world was not told.</summary>
    public ObjectColumn? Objects(int component) => component < _objectColumns.Length ? _objectColumns[component] : null;

    public void SetObjects(int component, ObjectColumn column)
    {
        if (component >= _objectColumns.Length)
        {
            Array.Resize(ref _objectColumns, component + 1);
        }

        _objectColumns[component] = column;
    }

    public void HashSingletons(ref StateHash hash)
    {
        for (int i = 0; i < _count; i++)
        {
            if ((SingletonMask >> i & 1) != 0)
            {
                hash.Add((ulong)i);
                _types[i].Data.Hash(ref hash, _singletons[i], _types[i].Bytes);
            }
        }
    }

    private int Append(ComponentType type, string name)
    {
        if (_count == _limit)
        {
            EcsException.ThrowTypeLimit(name, _limit);
        }

        if (_count == _types.Length)
        {
            int size = Math.Max(8, _count * 2);
            Array.Resize(ref _types, size);
            Array.Resize(ref _names, size);
            Array.Resize(ref _singletons, size);
        }

        if (type.ProcessId >= _indexByProcessId.Length)
        {
            int size = _indexByProcessId.Length;
            Array.Resize(ref _indexByProcessId, type.ProcessId + 8);
            _indexByProcessId.AsSpan(size).Fill(Unregistered);
        }

        _types[_count] = type;
        _names[_count] = name;
        _indexByProcessId[type.ProcessId] = (byte)_count;
        return _count++;
    }
}
