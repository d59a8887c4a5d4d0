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
        ref byte row = ref open.RowStart(y);
        for (; ; x += CellBits.Span - 1)
        {
            ulong stops = (~CellBits.From(ref row, x) | ForwardCorners(ref row, open.RowBytes, x)) & CellBits.LowMask & ~1UL;
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
        ref byte row = ref open.RowStart(y);
        for (; ; x -= CellBits.Span - 1)
        {
            ulong stops = (~CellBits.UpTo(ref row, x) | BackwardCorners(ref row, open.RowBytes, x)) & CellBits.HighMask & ~(1UL << 63);
            if (stops != 0)
            {
                return x - BitOperations.LeadingZeroCount(stops);
            }
        }
    }

    /// <summary>How many columns after x a move must stop; there must be a corner before the next closed cell.</summary>
    /// <param name="row">Where the row begins.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StepsForward(ref byte row, nint rowBytes, int x)
    {
        for (int at = x; ; at += CellBits.Span - 1)
        {
            ulong corners = ForwardCorners(ref row, rowBytes, at) & CellBits.LowMask & ~1UL;
            if (corners != 0)
            {
                return at + BitOperations.TrailingZeroCount(corners) - x;
            }
        }
    }

    /// <summary>How many columns before x a move must stop; there must be a corner before the next closed cell.</summary>
    /// <param name="row">Where the row begins.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int StepsBackward(ref byte row, nint rowBytes, int x)
    {
        for (int at = x; ; at -= CellBits.Span - 1)
        {
            ulong corners = BackwardCorners(ref row, rowBytes, at) & CellBits.HighMask & ~(1UL << 63);
            if (corners != 0)
            {
                return x - at + BitOperations.LeadingZeroCount(corners);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ForwardCorners(ref byte row, nint rowBytes, int x)
    {
        ulong up = CellBits.From(ref Unsafe.Subtract(ref row, rowBytes), x);
        ulong down = CellBits.From(ref Unsafe.Add(ref row, rowBytes), x);
        return (up & ~(up << 1)) | (down & ~(down << 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong BackwardCorners(ref byte row, nint rowBytes, int x)
    {
        ulong up = CellBits.UpTo(ref Unsafe.Subtract(ref row, rowBytes), x);
        ulong down = CellBits.UpTo(ref Unsafe.Add(ref row, rowBytes), x);
        return (up & ~(up >> 1)) | (down & ~(down >> 1));
    }
}
