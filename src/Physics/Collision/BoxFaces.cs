using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>The face of one box, the reference, against the face of another that turns to it most.</summary>
internal static class BoxFaces
{
    /// <summary>Marks, in a feature, that B's face was the reference.</summary>
    public const uint ReferenceIsB = 1u << 30;

    /// <summary>Marks, in a feature, the crossing of two edges.</summary>
    public const uint EdgeFeature = 1u << 29;

    /// <summary>Four edges give a start and an end each, the reference face gives four corners.</summary>
    private const int CandidatesMax = 12;

    /// <summary>Collides in the reference box's frame, with the incident box' centre and axes told in it; offsets are from the reference's centre.</summary>
    [SkipLocalsInit]
    public static void Collide(
        in WideFrame frame, Vector128<float> half, int face, Vector128<float> centre,
        Vector128<float> axis0, Vector128<float> axis1, Vector128<float> axis2, Vec3 incidentHalf, uint tag, float margin, ref Manifold manifold)
    {
        // From here on x and y lie in the reference face and z out of it, towards the incident box.
        Vector128<int> order = face == 0 ? Vector128.Create(1, 2, 0, 3) : face == 1 ? Vector128.Create(2, 0, 1, 3) : Vector128.Create(0, 1, 2, 3);
        Vector128<float> h = Vector128.Shuffle(half, order), c = Vector128.Shuffle(centre, order);
        float outward = c.GetElement(2) < 0 ? -1f : 1f;
        axis0 = Vector128.Shuffle(axis0, order) * incidentHalf.X;
        axis1 = Vector128.Shuffle(axis1, order) * incidentHalf.Y;
        axis2 = Vector128.Shuffle(axis2, order) * incidentHalf.Z;
        float z0 = Math.Abs(axis0.GetElement(2)) / incidentHalf.X;
        float z1 = Math.Abs(axis1.GetElement(2)) / incidentHalf.Y;
        float z2 = Math.Abs(axis2.GetElement(2)) / incidentHalf.Z;
        int incident = z0 >= z1 && z0 >= z2 ? 0 : z1 >= z2 ? 1 : 2;
        (Vector128<float> n, Vector128<float> u, Vector128<float> v) =
            incident == 0 ? (axis0, axis1, axis2) : incident == 1 ? (axis1, axis2, axis0) : (axis2, axis0, axis1);
        bool back = n.GetElement(2) * outward > 0;
        c = back ? c - n : c + n;
        tag |= ((uint)face << 10) | (outward < 0 ? 1u << 9 : 0) | ((uint)incident << 7) | (back ? 1u << 6 : 0);

        // The four corners of the incident face, in order round it.
        Vector128<float> su = Vector128.Create(-1f, 1f, 1f, -1f), sv = Vector128.Create(-1f, -1f, 1f, 1f);
        float cx = c.ToScalar(), cy = c.GetElement(1), cz = c.GetElement(2) * outward;
        float ux = u.ToScalar(), uy = u.GetElement(1), uz = u.GetElement(2) * outward;
        float vx = v.ToScalar(), vy = v.GetElement(1), vz = v.GetElement(2) * outward;
        float hx = h.ToScalar(), hy = h.GetElement(1), hz = h.GetElement(2);
        Vector128<float> x = Vector128.Create(cx) + (su * ux) + (sv * vx);
        Vector128<float> y = Vector128.Create(cy) + (su * uy) + (sv * vy);
        Vector128<float> s = Vector128.Create(cz - hz) + (su * uz) + (sv * vz);

        // Where each edge enters and leaves the reference face (Liang and Barsky), as fractions of it.
        Vector128<int> next = Vector128.Create(1, 2, 3, 0);
        Vector128<float> dx = Vector128.Shuffle(x, next) - x, dy = Vector128.Shuffle(y, next) - y, ds = Vector128.Shuffle(s, next) - s;
        Vector128<float> enter = Vector128<float>.Zero, leave = Vector128<float>.One;
        Clip(x, dx, hx, ref enter, ref leave);
        Clip(y, dy, hy, ref enter, ref leave);

        Span<Candidate> candidates = stackalloc Candidate[CandidatesMax];
        int count = 0;
        bool whole = false;
        uint inside = Vector128.LessThanOrEqual(enter, leave).ExtractMostSignificantBits();
        if (inside != 0)
        {
            uint ends = inside & Vector128.LessThan(leave, Vector128<float>.One).ExtractMostSignificantBits();
            whole = inside == 0xF && ends == 0 && Vector128.LessThanOrEqualAll(enter, Vector128<float>.Zero);
            Vector128<float> xs = x + (dx * enter), ys = y + (dy * enter), ss = s + (ds * enter);
            Vector128<float> xe = x + (dx * leave), ye = y + (dy * leave), se = s + (ds * leave);
            for (int edge = 0; edge < 4; edge++)
            {
                if ((inside & (1u << edge)) != 0 && ss.GetElement(edge) <= margin)
                {
                    candidates[count++] = new Candidate(xs.GetElement(edge), ys.GetElement(edge), ss.GetElement(edge), tag | (uint)edge);
                }

                if ((ends & (1u << edge)) != 0 && se.GetElement(edge) <= margin)
                {
                    candidates[count++] = new Candidate(xe.GetElement(edge), ye.GetElement(edge), se.GetElement(edge), tag | 4u | (uint)edge);
                }
            }
        }

        // Corners of the reference face that lie over the incident face; those on its border are already there.
        if (!whole)
        {
            float determinant = (ux * vy) - (uy * vx);
            Vector128<float> px = (su * hx) - Vector128.Create(cx), py = (sv * hy) - Vector128.Create(cy);
            Vector128<float> tu = ((px * vy) - (py * vx)) / determinant, tv = ((py * ux) - (px * uy)) / determinant;
            Vector128<float> sc = Vector128.Create(cz - hz) + (tu * uz) + (tv * vz);
            uint over = (Vector128.LessThan(Vector128.Abs(tu), Vector128.Create(0.9999f)) & Vector128.LessThan(Vector128.Abs(tv), Vector128.Create(0.9999f))
                & Vector128.LessThanOrEqual(sc, Vector128.Create(margin))).ExtractMostSignificantBits();
            for (int corner = 0; over != 0; corner++, over >>= 1)
            {
                if ((over & 1) != 0)
                {
                    candidates[count++] = new Candidate(su.GetElement(corner) * hx, sv.GetElement(corner) * hy, sc.GetElement(corner), tag | 8u | (uint)corner);
                }
            }
        }

        if (count > Manifold.PointsMax)
        {
            count = Candidate.Reduce(candidates[..count]);
        }

        Vec3 alongX = frame.Axis(face == 2 ? 0 : face + 1), alongY = frame.Axis(face == 0 ? 2 : face - 1), normal = frame.Axis(face) * outward;
        manifold.Normal = normal;
        manifold.Count = count;
        for (int i = 0; i < count; i++)
        {
            ref readonly Candidate p = ref candidates[i];
            Vec3 offset = (alongX * p.X) + (alongY * p.Y) + (normal * (hz + (p.Separation * 0.5f)));
            manifold.Points[i] = new ContactPoint(offset, p.Separation, p.Feature);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clip(Vector128<float> start, Vector128<float> delta, float half, ref Vector128<float> enter, ref Vector128<float> leave)
    {
        // An edge along the border divides by nearly nothing: it is inside as a whole or outside as a whole.
        Vector128<float> along = Vector128.LessThan(Vector128.Abs(delta), Vector128.Create(half * 1e-6f));
        Vector128<float> outside = Vector128.GreaterThan(Vector128.Abs(start), Vector128.Create(half * 1.00001f));
        Vector128<float> toLow = (Vector128.Create(-half) - start) / delta, toHigh = (Vector128.Create(half) - start) / delta;
        Vector128<float> ahead = Vector128.LessThan(toLow, toHigh);
        Vector128<float> first = Vector128.ConditionalSelect(ahead, toLow, toHigh), last = Vector128.ConditionalSelect(ahead, toHigh, toLow);
        Vector128<float> infinity = Vector128.Create(float.PositiveInfinity);
        first = Vector128.ConditionalSelect(along, Vector128.ConditionalSelect(outside, infinity, -infinity), first);
        last = Vector128.ConditionalSelect(along, infinity, last);
        enter = Vector128.ConditionalSelect(Vector128.GreaterThan(first, enter), first, enter);
        leave = Vector128.ConditionalSelect(Vector128.LessThan(last, leave), last, leave);
    }
}
