using System.Runtime.CompilerServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Replication;

namespace RealtimeServer.Games.Arena;

/// <summary>Somebody in the arena, player or bot. Where it is says its Transform; while it is down it has no body.</summary>
[Replicated]
public struct Fighter
{
    /// <summary>The player's slot; 0 for a bot.</summary>
    [Bits(4)]
    public byte Player;

    /// <summary>0 while it is down.</summary>
    [Bits(7)]
    public byte Health;

    /// <summary>How many it brought down.</summary>
    [Bits(8)]
    public byte Score;

    /// <summary>Where it looks, on the map; of length one.</summary>
    [Quantised(-1, 1, 1f / 127)]
    public Vec2 Aim;

    internal Vec2 Wish;
    internal Buttons Buttons;
    internal int RifleTicks;
    internal int ThrowTicks;
    internal int BoostTicks;
    internal int DownTicks;

    public readonly bool IsDown => Health == 0;
}

/// <summary>Marks a fighter that the game itself plays.</summary>
internal struct Bot
{
    /// <summary>Where it wanders while it sees nobody, on the map.</summary>
    public Vec2 Goal;
}

/// <summary>A box to push about and hide behind.</summary>
[Replicated]
public struct Crate
{
    /// <summary>Of its sides, in tenths of a metre.</summary>
    [Bits(5)]
    public byte Side;
}

/// <summary>A heavy ball on its way.</summary>
[Replicated]
public struct Ball
{
    /// <summary>Who threw it: a player's slot, or 0 for a bot.</summary>
    [Bits(4)]
    public byte Player;

    internal Entity Thrower;
    internal int TicksLeft;
}

/// <summary>What a pickup gives.</summary>
public enum PickupKind : byte
{
    Heart,
    Speed,
}

/// <summary>Something to run over.</summary>
[Replicated]
public struct Pickup
{
    [Bits(1)]
    public PickupKind Kind;

    [Bits(1)]
    public bool IsThere;

    internal int TicksAway;
}

/// <summary>Time of the match, for everybody to see.</summary>
[Replicated]
public struct ArenaClock
{
    [Bits(12)]
    public ushort SecondsLeft;

    internal int TicksLeft;
}

/// <summary>The fighters of the players, by slot.</summary>
[InlineArray(Limits.ArenaPlayersMax + 1)]
public struct Fighters
{
    private Entity _first;
}
