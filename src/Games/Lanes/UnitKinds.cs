namespace RealtimeServer.Games.Lanes;

/// <summary>Kinds that can be deployed, by their number on the wire, then the towers.</summary>
public enum UnitKind : byte
{
    Knight,
    Archer,
    Bats,
    Swarm,
    Cannon,
    Giant,
    GuardTower,
    KingTower,
}

/// <summary>The balance of the game: every number of every kind, and none of them anywhere else.</summary>
public static class UnitKinds
{
    /// <summary>Kinds 0 to this are what players deploy.</summary>
    public const int DeployableCount = 6;

    /// <summary>A unit does nothing for so long after its deployment, so that the other side can see it come.</summary>
    public const float ArrivalSeconds = 0.8f;

    private static readonly UnitStats[] Table =
    [
        new()
        {
            Name = "Knight", Cost = 3, Health = 1450, Damage = 165, StrikeSeconds = 1.2f,
            Range = 1.1f, Sight = 5.5f, Speed = 1.2f, Radius = 0.4f,
        },
        new()
        {
            Name = "Archer", Cost = 3, Count = 2, Health = 260, Damage = 95, StrikeSeconds = 0.9f,
            Range = 5f, Sight = 5.5f, Speed = 1.2f, Radius = 0.35f, HitsAir = true,
            ProjectileSpeed = 10f, Projectile = ProjectileKind.Arrow,
        },
        new()
        {
            Name = "Bats", Cost = 4, Count = 6, Health = 85, Damage = 75, StrikeSeconds = 1f,
            Range = 0.9f, Sight = 5.5f, Speed = 1.9f, Radius = 0.3f, Flying = true, HitsAir = true,
        },
        new()
        {
            Name = "Swarm", Cost = 4, Count = 12, Health = 80, Damage = 70, StrikeSeconds = 1f,
            Range = 0.8f, Sight = 5.5f, Speed = 1.7f, Radius = 0.25f,
        },
        new()
        {
            Name = "Cannon", Cost = 5, Health = 800, Damage = 120, StrikeSeconds = 1f,
            Range = 6f, Sight = 6f, FootprintCells = 2, LifetimeSeconds = 30f,
            ProjectileSpeed = 8f, Projectile = ProjectileKind.Ball, SplashRadius = 1f,
        },
        new()
        {
            Name = "Giant", Cost = 5, Health = 3200, Damage = 210, StrikeSeconds = 1.5f,
            Range = 1.2f, Sight = 7f, Speed = 0.9f, Radius = 0.45f, BuildingsOnly = true,
        },
        new()
        {
            Name = "Guard tower", Health = 2400, Damage = 90, StrikeSeconds = 0.8f,
            Range = 7.5f, Sight = 7.5f, FootprintCells = 3, HitsAir = true,
            ProjectileSpeed = 12f, Projectile = ProjectileKind.Arrow,
        },
        new()
        {
            Name = "King tower", Health = 4000, Damage = 100, StrikeSeconds = 1f,
            Range = 8f, Sight = 8f, FootprintCells = 4, HitsAir = true,
            ProjectileSpeed = 12f, Projectile = ProjectileKind.Arrow,
        },
    ];

    public static UnitStats Of(UnitKind kind) => Table[(int)kind];

    /// <summary>The kind of a number from the wire; null if none can be deployed by it.</summary>
    public static UnitStats? Deployable(int kind) => (uint)kind < DeployableCount ? Table[kind] : null;
}
