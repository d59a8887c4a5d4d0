using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// Puts manifolds of one pair of bodies with nearly the same normal together, so that a box on a floor of many triangles is held by
/// four points, not by four for each.
/// </summary>
internal static class ManifoldMerge
{
    /// <summary>Cosine, some 2 degrees.</summary>
    private const float SameNormal = 0.9994f;

    /// <summary>Metres, squared: nearer points of neighbours are one, the corner they share.</summary>
    private const float SamePointSquared = 1e-6f;

    /// <param name="start">Where the pair's manifolds begin in the list.</param>
    public static void Add(ManifoldList manifolds, int start, in Manifold manifold)
    {
        for (int i = start; i < manifolds.Count; i++)
        {
            if (Vec3.Dot(manifolds[i].Normal, manifold.Normal) > SameNormal)
            {
                Join(ref manifolds[i], manifold);
                return;
            }
        }

        manifolds.Add() = manifold;
    }

    [SkipLocalsInit]
    private static void Join(ref Manifold to, in Manifold from)
    {
        to.ChildKey = Math.Min(to.ChildKey, from.ChildKey);
        Span<ContactPoint> all = stackalloc ContactPoint[2 * Manifold.PointsMax];
        int count = to.Count;
        to.Span.CopyTo(all);
        foreach (ContactPoint point in from.Span)
        {
            bool isNew = true;
            for (int i = 0; i < count && isNew; i++)
            {
                if (Vec3.DistanceSquared(all[i].OffsetA, point.OffsetA) < SamePointSquared)
                {
                    all[i] = point.Separation < all[i].Separation ? point : all[i];
                    isNew = false;
                }
            }

            if (isNew)
            {
                all[count++] = point;
            }
        }

        if (count > Manifold.PointsMax)
        {
            Vec3 u = to.Normal.Across(), v = Vec3.Cross(to.Normal, u);
            Span<Candidate> candidates = stackalloc Candidate[2 * Manifold.PointsMax];
            for (int i = 0; i < count; i++)
            {
                candidates[i] = new Candidate(Vec3.Dot(all[i].OffsetA, u), Vec3.Dot(all[i].OffsetA, v), all[i].Separation, (uint)i);
            }

            count = Candidate.Reduce(candidates[..count]);
            to.Count = count;
            for (int i = 0; i < count; i++)
            {
                to.Points[i] = all[(int)candidates[i].Feature];
            }

            return;
        }

        to.Count = count;
        all[..count].CopyTo(to.Points);
    }
}
