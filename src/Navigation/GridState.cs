using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>
/// A grid as bytes: how it differs from the grid it began as, its version and its log of changes. <c>version | log | count | (cell, blocks, cost in
/// eighths, open) of each cell that differs</c>. Small where little was built, however large the map.
/// </summary>
public static class GridState
{
    /// <param name="grid">What is saved.</param>
    /// <param name="began">The grid it began as; the same must be given to <see cref="Read"/>.</param>
    public static void Save(Grid grid, Grid began, StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(began);
        ArgumentNullException.ThrowIfNull(writer);
        writer.Int(grid.Version);
        writer.Values(grid.ChangeLog);
        int countAt = writer.Length;
        writer.Int(0);
        int count = 0;
        for (int y = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++)
            {
                CellState now = Of(grid, x, y);
                if (now != Of(began, x, y))
                {
                    writer.Int((y * grid.Width) + x);
                    writer.Value(in now);
                    count++;
                }
            }
        }

        System.Runtime.InteropServices.MemoryMarshal.Write(writer.Written[countAt..], in count);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, all of it checked.</summary>
    /// <exception cref="InvalidDataException">A number is out of range; the message says which.</exception>
    public static Grid Read(Grid began, ref StateReader reader)
    {
        ArgumentNullException.ThrowIfNull(began);
        Grid grid = began.Clone();
        int version = reader.Count(int.MaxValue - 1, "changes of the grid");
        ReadOnlySpan<CellRect> log = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, CellRect>(
            reader.Bytes((long)grid.ChangeLog.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<CellRect>()));
        int count = reader.Count(grid.Width * grid.Height, "changed cells");
        for (int i = 0; i < count; i++)
        {
            int cell = reader.Count((grid.Width * grid.Height) - 1, "as the number of a cell");
            CellState state = reader.Value<CellState>();
            if (state.CostEighths == 0 || state.Open > 1)
            {
                throw new InvalidDataException($"The grid's cell {cell} has a cost of {state.CostEighths} eighths and is open {state.Open}, which cannot be.");
            }

            Set(grid, cell % grid.Width, cell / grid.Width, in state);
        }

        grid.SetLog(version, log);
        return grid;
    }

    /// <summary>Makes a grid the same as another of its size, version and log included.</summary>
    public static void Copy(Grid from, Grid to)
    {
        ArgumentNullException.ThrowIfNull(from);
        ArgumentNullException.ThrowIfNull(to);
        for (int y = 0; y < to.Height; y++)
        {
            for (int x = 0; x < to.Width; x++)
            {
                CellState state = Of(from, x, y);
                if (state != Of(to, x, y))
                {
                    Set(to, x, y, in state);
                }
            }
        }

        to.SetLog(from.Version, from.ChangeLog);
    }

    private static CellState Of(Grid grid, int x, int y) =>
        new((ushort)grid.BlocksOn(x, y), (byte)(grid.Cost(x, y) / Grid.CostStep), grid.IsMapOpen(x, y) ? (byte)1 : (byte)0);

    private static void Set(Grid grid, int x, int y, in CellState state)
    {
        grid.SetOpen(x, y, state.Open != 0);
        grid.SetCost(x, y, state.CostEighths * Grid.CostStep);
        grid.SetBlocks(x, y, state.Blocks);
    }

    private readonly record struct CellState(ushort Blocks, byte CostEighths, byte Open);
}
