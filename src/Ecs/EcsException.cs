using System.Diagnostics.CodeAnalysis;

namespace RealtimeServer.Ecs;

/// <summary>A mistake of the code that uses a world: a dead entity, a missing component, a structural change inside an iteration, a limit.</summary>
public sealed class EcsException : Exception
{
    public EcsException()
    {
    }

    public EcsException(string message)
        : base(message)
    {
    }

    public EcsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal static EcsException Dead(Entity entity, string wanted) => new(entity.IsNone
        ? $"Cannot {wanted}: the entity is none, the default id."
        : $"Cannot {wanted}: entity {entity} is not alive.");

    internal static EcsException Missing(Entity entity, string component) => new($"Entity {entity} has no component {component}.");

    [DoesNotReturn]
    internal static void ThrowDead(Entity entity, string wanted) => throw Dead(entity, wanted);

    [DoesNotReturn]
    internal static void ThrowMissing(Entity entity, string component) => throw Missing(entity, component);

    [DoesNotReturn]
    internal static void ThrowNotInChunk(string component, string archetype) =>
        throw new EcsException($"The chunk of archetype [{archetype}] has no column {component}; ask the query for it with All, or test it with Has.");

    [DoesNotReturn]
    internal static void ThrowIterating(string wanted) =>
        throw new EcsException($"Cannot {wanted} while a query is iterated: rows would move under the iteration. Record it in World.Commands and apply that afterwards.");

    [DoesNotReturn]
    internal static void ThrowEntityLimit(int limit) =>
        throw new EcsException($"The world is full: it may have {limit} entities at once (WorldOptions.EntitiesMax).");

    [DoesNotReturn]
    internal static void ThrowTypeLimit(string component, int limit) =>
        throw new EcsException($"Component {component} is one type too many: the world may have {limit} (WorldOptions.ComponentTypesMax).");

    [DoesNotReturn]
    internal static void ThrowRegistered(string name) =>
        throw new EcsException($"Component {name} is registered already; register each type once, and before its first use.");

    [DoesNotReturn]
    internal static void ThrowSealed(string what, string name) => throw new EcsException(
        $"{what} {name} is used for the first time, but the world is sealed: its types and their order are part of hashes and checkpoints. Register it while the world is set up"
        + " (a game declares it in Configure, by Component or Emits, or uses it in Start).");

    [DoesNotReturn]
    internal static void ThrowRepeated(string name) =>
        throw new EcsException($"Component {name} is given twice to one entity.");

    [DoesNotReturn]
    internal static void ThrowRowTooLarge(string archetype, int bytes, int limit) =>
        throw new EcsException($"An entity of archetype [{archetype}] takes {bytes} bytes; at most {limit} fit (an eighth of WorldOptions.ChunkBytes).");

    [DoesNotReturn]
    internal static void ThrowPointer(string component, string field) =>
        throw new EcsException($"Component {component} has the pointer field {field}: an address is different in every run, so it can be neither hashed nor replayed.");

    [DoesNotReturn]
    internal static void ThrowCommandLimit(int limit) =>
        throw new EcsException($"More than {limit} bytes of commands are waiting; apply World.Commands between systems.");

    [DoesNotReturn]
    internal static void ThrowArchetypeLimit(int limit) =>
        throw new EcsException($"The world has had {limit} sets of components, which is all it may have: components used as marks with changing types belong into a field.");

    [DoesNotReturn]
    internal static void ThrowChunkLimit(int limit) =>
        throw new EcsException($"The world needs more than {limit} chunks: its entities are spread over too many sets of components.");

    [DoesNotReturn]
    internal static void ThrowEventLimit(string type, int limit) =>
        throw new EcsException($"More than {limit} events of {type} wait: clear them once a tick (World.ClearEvents).");

    [DoesNotReturn]
    internal static void ThrowRelation(string component) =>
        throw new EcsException($"{component} is kept by the world itself: use SetParent and ClearParent.");

    [DoesNotReturn]
    internal static void ThrowNoSerializer(string component) =>
        throw new EcsException($"Managed component {component} has no serializer, so that it can be neither saved nor hashed: give one to World.RegisterObject.");

    [DoesNotReturn]
    internal static void ThrowUntracked(string component) =>
        throw new EcsException($"No events are kept of {component}: call World.Track<{component}>() when the world is set up.");

    [DoesNotReturn]
    internal static void ThrowCycle(Entity child, Entity parent) =>
        throw new EcsException($"Entity {child} cannot be a child of {parent}, which is itself or one of its own descendants.");

    [DoesNotReturn]
    internal static void ThrowAccess(string system, string does, string component, Entity entity) =>
        throw new EcsException(entity.IsNone
            ? $"System '{system}' {does} {component}, which it did not declare."
            : $"System '{system}' {does} {component} of entity {entity}, which it did not declare.");

    [DoesNotReturn]
    internal static void ThrowStructureAccess(string system, string does, Entity entity) =>
        throw new EcsException($"System '{system}' {does} entity {entity}, but did not declare that it changes structure.");
}
