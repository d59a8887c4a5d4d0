using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps.MovingAi;

namespace RealtimeServer.Bench.Paths;

/// <summary>
/// Large grids whose searches take longest: walls scattered all over or here and there, a goal that is walled off, corridors that turn back at every end, and
/// cheap columns of which a search must look at several before it knows.
/// </summary>
internal static class RequestGrids
{
    /// <param name="side">Cells of a grid's side; at least 64.</param>
    public static IEnumerable<(string Name, Grid Grid, MovingAiScenario[] Scenarios)> All(int side)
    {
        int far = side - 2;
        MovingAiScenario[] corners = Corners(side);
        yield return ("scattered", Scattered(side, 10, corners), corners);

        Grid walled = new(side, side);
        int quarter = side / 4;
        walled.Block(new CellRect(quarter, quarter, 2 * quarter, 2 * quarter));
        walled.Unblock(new CellRect(quarter + 1, quarter + 1, (2 * quarter) - 2, (2 * quarter) - 2));
        yield return ("walled off", walled, [Between(1, 1, side / 2, side / 2), Between(far, far, side / 2, side / 2)]);

        Grid corridors = new(side, side);
        for (int y = 4, row = 0; y < side - 4; y += 5, row++)
        {
            corridors.Block(new CellRect(row % 2 == 0 ? 0 : 4, y, side - 4, 1));
        }

        yield return ("corridors", corridors, corners);
    }

    /// <summary>Those that are hard for searches over cells only.</summary>
    public static IEnumerable<(string Name, Grid Grid, MovingAiScenario[] Scenarios)> OfCells(int side)
    {
        MovingAiScenario[] corners = Corners(side);
        yield return ("sparse", Scattered(side, 1000, corners), corners);
        yield return ("very sparse", Scattered(side, 10_000, corners), corners);

        int far = side - 2;
        Grid columns = new(side, side);
        for (int x = 0; x < side; x++)
        {
            for (int y = 0; y < side; y++)
            {
                columns.SetCost(x, y, x % 16 == 3 ? 1 : 4);
            }
        }

        yield return ("columns", columns, [Between(3, 3, 3, far), Between(3, far, 3, 3), Between(3 + 16, 3, 3 + 32, far)]);
    }

    private static MovingAiScenario[] Corners(int side)
    {
        int far = side - 2;
        return [Between(1, 1, far, far), Between(1, far, far, 1), Between(far, 1, 1, far), Between(far, far, 1, 1)];
    }

    private static Grid Scattered(int side, int cellsAWall, MovingAiScenario[] scenarios)
    {
        DeterministicRandom random = new(9);
        Grid grid = new(side, side);
        for (int i = 0; i < side * side / cellsAWall; i++)
        {
            grid.SetOpen(random.Next(side), random.Next(side), false);
        }

        foreach (MovingAiScenario scenario in scenarios)
        {
            grid.SetOpen(scenario.From.X, scenario.From.Y, true);
        }

        return grid;
    }

    private static MovingAiScenario Between(int fromX, int fromY, int toX, int toY) => new(new Cell(fromX, fromY), new Cell(toX, toY), 0, 0);
}
