using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>The jumps from a cell, found by <see cref="JumpStops"/>: diagonal moves leap from one cell that has something to look at to the next.</summary>
internal readonly struct StoppingJumps(CellBits rows, CellBits columns, JumpStops stops, JumpFrontier frontier) : IJumps
{
    public int Diagonal<TQuadrant>(int x, int y, long cost)
        where TQuadrant : struct, IQuadrant
    {
        int row = stops.DiagonalRow<TQuadrant>(x, y);
        ref byte turns = ref stops.Turns<TQuadrant>().RowStart(row);
        ref byte steps = ref stops.OpenDiagonals<TQuadrant>().RowStart(row);
        int work = 1;
        for (int done = 0; ; done += CellBits.Span)
        {
            int open;
            if (TQuadrant.StepX > 0)
            {
                int from = x + done;
                open = BitOperations.TrailingZeroCount(~CellBits.From(ref steps, from) | (1UL << CellBits.Span));
                ulong ahead = CellBits.From(ref turns, from + 1) & ((1UL << open) - 1);
                for (; ahead != 0; ahead &= ahead - 1)
                {
                    Turn<TQuadrant>(x, y, done + 1 + BitOperations.TrailingZeroCount(ahead), cost);
                    work += 2;
                }
            }
            else
            {
                int from = x - done;
                open = BitOperations.LeadingZeroCount(~CellBits.UpTo(ref steps, from - 1) | (1UL << (63 - CellBits.Span)));
                ulong ahead = CellBits.UpTo(ref turns, from - 1) & ~(~0UL >> open);
                while (ahead != 0)
                {
                    int at = BitOperations.LeadingZeroCount(ahead);
                    ahead ^= 1UL << (63 - at);
                    Turn<TQuadrant>(x, y, done + 1 + at, cost);
                    work += 2;
                }
            }

            if (open < CellBits.Span)
            {
                return work;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Turn<TQuadrant>(int x, int y, int steps, long cost)
        where TQuadrant : struct, IQuadrant
    {
        x += TQuadrant.StepX * steps;
        y += TQuadrant.StepY * steps;
        cost += StepCosts.Diagonal * steps;
        Row(x, y, cost, TQuadrant.StepX > 0);
        Column(x, y, cost, TQuadrant.StepY > 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Row(int x, int y, long cost, bool forward)
    {
        if (stops.AlongRow(x, y, forward))
        {
            int stop = forward ? JumpScan.ForwardCorner(rows, x, y) : JumpScan.BackwardCorner(rows, x, y);
            frontier.Reach(stop, y, cost + (StepCosts.Straight * (forward ? stop - x : x - stop)), forward ? 2 : 6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Column(int x, int y, long cost, bool forward)
    {
        if (stops.AlongColumn(x, y, forward))
        {
            int stop = forward ? JumpScan.ForwardCorner(columns, y, x) : JumpScan.BackwardCorner(columns, y, x);
            frontier.Reach(x, stop, cost + (StepCosts.Straight * (forward ? stop - y : y - stop)), forward ? 4 : 0);
        }
    }
}
