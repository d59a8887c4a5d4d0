using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Maps.MovingAi;

/// <summary>The benchmark's own scenarios (N. Sturtevant, 2012), with the optimal lengths it gives.</summary>
public sealed class MovingAiMapTests
{
    [SharedDataTheory("movingai")]
    [InlineData("arena", 130)]
    [InlineData("arena2", 40)]
    [InlineData("brc202d", 25)]
    [InlineData("den520d", 40)]
    [InlineData("lak303d", 40)]
    [InlineData("AR0011SR", 30)]
    [InlineData("Aftershock", 25)]
    [InlineData("16room_000", 20)]
    [InlineData("maze512-8-0", 15)]
    [InlineData("random512-10-0", 20)]
    public void Scenarios_have_their_optimal_length(string map, int sample)
    {
        string file = Path.Combine(TestData.FindShared("movingai")!, map + ".map");
        Grid grid = MovingAiMap.Read(file, File.ReadAllBytes(file)).CreateGrid();
        PathFinder finder = new(grid);
        AgentSpace space = new(grid, new AgentReach(0));
        Cell[] path = new Cell[grid.Width * grid.Height];
        IReadOnlyList<MovingAiScenario> scenarios = MovingAiScenario.ReadAll(File.ReadLines(file + ".scen"), file + ".scen");
        for (int i = 0; i < scenarios.Count; i++)
        {
            PathResult result = finder.FindCells(scenarios[i].From, scenarios[i].To, path);
            Assert.Equal(PathStatus.Found, result.Status);
            Assert.Equal(scenarios[i].Length, result.Cost, scenarios[i].Tolerance);
        }

        // A* takes a thousand times as long on some, so it answers a sample.
        CellSearch slow = new(grid, space.Rows);
        for (int i = 0; i < scenarios.Count; i += scenarios.Count / sample)
        {
            slow.Run(scenarios[i].From, scenarios[i].To, [scenarios[i].To]);
            Assert.Equal(scenarios[i].Length, slow.Cost, scenarios[i].Tolerance);
        }
    }
}
