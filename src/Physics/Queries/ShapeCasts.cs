using RealtimeServer.Foundation;
using RealtimeServer.Physics.Collision;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

/// <summary>Rays and moving convex shapes against any shape at a pose, in the world's frame.</summary>
internal static class ShapeCasts
{
    private const uint KeyFactor = 0x9E37_79B1;

    /// <summary>Fills the hit, and lowers the fraction, if the ray meets the shape before it.</summary>
    public static bool Ray(in ShapeRecord shape, in Pose pose, Vec3 origin, Vec3 displacement, ref float fraction, ref SurfaceHit hit)
    {
        if (shape.Kind == ShapeKind.Sphere)
        {
            Vec3 up = default;
            return ConvexRays.Sphere(shape.Size.X, origin - pose.Position, displacement, ref fraction, ref up) && Accept(origin, displacement, fraction, up, 0, ref hit);
        }

        Vec3 from = pose.Rotation.InverseRotate(origin - pose.Position), d = pose.Rotation.InverseRotate(displacement), normal = default;
        uint key = 0;
        bool any;
        switch (shape.Content)
        {
            case null or ConvexHull:
                any = ConvexRays.Cast(shape, from, d, ref fraction, ref normal);
                break;
            case Compound compound:
                return RayOnCompound(compound, pose, origin, displacement, ref fraction, ref hit);
            case TriangleMesh mesh:
                any = RayOnSurface(mesh, from, d, ref fraction, ref normal, ref key);
                break;
            case HeightField field:
                any = RayOnSurface(field, from, d, ref fraction, ref normal, ref key);
                break;
            default:
                any = RayOnSurface((GridTerrain)shape.Content, from, d, ref fraction, ref normal, ref key);
                break;
        }

        return any && Accept(origin, displacement, fraction, pose.Rotation.Rotate(normal), key, ref hit);
    }

    /// <summary>Fills the hit, and lowers the fraction, if the moving convex shape meets the other before it.</summary>
    /// <param name="depth">See <see cref="ConvexCasts.Motion.Depth"/>.</param>
    public static bool Convex(
        in ShapeRecord shape, in Pose pose, in ShapeRecord mover, in Pose moverPose, Vec3 displacement, ref float fraction, ref SurfaceHit hit, float depth = 0)
    {
        if (shape.Kind == ShapeKind.Compound)
        {
            return ConvexOnCompound((Compound)shape.Content!, pose, mover, moverPose, displacement, depth, ref fraction, ref hit);
        }

        var motion = new ConvexCasts.Motion { Start = new Relative(pose, moverPose), Displacement = pose.Rotation.InverseRotate(displacement), Depth = depth };
        if (!motion.Start.IsSane || !(motion.Displacement.LengthSquared < 1e16f))
        {
            return false;
        }

        bool any = shape.Content switch
        {
            TriangleMesh mesh => ConvexOnSurface(mesh, pose, mover, moverPose, motion, ref fraction, ref hit),
            HeightField field => ConvexOnSurface(field, pose, mover, moverPose, motion, ref fraction, ref hit),
            GridTerrain terrain => ConvexOnSurface(terrain, pose, mover, moverPose, motion, ref fraction, ref hit),
            _ => ConvexCasts.Cast(shape.Core, mover.Core, motion, ref fraction, ref hit),
        };
        if (any)
        {
            hit.Normal = pose.Rotation.Rotate(hit.Normal);
            hit.Point = pose.Transform(hit.Point);
        }

        return any;
    }

    private static bool Accept(Vec3 origin, Vec3 displacement, float fraction, Vec3 normal, uint key, ref SurfaceHit hit)
    {
        hit.Fraction = fraction;
        hit.Normal = normal;
        hit.Point = origin + (displacement * fraction);
        hit.ChildKey = key;
        return true;
    }

