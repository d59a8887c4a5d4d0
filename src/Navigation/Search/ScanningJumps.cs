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

    // Cells of a diagonal that are looked from without asking for the units.
    private const int DiagonalAtOnce = 128;

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

    public int North(int x, int y, long cost) => Column(ref Unsafe.Add(ref _columns, x * _columnBytes), x, y, cost, forward: false);

    public int East(int x, int y, long cost) => Row(ref Unsafe.Add(ref _rows, y * _rowBytes), x, y, cost, forward: true);

    public int South(int x, int y, long cost) => Column(ref Unsafe.Add(ref _columns, x * _columnBytes), x, y, cost, forward: true);

    public int West(int x, int y, long cost) => Row(ref Unsafe.Add(ref _rows, y * _rowBytes), x, y, cost, forward: false);

    public int Diagonal<TQuadrant>(int x, int y, long cost, int done = 0)
        where TQuadrant : struct, IQuadrant
    {
        PostponedDiagonal rest = new(x, y, cost, done + DiagonalAtOnce, TQuadrant.Index);
        (x, y, cost) = (x + (TQuadrant.StepX * done), y + (TQuadrant.StepY * done), cost + (StepCosts.Diagonal * done));
        bool right = TQuadrant.StepX > 0;
        bool down = TQuadrant.StepY > 0;
        nint rowStep = TQuadrant.StepY * _rowBytes;
        nint columnStep = TQuadrant.StepX * _columnBytes;
        ref byte row = ref Unsafe.Add(ref _rows, y * _rowBytes);
        ref byte column = ref Unsafe.Add(ref _columns, x * _columnBytes);
        int work = 0;
        for (int left = DiagonalAtOnce; left > 0; left--, work += 2)
        {
            // A diagonal step needs the square of four cells that it crosses: two columns of both rows.
            ulong before = From(ref row, x, right);
            row = ref Unsafe.Add(ref row, rowStep);
            ulong here = From(ref row, x, right);
            if (right ? ((~here & 3) | (~before & 2)) != 0 : ((~here & (3UL << 62)) | (~before & (1UL << 62))) != 0)
            {
                return work;
            }

            ulong after = From(ref Unsafe.Add(ref row, rowStep), x, right);
            column = ref Unsafe.Add(ref column, columnStep);
            x += TQuadrant.StepX;
            y += TQuadrant.StepY;
            cost += StepCosts.Diagonal;
            int steps = Steps(before, here, after, right);
            if (steps != 0)
            {
                work += Row(ref row, x, y, cost, steps, right);
            }

            steps = Steps(ref column, _columnBytes, y, down);
            if (steps != 0)
            {
                work += Column(ref column, x, y, cost, steps, down);
            }
        }

        _frontier.Postpone(rest);
        return work;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Row(ref byte row, int x, int y, long cost, bool forward)
    {
        int steps = Steps(ref row, _rowBytes, x, forward);
        return steps != 0 ? Row(ref row, x, y, cost, steps, forward) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Column(ref byte column, int x, int y, long cost, bool forward)
    {
        int steps = Steps(ref column, _columnBytes, y, forward);
        return steps != 0 ? Column(ref column, x, y, cost, steps, forward) : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Row(ref byte row, int x, int y, long cost, int steps, bool forward)
    {
        steps = steps > 0 ? steps : FarSteps(ref row, _rowBytes, x, forward);
        if (steps != 0)
        {
            _frontier.Reach(forward ? x + steps : x - steps, y, cost + (StepCosts.Straight * steps), forward ? 2 : 6);
        }

        return steps >> WorkUnits.ScannedBits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Column(ref byte column, int x, int y, long cost, int steps, bool forward)
    {
        steps = steps > 0 ? steps : FarSteps(ref column, _columnBytes, y, forward);
        if (steps != 0)
        {
            _frontier.Reach(x, forward ? y + steps : y - steps, cost + (StepCosts.Straight * steps), forward ? 4 : 0);
        }

        return steps >> WorkUnits.ScannedBits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong From(ref byte line, int at, bool forward) => forward ? CellBits.From(ref line, at) : CellBits.UpTo(ref line, at);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Steps(ref byte line, nint lineBytes, int at, bool forward)
    {
        int behind = forward ? at - 1 : at + 1;
        ulong here = From(ref line, behind, forward);
        ulong one = From(ref Unsafe.Subtract(ref line, lineBytes), behind, forward);
        ulong other = From(ref Unsafe.Add(ref line, lineBytes), behind, forward);
        return Steps(one, here, other, forward);
    }

    // How far a straight move gets before it has to look round: 0 if it ends at a wall first, -1 if that lies too far to be seen at once.
    // The lines begin with the cell behind the one that is looked from.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Steps(ulong one, ulong here, ulong other, bool forward)
    {
        if (forward)
        {
            ulong stops = (~here | (one & ~(one << 1)) | (other & ~(other << 1))) & CellBits.LowMask & ~3UL;
            int steps = BitOperations.TrailingZeroCount(stops) - 1;
            return stops == 0 ? -1 : (here >> (steps + 1) & 1) != 0 ? steps : 0;
        }
        else
        {
            ulong stops = (~here | (one & ~(one >> 1)) | (other & ~(other >> 1))) & CellBits.HighMask & ~(3UL << 62);
            int steps = BitOperations.LeadingZeroCount(stops) - 1;
            return stops == 0 ? -1 : (here << (steps + 1) >> 63) != 0 ? steps : 0;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int FarSteps(ref byte line, nint lineBytes, int at, bool forward)
    {
        for (int done = Ahead; ; done += Ahead)
        {
            int steps = Steps(ref line, lineBytes, forward ? at + done : at - done, forward);
            if (steps >= 0)
            {
                return steps > 0 ? done + steps : 0;
            }
        }
    }
}
