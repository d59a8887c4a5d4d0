using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Collision;

/// <summary>
/// How deep two overlapping convex cores are in each other: the face of A - B nearest to the origin, found by growing a polytope
/// inside it (G. van den Bergen, "Proximity Queries and Penetration Depth Computation on 3D Game Objects", 2001).
/// </summary>
internal static class Epa
{
    private const int VerticesMax = 64;
    private const int FacesMax = 2 * VerticesMax;
    private const int HorizonMax = VerticesMax;

    private struct Face
    {
        public Double3 Normal;
        public double Distance;
        public byte I;
        public byte J;
        public byte K;
    }

    /// <summary>Fills in the closest way out; <paramref name="simplex"/> is what the distance search ended with.</summary>
    [SkipLocalsInit]
    public static void Depth(in ConvexCore a, in ConvexCore b, in Relative relative, in Simplex simplex, ref Closest closest)
    {
        Span<SimplexVertex> vertices = stackalloc SimplexVertex[VerticesMax];
        Span<Face> faces = stackalloc Face[FacesMax];
        Span<(byte From, byte To)> horizon = stackalloc (byte, byte)[HorizonMax];
        int count = simplex.Count;
        for (int i = 0; i < count; i++)
        {
            vertices[i] = simplex.V[i];
        }

        if (!Inflate(a, b, relative, vertices, ref count, out Double3 flat))
        {
            // A - B has no volume: the shapes are flat and lie in one plane. There is no depth, and the plane is the way out.
            closest.Normal = (Vec3)flat;
            closest.OnA = (Vec3)vertices[0].OnA;
            closest.Distance = 0;
            return;
        }

        double scale = 0;
        for (int i = 0; i < 4; i++)
        {
            scale = Math.Max(scale, vertices[i].W.Length);
        }

        double tolerance = 1e-6 * scale;
        int faceCount = 0;
        bool outward = Double3.Dot(Double3.Cross(vertices[1].W - vertices[0].W, vertices[2].W - vertices[0].W), vertices[3].W - vertices[0].W) < 0;
        AddFace(vertices, faces, ref faceCount, 0, outward ? 1 : 2, outward ? 2 : 1);
        AddFace(vertices, faces, ref faceCount, 0, outward ? 3 : 1, outward ? 1 : 3);
        AddFace(vertices, faces, ref faceCount, 0, outward ? 2 : 3, outward ? 3 : 2);
        AddFace(vertices, faces, ref faceCount, 1, outward ? 3 : 2, outward ? 2 : 3);
        Face best = default;
        while (faceCount >= 4)
        {
            int nearest = 0;
            for (int i = 1; i < faceCount; i++)
            {
                nearest = faces[i].Distance < faces[nearest].Distance ? i : nearest;
            }

            best = faces[nearest];
            SimplexVertex w = Gjk.Support(a, b, relative, best.Normal);
            if (Double3.Dot(best.Normal, w.W) - best.Distance <= tolerance + (1e-5 * Math.Abs(best.Distance)) || count == VerticesMax)
            {
                break;
            }

            if (!Grow(vertices, ref count, faces, ref faceCount, horizon, w))
            {
                break;
            }
        }

        if (!(best.Normal.LengthSquared > 0.5))
        {
            // Only what is not a number or has no size ends here: any way out is as good.
            closest.Normal = Vec3.UnitY;
            closest.OnA = default;
            closest.Distance = 0;
            return;
        }

        closest.Normal = (Vec3)best.Normal;
        closest.Distance = (float)-Math.Max(0, best.Distance);
        closest.OnA = (Vec3)OnA(vertices, best);
    }

    /// <summary>Replaces all faces that see the new vertex by a fan to it from their border. False if rounding left no simple border.</summary>
    private static bool Grow(
        Span<SimplexVertex> vertices, ref int count, Span<Face> faces, ref int faceCount, Span<(byte From, byte To)> horizon, in SimplexVertex w)
    {
        int edges = 0, kept = 0;
        for (int i = 0; i < faceCount; i++)
        {
            Face face = faces[i];
            if (Double3.Dot(face.Normal, w.W) - face.Distance <= 1e-12)
            {
                faces[kept++] = face;
                continue;
            }

            if (!AddEdge(horizon, ref edges, face.I, face.J) || !AddEdge(horizon, ref edges, face.J, face.K) || !AddEdge(horizon, ref edges, face.K, face.I))
            {
                return false;
            }
        }

        faceCount = kept;
        if (edges < 3 || kept + edges > FacesMax)
        {
            return false;
        }

        vertices[count] = w;
        for (int i = 0; i < edges; i++)
        {
            if (!AddFace(vertices, faces, ref faceCount, horizon[i].From, horizon[i].To, count))
            {
                return false;
            }
        }

        count++;
        return true;
    }

