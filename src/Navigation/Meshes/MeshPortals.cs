using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>An opening from one polygon to one of the next tile: the part of the edge that both have.</summary>
/// <param name="Polygon">The one beyond.</param>
/// <param name="From">Where it begins, in the turning sense of the polygon that one leaves.</param>
internal readonly record struct MeshPortal(int Polygon, Vec3 From, Vec3 To);

/// <summary>
/// Where polygons of neighbouring tiles touch: an edge on a border may lead to several polygons, to each over a part of it. Edges touch if they overlap as seen from
/// above, at
/// heights that a step apart joins.
/// </summary>
internal sealed class MeshPortals
{
    // Overlaps shorter than this part of a voxel are none.
    private const float LeastShare = 0.01f;

    private readonly List<MeshPortal> _portals = [];
    private readonly List<int> _starts = [0];

    private MeshPortals()
    {
    }

    /// <summary>The portals of an edge.</summary>
    /// <param name="neighbour">What <see cref="NavMesh.Neighbours"/> says of it, below <see cref="NavMesh.NoNeighbour"/>.</param>
    public ReadOnlySpan<MeshPortal> GroupOf(int neighbour)
    {
        int group = NavMesh.NoNeighbour - 1 - neighbour;
        return System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_portals)[_starts[group].._starts[group + 1]];
    }

    /// <summary>Joins the tiles of a mesh: the marks of its edges on borders become groups of portals, or none.</summary>
    public static MeshPortals Join(NavMesh mesh)
    {
        MeshPortals portals = new();
        int[] marks = [.. mesh.Neighbours];
        for (int tile = 0; tile < mesh.Tiles.Count; tile++)
        {
            for (int edge = mesh.FirstPolygons[tile] * NavMesh.CornersMax; edge < mesh.FirstPolygons[tile + 1] * NavMesh.CornersMax; edge++)
            {
                if (marks[edge] < NavMesh.NoNeighbour)
                {
                    mesh.Neighbours[edge] = portals.Add(mesh, marks, tile, edge, NavMesh.NoNeighbour - 1 - marks[edge]);
                }
            }
        }

        return portals;
    }

    private int Add(NavMesh mesh, int[] marks, int tile, int edge, int side)
    {
        (int column, int row) = (tile % mesh.Ground.Columns, tile / mesh.Ground.Columns);
        (column, row) = (column + OpenGround.StepX[side], row + OpenGround.StepZ[side]);
        if ((uint)column >= (uint)mesh.Ground.Columns || (uint)row >= (uint)mesh.Ground.Rows)
        {
            return NavMesh.NoNeighbour;
        }

        int beyond = (row * mesh.Ground.Columns) + column;
        int opposite = MeshTile.BorderAt((side + 2) & 3);
        (Vec3 a, Vec3 b) = EdgeOf(mesh, edge);
        bool alongX = side is 1 or 3;
        int before = _portals.Count;
        for (int other = mesh.FirstPolygons[beyond] * NavMesh.CornersMax; other < mesh.FirstPolygons[beyond + 1] * NavMesh.CornersMax; other++)
        {
            if (marks[other] == opposite && TryOverlap(mesh, (a, b), EdgeOf(mesh, other), alongX, out Vec3 from, out Vec3 to))
            {
                _portals.Add(new MeshPortal(other / NavMesh.CornersMax, from, to));
            }
        }

        if (_portals.Count == before)
        {
            return NavMesh.NoNeighbour;
        }

        _starts.Add(_portals.Count);
        return NavMesh.NoNeighbour - 1 - (_starts.Count - 2);
    }

    private static (Vec3 A, Vec3 B) EdgeOf(NavMesh mesh, int edge)
    {
        int polygon = edge / NavMesh.CornersMax;
        int corner = edge % NavMesh.CornersMax;
        return (mesh.Corner(polygon, corner), mesh.Corner(polygon, corner + 1 == mesh.CornerCounts[polygon] ? 0 : corner + 1));
    }

    // The other edge runs the other way.
    private static bool TryOverlap(NavMesh mesh, (Vec3 A, Vec3 B) edge, (Vec3 A, Vec3 B) other, bool alongX, out Vec3 from, out Vec3 to)
    {
        (from, to) = (default, default);
        (float a, float b) = alongX ? (edge.A.X, edge.B.X) : (edge.A.Z, edge.B.Z);
        (float c, float d) = alongX ? (other.B.X, other.A.X) : (other.B.Z, other.A.Z);
        float voxel = alongX ? mesh.Ground.Scale.X : mesh.Ground.Scale.Z;
        (float start, float end) = a < b ? (MathF.Max(a, c), MathF.Min(b, d)) : (MathF.Min(a, c), MathF.Max(b, d));
        if (a < b != end > start || c < d != a < b || MathF.Abs(end - start) < LeastShare * voxel)
        {
            return false;
        }

        from = Vec3.Lerp(edge.A, edge.B, (start - a) / (b - a));
        to = Vec3.Lerp(edge.A, edge.B, (end - a) / (b - a));
        Vec3 middle = (from + to) * 0.5f;
        float at = alongX ? middle.X : middle.Z;
        float height = other.B.Y + ((other.A.Y - other.B.Y) * ((at - c) / (d - c)));

        // Each edge may leave the heights of its voxels by a step, as outlines leave their corners.
        return MathF.Abs(height - middle.Y) <= mesh.Ground.Settings.AgentClimb + (2 * mesh.Ground.Scale.Y);
    }
}
