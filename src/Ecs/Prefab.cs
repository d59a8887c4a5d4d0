using System.Runtime.InteropServices;
using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs;

/// <summary>
/// What an entity is made of, to make many of: components with their values, and children. It never changes and belongs to no world, so a
/// static one serves all matches of a process.
/// </summary>
/// <example><code>
/// static readonly Prefab Tank = new Prefab().With(new Health { Points = 100 }).With(new Speed { Value = 2 }).WithChild(Turret);
/// Entity tank = world.Create(Tank);
/// </code></example>
public sealed class Prefab
{
    private readonly (ComponentType Type, byte[] Value)[] _components;
    private readonly Prefab[] _children;

    public Prefab()
        : this([], [])
    {
    }

    private Prefab((ComponentType Type, byte[] Value)[] components, Prefab[] children)
    {
        _components = components;
        _children = children;
    }

    internal ReadOnlySpan<Prefab> Children => _children;

    /// <summary>The same with a component more, or another value of one that it has.</summary>
    public Prefab With<T>(in T value = default)
        where T : unmanaged => With(ComponentType.Of<T>(), MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray());

    /// <summary>The same with a child more.</summary>
    public Prefab WithChild(Prefab child)
    {
        ArgumentNullException.ThrowIfNull(child);
        return new Prefab(_components, [.. _children, child]);
    }

    /// <summary>A prefab of what an entity and its children are now; managed components are left out.</summary>
    /// <exception cref="EcsException">The entity is not alive.</exception>
    public static Prefab Of(World world, Entity entity)
    {
        ArgumentNullException.ThrowIfNull(world);
        ChunkStore chunk = world.Find(entity, "make a prefab of it", out int row);
        var prefab = new Prefab();
        foreach (ref readonly Column column in chunk.Archetype.Columns.AsSpan(1))
        {
            if ((world.RelationMask >> column.Component & 1) == 0)
            {
                prefab = prefab.With(world.Components.Types[column.Component], chunk.Archetype.Cell(chunk, column.Component, row).ToArray());
            }
        }

        foreach (Entity child in world.Children(entity))
        {
            prefab = prefab.WithChild(Of(world, child));
        }

        return prefab;
    }

    internal ulong MaskIn(World world)
    {
        ulong mask = 0;
        foreach ((ComponentType type, _) in _components)
        {
            int component = world.Components.IndexOf(type);
            world.RefuseRelation(component);
            mask |= 1UL << component;
        }

        return mask;
    }

    /// <summary>Writes the values to rows of a chunk.</summary>
    internal void Fill(World world, ChunkStore chunk, int row, int rows)
    {
        foreach ((ComponentType type, byte[] value) in _components)
        {
            int component = world.Components.IndexOf(type);
            for (int i = 0; i < rows; i++)
            {
                value.CopyTo(chunk.Archetype.Cell(chunk, component, row + i));
            }
        }
    }

    private Prefab With(ComponentType type, byte[] value) => new([.. _components.Where(component => component.Type != type), (type, value)], _children);
}
