using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// A surface of triangles for static and kinematic bodies. Never changes, so any number of sets and worlds may share it. Fronts are where
/// corners run counter-clockwise. One-sided, what is behind a triangle passes through it; two-sided, both sides hold.
/// </summary>
public sealed class TriangleMesh : ISurface
{
    private readonly Vec3[] _vertices;
    private readonly int[] _indices;
    private readonly OuterEdges[] _outer;
    private readonly MeshTree _tree;

    /// <param name="vertices">In metres, in the shape's frame.</param>
    /// <param name="indices">Three to a triangle.</param>
    /// <param name="isTwoSided">True if the back is solid as well.</param>
    /// <param name="dropDegenerate">True to leave out triangles without area, instead of refusing them.</param>
    /// <exception cref="ShapeException">A vertex or triangle cannot be, or there are too many: the message says which.</exception>
    public TriangleMesh(ReadOnlySpan<Vec3> vertices, ReadOnlySpan<int> indices, bool isTwoSided = false, bool dropDegenerate = false)
    {
        _vertices = vertices.ToArray();
        _indices = MeshCheck.Indices(vertices, indices, dropDegenerate);
        IsTwoSided = isTwoSided;
        var boxes = new Aabb[TriangleCount];
        float radius = 0;
        for (int i = 0; i < boxes.Length; i++)
        {
            Vec3 p = Corner(i, 0), q = Corner(i, 1), r = Corner(i, 2);
            boxes[i] = new Aabb(Vec3.Min(p, Vec3.Min(q, r)), Vec3.Max(p, Vec3.Max(q, r)));
            radius = Math.Max(radius, Math.Max(p.LengthSquared, Math.Max(q.LengthSquared, r.LengthSquared)));
        }

        BoundingRadius = MathF.Sqrt(radius);
        _outer = MeshEdges.Find(_vertices, _indices);
        _tree = new MeshTree(boxes);
    }

    public int TriangleCount => _indices.Length / 3;

    public bool IsTwoSided { get; }

    public Aabb Bounds => _tree.Bounds;

    public float BoundingRadius { get; }

    /// <summary>A triangle's corner: 0, 1 or 2.</summary>
    public Vec3 Corner(int triangle, int corner) => _vertices[_indices[(triangle * 3) + corner]];

    void ISurface.Overlap<TVisitor>(in Aabb box, ref TVisitor visitor)
    {
        var each = new MeshTree.Walk(_tree, box);
        while (each.Next(out int triangle))
        {
            Vec3 p = Corner(triangle, 0), q = Corner(triangle, 1), r = Corner(triangle, 2);
            if (PackedAabb.Overlaps(BoxOf(p, q, r), each.Box) && !visitor.Visit(new SurfaceTriangle(p, q, r, (uint)triangle, _outer[triangle])))
            {
                return;
            }
        }
    }

    void ISurface.Cast<TVisitor>(Vec3 origin, Vec3 halfExtents, Vec3 displacement, ref float fraction, ref TVisitor visitor)
    {
        var each = new MeshTree.CastWalk(_tree, new BoxSweep(origin, halfExtents, displacement));
        while (each.Next(fraction, out int triangle))
        {
            visitor.Visit(Triangle(triangle), ref fraction);
        }
    }

    private static PackedAabb BoxOf(Vec3 p, Vec3 q, Vec3 r)
    {
        Vector128<float> a = Vector128.Create(p.X, p.Y, p.Z, 0), b = Vector128.Create(q.X, q.Y, q.Z, 0), c = Vector128.Create(r.X, r.Y, r.Z, 0);
        return new PackedAabb(WideMath.Min(a, WideMath.Min(b, c)), WideMath.Max(a, WideMath.Max(b, c)));
    }

    internal SurfaceTriangle Triangle(int triangle) =>
        new(Corner(triangle, 0), Corner(triangle, 1), Corner(triangle, 2), (uint)triangle, _outer[triangle]);
}
