namespace RealtimeServer.Navigation.Maps.Images;

/// <summary>Takes back how a row was made easier to pack: each byte was told as a difference from those before it.</summary>
internal static class PngFilter
{
    /// <param name="filter">0 none, 1 left, 2 above, 3 their mean, 4 the nearest of left, above and upper left to their plane.</param>
    /// <param name="row">The row, changed in place.</param>
    /// <param name="above">The row before it, undone; zeros for the first.</param>
    /// <param name="step">Bytes of a pixel.</param>
    /// <returns>False if there is no such filter.</returns>
    public static bool Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int step)
    {
        for (int i = 0; i < row.Length && filter != 0; i++)
        {
            int left = i >= step ? row[i - step] : 0;
            int up = above[i];
            int corner = i >= step ? above[i - step] : 0;
            row[i] = (byte)(row[i] + (filter switch
            {
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                _ => Nearest(left, up, corner),
            }));
        }

        return filter is >= 0 and <= 4;
    }

    private static int Nearest(int left, int up, int corner)
    {
        int plane = left + up - corner;
        (int a, int b, int c) = (Math.Abs(plane - left), Math.Abs(plane - up), Math.Abs(plane - corner));
        return a <= b && a <= c ? left : b <= c ? up : corner;
    }
}
