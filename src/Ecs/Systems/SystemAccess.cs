using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs.Systems;

/// <summary>
/// What a system says it uses and when it runs. Debug builds hold it to that: whoever reads or writes what was not declared gets an error with the
/// names of the system, the component and the entity. Singletons are declared like components.
/// </summary>
public sealed class SystemAccess
{
    private readonly List<ComponentType> _reads = [];
    private readonly List<ComponentType> _writes = [];
    private readonly List<string> _after = [];
    private readonly List<string> _before = [];

    internal IReadOnlyList<string> AfterNames => _after;

    internal IReadOnlyList<string> BeforeNames => _before;

    /// <summary>True once anything about components was declared: then all that is not is refused.</summary>
    internal bool IsDeclared { get; private set; }

    internal bool ChangesStructure { get; private set; }

    internal ulong ReadMask { get; private set; }

    internal ulong WriteMask { get; private set; }

    /// <summary>The system reads T: by <c>Read</c>, <c>TryRead</c>, <c>ReadSingleton</c> and a chunk's <c>Read</c>.</summary>
    public SystemAccess Reads<T>()
    {
        IsDeclared = true;
        _reads.Add(ComponentType.Of<T>());
        return this;
    }

    /// <summary>The system reads and writes T.</summary>
    public SystemAccess Writes<T>()
    {
        IsDeclared = true;
        _writes.Add(ComponentType.Of<T>());
        return this;
    }

    /// <summary>The system creates or destroys entities, or adds or removes components, at once or by commands.</summary>
    public SystemAccess Structure()
    {
        IsDeclared = true;
        ChangesStructure = true;
        return this;
    }

    /// <summary>The system runs after another of its stage, wherever it was declared.</summary>
    public SystemAccess After(string system)
    {
        _after.Add(system);
        return this;
    }

    /// <summary>The system runs before another of its stage, wherever it was declared.</summary>
    public SystemAccess Before(string system)
    {
        _before.Add(system);
        return this;
    }

    internal void Resolve(World world)
    {
        foreach (ComponentType type in _reads)
        {
            ReadMask |= 1UL << world.Components.IndexOf(type);
        }

        foreach (ComponentType type in _writes)
        {
            WriteMask |= 1UL << world.Components.IndexOf(type);
        }

        ReadMask |= WriteMask;
    }
}
