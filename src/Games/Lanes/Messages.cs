namespace RealtimeServer.Games.Lanes;

/// <summary>The numbers of inputs and events on the wire.</summary>
public static class OpCodes
{
    /// <summary>Input <see cref="Lanes.DeployUnit"/>.</summary>
    public const int DeployUnit = 1;

    /// <summary>Event <see cref="Lanes.DeployRefused"/>, to the player who tried.</summary>
    public const int DeployRefused = 2;

    /// <summary>Event <see cref="Lanes.TowerFell"/>, to all.</summary>
    public const int TowerFell = 3;
}

/// <summary>A player wants units of a kind at a place. 12 bytes.</summary>
/// <param name="X">Cells from the left.</param>
/// <param name="Y">Cells from the top.</param>
/// <param name="Kind">A <see cref="UnitKind"/>.</param>
public readonly record struct DeployUnit(float X, float Y, int Kind);

/// <summary>A deployment did not happen. 16 bytes.</summary>
/// <param name="Reason">A <see cref="Refusal"/>.</param>
public readonly record struct DeployRefused(int Reason, int Kind, float X, float Y);

/// <summary>A tower fell. 8 bytes.</summary>
/// <param name="Owner">Who lost it.</param>
/// <param name="King">1 for a king, 0 for a guard.</param>
public readonly record struct TowerFell(int Owner, int King);

/// <summary>Why a deployment did not happen; the numbers are part of the protocol.</summary>
public enum Refusal
{
    None = 0,
    NotEnoughEnergy = 1,

    /// <summary>Outside one's own half and the captured ground.</summary>
    NotYourGround = 2,

    /// <summary>Water, rock or a building is there.</summary>
    InTheWay = 3,
    NoSuchUnit = 4,
    TooManyUnits = 5,
}
