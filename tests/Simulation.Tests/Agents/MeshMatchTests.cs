using System.Buffers;
using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Game;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class MeshMatchTests
{
    private const int Agents = 150;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(21)]
    [InlineData(51)]
    [InlineData(176)]
    [InlineData(236)]
    public void A_match_restored_in_the_middle_goes_on_with_the_same_bits(int tick)
    {
        using MatchSimulation match = new(MeshWalkingGame.Setup(Agents));
        Play(match, tick);
        ArrayBufferWriter<byte> saved = new();
        match.Save(saved);
        using MatchSimulation other = new(MeshWalkingGame.Setup(Agents));
        Play(other, 30);
        other.Restore(saved.WrittenSpan);
        Assert.Equal(match.Hash(), other.Hash());
        for (int i = 0; i < 150; i++)
        {
            Play(match, 1);
            Play(other, 1);
            Assert.True(match.Hash() == other.Hash(), $"{i + 1} ticks after tick {tick} it is another match");
        }

        Assert.Equal(Wire.Parts(match), Wire.Parts(other));
        Assert.Equal(match.Hash(), Replay.Run(match.Setup, other.Log, match.Tick));
    }

    [Fact]
    public void A_search_that_takes_several_ticks_is_saved_under_way_and_begins_anew_when_the_mesh_changes()
    {
        using MeshCrowd crowd = Forest();
        using MeshCrowd other = Forest();
        Entity agent = crowd.Add(new Vec3(1, 0, 1), new Vec3(86, 0, 86));
        crowd.Match.Step();
        Assert.Equal(1, crowd.Context.Agents.Waiting);
        ArrayBufferWriter<byte> saved = new();
        crowd.Match.Save(saved);
        other.Match.Restore(saved.WrittenSpan);
        int ticks = 0;
        while (crowd.Context.Agents.Waiting > 0)
        {
            crowd.Match.Step();
            other.Match.Step();
            Assert.Equal(crowd.Context.Agents.PathUnits, other.Context.Agents.PathUnits);
            Assert.Equal(crowd.Match.Hash(), other.Match.Hash());
            ticks++;
        }

        // Somewhere else on the mesh: the search is done again, from its beginning.
        other.Match.Restore(saved.WrittenSpan);
        other.Mesh.Add(MeshObstacle.Box(new Vec3(80, 0, 1), new Vec3(81, 2, 2)));
        int again = 0;
        do
        {
            other.Match.Step();
            again++;
        }
        while (other.Context.Agents.Waiting > 0);

        Assert.True(again > ticks, $"{again} ticks, {ticks} without a change");
        Assert.NotEqual(AgentState.Idle, crowd.State(agent));
    }

    [Fact]
    public void One_that_walks_to_one_goal_while_a_search_to_another_takes_several_ticks_is_led_to_the_other()
    {
        using MeshCrowd crowd = Forest();
        Entity agent = crowd.Add(new Vec3(1, 0, 1), new Vec3(1, 0, 40));
        crowd.Run(2);
        crowd.Send(agent, new Vec3(86, 0, 86));
        int ticks = 0;
        do
        {
            crowd.Match.Step();
            ticks++;
        }
        while (crowd.Context.Agents.Waiting > 0);

        Assert.InRange(ticks, 2, 30);
        Assert.Equal(1, crowd.Context.Agents.Searches);
        Assert.Contains(crowd.Match.TraceAgents(1).Agents[0].Way, point => point.X > 5);
    }

    // The goal in its corner is walled off, so that all of it is looked at.
    private static MeshCrowd Forest()
    {
        MeshCrowd crowd = new(MeshMaps.Floor(90, 90));
        crowd.Mesh.Add(MeshObstacle.Box(new Vec3(82, 0, 82), new Vec3(91, 2, 82.5f)));
        crowd.Mesh.Add(MeshObstacle.Box(new Vec3(82, 0, 82), new Vec3(82.5f, 2, 91)));
        DeterministicRandom random = new(21);
        for (int i = 0; i < 900; i++)
        {
            Vec3 at = new(random.NextSingle(3, 80), 0, random.NextSingle(3, 87));
            crowd.Mesh.Add(MeshObstacle.Box(at, at + new Vec3(random.NextSingle(0.3f, 1.5f), 2, random.NextSingle(0.3f, 1.5f))));
        }

        return crowd;
    }

    [Fact]
    public void Those_matches_have_agents_on_links_and_at_their_goals()
    {
        using MatchSimulation match = new(MeshWalkingGame.Setup(Agents));
        (int onLinks, int arrived) = (0, 0);
        for (int i = 0; i < 300; i++)
        {
            Play(match, 1);
            IReadOnlyList<AgentTrace> agents = match.TraceAgents(Agents).Agents;
            onLinks += agents.Count(agent => agent.State == AgentState.OnLink);
            arrived += agents.Count(agent => agent.State == AgentState.Arrived);
        }

        Assert.True(onLinks > 100 && arrived > 50, $"{onLinks} ticks on links, {arrived} arrived");
    }

    [Fact]
    public void What_paths_take_a_tick_is_bounded_with_those_on_the_grid()
    {
        using MeshCrowd crowd = new(MeshMaps.Bridge());
        DeterministicRandom random = new(11);
        for (int i = 0; i < 600; i++)
        {
            Vec3 at = new(random.NextSingle(1, 39), 0, random.NextSingle(1, 39));
            Vec3 goal = new(random.NextSingle(13, 27), 4, random.NextSingle(19, 21));
            if (i % 3 > 0)
            {
                crowd.Add(at, goal, radius: 0.01f);
            }
            else
            {
                crowd.Match.World.Create(
                    new Position(new Vec2(at.X, at.Z)), new Agent { Goal = new Vec2(39 - at.X, 2), Radius = 0.01f, Speed = 2, Priority = 1 }, default(PathFollower));
            }
        }

        int ticks = 0;
        int searches = 0;
        int before = int.MaxValue;
        do
        {
            crowd.Match.Step();
            AgentMovement agents = crowd.Context.Agents;
            Assert.InRange(agents.PathUnits, 0, Limits.PathUnitsPerTickMax + 200);
            Assert.True(agents.Waiting <= before);
            (searches, before) = (searches + agents.Searches, agents.Waiting);
            ticks++;
        }
        while (before > 0);

        Assert.InRange(ticks, 4, 60);
        Assert.True(searches > 400, $"{searches} searches in {ticks} ticks");
    }

    [Fact]
    public void Where_an_agent_stands_and_how_high_goes_to_the_clients_in_whatever_order_the_game_declares()
    {
        foreach (Func<GameBuilder, GameBuilder> declare in new Func<GameBuilder, GameBuilder>[]
        {
            game => game.UseAgents().UseNavMesh(MeshCrowd.Settings), game => game.UseNavMesh(MeshCrowd.Settings).UseAgents(),
        })
        {
            using MatchSimulation match = new ScriptedGame { OnConfigure = game => declare(game) }.Simulate(MeshMaps.Bridge());
            Assert.Contains("\"MeshAgent\"", match.Schema.ToJson(), StringComparison.Ordinal);
            Assert.Contains("\"Height\"", match.Schema.ToJson(), StringComparison.Ordinal);
        }

        using MatchSimulation without = new ScriptedGame { OnConfigure = game => game.UseAgents() }.Simulate();
        Assert.DoesNotContain("MeshAgent", without.Schema.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_ground_costs_is_saved_hashed_and_restored()
    {
        ScriptedGame game = new() { OnConfigure = builder => builder.UseNavMesh() };
        using MatchSimulation match = game.Simulate(TestMaps.Open(20, 20));
        ulong before = match.Hash();
        game.Context.NavMesh.Query.SetAreaCost(8, 3);
        Assert.NotEqual(before, match.Hash());
        ArrayBufferWriter<byte> saved = new();
        match.Save(saved);
        ScriptedGame again = new() { OnConfigure = builder => builder.UseNavMesh() };
        using MatchSimulation other = again.Simulate(TestMaps.Open(20, 20));
        other.Restore(saved.WrittenSpan);
        Assert.Equal(3, again.Context.NavMesh.Query.AreaCosts[8]);
        Assert.Equal(match.Hash(), other.Hash());
    }

    [Theory]
    [InlineData(1, 0.4f, 0.2f)]
    [InlineData(2, 0.4f, 0.3f)]
    [InlineData(3, 0.9f, 0.05f)]
    public void On_random_ground_that_changes_nobody_leaves_the_mesh(uint seed, float radius, float walls)
    {
        DeterministicRandom random = new(seed);
        string[] rows = [.. Enumerable.Range(0, 30).Select(y => string.Concat(Enumerable.Range(0, 40).Select(x => x > 1 && random.NextBool(walls) ? '#' : '.')))];
        OffMeshLink[] links =
        [
            new(new Vec3(0.5f, 0, 3), new Vec3(0.5f, 0, 25), BothWays: true),
            new(new Vec3(1.5f, 0, 9), new Vec3(1, 0, 20), BothWays: false, Cost: 2, Seconds: 0.4f),
        ];
        using MeshCrowd crowd = new(TestMaps.Draw(rows), links, new NavMeshSettings { AgentRadius = radius, TileVoxels = 12 });
        for (int i = 0; i < 60; i++)
        {
            crowd.Add(Point(), Point(), random.NextSingle(1, 5), random.NextSingle(0.1f, 0.45f));
        }

        int arrived = 0;
        for (int round = 0; round < 60; round++)
        {
            crowd.Run(0.5f);
            CellRect site = new(random.Next(2, 38), random.Next(28), 2, 2);
            crowd.Context.Grid.SetGround(site, random.NextBool(0.5f), 1);
            foreach (Entity agent in crowd.Agents)
            {
                if (crowd.State(agent) is AgentState.Arrived or AgentState.GoalWalledOff && random.NextBool(0.3f))
                {
                    arrived += crowd.HasArrived(agent) ? 1 : 0;
                    crowd.Send(agent, Point());
                }
            }
        }

        Assert.True(arrived > 60, $"{arrived} arrived");

        Vec3 Point() => new(random.NextSingle(-1, 41), 0, random.NextSingle(-1, 31));
    }

    [Fact]
    public void A_checkpoint_of_a_mesh_for_others_or_with_other_links_is_refused()
    {
        OffMeshLink link = new(new Vec3(11.5f, 0, 6), new Vec3(16.5f, 0, 6), BothWays: true);
        using MeshCrowd crowd = new(MeshMaps.Gap(rise: 0), [link]);
        ArrayBufferWriter<byte> saved = new();
        crowd.Match.Save(saved);
        foreach ((NavMeshSettings settings, OffMeshLink[] links) in new (NavMeshSettings, OffMeshLink[])[]
        {
            (MeshCrowd.Settings, []), (MeshCrowd.Settings, [link with { Seconds = 3 }]), (MeshCrowd.Settings with { AgentHeight = 1 }, [link]),
        })
        {
            using MeshCrowd other = new(MeshMaps.Gap(rise: 0), links, settings);
            Assert.Contains("navigation mesh", Assert.Throws<InvalidDataException>(() => other.Match.Restore(saved.WrittenSpan)).Message, StringComparison.Ordinal);
        }

        using MeshCrowd same = new(MeshMaps.Gap(rise: 0), [link]);
        same.Match.Restore(saved.WrittenSpan);
    }

    private static void Play(MatchSimulation match, int ticks)
    {
        for (int i = 0; i < ticks; i++)
        {
            switch (match.Tick.Value)
            {
                case 5:
                    match.Join();
                    break;
                case 40:
                    Order order = new() { X = 20, Y = 20 };
                    match.Input(new PlayerId(1), 1, MemoryMarshal.AsBytes(new ReadOnlySpan<Order>(in order)));
                    break;
            }

            match.Step();
        }
    }
}
