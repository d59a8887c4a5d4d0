using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>What the distance search found, in A's frame. Cores only: radii are not in it.</summary>
internal struct Closest
{
    /// <summary>Of length one, from A to B.</summary>
    public Vec3 Normal;
    public Vec3 OnA;

    /// <summary>Between the cores; negative where they overlap.</summary>
    public float Distance;
}

internal enum GjkOutcome
{
    /// <summary>Farther apart than asked for.</summary>
    Far,
    Apart,
    Overlapping,
}

/// <summary>
/// Distance of two convex cores (E. Gilbert, D. Johnson and S. Keerthi, 1988), in double precision over supports in single precision. The
/// same bits everywhere; ends by itself, as no vertex of a polytope comes twice, and by count for curved ones.
/// </summary>
internal static class Gjk
{
    private const int IterationsMax = 64;
    private const double RelativeError = 1e-9;

    /// <param name="guess">A direction from A to B, such as the last step's normal; any will do.</param>
    public static GjkOutcome Distance(
        in ConvexCore a, in ConvexCore b, in Relative relative, double maxDistance, Vec3 guess, ref Simplex simplex, ref Closest closest)
    {
        simplex.Count = 0;
        Double3 v = guess.LengthSquared > 1e-12f ? -(Double3)guess : new Double3(-1, 0, 0);
        double squared = double.PositiveInfinity;
        double scale = 0;
        for (int iteration = 0; iteration < IterationsMax; iteration++)
        {
            SimplexVertex w = Support(a, b, relative, -v);
            double along = Double3.Dot(v, w.W);
            if (along > 0 && along * along > maxDistance * maxDistance * v.LengthSquared)
            {
                return GjkOutcome.Far;
            }

            if (simplex.Count > 0 && (squared - along <= RelativeError * squared || Has(simplex, w)))
            {
                return Finish(simplex, v, squared, ref closest);
            }

            Simplex last = simplex;
            simplex.V[simplex.Count++] = w;
            scale = Math.Max(scale, w.W.LengthSquared);
            Double3 next = simplex.Reduce();
            double nextSquared = next.LengthSquared;
            if (simplex.Count == 4 || nextSquared <= scale * 1e-14)
            {
                return GjkOutcome.Overlapping;
            }

            if (nextSquared >= squared)
            {
                simplex = last;
                return Finish(simplex, v, squared, ref closest);
            }

            (v, squared) = (next, nextSquared);
        }

        return Finish(simplex, v, squared, ref closest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SimplexVertex Support(in ConvexCore a, in ConvexCore b, in Relative relative, Double3 direction)
    {
        var d = (Vec3)direction;
        Vec3 onA = a.Support(d, out int vertexA);
        Vec3 onB = relative.ToA(b.Support(-relative.Rotation.TransposeTimes(d), out int vertexB));
        return new SimplexVertex { OnA = onA, W = (Double3)onA - onB, Id = vertexA < 0 || vertexB < 0 ? -1 : (vertexA << 16) | vertexB };
    }

    private static bool Has(in Simplex simplex, in SimplexVertex w)
    {
        for (int i = 0; i < simplex.Count; i++)
        {
            if (w.Id >= 0 ? simplex.V[i].Id == w.Id : (simplex.V[i].W - w.W).LengthSquared <= 1e-16 * w.W.LengthSquared)
            {
                return true;
            }
        }

        return false;
    }

    private static GjkOutcome Finish(in Simplex simplex, Double3 v, double squared, ref Closest closest)
    {
        double distance = Math.Sqrt(squared);
        closest.Distance = (float)distance;
        closest.Normal = (Vec3)(v * (-1 / distance));
        closest.OnA = (Vec3)simplex.OnA;
        return GjkOutcome.Apart;
    }
}
