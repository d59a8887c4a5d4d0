using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// Where two shapes touch. Contacts reach out to a margin: points that far apart are told too, with a positive separation, so that a
/// solver can stop what would be inside of each other at the end of the step. The same input gives the same bits, whatever was asked before.
/// </summary>
public static class Collider
{
    /// <summary>Two convex shapes: at most one manifold.</summary>
    /// <param name="margin">Metres, not negative.</param>
    /// <returns>True if anything is within the margin; else the manifold's count is zero.</returns>
    /// <exception cref="ArgumentException">An id is not of this set.</exception>
    public static bool CollideConvex(ShapeSet shapes, ShapeId a, in Pose poseA, ShapeId b, in Pose poseB, float margin, ref Manifold manifold)
    {
        manifold.ChildKey = 0;
        ConvexPairs.Collide(shapes.Get(a), poseA, shapes.Get(b), poseB, margin, ref manifold);
        return manifold.Count > 0;
    }

    /// <summary>
    /// Any two shapes: adds a manifold for each pair of children that touch; triangles that lie in one plane share one. Two surfaces
    /// (mesh, heightfield, terrain) do not touch each other.
    /// </summary>
    /// <param name="margin">Metres, not negative.</param>
    /// <exception cref="ArgumentException">An id is not of this set.</exception>
    public static void Collide(ShapeSet shapes, ShapeId a, in Pose poseA, ShapeId b, in Pose poseB, float margin, ManifoldList manifolds)
    {
        ChildPairs.Collide(shapes.Get(a), poseA, shapes.Get(b), poseB, margin, 0, manifolds);
    }
}
