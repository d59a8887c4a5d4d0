using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

/// <summary>A convex core in front of one triangle of a surface, in the surface's frame.</summary>
internal static class TriangleContacts
{
    /// <summary>Cosine, a tenth of a degree: rounding alone leans less.</summary>
    public const float OwnCosine = 0.999998f;

    /// <summary>
    /// Cosine, some 5 degrees. Up to here a contact at an inner edge is kept, upright: edges that bend by less than it count as inner, and there the
    /// closest point may lie over neither neighbour.
    /// </summary>
    public const float UprightCosine = 0.9962f;

    /// <summary>Against a side's length: this near to it a point is on it.</summary>
    public const float OnSide = 1e-3f;

    public static void Collide(
        in SurfaceTriangle triangle, Vec3 normal, in ConvexCore convex, in Relative relative, float margin, ref Manifold manifold)
    {
        manifold.Count = 0;
        Closest closest = default;
        if (!FindClosest(triangle, normal, convex, relative, margin, ref closest))
        {
            return;
        }

        // A normal that leans over an inner edge is set upright. Where it leans far, the neighbour has the contact.
        bool isExact = true;
        if (LeansInward(triangle, normal, closest))
        {
            isExact = Vec3.Dot(closest.Normal, normal) >= UprightCosine;
            closest = Upright(triangle, normal, convex, relative);
        }

        Touch(triangle, convex, relative, closest, margin, isExact, ref manifold);
    }

    /// <summary>The contacts of a triangle and a core whose way to each other is known, upright where it leaned inward.</summary>
    /// <param name="isExact">False where the way leaned so far that a neighbour has the contact, unless faces lie on each other.</param>
    public static void Touch(
        in SurfaceTriangle triangle, in ConvexCore convex, in Relative relative, in Closest closest, float margin, bool isExact, ref Manifold manifold)
    {
        manifold.Count = 0;
        if (convex.Kind == CoreKind.Point)
        {
            float separation = closest.Distance - convex.Radius;
            if (isExact && separation <= margin)
            {
                manifold.Set(closest.Normal, closest.OnA + (closest.Normal * (separation * 0.5f)), separation, 0);
            }
        }
        else
        {
            FaceContacts.Collide(ConvexCore.Triangle(triangle.P, triangle.Q, triangle.R), convex, relative, closest, margin, isExact, ref manifold);
        }

        uint tag = unchecked(triangle.Key * 0x85EB_CA6Bu);
        for (int i = 0; i < manifold.Count; i++)
        {
            manifold.Points[i] = manifold.Points[i] with { Feature = manifold.Points[i].Feature ^ tag };
        }
    }

    /// <summary>The way from the triangle to the core. False: farther than the margin.</summary>
    public static bool FindClosest(
        in SurfaceTriangle triangle, Vec3 normal, in ConvexCore convex, in Relative relative, float margin, ref Closest closest)
    {
        float reach = convex.Radius + margin;
        if (convex.Kind == CoreKind.Point)
        {
            closest.OnA = PointClosest.OnTriangle(triangle.P, triangle.Q, triangle.R, relative.Offset);
            Vec3 d = relative.Offset - closest.OnA;
            closest.Distance = d.Length;
            closest.Normal = closest.Distance > PointClosest.NoDirection ? d / closest.Distance : normal;
            return closest.Distance <= reach;
        }

        if (convex.Kind == CoreKind.Segment)
        {
            Vec3 half = relative.Rotation * convex.P;
            if (Vec3.Dot(normal, relative.Offset - triangle.P) - Math.Abs(Vec3.Dot(normal, half)) > reach)
            {
                return false;
            }

            SegmentTriangle.Closest(triangle, normal, relative.Offset, half, ref closest);
            return closest.Distance <= reach;
        }

        // The plane alone rules most triangles out.
        Vec3 lowest = relative.ToA(convex.Support(-relative.Rotation.TransposeTimes(normal), out _));
        if (Vec3.Dot(normal, lowest - triangle.P) > reach)
        {
            return false;
        }

        var core = ConvexCore.Triangle(triangle.P, triangle.Q, triangle.R);
        if (!ConvexPairs.FindClosest(core, convex, relative, margin, ref closest))
        {
            return false;
        }

        if (closest.Distance <= 0 && Vec3.Dot(closest.Normal, normal) < UprightCosine)
        {
            // Inside, the way out is to the front, unless an edge is much nearer: that is for outer edges.
            float depth = Vec3.Dot(normal, lowest - triangle.P);
            if (Vec3.Dot(closest.Normal, normal) <= 0 || depth > 1.5f * closest.Distance || triangle.Outer == OuterEdges.None)
            {
                closest = new Closest { Normal = normal, OnA = lowest - (normal * depth), Distance = depth };
            }
        }

        return true;
    }

    /// <summary>The way straight up from the triangle's plane to the core, radius left out.</summary>
    public static Closest Upright(in SurfaceTriangle triangle, Vec3 normal, in ConvexCore convex, in Relative relative)
    {
        Vec3 lowest = relative.ToA(convex.Support(-relative.Rotation.TransposeTimes(normal), out _));
        float distance = Vec3.Dot(normal, lowest - triangle.P);
        return new Closest { Normal = normal, OnA = lowest - (normal * distance), Distance = distance };
    }

    /// <summary>True if the normal is not the triangle's own, and does not lean over an outer edge.</summary>
    public static bool LeansInward(in SurfaceTriangle triangle, Vec3 normal, in Closest closest) =>
        Vec3.Dot(closest.Normal, normal) < OwnCosine
        && !IsOn(triangle.P, triangle.Q, triangle.Outer & OuterEdges.PQ, closest.OnA)
        && !IsOn(triangle.Q, triangle.R, triangle.Outer & OuterEdges.QR, closest.OnA)
        && !IsOn(triangle.R, triangle.P, triangle.Outer & OuterEdges.RP, closest.OnA);

    private static bool IsOn(Vec3 from, Vec3 to, OuterEdges outer, Vec3 point)
    {
        if (outer == OuterEdges.None)
        {
            return false;
        }

        Vec3 side = to - from;
        float length = side.LengthSquared;
        return Vec3.Cross(side, point - from).LengthSquared <= OnSide * OnSide * length * length;
    }
}
