using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Ecs;

/// <summary>The component types of one world in the order of registration, and its singletons.</summary>
internal sealed class ComponentTable
{
    private const byte Unregistered = byte.MaxValue;

    private readonly int _limit;
    private ComponentType[] _types = [];
    private string[] _names = [];
    private byte[]?[] _singletons = [];
    private byte[] _indexByProcessId = [];
    private int _count;

    public ComponentTable(int limit)
    {
        _limit = limit;
    }

    public ReadOnlySpan<ComponentType> Types => _types.AsSpan(0, _count);

    public string Name(int component) => _names[component];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int IndexOf<T>()
        where T : unmanaged
    {
        ComponentType type = ComponentType.Of<T>();
        byte[] indices = _indexByProcessId;
        int id = type.ProcessId;
        if ((uint)id < (uint)indices.Length && indices[id] != Unregistered)
        {
            return indices[id];
        }

        return Append(type, type.TypeName);
    }

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
        return ref Unsafe.As<byte, T>(ref bytes[0]);
    }

    public void HashSingletons(ref StateHash hash)
    {
        for (int i = 0; i < _count; i++)
        {
            if (_singletons[i] is { } bytes)
            {
                hash.Add((ulong)i);
                _types[i].Data.Hash(ref hash, bytes, bytes.Length);
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
