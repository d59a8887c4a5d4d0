using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// Contacts of two convex cores whose normal is known: the faces that look at each other are laid on the plane across the normal, one is
/// clipped by the other (I. Sutherland and G. Hodgman, 1974), and where they overlap each corner becomes a contact.
/// </summary>
internal static class FaceContacts
{
    /// <summary>Corners of one face; each side of the other can add one.</summary>
    public const int CornersMax = 32;

    private const int HalfSize = 2 * CornersMax;

    /// <summary>Marks, in a feature, the point where the shapes are closest, where clipping gave none as close.</summary>
    private const uint ClosestFeature = 0xFF00_0000;

    /// <summary>Steeper than this a face is no guide to how far apart the shapes are beside the closest point.</summary>
    private const float SlopeMax = 8f;

    /// <summary>A corner laid on the plane across the normal, with its height along it, and the side of the polygon that starts there.</summary>
    private record struct Corner(float X, float Y, float Z, uint Side);

    private readonly struct Plane
    {
        private readonly Vec3 _normal;
        private readonly Vec3 _u;
        private readonly Vec3 _v;

        public Plane(Vec3 normal)
        {
            _normal = normal;
            _u = normal.Across();
            _v = Vec3.Cross(normal, _u);
        }

        public Corner Lay(Vec3 p, uint side) => new(Vec3.Dot(p, _u), Vec3.Dot(p, _v), Vec3.Dot(p, _normal), side);

        public Vec3 Lift(float x, float y, float z) => (_u * x) + (_v * y) + (_normal * z);
    }

    /// <summary>Fills the manifold in A's frame: the caller turns it into the world's.</summary>
    /// <param name="isExact">True if the closest point is one of the contacts, even where clipping does not find it.</param>
    [SkipLocalsInit]
    public static void Collide(
        in ConvexCore a, in ConvexCore b, in Relative relative, in Closest closest, float margin, bool isExact, ref Manifold manifold)
    {
        float radii = a.Radius + b.Radius;
        float least = closest.Distance - radii;
        manifold.Normal = closest.Normal;
        manifold.Count = 0;
        if (!(least <= margin))
        {
            return;
        }

        var plane = new Plane(closest.Normal);
        Span<Vec3> corners = stackalloc Vec3[CornersMax];
        Span<Corner> onA = stackalloc Corner[CornersMax];
        Span<Corner> onB = stackalloc Corner[CornersMax];
        Span<Candidate> candidates = stackalloc Candidate[HalfSize];
        int countA = a.Face(closest.Normal, corners, out uint faceA);
        for (int i = 0; i < countA; i++)
        {
            onA[i] = plane.Lay(corners[i], (uint)i);
        }

        int countB = b.Face(-relative.Rotation.TransposeTimes(closest.Normal), corners, out uint faceB);
        for (int i = 0; i < countB; i++)
        {
            onB[i] = plane.Lay(relative.ToA(corners[i]), (uint)i | 0x40);
        }

        uint tag = (faceA << 24) ^ (faceB << 16);
        int count = countA >= 3 && countB >= 3 ? FaceOnFace(onA[..countA], onB[..countB], tag, candidates)
            : countA >= 3 ? EdgeOnFace(onA[..countA], onB[..countB], 1, tag, candidates)
            : countB >= 3 ? EdgeOnFace(onB[..countB], onA[..countA], -1, tag, candidates)
            : EdgeOnEdge(onA[..countA], onB[..countB], tag, candidates);
        if (isExact || count > 0)
        {
            Emit(plane, a.Radius, radii, least, closest, margin, isExact, candidates, count, ref manifold);
        }
    }

