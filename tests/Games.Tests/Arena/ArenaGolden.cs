namespace RealtimeServer.Games.Arena;

/// <summary>
/// The bits of a whole match: entities, bodies, characters and bots. Known from an x64 machine; a change of the game or of the physics changes them, on purpose.
/// </summary>
internal static class ArenaGolden
{
    public static readonly string[] Hashes =
    [
        "1 761A2434EBCA156C",
        "300 30B5EF04E441F944",
        "3000 566BD16A1B62679B",
    ];

    /// <summary>Tick and hash, as a match of six bots goes.</summary>
    public static List<string> Play()
    {
        using var match = new ArenaMatch(7, ("bots", "6"), ("seconds", "1800"), ("kills", "200"));
        return Play(match);
    }

    public static List<string> Play(ArenaMatch match)
    {
        var hashes = new List<string>();
        match.Steps(3000, () =>
        {
            if (match.Simulation.Tick.Value is 1 or 300 or 3000)
            {
                hashes.Add($"{match.Simulation.Tick} {match.Simulation.Hash():X16}");
            }
        });
        return hashes;
    }
}
