namespace RealtimeServer.Physics.Bodies;

/// <summary>World axes along or about which a dynamic body does not move. Games in two dimensions lock what they do not have.</summary>
[Flags]
public enum AxisLocks : byte
{
    None = 0,
    MoveX = 1,
    MoveY = 2,
    MoveZ = 4,
    TurnX = 8,
    TurnY = 16,
    TurnZ = 32,

    /// <summary>Stays upright: for characters.</summary>
    Turn = TurnX | TurnY | TurnZ,

    /// <summary>Moves on the ground plane x, z and turns about y alone: for games seen from above.</summary>
    PlaneXZ = MoveY | TurnX | TurnZ,

    /// <summary>Moves in the plane x, y and turns about z alone: for games seen from the side.</summary>
    PlaneXY = MoveZ | TurnX | TurnY,
}