    private static void Emit(
        in Plane plane, float radiusA, float radii, float least, in Closest closest, float margin, bool isExact,
        Span<Candidate> candidates, int count, ref Manifold manifold)
    {
        int kept = 0;
        float nearest = float.PositiveInfinity;
        for (int i = 0; i < count; i++)
        {
            // Nothing is closer than the closest points; rounding may say so.
            float separation = Math.Max(candidates[i].Separation - radii, least);
            if (separation <= margin)
            {
                nearest = Math.Min(nearest, separation);
                candidates[kept++] = candidates[i] with { Separation = separation };
            }
        }

        if (isExact && !(nearest <= least + (0.02f * Math.Abs(margin)) + 1e-3f))
        {
            Corner p = plane.Lay(closest.OnA, 0);
            if (kept == 0)
            {
                manifold.Set(closest.Normal, closest.OnA + (closest.Normal * (radiusA + (least * 0.5f))), least, ClosestFeature);
                return;
            }

            kept = Math.Min(kept, candidates.Length - 1);
            candidates[kept++] = new Candidate(p.X, p.Y, least, ClosestFeature) { Height = p.Z };
        }

        kept = kept > Manifold.PointsMax ? Candidate.Reduce(candidates[..kept]) : kept;
        for (int i = 0; i < kept; i++)
        {
            ref readonly Candidate c = ref candidates[i];
            manifold.Add(plane.Lift(c.X, c.Y, c.Height + radiusA + (c.Separation * 0.5f)), c.Separation, c.Feature);
        }
    }

    /// <summary>Clips B's face by the sides of A's. Corners keep the sides that made them, so that they can be told from step to step.</summary>
    [SkipLocalsInit]
    private static int FaceOnFace(ReadOnlySpan<Corner> a, ReadOnlySpan<Corner> b, uint tag, Span<Candidate> candidates)
    {
        // Two halves: each side of A's face is clipped from one into the other.
        Span<Corner> both = stackalloc Corner[2 * HalfSize];
        int fromStart = 0;
        int count = b.Length;
        b.CopyTo(both);
        for (int i = 0; i < a.Length && count > 0; i++)
        {
            Corner start = a[i], end = a[i + 1 == a.Length ? 0 : i + 1];
            float ex = end.X - start.X, ey = end.Y - start.Y;
            Span<Corner> from = both.Slice(fromStart, HalfSize), to = both.Slice(HalfSize - fromStart, HalfSize);
            int written = 0;
            Corner last = from[count - 1];
            float lastInside = (ex * (last.Y - start.Y)) - (ey * (last.X - start.X));
            for (int k = 0; k < count; k++)
            {
                Corner corner = from[k];
                float inside = (ex * (corner.Y - start.Y)) - (ey * (corner.X - start.X));
                if (inside >= 0 != lastInside >= 0 && written < to.Length)
                {
                    float t = lastInside / (lastInside - inside);
                    uint side = inside >= 0 ? last.Side : (uint)i;
                    to[written++] = new Corner(last.X + ((corner.X - last.X) * t), last.Y + ((corner.Y - last.Y) * t), last.Z + ((corner.Z - last.Z) * t), side);
                }

                if (inside >= 0 && written < to.Length)
                {
                    to[written++] = corner;
                }

                (last, lastInside) = (corner, inside);
            }

            fromStart = HalfSize - fromStart;
            count = written;
        }

        Slope(a, out float gx, out float gy);
        Span<Corner> left = both.Slice(fromStart, HalfSize);
        for (int k = 0; k < count; k++)
        {
            Corner corner = left[k];
            float height = a[0].Z + (gx * (corner.X - a[0].X)) + (gy * (corner.Y - a[0].Y));
            uint feature = tag ^ (left[k == 0 ? count - 1 : k - 1].Side << 8) ^ corner.Side;
            candidates[k] = new Candidate(corner.X, corner.Y, corner.Z - height, feature) { Height = height };
        }

        return count;
    }

