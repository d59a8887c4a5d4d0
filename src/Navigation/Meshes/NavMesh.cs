using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Meshes;

/// <summary>A way between two points that does not lie on the ground: a jump, a ladder, a portal.</summary>
/// <param name="From">Where it begins, on or near the mesh.</param>
/// <param name="To">Where it ends.</param>
/// <param name="BothWays">True if it can be gone back.</param>
/// <param name="Cost">What it costs, in units of length over plain ground; 0 is what its straight length costs.</param>
public readonly record struct OffMeshLink(Vec3 From, Vec3 To, bool BothWays, float Cost = 0);

/// <summary>
/// Walkable ground as convex polygons that know their neighbours, with links between places that the ground does not join. It never changes, so matches
/// share it; searches are
/// <see cref="NavMeshQuery"/>.
/// </summary>
public sealed class NavMesh
{
    internal const int CornersMax = MeshPolygons.CornersMax;
    internal const int NoNeighbour = -1;

    private readonly float _squareSide;
    private readonly int _squareColumns;
    private readonly int _squareRows;
    private readonly int[] _squareStarts;
    private readonly int[] _squarePolygons;
    private readonly Vec3 _low;

    internal NavMesh(Vec3[] vertices, List<int[]> polygons, List<byte> areas, IReadOnlyList<OffMeshLink> links)
    {
        Vertices = vertices;
        PolygonCount = polygons.Count;
        Corners = new int[polygons.Count * CornersMax];
        Neighbours = new int[polygons.Count * CornersMax];
        CornerCounts = new byte[polygons.Count];
        Areas = [.. areas];
        Lows = new Vec3[polygons.Count];
        Highs = new Vec3[polygons.Count];
        Array.Fill(Neighbours, NoNeighbour);
        Vec3 low = new(float.MaxValue, float.MaxValue, float.MaxValue);
        Vec3 high = -low;
        for (int p = 0; p < polygons.Count; p++)
        {
            CornerCounts[p] = (byte)polygons[p].Length;
            Lows[p] = Highs[p] = vertices[polygons[p][0]];
            for (int i = 0; i < polygons[p].Length; i++)
            {
                Corners[(p * CornersMax) + i] = polygons[p][i];
                Lows[p] = Vec3.Min(Lows[p], vertices[polygons[p][i]]);
                Highs[p] = Vec3.Max(Highs[p], vertices[polygons[p][i]]);
            }

            low = Vec3.Min(low, Lows[p]);
            high = Vec3.Max(high, Highs[p]);
        }

        Join();
        _low = polygons.Count == 0 ? Vec3.Zero : low;
        Vec3 size = polygons.Count == 0 ? Vec3.Zero : high - low;
        _squareSide = Math.Max(MathF.Sqrt(size.X * size.Z / Math.Max(polygons.Count, 1)), 0.01f);
        while ((MathF.Floor(size.X / _squareSide) + 1) * (MathF.Floor(size.Z / _squareSide) + 1) > (4 * polygons.Count) + 16)
        {
            _squareSide *= 2;
        }

        _squareColumns = (int)MathF.Floor(size.X / _squareSide) + 1;
        _squareRows = (int)MathF.Floor(size.Z / _squareSide) + 1;
        _squareStarts = new int[(_squareColumns * _squareRows) + 1];
        _squarePolygons = FillSquares();
        Links = Attach(links);
    }

    /// <summary>How many polygons there are.</summary>
    public int PolygonCount { get; }

    internal Vec3[] Vertices { get; }

    internal int[] Corners { get; }

    internal int[] Neighbours { get; }

    internal byte[] CornerCounts { get; }

    internal byte[] Areas { get; }

    internal Vec3[] Lows { get; }

    internal Vec3[] Highs { get; }

    /// <summary>Links in each direction they can be gone, with the polygons they join, in order of the one they begin on.</summary>
    internal AttachedLink[] Links { get; }

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

    internal Vec3 Corner(int polygon, int corner) => Vertices[Corners[(polygon * CornersMax) + corner]];

