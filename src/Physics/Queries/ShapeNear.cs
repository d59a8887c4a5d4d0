using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

/// <summary>A part of a shape near to a convex one, in the world's frame.</summary>
internal struct Near
{
    /// <summary>Of length one, from the shape to the convex one.</summary>
    public Vec3 Normal;

    /// <summary>On the shape.</summary>
    public Vec3 Point;

    /// <summary>Metres between the surfaces; negative where they overlap.</summary>
    public float Distance;
    public uint ChildKey;
}

/// <summary>Is shown the parts of a shape near to a convex one.</summary>
internal interface INearVisitor
{
    /// <returns>False to end the search.</returns>
    bool Visit(in Near near);
}

/// <summary>How near a convex shape is to each convex part or triangle of any shape.</summary>
internal static class ShapeNear
{
    private const uint KeyFactor = 0x9E37_79B1;

    /// <returns>False if the visitor ended the search.</returns>
    public static bool Find<TVisitor>(
        in ShapeRecord shape, in Pose pose, in ShapeRecord convex, in Pose convexPose, float reach, uint key, ref TVisitor visitor)
        where TVisitor : struct, INearVisitor
    {
        var relative = new Relative(pose, convexPose);
        if (!relative.IsSane)
        {
            return true;
        }

        switch (shape.Content)
        {
            case null or ConvexHull:
                Closest closest = default;
                ConvexCore core = shape.Core, other = convex.Core;
                return !ConvexPairs.FindNear(core, other, relative, reach, ref closest) || visitor.Visit(ToWorld(pose, closest, core.Radius, other.Radius, key));
            case Compound compound:
                return OnCompound(compound, pose, convex, convexPose, reach, key, ref visitor);
            case TriangleMesh mesh:
                return OnSurface(mesh, pose, convex, convexPose, relative, reach, key, ref visitor);
            case HeightField field:
                return OnSurface(field, pose, convex, convexPose, relative, reach, key, ref visitor);
            default:
                return OnSurface((GridTerrain)shape.Content, pose, convex, convexPose, relative, reach, key, ref visitor);
        }
    }

    private static Near ToWorld(in Pose pose, in Closest closest, float radius, float otherRadius, uint key) => new()
    {
        Normal = pose.Rotation.Rotate(closest.Normal),
        Point = pose.Transform(closest.OnA + (closest.Normal * radius)),
        Distance = closest.Distance - radius - otherRadius,
        ChildKey = key,
    };

    private static bool OnCompound<TVisitor>(
        Compound compound, in Pose pose, in ShapeRecord convex, in Pose convexPose, float reach, uint key, ref TVisitor visitor)
        where TVisitor : struct, INearVisitor
    {
        Aabb box = convex.Bounds(pose.InverseTransform(convexPose)).Expanded(reach);
        for (int i = 0; i < compound.Children.Length; i++)
        {
            if (Aabb.Overlaps(compound.Box(i), box))
            {
                ref readonly CompoundChild child = ref compound.Children[i];
                uint childKey = unchecked((key + (uint)i + 1) * KeyFactor);
                if (!Find(compound.Shapes.Get(child.Shape), pose * child.Pose, convex, convexPose, reach, childKey, ref visitor))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static bool OnSurface<TSurface, TVisitor>(
        TSurface surface, in Pose pose, in ShapeRecord convex, in Pose convexPose, in Relative relative, float reach, uint key, ref TVisitor visitor)
        where TSurface : class, ISurface
        where TVisitor : struct, INearVisitor
    {
        Aabb box = convex.Bounds(pose.InverseTransform(convexPose)).Expanded(reach);
        if (convex.Kind == ShapeKind.Capsule)
        {
            var capsule = new CapsuleTriangles<TVisitor>
            {
                Visitor = visitor,
                Segment = new SegmentTriangles(convex.Core, relative, box.Center, reach, surface.IsTwoSided),
                Pose = pose,
                Radius = convex.Size.X,
                Reach = reach,
                Key = key,
            };
            surface.Overlap(box, ref capsule);
            bool isDone = capsule.Finish();
            visitor = capsule.Visitor;
            return isDone;
        }

        var triangles = new Triangles<TVisitor>
        {
            Visitor = visitor,
            Core = convex.Core,
            Relative = relative,
            Pose = pose,
            Centre = box.Center,
            Reach = reach,
            Key = key,
            IsTwoSided = surface.IsTwoSided,
        };
        surface.Overlap(box, ref triangles);
        visitor = triangles.Visitor;
        return !triangles.HasEnded;
    }

    /// <summary>Triangles near a capsule, which are looked at eight at a time.</summary>
    private struct CapsuleTriangles<TVisitor> : ITriangleVisitor
        where TVisitor : struct, INearVisitor
    {
        public TVisitor Visitor;
        public SegmentTriangles Segment;
        public Pose Pose;
        public float Radius;
        public float Reach;
        public uint Key;
        private TriangleBatch _batch;
        private bool _hasEnded;

        public bool Visit(in SurfaceTriangle triangle)
        {
            _batch.Add(triangle);
            return !_batch.IsFull || Look();
        }

        /// <returns>False if the visitor ended the search.</returns>
        public bool Finish() => !_hasEnded && (_batch.Count == 0 || Look());

        [SkipLocalsInit]
        private bool Look()
        {
            Segment.Find(ref _batch, out SegmentTriangles.Found found);
            uint near = found.Near;
            if (near != 0)
            {
                found.Distance -= Vector256.Create(Radius);
                near &= Vector256.LessThanOrEqual(found.Distance, Vector256.Create(Reach)).ExtractMostSignificantBits();
                QuatWide turn = QuatWide.Broadcast(Pose.Rotation);
                found.OnA = Vec3Wide.Broadcast(Pose.Position) + turn.Rotate(found.OnA + (found.Normal * Vector256<float>.Zero));
                found.Normal = turn.Rotate(found.Normal);
            }

            for (; near != 0 && !_hasEnded; near &= near - 1)
            {
                int lane = BitOperations.TrailingZeroCount(near);
                Closest closest = found[lane];
                _hasEnded = !Visitor.Visit(new Near
                {
                    Normal = closest.Normal,
                    Point = closest.OnA,
                    Distance = closest.Distance,
                    ChildKey = unchecked(Key + _batch.Key(lane)),
                });
            }

            _batch.Clear();
            return !_hasEnded;
        }
    }

    private struct Triangles<TVisitor> : ITriangleVisitor
        where TVisitor : struct, INearVisitor
    {
        public TVisitor Visitor;
        public ConvexCore Core;
        public Relative Relative;
        public Pose Pose;
        public Vec3 Centre;
        public float Reach;
        public uint Key;
        public bool IsTwoSided;
        public bool HasEnded;

        public bool Visit(in SurfaceTriangle triangle)
        {
            SurfaceTriangle front = triangle;
            Vec3 normal = triangle.Normal;
            if (Vec3.Dot(normal, Centre - triangle.P) < 0)
            {
                if (!IsTwoSided)
                {
                    return true;
                }

                (front, normal) = (triangle.Back(), -normal);
            }

            Closest closest = default;
            if (!TriangleContacts.FindClosest(front, normal, Core, Relative, Reach, ref closest))
            {
                return true;
            }

            if (TriangleContacts.LeansInward(front, normal, closest))
            {
                closest = TriangleContacts.Upright(front, normal, Core, Relative);
            }

            HasEnded = closest.Distance - Core.Radius <= Reach && !Visitor.Visit(ToWorld(Pose, closest, 0, Core.Radius, unchecked(Key + triangle.Key)));
            return !HasEnded;
        }
    }
}