    /// <summary>Clips an edge, or a point, by the sides of a face. Sign is +1 if the face is A's.</summary>
    private static int EdgeOnFace(ReadOnlySpan<Corner> face, ReadOnlySpan<Corner> edge, int sign, uint tag, Span<Candidate> candidates)
    {
        Corner start = edge[0], end = edge[^1];
        float enter = 0, leave = 1;
        for (int i = 0; i < face.Length; i++)
        {
            Corner p = face[i], q = face[i + 1 == face.Length ? 0 : i + 1];
            float ex = (q.X - p.X) * sign, ey = (q.Y - p.Y) * sign;

            // B's corners run round clockwise, as its face looks back. A hair outside is inside: an edge often lies exactly on the side it touches.
            float slack = 1e-4f * ((ex * ex) + (ey * ey));
            float first = (ex * (start.Y - p.Y)) - (ey * (start.X - p.X)) + slack, last = (ex * (end.Y - p.Y)) - (ey * (end.X - p.X)) + slack;
            if (first < 0 && last < 0)
            {
                return 0;
            }

            if (first < 0)
            {
                enter = Math.Max(enter, first / (first - last));
            }
            else if (last < 0)
            {
                leave = Math.Min(leave, first / (first - last));
            }
        }

        if (enter > leave)
        {
            return 0;
        }

        Slope(face, out float gx, out float gy);
        candidates[0] = OnFace(face[0], gx, gy, start, end, enter, sign, tag);
        if (edge.Length == 1 || leave - enter < 1e-4f)
        {
            return 1;
        }

        candidates[1] = OnFace(face[0], gx, gy, start, end, leave, sign, tag | 1);
        return 2;
    }

    private static Candidate OnFace(Corner origin, float gx, float gy, Corner start, Corner end, float t, int sign, uint feature)
    {
        float x = start.X + ((end.X - start.X) * t), y = start.Y + ((end.Y - start.Y) * t), z = start.Z + ((end.Z - start.Z) * t);
        float height = origin.Z + (gx * (x - origin.X)) + (gy * (y - origin.Y));
        return sign > 0 ? new Candidate(x, y, z - height, feature) { Height = height } : new Candidate(x, y, height - z, feature) { Height = z };
    }

    /// <summary>Two edges that lie nearly along each other touch at both ends of what they share; others touch where they are closest.</summary>
    private static int EdgeOnEdge(ReadOnlySpan<Corner> a, ReadOnlySpan<Corner> b, uint tag, Span<Candidate> candidates)
    {
        if (a.Length < 2 || b.Length < 2)
        {
            return 0;
        }

        float ax = a[1].X - a[0].X, ay = a[1].Y - a[0].Y, bx = b[1].X - b[0].X, by = b[1].Y - b[0].Y;
        float lengthA = (ax * ax) + (ay * ay), lengthB = (bx * bx) + (by * by);
        float cross = (ax * by) - (ay * bx);
        if (lengthA < 1e-12f || lengthB < 1e-12f || cross * cross > 0.02f * lengthA * lengthB)
        {
            return 0;
        }

        float t0 = ((ax * (b[0].X - a[0].X)) + (ay * (b[0].Y - a[0].Y))) / lengthA, t1 = ((ax * (b[1].X - a[0].X)) + (ay * (b[1].Y - a[0].Y))) / lengthA;
        float enter = Math.Max(0, Math.Min(t0, t1)), leave = Math.Min(1, Math.Max(t0, t1));
        if (leave - enter < 1e-3f)
        {
            return 0;
        }

        for (int i = 0; i < 2; i++)
        {
            float t = i == 0 ? enter : leave, s = (t - t0) / (t1 - t0);
            float height = a[0].Z + ((a[1].Z - a[0].Z) * t);
            candidates[i] = new Candidate(a[0].X + (ax * t), a[0].Y + (ay * t), b[0].Z + ((b[1].Z - b[0].Z) * s) - height, tag | (uint)i) { Height = height };
        }

        return 2;
    }

    /// <summary>How the height of a face changes along x and y.</summary>
    private static void Slope(ReadOnlySpan<Corner> face, out float gx, out float gy)
    {
        // Newell's sum is the normal times twice the area, whatever the corners.
        float nx = 0, ny = 0, nz = 0;
        Corner p = face[^1];
        foreach (Corner q in face)
        {
            nx += (p.Y - q.Y) * (p.Z + q.Z);
            ny += (p.Z - q.Z) * (p.X + q.X);
            nz += (p.X - q.X) * (p.Y + q.Y);
            p = q;
        }

        gx = Math.Abs(nx) < SlopeMax * Math.Abs(nz) ? -nx / nz : 0;
        gy = Math.Abs(ny) < SlopeMax * Math.Abs(nz) ? -ny / nz : 0;
    }
}
