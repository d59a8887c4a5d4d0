namespace RealtimeServer.Ecs;

/// <summary>The archetypes of one world in the order in which they were made, which is the order of every iteration.</summary>
internal sealed class ArchetypeTable
{
    private readonly ComponentTable _components;
    private readonly int _chunkBytes;
    private readonly Dictionary<ulong, Archetype> _byMask = [];
    private Archetype[] _archetypes = [];

    public ArchetypeTable(ComponentTable components, int chunkBytes)
    {
        _components = components;
        _chunkBytes = chunkBytes;
    }

    public int Count { get; private set; }

    public ReadOnlySpan<Archetype> All => _archetypes.AsSpan(0, Count);

    public Archetype this[int id] => _archetypes[id];

    /// <summary>The archetype of a signature, made if it is the first.</summary>
    public Archetype Find(ulong mask)
    {
        if (_byMask.TryGetValue(mask, out Archetype? archetype))
        {
            return archetype;
        }

        archetype = new Archetype(Count, mask, _components.Types, _chunkBytes);
        if (Count == _archetypes.Length)
        {
            Array.Resize(ref _archetypes, Math.Max(4, Count * 2));
        }

        _archetypes[Count++] = archetype;
        _byMask.Add(mask, archetype);
        return archetype;
    }

    /// <summary>The archetype with one component more, or less if the source has it.</summary>
    public Archetype Toggle(Archetype source, int component)
    {
        Archetype? target = source.Neighbour(component);
        if (target is null)
        {
            target = Find(source.Mask ^ (1UL << component));
            source.SetNeighbour(component, target);
            target.SetNeighbour(component, source);
        }

        return target;
    }
}
