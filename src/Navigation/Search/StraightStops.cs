namespace RealtimeServer.Navigation.Search;

/// <summary>From which cells a straight jump ends at a corner, worked out for 64 cells at a time.</summary>
internal static class StraightStops
{
    /// <summary>Finds them along a row, for moves both ways.</summary>
    /// <param name="changed">The cells that are not as they were before, a word for each of a row's.</param>
    public static void Find(CellBits open, CellBits forward, CellBits backward, int y, Span<ulong> changed)
    {
        ulong carry = 0;
        for (int i = open.RowWords - 1; i >= 0; i--)
        {
            ulong here = open.Word(i, y);
            ulong corners = (Next(open, i, y - 1) & ~open.Word(i, y - 1)) | (Next(open, i, y + 1) & ~open.Word(i, y + 1));
            ulong steps = here & Next(open, i, y);
            ulong stops = FillDown(steps & (corners | (carry << 63)), steps);
            changed[i] = stops ^ forward.Word(i, y);
            forward.Word(i, y) = stops;
            carry = stops;
        }

        carry = 0;
        for (int i = 0; i < open.RowWords; i++)
        {
            ulong here = open.Word(i, y);
            ulong corners = (Previous(open, i, y - 1) & ~open.Word(i, y - 1)) | (Previous(open, i, y + 1) & ~open.Word(i, y + 1));
            ulong steps = here & Previous(open, i, y);
            ulong stops = FillUp(steps & (corners | (carry >> 63)), steps);
            changed[i] |= stops ^ backward.Word(i, y);
            backward.Word(i, y) = stops;
            carry = stops;
        }
    }

    /// <summary>Finds them across the rows, for moves both ways, in all rows' words of one index.</summary>
    /// <param name="up">A word for each row.</param>
    /// <param name="down">A word for each row.</param>
    public static void FindAcross(CellBits open, int i, Span<ulong> up, Span<ulong> down)
    {
        ulong stops = 0;
        for (int y = 0; y < open.Height; y++)
        {
            stops = Across(open, i, y, y - 1, stops);
            up[y] = stops;
        }

        stops = 0;
        for (int y = open.Height - 1; y >= 0; y--)
        {
            stops = Across(open, i, y, y + 1, stops);
            down[y] = stops;
        }
    }

    private static ulong Across(CellBits open, int i, int y, int next, ulong stopsOfNext)
    {
        ulong corners = (Previous(open, i, next) & ~Previous(open, i, y)) | (Next(open, i, next) & ~Next(open, i, y));
        return open.Word(i, y) & open.Word(i, next) & (corners | stopsOfNext);
    }

    // The word moved by a cell, so that each bit is that of the cell after or before its own. The last bit of a row and the first lie in the border.
    private static ulong Next(CellBits open, int i, int y) => (open.Word(i, y) >> 1) | (open.Word(i + 1, y) << 63);

    private static ulong Previous(CellBits open, int i, int y) => (open.Word(i, y) << 1) | (open.Word(i - 1, y) >> 63);

    // Spreads bits through the runs of others, in steps of growing powers of two.
    private static ulong FillDown(ulong bits, ulong through)
    {
        for (int shift = 1; shift < 64; shift *= 2)
        {
            bits |= through & (bits >> shift);
            through &= through >> shift;
        }

        return bits;
    }

    private static ulong FillUp(ulong bits, ulong through)
    {
        for (int shift = 1; shift < 64; shift *= 2)
        {
            bits |= through & (bits << shift);
            through &= through << shift;
        }

        return bits;
    }
}
