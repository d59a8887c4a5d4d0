using RealtimeServer.Foundation;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class AgentTraceTests
{
    [Fact]
    public void Each_agent_shows_where_it_goes_and_looking_changes_nothing()
    {
        using var crowd = new Crowd(TestMaps.Draw(
            "..........",
            "..........",
            "....##....",
            "....##....",
            ".........."));
        Vec2 goal = new(8.5f, 3.5f);
        crowd.Add(new Vec2(1.5f, 3.5f), goal);
        crowd.Add(new Vec2(1.5f, 1.5f), goal, AgentFlags.Flying);
        crowd.Add(new Vec2(0.5f, 4.5f), goal, AgentFlags.SharesWay);
        crowd.Add(new Vec2(9.5f, 0.5f), new Vec2(9.5f, 0.5f));
        crowd.Run(0.5f);
        ulong before = crowd.Match.Hash();
        (IReadOnlyList<AgentTrace> agents, int leftOut) = crowd.Match.TraceAgents(10);
        Assert.Equal(before, crowd.Match.Hash());
        Assert.Equal((4, 0), (agents.Count, leftOut));
        AgentTrace walks = agents[0];
        Assert.Equal(crowd.At(crowd.Agents[0]), walks.Position);
        Assert.Equal((AgentState.Moving, 0.3f), (walks.State, walks.Radius));
        Assert.True(walks.Way.Count > 1, "it has to go round");
        Assert.Equal(goal, walks.Way[^1]);
        Assert.Equal(2, walks.Wanted.Length, 1e-3f);
        Assert.True(walks.Velocity.Length > 0.5f);
        Assert.Equal([goal], agents[1].Way);
        Assert.Equal(AgentFlags.Flying, agents[1].Flags);
        Assert.Single(agents[2].Way);
        Assert.Empty(agents[3].Way);
        Assert.Equal(AgentState.Arrived, agents[3].State);
    }

    [Fact]
    public void More_than_asked_for_are_counted_only_and_a_game_without_agents_has_none()
    {
        using var crowd = new Crowd(TestMaps.Open(20, 20));
        for (int i = 0; i < 12; i++)
        {
            crowd.Add(new Vec2(1.5f, 1.5f + i), new Vec2(18.5f, 1.5f + i));
        }

        crowd.Run(0.1f);
        (IReadOnlyList<AgentTrace> agents, int leftOut) = crowd.Match.TraceAgents(5);
        Assert.Equal((5, 7), (agents.Count, leftOut));
        var game = new ScriptedGame();
        using MatchSimulation match = game.Simulate(TestMaps.Open(4, 4));
        Assert.Empty(match.TraceAgents(5).Agents);
    }
}
