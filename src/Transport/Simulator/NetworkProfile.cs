namespace RealtimeServer.Transport.Simulator;

/// <summary>The network between a client and its server, by direction.</summary>
/// <param name="Up">From the client to the server.</param>
/// <param name="Down">From the server to the client.</param>
public sealed record NetworkProfile(NetworkConditions Up, NetworkConditions Down)
{
    public static NetworkProfile Perfect { get; } = new(NetworkConditions.Perfect, NetworkConditions.Perfect);

    /// <summary>
    /// Reads the conditions of both directions: one text for both, or <c>up 50ms 1% / down 80ms 5%</c>. See <see cref="NetworkConditions.Parse"/>.
    /// </summary>
    /// <exception cref="FormatException">Names the word and what is allowed.</exception>
    public static NetworkProfile Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/', StringSplitOptions.TrimEntries);
        if (parts.Length == 1 && Direction(parts[0]) is null)
        {
            NetworkConditions both = NetworkConditions.Parse(text);
            return new NetworkProfile(both, both);
        }

        NetworkConditions? up = null;
        NetworkConditions? down = null;
        foreach (string part in parts)
        {
            string? direction = Direction(part);
            if (direction is null || parts.Length > 2 || (direction == "up" ? up : down) is not null)
            {
                throw new FormatException($"Network conditions \"{text}\": directions are written \"up 50ms 1% / down 80ms 5%\", each once.");
            }

            NetworkConditions conditions = NetworkConditions.Parse(part[direction.Length..]);
            (up, down) = direction == "up" ? (conditions, down) : (up, conditions);
        }

        return new NetworkProfile(up ?? NetworkConditions.Perfect, down ?? NetworkConditions.Perfect);
    }

    public override string ToString() => Up == Down ? Up.ToString() : $"up {Up} / down {Down}";

    private static string? Direction(string part) =>
        part.StartsWith("up ", StringComparison.OrdinalIgnoreCase) ? "up" : part.StartsWith("down ", StringComparison.OrdinalIgnoreCase) ? "down" : null;
}
