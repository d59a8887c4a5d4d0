using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// Which sides of a mesh's triangles are outer edges: those without a neighbour, and those where the surface bends back. At flat and
/// hollow sides nothing can be touched sidewise, so that bodies sliding over them do not trip.
/// </summary>
internal static class MeshEdges
{
    /// <summary>Sine of the bend, some 3 degrees, up to which two triangles count as one plane.</summary>
    private const float FlatSine = 0.05f;

    public static OuterEdges[] Find(Vec3[] vertices, int[] indices)
    {
        int[] welded = Weld(vertices);
        var outer = new OuterEdges[indices.Length / 3];
        Array.Fill(outer, OuterEdges.All);
        var sides = new Dictionary<(int, int), int>(indices.Length);
        for (int side = 0; side < indices.Length; side++)
        {
            (int from, int to) = (welded[indices[side]], welded[indices[Next(side)]]);

            // A side that a third triangle shares stays an outer edge of all.
            if (!sides.TryAdd((from, to), side))
            {
                sides[(from, to)] = -1;
            }
        }

        for (int side = 0; side < indices.Length; side++)
        {
            (int from, int to) = (welded[indices[side]], welded[indices[Next(side)]]);
            if (sides[(from, to)] == side && sides.TryGetValue((to, from), out int other) && other >= 0)
            {
                Vec3 p = vertices[indices[side]], q = vertices[indices[Next(side)]];
                Vec3 mine = vertices[indices[Next(Next(side))]], theirs = vertices[indices[Next(Next(other))]];
                if (!IsOuter(p, q, mine, theirs))
                {
                    outer[side / 3] &= ~(OuterEdges)(1 << (side % 3));
                }
            }
        }

        return outer;
    }

    /// <summary>True if the surface bends back at the side from p to q of the triangle that ends in mine; the next one ends in theirs.</summary>
    public static bool IsOuter(Vec3 p, Vec3 q, Vec3 mine, Vec3 theirs)
    {
        Vec3 normal = Vec3.Cross(q - p, mine - p).Normalized();
        Vec3 across = theirs - p;
        Vec3 along = (q - p).Normalized();
        across -= along * Vec3.Dot(across, along);
        return Vec3.Dot(normal, across) < -FlatSine * across.Length;
    }

    private static int Next(int side) => side % 3 == 2 ? side - 2 : side + 1;

    /// <summary>For each vertex the first at the same place: maps often repeat them.</summary>
    private static int[] Weld(Vec3[] vertices)
    {
        var places = new Dictionary<Vec3, int>(vertices.Length);
        int[] welded = new int[vertices.Length];
        for (int i = 0; i < vertices.Length; i++)
        {
            // Minus zero is zero.
            Vec3 place = vertices[i] + Vec3.Zero;
            if (!places.TryGetValue(place, out welded[i]))
            {
                places.Add(place, welded[i] = i);
            }
        }

        return welded;
    }
}
