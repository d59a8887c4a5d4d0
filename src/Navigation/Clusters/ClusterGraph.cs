using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>
/// A grid cut into squares and, along the border of each two neighbours, the places where one can go from one to the other: the nodes of a small graph over
/// a huge map (A. Botea, M. Müller,
/// J. Schaeffer, "Near optimal hierarchical path-finding", 2004). Of a run of open cells along a border every one is at most <see cref="Spacing"/> / 2 cells
/// from a crossing. A border is looked at when it is first asked for, and again after a change beside it.
/// </summary>
internal sealed class ClusterGraph
{
    /// <summary>Side of a cluster in cells.</summary>
    public const int Side = 32;

    /// <summary>Cells between two crossings of a run, at most.</summary>
    public const int Spacing = 8;

    /// <summary>Crossings of one border: runs of open cells are at least two cells apart.</summary>
    public const int BorderMax = Side / 2;

    /// <summary>Nodes of one cluster: all its borders'.</summary>
    public const int NodesMax = 4 * BorderMax;

    private const byte Unknown = 0;
    private const byte Closed = 1;
    private const byte Open = 2;

    private readonly Grid _grid;
    private readonly AgentSpace _space;
    private readonly byte[] _offsets; // of each border's crossings, along the border
    private readonly byte[] _counts; // of each border, plus 1; 0 is not known yet. Of a cluster the right one, then the lower one
    private readonly byte[] _openness; // of each cluster: Unknown, Closed if a cell of it is, or Open
    private readonly CellRect[] _changes = new CellRect[Limits.GridChangesMax];
    private int _version;

    public ClusterGraph(Grid grid, AgentSpace space)
    {
        _grid = grid;
        _space = space;
        Columns = (grid.Width + Side - 1) / Side;
        Rows = (grid.Height + Side - 1) / Side;
        _offsets = new byte[Columns * Rows * 2 * BorderMax];
        _counts = new byte[Columns * Rows * 2];
        _openness = new byte[Columns * Rows];
        Changes = new int[Columns * Rows];
        space.Update();
        _version = grid.Version;
    }

    public int Columns { get; }

    public int Rows { get; }

    /// <summary>How often what lies in a cluster changed, by cluster.</summary>
    public int[] Changes { get; }

    public int ClusterOf(Cell cell) => ((cell.Y / Side) * Columns) + (cell.X / Side);

    /// <summary>The cells of a cluster; fewer at the right and lower edge of the grid.</summary>
    public CellRect AreaOf(int cluster)
    {
        (int x, int y) = (cluster % Columns * Side, cluster / Columns * Side);
        return new CellRect(x, y, Math.Min(Side, _grid.Width - x), Math.Min(Side, _grid.Height - y));
    }

    /// <summary>True if no cell of it is closed.</summary>
    public bool IsOpen(int cluster)
    {
        if (_openness[cluster] == Unknown)
        {
            CellRect area = AreaOf(cluster);
            bool isOpen = true;
            for (int y = area.Y; isOpen && y < area.Y + area.Height; y++)
            {
                isOpen = _space.Rows.FirstClearAfter(area.X - 1, y) >= area.X + area.Width;
            }

            _openness[cluster] = isOpen ? Open : Closed;
        }

        return _openness[cluster] == Open;
    }

    /// <summary>The nodes on a cluster's side of its borders.</summary>
    public int NodesOf(int cluster, Span<int> nodes)
    {
        int count = 0;
        Add(cluster * 2, 0, nodes, ref count);
        Add((cluster * 2) + 1, 0, nodes, ref count);
        if (cluster % Columns > 0)
        {
            Add((cluster - 1) * 2, 1, nodes, ref count);
        }

        if (cluster >= Columns)
        {
            Add(((cluster - Columns) * 2) + 1, 1, nodes, ref count);
        }

        return count;
    }

    /// <summary>The node on the other side of the border.</summary>
    public static int Twin(int node) => node ^ 1;

    public Cell CellOf(int node)
    {
        int side = node & 1;
        int crossing = node >> 1;
        int border = crossing / BorderMax;
        CellRect area = AreaOf(border >> 1);
        return (border & 1) == 0
            ? new Cell(area.X + area.Width - 1 + side, area.Y + _offsets[crossing])
            : new Cell(area.X + _offsets[crossing], area.Y + area.Height - 1 + side);
    }

    public int ClusterOfNode(int node)
    {
        int border = (node >> 1) / BorderMax;
        return (border >> 1) + ((node & 1) == 0 ? 0 : (border & 1) == 0 ? 1 : Columns);
    }

    /// <summary>Takes over what has changed in the grid.</summary>
    public void Update()
    {
        _space.Update();
        if (_version == _grid.Version)
        {
            return;
        }

        int count = _grid.ChangedSince(_version, _changes);
        _version = _grid.Version;
        for (int i = 0; i < count; i++)
        {
            Repair(_changes[i].GrownBy(_space.Reach.Out).ClippedTo(_grid.Width, _grid.Height));
        }
    }

    private void Add(int border, int side, Span<int> nodes, ref int count)
    {
        int crossings = CountOf(border);
        for (int i = 0; i < crossings; i++)
        {
            nodes[count++] = (((border * BorderMax) + i) << 1) | side;
        }
    }

    private void Repair(CellRect changed)
    {
        int left = changed.X / Side;
        int top = changed.Y / Side;
        int right = (changed.X + changed.Width - 1) / Side;
        int bottom = (changed.Y + changed.Height - 1) / Side;
        for (int row = Math.Max(top - 1, 0); row <= Math.Min(bottom + 1, Rows - 1); row++)
        {
            for (int column = Math.Max(left - 1, 0); column <= Math.Min(right + 1, Columns - 1); column++)
            {
                // Neighbours may have other crossings now; what lies in those beyond a corner has not changed.
                bool inRow = row >= top && row <= bottom;
                bool inColumn = column >= left && column <= right;
                if (inRow || inColumn)
                {
                    Forget((row * Columns) + column, inRow && inColumn);
                }
            }
        }
    }

    private void Forget(int cluster, bool changed)
    {
        Changes[cluster]++;
        _openness[cluster] = changed ? Unknown : _openness[cluster];
        _counts[cluster * 2] = 0;
        _counts[(cluster * 2) + 1] = 0;
    }

    private int CountOf(int border)
    {
        if (_counts[border] == 0)
        {
            CellRect area = AreaOf(border >> 1);
            int count = (border & 1) == 0
                ? Cross(border, _space.Columns, area.X + area.Width - 1, area.Y, area.Height)
                : Cross(border, _space.Rows, area.Y + area.Height - 1, area.X, area.Width);
            _counts[border] = (byte)(count + 1);
        }

        return _counts[border] - 1;
    }

    // The runs of cells that are open on both sides of a border: along line and line + 1 of the bits.
    private int Cross(int border, CellBits open, int line, int from, int length)
    {
        ulong both = open.From(from, line) & open.From(from, line + 1) & ((1UL << length) - 1);
        int count = 0;
        for (int at = 0; at < length; at++)
        {
            if ((both >> at & 1) == 0)
            {
                continue;
            }

            int start = at;
            while ((both >> (at + 1) & 1) != 0)
            {
                at++;
            }

            // In the middles of equal parts.
            int run = at - start + 1;
            int parts = (run + Spacing) / (Spacing + 1);
            for (int i = 0; i < parts; i++)
            {
                _offsets[(border * BorderMax) + count++] = (byte)(start + ((((2 * i) + 1) * run) / (2 * parts)));
            }
        }

        return count;
    }
}
