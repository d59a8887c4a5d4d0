using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Simulation.Harness;

namespace RealtimeServer.Simulation.Agents;

public sealed class CrowdTests
{
    [Fact]
    public void Sixty_agents_pass_a_gap_and_never_stand_in_a_wall()
    {
        string[] rows = [.. Enumerable.Range(0, 24).Select(y => y is 11 or 12 ? "#######..#######" : "................")];
        using var crowd = new Crowd(TestMaps.Draw(rows));
        for (int i = 0; i < 60; i++)
        {
            crowd.Add(new Vec2(0.7f + (i % 15), 1.5f + (i / 15)), new Vec2(0.7f + (i % 15), 18.5f + (i / 15)));
        }

        // Run itself asserts that none is ever inside a wall.
        bool passed = crowd.Run(120, () => crowd.Agents.All(agent => crowd.At(agent).Y > 13));

        Assert.True(passed, $"{crowd.Agents.Count(agent => crowd.At(agent).Y <= 13)} of 60 are still before the gap");
    }

    [Fact]
    public void Buildings_that_fall_among_a_crowd_leave_nobody_inside()
    {
        using var crowd = new Crowd(TestMaps.Open(20, 20));
        var random = new DeterministicRandom(11);
        for (int i = 0; i < 60; i++)
        {
            crowd.Add(new Vec2(random.NextSingle(0, 20), random.NextSingle(0, 20)), new Vec2(random.NextSingle(0, 20), random.NextSingle(0, 20)));
        }

        for (int i = 0; i < 60; i++)
        {
            var site = new CellRect(random.Next(0, 17), random.Next(0, 17), 3, 3);
            crowd.Grid.Block(site);
            crowd.Run(0.4f);
            if (i % 3 != 0)
            {
                crowd.Grid.Unblock(site);
            }

            foreach (Entity agent in crowd.Agents.Where(crowd.HasArrived))
            {
                crowd.Agent(agent).Goal = new Vec2(random.NextSingle(0, 20), random.NextSingle(0, 20));
            }
        }
    }

    [Fact]
    public void Agents_do_not_walk_into_each_other()
    {
        using var crowd = new Crowd(TestMaps.Open(20, 9));
        for (int i = 0; i < 6; i++)
        {
            crowd.Add(new Vec2(1.5f, 1.5f + i), new Vec2(18.5f, 1.5f + i));
            crowd.Add(new Vec2(18.5f, 1.7f + i), new Vec2(1.5f, 1.7f + i));
        }

        float nearest = float.MaxValue;
        bool arrived = crowd.Run(30, () =>
        {
            for (int a = 0; a < crowd.Agents.Count; a++)
            {
                for (int b = 0; b < a; b++)
                {
                    nearest = MathF.Min(nearest, Vec2.Distance(crowd.At(crowd.Agents[a]), crowd.At(crowd.Agents[b])));
                }
            }

            return crowd.Agents.All(crowd.HasArrived);
        });

        Assert.True(arrived);
        Assert.True(nearest > 0.5f, $"two of radius 0.3 came as near as {nearest}");
    }

    [Fact]
    public void Searches_keep_to_the_budget_and_everybody_gets_a_turn()
    {
        using var crowd = new Crowd(TestMaps.Open(40, 40));
        for (int i = 0; i < 100; i++)
        {
            crowd.Add(new Vec2(0.5f + (i % 10), 0.5f + (i / 10)), new Vec2(38.5f - (i % 10), 38.5f - (i / 10)));
        }

        int total = 0;
        for (int tick = 0; tick < 13; tick++)
        {
            crowd.Match.Step();
            Assert.InRange(crowd.Searches, 0, Limits.PathSearchesPerTickMax);
            total += crowd.Searches;
        }

        Assert.Equal(100, total);
        Assert.All(crowd.Agents, agent => Assert.True(crowd.Match.World.Get<PathFollower>(agent).Remaining > 0));
    }

    [Fact]
    public void A_steady_crowd_of_a_hundred_allocates_nothing()
    {
        using var match = new MatchSimulation(WalkingGame.Setup(TestMaps.Open(40, 40), 100));
        byte[] buffer = new byte[Limits.SnapshotPartsMax * Limits.SnapshotBodyBytesMax];
        var parts = new Range[Limits.SnapshotPartsMax];
        for (int i = 0; i < 1500; i++)
        {
            match.Step();
            match.WriteSnapshot(buffer, parts);
        }

        ulong hash = match.Hash();
        Assert.Equal(0, Allocated.Least(() =>
        {
            for (int i = 0; i < 300; i++)
            {
                match.Step();
                match.WriteSnapshot(buffer, parts);
            }
        }));
        Assert.NotEqual(hash, match.Hash());
    }
}
