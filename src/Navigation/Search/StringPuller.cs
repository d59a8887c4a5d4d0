using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Turns a path of cells into few straight pieces. From each waypoint it goes on to the farthest point of the path that can be
/// reached in a straight line: first by whole runs of equal moves, then by halving the run that went too far. A piece
/// replaces part of the path only if it is clear and costs no more, so the result is never longer or dearer than the path.
/// </summary>
internal sealed class StringPuller
{
    // Costs are sums of rounded terms; a straight run must not lose against itself.
    private const double EqualCost = 1e-9;

    private readonly Grid _grid;
    private readonly int _rowFactor; // of what cells of a path and a line take
    private double[] _costSoFar = new double[64];
    private Vec2[] _points = new Vec2[16];
    private Vec2 _start;
    private Vec2 _end;
    private float _radius;
    private float _startClearance;
    private float _endClearance;
    private bool _weighted;
    private bool _writesStart;
    private int _summed;
    private int _anchor;
    private int _good; // the farthest point of the path that is known to be in line with the anchor
    private int _bad; // the nearest one that is known not to be, or -1
    private int _probe; // the one that is being looked at, or -1
    private int _row; // the next row to look at between anchor and probe, and the last
    private int _lastRow;
    private LineSum _sum; // of that line, once it is clear
    private bool _isSumming;

    public StringPuller(Grid grid)
    {
        _grid = grid;
        _rowFactor = grid.Width > WorkUnits.NearRow ? WorkUnits.LongRow : 1;
    }

    public int Count { get; private set; }

    public double Cost { get; private set; }

    /// <summary>Pulls a path straight at once.</summary>
    /// <inheritdoc cref="Begin"/>
    /// <inheritdoc cref="TryContinue"/>
    public bool Pull(ReadOnlySpan<Cell> cells, Vec2 start, Vec2 end, float radius, bool writeStart, Span<Vec2> waypoints)
    {
        int units = int.MaxValue;
        Begin(start, end, radius, writeStart);
        TryContinue(cells, ref units, waypoints, out bool fits);
        return fits;
    }

    /// <summary>Begins to pull a path straight; <see cref="TryContinue"/> does the work.</summary>
    /// <param name="start">It lies in the first cell of the path.</param>
    /// <param name="end">It lies in the last.</param>
    /// <param name="writeStart">True if the start itself is the first waypoint.</param>
    public void Begin(Vec2 start, Vec2 end, float radius, bool writeStart)
    {
        Count = 0;
        Cost = 0;
        _start = start;
        _end = end;
        _radius = radius;
        _startClearance = Clearance(start);
        _endClearance = Clearance(end);
        _weighted = !_grid.IsUniform;
        _writesStart = writeStart;
        (_summed, _anchor, _good, _bad, _probe, _isSumming) = (0, 0, 1, -1, -1, false);
    }

    /// <param name="cells">The path, the same at each call.</param>
    /// <param name="units">Of work; what was used is taken off.</param>
    /// <param name="waypoints">Where the pieces end; written once it is done.</param>
    /// <param name="fits">False if the waypoints did not fit; those that do are written.</param>
    /// <returns>True once it is done.</returns>
    public bool TryContinue(ReadOnlySpan<Cell> cells, ref int units, Span<Vec2> waypoints, out bool fits)
    {
        fits = false;
        if (_weighted && !TrySumCosts(cells, ref units))
        {
            return false;
        }

        if (_writesStart)
        {
            _writesStart = false;
            Add(_start);
        }

        while (_anchor < cells.Length - 1 && Count < waypoints.Length)
        {
            if (units <= 0)
            {
                return false;
            }

            Look(cells, ref units);
        }

        if (cells.Length == 1)
        {
            Cost = CostOf(_start, _end);
            Add(_end);
        }

        fits = _anchor >= cells.Length - 1 && Count <= waypoints.Length;
        Count = Math.Min(Count, waypoints.Length);
        _points.AsSpan(0, Count).CopyTo(waypoints);
        return true;
    }

    private void Add(Vec2 point)
    {
        if (Count == _points.Length)
        {
            Array.Resize(ref _points, Count * 2);
        }

        _points[Count++] = point;
    }

    // One look farther from the anchor: by whole runs of equal moves, then by halving the run that went too far. The next cell is always in line: both, and for a
    // diagonal the two beside them, are open and form a rectangle.
    private void Look(ReadOnlySpan<Cell> cells, ref int units)
    {
        if (_isSumming)
        {
            SumOn(cells, ref units);
            return;
        }

        if (_probe >= 0)
        {
            LookOn(cells, ref units);
            return;
        }

        int probe = _bad < 0 ? NextTurn(cells, _good) : (_good + _bad) / 2;
        units -= _bad < 0 ? (probe - _good) / (4 * WorkUnits.PathCells) : 0;
        Vec2 a = Point(cells, _anchor);
        Vec2 b = Point(cells, probe);
        if (probe == _good)
        {
            Cost += CostOf(a, b);
            Add(b);
            (_anchor, _good, _bad) = (_good, _good + 1, -1);
        }
        else
        {
            units -= WorkUnits.Line;
            bool isInside = LineOfSight.TryRows(_grid, a.X, a.Y, b.X, b.Y, RadiusOf(cells, probe), out _row, out _lastRow);
            (_probe, _bad) = isInside ? (probe, _bad) : (-1, probe);
        }
    }

