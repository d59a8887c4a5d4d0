using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Flow;

/// <summary>
/// Spreads the costs of flow fields outwards from their goals, by Dijkstra's algorithm. On plain ground a straight move spreads at once to the next corner; corners
/// and diagonals wait their turn, so that little is reached twice.
/// </summary>
/// <remarks>
/// On plain ground the cells of one list of the queue are taken together: first their moves are sorted by direction, then each direction is gone through on its own.
/// Such loops hardly branch on what they find, which on ground full of walls nobody could foretell, and the next cell's memory is read while this one's is waited for.
/// One for all the fields of a match, which are made one after the other.
/// </remarks>
internal sealed class FlowSpread
{
    private const int BatchMax = 128;

    // In the queue a cell of plain ground stands with the move that led to it.
    private const int RowShift = 12;
    private const int MoveShift = 2 * RowShift;
    private const uint ColumnMask = Limits.GridSideMax - 1;

    private readonly RingQueue _plain;
    private readonly uint[] _taken = new uint[BatchMax];
    private readonly ulong[] _moves = new ulong[Directions.Count * BatchMax]; // of each direction: cells to move from, with their costs in the upper half
    private readonly int _width;
    private RingQueue? _weighted;
    private uint[] _costs = [];

    public FlowSpread(Grid grid)
    {
        _width = grid.Width;

        // The dearest move on plain ground spreads over a whole row.
        _plain = new RingQueue((int)FlowField.PlainStraight, (int)((FlowField.PlainStraight * Math.Max(grid.Width, grid.Height)) + FlowField.PlainDiagonal));
    }

    /// <param name="field">Without any costs but those of its goals.</param>
    public void Run(FlowField field, List<Cell> goals)
    {
        _costs = field.Costs;
        if (field.IsUniform)
        {
            Plain(field, goals);
        }
        else
        {
            Weighted(field, goals);
        }
    }

    private void Plain(FlowField field, List<Cell> goals)
    {
        RingQueue queue = _plain;
        queue.Clear();
        foreach (Cell goal in goals)
        {
            queue.Add(0, ((uint)Directions.None << MoveShift) | ((uint)goal.Y << RowShift) | (uint)goal.X);
        }

        (CellBits rows, CellBits columns) = (field.Space.Rows, field.Space.Columns);
        Span<int> counts = stackalloc int[Directions.Count];
        uint list = 0;
        while (queue.Count > 0)
        {
            list = queue.FirstList(list);
            for (int count = queue.Take(list, _taken); count > 0; count = queue.Take(list, _taken))
            {
                Sort(rows, _taken.AsSpan(0, count), queue, list, counts);
                Diagonals<NorthEast>(queue, counts);
                Diagonals<SouthEast>(queue, counts);
                Diagonals<SouthWest>(queue, counts);
                Diagonals<NorthWest>(queue, counts);
                AlongRows(rows, queue, counts, forward: true);
                AlongRows(rows, queue, counts, forward: false);
                AlongColumns(columns, queue, counts, forward: true);
                AlongColumns(columns, queue, counts, forward: false);
            }
        }
    }

