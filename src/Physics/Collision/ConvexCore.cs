using RealtimeServer.Foundation;
using RealtimeServer.Physics.Shapes;

namespace RealtimeServer.Physics.Collision;

internal enum CoreKind : byte
{
    Point,
    Segment,
    Box,
    Cylinder,
    Hull,
    Triangle,
}

/// <summary>
/// A convex shape as the general algorithms see it: a core with flat or sharp parts, and a radius round it. A sphere is a point with a
/// radius, a capsule a segment with one.
/// </summary>
internal readonly struct ConvexCore
{
    /// <summary>Sine below which a triangle is met by its edge, not by its face.</summary>
    private const float EdgeOn = 0.1f;

    /// <summary>Where a cylinder's normal leaves its side for its caps: half way.</summary>
    private const float CapCosine = 0.7071f;

    private const int CapCorners = 8;

    public readonly CoreKind Kind;
    public readonly float Radius;

    /// <summary>A box' half extents; a segment's half length in y; a cylinder's radius in x and half height in y; a triangle's first corner.</summary>
    public readonly Vec3 P;
    public readonly Vec3 Q;
    public readonly Vec3 R;
    public readonly ConvexHull? Hull;

    private ConvexCore(CoreKind kind, float radius, Vec3 p, Vec3 q = default, Vec3 r = default, ConvexHull? hull = null)
    {
        Kind = kind;
        Radius = radius;
        P = p;
        Q = q;
        R = r;
        Hull = hull;
    }

    public static ConvexCore Point(float radius) => new(CoreKind.Point, radius, default);

    public static ConvexCore Segment(float radius, float halfLength) => new(CoreKind.Segment, radius, new Vec3(0, halfLength, 0));

    public static ConvexCore Box(Vec3 half) => new(CoreKind.Box, 0, half);

    public static ConvexCore Cylinder(float radius, float halfHeight) => new(CoreKind.Cylinder, 0, new Vec3(radius, halfHeight, 0));

    public static ConvexCore Of(ConvexHull hull) => new(CoreKind.Hull, 0, default, hull: hull);

    public static ConvexCore Triangle(Vec3 a, Vec3 b, Vec3 c) => new(CoreKind.Triangle, 0, a, b, c);

    /// <summary>The point of the core that lies farthest in a direction, which need not have length one; and which vertex it is, or -1.</summary>
    public Vec3 Support(Vec3 d, out int vertex)
    {
        switch (Kind)
        {
            case CoreKind.Point:
                vertex = 0;
                return default;
            case CoreKind.Segment:
                vertex = d.Y < 0 ? 1 : 0;
                return d.Y < 0 ? -P : P;
            case CoreKind.Box:
                vertex = (d.X < 0 ? 1 : 0) | (d.Y < 0 ? 2 : 0) | (d.Z < 0 ? 4 : 0);
                return new Vec3(d.X < 0 ? -P.X : P.X, d.Y < 0 ? -P.Y : P.Y, d.Z < 0 ? -P.Z : P.Z);
            case CoreKind.Cylinder:
                vertex = -1;
                float length = MathF.Sqrt((d.X * d.X) + (d.Z * d.Z));
                float s = length > 1e-18f ? P.X / length : 0;
                return new Vec3(d.X * s, d.Y < 0 ? -P.Y : P.Y, d.Z * s);
            case CoreKind.Hull:
                return Hull!.Support(d, out vertex);
            default:
                float p = Vec3.Dot(P, d), q = Vec3.Dot(Q, d), r = Vec3.Dot(R, d);
                vertex = p >= q && p >= r ? 0 : q >= r ? 1 : 2;
                return vertex == 0 ? P : vertex == 1 ? Q : R;
        }
    }

    /// <summary>
    /// The face, edge or corner that turns most to a direction of length one: its corners in order, counter-clockwise seen from outside.
    /// The face's number tells it apart from the shape's others.
    /// </summary>
    public int Face(Vec3 d, Span<Vec3> corners, out uint face)
    {
        switch (Kind)
        {
            case CoreKind.Point:
                (corners[0], face) = (default, 0);
                return 1;
            case CoreKind.Segment:
                (corners[0], corners[1], face) = (P, -P, 0);
                return 2;
            case CoreKind.Box:
                return BoxFace(d, corners, out face);
            case CoreKind.Cylinder:
                return CylinderFace(d, corners, out face);
            case CoreKind.Hull:
                return Hull!.Face(d, corners, out face);
            default:
                return TriangleFace(d, corners, out face);
        }
    }

    private int BoxFace(Vec3 d, Span<Vec3> corners, out uint face)
    {
        float x = MathF.Abs(d.X), y = MathF.Abs(d.Y), z = MathF.Abs(d.Z);
        int axis = x >= y && x >= z ? 0 : y >= z ? 1 : 2;
        float side = d[axis] < 0 ? -1 : 1;
        face = (uint)axis | (side < 0 ? 4u : 0);
        for (int i = 0; i < 4; i++)
        {
            float u = i is 1 or 2 ? side : -side, v = i >= 2 ? 1 : -1;
            corners[i] = axis == 0 ? new Vec3(side * P.X, u * P.Y, v * P.Z) : axis == 1 ? new Vec3(v * P.X, side * P.Y, u * P.Z) : new Vec3(u * P.X, v * P.Y, side * P.Z);
        }

        return 4;
    }

    private int CylinderFace(Vec3 d, Span<Vec3> corners, out uint face)
    {
        float length = MathF.Sqrt((d.X * d.X) + (d.Z * d.Z));
        (float x, float z) = length > 0.05f ? (d.X / length, d.Z / length) : (1, 0);
        if (MathF.Abs(d.Y) < CapCosine)
        {
            (corners[0], corners[1], face) = (new Vec3(x * P.X, P.Y, z * P.X), new Vec3(x * P.X, -P.Y, z * P.X), 2);
            return 2;
        }

        // The cap as eight corners, one of them where the rim lies deepest.
        const float Diagonal = 0.70710678f;
        float side = d.Y < 0 ? -1 : 1;
        face = d.Y < 0 ? 1u : 0;
        for (int i = 0; i < CapCorners; i++)
        {
            (float c, float s) = (i & 3) switch
            {
                0 => (1f, 0f),
                1 => (Diagonal, Diagonal),
                2 => (0f, 1f),
                _ => (-Diagonal, Diagonal),
            };
            float turn = i < 4 ? P.X : -P.X;
            c *= turn;
            s *= turn * -side;
            corners[i] = new Vec3((x * c) - (z * s), side * P.Y, (z * c) + (x * s));
        }

        return CapCorners;
    }

    private int TriangleFace(Vec3 d, Span<Vec3> corners, out uint face)
    {
        Vec3 normal = Vec3.Cross(Q - P, R - P).Normalized();
        float cos = Vec3.Dot(normal, d);
        if (MathF.Abs(cos) > EdgeOn)
        {
            face = cos < 0 ? 1u : 0;
            (corners[0], corners[1], corners[2]) = cos < 0 ? (P, R, Q) : (P, Q, R);
            return 3;
        }

        float p = Vec3.Dot(P, d), q = Vec3.Dot(Q, d), r = Vec3.Dot(R, d);
        face = p <= q && p <= r ? 2u : q <= r ? 3u : 4u;
        (corners[0], corners[1]) = face == 2 ? (Q, R) : face == 3 ? (R, P) : (P, Q);
        return 2;
    }
}
