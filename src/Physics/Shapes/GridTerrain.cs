using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// A grid map, extruded, for static and kinematic bodies: each cell is a column with a flat top at its height, and walls down to lower neighbours.
/// Cell (column, row) fills x from column × cell size and z from row × cell size. Solid from outside only. Never changes.
/// </summary>
public sealed class GridTerrain : ISurface
{
    private const int FaceBits = 4;
    private readonly float[] _heights;
    private readonly float _lowest;

    /// <param name="columns">Cells along x.</param>
    /// <param name="rows">Cells along z.</param>
    /// <param name="heights">Of the cells' tops in metres, row by row.</param>
    /// <param name="cellSize">Metres.</param>
    /// <exception cref="ShapeException">A height or measure cannot be: the message says which.</exception>
    public GridTerrain(int columns, int rows, ReadOnlySpan<float> heights, float cellSize)
    {
        RasterCheck.Check("grid terrain", columns, rows, 1, heights, cellSize);
        (Columns, Rows, CellSize) = (columns, rows, cellSize);
        _heights = heights.ToArray();
        float highest = heights[0];
        _lowest = heights[0];
        foreach (float height in heights)
        {
            (_lowest, highest) = (Math.Min(_lowest, height), Math.Max(highest, height));
        }

        Bounds = new Aabb(new Vec3(0, _lowest, 0), new Vec3(columns * cellSize, highest, rows * cellSize));
        BoundingRadius = Vec3.Max(Vec3.Abs(Bounds.Min), Vec3.Abs(Bounds.Max)).Length;
    }

    public int Columns { get; }

    public int Rows { get; }

    public float CellSize { get; }

    public bool IsTwoSided => false;

    public Aabb Bounds { get; }

    public float BoundingRadius { get; }

    /// <summary>A map of open cells, floor at height zero, and closed cells, blocks of one height.</summary>
    /// <param name="columns">Cells along x.</param>
    /// <param name="rows">Cells along z.</param>
    /// <param name="closed">True for blocks, row by row.</param>
    /// <param name="cellSize">Metres.</param>
    /// <param name="wallHeight">Metres.</param>
    /// <exception cref="ShapeException">A measure cannot be: the message says which.</exception>
    public static GridTerrain FromCells(int columns, int rows, ReadOnlySpan<bool> closed, float cellSize, float wallHeight)
    {
        float[] heights = new float[closed.Length];
        for (int i = 0; i < heights.Length; i++)
        {
            heights[i] = closed[i] ? wallHeight : 0;
        }

        return new GridTerrain(columns, rows, heights, cellSize);
    }

