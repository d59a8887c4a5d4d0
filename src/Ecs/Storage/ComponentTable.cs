using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs.Storage;

/// <summary>The component types of one world in the order of registration, and its singletons.</summary>
internal sealed class ComponentTable
{
    private const byte Unregistered = byte.MaxValue;

    /// <summary>Types that the process met first: their indices lie in the table itself, at an offset the compiler knows. A server has dozens.</summary>
    private const int NearIds = 256;

    private readonly int _limit;
    private ComponentType[] _types = [];
    private string[] _names = [];
    private byte[]?[] _singletons = [];
    private ObjectColumn?[] _objectColumns = [];
    private byte[] _far = [];
    private int _count;
    private NearIndices _near;

    public ComponentTable(int limit)
    {
        _limit = limit;
        ((Span<byte>)_near).Fill(Unregistered);
    }

    public int Count => _count;

    /// <summary>True once no type may come any more.</summary>
    public bool IsSealed { get; set; }

    public ReadOnlySpan<ComponentType> Types => _types.AsSpan(0, _count);

    /// <summary>Which singletons there are, by bit.</summary>
    public ulong SingletonMask { get; private set; }

    public string Name(int component) => _names[component];

    public IEnumerable<string> Names(ulong mask) => Enumerable.Range(0, _count).Where(i => (mask >> i & 1) != 0).Select(i => _names[i]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf<T>()
    {
        int component = IndexOrNone<T>();
        return component != Unregistered ? component : Append(ComponentType.Of<T>(), ComponentType.Of<T>().TypeName);
    }

    /// <summary>The same, but more than any index for a type that was not used yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOrNone<T>() => IndexOrNone(ComponentType.IdOf<T>());

    public int IndexOf(ComponentType type)
    {
        int component = IndexOrNone(type.ProcessId);
        return component != Unregistered ? component : Append(type, type.TypeName);
    }

    public void Register(ComponentType type, string? name)
    {
        if (IndexOrNone(type.ProcessId) != Unregistered)
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
        // The world's own relations come with the first parent, and every process knows them.
        if (IsSealed && type.ProcessId != ComponentType.IdOf<ChildOf>() && type.ProcessId != ComponentType.IdOf<ParentOf>())
        {
            EcsException.ThrowSealed("Component", name);
        }

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

        _types[_count] = type;
        _names[_count] = name;
        SetIndex(type.ProcessId, (byte)_count);
        return _count++;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int IndexOrNone(int processId)
    {
        if (processId < NearIds)
        {
            return _near[processId];
        }

        return processId - NearIds < _far.Length ? _far[processId - NearIds] : Unregistered;
    }

    private void SetIndex(int processId, byte component)
    {
        if (processId < NearIds)
        {
            _near[processId] = component;
            return;
        }

        int size = _far.Length;
        if (processId - NearIds >= size)
        {
            Array.Resize(ref _far, processId - NearIds + 8);
            _far.AsSpan(size).Fill(Unregistered);
        }

        _far[processId - NearIds] = component;
    }

    [InlineArray(NearIds)]
    private struct NearIndices
    {
        private byte _first;
    }
}
