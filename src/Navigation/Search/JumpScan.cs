using System.Numerics;
using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Where a straight move along a row has to stop, found many columns at once (D. Harabor and A. Grastien, "Improving Jump Point
/// Search", ICAPS 2014; here without corner cutting): before a closed cell, or where a cell beside the row is open and the one behind that is closed,
/// because a path may have to turn round that corner. Over the transposed bits the same scans run along columns.
/// </summary>
internal static class JumpScan
{
    /// <summary>The first column after x that is closed or must be stopped at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Forward(CellBits open, int x, int y)
    {
        for (; ; x += CellBits.Span - 1)
        {
            ulong stops = (~open.From(x, y) | ForwardCorners(open, x, y)) & CellBits.LowMask & ~1UL;
            if (stops != 0)
            {
                return x + BitOperations.TrailingZeroCount(stops);
            }
        }
    }

    /// <summary>The first column before x that is closed or must be stopped at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Backward(CellBits open, int x, int y)
    {
        for (; ; x -= CellBits.Span - 1)
        {
            ulong stops = (~open.UpTo(x, y) | BackwardCorners(open, x, y)) & CellBits.HighMask & ~(1UL << 63);
            if (stops != 0)
            {
                return x - BitOperations.LeadingZeroCount(stops);
            }
        }
    }

    /// <summary>The last column of x + 1 to <paramref name="end"/> at which a forward move must stop; x if there is none.</summary>
    public static int LastForwardCorner(CellBits open, int x, int end, int y)
    {
        for (int at = end; at > x; at -= CellBits.Span - 1)
        {
            // The corner of the lowest column needs the one below it, so one column less is told.
            ulong up = open.UpTo(at, y - 1);
            ulong down = open.UpTo(at, y + 1);
            ulong corners = ((up & ~(up << 1)) | (down & ~(down << 1))) & CellBits.HighMask & (CellBits.HighMask << 1);
            if (corners != 0)
            {
                return Math.Max(at - BitOperations.LeadingZeroCount(corners), x);
            }
        }

        return x;
    }

    /// <summary>The first column of <paramref name="start"/> to x - 1 at which a backward move must stop; x if there is none.</summary>
    public static int FirstBackwardCorner(CellBits open, int start, int x, int y)
    {
        for (int at = start; at < x; at += CellBits.Span - 1)
        {
            ulong up = open.From(at, y - 1);
            ulong down = open.From(at, y + 1);
            ulong corners = ((up & ~(up >> 1)) | (down & ~(down >> 1))) & (CellBits.LowMask >> 1);
            if (corners != 0)
            {
                return Math.Min(at + BitOperations.TrailingZeroCount(corners), x);
            }
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ForwardCorners(CellBits open, int x, int y)
    {
        ulong up = open.From(x, y - 1);
        ulong down = open.From(x, y + 1);
        return (up & ~(up << 1)) | (down & ~(down << 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BackwardCorners(CellBits open, int x, int y)
    {
        ulong up = open.UpTo(x, y - 1);
        ulong down = open.UpTo(x, y + 1);
        return (up & ~(up >> 1)) | (down & ~(down >> 1));
    }
}
