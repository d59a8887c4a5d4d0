using RealtimeServer.Navigation.Clusters;
using RealtimeServer.Navigation.Maps.MovingAi;

namespace RealtimeServer.Navigation.Search;

/// <summary>The optimal lengths that the makers of the Moving AI benchmarks worked out. All scenarios with SCENARIOS=all; else every one by jumps and every
/// fortieth by A*.</summary>
public sealed class MovingAiScenarioTests
{
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
                int borders = 0;
                for (int i = 1; i < cells.PathLength; i++)
                {
                    borders += cells.Path[i].X / ClusterGraph.Side != cells.Path[i - 1].X / ClusterGraph.Side ? 1 : 0;
                    borders += cells.Path[i].Y / ClusterGraph.Side != cells.Path[i - 1].Y / ClusterGraph.Side ? 1 : 0;
                }

                PathResult result = clusters.FindCells(scenario.From, scenario.To, path);
                Assert.InRange(result.Cost, scenario.Length - scenario.Tolerance, scenario.Length + (borders * (ClusterGraph.Spacing + 0.6)) + 1);
                (best, byClusters) = (best + scenario.Length, byClusters + result.Cost);
            }

            index++;
        }

        Assert.True(byClusters <= best * 1.05, $"{((byClusters / best) - 1) * 100:F1} % longer by clusters");
    }
}
