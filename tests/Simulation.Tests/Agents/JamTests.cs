using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

/// <summary>Crowds that meet where they do not fit past each other, and where no order is kept.</summary>
public sealed class JamTests
{
    [Fact]
    public void In_a_corridor_that_is_too_long_for_turns_those_who_meet_get_past_each_other_in_the_end() =>
        AssertAllArrive(LongCorridor(), new Vec2(1, 1), new Vec2(74, 1), 5, 5);

    [Fact]
    public void So_do_those_in_one_with_bends() => AssertAllArrive(
        TestMaps.Draw(
            "...............####################...............",
            "...............####################...............",
            "......................#############...............",
            "...............######.#######.#####...............",
            "...............######.#######.....................",
            "...............######.........#####...............",
            "...............####################..............."),
        new Vec2(3, 1),
        new Vec2(43, 1),
        4,
        1);

    [Fact]
    public void Nobody_goes_through_a_solid_one_that_holds_it_up()
    {
        using var crowd = new Crowd(LongCorridor());
        for (int i = 0; i < 6; i++)
        {
            crowd.Add(new Vec2(30 + i, 3.5f), new Vec2(75, 3.5f), i == 5 ? AgentFlags.Solid : AgentFlags.None);
            crowd.Add(new Vec2(50 - i, 3.5f), new Vec2(5, 3.5f), i == 5 ? AgentFlags.Solid : AgentFlags.None);
        }

        float worst = 0;
        crowd.Run(40, () =>
        {
            worst = Math.Max(worst, WorstOverlap(crowd));
            return false;
        });
        Assert.True(worst <= 0.05f, $"overlap {worst}");
        foreach (Entity agent in crowd.Agents)
        {
            crowd.Agent(agent).Flags = AgentFlags.None;
        }

        Assert.True(crowd.Run(120, () => crowd.Agents.All(crowd.HasArrived)), $"{crowd.Agents.Count(crowd.HasArrived)} of {crowd.Agents.Count} have arrived");
    }

    [Fact]
    public void So_do_crowds_that_meet_on_a_bridge_of_a_mesh()
    {
        using MeshCrowd crowd = new(MeshMaps.Bridge());
        for (int i = 0; i < 20; i++)
        {
            Vec3 here = new(12.5f + (i / 4), 4, 18.6f + (0.9f * (i % 4)));
            Vec3 there = here with { X = 40 - here.X };
            crowd.Add(here, there);
            crowd.Add(there, here);
        }

        Assert.True(crowd.Run(240, () => crowd.Agents.All(crowd.HasArrived)), $"{crowd.Agents.Count(crowd.HasArrived)} of {crowd.Agents.Count} have arrived");
    }

    [Fact]
    public void Nobody_slips_through_those_who_stand_or_queue_before_it()
    {
        string wall = new string('.', 20) + "##" + new string('.', 10);
        using var crowd = new Crowd(TestMaps.Draw(wall, wall, wall, new string('.', 32), wall, wall, wall));
        Entity guard = crowd.Add(new Vec2(21, 3.5f), new Vec2(21, 3.5f), AgentFlags.Halted, speed: 0, radius: 0.45f);
        for (int i = 0; i < 30; i++)
        {
            crowd.Add(new Vec2(2 + (i % 10), 1.5f + (i / 10)), new Vec2(29, 3.5f), radius: 0.35f);
        }

        float worst = 0;
        crowd.Run(40, () =>
        {
            worst = Math.Max(worst, WorstOverlap(crowd));
            return false;
        });
        Assert.True(worst <= 0.2f, $"overlap {worst}");
        Assert.All(crowd.Agents, agent => Assert.True(agent == guard || crowd.At(agent).X < 21, $"{agent} at {crowd.At(agent)}"));
    }

    // Of one cell, between two places.
    private static GameMap LongCorridor()
    {
        string wall = new string('.', 10) + new string('#', 60) + new string('.', 10);
        return TestMaps.Draw(wall, wall, wall, new string('.', 80), wall, wall, wall);
    }

    private static void AssertAllArrive(GameMap map, Vec2 here, Vec2 there, int columns, int rows)
    {
        using var crowd = new Crowd(map);
        for (int i = 0; i < columns * rows; i++)
        {
            Vec2 place = new(0.5f + (i % columns), 0.5f + (i / columns));
            crowd.Add(here + place, there + place);
            crowd.Add(there + place, here + place);
        }

        Assert.True(crowd.Run(240, () => crowd.Agents.All(crowd.HasArrived)), $"{crowd.Agents.Count(crowd.HasArrived)} of {crowd.Agents.Count} have arrived");
    }

    private static float WorstOverlap(Crowd crowd)
    {
        float worst = 0;
        for (int i = 0; i < crowd.Agents.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                (float a, float b) = (crowd.Agent(crowd.Agents[i]).Radius, crowd.Agent(crowd.Agents[j]).Radius);
                worst = Math.Max(worst, (a + b - Vec2.Distance(crowd.At(crowd.Agents[i]), crowd.At(crowd.Agents[j]))) / Math.Min(a, b));
            }
        }

        return worst;
    }
}
