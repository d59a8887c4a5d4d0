using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

internal static class RandomGrids
{
    /// <summary>A grid of random size and density of walls; weighted ones have patches of several costs.</summary>
    public static Grid Create(ref DeterministicRandom random, bool weighted, int sideMax = 32)
    {
        Grid grid = new(random.Next(1, sideMax), random.Next(1, sideMax));
        float walls = random.NextSingle(0, 0.5f);
        for (int y = 0; y < grid.Height; y++)
        {
            for (int x = 0; x < grid.Width; x++)
            {
                grid.SetOpen(x, y, !random.NextBool(walls));
            }
        }

        for (int patch = weighted ? random.Next(1, 12) : 0; patch > 0; patch--)
        {
            float cost = random.Next(1, random.NextBool(0.5f) ? 32 : 256) * Grid.CostStep;
            (int left, int top) = (random.Next(grid.Width), random.Next(grid.Height));
            (int right, int bottom) = (random.Next(left, grid.Width), random.Next(top, grid.Height));
            for (int y = top; y <= bottom; y++)
            {
                for (int x = left; x <= right; x++)
                {
                    grid.SetCost(x, y, cost);
                }
            }
        }

        return grid;
    }

    public static bool TryPickOpen(Grid grid, ref DeterministicRandom random, out Cell cell)
    {
        for (int attempt = 0; attempt < 50; attempt++)
        {
            cell = new Cell(random.Next(grid.Width), random.Next(grid.Height));
            if (grid.IsOpen(cell))
            {
                return true;
            }
        }

        cell = default;
        return false;
    }
}