    private static bool RayOnCompound(Compound compound, in Pose pose, Vec3 origin, Vec3 displacement, ref float fraction, ref SurfaceHit hit)
    {
        var sweep = new BoxSweep(pose.Rotation.InverseRotate(origin - pose.Position), default, pose.Rotation.InverseRotate(displacement));
        bool any = false;
        for (int i = 0; i < compound.Children.Length; i++)
        {
            if (sweep.Meets(compound.Box(i), fraction, out _))
            {
                ref readonly CompoundChild child = ref compound.Children[i];
                if (Ray(compound.Shapes.Get(child.Shape), pose * child.Pose, origin, displacement, ref fraction, ref hit))
                {
                    hit.ChildKey = unchecked(((uint)i + 1) * KeyFactor);
                    any = true;
                }
            }
        }

        return any;
    }

    private static bool RayOnSurface<TSurface>(TSurface surface, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal, ref uint key)
        where TSurface : class, ISurface
    {
        var visitor = new RayVisitor { Origin = origin, D = d, IsTwoSided = surface.IsTwoSided };
        surface.Cast(origin, default, d, ref fraction, ref visitor);
        (normal, key) = (visitor.Normal, visitor.Key);
        return visitor.Any;
    }

    private static bool ConvexOnCompound(
        Compound compound, in Pose pose, in ShapeRecord mover, in Pose moverPose, Vec3 displacement, float depth, ref float fraction, ref SurfaceHit hit)
    {
        Aabb box = mover.Bounds(pose.InverseTransform(moverPose));
        var sweep = new BoxSweep(box.Center, box.HalfExtents, pose.Rotation.InverseRotate(displacement));
        bool any = false;
        for (int i = 0; i < compound.Children.Length; i++)
        {
            if (sweep.Meets(compound.Box(i), fraction, out _))
            {
                ref readonly CompoundChild child = ref compound.Children[i];
                if (Convex(compound.Shapes.Get(child.Shape), pose * child.Pose, mover, moverPose, displacement, ref fraction, ref hit, depth))
                {
                    hit.ChildKey = unchecked(((uint)i + 1) * KeyFactor);
                    any = true;
                }
            }
        }

        return any;
    }

    private static bool ConvexOnSurface<TSurface>(
        TSurface surface, in Pose pose, in ShapeRecord mover, in Pose moverPose, in ConvexCasts.Motion motion, ref float fraction, ref SurfaceHit hit)
        where TSurface : class, ISurface
    {
        Aabb box = mover.Bounds(pose.InverseTransform(moverPose)).Expanded(ConvexCasts.HitDistance);
        var visitor = new ConvexVisitor { Mover = mover.Core, Motion = motion, IsTwoSided = surface.IsTwoSided };
        surface.Cast(box.Center, box.HalfExtents, motion.Displacement, ref fraction, ref visitor);
        hit = visitor.Any ? visitor.Hit : hit;
        return visitor.Any;
    }

    private struct RayVisitor : ITriangleRayVisitor
    {
        public Vec3 Origin;
        public Vec3 D;
        public bool IsTwoSided;
        public bool Any;
        public Vec3 Normal;
        public uint Key;

        public void Visit(in SurfaceTriangle triangle, ref float fraction)
        {
            if (ConvexRays.Triangle(triangle, IsTwoSided, Origin, D, ref fraction, ref Normal))
            {
                (Any, Key) = (true, triangle.Key);
            }
        }
    }

    private struct ConvexVisitor : ITriangleRayVisitor
    {
        public ConvexCore Mover;
        public ConvexCasts.Motion Motion;
        public bool IsTwoSided;
        public bool Any;
        public SurfaceHit Hit;

        public void Visit(in SurfaceTriangle triangle, ref float fraction)
        {
            if (ConvexCasts.Cast(triangle, IsTwoSided, Mover, Motion, ref fraction, ref Hit))
            {
                Any = true;
                Hit.ChildKey = triangle.Key;
            }
        }
    }
}
