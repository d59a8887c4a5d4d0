using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Queries;

/// <summary>Where a ray or a moving shape meets a shape first.</summary>
internal struct SurfaceHit
{
    /// <summary>Of the way, 0 to 1.</summary>
    public float Fraction;

    /// <summary>Out of the shape that was hit, of length one.</summary>
    public Vec3 Normal;

    /// <summary>On the shape that was hit.</summary>
    public Vec3 Point;

    /// <summary>Which child was hit.</summary>
    public uint ChildKey;
}
