using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Queries;

/// <summary>
/// Rays against convex shapes, in the shape's frame. Shapes are solid: a ray that starts inside hits at once, and its normal looks back
/// along the ray.
/// </summary>
internal static class ConvexRays
{
    /// <summary>Lowers the fraction, and sets the normal, if the ray meets the shape before it.</summary>
    public static bool Cast(in ShapeRecord shape, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal) => shape.Kind switch
    {
        ShapeKind.Sphere => Sphere(shape.Size.X, origin, d, ref fraction, ref normal),
        ShapeKind.Capsule => Capsule(shape.Size.X, shape.Size.Y, origin, d, ref fraction, ref normal),
        ShapeKind.Box => Box(shape.Size, origin, d, ref fraction, ref normal),
        ShapeKind.Cylinder => Cylinder(shape.Size.X, shape.Size.Y, origin, d, ref fraction, ref normal),
        _ => Hull(shape.Hull, origin, d, ref fraction, ref normal),
    };

    public static bool Sphere(float radius, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal)
    {
        if (origin.LengthSquared <= radius * radius)
        {
            return Inside(d, ref fraction, ref normal);
        }

        // From the point nearest to the centre: far away, squares of the distance would drown the radius.
        float a = d.LengthSquared, along = -Vec3.Dot(origin, d);
        if (!(along > 0))
        {
            return false;
        }

        float middle = along / a;
        Vec3 nearest = origin + (d * middle);
        float rest = (radius * radius) - nearest.LengthSquared;
        if (!(rest >= 0))
        {
            return false;
        }

        float t = middle - MathF.Sqrt(rest / a);
        if (!(t < fraction) || !(t >= 0))
        {
            return false;
        }

        fraction = t;
        normal = (origin + (d * t)) / radius;
        return true;
    }

    public static bool Box(Vec3 half, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal)
    {
        float enter = float.NegativeInfinity, leave = fraction;
        int axis = -1;
        if (!Slab(half.X, origin.X, d.X, 0, ref enter, ref leave, ref axis) || !Slab(half.Y, origin.Y, d.Y, 1, ref enter, ref leave, ref axis)
            || !Slab(half.Z, origin.Z, d.Z, 2, ref enter, ref leave, ref axis))
        {
            return false;
        }

        if (enter <= 0)
        {
            return leave >= 0 && Inside(d, ref fraction, ref normal);
        }

        if (!(enter < fraction))
        {
            return false;
        }

        fraction = enter;
        normal = axis == 0 ? new Vec3(d.X > 0 ? -1 : 1, 0, 0) : axis == 1 ? new Vec3(0, d.Y > 0 ? -1 : 1, 0) : new Vec3(0, 0, d.Z > 0 ? -1 : 1);
        return true;
    }

    public static bool Capsule(float radius, float half, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal)
    {
        float nearestOnAxis = Math.Clamp(origin.Y, -half, half);
        if ((origin - new Vec3(0, nearestOnAxis, 0)).LengthSquared <= radius * radius)
        {
            return Inside(d, ref fraction, ref normal);
        }

        if (Side(radius, origin, d, out float t, out float x, out float z))
        {
            float y = origin.Y + (d.Y * t);
            if (Math.Abs(y) <= half)
            {
                return t >= 0 && Accept(t, new Vec3(x / radius, 0, z / radius), ref fraction, ref normal);
            }

            var end = new Vec3(0, y > 0 ? half : -half, 0);
            return Sphere(radius, origin - end, d, ref fraction, ref normal);
        }

        // Along the axis, or past it: only the round ends are left.
        var top = new Vec3(0, half, 0);
        bool hit = Sphere(radius, origin - top, d, ref fraction, ref normal);
        return Sphere(radius, origin + top, d, ref fraction, ref normal) || hit;
    }

    public static bool Cylinder(float radius, float half, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal)
    {
        bool within = (origin.X * origin.X) + (origin.Z * origin.Z) <= radius * radius;
        if (within && Math.Abs(origin.Y) <= half)
        {
            return Inside(d, ref fraction, ref normal);
        }

        if (Math.Abs(origin.Y) > half)
        {
            // From above or below: the cap comes first, if it is met at all.
            float side = origin.Y > 0 ? 1 : -1;
            if (!(d.Y * side < 0))
            {
                return false;
            }

            float cap = ((side * half) - origin.Y) / d.Y;
            float x = origin.X + (d.X * cap), z = origin.Z + (d.Z * cap);
            if ((x * x) + (z * z) <= radius * radius)
            {
                return Accept(cap, new Vec3(0, side, 0), ref fraction, ref normal);
            }
        }

        return Side(radius, origin, d, out float t, out float sideX, out float sideZ) && t >= 0 && Math.Abs(origin.Y + (d.Y * t)) <= half
            && Accept(t, new Vec3(sideX / radius, 0, sideZ / radius), ref fraction, ref normal);
    }

