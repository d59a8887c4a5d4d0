using System.Runtime.CompilerServices;

namespace RealtimeServer.Physics.Collision;

/// <summary>A vertex of the Minkowski difference A - B: a point of A less a point of B.</summary>
internal struct SimplexVertex
{
    public Double3 W;
    public Double3 OnA;

    /// <summary>Which vertices of A and B, or -1 if either is curved there.</summary>
    public int Id;

    /// <summary>Its share of the point closest to the origin.</summary>
    public double Weight;
}

[InlineArray(4)]
internal struct SimplexVertices
{
    private SimplexVertex _first;
}

/// <summary>
/// One to four vertices of A - B. <see cref="Reduce"/> finds the point of their hull that is closest to the origin, and drops what does not
/// bear it (C. Ericson, Real-Time Collision Detection, 5.1 and 9.5).
/// </summary>
internal struct Simplex
{
    public SimplexVertices V;
    public int Count;

    public readonly Double3 OnA
    {
        get
        {
            Double3 sum = default;
            for (int i = 0; i < Count; i++)
            {
                sum += V[i].OnA * V[i].Weight;
            }

            return sum;
        }
    }

    /// <summary>The closest point to the origin; with four vertices left, the origin is inside.</summary>
    public Double3 Reduce()
    {
        switch (Count)
        {
            case 1:
                V[0].Weight = 1;
                return V[0].W;
            case 2:
                return ReduceLine();
            case 3:
                return ReduceTriangle();
            default:
                return ReduceTetrahedron();
        }
    }

    private Double3 Keep(int i)
    {
        V[0] = V[i];
        V[0].Weight = 1;
        Count = 1;
        return V[0].W;
    }

    private Double3 Keep(int i, int j, double weightOfJ)
    {
        (SimplexVertex a, SimplexVertex b) = (V[i], V[j]);
        a.Weight = 1 - weightOfJ;
        b.Weight = weightOfJ;
        (V[0], V[1]) = (a, b);
        Count = 2;
        return a.W + ((b.W - a.W) * weightOfJ);
    }

    private Double3 ReduceLine()
    {
        Double3 ab = V[1].W - V[0].W;
        double t = -Double3.Dot(V[0].W, ab), length = ab.LengthSquared;
        return t <= 0 || length == 0 ? Keep(0) : t >= length ? Keep(1) : Keep(0, 1, t / length);
    }

    private Double3 ReduceTriangle()
    {
        Double3 a = V[0].W, b = V[1].W, c = V[2].W;
        Double3 ab = b - a, ac = c - a;
        double d1 = -Double3.Dot(ab, a), d2 = -Double3.Dot(ac, a);
        if (d1 <= 0 && d2 <= 0)
        {
            return Keep(0);
        }

        double d3 = -Double3.Dot(ab, b), d4 = -Double3.Dot(ac, b);
        if (d3 >= 0 && d4 <= d3)
        {
            return Keep(1);
        }

        double vc = (d1 * d4) - (d3 * d2);
        if (vc <= 0 && d1 >= 0 && d3 <= 0)
        {
            return Keep(0, 1, d1 / (d1 - d3));
        }

        double d5 = -Double3.Dot(ab, c), d6 = -Double3.Dot(ac, c);
        if (d6 >= 0 && d5 <= d6)
        {
            return Keep(2);
        }

        double vb = (d5 * d2) - (d1 * d6);
        if (vb <= 0 && d2 >= 0 && d6 <= 0)
        {
            return Keep(0, 2, d2 / (d2 - d6));
        }

        double va = (d3 * d6) - (d5 * d4);
        if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0)
        {
            return Keep(1, 2, (d4 - d3) / (d4 - d3 + (d5 - d6)));
        }

        double sum = va + vb + vc;
        V[0].Weight = va / sum;
        V[1].Weight = vb / sum;
        V[2].Weight = vc / sum;

        // Along the normal the error is that of one product, not of three sums.
        Double3 n = Double3.Cross(ab, ac);
        return n * (Double3.Dot(n, a) / n.LengthSquared);
    }

    private Double3 ReduceTetrahedron()
    {
        Double3 best = default;
        double bestSquared = double.PositiveInfinity;
        Simplex bestFace = default;
        for (int skip = 0; skip < 4; skip++)
        {
            // Each face whose outer side the origin is on may hold the closest point.
            (int i, int j, int k) = skip == 0 ? (1, 2, 3) : skip == 1 ? (0, 2, 3) : skip == 2 ? (0, 1, 3) : (0, 1, 2);
            Double3 n = Double3.Cross(V[j].W - V[i].W, V[k].W - V[i].W);
            double origin = -Double3.Dot(n, V[i].W), inner = Double3.Dot(n, V[skip].W - V[i].W);
            bool flat = Math.Abs(inner) <= 1e-12 * Math.Sqrt(n.LengthSquared * (V[skip].W - V[i].W).LengthSquared);
            if (!flat && origin * inner >= 0)
            {
                continue;
            }

            var face = new Simplex { Count = 3 };
            (face.V[0], face.V[1], face.V[2]) = (V[i], V[j], V[k]);
            Double3 p = face.ReduceTriangle();
            if (p.LengthSquared < bestSquared)
            {
                (best, bestSquared, bestFace) = (p, p.LengthSquared, face);
            }
        }

        if (bestSquared == double.PositiveInfinity)
        {
            return default;
        }

        this = bestFace;
        return best;
    }
}
