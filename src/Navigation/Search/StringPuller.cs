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
    private double[] _costSoFar = new double[64];
    private Vec2 _start;
    private Vec2 _end;
    private float _radius;
    private float _startClearance;
    private float _endClearance;
    private bool _weighted;

    public StringPuller(Grid grid)
    {
        _grid = grid;
    }

    public int Count { get; private set; }

    public double Cost { get; private set; }

    /// <summary>What the last path took, in units of <see cref="WorkUnits"/>: of every line that was looked at, its rows.</summary>
    public int Work { get; private set; }

    /// <param name="cells">The path; the start lies in the first, the end in the last.</param>
    /// <param name="writeStart">True if the start itself is the first waypoint.</param>
    /// <returns>False if the waypoints did not fit; those that do are written.</returns>
    public bool Pull(ReadOnlySpan<Cell> cells, Vec2 start, Vec2 end, float radius, bool writeStart, Span<Vec2> waypoints)
    {
        Count = 0;
        Cost = 0;
        Work = 0;
        _start = start;
        _end = end;
        _radius = radius;
        _startClearance = Clearance(start);
        _endClearance = Clearance(end);
        _weighted = !_grid.IsUniform;
        if (_weighted)
        {
            SumCosts(cells);
        }

        if (writeStart && !Write(start, waypoints))
        {
            return false;
        }

        if (cells.Length == 1)
        {
            Cost = LineOfSight.Cost(_grid, start.X, start.Y, end.X, end.Y);
            return Write(end, waypoints);
        }

        int anchor = 0;
        while (anchor < cells.Length - 1)
        {
            int next = FarthestInLine(cells, anchor);
            if (Count == waypoints.Length)
            {
                return false;
            }

            Vec2 a = Point(cells, anchor);
            Vec2 b = Point(cells, next);
            Cost += LineOfSight.Cost(_grid, a.X, a.Y, b.X, b.Y);
            Write(b, waypoints);
            anchor = next;
        }

        return true;
    }

    private bool Write(Vec2 point, Span<Vec2> waypoints)
    {
        if (Count == waypoints.Length)
        {
            return false;
        }

        waypoints[Count++] = point;
        return true;
    }

    private int FarthestInLine(ReadOnlySpan<Cell> cells, int anchor)
    {
        // The next cell is always in line: both, and for a diagonal the two beside them, are open and form a rectangle.
        int best = anchor + 1;
        int turn = NextTurn(cells, best);
        while (turn > best)
        {
            if (!IsShortcut(cells, anchor, turn))
            {
                return Halve(cells, anchor, best, turn);
            }

            best = turn;
            turn = NextTurn(cells, best);
        }

        return best;
    }

    private int Halve(ReadOnlySpan<Cell> cells, int anchor, int good, int bad)
    {
        while (bad - good > 1)
        {
            int middle = (good + bad) / 2;
            if (IsShortcut(cells, anchor, middle))
            {
                good = middle;
            }
            else
            {
                bad = middle;
            }
        }

        return good;
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

    private bool IsShortcut(ReadOnlySpan<Cell> cells, int from, int to)
    {
        Vec2 a = Point(cells, from);
        Vec2 b = Point(cells, to);
        Work += 2 + (Math.Abs(cells[to].Y - cells[from].Y) / 2);

        // An agent that stands closer to a wall than its radius could see nothing; it keeps the distance it has.
        float radius = _radius;
        radius = from == 0 ? Math.Min(radius, _startClearance) : radius;
        radius = to == cells.Length - 1 ? Math.Min(radius, _endClearance) : radius;
        return LineOfSight.IsClearExact(_grid, a.X, a.Y, b.X, b.Y, radius)
            && (!_weighted || LineOfSight.Cost(_grid, a.X, a.Y, b.X, b.Y) <= (_costSoFar[to] - _costSoFar[from]) * (1 + EqualCost));
    }

    private Vec2 Point(ReadOnlySpan<Cell> cells, int i) => i == 0 ? _start : i == cells.Length - 1 ? _end : cells[i].Centre;

    private void SumCosts(ReadOnlySpan<Cell> cells)
    {
        if (cells.Length > _costSoFar.Length)
        {
            _costSoFar = new double[Math.Max(cells.Length, _costSoFar.Length * 2)];
        }

        _costSoFar[0] = 0;
        for (int i = 1; i < cells.Length; i++)
        {
            Vec2 a = Point(cells, i - 1);
            Vec2 b = Point(cells, i);
            _costSoFar[i] = _costSoFar[i - 1] + LineOfSight.Cost(_grid, a.X, a.Y, b.X, b.Y);
        }
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
