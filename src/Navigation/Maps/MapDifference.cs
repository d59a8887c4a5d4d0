using System.Runtime.InteropServices;

namespace RealtimeServer.Navigation.Maps;

/// <summary>Cells of a row that a map has otherwise than another: eight bytes, without padding.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public readonly record struct GroundRun(ushort X, ushort Y, ushort Length, byte CostEighths, byte Open)
{
    public CellRect Cells => new(X, Y, Length, 1);
}

/// <summary>Which cells of a map a designer has changed.</summary>
public static class MapDifference
{
    /// <summary>The cells in which the second map's ground differs from the first's, in runs row by row; each with what the second has there.</summary>
    /// <param name="max">The most runs.</param>
    /// <returns>Null if the maps are not equally large, or there are more runs.</returns>
    public static IReadOnlyList<GroundRun>? Between(GameMap from, GameMap to, int max)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        if (from.Width != to.Width || from.Height != to.Height)
        {
            return null;
        }

        List<GroundRun> runs = [];
        for (int y = 0; y < to.Height; y++)
        {
            for (int x = 0; x < to.Width;)
            {
                if (IsSame(from.Ground, to.Ground, x, y))
                {
                    x++;
                    continue;
                }

                if (runs.Count == max)
                {
                    return null;
                }

                GroundRun run = RunAt(from.Ground, to.Ground, x, y);
                runs.Add(run);
                x += run.Length;
            }
        }

        return runs;
    }

    // As far as the second map is the same all along.
    private static GroundRun RunAt(Grid from, Grid to, int x, int y)
    {
        bool open = to.IsMapOpen(x, y);
        byte cost = to.CostEighths[(y * to.Width) + x];
        int end = x + 1;
        while (end < to.Width && !IsSame(from, to, end, y) && to.IsMapOpen(end, y) == open && to.CostEighths[(y * to.Width) + end] == cost)
        {
            end++;
        }

        return new GroundRun((ushort)x, (ushort)y, (ushort)(end - x), cost, open ? (byte)1 : (byte)0);
    }

    private static bool IsSame(Grid a, Grid b, int x, int y)
    {
        int index = (y * a.Width) + x;
        return a.IsMapOpen(x, y) == b.IsMapOpen(x, y) && a.CostEighths[index] == b.CostEighths[index];
    }
}
