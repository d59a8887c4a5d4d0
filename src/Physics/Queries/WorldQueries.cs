using RealtimeServer.Foundation;
using RealtimeServer.Physics.Bodies;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

/// <summary>
/// Questions to a world: rays, moving shapes, overlaps, nearest points. They change nothing and allocate nothing. To ask what was there some steps
/// ago, ask the world that <see cref="Snapshots.PhysicsHistory.At"/> gives. What is no number finds nothing. Of equally near hits the first
/// in the order of the world's trees is told, the same on every machine.
/// </summary>
public static class WorldQueries
{
    /// <summary>The first body that a ray meets. Bodies are solid: a ray that starts inside of one meets it at once.</summary>
    public static CastHit RayCast(this PhysicsWorld world, Vec3 origin, Vec3 displacement, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        float fraction = 1;
        var visitor = new RayVisitor(new BodyFilter(world, filter), origin, displacement);
        if (!IsWay(origin, displacement))
        {
            return CastHit.None;
        }

        visitor.Walk(origin, displacement, ref fraction);
        return visitor.Result;
    }

    /// <summary>The first hits of many rays.</summary>
    /// <param name="hits">One for each ray.</param>
    public static void RayCast(this PhysicsWorld world, ReadOnlySpan<RayWay> rays, Span<CastHit> hits, in QueryFilter filter = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hits.Length, rays.Length);
        for (int i = 0; i < rays.Length; i++)
        {
            hits[i] = world.RayCast(rays[i].Origin, rays[i].Displacement, filter);
        }
    }

    /// <summary>All bodies that a ray meets, each where it is met first, the nearest first.</summary>
    /// <param name="hits">Room for the nearest of them.</param>
    /// <returns>How many were written.</returns>
    public static int RayCastAll(this PhysicsWorld world, Vec3 origin, Vec3 displacement, Span<CastHit> hits, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        var visitor = new AllRayVisitor(new BodyFilter(world, filter), origin, displacement, hits);
        float fraction = 1;
        if (hits.Length > 0 && IsWay(origin, displacement))
        {
            visitor.Walk(origin, displacement, ref fraction);
        }

        return visitor.Count;
    }

    /// <summary>The first body that a convex shape meets when it moves without turning.</summary>
    /// <exception cref="ArgumentException">The shape is not convex, or not of the world's set.</exception>
    public static CastHit ShapeCast(this PhysicsWorld world, ShapeId shape, in Pose pose, Vec3 displacement, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        return Cast(world, Convex(world, shape), pose, displacement, filter);
    }

    /// <summary>The first body that a ball meets on its way.</summary>
    /// <param name="radius">Metres, above zero.</param>
    public static CastHit SphereCast(this PhysicsWorld world, Vec3 origin, float radius, Vec3 displacement, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        return Cast(world, ShapeRecord.Of(new Sphere(radius)), new Pose(origin), displacement, filter);
    }

    /// <summary>The first hits of many balls on their ways.</summary>
    /// <param name="hits">One for each way.</param>
    public static void SphereCast(this PhysicsWorld world, ReadOnlySpan<RayWay> ways, float radius, Span<CastHit> hits, in QueryFilter filter = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hits.Length, ways.Length);
        for (int i = 0; i < ways.Length; i++)
        {
            hits[i] = world.SphereCast(ways[i].Origin, radius, ways[i].Displacement, filter);
        }
    }

    /// <summary>The first hits of one convex shape on many ways, at the same turn on each.</summary>
    /// <param name="hits">One for each way.</param>
    /// <exception cref="ArgumentException">The shape is not convex, or not of the world's set.</exception>
    public static void ShapeCast(this PhysicsWorld world, ShapeId shape, Quat rotation, ReadOnlySpan<RayWay> ways, Span<CastHit> hits, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentOutOfRangeException.ThrowIfLessThan(hits.Length, ways.Length);
        ShapeRecord convex = Convex(world, shape);
        for (int i = 0; i < ways.Length; i++)
        {
            hits[i] = Cast(world, convex, new Pose(ways[i].Origin, rotation), ways[i].Displacement, filter);
        }
    }

    /// <summary>The bodies that overlap a convex shape, in the order of the world's trees.</summary>
    /// <returns>How many were written; stops when there is no more room.</returns>
    /// <exception cref="ArgumentException">The shape is not convex, or not of the world's set.</exception>
    public static int Overlap(this PhysicsWorld world, ShapeId shape, in Pose pose, Span<BodyId> bodies, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        return Overlap(world, Convex(world, shape), pose, bodies, filter);
    }

    /// <summary>The bodies that overlap a convex shape at many places, one place after the other in <paramref name="bodies"/>.</summary>
    /// <param name="counts">One for each pose: how many bodies were written for it.</param>
    /// <returns>How many were written in all; stops when there is no more room, and the poses that are left count none.</returns>
    /// <exception cref="ArgumentException">The shape is not convex, or not of the world's set.</exception>
    public static int Overlap(
        this PhysicsWorld world, ShapeId shape, ReadOnlySpan<Pose> poses, Span<BodyId> bodies, Span<int> counts, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentOutOfRangeException.ThrowIfLessThan(counts.Length, poses.Length);
        ShapeRecord convex = Convex(world, shape);
        int written = 0;
        for (int i = 0; i < poses.Length; i++)
        {
            counts[i] = Overlap(world, convex, poses[i], bodies[written..], filter);
            written += counts[i];
        }

        return written;
    }

    /// <summary>The bodies within a distance of a point.</summary>
    /// <param name="radius">Metres, above zero.</param>
    /// <returns>How many were written; stops when there is no more room.</returns>
    public static int OverlapSphere(this PhysicsWorld world, Vec3 centre, float radius, Span<BodyId> bodies, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        return Overlap(world, ShapeRecord.Of(new Sphere(radius)), new Pose(centre), bodies, filter);
    }

    /// <summary>The bodies whose boxes meet a box along the axes: quick, and a little too many.</summary>
    /// <returns>How many were written; stops when there is no more room.</returns>
    public static int OverlapBox(this PhysicsWorld world, in Aabb box, Span<BodyId> bodies, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        var visitor = new BoxVisitor(new BodyFilter(world, filter), box, bodies);
        if (box.IsValid && bodies.Length > 0)
        {
            visitor.Filter.Overlap(box, ref visitor);
        }

        return visitor.Count;
    }

    /// <summary>The nearest point of any body.</summary>
    /// <param name="distanceMax">Metres to look at most.</param>
    public static ClosestHit Closest(this PhysicsWorld world, Vec3 point, float distanceMax, in QueryFilter filter = default)
    {
        ArgumentNullException.ThrowIfNull(world);
        var visitor = new ClosestVisitor(new BodyFilter(world, filter), point, distanceMax);
        if (point.IsFinite && distanceMax >= 0 && float.IsFinite(distanceMax))
        {
            visitor.Filter.Overlap(new Aabb(point, point).Expanded(distanceMax), ref visitor);
        }

        return visitor.Result;
    }

    /// <summary>The nearest points of any bodies to many points.</summary>
    /// <param name="distanceMax">Metres to look at most.</param>
    /// <param name="hits">One for each point.</param>
    public static void Closest(this PhysicsWorld world, ReadOnlySpan<Vec3> points, float distanceMax, Span<ClosestHit> hits, in QueryFilter filter = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hits.Length, points.Length);
        for (int i = 0; i < points.Length; i++)
        {
            hits[i] = world.Closest(points[i], distanceMax, filter);
        }
    }

    private static bool IsWay(Vec3 origin, Vec3 displacement) => origin.IsFinite && displacement.LengthSquared is > 0 and < 1e16f;

    private static ShapeRecord Convex(PhysicsWorld world, ShapeId shape) => shape.IsConvex
        ? world.Shapes.Get(shape)
        : throw new ArgumentException($"{shape} is not convex: only convex shapes are moved or laid through a world.", nameof(shape));

    private static CastHit Cast(PhysicsWorld world, in ShapeRecord shape, in Pose pose, Vec3 displacement, in QueryFilter filter)
    {
        if (!pose.IsFinite || !IsWay(pose.Position, displacement))
        {
            return CastHit.None;
        }

        float fraction = 1;
        Aabb box = shape.Bounds(pose).Expanded(ConvexCasts.HitDistance);
        var visitor = new CastVisitor(new BodyFilter(world, filter), shape, pose, displacement);
        visitor.Walk(box, displacement, ref fraction);
        return visitor.Result;
    }

    private static int Overlap(PhysicsWorld world, in ShapeRecord shape, in Pose pose, Span<BodyId> bodies, in QueryFilter filter)
    {
        var visitor = new OverlapVisitor(new BodyFilter(world, filter), shape, pose, bodies);
        if (pose.IsFinite && bodies.Length > 0)
        {
            visitor.Filter.Overlap(shape.Bounds(pose), ref visitor);
        }

        return visitor.Count;
    }
}
