namespace RealtimeServer.Navigation;

/// <summary>The plain algorithm, written from the rules alone: the oracle of the search.</summary>
internal static class Dijkstra
{
    /// <summary>The cost from one open cell to every cell; infinite where no path leads.</summary>
    public static double[] Costs(Grid grid, Cell from)
    {
        double[] costs = new double[grid.Width * grid.Height];
        Array.Fill(costs, double.PositiveInfinity);
        PriorityQueue<Cell, double> queue = new();
        costs[(from.Y * grid.Width) + from.X] = 0;
        queue.Enqueue(from, 0);
        while (queue.TryDequeue(out Cell cell, out double cost))
        {
            if (cost > costs[(cell.Y * grid.Width) + cell.X])
            {
                continue;
            }

            for (int dy = -1; dy <= 1; dy++)
            {
                for (int dx = -1; dx <= 1; dx++)
                {
                    (int x, int y) = (cell.X + dx, cell.Y + dy);
                    bool allowed = (dx != 0 || dy != 0) && grid.IsOpen(x, y) && grid.IsOpen(x, cell.Y) && grid.IsOpen(cell.X, y);
                    double length = dx != 0 && dy != 0 ? Math.Sqrt(2) : 1;
                    double next = allowed ? cost + (length * (grid.Cost(cell.X, cell.Y) + grid.Cost(x, y)) / 2) : 0;
                    if (allowed && next < costs[(y * grid.Width) + x])
                    {
                        costs[(y * grid.Width) + x] = next;
                        queue.Enqueue(new Cell(x, y), next);
                    }
                }
            }
        }

        return costs;
    }
}
