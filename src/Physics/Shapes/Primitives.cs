using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>A ball round the origin.</summary>
/// <param name="Radius">Metres.</param>
public readonly record struct Sphere(float Radius);

/// <summary>All points within the radius of a segment along y, from -HalfLength to +HalfLength: its whole height is 2 (HalfLength + Radius).</summary>
/// <param name="Radius">Metres.</param>
/// <param name="HalfLength">Half the segment's length, in metres, without the round ends.</param>
public readonly record struct Capsule(float Radius, float HalfLength);

/// <summary>A box round the origin.</summary>
/// <param name="HalfExtents">Half its sides, in metres.</param>
public readonly record struct Box(Vec3 HalfExtents)
{
    public Box(float halfX, float halfY, float halfZ)
        : this(new Vec3(halfX, halfY, halfZ))
    {
    }
}

/// <summary>A cylinder along y, from -HalfHeight to +HalfHeight.</summary>
/// <param name="Radius">Metres.</param>
/// <param name="HalfHeight">Metres.</param>
public readonly record struct Cylinder(float Radius, float HalfHeight);
