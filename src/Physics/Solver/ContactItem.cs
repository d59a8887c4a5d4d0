using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Solver;

/// <summary>A manifold that takes part in a step.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ContactItem
{
    /// <summary>Solver bodies; below zero where constraints do not move the body (<see cref="BodyGather.ReadOnly"/>).</summary>
    public int A;
    public int B;
    public int Manifold;

    /// <summary>From B's centre of mass to A's.</summary>
    public Vec3 Between;

    /// <summary>One for a single point, else <see cref="Collision.Manifold.PointsMax"/>.</summary>
    public int Points;
    public float Friction;
    public float Restitution;
    public float RollingResistance;
    public int Color;

    /// <summary>Bundle × 8 + lane within the range of its colour and size.</summary>
    public int Place;

    public readonly bool MovesBoth => A >= 0 && B >= 0;
}

/// <summary>Bundles of one colour and size, one behind the other: they share no moving body, so they may be solved in any order at once.</summary>
internal unsafe struct ContactRange
{
    public byte* Start;
    public int Count;
    public int Stride;
    public int Points;

    /// <summary>True for what found no colour: solved one after the other.</summary>
    public bool IsSerial;

    public readonly ContactBundle* Bundle(int index) => (ContactBundle*)(Start + ((nint)index * Stride));

    public static ContactPointWide* PointsOf(ContactBundle* bundle) => (ContactPointWide*)(bundle + 1);
}
