using System.Numerics;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Flow;

/// <summary>
/// Works out again what a change of the grid makes of a flow field (G. Ramalingam and T. Reps, "An incremental algorithm for a generalization of the shortest-path
/// problem", 1996): the cells lose their costs that no neighbour any longer explains, and those that get one anew or a cheaper one pass it on.
/// </summary>
internal sealed class FlowRepair
{
    // If a change concerns more of the map than this share, making the field anew, which works on many cells at once, is faster.
    private const int ShareMax = 32;
    private const int CellsMin = 64;

    private readonly FlowField _field;
    private readonly List<uint> _lost = [];
    private SearchQueue<ByKey> _queue = new();
    private int _cellsLeft;

    public FlowRepair(FlowField field)
    {
        _field = field;
    }

    /// <param name="touched">Every cell to or from which a step may have changed.</param>
    /// <returns>False if the field has to be made anew; nothing of it is right then.</returns>
    public bool TryRun(CellRect touched)
    {
        _lost.Clear();
        _queue.Clear();
        _cellsLeft = Math.Max(_field.Costs.Length / ShareMax, CellsMin);
        for (int y = touched.Y; y < touched.Y + touched.Height; y++)
        {
            for (int x = touched.X; x < touched.X + touched.Width; x++)
            {
                ForgetMoves(x, y);
                Doubt(x, y);
            }
        }

        if (!TryLose())
        {
            return false;
        }

        foreach (uint position in _lost)
        {
            TakeCheapest(CellPosition.X(position), CellPosition.Y(position));
        }

        for (int y = touched.Y; y < touched.Y + touched.Height; y++)
        {
            for (int x = touched.X; x < touched.X + touched.Width; x++)
            {
                TakeCheapest(x, y);
            }
        }

        return TrySpread();
    }

    private void Doubt(int x, int y)
    {
        uint cost = _field.Costs[(y * _field.Grid.Width) + x];
        if (cost != FlowField.Unreached)
        {
            _queue.Add(cost, 0, CellPosition.Pack(x, y));
        }
    }

    // The cheapest first: when a cell's turn comes, all that may explain its cost have had theirs.
    private bool TryLose()
    {
        Grid grid = _field.Grid;
        while (_queue.Count > 0)
        {
            uint position = _queue.Take();
            (int x, int y) = (CellPosition.X(position), CellPosition.Y(position));
            int index = (y * grid.Width) + x;
            uint cost = _field.Costs[index];
            if (cost == FlowField.Unreached || IsExplained(x, y, index, cost))
            {
                continue;
            }

            if (--_cellsLeft < 0)
            {
                return false;
            }

            _field.Costs[index] = FlowField.Unreached;
            ForgetMoves(x, y);
            _lost.Add(position);
            for (int direction = 0; direction < Directions.Count; direction++)
            {
                (int nextX, int nextY) = (x + Directions.StepX[direction], y + Directions.StepY[direction]);
                int next = index + _field.Steps[direction];
                if (grid.IsInside(nextX, nextY) && _field.Costs[next] != FlowField.Unreached && _field.Costs[next] == cost + _field.StepCost(index, next, direction))
                {
                    _queue.Add(_field.Costs[next], 0, CellPosition.Pack(nextX, nextY));
                }
            }
        }

        return true;
    }

    private bool IsExplained(int x, int y, int index, uint cost) =>
        _field.Space.Rows[x, y] && (cost == 0 ? _field.IsGoal(new Cell(x, y)) : CheapestAt(x, y, index) == cost);

    // Steps lead both ways at the same cost.
    private uint CheapestAt(int x, int y, int index)
    {
        uint least = FlowField.Unreached;
        for (int moves = Directions.All(_field.Space.Rows.Window(x, y)); moves != 0; moves &= moves - 1)
        {
            int direction = BitOperations.TrailingZeroCount(moves);
            int next = index + _field.Steps[direction];
            uint there = _field.Costs[next];
            least = there > FlowField.CostMax ? least : Math.Min(least, there + _field.StepCost(index, next, direction));
        }

        return least;
    }

    private void TakeCheapest(int x, int y)
    {
        int index = (y * _field.Grid.Width) + x;
        uint cost = _field.Space.Rows[x, y] ? CheapestAt(x, y, index) : FlowField.Unreached;
        if (cost < _field.Costs[index])
        {
            _field.Costs[index] = cost;
            ForgetMoves(x, y);
            _queue.Add(cost, 0, CellPosition.Pack(x, y));
        }
    }

    private bool TrySpread()
    {
        int width = _field.Grid.Width;
        while (_queue.Count > 0)
        {
            uint position = _queue.Take(out long key);
            int x = CellPosition.X(position);
            int y = CellPosition.Y(position);
            int index = (y * width) + x;
            if (_field.Costs[index] != key || key > FlowField.CostMax)
            {
                continue;
            }

            if (--_cellsLeft < 0)
            {
                return false;
            }

            for (int moves = Directions.All(_field.Space.Rows.Window(x, y)); moves != 0; moves &= moves - 1)
            {
                int direction = BitOperations.TrailingZeroCount(moves);
                int next = index + _field.Steps[direction];
                uint there = (uint)key + _field.StepCost(index, next, direction);
                if (there < _field.Costs[next])
                {
                    (int nextX, int nextY) = (x + Directions.StepX[direction], y + Directions.StepY[direction]);
                    _field.Costs[next] = there;
                    ForgetMoves(nextX, nextY);
                    _queue.Add(there, 0, CellPosition.Pack(nextX, nextY));
                }
            }
        }

        return true;
    }

    private void ForgetMoves(int x, int y)
    {
        for (int nextY = Math.Max(y - 1, 0); nextY <= Math.Min(y + 1, _field.Grid.Height - 1); nextY++)
        {
            int row = nextY * _field.Grid.Width;
            int from = Math.Max(x - 1, 0);
            _field.Moves.AsSpan(row + from, Math.Min(x + 1, _field.Grid.Width - 1) - from + 1).Fill(byte.MaxValue);
        }
    }
}
