namespace RealtimeServer.Games;

/// <summary>Every bound of the sample games.</summary>
public static class Limits
{
    /// <summary>Live units one player of Lanes may have; a deployment beyond is refused.</summary>
    public const int UnitsPerPlayerMax = 200;

    /// <summary>Live units of a Lanes match.</summary>
    public const int UnitsMax = UnitsPerPlayerMax * 2;

    /// <summary>Towers of a Lanes map: a king and two guards for each player.</summary>
    public const int TowersMax = 6;

    /// <summary>Everything that fights in a Lanes match.</summary>
    public const int FightersMax = UnitsMax + TowersMax;

    /// <summary>Largest energy, which is also the dearest price a unit kind can have.</summary>
    public const int EnergyMax = 10;

    /// <summary>Regular time of a Lanes match in seconds.</summary>
    public const int SecondsMin = 5;

    public const int SecondsMax = 1800;

    /// <summary>Overtime of a Lanes match in seconds; 0 for none.</summary>
    public const int OvertimeSecondsMax = 600;

    /// <summary>Health that 12 replicated bits can tell.</summary>
    public const int HealthMax = 4095;

    /// <summary>Players of an arena; a slot travels in four bits.</summary>
    public const int ArenaPlayersMax = 8;

    public const int ArenaBotsMax = 8;

    /// <summary>Score that may be asked for to end a match; it travels in eight bits.</summary>
    public const int ArenaKillsMax = 200;

    public const byte ArenaHealthMax = 100;

    /// <summary>How far back a shot looks at most: half a second at 30 ticks; more delay than that is the shooter's own.</summary>
    public const int ArenaRewindTicks = 15;
}
