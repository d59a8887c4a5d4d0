using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>A point where two shapes touch or are about to.</summary>
/// <param name="OffsetA">From the origin of A's pose to the middle between both surfaces, along the world's axes.</param>
/// <param name="Separation">Metres between the surfaces along the normal; negative where they overlap.</param>
/// <param name="Feature">Which vertices, edges and faces make the point: the same from step to step while they do.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
public readonly record struct ContactPoint(Vec3 OffsetA, float Separation, uint Feature);

/// <summary>Room for the points of one manifold.</summary>
[InlineArray(Manifold.PointsMax)]
public struct ContactPoints
{
    private ContactPoint _first;
}

/// <summary>Up to four points at which a convex part of A touches a convex part of B, with one normal.</summary>
public struct Manifold
{
    /// <summary>Four points hold a face on a face; more only cost.</summary>
    public const int PointsMax = 4;

    /// <summary>Of length one, from A to B.</summary>
    public Vec3 Normal;

    /// <summary>How many of <see cref="Points"/> there are. Zero: nothing within the margin.</summary>
    public int Count;

    /// <summary>Which children of the two shapes touch: stable from step to step, unique within a pair of bodies, zero for two convex shapes.</summary>
    public uint ChildKey;

    public ContactPoints Points;

    [UnscopedRef]
    public readonly ReadOnlySpan<ContactPoint> Span => MemoryMarshal.CreateReadOnlySpan(in Points[0], Count);

    internal void Set(Vec3 normal, Vec3 offsetA, float separation, uint feature)
    {
        Normal = normal;
        Count = 1;
        Points[0] = new ContactPoint(offsetA, separation, feature);
    }

    internal void Add(Vec3 offsetA, float separation, uint feature) => Points[Count++] = new ContactPoint(offsetA, separation, feature);

    /// <summary>The same contacts seen from the other shape, whose origin lies at <paramref name="offset"/> from A's.</summary>
    internal void Flip(Vec3 offset)
    {
        Normal = -Normal;
        Shift(-offset);
    }

    /// <summary>Moves what offsets are measured from by the opposite of <paramref name="by"/>.</summary>
    internal void Shift(Vec3 by)
    {
        for (int i = 0; i < Count; i++)
        {
            Points[i] = Points[i] with { OffsetA = Points[i].OffsetA + by };
        }
    }
}
