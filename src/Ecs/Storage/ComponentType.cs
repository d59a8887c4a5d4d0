using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs.Storage;

/// <summary>What a world knows of a component, singleton or event type without knowing the type.</summary>
internal sealed class ComponentType
{
    private static int _count;

    private ComponentType(Type type, int bytes, DataBytes? data)
    {
        TypeName = type.Name;
        Bytes = bytes;
        Data = data!;
        ProcessId = Interlocked.Increment(ref _count) - 1;
    }

    public string TypeName { get; }

    /// <summary>Bytes of one value; 0 for a managed component.</summary>
    public int Bytes { get; }

    /// <summary>Where its data lies; not for a managed component.</summary>
    public DataBytes Data { get; }

    /// <summary>Kept as an object beside the chunk.</summary>
    public bool IsManaged => Bytes == 0;

    /// <summary>
    /// Where a world looks its own index up. It depends on what else the process did first, so it may never decide an order
    /// and never enters a hash: those use the index that each world gives out itself.
    /// </summary>
    public int ProcessId { get; }

    /// <summary>Made at the first use of T anywhere in the process.</summary>
    public static ComponentType Of<T>() => Cache<T>.Type;

    /// <summary>The same number as <see cref="ProcessId"/>, which the compiler makes a constant.</summary>
    public static int IdOf<T>() => Cache<T>.Id;

    private static class Cache<T>
    {
        public static readonly ComponentType Type = RuntimeHelpers.IsReferenceOrContainsReferences<T>()
            ? new ComponentType(typeof(T), 0, null)
            : new ComponentType(typeof(T), Unsafe.SizeOf<T>(), DataBytes.Of(typeof(T), Unsafe.SizeOf<T>()));

        public static readonly int Id = Type.ProcessId;
    }
}
