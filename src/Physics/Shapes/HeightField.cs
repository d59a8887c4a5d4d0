using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// Ground given by heights on a raster, for static and kinematic bodies: sample (column, row) lies at x = column × cell size, z = row × cell size.
/// Each cell is two triangles that share the side from (column + 1, row) to (column, row + 1). Solid from above only. Never changes.
/// </summary>
public sealed class HeightField : ISurface
{
    private readonly float[] _heights;
    private readonly byte[] _outer;

    /// <param name="columns">Samples along x, at least 2.</param>
    /// <param name="rows">Samples along z, at least 2.</param>
    /// <param name="heights">Metres, row by row.</param>
    /// <param name="cellSize">Metres between samples.</param>
    /// <exception cref="ShapeException">A height or measure cannot be: the message says which.</exception>
    public HeightField(int columns, int rows, ReadOnlySpan<float> heights, float cellSize)
    {
        RasterCheck.Check("heightfield", columns, rows, 2, heights, cellSize);
        (Columns, Rows, CellSize) = (columns, rows, cellSize);
        _heights = heights.ToArray();
        float low = heights[0], high = heights[0];
        foreach (float height in heights)
        {
            (low, high) = (Math.Min(low, height), Math.Max(high, height));
        }

        Bounds = new Aabb(new Vec3(0, low, 0), new Vec3((columns - 1) * cellSize, high, (rows - 1) * cellSize));
        BoundingRadius = Vec3.Max(Vec3.Abs(Bounds.Min), Vec3.Abs(Bounds.Max)).Length;
        _outer = new byte[(columns - 1) * (rows - 1)];
        for (int row = 0; row < rows - 1; row++)
        {
            for (int column = 0; column < columns - 1; column++)
            {
                _outer[(row * (columns - 1)) + column] = OuterOf(column, row);
            }
        }
    }

    public int Columns { get; }

    public int Rows { get; }

    public float CellSize { get; }

    public bool IsTwoSided => false;

    public Aabb Bounds { get; }

    public float BoundingRadius { get; }

    void ISurface.Overlap<TVisitor>(in Aabb box, ref TVisitor visitor)
    {
        if (!Aabb.Overlaps(box, Bounds))
        {
            return;
        }

        int lastColumn = Cell(box.Max.X, Columns), lastRow = Cell(box.Max.Z, Rows);
        for (int row = Cell(box.Min.Z, Rows); row <= lastRow; row++)
        {
            for (int column = Cell(box.Min.X, Columns); column <= lastColumn; column++)
            {
                if (Meets(column, row, box.Min.Y, box.Max.Y) && !(visitor.Visit(Triangle(column, row, 0)) && visitor.Visit(Triangle(column, row, 1))))
                {
                    return;
                }
            }
        }
    }

    void ISurface.Cast<TVisitor>(Vec3 origin, Vec3 halfExtents, Vec3 displacement, ref float fraction, ref TVisitor visitor)
    {
        var sweep = new BoxSweep(origin, halfExtents, displacement);
        if (!sweep.Meets(Bounds, fraction, out _))
        {
            return;
        }

        var cells = new CellSweep(sweep, new Vec3(CellSize, 0, CellSize), Columns - 1, Rows - 1);
        float low = Math.Min(origin.Y, origin.Y + displacement.Y) - halfExtents.Y, high = Math.Max(origin.Y, origin.Y + displacement.Y) + halfExtents.Y;
        while (cells.Next(fraction, out int column, out int row))
        {
            if (Meets(column, row, low, high))
            {
                visitor.Visit(Triangle(column, row, 0), ref fraction);
                visitor.Visit(Triangle(column, row, 1), ref fraction);
            }
        }
    }

    internal SurfaceTriangle Triangle(int column, int row, int half)
    {
        int cell = (row * (Columns - 1)) + column;
        var outer = (OuterEdges)((_outer[cell] >> (half * 4)) & 7);
        Vec3 right = Point(column + 1, row), below = Point(column, row + 1);
        return half == 0
            ? new SurfaceTriangle(Point(column, row), below, right, (uint)cell * 2, outer)
            : new SurfaceTriangle(right, below, Point(column + 1, row + 1), ((uint)cell * 2) + 1, outer);
    }

    internal Vec3 Point(int column, int row) => new(column * CellSize, _heights[(row * Columns) + column], row * CellSize);

    private int Cell(float at, int samples)
    {
        float cell = at / CellSize;
        return cell >= samples - 1 ? samples - 2 : cell >= 0 ? (int)cell : 0;
    }

    private bool Meets(int column, int row, float low, float high)
    {
        int at = (row * Columns) + column;
        float a = _heights[at], b = _heights[at + 1], c = _heights[at + Columns], d = _heights[at + Columns + 1];
        return Math.Max(Math.Max(a, b), Math.Max(c, d)) >= low && Math.Min(Math.Min(a, b), Math.Min(c, d)) <= high;
    }

    private byte OuterOf(int column, int row)
    {
        Vec3 p00 = Point(column, row), p10 = Point(column + 1, row), p01 = Point(column, row + 1), p11 = Point(column + 1, row + 1);
        int first = 0, second = 0;
        first |= column == 0 || MeshEdges.IsOuter(p00, p01, p10, Point(column - 1, row + 1)) ? (int)OuterEdges.PQ : 0;
        first |= MeshEdges.IsOuter(p01, p10, p00, p11) ? (int)OuterEdges.QR : 0;
        first |= row == 0 || MeshEdges.IsOuter(p10, p00, p01, Point(column + 1, row - 1)) ? (int)OuterEdges.RP : 0;
        second |= MeshEdges.IsOuter(p10, p01, p11, p00) ? (int)OuterEdges.PQ : 0;
        second |= row == Rows - 2 || MeshEdges.IsOuter(p01, p11, p10, Point(column, row + 2)) ? (int)OuterEdges.QR : 0;
        second |= column == Columns - 2 || MeshEdges.IsOuter(p11, p10, p01, Point(column + 2, row)) ? (int)OuterEdges.RP : 0;
        return (byte)(first | (second << 4));
    }
}
