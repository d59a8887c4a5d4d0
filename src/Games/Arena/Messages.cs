namespace RealtimeServer.Games.Arena;

/// <summary>The numbers of inputs and events on the wire.</summary>
public static class OpCodes
{
    /// <summary>Input <see cref="Arena.Act"/>.</summary>
    public const int Act = 1;

    /// <summary>Event <see cref="Arena.Shot"/>, to all.</summary>
    public const int Shot = 2;
}

/// <summary>What a player does beside running, until it says otherwise.</summary>
[Flags]
public enum Buttons : uint
{
    None = 0,

    /// <summary>Fires the rifle.</summary>
    Shoot = 1,

    /// <summary>Throws a ball.</summary>
    Throw = 2,

    Jump = 4,
    Crouch = 8,
}

/// <summary>What a player does from now on. 24 bytes; sent whenever it changes, and with every shot.</summary>
/// <param name="MoveX">Where it wants to go, to the right on the map; a length of 1 is full speed.</param>
/// <param name="MoveY">Where it wants to go, down on the map.</param>
/// <param name="AimX">Where it looks; any length.</param>
/// <param name="AimY">Where it looks.</param>
/// <param name="Buttons">What else it does.</param>
/// <param name="SeenTick">The tick of the snapshot it saw: a shot hits others where they were then.</param>
public readonly record struct Act(float MoveX, float MoveY, float AimX, float AimY, Buttons Buttons, uint SeenTick);

/// <summary>Somebody fired its rifle. 24 bytes.</summary>
/// <param name="FromX">Where the shot began, on the map.</param>
/// <param name="FromY">Where the shot began.</param>
/// <param name="ToX">Where it ended.</param>
/// <param name="ToY">Where it ended.</param>
/// <param name="Hit">Index of the fighter that was hit, or -1.</param>
/// <param name="Fell">1 if that brought it down.</param>
public readonly record struct Shot(float FromX, float FromY, float ToX, float ToY, int Hit, int Fell);
