using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class MeshAgentTests
{
    [Fact]
    public void Two_with_the_same_goal_on_different_floors_go_to_different_floors()
    {
        using MeshCrowd crowd = new(MeshMaps.Bridge());
        Entity under = crowd.Add(new Vec3(20, 0, 5), new Vec3(20, 0, 20));
        Entity over = crowd.Add(new Vec3(20, 0, 6), new Vec3(20, 4, 20));
        float highest = 0;
        Assert.True(crowd.Run(60, () =>
        {
            highest = MathF.Max(highest, crowd.At(under).Y);
            return crowd.HasArrived(under) && crowd.HasArrived(over);
        }));
        Assert.Equal(4, crowd.At(over).Y, 0.1f);
        Assert.Equal(0, crowd.At(under).Y, 0.1f);
        Assert.InRange(highest, 0, 0.1f);

        // Only the height of the goal is another: that is another place.
        crowd.Send(under, new Vec3(20, 4, 20));
        crowd.Send(over, new Vec3(20, 0, 20));
        Assert.True(crowd.Run(60, () => crowd.HasArrived(under) && crowd.HasArrived(over)));
        Assert.Equal(0, crowd.At(over).Y, 0.1f);
    }

    [Fact]
    public void Stairs_are_climbed_up_and_down()
    {
        using MeshCrowd crowd = new(MeshMaps.Stairs());
        Entity up = crowd.Add(new Vec3(3, 0, 2), new Vec3(26, 2.5f, 10));
        Entity down = crowd.Add(new Vec3(27, 2.5f, 3), new Vec3(2, 0, 9));
        Assert.True(crowd.Run(40, () => crowd.HasArrived(up) && crowd.HasArrived(down)), $"{crowd.At(up)}, {crowd.At(down)}");
        Assert.Equal(2.5f, crowd.At(up).Y, 0.1f);
        Assert.Equal(0, crowd.At(down).Y, 0.1f);
    }

    [Fact]
    public void Crowds_cross_on_a_bridge_while_others_cross_under_it()
    {
        using MeshCrowd crowd = new(MeshMaps.Bridge());
        for (int i = 0; i < 20; i++)
        {
            float beside = i % 5 * 1.1f;
            float behind = i / 5 * 1.1f;
            crowd.Add(new Vec3(20 - (i / 3 * 1.1f), 4, 18.7f + (i % 3 * 1.1f)), new Vec3(38 - behind, 0, 17 + beside));
            if (i < 4)
            {
                crowd.Add(new Vec3(27, 4, 18.7f + (i * 0.9f)), new Vec3(2, 0, 17 + beside));
            }

            crowd.Add(new Vec3(17 + beside, 0, 3 + behind), new Vec3(17 + beside, 0, 34 + behind));
            crowd.Add(new Vec3(17.5f + beside, 0, 37 - behind), new Vec3(17.5f + beside, 0, 6 - behind));
        }

        Assert.True(
            crowd.Run(120, () => crowd.Agents.All(crowd.HasArrived)),
            string.Join("; ", crowd.Agents.Where(agent => !crowd.HasArrived(agent)).Select(agent => $"{agent} {crowd.At(agent)} {crowd.State(agent)}")));
        Assert.True(crowd.WorstOverlap < 0.05f, $"overlap {crowd.WorstOverlap}");
    }

    [Fact]
    public void A_change_of_the_mesh_across_the_way_makes_it_plan_again_and_one_elsewhere_does_not()
    {
        using MeshCrowd crowd = new(MeshMaps.Floor(60, 30));
        Entity agent = crowd.Add(new Vec3(2, 0, 15), new Vec3(55, 0, 15));
        crowd.Run(0.5f);
        crowd.Mesh.Add(MeshObstacle.Box(new Vec3(20, 0, 1), new Vec3(21, 2, 2)));
        crowd.Match.Step();
        Assert.Equal(0, crowd.Searches);
        int wall = crowd.Mesh.Add(MeshObstacle.Box(new Vec3(30, 0, 8), new Vec3(31, 2, 22)));
        crowd.Match.Step();
        Assert.Equal(1, crowd.Searches);
        Assert.True(crowd.Run(20, () => crowd.At(agent).X > 35), $"only came to {crowd.At(agent)}");
        Assert.True(crowd.Mesh.Remove(wall));
        Assert.True(crowd.Run(40, () => crowd.HasArrived(agent)));
    }

    [Fact]
    public void A_walled_off_goal_is_approached_and_reached_once_it_opens()
    {
        using MeshCrowd crowd = new(MeshMaps.Floor(40, 20));
        int wall = crowd.Mesh.Add(MeshObstacle.Box(new Vec3(20, 0, -1), new Vec3(21, 2, 21)));
        Entity agent = crowd.Add(new Vec3(3, 0, 10), new Vec3(35, 0, 12));
        Assert.True(crowd.Run(20, () => crowd.At(agent).X > 19), $"only came to {crowd.At(agent)}");
        crowd.Run(2);
        Assert.Equal(AgentState.GoalWalledOff, crowd.State(agent));
        Assert.Equal(12, crowd.At(agent).Z, 0.6f);
        Assert.Equal(0, crowd.Searches);
        crowd.Mesh.Remove(wall);
        Assert.True(crowd.Run(20, () => crowd.HasArrived(agent)));
    }

    [Fact]
    public void One_that_an_obstacle_comes_down_on_is_put_beside_it_and_one_beside_the_mesh_onto_it()
    {
        using MeshCrowd crowd = new(MeshMaps.Floor(40, 20));
        Entity agent = crowd.Add(new Vec3(20, 0, 10), new Vec3(20, 0, 10));
        Entity beside = crowd.Add(new Vec3(-2, 1, 10), new Vec3(5, 0, 10));
        crowd.Run(0.1f);
        crowd.Mesh.Add(MeshObstacle.Cylinder(new Vec3(20.5f, 0, 10), 2, 3));
        crowd.Run(0.2f);
        Assert.InRange((crowd.At(agent) - new Vec3(20.5f, 0, 10)).Length, 2.2f, 3.5f);
        Assert.True(crowd.Run(10, () => crowd.HasArrived(beside)));
    }

    [Fact]
    public void Whoever_is_nowhere_near_the_mesh_or_has_no_goal_on_it_stands_still()
    {
        using MeshCrowd crowd = new(MeshMaps.Floor(40, 20));
        Entity far = crowd.Match.World.Create(
            new Position(new Vec2(400, 400)), new Agent { Goal = new Vec2(5, 5), Radius = 0.4f, Speed = 2 }, default(PathFollower), default(MeshAgent));
        Entity nowhere = crowd.Match.World.Create(
            new Position(new Vec2(float.NaN, 4)), new Agent { Goal = new Vec2(5, 5), Radius = 0.4f, Speed = 2 }, default(PathFollower), default(MeshAgent));
        Entity goalless = crowd.Add(new Vec3(10, 0, 10), new Vec3(20, float.NaN, 10));
        for (int i = 0; i < 60; i++)
        {
            crowd.Match.Step();
        }

        Assert.Equal(new Vec3(400, 0, 400), crowd.At(far));
        Assert.True(float.IsNaN(crowd.At(nowhere).X));
        Assert.Equal(10, crowd.At(goalless).X, 0.1f);
        Assert.Equal(0, crowd.Context.Agents.Waiting);
        crowd.Put(far, new Vec3(10, 0, 12));
        Assert.True(crowd.Run(20, () => crowd.HasArrived(far)));
    }

    [Fact]
    public void A_path_with_more_corners_than_an_agent_carries_is_continued()
    {
        using MeshCrowd crowd = new(MeshMaps.Floor(90, 12));
        for (int i = 0; i < 20; i++)
        {
            float x = 4 + (i * 4);
            crowd.Mesh.Add(i % 2 == 0 ? MeshObstacle.Box(new Vec3(x, 0, -1), new Vec3(x + 0.5f, 2, 9)) : MeshObstacle.Box(new Vec3(x, 0, 3), new Vec3(x + 0.5f, 2, 13)));
        }

        Entity agent = crowd.Add(new Vec3(1.5f, 0, 6), new Vec3(88, 0, 6), speed: 4);
        Assert.True(crowd.Run(120, () => crowd.HasArrived(agent)), $"only came to {crowd.At(agent)}");
    }

    [Fact]
    public void One_that_the_game_puts_on_another_floor_finds_its_way_from_there()
    {
        using MeshCrowd crowd = new(MeshMaps.Bridge());
        Entity agent = crowd.Add(new Vec3(20, 0, 5), new Vec3(20, 0, 35));
        crowd.Run(3);
        crowd.Put(agent, new Vec3(20, 4, 20));
        crowd.Run(0.2f);
        Assert.Equal(4, crowd.At(agent).Y, 0.1f);
        Assert.True(crowd.Run(60, () => crowd.HasArrived(agent)));
        Assert.Equal(0, crowd.At(agent).Y, 0.1f);
    }

    [Fact]
    public void Those_on_the_mesh_and_those_on_the_grid_walk_in_one_match_and_flying_ones_over_both()
    {
        using MeshCrowd crowd = new(MeshMaps.Floor(40, 20));
        Entity onMesh = crowd.Add(new Vec3(3, 0, 10), new Vec3(35, 0, 10));
        Entity onGrid = crowd.Match.World.Create(
            new Position(new Vec2(35, 12)), new Agent { Goal = new Vec2(3, 12), Radius = 0.4f, Speed = 2, StopDistance = 0.2f }, default(PathFollower));
        Entity flying = crowd.Match.World.Create(
            new Position(new Vec2(3, 5)),
            new Agent { Goal = new Vec2(35, 5), Radius = 0.4f, Speed = 2, StopDistance = 0.2f, Flags = AgentFlags.Flying },
            default(PathFollower),
            new MeshAgent { Height = 7 });
        Entity halted = crowd.Add(new Vec3(20, 0, 15), new Vec3(35, 0, 15));
        crowd.Agent(halted).Flags = AgentFlags.Halted;
        crowd.Agent(onMesh).Flags = AgentFlags.SharesWay;
        Assert.True(crowd.Run(30, () => crowd.HasArrived(onMesh) && crowd.State(onGrid) == AgentState.Arrived && crowd.State(flying) == AgentState.Arrived));
        Assert.Equal(7, crowd.At(flying).Y);
        Assert.Equal(20, crowd.At(halted).X, 0.01f);
    }

    [Fact]
    public void Nothing_is_allocated_a_tick_once_the_crowd_has_walked()
    {
        using MeshCrowd crowd = new(MeshMaps.Bridge(), [new OffMeshLink(new Vec3(20, 4, 18.5f), new Vec3(20, 0, 16), BothWays: true)]);
        DeterministicRandom random = new(5);
        for (int i = 0; i < 40; i++)
        {
            crowd.Add(new Vec3(random.NextSingle(1, 39), 0, random.NextSingle(1, 16)), new Vec3(random.NextSingle(13, 27), 4, 20));
        }

        for (int i = 0; i < 1800; i++)
        {
            crowd.Match.Step();
            Wander();
        }

        Assert.Equal(0, Allocated.Least(() =>
        {
            for (int i = 0; i < 100; i++)
            {
                crowd.Match.Step();
                Wander();
            }
        }));

        void Wander()
        {
            for (int i = 0; i < crowd.Agents.Count; i++)
            {
                Entity agent = crowd.Agents[i];
                if (crowd.State(agent) is AgentState.Arrived or AgentState.GoalWalledOff)
                {
                    Vec3 below = new(random.NextSingle(1, 39), 0, random.NextSingle(1, 16));
                    crowd.Send(agent, random.NextBool(0.5f) ? new Vec3(random.NextSingle(13, 27), 4, 20) : below);
                }
            }
        }
    }
}
