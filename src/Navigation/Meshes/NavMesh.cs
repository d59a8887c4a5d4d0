using System.Runtime.CompilerServices;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>
/// Walkable ground as convex polygons that know their neighbours, with links between places that the ground does not join. It never changes, so matches
/// share it; searches are <see cref="NavMeshQuery"/>. What buildings close and open in a match is a <see cref="LiveNavMesh"/>.
/// </summary>
public sealed class NavMesh
{
    internal const int CornersMax = MeshPolygons.CornersMax;
    internal const int NoNeighbour = -1;
    private ulong _hash; // 0 until it is asked for

    /// <param name="isStrict">True if every link has to begin and end on the ground; else those that do not are left out.</param>
    internal NavMesh(MeshGround ground, IReadOnlyList<MeshTile> tiles, IReadOnlyList<OffMeshLink> links, bool isStrict)
    {
        Ground = ground;
        Tiles = tiles;
        OffMeshLinks = links;
        PolygonCount = tiles.Sum(tile => tile.Count);
        Vertices = new Vec3[tiles.Sum(tile => tile.Vertices.Length)];
        Corners = new int[PolygonCount * CornersMax];
        Neighbours = new int[PolygonCount * CornersMax];
        CornerCounts = new byte[PolygonCount];
        Areas = new byte[PolygonCount];
        Regions = new int[PolygonCount];
        Lows = new Vec3[PolygonCount];
        Highs = new Vec3[PolygonCount];
        Edges = new float[PolygonCount * EdgeFloats];
        FirstPolygons = new int[tiles.Count + 1];
        (int polygons, int vertices) = (0, 0);
        for (int t = 0; t < tiles.Count; t++)
        {
            FirstPolygons[t] = polygons;
            Take(tiles[t], polygons, vertices);
            polygons += tiles[t].Count;
            vertices += tiles[t].Vertices.Length;
        }

        FirstPolygons[^1] = polygons;
        Portals = MeshPortals.Join(this);
        Boxes.Build(Lows, Highs);
        Links = Attach(links, isStrict);
        LinkStarts = new int[PolygonCount + 1];
        foreach (AttachedLink link in Links)
        {
            LinkStarts[link.FromPolygon + 1]++;
        }

        for (int p = 0; p < PolygonCount; p++)
        {
            LinkStarts[p + 1] += LinkStarts[p];
        }
    }

    /// <summary>How many polygons there are.</summary>
    public int PolygonCount { get; }

    /// <summary>The same ground with other links.</summary>
    /// <exception cref="ArgumentException">A link begins or ends where no ground is near.</exception>
    public NavMesh WithLinks(IReadOnlyList<OffMeshLink> links)
    {
        ArgumentNullException.ThrowIfNull(links);
        return new NavMesh(Ground, Tiles, links, isStrict: true);
    }

    internal MeshGround Ground { get; }

    internal IReadOnlyList<MeshTile> Tiles { get; }

    internal IReadOnlyList<OffMeshLink> OffMeshLinks { get; }

    /// <summary>The first polygon of each tile, and the end of the last.</summary>
    internal int[] FirstPolygons { get; }

    internal Vec3[] Vertices { get; }

    internal int[] Corners { get; }

    /// <summary>Of each edge the polygon beyond it, <see cref="NoNeighbour"/>, or what <see cref="MeshPortals.GroupOf"/> takes.</summary>
    internal int[] Neighbours { get; }

    internal byte[] CornerCounts { get; }

    internal byte[] Areas { get; }

    internal int[] Regions { get; }

    internal Vec3[] Lows { get; }

    internal Vec3[] Highs { get; }

    /// <summary>Openings in the borders of tiles.</summary>
    internal MeshPortals Portals { get; }

    /// <summary>Links in each direction they can be gone, with the polygons they join, in order of the one they begin on.</summary>
    internal AttachedLink[] Links { get; }

    /// <summary>Of each polygon the first of the links that begin on it, and the end of the last.</summary>
    internal int[] LinkStarts { get; }

    /// <summary>Of meshes that are the same, the same, and of all others in practice another one.</summary>
    internal ulong Hash => _hash != 0 ? _hash : _hash = HashAll();

