namespace RealtimeServer.Navigation.Search;

/// <summary>
/// A* over the cells of one grid, whatever they cost.
/// </summary>
internal sealed class CellSearch
{
    // On grids of long rows what is known of cells lies in squares of this side, each 4 KB: neighbours above and below share a page of memory.
    private const int TileBits = 4;
    private const int TileMask = (1 << TileBits) - 1;

    private readonly Grid _grid;
    private readonly CellBits _open;
    private readonly int _width;
    private readonly int _tileColumns; // 0 where rows are short
    private Node[] _nodes = [];
    private SearchQueue<ByKeyAndTie> _queue = new();
    private Cell[] _path = new Cell[64];
    private uint _stamp;
    private Cell _aim;
    private Cell _nearest;
    private long _slack;
    private long _leastLeft;
    private Cell _last; // of the path that was found; see Trace
    private Cell _at;
    private int _left;
    private bool _isTracing;
    private bool _isWriting;

    /// <param name="open">The cells that paths may use.</param>
    public CellSearch(Grid grid, CellBits open)
    {
        _grid = grid;
        _open = open;
        _width = grid.Width;
        _tileColumns = grid.Width > WorkUnits.NearRow ? (grid.Width + TileMask) >> TileBits : 0;
    }

    [Flags]
    private enum NodeState : byte
    {
        None = 0,
        Settled = 1,
        Goal = 2,
    }

    /// <summary>The cells of the last path that was found, start and end included.</summary>
    public ReadOnlySpan<Cell> Path => _path.AsSpan(0, PathLength);

    public int PathLength { get; private set; }

    public double Cost { get; private set; }

    public int Expanded { get; private set; }

    /// <summary>Searches from an open cell to whichever of the goals is cheapest to reach.</summary>
    /// <param name="aim">What the estimate aims at: the goal itself, or the place that the goals are nearest to.</param>
    /// <returns>False if none can be reached.</returns>
    public bool Run(Cell from, Cell aim, ReadOnlySpan<Cell> goals)
    {
        int units = int.MaxValue;
        Begin(from, aim, goals);
        return Continue(ref units) == SearchProgress.Found;
    }

    /// <summary>Begins such a search; <see cref="Continue"/> does the work.</summary>
    public void Begin(Cell from, Cell aim, ReadOnlySpan<Cell> goals)
    {
        PathLength = 0;
        Expanded = 0;
        Cost = 0;
        _isTracing = false;
        if (_nodes.Length == 0)
        {
            _nodes = new Node[IndexOf(_grid.Width - 1, _grid.Height - 1) + 1];
        }

        NextStamp();
        _aim = aim;
        _slack = 0;
        foreach (Cell cell in goals)
        {
            MarkGoal(cell);
            _slack = Math.Max(_slack, Estimate(cell.X, cell.Y, aim, 2 * _grid.LeastCostEighths));
        }

        _queue.Clear();
        _nearest = from;
        _leastLeft = long.MaxValue;
        Touch(IndexOf(from.X, from.Y), 0, Directions.None);
        _queue.Add(0, uint.MaxValue, CellPosition.Pack(from.X, from.Y));
    }

    /// <summary>Takes the path to the cell that was looked at and is nearest to the aim so far.</summary>
    public void TakeNearest()
    {
        if (!_isTracing)
        {
            BeginTrace(_nearest);
        }

        int units = int.MaxValue;
        Trace(ref units);
    }

    private static long Estimate(int x, int y, Cell goal, long least) => least * StepCosts.Octile(x - goal.X, y - goal.Y);

