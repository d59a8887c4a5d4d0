namespace RealtimeServer.Physics.Joints;

/// <summary>A joint of one world, 8 bytes: a slot and how often the slot was given out. The default value is no joint.</summary>
public readonly record struct JointId(int Slot, uint Generation)
{
    public static readonly JointId None;

    public override string ToString() => Generation == 0 ? "no joint" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"joint {Slot}.{Generation}");
}

/// <summary>What a joint leaves free.</summary>
public enum JointKind : byte
{
    /// <summary>All turning about one point.</summary>
    Ball = 1,

    /// <summary>Turning about one axis, with limits, motor and spring in radians.</summary>
    Hinge = 2,

    /// <summary>Moving along one axis, with limits, motor and spring in metres.</summary>
    Slider = 3,

    /// <summary>Nothing.</summary>
    Fixed = 4,

    /// <summary>All but the distance of two points, with limits or a spring.</summary>
    Distance = 5,

    /// <summary>Everything, but pulls B to a pose relative to A with bounded force and torque.</summary>
    Motor = 6,
}
