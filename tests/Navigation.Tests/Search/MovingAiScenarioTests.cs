using RealtimeServer.Navigation.Clusters;
using RealtimeServer.Navigation.Maps.MovingAi;

namespace RealtimeServer.Navigation.Search;

/// <summary>The optimal lengths that the makers of the Moving AI benchmarks worked out. All scenarios by every search with SCENARIOS=all; else every
/// one by jumps with stops and by clusters, every fifth by jumps without, and every fortieth by A*.</summary>
public sealed class MovingAiScenarioTests
{
    // What ClusterPathFinder promises, in plain steps.
    private const double LongerAtBorder = 8.6;

    [SharedDataTheory("movingai")]
    [InlineData("16room_000")]
    [InlineData("AR0011SR")]
    [InlineData("Aftershock")]
    [InlineData("arena")]
    [InlineData("arena2")]
    [InlineData("brc202d")]
    [InlineData("den520d")]
    [InlineData("lak303d")]
    [InlineData("maze512-8-0")]
    [InlineData("random512-10-0")]
    public void Paths_are_as_short_as_the_scenarios_say_and_those_by_clusters_within_their_bound(string map)
    {
        string file = Path.Combine(TestData.FindShared("movingai")!, map + ".map");
        Grid grid = MovingAiMap.Read(file, File.ReadAllBytes(file)).CreateGrid();
        AgentSpace space = new(grid, new AgentReach(0));
        CellSearch cells = new(grid, space.Rows);
        JumpPointSearch scanning = new(space.Rows, space.Columns, null);
        JumpPointSearch stopping = new(space.Rows, space.Columns, space.Stops);
        ClusterPathFinder clusters = new(grid);
        Cell[] path = new Cell[grid.Width * grid.Height];
        bool all = Environment.GetEnvironmentVariable("SCENARIOS") == "all";
        int index = 0;
        double best = 0;
        double byClusters = 0;
        foreach (MovingAiScenario scenario in MovingAiScenario.ReadAll(File.ReadLines(file + ".scen"), file + ".scen"))
        {
            if (all || index % 5 == 0)
            {
                Assert.True(scanning.Run(scenario.From, scenario.To));
                Assert.Equal(scenario.Length, scanning.Length / (double)StepCosts.Straight, scenario.Tolerance);
            }

            Assert.True(stopping.Run(scenario.From, scenario.To));
            Assert.Equal(scenario.Length, stopping.Length / (double)StepCosts.Straight, scenario.Tolerance);
            if (all || index % 40 == 0)
            {
                Assert.True(cells.Run(scenario.From, scenario.To, [scenario.To]));
                Assert.Equal(scenario.Length, cells.Cost, scenario.Tolerance);
            }

            PathResult result = clusters.FindCells(scenario.From, scenario.To, path);
            double longest = scenario.Length + (Borders(stopping.Path) * LongerAtBorder);
            Assert.InRange(result.Cost, scenario.Length - scenario.Tolerance, longest + scenario.Tolerance);
            (best, byClusters) = (best + scenario.Length, byClusters + result.Cost);
            index++;
        }

        Assert.True(byClusters <= best * 1.05, $"{((byClusters / best) - 1) * 100:F1} % longer by clusters");
    }

    private static int Borders(ReadOnlySpan<Cell> path)
    {
        int borders = 0;
        for (int i = 1; i < path.Length; i++)
        {
            borders += path[i].X / ClusterGraph.Side != path[i - 1].X / ClusterGraph.Side ? 1 : 0;
            borders += path[i].Y / ClusterGraph.Side != path[i - 1].Y / ClusterGraph.Side ? 1 : 0;
        }

        return borders;
    }
}