    /// <summary>Goes on until the path is found, there is nothing left to look at, or the units are used up.</summary>
    /// <param name="units">Of work; what was used is taken off, a little more than there was at most.</param>
    /// <remarks>
    /// The estimate aims at the goal even where only its surroundings can be reached: taking off what the farthest of those still lacks keeps it below the
    /// true cost to any of them, so the cheapest of equally near ends is found.
    /// </remarks>
    public SearchProgress Continue(ref int units)
    {
        if (_isTracing)
        {
            return Trace(ref units);
        }

        CellBits open = _open;
        ReadOnlySpan<byte> costs = _grid.CostEighths;
        Node[] nodes = _nodes;
        int width = _grid.Width;
        bool uniform = _grid.IsUniform;
        long least = 2 * _grid.LeastCostEighths;
        long slack = _slack;
        Cell goal = _aim;
        int cellUnits = width > WorkUnits.NearRow ? WorkUnits.CellOfLongRow : WorkUnits.Cell;
        while (_queue.Count > 0)
        {
            if (units <= 0)
            {
                return SearchProgress.Running;
            }

            uint position = _queue.Take();
            int x = CellPosition.X(position);
            int y = CellPosition.Y(position);
            ref Node node = ref nodes[IndexOf(x, y)];
            int far = Expanded < WorkUnits.NearCells ? 1 : WorkUnits.Far;
            if ((node.State & NodeState.Settled) != 0)
            {
                units -= WorkUnits.StaleCell * far;
                continue;
            }

            Expanded++;
            units -= cellUnits * far;
            if ((node.State & NodeState.Goal) != 0)
            {
                BeginTrace(new Cell(x, y));
                return Trace(ref units);
            }

            long here = StepCosts.Octile(x - goal.X, y - goal.Y);
            if (here < _leastLeft)
            {
                (_leastLeft, _nearest) = (here, new Cell(x, y));
            }

            node.State = NodeState.Settled;
            uint window = open.Window(x, y);
            int moves = uniform ? Directions.Canonical(window, node.CameBy) : Directions.All(window);
            long cost = node.Cost;
            int eighths = costs[(y * width) + x];
            for (; moves != 0; moves &= moves - 1)
            {
                int direction = System.Numerics.BitOperations.TrailingZeroCount(moves);
                int nextX = x + Directions.StepX[direction];
                int nextY = y + Directions.StepY[direction];
                int both = eighths + (uniform ? eighths : costs[(nextY * width) + nextX]);
                long nextCost = cost + (both * ((direction & 1) == 0 ? StepCosts.Straight : StepCosts.Diagonal));
                if (Touch(IndexOf(nextX, nextY), nextCost, direction))
                {
                    long left = Math.Max(Estimate(nextX, nextY, goal, least) - slack, 0);
                    _queue.Add(nextCost + left, StepCosts.Tie(left), CellPosition.Pack(nextX, nextY));
                }
            }
        }

        return SearchProgress.Failed;
    }

    private int IndexOf(int x, int y) => _tileColumns == 0
        ? (y * _width) + x
        : (((y >> TileBits) * _tileColumns) + (x >> TileBits) << (2 * TileBits)) | ((y & TileMask) << TileBits) | (x & TileMask);

    private bool Touch(int index, long cost, int cameBy)
    {
        ref Node node = ref _nodes[index];
        if (node.Stamp != _stamp)
        {
            node.Stamp = _stamp;
            node.State = NodeState.None;
        }
        else if (node.Cost <= cost)
        {
            return false;
        }

        node.Cost = cost;
        node.CameBy = (byte)cameBy;
        return true;
    }

    private void MarkGoal(Cell cell) =>
        _nodes[IndexOf(cell.X, cell.Y)] = new Node { Cost = long.MaxValue, Stamp = _stamp, State = NodeState.Goal };

    private void NextStamp()
    {
        if (++_stamp == 0)
        {
            Array.Clear(_nodes);
            _stamp = 1;
        }
    }

    private void BeginTrace(Cell end)
    {
        Cost = _nodes[IndexOf(end.X, end.Y)].Cost * StepCosts.Scale;
        (_last, _at, _left) = (end, end, 1);
        (_isTracing, _isWriting) = (true, false);
    }

    // The path's cells are counted, then written from the last one on, so many for a unit.
    private SearchProgress Trace(ref int units)
    {
        (int x, int y) = (_at.X, _at.Y);
        int cells = WorkUnits.PathCells / (_grid.Width > WorkUnits.NearRow ? WorkUnits.LongRow : 1);
        for (; units > 0; units--)
        {
            for (int i = 0; i < cells; i++)
            {
                if (_isWriting)
                {
                    _path[--_left] = new Cell(x, y);
                }

                if (Back(ref x, ref y))
                {
                    _left += _isWriting ? 0 : 1;
                    continue;
                }

                if (_isWriting)
                {
                    return SearchProgress.Found;
                }

                if (_left > _path.Length)
                {
                    _path = GC.AllocateUninitializedArray<Cell>(Math.Max(_left, _path.Length * 2));
                }

                PathLength = _left;
                _isWriting = true;
                (x, y) = (_last.X, _last.Y);
            }
        }

        _at = new Cell(x, y);
        return SearchProgress.Running;
    }

    private bool Back(ref int x, ref int y)
    {
        int direction = _nodes[IndexOf(x, y)].CameBy;
        if (direction == Directions.None)
        {
            return false;
        }

        x -= Directions.StepX[direction];
        y -= Directions.StepY[direction];
        return true;
    }

    /// <summary>What the search knows of a cell; all of it stale unless the stamp is that of the running search.</summary>
    private struct Node
    {
        public long Cost;
        public uint Stamp;
        public byte CameBy;
        public NodeState State;
    }
}
