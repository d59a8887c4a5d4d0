using System.Runtime.CompilerServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Games.Lanes;

public enum Lane : byte
{
    Left,
    Right,
}

public enum UnitState : byte
{
    /// <summary>Just deployed: visible and vulnerable, but idle for a moment.</summary>
    Arriving,
    Walking,
    Fighting,
}

public enum ProjectileKind : byte
{
    /// <summary>Follows its target and hits it alone.</summary>
    Arrow,

    /// <summary>Flies where its target stood and hits all ground enemies near that place.</summary>
    Ball,
}

/// <summary>Something a player deployed.</summary>
[Replicated]
public struct Unit
{
    [Bits(3)]
    public UnitKind Kind;

    /// <summary>1 or 2.</summary>
    [Bits(2)]
    public byte Owner;

    [Bits(2)]
    public UnitState State;
}

/// <summary>Health of a unit or tower; at 0 it is removed at the end of the tick.</summary>
[Replicated]
public struct Health
{
    [Bits(12)]
    public ushort Current;

    [Bits(12)]
    public ushort Max;
}

[Replicated]
public struct Projectile
{
    [Bits(1)]
    public ProjectileKind Kind;

    [Bits(2)]
    public byte Owner;
}

[Replicated]
public struct Tower
{
    [Bits(1)]
    public bool King;

    [Bits(2)]
    public byte Owner;

    /// <summary>Of a guard; a king stands between both.</summary>
    [Bits(1)]
    public Lane Lane;

    /// <summary>Guards always; a king after it was hit or a guard of its player fell.</summary>
    [Bits(1)]
    public bool Awake;
}

/// <summary>One entity for each player.</summary>
[Replicated]
public struct PlayerState
{
    [Bits(2)]
    public byte Player;

    [Quantised(0, Limits.EnergyMax, 0.05f)]
    public float Energy;

    /// <summary>Enemy towers destroyed; a king's fall counts as all three.</summary>
    [Bits(2)]
    public byte Crowns;

    /// <summary>True while the game's own opponent plays this slot.</summary>
    [Bits(1)]
    public bool Computer;
}

/// <summary>One entity.</summary>
[Replicated]
public struct MatchClock
{
    /// <summary>Of regular time, then of overtime; counts down.</summary>
    [Bits(12)]
    public ushort SecondsLeft;

    [Bits(1)]
    public bool Overtime;

    [Bits(1)]
    public bool DoubleEnergy;

    public int TicksPlayed;

    public int TicksLeft;
}

/// <summary>Whatever attacks: units and towers.</summary>
public struct Fighter
{
    public Entity Target;

    /// <summary>Ticks until it may strike again.</summary>
    public int CooldownTicks;

    /// <summary>Ticks for which it does nothing after its deployment.</summary>
    public int IdleTicks;

    public UnitKind Kind;

    /// <summary>1 or 2.</summary>
    public byte Owner;

    /// <summary>Whose guard it walks to when nothing is in sight.</summary>
    public Lane Lane;

    /// <summary>A king that sleeps.</summary>
    public bool Asleep;
}

/// <summary>Whatever blocks cells: towers and cannons.</summary>
public struct Building
{
    public CellRect Cells;

    /// <summary>Ticks until it falls apart; 0 for never.</summary>
    public int LifetimeTicks;
}

/// <summary>The part of a projectile that only the server knows.</summary>
public struct Flight
{
    public Entity Target;

    /// <summary>Where it will come down.</summary>
    public Vec2 Aim;

    /// <summary>Cells a second.</summary>
    public float Speed;

    public float SplashRadius;

    public int Damage;
}

/// <summary>What the game's own opponent remembers; on the player's entity.</summary>
public struct Opponent
{
    /// <summary>Ticks until it looks again: it must not be quicker than a human.</summary>
    public int WaitTicks;

    public Lane PushLane;

    /// <summary>0 = saves energy, 1 and 2 = follows its tank.</summary>
    public byte PushStep;
}

/// <summary>Singleton: the six towers.</summary>
public struct Towers
{
    public TowerSites Sites;

    /// <summary>The places of a player's towers: left guard, right guard, king.</summary>
    public static int Index(int player, Lane lane) => ((player - 1) * 3) + (int)lane;

    /// <inheritdoc cref="Index"/>
    public static int KingIndex(int player) => ((player - 1) * 3) + 2;
}

[InlineArray(Limits.TowersMax)]
public struct TowerSites
{
    private TowerSite _first;
}

/// <summary>Where a tower stands or stood.</summary>
public struct TowerSite
{
    /// <summary>None once it fell.</summary>
    public Entity Tower;

    public CellRect Cells;
}
