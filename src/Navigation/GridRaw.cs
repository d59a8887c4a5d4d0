using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation;

/// <content>Grids as compiled maps keep them.</content>
public sealed partial class Grid
{
    /// <summary>How many bytes say which cells of a grid are open.</summary>
    internal static int OpenBytes(int width, int height) => CellBits.ByteCount(width, height);

    /// <summary>A fresh grid of what <see cref="Open"/> and <see cref="CostEighths"/> gave, or null if it cannot be one; no costs stand for the cost 1 everywhere.</summary>
    internal static Grid? FromRaw(int width, int height, ReadOnlySpan<byte> open, ReadOnlySpan<byte> costs)
    {
        Grid grid = new(width, height);
        if (costs.Contains((byte)0) || !grid._mapOpen.TryLoad(open))
        {
            return null;
        }

        grid._open.CopyFrom(grid._mapOpen);
        if (!costs.IsEmpty)
        {
            costs.CopyTo(grid._costs);
        }

        Array.Clear(grid._openCellsByCost);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = grid._costs.AsSpan(y * width, width);
            for (int x = 0; x < width; x++)
            {
                grid._openCellsByCost[row[x]] += grid._mapOpen[x, y] ? 1 : 0;
            }
        }

        grid.OpenCells = grid._openCellsByCost.Sum();
        grid._leastCost = (byte)Math.Max(Array.FindIndex(grid._openCellsByCost, static count => count > 0), 0);
        grid._leastCost = grid.OpenCells == 0 ? (byte)255 : grid._leastCost;
        return grid;
    }
}
