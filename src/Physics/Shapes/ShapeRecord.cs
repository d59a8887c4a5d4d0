using RealtimeServer.Foundation;
using RealtimeServer.Physics.Collision;

namespace RealtimeServer.Physics.Shapes;

/// <summary>What a set keeps of a shape: the measures of the small ones in place, the rest behind a reference.</summary>
internal readonly struct ShapeRecord(ShapeKind kind, Vec3 size, float boundingRadius, object? content = null)
{
    public readonly ShapeKind Kind = kind;

    /// <summary>Sphere: radius. Capsule and cylinder: radius and half length. Box: half extents.</summary>
    public readonly Vec3 Size = size;

    /// <summary>Of the ball round the shape's origin that holds it.</summary>
    public readonly float BoundingRadius = boundingRadius;
    public readonly object? Content = content;

    public ConvexHull Hull => (ConvexHull)Content!;

    /// <summary>The shape as the general algorithms see it; convex ones only.</summary>
    public ConvexCore Core => Kind switch
    {
        ShapeKind.Sphere => ConvexCore.Point(Size.X),
        ShapeKind.Capsule => ConvexCore.Segment(Size.X, Size.Y),
        ShapeKind.Box => ConvexCore.Box(Size),
        ShapeKind.Cylinder => ConvexCore.Cylinder(Size.X, Size.Y),
        _ => ConvexCore.Of(Hull),
    };

    public static ShapeRecord Of(in Sphere sphere) => new(ShapeKind.Sphere, new Vec3(sphere.Radius, 0, 0), sphere.Radius);

    public static ShapeRecord Of(in Capsule capsule) => new(ShapeKind.Capsule, new Vec3(capsule.Radius, capsule.HalfLength, 0), capsule.Radius + capsule.HalfLength);

    public static ShapeRecord Of(in Box box) => new(ShapeKind.Box, box.HalfExtents, box.HalfExtents.Length);

    public static ShapeRecord Of(in Cylinder cylinder) => new(
        ShapeKind.Cylinder, new Vec3(cylinder.Radius, cylinder.HalfHeight, 0), new Vec3(cylinder.Radius, cylinder.HalfHeight, 0).Length);

    public static ShapeRecord Of(ConvexHull hull) => new(ShapeKind.ConvexHull, default, hull.BoundingRadius, hull);

    /// <summary>What tells the shape from others.</summary>
    public ShapeTrace Trace
    {
        get
        {
            Aabb box = Content is IChildShapes children ? children.Bounds : Content is ConvexHull hull ? hull.TurnedBounds(Mat3.Identity) : default;
            return new ShapeTrace(Kind, Size, BoundingRadius, box.Min, box.Max);
        }
    }

    /// <summary>The box along the world's axes that holds the shape at a pose.</summary>
    public Aabb Bounds(in Pose pose)
    {
        if (Kind == ShapeKind.Sphere)
        {
            return new Aabb(pose.Position, pose.Position).Expanded(Size.X);
        }

        var m = Mat3.FromQuat(pose.Rotation);
        switch (Kind)
        {
            case ShapeKind.Capsule:
                return Around(pose.Position, (Vec3.Abs(m.Y) * Size.Y) + new Vec3(Size.X, Size.X, Size.X));
            case ShapeKind.Box:
                return Around(pose.Position, Turned(m, Size));
            case ShapeKind.Cylinder:
                // A disc reaches as far along an axis as the sine between the axis and its own.
                Vec3 square = m.Y * m.Y;
                var rim = new Vec3(MathF.Sqrt(Math.Max(0, 1 - square.X)), MathF.Sqrt(Math.Max(0, 1 - square.Y)), MathF.Sqrt(Math.Max(0, 1 - square.Z)));
                return Around(pose.Position, (Vec3.Abs(m.Y) * Size.Y) + (rim * Size.X));
            case ShapeKind.ConvexHull:
                Aabb turned = Hull.TurnedBounds(m);
                return new Aabb(turned.Min + pose.Position, turned.Max + pose.Position);
            default:
                Aabb local = ((IChildShapes)Content!).Bounds;
                return Around(pose.Transform(local.Center), Turned(m, local.HalfExtents));
        }
    }

    private static Aabb Around(Vec3 centre, Vec3 half) => new(centre - half, centre + half);

    private static Vec3 Turned(in Mat3 m, Vec3 half) => (Vec3.Abs(m.X) * half.X) + (Vec3.Abs(m.Y) * half.Y) + (Vec3.Abs(m.Z) * half.Z);
}