    internal (int Column, int Row) SquareOf(float x, float z) => (
        (int)Math.Clamp(MathF.Floor((x - _low.X) / _squareSide), 0, _squareColumns - 1),
        (int)Math.Clamp(MathF.Floor((z - _low.Z) / _squareSide), 0, _squareRows - 1));

    internal ReadOnlySpan<int> PolygonsIn(int column, int row)
    {
        int square = (row * _squareColumns) + column;
        return _squarePolygons.AsSpan(_squareStarts[square], _squareStarts[square + 1] - _squareStarts[square]);
    }

    /// <summary>True if a point lies over a polygon as seen from above; then its height there.</summary>
    internal bool IsOver(int polygon, float x, float z, out float height)
    {
        int count = CornerCounts[polygon];
        height = 0;
        Vec3 before = Corner(polygon, count - 1);
        for (int i = 0; i < count; i++)
        {
            Vec3 corner = Corner(polygon, i);
            if (((corner.X - before.X) * (z - before.Z)) - ((corner.Z - before.Z) * (x - before.X)) < 0)
            {
                return false;
            }

            before = corner;
        }

        height = HeightAt(polygon, x, z);
        return true;
    }

    /// <summary>The height of a polygon over a point: of the triangle of its fan that it lies on.</summary>
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

    // Polygons that share an edge are neighbours.
    private void Join()
    {
        Dictionary<(int, int), int> edges = [];
        for (int p = 0; p < PolygonCount; p++)
        {
            for (int i = 0; i < CornerCounts[p]; i++)
            {
                int a = Corners[(p * CornersMax) + i];
                int b = Corners[(p * CornersMax) + ((i + 1) % CornerCounts[p])];
                if (edges.Remove((b, a), out int other))
                {
                    Neighbours[(p * CornersMax) + i] = other / CornersMax;
                    Neighbours[other] = p;
                }
                else
                {
                    edges[(a, b)] = (p * CornersMax) + i;
                }
            }
        }
    }

    private int[] FillSquares()
    {
        for (int p = 0; p < PolygonCount; p++)
        {
            ForSquares(p, square => _squareStarts[square]++);
        }

        int sum = 0;
        for (int square = 0; square < _squareStarts.Length; square++)
        {
            sum += _squareStarts[square];
            _squareStarts[square] = sum;
        }

        int[] filled = new int[sum];
        for (int p = PolygonCount - 1; p >= 0; p--)
        {
            ForSquares(p, square => filled[--_squareStarts[square]] = p);
        }

        return filled;
    }

    private void ForSquares(int polygon, Action<int> each)
    {
        (int left, int top) = SquareOf(Lows[polygon].X, Lows[polygon].Z);
        (int right, int bottom) = SquareOf(Highs[polygon].X, Highs[polygon].Z);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                each((row * _squareColumns) + column);
            }
        }
    }

    private AttachedLink[] Attach(IReadOnlyList<OffMeshLink> links)
    {
        NavMeshQuery query = new(this, withLinks: false);
        List<AttachedLink> attached = [];
        Vec3 reach = new(2, 4, 2);
        for (int i = 0; i < links.Count; i++)
        {
            OffMeshLink link = links[i];
            if (!query.TryFindNearest(link.From, reach, out MeshPoint from) || !query.TryFindNearest(link.To, reach, out MeshPoint to))
            {
                throw new ArgumentException($"Link {i} from {link.From} to {link.To} begins or ends where no ground is near.", nameof(links));
            }

            float cost = link.Cost > 0 ? link.Cost : (link.To - link.From).Length;
            attached.Add(new AttachedLink(from.Polygon, to.Polygon, link.From, link.To, cost, i));
            if (link.BothWays)
            {
                attached.Add(new AttachedLink(to.Polygon, from.Polygon, link.To, link.From, cost, i));
            }
        }

        return [.. attached.OrderBy(link => link.FromPolygon).ThenBy(link => link.Index)];
    }
}

internal readonly record struct AttachedLink(int FromPolygon, int ToPolygon, Vec3 From, Vec3 To, float Cost, int Index);

/// <summary>A point on a mesh.</summary>
public readonly record struct MeshPoint(int Polygon, Vec3 Position);
