namespace RealtimeServer.Games.Lanes;

/// <summary>What a kind of unit can do. Lengths in cells, speeds in cells a second.</summary>
public sealed record UnitStats
{
    public required string Name { get; init; }

    /// <summary>Energy; 0 for what nobody can deploy.</summary>
    public int Cost { get; init; }

    /// <summary>Units of one deployment.</summary>
    public int Count { get; init; } = 1;

    public required int Health { get; init; }

    public required int Damage { get; init; }

    /// <summary>From one strike to the next.</summary>
    public required float StrikeSeconds { get; init; }

    /// <summary>From its middle to the edge of what it hits.</summary>
    public required float Range { get; init; }

    /// <summary>How far it looks for enemies. What cannot move looks as far as it shoots.</summary>
    public required float Sight { get; init; }

    /// <summary>0 for what cannot move.</summary>
    public float Speed { get; init; }

    public float Radius { get; init; }

    public bool Flying { get; init; }

    public bool HitsAir { get; init; }

    /// <summary>Walks past units; strikes towers and cannons only.</summary>
    public bool BuildingsOnly { get; init; }

    /// <summary>0 for melee.</summary>
    public float ProjectileSpeed { get; init; }

    public ProjectileKind Projectile { get; init; }

    /// <summary>Ground enemies this near to where a ball comes down are hit as well.</summary>
    public float SplashRadius { get; init; }

    /// <summary>Side of the square of cells it blocks; 0 for what walks or flies.</summary>
    public int FootprintCells { get; init; }

    /// <summary>How long it stands; 0 for as long as it has health.</summary>
    public float LifetimeSeconds { get; init; }

    /// <summary>Energy that one unit of this kind stands for.</summary>
    public float Worth => (float)Cost / Count;
}
