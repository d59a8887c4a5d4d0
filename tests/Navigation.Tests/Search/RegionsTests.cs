using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

public sealed class RegionsTests
{
    [Fact]
    public void Cells_are_joined_exactly_where_a_path_leads_also_after_changes()
    {
        DeterministicRandom random = new(41);
        for (int i = 0; i < 200; i++)
        {
            Grid grid = RandomGrids.Create(ref random, weighted: false, sideMax: 110);
            AgentSpace space = new(grid, new AgentReach(0));
            for (int round = 0; round < 6; round++)
            {
                for (int change = random.Next(20); change > 0; change--)
                {
                    grid.SetOpen(random.Next(grid.Width), random.Next(grid.Height), random.NextBool(0.5f));
                }

                space.Update();
                if (!RandomGrids.TryPickOpen(grid, ref random, out Cell from))
                {
                    continue;
                }

                double[] costs = Dijkstra.Costs(grid, from);
                for (int y = 0; y < grid.Height; y++)
                {
                    for (int x = 0; x < grid.Width; x++)
                    {
                        Assert.Equal(double.IsFinite(costs[(y * grid.Width) + x]), space.Regions.AreJoined(from, new Cell(x, y)));
                    }
                }
            }
        }
    }
}
