using System.Runtime.InteropServices;

namespace RealtimeServer.Physics.Contacts;

[Flags]
internal enum PairFlags : uint
{
    None = 0,
    Touching = 1,
    Sensor = 2,

    /// <summary>Both shapes are convex: at most one manifold.</summary>
    Convex = 4,

    /// <summary>Begin and end of touching are told.</summary>
    ReportsChanges = 8,

    /// <summary>Every step of touching is told.</summary>
    ReportsAll = 16,
}

/// <summary>Two bodies whose fat boxes overlap, and their manifolds: a range of the list beside the pairs.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Pair
{
    public int A;
    public int B;
    public int FirstManifold;
    public int ManifoldCount;
    public PairFlags Flags;
    public float Friction;
    public float Restitution;
    public float RollingResistance;

    public readonly bool IsTouching => (Flags & PairFlags.Touching) != 0;

    public readonly bool IsSensor => (Flags & PairFlags.Sensor) != 0;
}