    // A move that is not needed is written, too, where the next one overwrites it.
    private void Sort(CellBits open, ReadOnlySpan<uint> taken, RingQueue queue, uint list, Span<int> counts)
    {
        ref ulong moves = ref MemoryMarshal.GetArrayDataReference(_moves);
        (int n, int ne, int e, int se, int s, int sw, int w, int nw) = (0, 0, 0, 0, 0, 0, 0, 0);
        foreach (uint value in taken)
        {
            (int x, int y) = (X(value), Y(value));
            uint cost = Cost((y * _width) + x);
            ulong cell = ((ulong)cost << 32) | (value & ((1u << MoveShift) - 1));

            // A cell that was reached more cheaply since has been gone on from already.
            int needed = Directions.Canonical(open.Window(x, y), (int)(value >> MoveShift)) & -One(queue.ListOf(cost) == list);
            Unsafe.Add(ref moves, n) = cell;
            n += needed & 1;
            Unsafe.Add(ref moves, BatchMax + ne) = cell;
            ne += needed >> 1 & 1;
            Unsafe.Add(ref moves, (2 * BatchMax) + e) = cell;
            e += needed >> 2 & 1;
            Unsafe.Add(ref moves, (3 * BatchMax) + se) = cell;
            se += needed >> 3 & 1;
            Unsafe.Add(ref moves, (4 * BatchMax) + s) = cell;
            s += needed >> 4 & 1;
            Unsafe.Add(ref moves, (5 * BatchMax) + sw) = cell;
            sw += needed >> 5 & 1;
            Unsafe.Add(ref moves, (6 * BatchMax) + w) = cell;
            w += needed >> 6 & 1;
            Unsafe.Add(ref moves, (7 * BatchMax) + nw) = cell;
            nw += needed >> 7 & 1;
        }

        (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6], counts[7]) = (n, ne, e, se, s, sw, w, nw);
    }

    private void Diagonals<TQuadrant>(RingQueue queue, ReadOnlySpan<int> counts)
        where TQuadrant : struct, IQuadrant
    {
        int direction = (2 * TQuadrant.Index) + 1;
        int step = (TQuadrant.StepY * _width) + TQuadrant.StepX;
        uint move = Move(TQuadrant.StepX, TQuadrant.StepY, direction);
        foreach (ulong cell in _moves.AsSpan(direction * BatchMax, counts[direction]))
        {
            Reach(queue, Index(cell) + step, (uint)(cell >> 32) + FlowField.PlainDiagonal, (uint)cell + move);
        }
    }

    private void AlongRows(CellBits open, RingQueue queue, ReadOnlySpan<int> counts, bool forward)
    {
        int step = forward ? 1 : -1;
        int direction = forward ? 2 : 6;
        uint move = Move(0, 0, direction);
        foreach (ulong cell in Needed(direction, counts[direction], step))
        {
            (int x, int y, int index, uint cost) = (X((uint)cell), Y((uint)cell), Index(cell), (uint)(cell >> 32));
            int stop = forward ? JumpScan.Forward(open, x, y) : JumpScan.Backward(open, x, y);
            int cells = ((stop - x) * step) - 1;
            int reached = SpreadRow(index, cost, cells, forward);
            reached += One(open[stop, y]) & One(reached == cells);
            Reach(queue, index + (step * reached), cost + (FlowField.PlainStraight * (uint)reached), (uint)((uint)cell + move + (step * reached)));
        }
    }

    private void AlongColumns(CellBits open, RingQueue queue, ReadOnlySpan<int> counts, bool forward)
    {
        int step = forward ? _width : -_width;
        int direction = forward ? 4 : 0;
        uint move = Move(0, 0, direction);
        foreach (ulong cell in Needed(direction, counts[direction], step))
        {
            (int x, int y, int index, uint cost) = (X((uint)cell), Y((uint)cell), Index(cell), (uint)(cell >> 32));
            int stop = forward ? JumpScan.Forward(open, y, x) : JumpScan.Backward(open, y, x);
            int cells = (forward ? stop - y : y - stop) - 1;
            int reached = SpreadColumn(index, cost, cells, step);
            reached += One(open[stop, x]) & One(reached == cells);
            int rows = forward ? reached : -reached;
            Reach(queue, index + (step * reached), cost + (FlowField.PlainStraight * (uint)reached), (uint)((uint)cell + move + (rows << RowShift)));
        }
    }

    // The cells of a direction whose neighbour there is not reached as cheaply already.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<ulong> Needed(int direction, int count, int step)
    {
        Span<ulong> cells = _moves.AsSpan(direction * BatchMax, count);
        int needed = 0;
        foreach (ulong cell in cells)
        {
            cells[needed] = cell;
            needed += One((uint)(cell >> 32) + FlowField.PlainStraight < Cost(Index(cell) + step));
        }

        return cells[..needed];
    }

    // Over the cells before a stop, until one of them is reached as cheaply already, and with it all that follow.
    // Returns how many were reached so cheaply that the stop is to be asked; what it gives less than all cells says no more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SpreadRow(int index, uint cost, int cells, bool forward)
    {
        int lanes = Vector256<uint>.Count;
        int done = 0;
        Vector256<uint> places = forward ? Vector256.Create(1u, 2, 3, 4, 5, 6, 7, 8) : Vector256.Create(8u, 7, 6, 5, 4, 3, 2, 1);
        for (; done < cells; done += lanes)
        {
            int first = forward ? index + done + 1 : index - done - lanes;
            if (first < 0 || first + lanes > _costs.Length)
            {
                return done + SpreadColumn(forward ? index + done : index - done, cost + (FlowField.PlainStraight * (uint)done), cells - done, forward ? 1 : -1);
            }

            Vector256<uint> beyond = Vector256.GreaterThan(places.AsInt32(), Vector256.Create(cells - done)).AsUInt32();
            Vector256<uint> here = (Vector256.Create(cost + (FlowField.PlainStraight * (uint)done)) + (places * FlowField.PlainStraight)) | beyond;
            ref uint to = ref Cost(first);
            Vector256<uint> before = Vector256.LoadUnsafe(ref to);
            Vector256<uint> least = Vector256.Min(before, here);
            least.StoreUnsafe(ref to);
            if (least == before)
            {
                return done;
            }
        }

        int last = forward ? index + cells : index - cells;
        return cells * One(Cost(last) == cost + (FlowField.PlainStraight * (uint)cells));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SpreadColumn(int index, uint cost, int cells, int step)
    {
        for (int done = 0; done < cells; done++)
        {
            index += step;
            cost += FlowField.PlainStraight;
            ref uint to = ref Cost(index);
            if (cost >= to)
            {
                return done;
            }

            to = cost;
        }

        return cells;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Reach(RingQueue queue, int index, uint cost, uint value)
    {
        ref uint to = ref Cost(index);
        int cheaper = One(cost < to);
        to ^= (to ^ cost) & (uint)-cheaper;
        queue.Add(cost, value, cheaper);
    }

    private void Weighted(FlowField field, List<Cell> goals)
    {
        RingQueue queue = _weighted ??= new RingQueue(FlowField.WeightedStepMin, FlowField.WeightedStepMax);
        queue.Clear();
        foreach (Cell goal in goals)
        {
            queue.Add(0, CellPosition.Pack(goal.X, goal.Y));
        }

        CellBits open = field.Space.Rows;
        uint list = 0;
        while (queue.Count > 0)
        {
            list = queue.FirstList(list);
            for (int count = queue.Take(list, _taken); count > 0; count = queue.Take(list, _taken))
            {
                foreach (uint position in _taken.AsSpan(0, count))
                {
                    int x = CellPosition.X(position);
                    int y = CellPosition.Y(position);
                    int index = (y * _width) + x;
                    uint cost = Cost(index);
                    if (queue.ListOf(cost) != list || cost > FlowField.CostMax)
                    {
                        continue;
                    }

                    for (int moves = Directions.All(open.Window(x, y)); moves != 0; moves &= moves - 1)
                    {
                        int direction = BitOperations.TrailingZeroCount(moves);
                        int next = index + field.Steps[direction];
                        uint there = cost + field.StepCost(index, next, direction);
                        if (there < Cost(next))
                        {
                            Cost(next) = there;
                            queue.Add(there, CellPosition.Pack(x + Directions.StepX[direction], y + Directions.StepY[direction]));
                        }
                    }
                }
            }
        }
    }

    private static int X(uint cell) => (int)(cell & ColumnMask);

    private static int Y(uint cell) => (int)(cell >> RowShift & ColumnMask);

    private static uint Move(int stepX, int stepY, int direction) => (uint)((direction << MoveShift) + (stepY << RowShift) + stepX);

    private static int One(bool value) => Unsafe.BitCast<bool, byte>(value);

    private int Index(ulong cell) => (Y((uint)cell) * _width) + X((uint)cell);

    // Without a bounds check: moves and scans end at the border of the cells.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref uint Cost(int index)
    {
        Debug.Assert((uint)index < (uint)_costs.Length, "a cell outside of the field");
        return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_costs), index);
    }
}