    /// <summary>
    /// Floats of a polygon in <see cref="Edges"/>: where each of eight edges begins and how far it goes, part by part. Those beyond its count repeat the first.
    /// </summary>
    internal const int EdgeFloats = 6 * WideMath.Lanes;

    internal float[] Edges { get; }

    /// <summary>The boxes round the polygons.</summary>
    internal BoxTree Boxes { get; } = new();

    /// <summary>The corners of a polygon, clockwise as seen from above where x points right and z up.</summary>
    /// <returns>How many there are, at most 6.</returns>
    public int Polygon(int polygon, Span<Vec3> corners)
    {
        int count = CornerCounts[polygon];
        for (int i = 0; i < count; i++)
        {
            corners[i] = Corner(polygon, i);
        }

        return count;
    }

    /// <summary>The kind of ground a polygon is: what a mesh's builder or a grid's cost in eighths said.</summary>
    public byte AreaOf(int polygon) => Areas[polygon];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vec3 Corner(int polygon, int corner) => Vertices[Corners[(polygon * CornersMax) + corner]];

    /// <summary>How high the ground of a polygon is at a point of it.</summary>
    internal float SurfaceAt(int polygon, float x, float z)
    {
        float height = HeightAt(polygon, x, z);
        return Ground.TryHeight(x, z, height, float.MaxValue, Regions[polygon], out float surface) ? surface : height;
    }

    /// <summary>The height of a flat polygon's fan over a point.</summary>
    internal float HeightAt(int polygon, float x, float z)
    {
        Vec3 a = Corner(polygon, 0);
        for (int i = 1; i + 1 < CornerCounts[polygon]; i++)
        {
            Vec3 b = Corner(polygon, i);
            Vec3 c = Corner(polygon, i + 1);
            float area = ((b.X - a.X) * (c.Z - a.Z)) - ((b.Z - a.Z) * (c.X - a.X));
            float u = (((x - a.X) * (c.Z - a.Z)) - ((z - a.Z) * (c.X - a.X))) / area;
            float v = (((b.X - a.X) * (z - a.Z)) - ((b.Z - a.Z) * (x - a.X))) / area;
            bool isLast = i + 2 == CornerCounts[polygon];
            if ((u >= -1e-4f && v >= -1e-4f && u + v <= 1.0001f) || isLast)
            {
                return a.Y + ((b.Y - a.Y) * u) + ((c.Y - a.Y) * v);
            }
        }

        return a.Y;
    }

    /// <summary>Adds the tiles that a straight way leads over or touches, as seen from above: by rows, in each those between where it enters and leaves it.</summary>
    internal void HashAlong(Vec3 from, Vec3 to, ref StateHash hash)
    {
        float sideX = Ground.TileSide * Ground.Scale.X;
        float sideZ = Ground.TileSide * Ground.Scale.Z;
        (float marginX, float marginZ) = (Ground.Scale.X / sideX, Ground.Scale.Z / sideZ);
        (float aX, float aZ) = ((from.X - Ground.Low.X) / sideX, (from.Z - Ground.Low.Z) / sideZ);
        (float bX, float bZ) = ((to.X - Ground.Low.X) / sideX, (to.Z - Ground.Low.Z) / sideZ);
        (int top, int bottom) = Among(MathF.Min(aZ, bZ) - marginZ, MathF.Max(aZ, bZ) + marginZ, Ground.Rows);
        for (int row = top; row <= bottom; row++)
        {
            (float start, float end) = (0, 1);
            if (aZ != bZ)
            {
                (float first, float second) = ((row - marginZ - aZ) / (bZ - aZ), (row + 1 + marginZ - aZ) / (bZ - aZ));
                (start, end) = (Math.Clamp(MathF.Min(first, second), 0, 1), Math.Clamp(MathF.Max(first, second), 0, 1));
            }

            (float enters, float leaves) = (aX + ((bX - aX) * start), aX + ((bX - aX) * end));
            (int left, int right) = Among(MathF.Min(enters, leaves) - marginX, MathF.Max(enters, leaves) + marginX, Ground.Columns);
            for (int column = left; column <= right; column++)
            {
                hash.Add(Tiles[(row * Ground.Columns) + column].Hash);
            }
        }

        static (int First, int Last) Among(float low, float high, int count) =>
            ((int)Math.Clamp(MathF.Floor(low), 0, count - 1), (int)Math.Clamp(MathF.Floor(high), 0, count - 1));
    }

