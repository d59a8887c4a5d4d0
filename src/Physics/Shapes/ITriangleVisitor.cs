using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>Sides of a triangle at which something can be touched sidewise: outer edges of the surface. At the others the surface goes on.</summary>
[Flags]
internal enum OuterEdges : byte
{
    None = 0,
    PQ = 1,
    QR = 2,
    RP = 4,
    All = 7,
}

/// <summary>A triangle of a surface, counter-clockwise seen from its front.</summary>
/// <param name="Key">Its number in the surface, which never changes.</param>
internal readonly record struct SurfaceTriangle(Vec3 P, Vec3 Q, Vec3 R, uint Key, OuterEdges Outer)
{
    /// <summary>Out of the front, of length one; the surfaces hold no triangle without one.</summary>
    public Vec3 Normal => Vec3.Cross(Q - P, R - P).Normalized();

    /// <summary>Seen from behind.</summary>
    public SurfaceTriangle Back() => new(
        P, R, Q, Key, ((Outer & OuterEdges.RP) != 0 ? OuterEdges.PQ : 0) | (Outer & OuterEdges.QR) | ((Outer & OuterEdges.PQ) != 0 ? OuterEdges.RP : 0));
}

/// <summary>Is shown the triangles of a surface that a box meets.</summary>
internal interface ITriangleVisitor
{
    /// <returns>False to end the search.</returns>
    bool Visit(in SurfaceTriangle triangle);
}

/// <summary>Is shown the triangles near a ray, in no order.</summary>
internal interface ITriangleRayVisitor
{
    /// <param name="triangle">Near the ray.</param>
    /// <param name="fraction">How far along the ray anything is still of interest; lower it at a hit.</param>
    void Visit(in SurfaceTriangle triangle, ref float fraction);
}

/// <summary>A shape that is a surface of triangles: mesh, heightfield or terrain.</summary>
internal interface ISurface : IChildShapes
{
    /// <summary>True if the back is solid as well.</summary>
    bool IsTwoSided { get; }

    /// <summary>Shows the triangles whose boxes meet a box of the surface's frame.</summary>
    void Overlap<TVisitor>(in Aabb box, ref TVisitor visitor)
        where TVisitor : struct, ITriangleVisitor, allows ref struct;

    /// <summary>Shows the triangles that a box moving through the surface's frame may meet; a ray where its extents are zero.</summary>
    void Cast<TVisitor>(Vec3 origin, Vec3 halfExtents, Vec3 displacement, ref float fraction, ref TVisitor visitor)
        where TVisitor : struct, ITriangleRayVisitor, allows ref struct;
}
