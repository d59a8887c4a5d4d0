using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>Polygons of a mesh that hang together without links.</summary>
/// <param name="Polygons">How many.</param>
/// <param name="Area">Seen from above, in square units.</param>
/// <param name="Place">The middle of its largest polygon.</param>
public sealed record MeshPart(int Polygons, float Area, Vec3 Place);

/// <summary>What a navigation mesh is made of, and into what parts it falls. For tools: it allocates.</summary>
public sealed class NavMeshReport
{
    private readonly int[] _parts;

    private NavMeshReport(NavMesh mesh, int[] partOf, IReadOnlyList<MeshPart> parts)
    {
        _parts = partOf;
        Parts = parts;
        Polygons = mesh.PolygonCount;
        Vertices = mesh.Vertices.Length;
        Tiles = mesh.Tiles.Count;
        Portals = mesh.Neighbours.Where(neighbour => neighbour < NavMesh.NoNeighbour).Distinct().Sum(neighbour => mesh.Portals.GroupOf(neighbour).Length);
    }

    public int Polygons { get; }

    /// <summary>Those that tiles share are counted in each.</summary>
    public int Vertices { get; }

    public int Tiles { get; }

    /// <summary>Openings from one tile to another, each way.</summary>
    public int Portals { get; }

    /// <summary>The largest first.</summary>
    public IReadOnlyList<MeshPart> Parts { get; }

    /// <summary>The number of the part that a polygon belongs to.</summary>
    public int PartOf(int polygon) => _parts[polygon];

    public static NavMeshReport Of(NavMesh mesh)
    {
        ArgumentNullException.ThrowIfNull(mesh);
        int[] partOf = new int[mesh.PolygonCount];
        Array.Fill(partOf, -1);
        List<MeshPart> found = [];
        for (int polygon = 0; polygon < partOf.Length; polygon++)
        {
            if (partOf[polygon] < 0)
            {
                found.Add(Flood(mesh, polygon, found.Count, partOf));
            }
        }

        int[] order = [.. Enumerable.Range(0, found.Count).OrderByDescending(part => found[part].Area)];
        int[] rank = new int[found.Count];
        for (int i = 0; i < order.Length; i++)
        {
            rank[order[i]] = i;
        }

        return new NavMeshReport(mesh, [.. partOf.Select(part => rank[part])], [.. order.Select(part => found[part])]);
    }

    private static MeshPart Flood(NavMesh mesh, int first, int part, int[] partOf)
    {
        (int count, float all, float largest, Vec3 place) = (0, 0, -1, default);
        Stack<int> pending = new([first]);
        partOf[first] = part;
        while (pending.TryPop(out int polygon))
        {
            count++;
            (float area, Vec3 middle) = Measure(mesh, polygon);
            all += area;
            (largest, place) = area > largest ? (area, middle) : (largest, place);
            for (int edge = 0; edge < mesh.CornerCounts[polygon]; edge++)
            {
                int neighbour = mesh.Neighbours[(polygon * NavMesh.CornersMax) + edge];
                if (neighbour >= 0)
                {
                    Visit(neighbour);
                }
                else if (neighbour < NavMesh.NoNeighbour)
                {
                    foreach (MeshPortal portal in mesh.Portals.GroupOf(neighbour))
                    {
                        Visit(portal.Polygon);
                    }
                }
            }
        }

        return new MeshPart(count, all, place);

        void Visit(int next)
        {
            if (partOf[next] < 0)
            {
                partOf[next] = part;
                pending.Push(next);
            }
        }
    }

    private static (float Area, Vec3 Middle) Measure(NavMesh mesh, int polygon)
    {
        int count = mesh.CornerCounts[polygon];
        Vec3 first = mesh.Corner(polygon, 0), sum = first;
        float twice = 0;
        for (int i = 1; i < count; i++)
        {
            Vec3 corner = mesh.Corner(polygon, i);
            sum += corner;
            Vec3 before = mesh.Corner(polygon, i - 1);
            twice += ((before.X - first.X) * (corner.Z - first.Z)) - ((before.Z - first.Z) * (corner.X - first.X));
        }

        return (MathF.Abs(twice) * 0.5f, sum * (1f / count));
    }
}
