using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>Refuses meshes that cannot be.</summary>
internal static class MeshCheck
{
    /// <summary>Height of a triangle against its longest side, squared, below which it has no area to speak of.</summary>
    private const double FlatSquared = 1e-12;

    /// <summary>The indices, without triangles that have no area if those are to be dropped.</summary>
    public static int[] Indices(ReadOnlySpan<Vec3> vertices, ReadOnlySpan<int> indices, bool dropDegenerate)
    {
        if (indices.Length % 3 != 0)
        {
            throw new ShapeException($"A triangle mesh needs three indices a triangle; these are {indices.Length}.");
        }

        if (indices.Length / 3 > Limits.MeshTrianglesMax)
        {
            throw new ShapeException($"The mesh has {indices.Length / 3} triangles; at most {Limits.MeshTrianglesMax} make one. Split it.");
        }

        for (int i = 0; i < vertices.Length; i++)
        {
            Vec3 a = Vec3.Abs(vertices[i]);
            if (!(Math.Max(a.X, Math.Max(a.Y, a.Z)) <= Limits.ShapeExtentMax) || !vertices[i].IsFinite)
            {
                throw new ShapeException($"Vertex {i} of the mesh is {vertices[i]}: parts must be numbers of at most {Limits.ShapeExtentMax} metres.");
            }
        }

        var kept = new List<int>(indices.Length);
        for (int i = 0; i < indices.Length; i += 3)
        {
            for (int corner = 0; corner < 3; corner++)
            {
                if ((uint)indices[i + corner] >= (uint)vertices.Length)
                {
                    throw new ShapeException($"Triangle {i / 3} of the mesh names vertex {indices[i + corner]}, but there are {vertices.Length}.");
                }
            }

            if (HasArea(vertices[indices[i]], vertices[indices[i + 1]], vertices[indices[i + 2]]))
            {
                kept.AddRange(indices.Slice(i, 3));
            }
            else if (!dropDegenerate)
            {
                throw new ShapeException($"Triangle {i / 3} of the mesh has no area: mend it, or have such triangles dropped.");
            }
        }

        return kept.Count > 0 ? [.. kept] : throw new ShapeException("The mesh has no triangle with an area.");
    }

    private static bool HasArea(Vec3 p, Vec3 q, Vec3 r)
    {
        Collision.Double3 a = (Collision.Double3)q - p, b = (Collision.Double3)r - p, c = (Collision.Double3)r - q;
        double longest = Math.Max(a.LengthSquared, Math.Max(b.LengthSquared, c.LengthSquared));
        return Collision.Double3.Cross(a, b).LengthSquared > FlatSquared * longest * longest && longest > 1e-10;
    }
}