    public static bool Hull(ConvexHull hull, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal)
    {
        float enter = float.NegativeInfinity, leave = fraction;
        int face = -1;
        for (int i = 0; i < hull.FaceCount; i++)
        {
            Vec3 n = hull.FaceNormal(i);
            float distance = Vec3.Dot(n, origin) - hull.FaceOffset(i), speed = Vec3.Dot(n, d);
            if (Math.Abs(speed) < 1e-20f)
            {
                if (distance > 0)
                {
                    return false;
                }

                continue;
            }

            float t = -distance / speed;
            if (speed < 0)
            {
                (enter, face) = t > enter ? (t, i) : (enter, face);
            }
            else
            {
                leave = t < leave ? t : leave;
            }

            if (enter > leave)
            {
                return false;
            }
        }

        return enter <= 0 ? leave >= 0 && Inside(d, ref fraction, ref normal) : face >= 0 && Accept(enter, hull.FaceNormal(face), ref fraction, ref normal);
    }

    /// <summary>The front of a triangle, or both sides.</summary>
    public static bool Triangle(in SurfaceTriangle triangle, bool isTwoSided, Vec3 origin, Vec3 d, ref float fraction, ref Vec3 normal)
    {
        Vec3 n = Vec3.Cross(triangle.Q - triangle.P, triangle.R - triangle.P);
        float speed = Vec3.Dot(n, d);
        if (speed > 0)
        {
            if (!isTwoSided)
            {
                return false;
            }

            (n, speed) = (-n, -speed);
        }

        float distance = Vec3.Dot(n, origin - triangle.P);
        if (!(distance >= 0) || !(distance < -speed * fraction))
        {
            return false;
        }

        // Signs of three volumes on the ray: a ray between two triangles of a mesh passes through one of them, not between them.
        Vec3 p = triangle.P - origin, q = triangle.Q - origin, r = triangle.R - origin;
        float u = Vec3.Dot(d, Vec3.Cross(p, q)), v = Vec3.Dot(d, Vec3.Cross(q, r)), w = Vec3.Dot(d, Vec3.Cross(r, p));
        if (!((u <= 0 && v <= 0 && w <= 0) || (u >= 0 && v >= 0 && w >= 0)))
        {
            return false;
        }

        fraction = distance / -speed;
        normal = n.Normalized();
        return true;
    }

    private static bool Inside(Vec3 d, ref float fraction, ref Vec3 normal)
    {
        if (!(fraction >= 0))
        {
            return false;
        }

        fraction = 0;
        normal = -d.Normalized();
        return true;
    }

    private static bool Accept(float t, Vec3 n, ref float fraction, ref Vec3 normal)
    {
        if (!(t < fraction))
        {
            return false;
        }

        (fraction, normal) = (t, n);
        return true;
    }

    /// <summary>Where a ray enters an endless cylinder along y.</summary>
    private static bool Side(float radius, Vec3 origin, Vec3 d, out float t, out float x, out float z)
    {
        float a = (d.X * d.X) + (d.Z * d.Z), along = -((origin.X * d.X) + (origin.Z * d.Z));
        float middle = a > 1e-20f ? along / a : 0;
        (x, z) = (origin.X + (d.X * middle), origin.Z + (d.Z * middle));
        float rest = (radius * radius) - ((x * x) + (z * z));
        if (!(a > 1e-20f) || !(rest >= 0))
        {
            t = 0;
            return false;
        }

        t = middle - MathF.Sqrt(rest / a);
        (x, z) = (origin.X + (d.X * t), origin.Z + (d.Z * t));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Slab(float half, float origin, float d, int axis, ref float enter, ref float leave, ref int entered)
    {
        if (Math.Abs(d) < 1e-20f)
        {
            return Math.Abs(origin) <= half;
        }

        float inverse = 1 / d, first = (-half - origin) * inverse, last = (half - origin) * inverse;
        if (first > last)
        {
            (first, last) = (last, first);
        }

        if (first > enter)
        {
            (enter, entered) = (first, axis);
        }

        leave = last < leave ? last : leave;
        return enter <= leave;
    }
}