    void ISurface.Overlap<TVisitor>(in Aabb box, ref TVisitor visitor)
    {
        if (!Aabb.Overlaps(box, Bounds))
        {
            return;
        }

        // A wall stands on the border of its cell: look a hair farther, to meet walls that a box just touches.
        float hair = 1e-3f * CellSize;
        int lastColumn = Cell(box.Max.X + hair, Columns), lastRow = Cell(box.Max.Z + hair, Rows);
        for (int row = Cell(box.Min.Z - hair, Rows); row <= lastRow; row++)
        {
            for (int column = Cell(box.Min.X - hair, Columns); column <= lastColumn; column++)
            {
                var faces = new Faces(this, column, row);
                while (faces.Next(box.Min.Y, box.Max.Y, out SurfaceTriangle triangle))
                {
                    if (!visitor.Visit(triangle))
                    {
                        return;
                    }
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

        var hair = new Vec3(1e-3f * CellSize, 0, 1e-3f * CellSize);
        var cells = new CellSweep(new BoxSweep(origin, halfExtents + hair, displacement), new Vec3(CellSize, 0, CellSize), Columns, Rows);
        float low = Math.Min(origin.Y, origin.Y + displacement.Y) - halfExtents.Y, high = Math.Max(origin.Y, origin.Y + displacement.Y) + halfExtents.Y;
        while (cells.Next(fraction, out int column, out int row))
        {
            var faces = new Faces(this, column, row);
            while (faces.Next(low, high, out SurfaceTriangle triangle))
            {
                visitor.Visit(triangle, ref fraction);
            }
        }
    }

    private float Height(int column, int row) =>
        (uint)column < (uint)Columns && (uint)row < (uint)Rows ? _heights[(row * Columns) + column] : _lowest;

    private int Cell(float at, int cells)
    {
        float cell = at / CellSize;
        return cell >= cells ? cells - 1 : cell >= 0 ? (int)cell : 0;
    }

    /// <summary>The triangles of one cell: two of the top, two of each wall down to a lower neighbour.</summary>
    private ref struct Faces(GridTerrain terrain, int column, int row)
    {
        private readonly float _height = terrain.Height(column, row);
        private int _face = -1;

        public bool Next(float low, float high, out SurfaceTriangle triangle)
        {
            while (++_face < 10)
            {
                if (_face < 2)
                {
                    if (_height >= low && _height <= high)
                    {
                        triangle = Top(_face);
                        return true;
                    }
                }
                else if (_height >= low && Wall((_face - 2) >> 1, _face & 1, high, out triangle))
                {
                    return true;
                }
            }

            triangle = default;
            return false;
        }

        private readonly uint Key => (((uint)((row * terrain.Columns) + column)) << FaceBits) | (uint)_face;

        private readonly bool IsLower(int stepColumn, int stepRow) => terrain.Height(column + stepColumn, row + stepRow) < _height;

        private readonly SurfaceTriangle Top(int half)
        {
            float x0 = column * terrain.CellSize, x1 = x0 + terrain.CellSize, z0 = row * terrain.CellSize, z1 = z0 + terrain.CellSize;
            Vec3 right = new(x1, _height, z0), below = new(x0, _height, z1);
            return half == 0
                ? new SurfaceTriangle(new Vec3(x0, _height, z0), below, right, Key, Outer(IsLower(-1, 0), false, IsLower(0, -1)))
                : new SurfaceTriangle(right, below, new Vec3(x1, _height, z1), Key, Outer(false, IsLower(0, 1), IsLower(1, 0)));
        }

        /// <summary>Sides: 0 and 1 look along +x and -x, 2 and 3 along +z and -z. Seen from outside a wall runs from right to left.</summary>
        private readonly bool Wall(int side, int half, float high, out SurfaceTriangle triangle)
        {
            (int stepColumn, int stepRow) = side switch
            {
                0 => (1, 0),
                1 => (-1, 0),
                2 => (0, 1),
                _ => (0, -1),
            };
            float foot = terrain.Height(column + stepColumn, row + stepRow);
            if (!(foot < _height) || foot > high)
            {
                triangle = default;
                return false;
            }

            // Along the wall, so that up × along looks outward.
            (int alongColumn, int alongRow) = (-stepRow, stepColumn);
            float size = terrain.CellSize;
            float x = (column + 0.5f + (0.5f * stepColumn)) * size, z = (row + 0.5f + (0.5f * stepRow)) * size;
            Vec3 along = new Vec3(alongColumn, 0, alongRow) * (0.5f * size), footPoint = new(x, foot, z), topPoint = new(x, _height, z);
            Vec3 a = footPoint - along, b = topPoint - along, c = topPoint + along, d = footPoint + along;
            triangle = half == 0
                ? new SurfaceTriangle(a, b, c, Key, Outer(IsLower(-alongColumn, -alongRow), true, false))
                : new SurfaceTriangle(a, c, d, Key, Outer(false, IsLower(alongColumn, alongRow), false));
            return true;
        }

        private static OuterEdges Outer(bool first, bool second, bool third) =>
            (first ? OuterEdges.PQ : 0) | (second ? OuterEdges.QR : 0) | (third ? OuterEdges.RP : 0);
    }
}