    private ulong HashAll()
    {
        StateHash hash = new(seed: 1);
        foreach (MeshTile tile in Tiles)
        {
            hash.Add(tile.Hash);
        }

        foreach (AttachedLink link in Links)
        {
            hash.Add((long)link.FromPolygon);
            hash.Add((long)link.ToPolygon);
            hash.Add<Vec3>([link.From, link.To]);
            hash.Add(link.Cost);
        }

        return Math.Max(hash.Value, 1);
    }

    private void Take(MeshTile tile, int firstPolygon, int firstVertex)
    {
        tile.Vertices.CopyTo(Vertices, firstVertex);
        tile.CornerCounts.CopyTo(CornerCounts, firstPolygon);
        tile.Areas.CopyTo(Areas, firstPolygon);
        tile.Regions.CopyTo(Regions, firstPolygon);
        for (int i = 0; i < tile.Corners.Length; i++)
        {
            Corners[(firstPolygon * CornersMax) + i] = tile.Corners[i] + firstVertex;
            Neighbours[(firstPolygon * CornersMax) + i] = tile.Neighbours[i] >= 0 ? tile.Neighbours[i] + firstPolygon : tile.Neighbours[i];
        }

        for (int p = 0; p < tile.Count; p++)
        {
            int polygon = firstPolygon + p;
            Vec3 low = Corner(polygon, 0);
            Vec3 high = low;
            for (int i = 1; i < CornerCounts[polygon]; i++)
            {
                low = Vec3.Min(low, Corner(polygon, i));
                high = Vec3.Max(high, Corner(polygon, i));
            }

            // Between its corners the ground may rise and fall.
            Lows[polygon] = low with { Y = MathF.Min(low.Y, tile.Heights[p].Low) };
            Highs[polygon] = high with { Y = MathF.Max(high.Y, tile.Heights[p].High) };
            Spread(polygon);
        }
    }

    private void Spread(int polygon)
    {
        Span<float> edges = Edges.AsSpan(polygon * EdgeFloats, EdgeFloats);
        int count = CornerCounts[polygon];
        for (int i = 0; i < WideMath.Lanes; i++)
        {
            int from = i < count ? i : 0;
            Vec3 corner = Corner(polygon, from);
            Vec3 way = Corner(polygon, from + 1 == count ? 0 : from + 1) - corner;
            edges[i] = corner.X;
            edges[i + WideMath.Lanes] = corner.Y;
            edges[i + (2 * WideMath.Lanes)] = corner.Z;
            edges[i + (3 * WideMath.Lanes)] = way.X;
            edges[i + (4 * WideMath.Lanes)] = way.Y;
            edges[i + (5 * WideMath.Lanes)] = way.Z;
        }
    }

    private AttachedLink[] Attach(IReadOnlyList<OffMeshLink> links, bool isStrict)
    {
        MeshNearest nearest = new(this);
        List<AttachedLink> attached = [];
        Vec3 reach = new(2, 4, 2);
        for (int i = 0; i < links.Count; i++)
        {
            OffMeshLink link = links[i];
            if (!(link.Cost >= 0 && link.Seconds >= 0 && float.IsFinite(link.Cost + link.Seconds)))
            {
                throw new ArgumentException($"Link {i} from {link.From} to {link.To} costs {link.Cost} and takes {link.Seconds} s; both are numbers of 0 or more.", nameof(links));
            }

            if (!nearest.TryFind(link.From, reach, out MeshPoint from) || !nearest.TryFind(link.To, reach, out MeshPoint to))
            {
                if (!isStrict)
                {
                    continue;
                }

                throw new ArgumentException($"Link {i} from {link.From} to {link.To} begins or ends where no ground is near.", nameof(links));
            }

            float cost = link.Cost > 0 ? link.Cost : (link.To - link.From).Length;
            attached.Add(new AttachedLink(from.Polygon, to.Polygon, from.Position, to.Position, cost, i));
            if (link.BothWays)
            {
                attached.Add(new AttachedLink(to.Polygon, from.Polygon, to.Position, from.Position, cost, i));
            }
        }

        return [.. attached.OrderBy(link => link.FromPolygon).ThenBy(link => link.Index)];
    }
}
