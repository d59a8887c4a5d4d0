using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>
/// Which cells of a grid can reach each other, found by flooding when first asked for after a change. Without corner cutting
/// the diagonals join nothing that the four straight moves do not, so those suffice.
/// </summary>
internal sealed class Regions
{
    // Distances of equally near cells differ by rounding only.
    private const double EqualDistance = 1e-9;

    private readonly Grid _grid;
    private int[] _labels = [];
    private int[] _stack = [];
    private Cell[] _nearest = new Cell[16];
    private int _version = -1;

    public Regions(Grid grid)
    {
        _grid = grid;
    }

    public bool AreCurrent => _version == _grid.Version;

    /// <summary>True if a path leads from one open cell to the other. Only while <see cref="AreCurrent"/>.</summary>
    public bool AreJoined(Cell a, Cell b) => _labels[(a.Y * _grid.Width) + a.X] == _labels[(b.Y * _grid.Width) + b.X];

    /// <summary>
    /// The cells reachable from an open one whose middle is nearest to a point of the goal cell; all of them, if several are equally
    /// near, row by row within growing squares.
    /// </summary>
    public ReadOnlySpan<Cell> FindNearest(Cell from, Cell goal, Vec2 point)
    {
        Update();
        int label = _labels[(from.Y * _grid.Width) + from.X];
        int count = 0;
        double best = double.PositiveInfinity;
        int last = Math.Max(_grid.Width, _grid.Height);
        for (int ring = 0; ring <= last && (ring - 1.0) * (ring - 1.0) <= best; ring++)
        {
            for (int y = Math.Max(goal.Y - ring, 0); y <= Math.Min(goal.Y + ring, _grid.Height - 1); y++)
            {
                bool whole = y == goal.Y - ring || y == goal.Y + ring;
                int step = whole || ring == 0 ? 1 : 2 * ring;
                for (int x = goal.X - ring; x <= goal.X + ring; x += step)
                {
                    if ((uint)x < (uint)_grid.Width && _labels[(y * _grid.Width) + x] == label)
                    {
                        Consider(new Cell(x, y), point, ref best, ref count);
                    }
                }
            }
        }

        return _nearest.AsSpan(0, count);
    }

    private void Consider(Cell cell, Vec2 point, ref double best, ref int count)
    {
        double dx = cell.X + 0.5 - point.X;
        double dy = cell.Y + 0.5 - point.Y;
        double distance = (dx * dx) + (dy * dy);
        if (distance > best + EqualDistance)
        {
            return;
        }

        if (distance < best - EqualDistance)
        {
            best = distance;
            count = 0;
        }

        if (count == _nearest.Length)
        {
            Array.Resize(ref _nearest, count * 2);
        }

        _nearest[count++] = cell;
    }

    private void Update()
    {
        if (AreCurrent)
        {
            return;
        }

        int cells = _grid.Width * _grid.Height;
        if (_labels.Length == 0)
        {
            _labels = new int[cells];
            _stack = new int[cells];
        }

        Array.Clear(_labels);
        int label = 0;
        for (int index = 0; index < cells; index++)
        {
            if (_labels[index] == 0 && IsOpen(index))
            {
                Flood(index, ++label);
            }
        }

        _version = _grid.Version;
    }

    private void Flood(int start, int label)
    {
        int width = _grid.Width;
        int count = 0;
        Visit(start, label, ref count);
        while (count > 0)
        {
            int index = _stack[--count];
            int x = index % width;
            if (x > 0)
            {
                Visit(index - 1, label, ref count);
            }

            if (x < width - 1)
            {
                Visit(index + 1, label, ref count);
            }

            if (index >= width)
            {
                Visit(index - width, label, ref count);
            }

            if (index < _labels.Length - width)
            {
                Visit(index + width, label, ref count);
            }
        }
    }

    private void Visit(int index, int label, ref int count)
    {
        if (_labels[index] == 0 && IsOpen(index))
        {
            _labels[index] = label;
            _stack[count++] = index;
        }
    }

    private bool IsOpen(int index) => _grid.IsOpen(index % _grid.Width, index / _grid.Width);
}
