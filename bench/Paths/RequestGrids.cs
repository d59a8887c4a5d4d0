using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps.MovingAi;

namespace RealtimeServer.Bench.Paths;

/// <summary>Large grids whose searches take longest: walls scattered all over, a goal that is walled off, and corridors that turn back at every end.</summary>
internal static class RequestGrids
{
    /// <param name="side">Cells of a grid's side; at least 64.</param>
    public static IEnumerable<(string Name, Grid Grid, MovingAiScenario[] Scenarios)> All(int side)
    {
        int far = side - 2;
        MovingAiScenario[] corners = [Between(1, 1, far, far), Between(1, far, far, 1), Between(far, 1, 1, far), Between(far, far, 1, 1)];
        DeterministicRandom random = new(9);
        Grid scattered = new(side, side);
        for (int i = 0; i < side * side / 10; i++)
        {
            scattered.SetOpen(random.Next(side), random.Next(side), false);
        }

        foreach (MovingAiScenario scenario in corners)
        {
            scattered.SetOpen(scenario.From.X, scenario.From.Y, true);
        }

        yield return ("scattered", scattered, corners);

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

    private static MovingAiScenario Between(int fromX, int fromY, int toX, int toY) => new(new Cell(fromX, fromY), new Cell(toX, toY), 0, 0);
}
