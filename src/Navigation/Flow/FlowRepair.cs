using System.Numerics;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Flow;

/// <summary>
/// Works out again what a change of the grid makes of a flow field: the cells whose way led through it lose their costs, and from the cells round those and
/// round the change the
/// costs spread anew.
/// </summary>
internal sealed class FlowRepair
{
    // If a change concerns more of the map than this share, making the field anew is faster.
    private const int ShareMax = 6;

    private readonly FlowField _field;
    private readonly List<uint> _lost = [];
    private SearchQueue _queue = new();

    public FlowRepair(FlowField field)
    {
        _field = field;
    }

    /// <param name="touched">Every cell to or from which a step may have changed.</param>
    /// <returns>False if the field has to be made anew; nothing of it is right then.</returns>
    public bool TryRun(CellRect touched)
    {
        _lost.Clear();
        for (int y = touched.Y; y < touched.Y + touched.Height; y++)
        {
            for (int x = touched.X; x < touched.X + touched.Width; x++)
            {
                if (!IsRight(x, y))
                {
                    Lose(x, y);
                }
            }
        }

        if (!TryLoseAllBehind())
        {
            return false;
        }

        _queue.Clear();
        foreach (uint position in _lost)
        {
            AddRound(CellPosition.X(position), CellPosition.Y(position));
        }

        for (int y = touched.Y; y < touched.Y + touched.Height; y++)
        {
            for (int x = touched.X; x < touched.X + touched.Width; x++)
            {
                AddRound(x, y);
            }
        }

        Spread();
        return true;
    }

    // Whether the move that led to the cell is still allowed and costs what it did.
    private bool IsRight(int x, int y)
    {
        int index = (y * _field.Grid.Width) + x;
        uint cost = _field.Costs[index];
        int move = _field.CameBy[index];
        if (cost == FlowField.Unreached)
        {
            return true;
        }

        if (!_field.Space.Rows[x, y])
        {
            return false;
        }

        if (move == Directions.None)
        {
            return _field.IsGoal(new Cell(x, y));
        }

        (int fromX, int fromY) = (x - Directions.StepX[move], y - Directions.StepY[move]);
        int from = index - _field.Steps[move];
        return _field.Space.Rows[fromX, fromY]
            && (Directions.All(_field.Space.Rows.Window(fromX, fromY)) >> move & 1) != 0
            && _field.Costs[from] != FlowField.Unreached
            && _field.Costs[from] + _field.StepCost(from, index, move) == cost;
    }

    private void Lose(int x, int y)
    {
        int index = (y * _field.Grid.Width) + x;
        if (_field.Costs[index] != FlowField.Unreached)
        {
            _field.Costs[index] = FlowField.Unreached;
            _lost.Add(CellPosition.Pack(x, y));
        }
    }

    private bool TryLoseAllBehind()
    {
        Grid grid = _field.Grid;
        for (int i = 0; i < _lost.Count; i++)
        {
            if (_lost.Count > grid.Width * grid.Height / ShareMax && _lost.Count > 64)
            {
                return false;
            }

            int x = CellPosition.X(_lost[i]);
            int y = CellPosition.Y(_lost[i]);
            for (int direction = 0; direction < Directions.Count; direction++)
            {
                (int nextX, int nextY) = (x + Directions.StepX[direction], y + Directions.StepY[direction]);
                if (grid.IsInside(nextX, nextY) && _field.CameBy[(nextY * grid.Width) + nextX] == direction)
                {
                    Lose(nextX, nextY);
                }
            }
        }

        return true;
    }

    // The cells beside one, and itself, that still have costs.
    private void AddRound(int x, int y)
    {
        for (int nextY = Math.Max(y - 1, 0); nextY <= Math.Min(y + 1, _field.Grid.Height - 1); nextY++)
        {
            for (int nextX = Math.Max(x - 1, 0); nextX <= Math.Min(x + 1, _field.Grid.Width - 1); nextX++)
            {
                int index = (nextY * _field.Grid.Width) + nextX;
                _field.Moves[index] = byte.MaxValue;
                if (_field.Costs[index] != FlowField.Unreached)
                {
                    _queue.Add(_field.Costs[index], 0, CellPosition.Pack(nextX, nextY));
                }
            }
        }
    }

    private void Spread()
    {
        int width = _field.Grid.Width;
        while (_queue.Count > 0)
        {
            uint position = _queue.Take(out long key);
            int x = CellPosition.X(position);
            int y = CellPosition.Y(position);
            int index = (y * width) + x;
            if (_field.Costs[index] != key)
            {
                continue;
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
                    _field.CameBy[next] = (byte)direction;
                    ForgetMoves(nextX, nextY);
                    _queue.Add(there, 0, CellPosition.Pack(nextX, nextY));
                }
            }
        }
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
