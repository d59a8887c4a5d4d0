using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class PathTests
{
    [Fact]
    public void An_agent_goes_round_obstacles_to_its_goal()
    {
        using var crowd = new Crowd(TestMaps.Draw(
            "..........",
            ".########.",
            "........#.",
            ".######.#.",
            ".#......#.",
            ".########.",
            ".........."));
        Entity agent = crowd.Add(new Vec2(2.5f, 4.5f), new Vec2(9.5f, 6.5f));

        Assert.True(crowd.Run(30, () => crowd.HasArrived(agent)));

        Assert.InRange(Vec2.Distance(crowd.At(agent), new Vec2(9.5f, 6.5f)), 0, 0.2f);
    }

    [Fact]
    public void A_path_with_more_corners_than_an_agent_carries_is_continued()
    {
        string[] rows = [.. Enumerable.Range(0, 61).Select(y => y % 2 == 0 ? "......" : y % 4 == 1 ? "#####." : ".#####")];
        using var crowd = new Crowd(TestMaps.Draw(rows));
        Entity agent = crowd.Add(new Vec2(0.5f, 0.5f), new Vec2(0.5f, 60.5f), speed: 4);

        Assert.True(crowd.Run(120, () => crowd.HasArrived(agent)), $"only came to {crowd.At(agent)}");
    }

    [Fact]
    public void A_long_way_to_a_walled_off_goal_is_continued_too()
    {
        string[] rows = [.. Enumerable.Range(0, 61).Select(y => y % 2 == 0 ? "......" : y % 4 == 1 ? "#####." : ".#####"), "######", "......"];
        using var crowd = new Crowd(TestMaps.Draw(rows));
        Entity agent = crowd.Add(new Vec2(0.5f, 0.5f), new Vec2(0.5f, 62.5f), speed: 4);

        Assert.True(crowd.Run(120, () => crowd.At(agent).Y > 60 && crowd.At(agent).X < 1), $"only came to {crowd.At(agent)}");
        Assert.Equal(AgentState.GoalWalledOff, crowd.Agent(agent).State);
    }

    [Fact]
    public void A_building_across_the_way_makes_it_plan_again_and_one_elsewhere_does_not()
    {
        using var crowd = new Crowd(TestMaps.Draw(
            "............",
            ".#########..",
            "............",
            ".#########..",
            "............"));
        Entity agent = crowd.Add(new Vec2(0.5f, 2.5f), new Vec2(11.5f, 2.5f));
        crowd.Run(0.5f);

        crowd.Grid.Block(new CellRect(5, 0, 1, 1));
        crowd.Match.Step();
        Assert.Equal(0, crowd.Searches);

        crowd.Grid.Block(new CellRect(6, 2, 1, 1));
        crowd.Match.Step();
        Assert.Equal(1, crowd.Searches);
        Assert.True(crowd.Run(20, () => crowd.HasArrived(agent)));
    }

    [Fact]
    public void An_agent_that_walks_while_a_search_to_another_goal_takes_several_ticks_is_led_there()
    {
        using var crowd = new Crowd(TestMaps.Open(150, 150));
        for (int y = 0; y < 150; y++)
        {
            for (int x = 1; x < 150; x++)
            {
                crowd.Grid.SetCost(x, y, 3);
            }
        }

        Entity agent = crowd.Add(new Vec2(2.5f, 75), new Vec2(40, 75));
        crowd.Run(2);
        crowd.Agent(agent).Goal = new Vec2(75, 148);
        int ticks = 0;
        do
        {
            crowd.Match.Step();
            ticks++;
        }
        while (crowd.Movement.Waiting > 0);

        Assert.InRange(ticks, 2, 30);
        Assert.Equal(1, crowd.Searches);
        Assert.Equal(new Vec2(75, 148), crowd.Match.TraceAgents(1).Agents[0].Way[^1]);
    }

    [Fact]
    public void An_agent_under_a_new_building_is_put_beside_it()
    {
        using var crowd = new Crowd(TestMaps.Open(12, 12));
        Entity agent = crowd.Add(new Vec2(5.3f, 5.5f), new Vec2(5.3f, 5.5f));
        crowd.Run(0.2f);

        crowd.Grid.Block(new CellRect(4, 4, 4, 4));
        Assert.False(crowd.Stands(agent));
        crowd.Match.Step();

        Assert.True(crowd.Stands(agent));
        Assert.InRange(Vec2.Distance(crowd.At(agent), new Vec2(5.3f, 5.5f)), 1, 2);
    }

    [Fact]
    public void A_walled_off_goal_is_approached_and_reached_once_it_opens()
    {
        using var crowd = new Crowd(TestMaps.Open(12, 12));
        var wall = new CellRect(0, 6, 12, 1);
        crowd.Grid.Block(wall);
        Entity agent = crowd.Add(new Vec2(2.5f, 1.5f), new Vec2(8.5f, 10.5f));

        Assert.True(crowd.Run(20, () => Vec2.Distance(crowd.At(agent), new Vec2(8.5f, 5.5f)) < 0.6f), $"only came to {crowd.At(agent)}");
        Assert.Equal(AgentState.GoalWalledOff, crowd.Agent(agent).State);
        crowd.Run(2);
        Assert.Equal(0, crowd.Searches);

        crowd.Grid.Unblock(wall);
        Assert.True(crowd.Run(20, () => crowd.HasArrived(agent)));
    }

    [Fact]
    public void An_agent_that_arrived_after_a_detour_still_comes_back_when_it_is_moved()
    {
        using var crowd = new Crowd(TestMaps.Open(12, 12));
        var wall = new CellRect(0, 6, 12, 1);
        crowd.Grid.Block(wall);
        Entity agent = crowd.Add(new Vec2(2.5f, 1.5f), new Vec2(2.5f, 10.5f));
        crowd.Run(5);
        Assert.Equal(AgentState.GoalWalledOff, crowd.Agent(agent).State);

        Vec2 goal = crowd.At(agent);
        crowd.Agent(agent).Goal = goal;
        crowd.Run(1);
        Assert.True(crowd.HasArrived(agent));
        crowd.Match.World.Get<Position>(agent).Value = goal - new Vec2(0, 4);

        Assert.True(crowd.Run(10, () => crowd.HasArrived(agent)));
    }

    [Fact]
    public void Flying_agents_go_straight_over_walls()
    {
        using var crowd = new Crowd(TestMaps.Draw(
            "....##....",
            "....##....",
            "....##...."));
        Entity agent = crowd.Add(new Vec2(0.5f, 1.5f), new Vec2(9.5f, 1.5f), AgentFlags.Flying, speed: 3);

        Assert.True(crowd.Run(3.2f, () => crowd.HasArrived(agent)));
        Assert.Equal(1.5f, crowd.At(agent).Y, 0.001f);
        Assert.Equal(0, crowd.Searches);
    }

    [Fact]
    public void Halted_agents_stay_and_go_on_when_let_go()
    {
        using var crowd = new Crowd(TestMaps.Open(12, 4));
        Entity agent = crowd.Add(new Vec2(0.5f, 1.5f), new Vec2(9.5f, 1.5f), AgentFlags.Halted);
        crowd.Run(1);
        Assert.Equal(new Vec2(0.5f, 1.5f), crowd.At(agent));

        crowd.Agent(agent).Flags = AgentFlags.None;

        Assert.True(crowd.Run(10, () => crowd.HasArrived(agent)));
    }

    [Fact]
    public void A_goal_that_is_no_number_moves_nobody()
    {
        using var crowd = new Crowd(TestMaps.Open(6, 6));
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            crowd.Add(new Vec2(1.5f, 1.5f), new Vec2(bad, 3));
            crowd.Add(new Vec2(3.5f, 3.5f), new Vec2(bad, bad), AgentFlags.Flying);
        }

        crowd.Run(1);

        Assert.All(crowd.Agents, agent => Assert.True(crowd.At(agent).IsFinite));
    }

    [Fact]
    public void Long_steps_at_a_slow_tick_rate_do_not_jump_over_walls()
    {
        using var crowd = new Crowd(TestMaps.Draw("...#...", "...#...", "...#..."), hz: 1);
        Entity agent = crowd.Add(new Vec2(2.5f, 1.5f), new Vec2(6.5f, 1.5f), speed: 6);

        // The way in is closed; its own velocity is what would carry it across.
        crowd.Grid.Block(new CellRect(3, 0, 1, 3));
        crowd.Run(10);

        Assert.True(crowd.At(agent).X < 3);
    }
}
