using RealtimeServer.Foundation;

namespace RealtimeServer.Physics.Shapes;

/// <summary>
/// A grid map, extruded, for static and kinematic bodies: each cell is a column with a flat top at its height, and walls down to lower neighbours.
/// Cell (column, row) fills x from column × cell size and z from row × cell size. Solid from outside only. Never changes: <see cref="With"/> makes another.
/// </summary>
public sealed class GridTerrain : ISurface
{
    /// <summary>The height of a cell without a column.</summary>
    public const float Nothing = float.NegativeInfinity;

    private const int FaceBits = 4;
    private readonly float[] _heights;
    private readonly TerrainPatch?[]? _patches; // null if it is as it began
    private readonly float _bottom;
    private readonly float _lowest;
    private HeightRange[]? _ranges; // of each square of what it began as, once they are asked for

    /// <param name="columns">Cells along x.</param>
    /// <param name="rows">Cells along z.</param>
    /// <param name="heights">Of the cells' tops in metres, row by row; <see cref="Nothing"/> for no column.</param>
    /// <param name="cellSize">Metres.</param>
    /// <param name="bottom">Metres down to which walls go where nothing is beside them; the lowest cell's top if that is lower.</param>
    /// <exception cref="ShapeException">A height or measure cannot be: the message says which.</exception>
    public GridTerrain(int columns, int rows, ReadOnlySpan<float> heights, float cellSize, float bottom = float.PositiveInfinity)
        : this(columns, rows, heights.ToArray(), cellSize, bottom, null, RangeOf(columns, rows, heights, cellSize))
    {
    }

