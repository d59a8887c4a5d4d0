namespace RealtimeServer.Navigation.Voxels;

/// <summary>
/// Makes a flat grid of a <see cref="SpanField"/>. Where floors lie above each other, each column has the floor that the largest connected walk of all leads over; and where two
/// neighbours are farther apart than a step, the higher one is closed, as the grid knows no edges between cells.
/// </summary>
internal sealed class SpanGrid
{
    private static readonly (int X, int Z)[] Sides = [(1, 0), (0, 1)];

    private readonly SpanField _field;
    private readonly int _step;
    private readonly int _clearance;
    private readonly int[] _roots;

    private SpanGrid(SpanField field, int step, int clearance)
    {
        _field = field;
        _step = step;
        _clearance = clearance;
        _roots = new int[field.Count];
        for (int i = 0; i < _roots.Length; i++)
        {
            _roots[i] = i;
        }
    }

    /// <param name="step">How high agents step, in steps of the field's height.</param>
    /// <param name="clearance">How much room they need, in steps of the field's height.</param>
    /// <returns>Of each column the span that is walked on, or -1.</returns>
    public static int[] ChooseFloors(SpanField field, int step, int clearance)
    {
        SpanGrid grid = new(field, step, clearance);
        grid.Join();
        int[] floors = grid.ChooseLargest();
        grid.CloseLedges(floors);
        return floors;
    }

    private void Join()
    {
        for (int z = 0; z < _field.Depth; z++)
        {
            for (int x = 0; x < _field.Width; x++)
            {
                for (int at = _field.First(x, z); at >= 0; at = _field[at].Next)
                {
                    foreach ((int stepX, int stepZ) in Sides)
                    {
                        if (_field[at].IsWalkable && x + stepX < _field.Width && z + stepZ < _field.Depth)
                        {
                            JoinWith(at, _field.First(x + stepX, z + stepZ));
                        }
                    }
                }
            }
        }
    }

    private void JoinWith(int at, int other)
    {
        for (; other >= 0 && _field[other].Top - _field[at].Top <= _step; other = _field[other].Next)
        {
            if (_field[other].IsWalkable && Math.Abs(_field[other].Top - _field[at].Top) <= _step && HasRoom(at, other))
            {
                (int a, int b) = (Find(at), Find(other));
                _roots[Math.Max(a, b)] = Math.Min(a, b);
            }
        }
    }

    private bool HasRoom(int a, int b)
    {
        int floor = Math.Max(_field[a].Top, _field[b].Top);
        return Math.Min(Ceiling(a), Ceiling(b)) - floor >= _clearance;
    }

    private int Ceiling(int span) => _field[span].Next >= 0 ? _field[_field[span].Next].Bottom : int.MaxValue / 2;

    private int[] ChooseLargest()
    {
        int[] sizes = new int[_roots.Length];
        int columns = _field.Width * _field.Depth;
        for (int column = 0; column < columns; column++)
        {
            for (int at = _field.First(column % _field.Width, column / _field.Width); at >= 0; at = _field[at].Next)
            {
                sizes[Find(at)] += _field[at].IsWalkable ? 1 : 0;
            }
        }

        int[] floors = new int[columns];
        for (int column = 0; column < columns; column++)
        {
            floors[column] = -1;
            int best = 0;
            for (int at = _field.First(column % _field.Width, column / _field.Width); at >= 0; at = _field[at].Next)
            {
                if (_field[at].IsWalkable && sizes[Find(at)] >= best)
                {
                    best = sizes[Find(at)];
                    floors[column] = at;
                }
            }
        }

        return floors;
    }

    private void CloseLedges(int[] floors)
    {
        int[] chosen = [.. floors];
        for (int z = 0; z < _field.Depth; z++)
        {
            for (int x = 0; x < _field.Width; x++)
            {
                int at = chosen[(z * _field.Width) + x];
                if (at >= 0 && StandsOver(chosen, x, z, _field[at].Top))
                {
                    floors[(z * _field.Width) + x] = -1;
                }
            }
        }
    }

    private bool StandsOver(int[] floors, int x, int z, int top)
    {
        for (int row = Math.Max(z - 1, 0); row <= Math.Min(z + 1, _field.Depth - 1); row++)
        {
            for (int column = Math.Max(x - 1, 0); column <= Math.Min(x + 1, _field.Width - 1); column++)
            {
                int other = floors[(row * _field.Width) + column];
                if (other >= 0 && top - _field[other].Top > _step)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private int Find(int span)
    {
        while (_roots[span] != span)
        {
            _roots[span] = _roots[_roots[span]];
            span = _roots[span];
        }

        return span;
    }
}
