using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Bodies;

[Flags]
internal enum BodyFlags : uint
{
    None = 0,
    KindMask = 3,
    Alive = 4,
    Sensor = 8,
    Bullet = 16,
    MaySleep = 32,

    /// <summary>Removed since the last step: its slot is free when its pairs are gone.</summary>
    Leaving = 64,

    /// <summary>Is in the list of bodies that look for new partners.</summary>
    Moved = 128,
    LocksShift = 8,
}

/// <summary>What a step reads and writes of every body that is awake: two cache lines.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct BodyState
{
    /// <summary>Of the shape's origin.</summary>
    public Pose Pose;

    /// <summary>Of the centre of mass.</summary>
    public Vec3 LinearVelocity;
    public Vec3 AngularVelocity;

    /// <summary>Zero unless dynamic.</summary>
    public float InverseMass;

    /// <summary>About the centre of mass, in the body's frame.</summary>
    public SymMat3 InverseInertia;

    /// <summary>Centre of mass in the body's frame.</summary>
    public Vec3 LocalCentre;
    public float GravityScale;
    public float LinearDamping;
    public float AngularDamping;

    /// <summary>Seconds at rest.</summary>
    public float RestTime;

    /// <summary>Place in the list of awake bodies, or -1.</summary>
    public int AwakeIndex;
    public BodyFlags Flags;

    /// <summary>Of the ball round the centre of mass that holds the shape.</summary>
    public float Radius;

    /// <summary>The least half extent: what moves farther than this in a step could pass through things.</summary>
    public float Thickness;

    public readonly BodyKind Kind => (BodyKind)(Flags & BodyFlags.KindMask);

    public readonly bool IsDynamic => (Flags & BodyFlags.KindMask) == (BodyFlags)BodyKind.Dynamic;

    public readonly bool IsAlive => (Flags & BodyFlags.Alive) != 0;

    public readonly bool IsAwake => AwakeIndex >= 0;

    public readonly AxisLocks Locks => (AxisLocks)((uint)Flags >> (int)BodyFlags.LocksShift);

    public readonly Vec3 Centre
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => LocalCentre.X == 0 && LocalCentre.Y == 0 && LocalCentre.Z == 0 ? Pose.Position : Pose.Transform(LocalCentre);
    }
}

/// <summary>What is asked of a body only where pairs begin, events are told and users look.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct BodyTraits
{
    public ShapeId Shape;
    public uint Generation;
    public float Friction;
    public float Restitution;
    public float RollingResistance;
    public Combine FrictionCombine;
    public Combine RestitutionCombine;
    public ContactReports Reports;

    /// <summary>Its pairs are still those of another material or shape.</summary>
    public bool IsChanged;
    public uint Layers;
    public uint Mask;

    /// <summary>The next body of its island while asleep, in a ring; itself where alone.</summary>
    public int IslandNext;

    /// <summary>Head of the list of joints at this body, as joint × 2 + end, or -1.</summary>
    public int FirstJoint;
    public ulong Tag;
}

/// <summary>The boxes a body fills and is filed under.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct BodyBounds
{
    /// <summary>Of the shape at its pose.</summary>
    public Aabb Tight;

    /// <summary>In the broad phase: grown, so that small movements change nothing there.</summary>
    public Aabb Fat;
}