    // A line over a large map meets thousands of rows, so it is looked at in pieces, too.
    private void LookOn(ReadOnlySpan<Cell> cells, ref int units)
    {
        int last = Math.Min(_row + WorkUnits.LineRowsAtOnce - 1, _lastRow);
        int rows = last + 1 - _row;
        units -= _rowFactor * rows / WorkUnits.LineRows;
        Vec2 a = Point(cells, _anchor);
        Vec2 b = Point(cells, _probe);
        if (!LineOfSight.IsClearAlong(_grid, a.X, a.Y, b.X, b.Y, RadiusOf(cells, _probe), _row, last))
        {
            (_bad, _probe) = (_probe, -1);
            return;
        }

        _row = last + 1;
        if (_row > _lastRow)
        {
            _sum = new LineSum(a.X, a.Y);
            (_good, _probe, _isSumming) = _weighted ? (_good, _probe, true) : (_probe, -1, false);
        }
    }

    // Where costs differ a clear line can still be the dearer way.
    private void SumOn(ReadOnlySpan<Cell> cells, ref int units)
    {
        Vec2 a = Point(cells, _anchor);
        Vec2 b = Point(cells, _probe);
        units -= _rowFactor * WorkUnits.LineCellsAtOnce / WorkUnits.LineCells;
        if (_sum.TryGoOn(_grid, a.X, a.Y, b.X, b.Y, WorkUnits.LineCellsAtOnce))
        {
            bool isGood = _sum.Sum <= (_costSoFar[_probe] - _costSoFar[_anchor]) * (1 + EqualCost);
            (_good, _bad, _probe, _isSumming) = isGood ? (_probe, _bad, -1, false) : (_good, _probe, -1, false);
        }
    }

    // An agent that stands closer to a wall than its radius could see nothing; it keeps the distance it has.
    private float RadiusOf(ReadOnlySpan<Cell> cells, int probe)
    {
        float radius = _anchor == 0 ? Math.Min(_radius, _startClearance) : _radius;
        return probe == cells.Length - 1 ? Math.Min(radius, _endClearance) : radius;
    }

    // Where the run of equal moves that leaves cell i ends; i itself at the end of the path.
    private static int NextTurn(ReadOnlySpan<Cell> cells, int i)
    {
        int last = cells.Length - 1;
        if (i >= last)
        {
            return last;
        }

        int dx = cells[i + 1].X - cells[i].X;
        int dy = cells[i + 1].Y - cells[i].Y;
        int end = i + 1;
        while (end < last && cells[end + 1].X - cells[end].X == dx && cells[end + 1].Y - cells[end].Y == dy)
        {
            end++;
        }

        return end;
    }

    private Vec2 Point(ReadOnlySpan<Cell> cells, int i) => i == 0 ? _start : i == cells.Length - 1 ? _end : cells[i].Centre;

    // Where all cells cost the same, of a clear line its length says all.
    private double CostOf(Vec2 a, Vec2 b)
    {
        if (_weighted)
        {
            return LineOfSight.Cost(_grid, a.X, a.Y, b.X, b.Y);
        }

        double dx = (double)b.X - a.X;
        double dy = (double)b.Y - a.Y;
        return Math.Sqrt((dx * dx) + (dy * dy)) * (_grid.LeastCostEighths * (double)Grid.CostStep);
    }

    private bool TrySumCosts(ReadOnlySpan<Cell> cells, ref int units)
    {
        const int Piece = 64;
        if (cells.Length > _costSoFar.Length)
        {
            _costSoFar = GC.AllocateUninitializedArray<double>(Math.Max(cells.Length, _costSoFar.Length * 2));
        }

        while (_summed < cells.Length)
        {
            if (units <= 0)
            {
                return false;
            }

            units -= _rowFactor * Piece / WorkUnits.PathCells;
            for (int end = Math.Min(_summed + Piece, cells.Length); _summed < end; _summed++)
            {
                int i = _summed;
                _costSoFar[i] = i == 0 ? 0 : _costSoFar[i - 1] + CostOf(Point(cells, i - 1), Point(cells, i));
            }
        }

        return true;
    }

    private float Clearance(Vec2 point)
    {
        Cell cell = Cell.At(point);
        double best = Math.Max(_radius * (double)_radius, 0.25);
        int around = (int)Math.Ceiling(_radius + 0.5f);
        for (int y = cell.Y - around; y <= cell.Y + around; y++)
        {
            for (int x = cell.X - around; x <= cell.X + around; x++)
            {
                if (!_grid.IsOpen(x, y))
                {
                    best = Math.Min(best, SegmentGeometry.PointToRect(point.X, point.Y, x, y, x + 1, y + 1));
                }
            }
        }

        return (float)Math.Sqrt(best);
    }
}
