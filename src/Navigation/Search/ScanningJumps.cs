using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The jumps from a cell, found by looking at nothing but the open cells: a diagonal move looks along its row and its column at every step.
/// </summary>
internal readonly ref struct ScanningJumps : IJumps
{
    // One read tells of the cell before the one that is looked from, too.
    private const int Ahead = CellBits.Span - 2;

    private readonly ref byte _rows;
    private readonly ref byte _columns;
    private readonly nint _rowBytes;
    private readonly nint _columnBytes;
    private readonly JumpFrontier _frontier;

    public ScanningJumps(CellBits rows, CellBits columns, JumpFrontier frontier)
    {
        _rows = ref rows.RowStart(0);
        _columns = ref columns.RowStart(0);
        _rowBytes = rows.RowBytes;
        _columnBytes = columns.RowBytes;
        _frontier = frontier;
    }

    public void North(int x, int y, long cost) => Column(ref Unsafe.Add(ref _columns, x * _columnBytes), x, y, cost, forward: false);

    public void East(int x, int y, long cost) => Row(ref Unsafe.Add(ref _rows, y * _rowBytes), x, y, cost, forward: true);

    public void South(int x, int y, long cost) => Column(ref Unsafe.Add(ref _columns, x * _columnBytes), x, y, cost, forward: true);

    public void West(int x, int y, long cost) => Row(ref Unsafe.Add(ref _rows, y * _rowBytes), x, y, cost, forward: false);

    public int Diagonal<TQuadrant>(int x, int y, long cost)
        where TQuadrant : struct, IQuadrant
    {
        nint rowStep = TQuadrant.StepY * _rowBytes;
        nint columnStep = TQuadrant.StepX * _columnBytes;
        ref byte row = ref Unsafe.Add(ref _rows, y * _rowBytes);
        ref byte column = ref Unsafe.Add(ref _columns, x * _columnBytes);
        for (int work = 0; ; work += 2)
        {
            // A diagonal step needs the square of four cells that it crosses.
            ref byte before = ref row;
            row = ref Unsafe.Add(ref row, rowStep);
            column = ref Unsafe.Add(ref column, columnStep);
            bool isOpen = TQuadrant.StepX > 0
                ? ((~CellBits.From(ref row, x) & 3) | (~CellBits.From(ref before, x) & 2)) == 0
                : ((~CellBits.UpTo(ref row, x) & (3UL << 62)) | (~CellBits.UpTo(ref before, x) & (1UL << 62))) == 0;
            if (!isOpen)
            {
                return work;
            }

            x += TQuadrant.StepX;
            y += TQuadrant.StepY;
            cost += StepCosts.Diagonal;
            Row(ref row, x, y, cost, TQuadrant.StepX > 0);
            Column(ref column, x, y, cost, TQuadrant.StepY > 0);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Row(ref byte row, int x, int y, long cost, bool forward)
    {
        int steps = Steps(ref row, _rowBytes, x, forward);
        if (steps > 0)
        {
            _frontier.Reach(forward ? x + steps : x - steps, y, cost + (StepCosts.Straight * steps), forward ? 2 : 6);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Column(ref byte column, int x, int y, long cost, bool forward)
    {
        int steps = Steps(ref column, _columnBytes, y, forward);
        if (steps > 0)
        {
            _frontier.Reach(x, forward ? y + steps : y - steps, cost + (StepCosts.Straight * steps), forward ? 4 : 0);
        }
    }

    // How far a straight move gets before it has to look round, 0 if it ends at a wall first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Steps(ref byte line, nint lineBytes, int at, bool forward)
    {
        ref byte below = ref Unsafe.Add(ref line, lineBytes);
        ref byte above = ref Unsafe.Subtract(ref line, lineBytes);
        if (forward)
        {
            ulong here = CellBits.From(ref line, at - 1);
            ulong up = CellBits.From(ref above, at - 1);
            ulong down = CellBits.From(ref below, at - 1);
            ulong stops = (~here | (up & ~(up << 1)) | (down & ~(down << 1))) & CellBits.LowMask & ~3UL;
            int steps = BitOperations.TrailingZeroCount(stops) - 1;
            return stops == 0 ? StepsForward(ref line, lineBytes, at) : (here >> (steps + 1) & 1) != 0 ? steps : 0;
        }
        else
        {
            ulong here = CellBits.UpTo(ref line, at + 1);
            ulong up = CellBits.UpTo(ref above, at + 1);
            ulong down = CellBits.UpTo(ref below, at + 1);
            ulong stops = (~here | (up & ~(up >> 1)) | (down & ~(down >> 1))) & CellBits.HighMask & ~(3UL << 62);
            int steps = BitOperations.LeadingZeroCount(stops) - 1;
            return stops == 0 ? StepsBackward(ref line, lineBytes, at) : (here << (steps + 1) >> 63) != 0 ? steps : 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int StepsForward(ref byte line, nint lineBytes, int at)
    {
        int steps = Ahead + Steps(ref line, lineBytes, at + Ahead, forward: true);
        return steps > Ahead ? steps : 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int StepsBackward(ref byte line, nint lineBytes, int at)
    {
        int steps = Ahead + Steps(ref line, lineBytes, at - Ahead, forward: false);
        return steps > Ahead ? steps : 0;
    }
}
