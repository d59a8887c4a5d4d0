using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The cells reachable from an open one whose middle is nearest to a point of a goal that is not; all of them, if several are equally near, row by row within growing
/// squares. Where much is walled off this looks at many cells, so it can be done in pieces.
/// </summary>
internal sealed class NearestCells(CellBits open, Regions regions)
{
    // Distances of equally near cells differ by rounding only.
    private const double EqualDistance = 1e-9;

    private Cell[] _found = new Cell[16];
    private int _count;
    private int _ring;
    private int _row; // of the ring, from its upper end in the grid
    private int _region;
    private double _best;
    private Cell _goal;
    private Vec2 _point;

    /// <summary>What was found.</summary>
    public ReadOnlySpan<Cell> Found => _found.AsSpan(0, _count);

    /// <summary>Begins to look; <see cref="Continue"/> does the work. The cells must not change before it is done.</summary>
    /// <param name="from">An open cell.</param>
    /// <param name="goal">The cell that holds the point.</param>
    public void Begin(Cell from, Cell goal, Vec2 point)
    {
        _region = regions.RegionOf(from);
        (_goal, _point) = (goal, point);
        (_count, _ring, _row, _best) = (0, 0, 0, double.PositiveInfinity);
    }

    /// <summary>Goes on until all are found or the units are used up.</summary>
    /// <param name="units">Of work; what was used is taken off.</param>
    /// <returns>True once it is done.</returns>
    public bool Continue(ref int units)
    {
        int last = Math.Max(open.Width, open.Height);
        for (; _ring <= last && (_ring - 1.0) * (_ring - 1.0) <= _best; _ring++, _row = 0)
        {
            // Rings far away are long: a row at a time.
            int top = Math.Max(_goal.Y - _ring, 0);
            int bottom = Math.Min(_goal.Y + _ring, open.Height - 1);
            for (; top + _row <= bottom; _row++)
            {
                if (units <= 0)
                {
                    return false;
                }

                units -= LookAlong(top + _row);
            }
        }

        return true;
    }

    // The ring's cells of one row: all from side to side at its upper and lower end, else both ends.
    private int LookAlong(int y)
    {
        bool whole = y == _goal.Y - _ring || y == _goal.Y + _ring;
        int step = whole ? 1 : 2 * _ring;
        int left = whole ? Math.Max(_goal.X - _ring, 0) : _goal.X - _ring;
        int right = whole ? Math.Min(_goal.X + _ring, open.Width - 1) : _goal.X + _ring;
        for (int x = left; x <= right; x += step)
        {
            if ((uint)x < (uint)open.Width && open[x, y] && regions.RegionOf(new Cell(x, y)) == _region)
            {
                Consider(new Cell(x, y));
            }
        }

        return whole ? 1 + ((right - left) / WorkUnits.RingCells) : WorkUnits.RingEnds;
    }

    private void Consider(Cell cell)
    {
        double dx = cell.X + 0.5 - _point.X;
        double dy = cell.Y + 0.5 - _point.Y;
        double distance = (dx * dx) + (dy * dy);
        if (distance > _best + EqualDistance)
        {
            return;
        }

        if (distance < _best - EqualDistance)
        {
            _best = distance;
            _count = 0;
        }

        if (_count == _found.Length)
        {
            Array.Resize(ref _found, _count * 2);
        }

        _found[_count++] = cell;
    }
}
