using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Where the middle of an agent of one size can be: the cells of a grid from whose middle no closed cell is nearer than the agent's radius. What searches
/// need to know of these cells is kept with them, and after a change of the grid it is repaired round the change.
/// </summary>
/// <remarks>
/// An agent that moves between the middles of two such neighbours (for a diagonal, with the two beside it) touches no closed cell on its way
/// either: what a step comes nearest to lies beside one of these cells. So paths for it are paths over these cells, and one search serves every size.
/// </remarks>
internal sealed class AgentSpace
{
    private readonly Grid _grid;
    private readonly ushort[] _obstacles; // of each cell: how many closed cells its reach holds; empty for an agent of one cell
    private readonly CellBits _counted; // the open cells of the grid as they were when last looked at
    private readonly CellRect[] _changes = new CellRect[Limits.GridChangesMax];

    public AgentSpace(Grid grid, AgentReach reach)
    {
        _grid = grid;
        Reach = reach;
        _obstacles = reach.Cells.Length > 1 ? new ushort[grid.Width * grid.Height] : [];
        _counted = grid.Open.Clone();
        Rows = grid.Open.Clone();
        Columns = new CellBits(grid.Height, grid.Width);
        CountAll();
        Stops = new JumpStops(Rows, Columns);
        Stops.Build();
        Regions = new Regions(Rows);
        Version = grid.Version;
    }

    public AgentReach Reach { get; }

    /// <summary>The cells, row by row.</summary>
    public CellBits Rows { get; }

    /// <summary>The same, column by column.</summary>
    public CellBits Columns { get; }

    public JumpStops Stops { get; }

    public Regions Regions { get; }

    /// <summary>The grid's version that the rest belongs to.</summary>
    public int Version { get; private set; }

    public bool Contains(Cell cell) => (uint)cell.X < (uint)Rows.Width && (uint)cell.Y < (uint)Rows.Height && Rows[cell.X, cell.Y];

    /// <summary>The cell of the agent that is nearest to where it stands; none is looked for farther away than <see cref="Limits.StartSnapCellsMax"/>.</summary>
    /// <param name="at">The cell it stands in, or the nearest inside.</param>
    public bool TryFindStart(Vec2 from, Cell at, out Cell start)
    {
        start = at;
        if (Contains(at))
        {
            return true;
        }

        float best = float.PositiveInfinity;
        for (int ring = 1; ring <= Limits.StartSnapCellsMax && (ring - 1) * (ring - 1) <= best; ring++)
        {
            for (int y = at.Y - ring; y <= at.Y + ring; y++)
            {
                int step = y == at.Y - ring || y == at.Y + ring ? 1 : 2 * ring;
                for (int x = at.X - ring; x <= at.X + ring; x += step)
                {
                    float distance = Contains(new Cell(x, y)) ? Vec2.DistanceSquared(from, new Cell(x, y).Centre) : float.PositiveInfinity;
                    if (distance < best)
                    {
                        best = distance;
                        start = new Cell(x, y);
                    }
                }
            }
        }

        return best < float.PositiveInfinity;
    }

    /// <summary>Takes over what has changed in the grid.</summary>
    public void Update()
    {
        if (Version == _grid.Version)
        {
            return;
        }

        int count = _grid.ChangedSince(Version, _changes);
        for (int i = 0; i < count; i++)
        {
            Apply(_changes[i]);
        }

        Version = _grid.Version;
    }

    private void CountAll()
    {
        if (_obstacles.Length > 0)
        {
            CountObstacles();
            for (int y = 0; y < _grid.Height; y++)
            {
                for (int x = 0; x < _grid.Width; x++)
                {
                    Rows[x, y] = _obstacles[(y * _grid.Width) + x] == 0;
                }
            }
        }

        Columns.CopyTransposed(Rows);
    }

    // Each row of the reach is one run of cells, and how many of a run are closed is the difference of two sums along the grid's row.
    private void CountObstacles()
    {
        int reach = Reach.Out;
        int[] sums = new int[_grid.Width + (2 * reach) + 1];
        int[] halves = new int[(2 * reach) + 1];
        foreach (Cell offset in Reach.Cells)
        {
            halves[offset.Y + reach] = Math.Max(halves[offset.Y + reach], offset.X);
        }

        for (int y = -reach; y < _grid.Height + reach; y++)
        {
            for (int i = 1; i < sums.Length; i++)
            {
                sums[i] = sums[i - 1] + (_grid.IsOpen(i - 1 - reach, y) ? 0 : 1);
            }

            for (int at = Math.Max(y - reach, 0); at <= Math.Min(y + reach, _grid.Height - 1); at++)
            {
                int half = halves[y - at + reach];
                Span<ushort> obstacles = _obstacles.AsSpan(at * _grid.Width, _grid.Width);
                ReadOnlySpan<int> lefts = sums.AsSpan(reach - half, obstacles.Length);
                ReadOnlySpan<int> rights = sums.AsSpan(reach + half + 1, obstacles.Length);
                for (int x = 0; x < obstacles.Length; x++)
                {
                    obstacles[x] += (ushort)(rights[x] - lefts[x]);
                }
            }
        }
    }

    private void Apply(CellRect changed)
    {
        bool differs = false;
        for (int y = changed.Y; y < changed.Y + changed.Height; y++)
        {
            for (int x = changed.X; x < changed.X + changed.Width; x++)
            {
                bool open = _grid.Open[x, y];
                if (_counted[x, y] != open)
                {
                    _counted[x, y] = open;
                    differs = true;
                    Count(x, y, open);
                }
            }
        }

        if (differs)
        {
            int reach = Reach.Out;
            CellRect touched = new(changed.X - reach, changed.Y - reach, changed.Width + (2 * reach), changed.Height + (2 * reach));
            touched = touched.ClippedTo(_grid.Width, _grid.Height);
            Stops.Repair(touched);
            Regions.Repair(touched);
        }
    }

    private void Count(int x, int y, bool open)
    {
        if (_obstacles.Length == 0)
        {
            Rows[x, y] = open;
            Columns[y, x] = open;
            return;
        }

        // The reach is the same in all directions, so the agents this cell concerns stand at the same offsets.
        foreach (Cell offset in Reach.Cells)
        {
            (int atX, int atY) = (x + offset.X, y + offset.Y);
            if (_grid.IsInside(atX, atY))
            {
                ref ushort obstacles = ref _obstacles[(atY * _grid.Width) + atX];
                obstacles = (ushort)(obstacles + (open ? -1 : 1));
                Rows[atX, atY] = obstacles == 0;
                Columns[atY, atX] = obstacles == 0;
            }
        }
    }
}
