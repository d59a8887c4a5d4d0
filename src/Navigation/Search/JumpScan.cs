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

    /// <summary>The first column after x that must be stopped at; there must be one before the next closed cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ForwardCorner(CellBits open, int x, int y)
    {
        for (; ; x += CellBits.Span - 1)
        {
            ulong corners = ForwardCorners(open, x, y) & CellBits.LowMask & ~1UL;
            if (corners != 0)
            {
                return x + BitOperations.TrailingZeroCount(corners);
            }
        }
    }

    /// <summary>The first column before x that must be stopped at; there must be one before the next closed cell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BackwardCorner(CellBits open, int x, int y)
    {
        for (; ; x -= CellBits.Span - 1)
        {
            ulong corners = BackwardCorners(open, x, y) & CellBits.HighMask & ~(1UL << 63);
            if (corners != 0)
            {
                return x - BitOperations.LeadingZeroCount(corners);
            }
        }
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
