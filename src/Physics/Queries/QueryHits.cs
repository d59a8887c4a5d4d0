using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;

namespace RealtimeServer.Physics.Queries;

/// <summary>A straight way from a point, for batches.</summary>
/// <param name="Origin">In the world.</param>
/// <param name="Displacement">From start to end, in metres.</param>
public readonly record struct RayWay(Vec3 Origin, Vec3 Displacement);

/// <summary>Where a ray, or a shape that moved, met a body.</summary>
/// <param name="Body">No body: nothing was met.</param>
/// <param name="Fraction">Of the way, 0 to 1: 0 if they touched from the start.</param>
/// <param name="Point">On the body's surface, in the world.</param>
/// <param name="Normal">Out of the body, of length one; back along the ray where it started inside.</param>
/// <param name="ChildKey">Which child or triangle of the body's shape.</param>
public readonly record struct CastHit(BodyId Body, float Fraction, Vec3 Point, Vec3 Normal, uint ChildKey)
{
    /// <summary>Nothing was met on the whole way.</summary>
    public static readonly CastHit None = new(BodyId.None, 1, default, default, 0);

    public bool IsHit => Body.Generation != 0;
}

/// <summary>The nearest point of a body.</summary>
/// <param name="Body">No body: none is near.</param>
/// <param name="Point">On the body's surface, in the world.</param>
/// <param name="Normal">Out of the body, of length one.</param>
/// <param name="Distance">Metres; negative inside of the body.</param>
public readonly record struct ClosestHit(BodyId Body, Vec3 Point, Vec3 Normal, float Distance)
{
    public bool IsHit => Body.Generation != 0;
}
