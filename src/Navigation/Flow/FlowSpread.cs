using System.Numerics;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Flow;

/// <summary>Spreads the costs of a flow field outwards from what is in the queue, by Dijkstra's algorithm.</summary>
internal sealed class FlowSpread
{
    // Costs beyond this count as unreached; on plain ground no path is so long.
    private const uint CostMax = uint.MaxValue - FlowField.WeightedStepMax - 1;

    private readonly FlowField _field;

    public FlowSpread(FlowField field)
    {
        _field = field;
    }

    public void Run(RingQueue queue, bool uniform)
    {
        if (uniform)
        {
            Plain(queue);
        }
        else
        {
            Weighted(queue);
        }
    }

    // Straight moves spread at once to the next corner, many cells at a time; corners and diagonals wait their turn, so that little is reached twice.
    private void Plain(RingQueue queue)
    {
        CellBits open = _field.Space.Rows;
        int width = _field.Grid.Width;
        uint cost = 0;
        while (queue.Count > 0)
        {
            cost = queue.Least(cost);
            while (queue.TryTake(cost, out uint position))
            {
                int x = CellPosition.X(position);
                int y = CellPosition.Y(position);
                int index = (y * width) + x;
                if (_field.Costs[index] != cost)
                {
                    continue;
                }

                for (int moves = Directions.Canonical(open.Window(x, y), _field.CameBy[index]); moves != 0; moves &= moves - 1)
                {
                    int direction = BitOperations.TrailingZeroCount(moves);
                    if ((direction & 1) == 0)
                    {
                        Straight(queue, x, y, cost, direction);
                        continue;
                    }

                    int next = index + _field.Steps[direction];
                    if (cost + FlowField.PlainDiagonal < _field.Costs[next])
                    {
                        _field.Costs[next] = cost + FlowField.PlainDiagonal;
                        _field.CameBy[next] = (byte)direction;
                        queue.Add(cost + FlowField.PlainDiagonal, CellPosition.Pack(x + Directions.StepX[direction], y + Directions.StepY[direction]));
                    }
                }
            }
        }
    }

    private void Straight(RingQueue queue, int x, int y, uint cost, int direction)
    {
        bool alongRow = direction is 2 or 6;
        (int along, int across) = alongRow ? (x, y) : (y, x);
        CellBits open = alongRow ? _field.Space.Rows : _field.Space.Columns;
        bool forward = direction is 2 or 4;
        int stop = forward ? JumpScan.Forward(open, along, across) : JumpScan.Backward(open, along, across);
        int between = Math.Abs(stop - along) - 1;
        int step = _field.Steps[direction];
        int index = (y * _field.Grid.Width) + x;
        uint[] costs = _field.Costs;
        byte[] cameBy = _field.CameBy;
        for (int i = 0; i < between; i++)
        {
            index += step;
            cost += FlowField.PlainStraight;
            if (cost >= costs[index])
            {
                return;
            }

            costs[index] = cost;
            cameBy[index] = (byte)direction;
        }

        if (open[stop, across] && cost + FlowField.PlainStraight < costs[index + step])
        {
            costs[index + step] = cost + FlowField.PlainStraight;
            cameBy[index + step] = (byte)direction;
            queue.Add(cost + FlowField.PlainStraight, alongRow ? CellPosition.Pack(stop, y) : CellPosition.Pack(x, stop));
        }
    }

    private void Weighted(RingQueue queue)
    {
        CellBits open = _field.Space.Rows;
        int width = _field.Grid.Width;
        uint cost = 0;
        while (queue.Count > 0)
        {
            cost = queue.Least(cost);
            while (queue.TryTake(cost, out uint position))
            {
                int x = CellPosition.X(position);
                int y = CellPosition.Y(position);
                int index = (y * width) + x;
                if (_field.Costs[index] != cost || cost > CostMax)
                {
                    continue;
                }

                for (int moves = Directions.All(open.Window(x, y)); moves != 0; moves &= moves - 1)
                {
                    int direction = BitOperations.TrailingZeroCount(moves);
                    int next = index + _field.Steps[direction];
                    uint there = cost + _field.StepCost(index, next, direction);
                    if (there < _field.Costs[next])
                    {
                        _field.Costs[next] = there;
                        _field.CameBy[next] = (byte)direction;
                        queue.Add(there, CellPosition.Pack(x + Directions.StepX[direction], y + Directions.StepY[direction]));
                    }
                }
            }
        }
    }
}
