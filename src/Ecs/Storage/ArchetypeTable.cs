using System.Runtime.CompilerServices;

namespace RealtimeServer.Ecs.Storage;

/// <summary>
/// The archetypes of one world in the order in which they came up, which is the order of every iteration. A restore may take some out of the
/// order again; they are kept aside and come up anew when they are needed.
/// </summary>
internal sealed class ArchetypeTable
{
    private readonly ComponentTable _components;
    private readonly ChunkTable _chunks;
    private readonly int _chunkBytes;
    private Archetype[] _ordered = [];

    // Open addressing by mask: cheaper than a dictionary, and creating an entity looks here each time.
    private Archetype?[] _buckets = new Archetype?[16];
    private int _known;

    public ArchetypeTable(ComponentTable components, ChunkTable chunks, int chunkBytes)
    {
        _components = components;
        _chunks = chunks;
        _chunkBytes = chunkBytes;
    }

    public int Count { get; private set; }

    public ReadOnlySpan<Archetype> All => _ordered.AsSpan(0, Count);

    /// <summary>The archetype of a signature, made if it is the first; in the order from now on if it was not.</summary>
    public Archetype Find(ulong mask)
    {
        Archetype archetype = Know(mask);
        return archetype.Id >= 0 ? archetype : List(archetype);
    }

    /// <summary>The archetype of a signature, in the order or not.</summary>
    public Archetype Know(ulong mask)
    {
        Archetype?[] buckets = _buckets;
        int at = Bucket(mask, buckets.Length);
        while (buckets[at] is { } archetype)
        {
            if (archetype.Mask == mask)
            {
                return archetype;
            }

            at = (at + 1) & (buckets.Length - 1);
        }

        return Make(mask);
    }

    /// <summary>The step to the archetype with one component more, or less if the source has it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Transition Toggle(Archetype source, int component)
    {
        Transition? transition = source.TransitionOf(component);
        return transition is not null && transition.Target.Id >= 0 ? transition : MakeTransition(source, component);
    }

    /// <summary>Takes all out of the order; their chunks stay in the table of chunks.</summary>
    public void Unlist()
    {
        foreach (Archetype archetype in All)
        {
            archetype.Trim();
            archetype.Detach();
            archetype.Id = -1;
        }

        Count = 0;
    }

    public void Trim()
    {
        foreach (Archetype archetype in All)
        {
            archetype.Trim();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Transition MakeTransition(Archetype source, int component)
    {
        Transition? transition = source.TransitionOf(component);
        if (transition is null)
        {
            transition = new Transition(source, Find(source.Mask ^ (1UL << component)));
            source.SetTransition(component, transition);
        }

        if (transition.Target.Id < 0)
        {
            List(transition.Target);
        }

        return transition;
    }

    private static int Bucket(ulong mask, int buckets) => (int)(unchecked(mask * 0x9E3779B97F4A7C15UL) >> 40) & (buckets - 1);

    private Archetype Make(ulong mask)
    {
        if (_known == Limits.ArchetypesMax)
        {
            EcsException.ThrowArchetypeLimit(Limits.ArchetypesMax);
        }

        var archetype = new Archetype(mask, _components, _chunks, _chunkBytes);
        _known++;
        if (_known * 2 > _buckets.Length)
        {
            Archetype?[] old = _buckets;
            _buckets = new Archetype?[old.Length * 2];
            foreach (Archetype? known in old)
            {
                if (known is not null)
                {
                    Store(known);
                }
            }
        }

        Store(archetype);
        return archetype;
    }

    private void Store(Archetype archetype)
    {
        int at = Bucket(archetype.Mask, _buckets.Length);
        while (_buckets[at] is not null)
        {
            at = (at + 1) & (_buckets.Length - 1);
        }

        _buckets[at] = archetype;
    }

    private Archetype List(Archetype archetype)
    {
        if (Count == _ordered.Length)
        {
            Array.Resize(ref _ordered, Math.Max(4, Count * 2));
        }

        archetype.Id = Count;
        _ordered[Count++] = archetype;
        return archetype;
    }
}
