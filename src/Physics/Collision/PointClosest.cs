using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// The closest point of a core to a point of its frame, in closed form: normal from the point towards the core, distance negative inside.
/// </summary>
internal static class PointClosest
{
    /// <summary>Nearer than this, in metres, the difference of two points gives no direction.</summary>
    public const float NoDirection = 1e-6f;

    public static void OnBox(Vec3 half, Vec3 p, out Vec3 normal, out float distance)
    {
        Vec3 d = Vec3.Max(-half, Vec3.Min(half, p)) - p;
        float length = d.Length;
        if (length > NoDirection)
        {
            (normal, distance) = (d / length, length);
            return;
        }

        // Inside, or on the surface: the nearest face.
        Vec3 depth = half - Vec3.Abs(p);
        int axis = depth.X <= depth.Y && depth.X <= depth.Z ? 0 : depth.Y <= depth.Z ? 1 : 2;
        float side = p[axis] < 0 ? 1 : -1;
        normal = axis == 0 ? new Vec3(side, 0, 0) : axis == 1 ? new Vec3(0, side, 0) : new Vec3(0, 0, side);
        distance = -depth[axis];
    }

    public static void OnCylinder(float radius, float halfHeight, Vec3 p, out Vec3 normal, out float distance)
    {
        float across = MathF.Sqrt((p.X * p.X) + (p.Z * p.Z));
        float scale = across > radius ? radius / across : 1;
        Vec3 d = new Vec3(p.X * scale, Math.Clamp(p.Y, -halfHeight, halfHeight), p.Z * scale) - p;
        float length = d.Length;
        if (length > NoDirection)
        {
            (normal, distance) = (d / length, length);
            return;
        }

        float toCap = halfHeight - Math.Abs(p.Y), toSide = radius - across;
        if (toCap <= toSide)
        {
            (normal, distance) = (new Vec3(0, p.Y < 0 ? 1 : -1, 0), -toCap);
        }
        else
        {
            (normal, distance) = (across > NoDirection ? new Vec3(-p.X / across, 0, -p.Z / across) : new Vec3(-1, 0, 0), -toSide);
        }
    }

    /// <summary>The closest point of a triangle (C. Ericson, Real-Time Collision Detection, 5.1.5).</summary>
    public static Vec3 OnTriangle(Vec3 a, Vec3 b, Vec3 c, Vec3 p)
    {
        Vec3 ab = b - a, ac = c - a, ap = p - a;
        float d1 = Vec3.Dot(ab, ap), d2 = Vec3.Dot(ac, ap);
        if (d1 <= 0 && d2 <= 0)
        {
            return a;
        }

        Vec3 bp = p - b;
        float d3 = Vec3.Dot(ab, bp), d4 = Vec3.Dot(ac, bp);
        if (d3 >= 0 && d4 <= d3)
        {
            return b;
        }

        float vc = (d1 * d4) - (d3 * d2);
        if (vc <= 0 && d1 >= 0 && d3 <= 0)
        {
            return a + (ab * (d1 / (d1 - d3)));
        }

        Vec3 cp = p - c;
        float d5 = Vec3.Dot(ab, cp), d6 = Vec3.Dot(ac, cp);
        if (d6 >= 0 && d5 <= d6)
        {
            return c;
        }

        float vb = (d5 * d2) - (d1 * d6);
        if (vb <= 0 && d2 >= 0 && d6 <= 0)
        {
            return a + (ac * (d2 / (d2 - d6)));
        }

        float va = (d3 * d6) - (d5 * d4);
        if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0)
        {
            return b + ((c - b) * ((d4 - d3) / (d4 - d3 + (d5 - d6))));
        }

        float scale = 1 / (va + vb + vc);
        return a + (ab * (vb * scale)) + (ac * (vc * scale));
    }
}
