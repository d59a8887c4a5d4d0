using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class SharedWayTests
{
    [Fact]
    public void A_crowd_that_shares_its_way_arrives_without_a_search_of_its_own()
    {
        using var crowd = new Crowd(TestMaps.Draw(
            "..............................",
            "..............................",
            "..........##########..........",
            "..........##########..........",
            "..........##########..........",
            "..............................",
            ".............................."));
        for (int i = 0; i < 20; i++)
        {
            crowd.Add(new Vec2(1.5f + (i % 4), 1.5f + (i / 4)), new Vec2(26.5f, 3.5f), AgentFlags.SharesWay);
        }

        int searches = 0;
        Assert.True(crowd.Run(60, () =>
        {
            searches += crowd.Searches;
            return crowd.Agents.All(crowd.HasArrived);
        }));
        Assert.Equal(0, searches);
    }

    [Fact]
    public void A_way_that_is_closed_leads_round_and_one_that_is_cut_off_is_told()
    {
        using var crowd = new Crowd(TestMaps.Open(20, 12));
        Entity agent = crowd.Add(new Vec2(2.5f, 5.5f), new Vec2(17.5f, 5.5f), AgentFlags.SharesWay);
        crowd.Run(2);
        crowd.Grid.Block(new CellRect(10, 0, 1, 11));
        Assert.True(crowd.Run(30, () => crowd.HasArrived(agent)));
        crowd.Agent(agent).Goal = new Vec2(2.5f, 5.5f);
        crowd.Grid.Block(new CellRect(10, 11, 1, 1));
        crowd.Run(2);
        Assert.Equal(AgentState.GoalWalledOff, crowd.Agent(agent).State);
    }

    [Fact]
    public void More_shared_goals_than_fields_go_along_paths()
    {
        using var crowd = new Crowd(TestMaps.Open(40, 30));
        for (int i = 0; i < Navigation.Limits.FlowFieldsMax + 8; i++)
        {
            crowd.Add(new Vec2(1.5f, 1.5f + i), new Vec2(36.5f, 1.5f + i), AgentFlags.SharesWay);
        }

        Assert.True(crowd.Run(60, () => crowd.Agents.All(crowd.HasArrived)));
    }

    [Fact]
    public void Two_crowds_pass_a_gate_of_two_cells_in_turns()
    {
        using var crowd = new Crowd(TestMaps.Draw([.. Enumerable.Range(0, 20).Select(y => new string('.', 19) + (y is 9 or 10 ? ".." : "##") + new string('.', 19))]));
        for (int i = 0; i < 30; i++)
        {
            Vec2 left = new(3.5f + (i / 10), 5.5f + (i % 10));
            Vec2 right = new(40 - left.X, left.Y);
            crowd.Add(left, right, i % 2 == 0 ? AgentFlags.SharesWay : AgentFlags.None);
            crowd.Add(right, left, i % 3 == 0 ? AgentFlags.SharesWay : AgentFlags.None);
        }

        bool arrived = crowd.Run(240, () => crowd.Agents.All(crowd.HasArrived));
        Assert.True(arrived, string.Join("; ", crowd.Agents.Where(agent => !crowd.HasArrived(agent))
            .Select(agent => $"{crowd.Agent(agent).State} at {crowd.At(agent)} to {crowd.Agent(agent).Goal}, {crowd.Agent(agent).Velocity}, {crowd.Agent(agent).Flags}")));
    }

    [Fact]
    public void Thousands_of_requests_never_take_more_than_the_budget_of_a_tick()
    {
        using var crowd = new Crowd(TestMaps.Draw([.. Enumerable.Range(0, 200).Select(y => new string(
            [.. Enumerable.Range(0, 200).Select(x => (x % 16 == 0 || y % 16 == 0) && (x + (5 * y)) % 16 != 8 && (y + (3 * x)) % 16 != 4 ? '#' : '.')]))]));
        DeterministicRandom random = new(3);
        while (crowd.Agents.Count < 2000)
        {
            Vec2 from = new(random.NextSingle(1, 199), random.NextSingle(1, 199));
            if (crowd.Grid.IsOpen(from))
            {
                crowd.Add(from, new Vec2(random.NextSingle(1, 199), random.NextSingle(1, 199)), radius: 0.1f);
            }
        }

        // What is left of a path once it is found is done at once: a fifth of the budget is room for it.
        int waitedTicks = 0;
        int searches = 0;
        for (int tick = 0; tick < 400; tick++)
        {
            crowd.Match.Step();
            AgentMovement agents = crowd.Movement;
            Assert.InRange(agents.PathUnits, 0, Limits.PathUnitsPerTickMax * 6 / 5);
            searches += agents.Searches;
            waitedTicks += agents.Waiting > 100 ? 1 : 0;
        }

        Assert.True(waitedTicks > 10, $"{waitedTicks} ticks with a queue");
        Assert.True(searches > 1500, $"{searches} searches");
        Assert.InRange(crowd.Movement.Waiting, 0, 1000);
    }

    [Fact]
    public void Those_of_higher_priority_get_their_paths_first()
    {
        using var crowd = new Crowd(TestMaps.Draw([.. Enumerable.Range(0, 100).Select(y => new string(
            [.. Enumerable.Range(0, 100).Select(x => y % 4 == 2 && x != (y % 8 == 2 ? 99 : 0) ? '#' : '.')]))]));
        for (int i = 0; i < 400; i++)
        {
            Entity agent = crowd.Add(new Vec2(1.5f + (i % 90), 0.5f), new Vec2(50.5f, 97.5f), radius: 0.1f);
            crowd.Agent(agent).Priority = i < 200 ? 0 : 1;
        }

        int low = 0;
        int high = 0;
        crowd.Match.Step();
        for (int i = 0; i < 400; i++)
        {
            bool has = crowd.Match.World.Read<PathFollower>(crowd.Agents[i]).Remaining > 0;
            (low, high) = (low + (has && i < 200 ? 1 : 0), high + (has && i >= 200 ? 1 : 0));
        }

        Assert.True(high > 0 && low == 0, $"{high} of high priority, {low} of low have a path");
    }
}
