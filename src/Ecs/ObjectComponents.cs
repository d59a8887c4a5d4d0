using RealtimeServer.Ecs.Storage;

namespace RealtimeServer.Ecs;

/// <summary>
/// Managed components: one object of a class beside the entity's other components, for what will not fit a struct. They cost the garbage
/// collector's attention and take part in checkpoints and hashes only by a serializer. Called like the world's own methods.
/// </summary>
public static class ObjectComponents
{
    /// <summary>Registers a managed component and how it is saved.</summary>
    /// <param name="serializer">Null for one that is not: a checkpoint or hash of a world that has such an object then throws.</param>
    /// <param name="name">How errors and checkpoints name it; null for the type's name.</param>
    /// <exception cref="EcsException">Registered already, or one type too many.</exception>
    public static void RegisterObject<T>(this World world, IObjectSerializer<T>? serializer, string? name = null)
        where T : class
    {
        world.Components.Register(ComponentType.Of<T>(), name);
        if (serializer is not null)
        {
            world.Components.SetObjects(world.ComponentIndex<T>(), new ObjectColumn<T>(serializer));
        }
    }

    /// <summary>Gives an entity a managed component, or another in place of the one it has.</summary>
    /// <exception cref="EcsException">The entity is not alive, or it is new to it and a query is being iterated.</exception>
    public static void AddObject<T>(this World world, Entity entity, T value)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        int component = world.ComponentIndex<T>();
        world.Find(entity, "add an object to it", out _);
        world.Access.Write(component, entity);
        world.AddObjectAt(entity, component, value);
    }

    /// <summary>An entity's managed component.</summary>
    /// <exception cref="EcsException">The entity is not alive or has none.</exception>
    public static T GetObject<T>(this World world, Entity entity)
        where T : class
    {
        int component = world.ComponentIndex<T>();
        ChunkStore chunk = world.Find(entity, $"get its {typeof(T).Name}", out int row);
        if (!chunk.Archetype.Has(component))
        {
            EcsException.ThrowMissing(entity, world.Components.Name(component));
        }

        world.Access.Read(component, entity);
        return (T)chunk.Archetype.ObjectCell(chunk, component, row)!;
    }

    /// <exception cref="EcsException">The entity is not alive.</exception>
    public static bool HasObject<T>(this World world, Entity entity)
        where T : class
    {
        int component = world.ComponentIndex<T>();
        return world.Find(entity, $"ask it for {typeof(T).Name}", out _).Archetype.Has(component);
    }

    /// <summary>Takes a managed component from an entity; false if it has none.</summary>
    /// <exception cref="EcsException">The entity is not alive, or a query is being iterated.</exception>
    public static bool RemoveObject<T>(this World world, Entity entity)
        where T : class
    {
        int component = world.ComponentIndex<T>();
        ChunkStore chunk = world.Find(entity, "remove an object from it", out int row);
        return world.RemoveComponent(entity, component, chunk, row);
    }
}
