using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>
/// A grid cut into squares and, along the border of each two neighbours, the places where one can go from one to the other: the nodes of a small graph over
/// a huge map (A. Botea, M. Müller,
/// J. Schaeffer, "Near optimal hierarchical path-finding", 2004). Of a run of open cells along a border every one is at most <see cref="Spacing"/> / 2 cells
/// from a crossing.
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

    private readonly Grid _grid;
    private readonly AgentSpace _space;
    private readonly byte[] _offsets; // of each border's crossings, along the border
    private readonly byte[] _counts; // of each border: of a cluster the right one, then the lower one
    private readonly bool[] _isOpen; // of each cluster: no cell of it is closed
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
        _isOpen = new bool[Columns * Rows];
        Changes = new int[Columns * Rows];
        space.Update();
        _version = grid.Version;
        Repair(new CellRect(0, 0, grid.Width, grid.Height));
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
    public bool IsOpen(int cluster) => _isOpen[cluster];

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
        for (int i = 0; i < _counts[border]; i++)
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
                    Look((row * Columns) + column, inRow && inColumn);
                }
            }
        }
    }

    private void Look(int cluster, bool changed)
    {
        CellRect area = AreaOf(cluster);
        Changes[cluster]++;
        if (changed)
        {
            _isOpen[cluster] = true;
            for (int y = area.Y; y < area.Y + area.Height; y++)
            {
                _isOpen[cluster] &= _space.Rows.FirstClearAfter(area.X - 1, y) >= area.X + area.Width;
            }
        }

        Cross(cluster * 2, _space.Columns, area.X + area.Width - 1, area.Y, area.Height);
        Cross((cluster * 2) + 1, _space.Rows, area.Y + area.Height - 1, area.X, area.Width);
    }

    // The runs of cells that are open on both sides of a border: along line and line + 1 of the bits.
    private void Cross(int border, CellBits open, int line, int from, int length)
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

        _counts[border] = (byte)count;
    }
}
