namespace RealtimeServer.Navigation;

/// <summary>
/// How much room there is round each cell of a grid: the distance from its middle to the nearest closed cell, which is the radius of the largest agent that can
/// stand there. For people to look at; searches keep what they need of it for each size of agents.
/// </summary>
public static class Clearance
{
    /// <summary>Works out the clearance of every cell, row by row: exact distances between a middle and a square, by columns first and then along rows.</summary>
    /// <param name="grid">What lies outside of it counts as closed.</param>
    /// <param name="most">In cells, more than 0; wider room is not told apart.</param>
    /// <returns>In cells; 0 where the cell itself is closed.</returns>
    public static float[] Of(Grid grid, float most)
    {
        ArgumentNullException.ThrowIfNull(grid);
        if (!(most > 0 && most <= Limits.GridSideMax))
        {
            throw new ArgumentOutOfRangeException(nameof(most), $"The clearance {most} is not more than 0 and at most {Limits.GridSideMax}.");
        }

        int reach = (int)MathF.Ceiling(most + 0.5f);
        int[] rows = RowsToClosed(grid, reach);
        var clearance = new float[rows.Length];
        for (int y = 0; y < grid.Height; y++)
        {
            ReadOnlySpan<int> row = rows.AsSpan(y * grid.Width, grid.Width);
            for (int x = 0; x < grid.Width; x++)
            {
                clearance[(y * grid.Width) + x] = Nearest(row, x, reach, most);
            }
        }

        return clearance;
    }

    // Of each cell: how many rows away the nearest closed cell of its column is.
    private static int[] RowsToClosed(Grid grid, int reach)
    {
        var rows = new int[grid.Width * grid.Height];
        for (int x = 0; x < grid.Width; x++)
        {
            int since = 0;
            for (int y = 0; y < grid.Height; y++)
            {
                since = grid.IsOpen(x, y) ? Math.Min(since + 1, reach) : 0;
                rows[(y * grid.Width) + x] = since;
            }

            since = 0;
            for (int y = grid.Height - 1; y >= 0; y--)
            {
                since = grid.IsOpen(x, y) ? Math.Min(since + 1, reach) : 0;
                ref int known = ref rows[(y * grid.Width) + x];
                known = Math.Min(known, since);
            }
        }

        return rows;
    }

    private static float Nearest(ReadOnlySpan<int> row, int x, int reach, float most)
    {
        if (row[x] == 0)
        {
            return 0;
        }

        float best = most * most;
        for (int away = 0; away <= reach && Gap(away) * Gap(away) < best; away++)
        {
            best = Math.Min(best, Squared(away, RowsAt(row, x - away)));
            best = Math.Min(best, Squared(away, RowsAt(row, x + away)));
        }

        return MathF.Sqrt(best);
    }

    private static int RowsAt(ReadOnlySpan<int> row, int x) => (uint)x < (uint)row.Length ? row[x] : 0;

    private static float Squared(int columns, int rows) => (Gap(columns) * Gap(columns)) + (Gap(rows) * Gap(rows));

    // From a middle to the nearest edge of a cell so many columns or rows away.
    private static float Gap(int cells) => Math.Max(cells - 0.5f, 0);
}
