using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Maps;

/// <summary>
/// Closes the cells that solid shapes stand in, as blocks on a grid: those that a shape reaches into by more than <see cref="Reach"/>, and, where a shape stands between
/// the middles of two cells that are still open (a fence along their border), the one of them that it stands in.
/// </summary>
/// <remarks>
/// No step between the middles of open cells leads through a shape then: each part is convex, so what it covers of a line between middles is one interval, which holds a
/// middle, or lies between two neighbours.
/// </remarks>
internal sealed class SolidCells
{
    /// <summary>Of a cell's side. An agent of the usual radius, 0.4, still passes between what reaches in less and the cell's other side.</summary>
    public const double Reach = 0.2;

    // A shape that ends at a border, but for rounding, does not reach over it.
    private const double Touch = 1.0 / 1024;

    private readonly Grid _grid;
    private readonly string _file;
    private readonly List<Cell> _closed = [];
    private long _work;

    /// <param name="file">For refusals.</param>
    public SolidCells(Grid grid, string file) => (_grid, _file) = (grid, file);

    /// <summary>Closes what all shapes of a map that close cells stand in.</summary>
    /// <exception cref="MapException">That is more work than a map may be.</exception>
    public static void Close(Grid grid, IReadOnlyList<MapSolid> solids, string file)
    {
        SolidCells cells = new(grid, file);
        foreach (MapSolid solid in solids.Where(solid => solid.ClosesCells))
        {
            cells.Close(solid);
        }
    }

    /// <summary>Closes the cells that one shape stands in, whatever it says of itself.</summary>
    /// <returns>Those that were open. Valid until the next call.</returns>
    /// <exception cref="MapException">That is more work than a map may be.</exception>
    public IReadOnlyList<Cell> Close(MapSolid solid)
    {
        _closed.Clear();
        foreach (IReadOnlyList<Vec2> part in solid.Parts)
        {
            CloseReached(part);
        }

        // Only now: what lies between two middles in one part may reach far into a cell in the next.
        foreach (IReadOnlyList<Vec2> part in solid.Parts)
        {
            CloseBetween(part, alongX: true);
            CloseBetween(part, alongX: false);
            CloseCorner(part);
        }

        return _closed;
    }

    /// <summary>Opens again what the last call has closed.</summary>
    public void Undo()
    {
        foreach (Cell cell in _closed)
        {
            _grid.SetBlocks(cell.X, cell.Y, 0);
        }

        _closed.Clear();
    }

    private void CloseReached(IReadOnlyList<Vec2> part)
    {
        (int first, int last) = Lines(part, alongX: true);
        for (int y = first; y <= last; y++)
        {
            if (ConvexRows.TryExtent(part, y + Reach + Touch, y + 1 - Reach - Touch, alongX: true, out double low, out double high))
            {
                int from = (int)Math.Clamp(Math.Ceiling(low - 1 + Reach + Touch), 0, _grid.Width);
                int to = (int)Math.Clamp(Math.Floor(high - Reach - Touch), -1, _grid.Width - 1);
                Count(Math.Max(to - from, 0));
                for (int x = from; x <= to; x++)
                {
                    Close(x, y);
                }
            }
        }
    }

    private void CloseBetween(IReadOnlyList<Vec2> part, bool alongX)
    {
        int cells = alongX ? _grid.Width : _grid.Height;
        (int first, int last) = Lines(part, alongX);
        for (int line = first; line <= last; line++)
        {
            if (!ConvexRows.TryExtent(part, line + 0.5, line + 0.5, alongX, out double low, out double high))
            {
                continue;
            }

            double after = Math.Ceiling(low - 0.5);
            if (high < after + 0.5 && after >= 1 && after < cells)
            {
                int right = (int)after;
                (Cell one, Cell other) = alongX ? (new Cell(right - 1, line), new Cell(right, line)) : (new Cell(line, right - 1), new Cell(line, right));
                if (_grid.IsOpen(one) && _grid.IsOpen(other))
                {
                    Cell chosen = ((low + high) * 0.5) + Touch < right ? one : other;
                    Close(chosen.X, chosen.Y);
                }
            }
        }
    }

    // What is so small that it lies between the middles of four cells bars at most the two ways across their common corner.
    private void CloseCorner(IReadOnlyList<Vec2> part)
    {
        (double left, double top, double right, double bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        foreach (Vec2 corner in part)
        {
            (left, right) = (Math.Min(left, corner.X), Math.Max(right, corner.X));
            (top, bottom) = (Math.Min(top, corner.Y), Math.Max(bottom, corner.Y));
        }

        (double x, double y) = (Math.Floor(left - 0.5), Math.Floor(top - 0.5));
        if (right > x + 1.5 || bottom > y + 1.5 || x < 0 || y < 0 || x + 1 >= _grid.Width || y + 1 >= _grid.Height || !AreOpen((int)x, (int)y))
        {
            return;
        }

        (double falls, double fallsTo, double rises, double risesTo) = (double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);
        foreach (Vec2 corner in part)
        {
            (double fall, double rise) = (corner.X - x - (corner.Y - y), corner.X - x + (corner.Y - y) - 2);
            (falls, fallsTo) = (Math.Min(falls, fall), Math.Max(fallsTo, fall));
            (rises, risesTo) = (Math.Min(rises, rise), Math.Max(risesTo, rise));
        }

        if ((falls <= 0 && fallsTo >= 0) || (rises <= 0 && risesTo >= 0))
        {
            Close((int)Math.Floor(((left + right) * 0.5) + Touch), (int)Math.Floor(((top + bottom) * 0.5) + Touch));
        }
    }

    private bool AreOpen(int x, int y) => _grid.IsOpen(x, y) && _grid.IsOpen(x + 1, y) && _grid.IsOpen(x, y + 1) && _grid.IsOpen(x + 1, y + 1);

    private void Close(int x, int y)
    {
        if (_grid.IsOpen(x, y))
        {
            _grid.SetBlocks(x, y, 1);
            _closed.Add(new Cell(x, y));
        }
    }

    // The rows, or columns, of the grid that a part lies in.
    private (int First, int Last) Lines(IReadOnlyList<Vec2> part, bool alongX)
    {
        (float low, float high) = (float.MaxValue, float.MinValue);
        foreach (Vec2 corner in part)
        {
            float across = alongX ? corner.Y : corner.X;
            (low, high) = (MathF.Min(low, across), MathF.Max(high, across));
        }

        int most = (alongX ? _grid.Height : _grid.Width) - 1;
        (int first, int last) = ((int)Math.Clamp(MathF.Floor(low), 0, most + 1), (int)Math.Clamp(MathF.Floor(high), -1, most));
        Count(Math.Max(last - first + 1, 0) * (long)part.Count);
        return (first, last);
    }

    private void Count(long steps)
    {
        _work += steps;
        if (_work > Limits.MapPaintStepsMax)
        {
            throw new MapException(_file, "", "", "Its collision shapes cross more cells than can be closed; use fewer, or smaller ones, or a smaller map.");
        }
    }
}