    private GridTerrain(int columns, int rows, float[] heights, float cellSize, float bottom, TerrainPatch?[]? patches, HeightRange range)
    {
        (Columns, Rows, CellSize) = (columns, rows, cellSize);
        (_heights, _patches, _bottom) = (heights, patches, bottom);
        float lowest = Math.Min(range.Low, bottom);
        _lowest = float.IsFinite(lowest) ? lowest : 0;
        Bounds = new Aabb(new Vec3(0, _lowest, 0), new Vec3(columns * cellSize, Math.Max(range.High, _lowest), rows * cellSize));
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

    /// <summary>How high a cell's top is, in metres; <see cref="Nothing"/> if there is no column.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cell is outside.</exception>
    public float HeightAt(int column, int row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Columns, nameof(column));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Rows, nameof(row));
        return Height(column, row);
    }

    /// <summary>
    /// The terrain with some cells of another height: the same in all it does as one made of all heights anew, and shares what does not change with this one. Costs
    /// what it changes, and 24 bytes for each 16 by 16 cells.
    /// </summary>
    /// <exception cref="ShapeException">A cell is none of the terrain, or a height cannot be: the message says which.</exception>
    public GridTerrain With(ReadOnlySpan<TerrainCell> cells)
    {
        int across = Squares(Columns), count = across * Squares(Rows);
        TerrainPatch?[] patches = _patches is null ? new TerrainPatch?[count] : (TerrainPatch?[])_patches.Clone();
        var written = new float[]?[count];
        foreach (TerrainCell cell in cells)
        {
            if ((uint)cell.Cell >= (uint)_heights.Length)
            {
                throw new ShapeException($"Cell {cell.Cell} is none of a grid terrain of {Columns} by {Rows}.");
            }

            (int column, int row) = (cell.Cell % Columns, cell.Cell / Columns);
            RasterCheck.CheckHeight("grid terrain", column, row, cell.Height, mayBeNothing: true);
            int square = ((row >> TerrainPatch.SideBits) * across) + (column >> TerrainPatch.SideBits);
            (written[square] ??= CopyOf(column, row))[TerrainPatch.IndexIn(column, row)] = cell.Height;
        }

        _ranges ??= RangesOf(across, count);
        HeightRange range = HeightRange.None;
        for (int i = 0; i < count; i++)
        {
            if (written[i] is { } heights)
            {
                patches[i] = new TerrainPatch(heights, RangeOf(heights));
            }

            range = range.With(patches[i]?.Range ?? _ranges[i]);
        }

        return new GridTerrain(Columns, Rows, _heights, CellSize, _bottom, patches, range) { _ranges = _ranges };
    }

    /// <summary>Writes the cells that differ from those of the terrain this one was made of by <see cref="With"/>.</summary>
    public void SaveChanges(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        int countAt = writer.Length, count = 0, across = Squares(Columns);
        writer.Int(0);
        for (int i = 0; _patches is not null && i < _patches.Length; i++)
        {
            (int left, int top) = (i % across << TerrainPatch.SideBits, i / across << TerrainPatch.SideBits);
            for (int at = 0; _patches[i] is { } patch && at < patch.Heights.Length; at++)
            {
                int cell = ((top + (at >> TerrainPatch.SideBits)) * Columns) + left + (at & (TerrainPatch.Side - 1));
                if (IsInside(left, top, at) && patch.Heights[at] != _heights[cell])
                {
                    writer.Value(new TerrainCell(cell, patch.Heights[at]));
                    count++;
                }
            }
        }

        System.Runtime.InteropServices.MemoryMarshal.Write(writer.Written[countAt..], in count);
    }

    /// <summary>The terrain that wrote its changes, made of this one, which it was made of then.</summary>
    /// <exception cref="InvalidDataException">They are cut off, or cannot be.</exception>
    public GridTerrain ReadChanges(ref StateReader reader)
    {
        var cells = new TerrainCell[reader.Count(_heights.Length, "changed cells of a terrain")];
        foreach (ref TerrainCell cell in cells.AsSpan())
        {
            cell = reader.Value<TerrainCell>();
        }

        try
        {
            return With(cells);
        }
        catch (ShapeException wrong)
        {
            throw new InvalidDataException(wrong.Message, wrong);
        }
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

    /// <summary>Of nothing below anything, so that it has no faces.</summary>
    private float Height(int column, int row)
    {
        if ((uint)column >= (uint)Columns || (uint)row >= (uint)Rows)
        {
            return _lowest;
        }

        return _patches?[((row >> TerrainPatch.SideBits) * Squares(Columns)) + (column >> TerrainPatch.SideBits)] is { } patch
            ? patch.Heights[TerrainPatch.IndexIn(column, row)]
            : _heights[(row * Columns) + column];
    }

    /// <summary>The height that walls see: beside the terrain and where nothing is, its bottom.</summary>
    internal float HeightOrBottom(int column, int row) => Math.Max(Height(column, row), _lowest);

    private static int Squares(int cells) => (cells + TerrainPatch.Side - 1) >> TerrainPatch.SideBits;

    private bool IsInside(int left, int top, int at) => left + (at & (TerrainPatch.Side - 1)) < Columns && top + (at >> TerrainPatch.SideBits) < Rows;

    /// <summary>The heights of the square that a cell is in; nothing where it reaches out of the terrain.</summary>
    private float[] CopyOf(int column, int row)
    {
        float[] heights = new float[TerrainPatch.Side * TerrainPatch.Side];
        (int left, int top) = (column & ~(TerrainPatch.Side - 1), row & ~(TerrainPatch.Side - 1));
        for (int at = 0; at < heights.Length; at++)
        {
            heights[at] = IsInside(left, top, at) ? Height(left + (at & (TerrainPatch.Side - 1)), top + (at >> TerrainPatch.SideBits)) : Nothing;
        }

        return heights;
    }

    private HeightRange[] RangesOf(int across, int count)
    {
        var ranges = new HeightRange[count];
        ranges.AsSpan().Fill(HeightRange.None);
        for (int cell = 0; cell < _heights.Length; cell++)
        {
            ref HeightRange range = ref ranges[((cell / Columns >> TerrainPatch.SideBits) * across) + (cell % Columns >> TerrainPatch.SideBits)];
            range = range.With(_heights[cell]);
        }

        return ranges;
    }

    private static HeightRange RangeOf(int columns, int rows, ReadOnlySpan<float> heights, float cellSize)
    {
        RasterCheck.Check("grid terrain", columns, rows, 1, heights, cellSize, mayBeNothing: true);
        return RangeOf(heights);
    }

    private static HeightRange RangeOf(ReadOnlySpan<float> heights)
    {
        HeightRange range = HeightRange.None;
        foreach (float height in heights)
        {
            range = range.With(height);
        }

        return range;
    }

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
            float foot = terrain.HeightOrBottom(column + stepColumn, row + stepRow);
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
