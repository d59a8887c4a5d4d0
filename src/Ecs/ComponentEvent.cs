namespace RealtimeServer.Ecs;

/// <summary>What became of a component.</summary>
public enum ComponentEventKind
{
    /// <summary>An entity got it, or was created with it.</summary>
    Added,

    /// <summary>It was taken from an entity that lives on.</summary>
    Removed,

    /// <summary>Its entity was destroyed.</summary>
    Destroyed,
}

/// <summary>A component that came or went.</summary>
/// <param name="Entity">Whose it is or was; of a destroyed one the id that means nobody any more.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Value">What it came with, or held at its end.</param>
public readonly record struct ComponentEvent<T>(Entity Entity, ComponentEventKind Kind, T Value)
    where T : unmanaged;

/// <summary>
/// Events of a world: values in the order in which they happened, kept until <see cref="ClearEvents"/>. Nothing is called back, so that what follows from an
/// event happens in a system of its own, at its place in the tick. They are part of checkpoints and of the hash. Called like the world's own methods.
/// </summary>
public static class EventAccess
{
    /// <summary>Keeps an event of every T that is added, removed or destroyed from now on. Told at the start of a match, like a registration.</summary>
    public static void Track<T>(this World world)
        where T : unmanaged => world.Events.Track<T>();

    /// <summary>What came and went of T since the events were last cleared. Valid until the next structural change.</summary>
    /// <exception cref="EcsException">T is not tracked.</exception>
    public static ReadOnlySpan<ComponentEvent<T>> ComponentEvents<T>(this World world)
        where T : unmanaged => world.Events.Tracked<T>();

    /// <summary>Tells an event of the game's own; every system that runs later in the tick can read it.</summary>
    /// <exception cref="EcsException">Too many wait.</exception>
    public static void Emit<T>(this World world, in T value)
        where T : unmanaged => world.Events.Own<T>().Add(in value);

    /// <summary>The events of a type since they were last cleared. Valid until the next one is told.</summary>
    public static ReadOnlySpan<T> Emitted<T>(this World world)
        where T : unmanaged => world.Events.Own<T>().Items;

    /// <summary>Forgets all events; a match does so at the start of each tick.</summary>
    public static void ClearEvents(this World world) => world.Events.Clear();
}
