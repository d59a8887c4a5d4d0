using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class MeshLinkTests
{
    [Fact]
    public void A_jump_over_a_gap_takes_what_its_length_takes_and_the_state_tells_of_it()
    {
        OffMeshLink[] links = [new(new Vec3(2, 0, 2), new Vec3(9, 0, 9), BothWays: false, Cost: 90), new(new Vec3(11.5f, 0, 6), new Vec3(16.5f, 0, 6), BothWays: false)];
        using MeshCrowd crowd = new(MeshMaps.Gap(rise: 0), links);
        Entity agent = crowd.Add(new Vec3(4, 0, 8), new Vec3(24, 0, 3));
        Assert.True(crowd.Run(20, () => crowd.State(agent) == AgentState.OnLink));
        Assert.Equal(1, crowd.MeshAgent(agent).Link);
        Vec3 start = crowd.At(agent);
        Assert.Equal(11.4f, start.X, 0.5f);
        int ticks = 0;
        float share = 0;
        while (crowd.State(agent) == AgentState.OnLink)
        {
            crowd.Run(0.034f);
            Assert.True(crowd.MeshAgent(agent).LinkShare > share);
            share = crowd.MeshAgent(agent).LinkShare;
            Assert.True(share == 1 || MathF.Abs(crowd.Agent(agent).Velocity.Length - 2) < 1e-3f);
            ticks++;
        }

        Assert.InRange(ticks, 60, 90);
        Assert.InRange(crowd.At(agent).X, 16, 17);
        Assert.True(crowd.Run(20, () => crowd.HasArrived(agent)));

        // There is no way back.
        crowd.Send(agent, new Vec3(4, 0, 8));
        crowd.Run(8);
        Assert.Equal(AgentState.GoalWalledOff, crowd.State(agent));
    }

    [Fact]
    public void A_ladder_is_climbed_both_ways_in_its_own_time()
    {
        OffMeshLink ladder = new(new Vec3(20, 0, 17), new Vec3(20, 4, 18.6f), BothWays: true, Seconds: 3);
        using MeshCrowd crowd = new(MeshMaps.Bridge(), [ladder]);
        Entity up = crowd.Add(new Vec3(20, 0, 10), new Vec3(22, 4, 20));
        Entity down = crowd.Add(new Vec3(18, 4, 20), new Vec3(18, 0, 12));
        int ticks = 0;
        float highest = 0;
        Assert.True(crowd.Run(40, () =>
        {
            ticks += crowd.State(up) == AgentState.OnLink ? 1 : 0;
            highest = MathF.Max(highest, crowd.MeshAgent(up).Height);
            return crowd.HasArrived(up) && crowd.HasArrived(down);
        }));
        Assert.InRange(ticks, 88, 91);
        Assert.Equal(4, highest, 0.1f);
        Assert.Equal(0, crowd.At(down).Y, 0.1f);
    }

    [Fact]
    public void A_whole_crowd_goes_through_a_portal_and_parts_behind_it()
    {
        OffMeshLink portal = new(new Vec3(6, 0, 6), new Vec3(22, 3, 6), BothWays: false, Cost: 1, Seconds: 0.01f);
        using MeshCrowd crowd = new(MeshMaps.Gap(rise: 3), [portal]);
        for (int i = 0; i < 20; i++)
        {
            crowd.Add(new Vec3(2 + (i % 5 * 0.9f), 0, 2 + (i / 5 * 0.9f)), new Vec3(18 + (i % 5 * 1.5f), 3, 3 + (i / 5 * 1.5f)));
        }

        Assert.True(crowd.Run(60, () => crowd.Agents.All(crowd.HasArrived)));
        for (int i = 0; i < 20; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.True((crowd.At(crowd.Agents[i]) - crowd.At(crowd.Agents[j])).Length > 0.76f);
            }
        }
    }

    [Fact]
    public void One_that_the_game_moves_while_it_is_on_a_link_goes_on_from_there()
    {
        using MeshCrowd crowd = new(MeshMaps.Gap(rise: 0), [new OffMeshLink(new Vec3(11.5f, 0, 6), new Vec3(16.5f, 0, 6), BothWays: false)]);
        Entity agent = crowd.Add(new Vec3(8, 0, 6), new Vec3(24, 0, 6));
        Assert.True(crowd.Run(20, () => crowd.State(agent) == AgentState.OnLink && crowd.MeshAgent(agent).LinkShare > 0.5f));
        crowd.Put(agent, new Vec3(3, 0, 3));
        crowd.Match.Step();
        Assert.NotEqual(AgentState.OnLink, crowd.State(agent));
        Assert.True(crowd.Run(40, () => crowd.HasArrived(agent)));
    }

    [Fact]
    public void A_link_whose_end_is_closed_is_not_planned_over_and_one_under_way_on_it_lands_beside()
    {
        using MeshCrowd crowd = new(MeshMaps.Gap(rise: 0), [new OffMeshLink(new Vec3(11.5f, 0, 6), new Vec3(16.5f, 0, 6), BothWays: true)]);
        Entity agent = crowd.Add(new Vec3(8, 0, 6), new Vec3(24, 0, 6));
        Entity late = crowd.Add(new Vec3(2, 0, 6), new Vec3(24, 0, 9));
        Assert.True(crowd.Run(20, () => crowd.State(agent) == AgentState.OnLink));
        int crate = crowd.Mesh.Add(MeshObstacle.Cylinder(new Vec3(16.5f, 0, 6), 3, 2));
        Assert.True(crowd.Run(20, () => crowd.HasArrived(agent)));
        Assert.Equal(AgentState.GoalWalledOff, crowd.State(late));
        crowd.Mesh.Remove(crate);
        Assert.True(crowd.Run(20, () => crowd.HasArrived(late)));
    }

    [Fact]
    public void Links_that_cannot_be_are_refused()
    {
        OffMeshLink link = new(new Vec3(11.5f, 0, 6), new Vec3(16.5f, 0, 6), BothWays: true);
        foreach (OffMeshLink wrong in new[] { link with { Cost = -1 }, link with { Seconds = float.NaN }, link with { Seconds = float.PositiveInfinity } })
        {
            Assert.Contains("Link 0", Assert.ThrowsAny<Exception>(() => new MeshCrowd(MeshMaps.Gap(rise: 0), [wrong])).Message, StringComparison.Ordinal);
        }
    }
}