    private static bool AddEdge(Span<(byte From, byte To)> horizon, ref int edges, byte from, byte to)
    {
        for (int i = 0; i < edges; i++)
        {
            if (horizon[i].From == to && horizon[i].To == from)
            {
                horizon[i] = horizon[--edges];
                return true;
            }
        }

        if (edges == HorizonMax)
        {
            return false;
        }

        horizon[edges++] = (from, to);
        return true;
    }

    private static bool AddFace(Span<SimplexVertex> vertices, Span<Face> faces, ref int faceCount, int i, int j, int k)
    {
        Double3 n = Double3.Cross(vertices[j].W - vertices[i].W, vertices[k].W - vertices[i].W);
        double length = n.Length;
        if (!(length > 1e-18))
        {
            return false;
        }

        n *= 1 / length;
        faces[faceCount++] = new Face { Normal = n, Distance = Double3.Dot(n, vertices[i].W), I = (byte)i, J = (byte)j, K = (byte)k };
        return true;
    }

    private static Double3 OnA(Span<SimplexVertex> vertices, in Face face)
    {
        Double3 a = vertices[face.I].W, b = vertices[face.J].W, c = vertices[face.K].W;
        Double3 p = face.Normal * face.Distance;
        double area = Double3.Dot(face.Normal, Double3.Cross(b - a, c - a));
        double u = Math.Clamp(Double3.Dot(face.Normal, Double3.Cross(b - p, c - p)) / area, 0, 1);
        double v = Math.Clamp(Double3.Dot(face.Normal, Double3.Cross(c - p, a - p)) / area, 0, 1 - u);
        return (vertices[face.I].OnA * u) + (vertices[face.J].OnA * v) + (vertices[face.K].OnA * (1 - u - v));
    }

    /// <summary>Adds vertices until there are four with a volume. False, with a normal, if A - B is flat.</summary>
    private static bool Inflate(
        in ConvexCore a, in ConvexCore b, in Relative relative, Span<SimplexVertex> vertices, ref int count, out Double3 normal)
    {
        normal = new Double3(0, 1, 0);
        if (count == 0)
        {
            vertices[count++] = Gjk.Support(a, b, relative, normal);
        }

        if (count == 1)
        {
            for (int i = 0; i < 6 && count == 1; i++)
            {
                double s = (i & 1) == 0 ? 1 : -1;
                SimplexVertex w = Gjk.Support(a, b, relative, new Double3(i < 2 ? s : 0, i is 2 or 3 ? s : 0, i > 3 ? s : 0));
                if ((w.W - vertices[0].W).LengthSquared > 1e-14)
                {
                    vertices[count++] = w;
                }
            }

            if (count == 1)
            {
                return false;
            }
        }

        if (count == 2)
        {
            Double3 along = vertices[1].W - vertices[0].W;
            double x = Math.Abs(along.X), y = Math.Abs(along.Y), z = Math.Abs(along.Z);
            Double3 across = Double3.Cross(along, x <= y && x <= z ? new Double3(1, 0, 0) : y <= z ? new Double3(0, 1, 0) : new Double3(0, 0, 1));
            Double3 other = Double3.Cross(along, across) * (1 / along.Length);
            normal = across * (1 / across.Length);
            for (int i = 0; i < 4 && count == 2; i++)
            {
                Double3 d = (i & 2) == 0 ? across : other;
                SimplexVertex w = Gjk.Support(a, b, relative, (i & 1) == 0 ? d : -d);
                if (Double3.Cross(along, w.W - vertices[0].W).LengthSquared > 1e-14 * along.LengthSquared)
                {
                    vertices[count++] = w;
                }
            }

            if (count == 2)
            {
                return false;
            }
        }

        if (count == 3)
        {
            normal = Double3.Cross(vertices[1].W - vertices[0].W, vertices[2].W - vertices[0].W);
            normal *= 1 / normal.Length;
            for (int i = 0; i < 2 && count == 3; i++)
            {
                SimplexVertex w = Gjk.Support(a, b, relative, i == 0 ? normal : -normal);
                if (Math.Abs(Double3.Dot(normal, w.W - vertices[0].W)) > 1e-7)
                {
                    vertices[count++] = w;
                }
            }
        }

        return count == 4;
    }
}
