using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The jumps from a cell, found by looking at nothing but the open cells: a diagonal move looks along its row and its column at every step.
/// </summary>
internal readonly struct ScanningJumps(CellBits rows, CellBits columns, JumpFrontier frontier) : IJumps
{
    // One read tells of the cell before the one that is looked from, too.
    private const int Reach = CellBits.Span - 2;

    public void Row(int x, int y, long cost, bool forward) => Row(ref rows.RowStart(y), x, y, cost, forward);

    public void Column(int x, int y, long cost, bool forward) => Column(ref columns.RowStart(x), x, y, cost, forward);

    public int Diagonal<TQuadrant>(int x, int y, long cost)
        where TQuadrant : struct, IQuadrant
    {
        int rowStep = TQuadrant.StepY * rows.RowBytes;
        int columnStep = TQuadrant.StepX * columns.RowBytes;
        ref byte row = ref rows.RowStart(y);
        ref byte column = ref columns.RowStart(x);
        for (int work = 0; ; work += 2)
        {
            // A diagonal step needs the square of four cells that it crosses.
            (int fromX, int fromY) = (x, y);
            x += TQuadrant.StepX;
            y += TQuadrant.StepY;
            ref byte before = ref row;
            row = ref Unsafe.Add(ref row, rowStep);
            column = ref Unsafe.Add(ref column, columnStep);
            bool isOpen = TQuadrant.StepX > 0
                ? (~CellBits.From(ref row, fromX) & 3 | ~CellBits.From(ref before, fromX) & 2) == 0
                : (~CellBits.UpTo(ref row, fromX) & (3UL << 62) | ~CellBits.UpTo(ref before, fromX) & (1UL << 62)) == 0;
            if (!isOpen)
            {
                return work;
            }

            cost += StepCosts.Diagonal;
            Row(ref row, x, y, cost, TQuadrant.StepX > 0);
            Column(ref column, x, y, cost, TQuadrant.StepY > 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Row(ref byte row, int x, int y, long cost, bool forward)
    {
        int steps = Steps(rows, ref row, x, y, forward);
        if (steps > 0)
        {
            frontier.Reach(forward ? x + steps : x - steps, y, cost + (StepCosts.Straight * steps), forward ? 2 : 6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Column(ref byte column, int x, int y, long cost, bool forward)
    {
        int steps = Steps(columns, ref column, y, x, forward);
        if (steps > 0)
        {
            frontier.Reach(x, forward ? y + steps : y - steps, cost + (StepCosts.Straight * steps), forward ? 4 : 0);
        }
    }

    // How far a straight move gets before it has to look round, 0 if it ends at a wall first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Steps(CellBits open, ref byte line, int at, int across, bool forward)
    {
        ref byte below = ref Unsafe.Add(ref line, open.RowBytes);
        ref byte above = ref Unsafe.Subtract(ref line, open.RowBytes);
        if (forward)
        {
            ulong here = CellBits.From(ref line, at - 1);
            ulong up = CellBits.From(ref above, at - 1);
            ulong down = CellBits.From(ref below, at - 1);
            ulong stops = (~here | (up & ~(up << 1)) | (down & ~(down << 1))) & CellBits.LowMask & ~3UL;
            int steps = BitOperations.TrailingZeroCount(stops) - 1;
            return stops == 0 ? FarForward(open, at, across) : (here >> (steps + 1) & 1) != 0 ? steps : 0;
        }
        else
        {
            ulong here = CellBits.UpTo(ref line, at + 1);
            ulong up = CellBits.UpTo(ref above, at + 1);
            ulong down = CellBits.UpTo(ref below, at + 1);
            ulong stops = (~here | (up & ~(up >> 1)) | (down & ~(down >> 1))) & CellBits.HighMask & ~(3UL << 62);
            int steps = BitOperations.LeadingZeroCount(stops) - 1;
            return stops == 0 ? FarBackward(open, at, across) : (here << (steps + 1) >> 63) != 0 ? steps : 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int FarForward(CellBits open, int at, int across)
    {
        int stop = JumpScan.Forward(open, at + Reach, across);
        return open[stop, across] ? stop - at : 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int FarBackward(CellBits open, int at, int across)
    {
        int stop = JumpScan.Backward(open, at - Reach, across);
        return open[stop, across] ? at - stop : 0;
    }
}
