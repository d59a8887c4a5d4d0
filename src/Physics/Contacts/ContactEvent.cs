using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Contacts;

/// <summary>What happened between two bodies in a step.</summary>
public enum ContactChange : byte
{
    /// <summary>They touch and did not before.</summary>
    Begin = 1,

    /// <summary>They touch still. Told for bodies that report all.</summary>
    Stay = 2,

    /// <summary>They touch no more, or one of them was removed.</summary>
    End = 3,
}

/// <summary>Two bodies that begin, continue or cease to touch.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public record struct ContactEvent
{
    /// <summary>The body in the lower slot.</summary>
    public BodyId A { get; internal set; }

    public BodyId B { get; internal set; }

    public ContactChange Change { get; internal set; }

    /// <summary>From A to B. Zero at an end.</summary>
    public Vec3 Normal { get; internal set; }

    /// <summary>Where they press the hardest, in the world. Zero at an end.</summary>
    public Vec3 Point { get; internal set; }

    /// <summary>Newton seconds along the normals in this step, all points together.</summary>
    public float Impulse { get; internal set; }

    /// <summary>Metres a second at which they came together along the normal before the step, zero or more.</summary>
    public float ApproachSpeed { get; internal set; }

    /// <summary>Index of the pair while the step runs, or -1.</summary>
    internal int Pair { get; set; }

    /// <summary>True while it is open whether the bodies, still apart when the step began, meet in it.</summary>
    internal bool IsOpen { get; set; }
}

/// <summary>A body that enters, stays in or leaves a sensor.</summary>
public readonly record struct SensorEvent(BodyId Sensor, BodyId Visitor, ContactChange Change);
