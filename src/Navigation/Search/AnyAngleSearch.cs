using System.Numerics;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Theta* (A. Nash, K. Daniel, S. Koenig, A. Felner, AAAI 2007): A* whose paths may turn at any cell by any angle, because each cell is reached from its
/// predecessor's predecessor where a
/// straight line leads there. Slower than searching cells and pulling the path straight, and often a little shorter.
/// </summary>
internal sealed class AnyAngleSearch(Grid grid, AgentSpace space)
{
    private readonly NodeTable _nodes = new();
    private SearchQueue<ByKeyAndTie> _queue = new();
    private Cell[] _turns = new Cell[64];

    /// <summary>The cells at which the last path turns, start and end included.</summary>
    public ReadOnlySpan<Cell> Turns => _turns.AsSpan(0, TurnCount);

    public int TurnCount { get; private set; }

    public int Expanded { get; private set; }

    /// <summary>Searches from one cell to another that it can reach.</summary>
    public bool Run(Cell from, Cell goal, float radius)
    {
        _nodes.Clear();
        _queue.Clear();
        Expanded = 0;
        TurnCount = 0;
        double least = grid.LeastCostEighths * (double)Grid.CostStep;
        Reach(from.X, from.Y, 0, NodeTable.NoParent, goal, least);
        uint target = CellPosition.Pack(goal.X, goal.Y);
        while (_queue.Count > 0)
        {
            int index = (int)_queue.Take();
            if (_nodes[index].IsSettled)
            {
                continue;
            }

            Expanded++;
            _nodes[index].IsSettled = true;
            uint position = _nodes[index].Position;
            if (position == target)
            {
                Retrace(index);
                return true;
            }

            (int x, int y) = (CellPosition.X(position), CellPosition.Y(position));
            for (int moves = Directions.All(space.Rows.Window(x, y)); moves != 0; moves &= moves - 1)
            {
                int direction = BitOperations.TrailingZeroCount(moves);
                Relax(index, x + Directions.StepX[direction], y + Directions.StepY[direction], radius, goal, least);
            }
        }

        return false;
    }

    private void Relax(int index, int x, int y, float radius, Cell goal, double least)
    {
        long own = _nodes[index].Cost + Cost(_nodes[index].Position, x, y);
        int parent = _nodes[index].Parent;
        if (parent != NodeTable.NoParent)
        {
            uint before = _nodes[parent].Position;
            long straight = _nodes[parent].Cost + Cost(before, x, y);
            if (straight <= own && IsClear(before, x, y, radius))
            {
                Reach(x, y, straight, parent, goal, least);
                return;
            }
        }

        Reach(x, y, own, index, goal, least);
    }

    private bool IsClear(uint from, int x, int y, float radius) =>
        LineOfSight.IsClearExact(grid, CellPosition.X(from) + 0.5, CellPosition.Y(from) + 0.5, x + 0.5, y + 0.5, radius);

    // In whole numbers, so that sums are exact.
    private long Cost(uint from, int x, int y) => (long)(
        LineOfSight.Cost(grid, CellPosition.X(from) + 0.5, CellPosition.Y(from) + 0.5, x + 0.5, y + 0.5) * StepCosts.Straight);

    private void Reach(int x, int y, long cost, int parent, Cell goal, double least)
    {
        int index = _nodes.Touch(CellPosition.Pack(x, y), cost, parent, 0);
        if (index >= 0 && !_nodes[index].IsSettled)
        {
            double dx = x - goal.X;
            double dy = y - goal.Y;
            long left = (long)(Math.Sqrt((dx * dx) + (dy * dy)) * least * StepCosts.Straight);
            _queue.Add(cost + left, StepCosts.Tie(left), (uint)index);
        }
    }

    private void Retrace(int index)
    {
        for (int at = index; at != NodeTable.NoParent; at = _nodes[at].Parent)
        {
            if (TurnCount == _turns.Length)
            {
                Array.Resize(ref _turns, TurnCount * 2);
            }

            _turns[TurnCount++] = new Cell(CellPosition.X(_nodes[at].Position), CellPosition.Y(_nodes[at].Position));
        }

        _turns.AsSpan(0, TurnCount).Reverse();
    }
}
