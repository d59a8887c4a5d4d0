using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs;

/// <summary>What a world knows of a component type without knowing the type.</summary>
internal sealed class ComponentType
{
    private static int _count;

    private ComponentType(Type type, int bytes, DataBytes data)
    {
        TypeName = type.Name;
        Bytes = bytes;
        Data = data;
        ProcessId = Interlocked.Increment(ref _count) - 1;
    }

    public string TypeName { get; }

    public int Bytes { get; }

    public DataBytes Data { get; }

    /// <summary>
    /// Where a world looks its own index up. It depends on what else the process did first, so it may never decide an order
    /// and never enters a hash: those use the index that each world gives out itself.
    /// </summary>
    public int ProcessId { get; }

    /// <summary>Made at the first use of T anywhere in the process.</summary>
    public static ComponentType Of<T>()
        where T : unmanaged => Cache<T>.Type;

    private static class Cache<T>
        where T : unmanaged
    {
        public static readonly ComponentType Type = new(typeof(T), Unsafe.SizeOf<T>(), DataBytes.Of(typeof(T), Unsafe.SizeOf<T>()));
    }
}
