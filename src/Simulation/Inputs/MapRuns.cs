using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Simulation.Inputs;

/// <summary>Changed cells of a map as the data of inputs: runs of eight bytes, so that a log has them and a replay repeats them.</summary>
internal static class MapRuns
{
    /// <summary>Runs of one input.</summary>
    public static int RunsPerInput => Limits.MessageBytesMax / Unsafe.SizeOf<GroundRun>();

    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<GroundRun> runs) => MemoryMarshal.AsBytes(runs);

    /// <summary>True if every run lies in the grid and says what a cell can be.</summary>
    public static bool Fit(Grid grid, ReadOnlySpan<byte> data)
    {
        foreach (GroundRun run in MemoryMarshal.Cast<byte, GroundRun>(data))
        {
            if (run.Length == 0 || run.CostEighths == 0 || run.Open > 1 || run.Y >= grid.Height || run.X + run.Length > grid.Width)
            {
                return false;
            }
        }

        return data.Length > 0 && data.Length <= Limits.MessageBytesMax && data.Length % Unsafe.SizeOf<GroundRun>() == 0;
    }

    /// <returns>The least rectangle that holds all runs.</returns>
    public static CellRect Apply(Grid grid, ReadOnlySpan<byte> data)
    {
        (int left, int top, int right, int bottom) = (grid.Width, grid.Height, 0, 0);
        foreach (GroundRun run in MemoryMarshal.Cast<byte, GroundRun>(data))
        {
            grid.SetGround(run.Cells, run.Open != 0, run.CostEighths * Grid.CostStep);
            (left, top) = (Math.Min(left, run.X), Math.Min(top, run.Y));
            (right, bottom) = (Math.Max(right, run.X + run.Length), Math.Max(bottom, run.Y + 1));
        }

        return new CellRect(left, top, right - left, bottom - top);
    }
}
