using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// The polygons of one square of the ground. Those of the same tile that share an edge are neighbours; where the ground goes on beyond the tile's border, the edge
/// is marked with
/// its side, and <see cref="NavMesh"/> joins it with what the next tile has there.
/// </summary>
internal sealed class MeshTile
{
    private const int CornersMax = NavMesh.CornersMax;

    private ulong _hash; // 0 until it is asked for

    private MeshTile(Vec3[] vertices, MeshPolygons polygons, (float Low, float High)[] heights)
    {
        Vertices = vertices;
        Count = polygons.Polygons.Count;
        Areas = [.. polygons.Areas];
        Regions = [.. polygons.Regions];
        Heights = [.. polygons.Regions.Select(region => heights[region])];
        Corners = new int[Count * CornersMax];
        CornerCounts = new byte[Count];
        Neighbours = new int[Count * CornersMax];
        Array.Fill(Neighbours, NavMesh.NoNeighbour);
        for (int p = 0; p < Count; p++)
        {
            CornerCounts[p] = (byte)polygons.Polygons[p].Length;
            polygons.Polygons[p].CopyTo(Corners, p * CornersMax);
        }

        Join(polygons.Borders);
    }

    public int Count { get; }

    public Vec3[] Vertices { get; }

    /// <summary>Of each polygon six indices of vertices, those beyond its count unused.</summary>
    public int[] Corners { get; }

    public byte[] CornerCounts { get; }

    public byte[] Areas { get; }

    /// <summary>Of each polygon the region of the ground that it is a part of.</summary>
    public int[] Regions { get; }

    /// <summary>Of each polygon how high the ground of its region is.</summary>
    public (float Low, float High)[] Heights { get; }

    /// <summary>Of each edge the polygon of this tile beyond it, <see cref="NavMesh.NoNeighbour"/>, or <see cref="BorderAt"/> a side.</summary>
    public int[] Neighbours { get; }

    /// <summary>Of tiles that are the same, the same, and of all others in practice another one.</summary>
    public ulong Hash => _hash != 0 ? _hash : _hash = HashAll();

    /// <summary>Stands for the ground beyond the tile's border on a side of <see cref="OpenGround.Links"/>.</summary>
    public static int BorderAt(int side) => NavMesh.NoNeighbour - 1 - side;

    /// <summary>Makes the tile of a part of the ground.</summary>
    /// <param name="edges">Of each place of the ground, 0; it is so again afterwards.</param>
    public static MeshTile Of(MeshGround ground, CellRect part, byte[] edges)
    {
        int count = MeshRegions.Of(ground.Places, part, ground.Regions);
        MeshPolygons polygons = new();
        new MeshOutlines(ground.Places, ground.Regions, edges, ground.Settings.OutlineError).Trace(part, polygons.Add);
        Vec3[] vertices = new Vec3[polygons.Vertices.Count];
        for (int i = 0; i < vertices.Length; i++)
        {
            (int x, int y, int z) = polygons.Vertices[i];
            vertices[i] = ground.CornerAt(x, y, z);
        }

        return new MeshTile(vertices, polygons, ground.HeightsOf(part, count));
    }

    private ulong HashAll()
    {
        StateHash hash = new(seed: 1);
        hash.Add<Vec3>(Vertices);
        hash.Add<int>(Corners);
        hash.Add<int>(Neighbours);
        hash.Add<byte>(CornerCounts);
        hash.Add<byte>(Areas);
        return Math.Max(hash.Value, 1);
    }

    private void Join(Dictionary<(int From, int To), int> borders)
    {
        Dictionary<(int From, int To), int> edges = [];
        for (int p = 0; p < Count; p++)
        {
            for (int i = 0; i < CornerCounts[p]; i++)
            {
                int edge = (p * CornersMax) + i;
                int a = Corners[edge];
                int b = Corners[(p * CornersMax) + ((i + 1) % CornerCounts[p])];
                if (edges.Remove((b, a), out int other))
                {
                    Neighbours[edge] = other / CornersMax;
                    Neighbours[other] = p;
                }
                else
                {
                    edges[(a, b)] = edge;
                    Neighbours[edge] = borders.TryGetValue((a, b), out int side) ? BorderAt(side) : NavMesh.NoNeighbour;
                }
            }
        }
    }
}
