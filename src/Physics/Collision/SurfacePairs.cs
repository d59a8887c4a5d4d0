using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// A convex shape against the triangles of a surface. At inner edges, where the surface goes on, nothing is touched sidewise: a normal
/// that leans there is set upright. Triangles with nearly one normal share a manifold.
/// </summary>
internal static class SurfacePairs
{
    /// <param name="isSurfaceFirst">True if the surface is the pair's A.</param>
    public static void Collide(
        in ShapeRecord surface, in Pose poseSurface, in ShapeRecord convex, in Pose poseConvex, float margin, uint key, bool isSurfaceFirst, ManifoldList manifolds)
    {
        switch (surface.Content)
        {
            case TriangleMesh mesh:
                Collide(mesh, poseSurface, convex, poseConvex, margin, key, isSurfaceFirst, manifolds);
                break;
            case HeightField field:
                Collide(field, poseSurface, convex, poseConvex, margin, key, isSurfaceFirst, manifolds);
                break;
            case GridTerrain terrain:
                Collide(terrain, poseSurface, convex, poseConvex, margin, key, isSurfaceFirst, manifolds);
                break;
        }
    }

    private static void Collide<TSurface>(
        TSurface surface, in Pose poseSurface, in ShapeRecord convex, in Pose poseConvex, float margin, uint key, bool isSurfaceFirst, ManifoldList manifolds)
        where TSurface : class, ISurface
    {
        var relative = new Relative(poseSurface, poseConvex);
        if (!relative.IsSane)
        {
            return;
        }

        int start = manifolds.Count;
        Aabb box = convex.Bounds(poseSurface.InverseTransform(poseConvex)).Expanded(margin);
        if (convex.Kind == ShapeKind.Capsule)
        {
            var visitor = new CapsuleCollecting(convex.Core, relative, box.Center, margin, key, surface.IsTwoSided, manifolds);
            surface.Overlap(box, ref visitor);
            visitor.Look();
        }
        else
        {
            var visitor = new Collecting(convex.Core, relative, box.Center, margin, key, surface.IsTwoSided, manifolds);
            surface.Overlap(box, ref visitor);
        }

        var frame = Mat3.FromQuat(poseSurface.Rotation);
        for (int i = start; i < manifolds.Count; i++)
        {
            ref Manifold manifold = ref manifolds[i];
            ConvexPairs.Turn(frame, ref manifold);
            if (!isSurfaceFirst)
            {
                manifold.Flip(poseConvex.Position - poseSurface.Position);
            }
        }
    }

    private ref struct Collecting(
        ConvexCore convex, Relative relative, Vec3 centre, float margin, uint key, bool isTwoSided, ManifoldList manifolds) : ITriangleVisitor
    {
        private readonly ConvexCore _convex = convex;
        private readonly Relative _relative = relative;
        private readonly int _start = manifolds.Count;

        public bool Visit(in SurfaceTriangle triangle)
        {
            SurfaceTriangle front = triangle;
            Vec3 normal = triangle.Normal;
            if (Vec3.Dot(normal, centre - triangle.P) < 0)
            {
                if (!isTwoSided)
                {
                    return true;
                }

                front = triangle.Back();
                normal = -normal;
            }

            Manifold manifold = default;
            TriangleContacts.Collide(front, normal, _convex, _relative, margin, ref manifold);
            if (manifold.Count > 0)
            {
                manifold.ChildKey = unchecked(key + triangle.Key);
                ManifoldMerge.Add(manifolds, _start, manifold);
            }

            return true;
        }
    }
    /// <summary>The same for capsules, which look at eight triangles at a time.</summary>
    private ref struct CapsuleCollecting(
        ConvexCore capsule, Relative relative, Vec3 centre, float margin, uint key, bool isTwoSided, ManifoldList manifolds) : ITriangleVisitor
    {
        private readonly ConvexCore _capsule = capsule;
        private readonly Relative _relative = relative;
        private readonly SegmentTriangles _segment = new(capsule, relative, centre, margin, isTwoSided);
        private readonly int _start = manifolds.Count;
        private TriangleBatch _batch;

        public bool Visit(in SurfaceTriangle triangle)
        {
            _batch.Add(triangle);
            if (_batch.IsFull)
            {
                Look();
            }

            return true;
        }

        /// <summary>Adds the contacts of those collected so far.</summary>
        public void Look()
        {
            _segment.Find(ref _batch, out SegmentTriangles.Found found);
            for (uint near = found.Near; near != 0; near &= near - 1)
            {
                int lane = BitOperations.TrailingZeroCount(near);
                SurfaceTriangle triangle = _batch[lane];
                Manifold manifold = default;
                TriangleContacts.Touch(triangle, _capsule, _relative, found[lane], margin, (found.Exact & (1u << lane)) != 0, ref manifold);
                if (manifold.Count > 0)
                {
                    manifold.ChildKey = unchecked(key + triangle.Key);
                    ManifoldMerge.Add(manifolds, _start, manifold);
                }
            }

            _batch.Clear();
        }
    }
}
