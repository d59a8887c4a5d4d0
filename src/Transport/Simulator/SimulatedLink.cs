namespace RealtimeServer.Transport.Simulator;

/// <summary>What a simulated link has done, by direction.</summary>
public readonly record struct LinkCounts(NetworkCounts Up, NetworkCounts Down);

/// <summary>
/// Both directions of a simulated network, to be put between one socket and its owner: what is sent waits in <see cref="Up"/> and what arrives
/// in <see cref="Down"/> until it is due. Its owner polls it, so a delay lasts up to one poll longer than asked for.
/// </summary>
public sealed class SimulatedLink
{
    public SimulatedLink(NetworkProfile profile, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(profile);
        Up = new SimulatedNetwork(profile.Up, seed * 2);
        Down = new SimulatedNetwork(profile.Down, (seed * 2) + 1);
    }

    public SimulatedNetwork Up { get; }

    public SimulatedNetwork Down { get; }

    /// <summary>May be changed while datagrams are under way; those keep what they were given.</summary>
    public NetworkProfile Profile
    {
        get => new(Up.Conditions, Down.Conditions);
        set => (Up.Conditions, Down.Conditions) = (value.Up, value.Down);
    }

    public LinkCounts Counts => new(Up.Counts, Down.Counts);
}
