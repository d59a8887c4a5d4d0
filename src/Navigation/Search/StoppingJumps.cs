using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>The jumps from a cell, found by <see cref="JumpStops"/>: diagonal moves leap from one cell that has something to look at to the next.</summary>
internal readonly ref struct StoppingJumps : IJumps
{
    // Cells of a diagonal that are looked from without asking for the units.
    private const int DiagonalAtOnce = 2 * CellBits.Span;

    private readonly ref byte _rows;
    private readonly ref byte _columns;
    private readonly nint _rowBytes;
    private readonly nint _columnBytes;
    private readonly JumpStops _stops;
    private readonly JumpFrontier _frontier;
    private readonly int _turn;

    public StoppingJumps(CellBits rows, CellBits columns, JumpStops stops, JumpFrontier frontier)
    {
        _rows = ref rows.RowStart(0);
        _columns = ref columns.RowStart(0);
        _rowBytes = rows.RowBytes;
        _columnBytes = columns.RowBytes;
        _stops = stops;
        _frontier = frontier;
        _turn = rows.Width > WorkUnits.NearRow ? WorkUnits.TurnOfLongRow : WorkUnits.Turn;
    }

    public int North(int x, int y, long cost) => _stops.North(x, y) ? Column(x, y, cost, forward: false) : 0;

    public int East(int x, int y, long cost) => _stops.East(x, y) ? Row(x, y, cost, forward: true) : 0;

    public int South(int x, int y, long cost) => _stops.South(x, y) ? Column(x, y, cost, forward: true) : 0;

    public int West(int x, int y, long cost) => _stops.West(x, y) ? Row(x, y, cost, forward: false) : 0;

    public int Diagonal<TQuadrant>(int x, int y, long cost, int done = 0)
        where TQuadrant : struct, IQuadrant
    {
        JumpStops.Diagonal diagonal = _stops.Along<TQuadrant>(x, y);
        int work = 1;
        for (int until = done + DiagonalAtOnce; done < until; done += CellBits.Span)
        {
            int open;
            if (TQuadrant.StepX > 0)
            {
                int from = x + done;
                open = BitOperations.TrailingZeroCount(~CellBits.From(ref diagonal.Steps, from) | (1UL << CellBits.Span));
                ulong alongRow = CellBits.From(ref diagonal.AlongRow, from + 1);
                ulong alongColumn = CellBits.From(ref diagonal.AlongColumn, from + 1);
                ulong ahead = (alongRow | alongColumn) & ((1UL << open) - 1);
                for (; ahead != 0; ahead &= ahead - 1)
                {
                    int at = BitOperations.TrailingZeroCount(ahead);
                    work += _turn + Turn<TQuadrant>(x, y, done + 1 + at, cost, (alongRow >> at & 1) != 0, (alongColumn >> at & 1) != 0);
                }
            }
            else
            {
                int from = x - done;
                open = BitOperations.LeadingZeroCount(~CellBits.UpTo(ref diagonal.Steps, from - 1) | (1UL << (63 - CellBits.Span)));
                ulong alongRow = CellBits.UpTo(ref diagonal.AlongRow, from - 1);
                ulong alongColumn = CellBits.UpTo(ref diagonal.AlongColumn, from - 1);
                ulong ahead = (alongRow | alongColumn) & ~(ulong.MaxValue >> open);
                while (ahead != 0)
                {
                    int at = BitOperations.LeadingZeroCount(ahead);
                    ahead ^= 1UL << (63 - at);
                    work += _turn + Turn<TQuadrant>(x, y, done + 1 + at, cost, (long)(alongRow << at) < 0, (long)(alongColumn << at) < 0);
                }
            }

            if (open < CellBits.Span)
            {
                return work;
            }
        }

        _frontier.Postpone(new PostponedDiagonal(x, y, cost, done, TQuadrant.Index));
        return work;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Turn<TQuadrant>(int x, int y, int steps, long cost, bool alongRow, bool alongColumn)
        where TQuadrant : struct, IQuadrant
    {
        x += TQuadrant.StepX * steps;
        y += TQuadrant.StepY * steps;
        cost += StepCosts.Diagonal * steps;
        int work = alongRow ? Row(x, y, cost, TQuadrant.StepX > 0) : 0;
        return work + (alongColumn ? Column(x, y, cost, TQuadrant.StepY > 0) : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Row(int x, int y, long cost, bool forward)
    {
        ref byte row = ref Unsafe.Add(ref _rows, y * _rowBytes);
        int steps = forward ? JumpScan.StepsForward(ref row, _rowBytes, x) : JumpScan.StepsBackward(ref row, _rowBytes, x);
        _frontier.Reach(forward ? x + steps : x - steps, y, cost + (StepCosts.Straight * steps), forward ? 2 : 6);
        return steps >> WorkUnits.ScannedBits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Column(int x, int y, long cost, bool forward)
    {
        ref byte column = ref Unsafe.Add(ref _columns, x * _columnBytes);
        int steps = forward ? JumpScan.StepsForward(ref column, _columnBytes, y) : JumpScan.StepsBackward(ref column, _columnBytes, y);
        _frontier.Reach(x, forward ? y + steps : y - steps, cost + (StepCosts.Straight * steps), forward ? 4 : 0);
        return steps >> WorkUnits.ScannedBits;
    }
}
