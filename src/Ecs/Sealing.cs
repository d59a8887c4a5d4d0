namespace RealtimeServer.Ecs;

/// <summary>When a world's types are all there.</summary>
public static class Sealing
{
    /// <summary>
    /// Refuses every type of component, singleton and event that was not registered or used so far. Which types a world has, and in which order, is part of its hash and
    /// its checkpoints: one that turned up in mid-match could not be read by a process in which it has not yet.
    /// </summary>
    public static void Seal(this World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        world.Components.IsSealed = true;
    }

    /// <summary>True after <see cref="Seal"/>.</summary>
    public static bool IsSealed(this World world)
    {
        ArgumentNullException.ThrowIfNull(world);
        return world.Components.IsSealed;
    }
}
