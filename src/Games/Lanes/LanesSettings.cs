using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Lanes;

/// <summary>When the game's own opponent plays.</summary>
public enum OpponentMode
{
    /// <summary>Never.</summary>
    None,

    /// <summary>In every slot that no player has.</summary>
    Fill,

    /// <summary>In both slots; players who join may deploy as well.</summary>
    Both,
}

/// <summary>What the creator of a match may choose.</summary>
/// <param name="Seconds">Regular time.</param>
/// <param name="OvertimeSeconds">Sudden death after equal regular time; 0 for none.</param>
/// <param name="Mode">When the game's own opponent plays.</param>
/// <param name="Crowd">
/// Units that fight at any time, deployed for nothing while towers take no harm: a show, and the load of benchmarks. 0 for a real match.
/// </param>
public sealed record LanesSettings(int Seconds, int OvertimeSeconds, OpponentMode Mode, int Crowd)
{
    /// <summary>A minute of double energy ends regular time; of short matches it is the last third.</summary>
    public int DoubleEnergySeconds => Math.Min(60, Seconds / 3);

    /// <exception cref="GameException">A parameter is malformed; the text names it and what is allowed.</exception>
    public static LanesSettings Read(MatchParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return new LanesSettings(
            parameters.GetInt("seconds", 180, Limits.SecondsMin, Limits.SecondsMax),
            parameters.GetInt("overtime", 60, 0, Limits.OvertimeSecondsMax),
            parameters.Get("ai", "none", "none", "fill", "both") switch
            {
                "fill" => OpponentMode.Fill,
                "both" => OpponentMode.Both,
                _ => OpponentMode.None,
            },
            parameters.GetInt("crowd", 0, 0, Limits.UnitsMax));
    }
}
