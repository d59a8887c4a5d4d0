using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>Whether one cell sees another along a shortest way of diagonal and then straight steps.</summary>
/// <param name="rows">Open cells.</param>
/// <param name="columns">The same, transposed.</param>
/// <param name="stops">Of the same cells, or null to do without.</param>
internal sealed class OctileSight(CellBits rows, CellBits columns, JumpStops? stops)
{
    /// <summary>True if the diagonal steps and then the straight ones lead from a cell to another.</summary>
    /// <param name="from">An open cell.</param>
    public bool IsClear(Cell from, Cell to)
    {
        int right = to.X - from.X;
        int down = to.Y - from.Y;
        int steps = Math.Min(StepCosts.Magnitude(right), StepCosts.Magnitude(down));
        int endX = right < 0 ? from.X - steps : from.X + steps;
        int endY = down < 0 ? from.Y - steps : from.Y + steps;
        bool isStraightOpen = endY == to.Y
            ? rows.FirstClearAfter(Math.Min(endX, to.X), endY) > Math.Max(endX, to.X)
            : columns.FirstClearAfter(Math.Min(endY, to.Y), endX) > Math.Max(endY, to.Y);
        return isStraightOpen && rows[to.X, to.Y] && (steps == 0 || IsDiagonalOpen(from.X, from.Y, right < 0 ? -1 : 1, down < 0 ? -1 : 1, steps));
    }

    /// <summary>True if so many diagonal steps from a cell are open.</summary>
    public bool IsDiagonalOpen(int x, int y, int stepX, int stepY, int steps)
    {
        if (stops is not null)
        {
            return stepX > 0 ? stops.IsDiagonalOpen(x, y, stepY, steps) : stops.IsDiagonalOpen(x - steps, y + (stepY * steps), -stepY, steps);
        }

        // Each row holds the cell itself, before it the one that the step there passes, and after it the one that the next step passes.
        nint rowStep = stepY * rows.RowBytes;
        ref byte row = ref rows.RowStart(y);
        uint needed = stepX > 0 ? 6u : 3u;
        for (; steps > 0; steps--)
        {
            if (((uint)CellBits.From(ref row, x - 1) & needed) != needed)
            {
                return false;
            }

            needed = 7;
            x += stepX;
            row = ref Unsafe.Add(ref row, rowStep);
        }

        needed = stepX > 0 ? 3u : 6u;
        return ((uint)CellBits.From(ref row, x - 1) & needed) == needed;
    }
}
