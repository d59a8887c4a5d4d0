using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Flow;

/// <summary>Spreads the costs of a flow field outwards from what is in the queue, by Dijkstra's algorithm.</summary>
internal sealed class FlowSpread
{
    // Costs beyond this count as unreached; on plain ground no path is so long.
    private const uint CostMax = uint.MaxValue - FlowField.WeightedStepMax - 1;

    private readonly FlowField _field;
    private readonly uint[] _costs;
    private readonly byte[] _cameBy;

    public FlowSpread(FlowField field)
    {
        _field = field;
        _costs = field.Costs;
        _cameBy = field.CameBy;
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
        ReadOnlySpan<int> steps = _field.Steps;
        uint list = 0;
        while (queue.Count > 0)
        {
            list = queue.FirstList(list);
            while (queue.TryTake(list, out uint position))
            {
                int x = CellPosition.X(position);
                int y = CellPosition.Y(position);
                int index = (y * width) + x;
                uint cost = Cost(index);
                if (queue.ListOf(cost) != list)
                {
                    continue;
                }

                for (int moves = Directions.Canonical(open.Window(x, y), CameBy(index)); moves != 0; moves &= moves - 1)
                {
                    int direction = BitOperations.TrailingZeroCount(moves);
                    int next = index + steps[direction];
                    if ((direction & 1) != 0)
                    {
                        Diagonal(queue, position, next, cost + FlowField.PlainDiagonal, direction);
                    }
                    else if (cost + FlowField.PlainStraight >= Cost(next))
                    {
                        continue;
                    }
                    else if (direction is 2 or 6)
                    {
                        AlongRow(queue, x, y, index, cost, direction == 2);
                    }
                    else
                    {
                        AlongColumn(queue, x, y, index, cost, direction == 4);
                    }
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Diagonal(RingQueue queue, uint from, int next, uint cost, int direction)
    {
        if (cost < Cost(next))
        {
            Cost(next) = cost;
            CameBy(next) = (byte)direction;
            queue.Add(cost, (uint)(from + (Directions.StepY[direction] << 16) + Directions.StepX[direction]));
        }
    }

    private void AlongRow(RingQueue queue, int x, int y, int index, uint cost, bool forward)
    {
        CellBits open = _field.Space.Rows;
        int stop = forward ? JumpScan.Forward(open, x, y) : JumpScan.Backward(open, x, y);
        int step = forward ? 1 : -1;
        int direction = forward ? 2 : 6;
        if (TrySpread(ref index, ref cost, ((stop - x) * step) - 1, step, direction) && open[stop, y])
        {
            Stop(queue, CellPosition.Pack(stop, y), index + step, cost + FlowField.PlainStraight, direction);
        }
    }

    private void AlongColumn(RingQueue queue, int x, int y, int index, uint cost, bool forward)
    {
        CellBits open = _field.Space.Columns;
        int stop = forward ? JumpScan.Forward(open, y, x) : JumpScan.Backward(open, y, x);
        int step = forward ? _field.Grid.Width : -_field.Grid.Width;
        int direction = forward ? 4 : 0;
        if (TrySpread(ref index, ref cost, (forward ? stop - y : y - stop) - 1, step, direction) && open[stop, x])
        {
            Stop(queue, CellPosition.Pack(x, stop), index + step, cost + FlowField.PlainStraight, direction);
        }
    }

    // Over the cells before a stop; false once one of them is reached as cheaply already, and with it all that follow.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySpread(ref int index, ref uint cost, int cells, int step, int direction)
    {
        for (; cells > 0; cells--)
        {
            index += step;
            cost += FlowField.PlainStraight;
            if (cost >= Cost(index))
            {
                return false;
            }

            Cost(index) = cost;
            CameBy(index) = (byte)direction;
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Stop(RingQueue queue, uint position, int index, uint cost, int direction)
    {
        if (cost < Cost(index))
        {
            Cost(index) = cost;
            CameBy(index) = (byte)direction;
            queue.Add(cost, position);
        }
    }

    // Without a bounds check: moves and scans end at the border of the cells.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref uint Cost(int index)
    {
        Debug.Assert((uint)index < (uint)_costs.Length, "a cell outside of the field");
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_costs), index);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte CameBy(int index)
    {
        Debug.Assert((uint)index < (uint)_cameBy.Length, "a cell outside of the field");
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_cameBy), index);
    }

    private void Weighted(RingQueue queue)
    {
        CellBits open = _field.Space.Rows;
        int width = _field.Grid.Width;
        uint list = 0;
        while (queue.Count > 0)
        {
            list = queue.FirstList(list);
            while (queue.TryTake(list, out uint position))
            {
                int x = CellPosition.X(position);
                int y = CellPosition.Y(position);
                int index = (y * width) + x;
                uint cost = _field.Costs[index];
                if (queue.ListOf(cost) != list || cost > CostMax)
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
