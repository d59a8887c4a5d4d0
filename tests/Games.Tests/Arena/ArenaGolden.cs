namespace RealtimeServer.Games.Arena;

/// <summary>
/// The bits of a whole match: entities, bodies, characters and bots. Known from an x64 machine; a change of the game or of the physics changes them, on purpose.
/// </summary>
internal static class ArenaGolden
{
    public static readonly string[] Hashes =
    [
        "1 8F63DEEC88A7D44A",
        "300 35FDB394845D0D8F",
        "3000 92E6A7D0A62CDC38",
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
