using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>
/// A* over the cells of one grid. Costs are whole numbers: a straight step is <see cref="Straight"/>, a diagonal one
/// <see cref="Diagonal"/> times the sum of both cells' eighths. The two are a convergent of the square root of 2 (relative error 2e-16), so sums do
/// not depend on their order and equal costs are equal, which a queue of rounded numbers would miss.
/// </summary>
internal sealed class CellSearch
{
    private const long Straight = 38_613_965;
    private const long Diagonal = 54_608_393;
    private const double CostScale = 1.0 / (16.0 * Straight);

    // Keys fit in 59 bits; the tie keeps the upper part of what is left to go, a fifth of a plain step fine.
    private const int TieShift = 27;

    private readonly Grid _grid;
    private readonly Node[] _nodes;
    private readonly Regions _regions;
    private SearchQueue _queue = new();
    private Cell[] _path = new Cell[64];
    private uint _stamp;

    public CellSearch(Grid grid)
    {
        _grid = grid;
        _nodes = new Node[grid.Width * grid.Height];
        _regions = new Regions(grid);
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

    public bool ReachesGoal { get; private set; }

    public double Cost { get; private set; }

    public int Expanded { get; private set; }

    /// <summary>Searches from an open cell to the one that holds the point, or to those reachable that are nearest to the point.</summary>
    /// <returns>False if the start is not open.</returns>
    public bool Run(Cell from, Cell goal, Vec2 goalPoint)
    {
        PathLength = 0;
        Expanded = 0;
        Cost = 0;
        ReachesGoal = false;
        if (!_grid.IsOpen(from))
        {
            return false;
        }

        // Only when the regions are known already is it free to ask whether the goal can be reached.
        bool blocked = !_grid.IsOpen(goal) || (_regions.AreCurrent && !_regions.AreJoined(from, goal));
        if (!blocked)
        {
            NextStamp();
            MarkGoal(goal);
            if (Search(from, goal, 0))
            {
                ReachesGoal = true;
                return true;
            }
        }

        ReadOnlySpan<Cell> nearest = _regions.FindNearest(from, goal, goalPoint);
        NextStamp();
        long slack = 0;
        foreach (Cell cell in nearest)
        {
            MarkGoal(cell);
            slack = Math.Max(slack, Estimate(cell.X, cell.Y, goal, 2 * _grid.LeastCostEighths));
        }

        return Search(from, goal, slack);
    }

    private static long Estimate(int x, int y, Cell goal, long least)
    {
        int dx = Math.Abs(x - goal.X);
        int dy = Math.Abs(y - goal.Y);
        return least * ((Straight * Math.Max(dx, dy)) + ((Diagonal - Straight) * Math.Min(dx, dy)));
    }

    // The estimate aims at the goal even where only its surroundings can be reached: taking off what the farthest of those
    // still lacks keeps it below the true cost to any of them, so the cheapest of equally near ends is found.
    private bool Search(Cell from, Cell goal, long slack)
    {
        _queue.Clear();
        ReadOnlySpan<byte> open = _grid.OpenBits;
        ReadOnlySpan<byte> costs = _grid.CostEighths;
        Node[] nodes = _nodes;
        int width = _grid.Width;
        int rowBytes = _grid.RowBytes;
        bool uniform = _grid.IsUniform;
        long least = 2 * _grid.LeastCostEighths;
        Touch((from.Y * width) + from.X, 0, Directions.None);
        _queue.Add(0, uint.MaxValue, Pack(from.X, from.Y));
        while (_queue.Count > 0)
        {
            uint position = _queue.Take();
            int x = (int)(position & 0xFFFF);
            int y = (int)(position >> 16);
            int index = (y * width) + x;
            ref Node node = ref nodes[index];
            if ((node.State & NodeState.Settled) != 0)
            {
                continue;
            }

            Expanded++;
            if ((node.State & NodeState.Goal) != 0)
            {
                Retrace(x, y);
                Cost = node.Cost * CostScale;
                return true;
            }

            node.State = NodeState.Settled;
            uint window = Grid.Window(open, rowBytes, x, y - 1)
                | (Grid.Window(open, rowBytes, x, y) << 3) | (Grid.Window(open, rowBytes, x, y + 1) << 6);
            int moves = uniform ? Directions.Canonical(window, node.CameBy) : Directions.All(window);
            long cost = node.Cost;
            int eighths = costs[index];
            for (; moves != 0; moves &= moves - 1)
            {
                int direction = System.Numerics.BitOperations.TrailingZeroCount(moves);
                int nextX = x + Directions.StepX[direction];
                int nextY = y + Directions.StepY[direction];
                int next = (nextY * width) + nextX;
                long nextCost = cost + ((eighths + costs[next]) * ((direction & 1) == 0 ? Straight : Diagonal));
                if (Touch(next, nextCost, direction))
                {
                    long left = Math.Max(Estimate(nextX, nextY, goal, least) - slack, 0);
                    _queue.Add(nextCost + left, (uint)(left >> TieShift), Pack(nextX, nextY));
                }
            }
        }

        return false;
    }

    private static uint Pack(int x, int y) => ((uint)y << 16) | (uint)x;

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
        _nodes[(cell.Y * _grid.Width) + cell.X] = new Node { Cost = long.MaxValue, Stamp = _stamp, State = NodeState.Goal };

    private void NextStamp()
    {
        if (++_stamp == 0)
        {
            Array.Clear(_nodes);
            _stamp = 1;
        }
    }

    private void Retrace(int x, int y)
    {
        int length = 1;
        for ((int atX, int atY) = (x, y); Back(ref atX, ref atY);)
        {
            length++;
        }

        if (length > _path.Length)
        {
            _path = new Cell[Math.Max(length, _path.Length * 2)];
        }

        PathLength = length;
        do
        {
            _path[--length] = new Cell(x, y);
        }
        while (Back(ref x, ref y));
    }

    private bool Back(ref int x, ref int y)
    {
        int direction = _nodes[(y * _grid.Width) + x].CameBy;
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
