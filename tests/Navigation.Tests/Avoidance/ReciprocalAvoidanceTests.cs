using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

public sealed class ReciprocalAvoidanceTests
{
    [Fact]
    public void Alone_an_agent_moves_as_it_prefers_but_never_too_fast()
    {
        AvoidanceAgent[] agents = [new() { Radius = 0.4f, MaxSpeed = 2, PreferredVelocity = new Vec2(3, 4) }];
        Vec2[] velocities = new Vec2[1];
        new ReciprocalAvoidance().Solve(agents, null, 0.1f, velocities);
        Assert.Equal(2f, velocities[0].Length, 1e-5f);
        Assert.Equal(0f, Vec2.Cross(velocities[0], new Vec2(3, 4)), 1e-5f);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(0.001f)]
    [InlineData(0.3f)]
    public void Two_that_meet_head_on_pass_each_other(float aside)
    {
        Crowd crowd = new(2);
        crowd.Place(0, new Vec2(0, 0), new Vec2(10, 0));
        crowd.Place(1, new Vec2(10, aside), new Vec2(0, aside));
        crowd.Watch(240);
        Assert.True(crowd.HasArrived(0) && crowd.HasArrived(1));
        Assert.True(crowd.WorstOverlap < 0.01f, $"overlap {crowd.WorstOverlap}");
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1.1f)]
    [InlineData(1.3f)]
    public void Two_crowds_that_cross_all_arrive_and_never_overlap_by_more_than_a_twentieth_of_a_radius(float spacing)
    {
        Crowd crowd = new(80);
        for (int i = 0; i < 40; i++)
        {
            float lane = (i % 8) * spacing;
            float row = (i / 8) * spacing;
            crowd.Place(i, new Vec2(row, 10 + lane), new Vec2(row + 26, 10 + lane));
            crowd.Place(40 + i, new Vec2(10 + lane, row), new Vec2(10 + lane, row + 26));
        }

        crowd.Watch(1500);
        AssertAllArrived(crowd);
    }

    [Theory]
    [InlineData(3, 0f)]
    [InlineData(4, 0f)]
    [InlineData(8, 0f)]
    [InlineData(12, 0f)]
    [InlineData(24, 0f)]
    [InlineData(24, 0.1f)]
    [InlineData(48, 0f)]
    [InlineData(100, 0f)]
    public void A_circle_whose_agents_all_swap_places_dissolves_whether_they_are_equal_or_not(int count, float priorities)
    {
        Crowd crowd = new(count);
        float radius = Math.Max(10, count * 0.16f);
        for (int i = 0; i < count; i++)
        {
            double angle = i * 2 * Math.PI / count;
            Vec2 direction = new((float)Math.Cos(angle), (float)Math.Sin(angle));
            crowd.Place(i, direction * radius, direction * -radius);
            crowd.Agents[i].Priority = i * priorities;
        }

        crowd.Watch(1500);
        AssertAllArrived(crowd);
    }

    [Fact]
    public void Agents_of_different_size_and_speed_find_through_each_other()
    {
        Crowd crowd = new(60);
        DeterministicRandom random = new(17);
        for (int i = 0; i < 60; i++)
        {
            Vec2 at = new((i % 6) * 2.5f, (i / 6) * 2.5f);
            Vec2 goal = new(40 - at.X, at.Y);
            crowd.Place(i, i % 2 == 0 ? at : goal, i % 2 == 0 ? goal : at, random.NextSingle(0.2f, 1f), random.NextSingle(1, 4));
        }

        crowd.Watch(2400);
        AssertAllArrived(crowd);
    }

    [Fact]
    public void One_that_is_moved_by_the_game_shoves_those_in_its_way_and_is_not_slowed_down()
    {
        Crowd crowd = new(21);
        for (int i = 1; i < 21; i++)
        {
            Vec2 at = new(8 + (i % 5), (i / 5) - 2);
            crowd.Place(i, at, at);
        }

        crowd.Place(0, new Vec2(0, 0), new Vec2(0, 0), radius: 1f, speed: 0f);
        crowd.Agents[0].Velocity = new Vec2(1, 0);
        for (int tick = 0; tick < 600; tick++)
        {
            Vec2 at = crowd.Agents[0].Position;
            crowd.Watch(1);
            crowd.Agents[0].Velocity = new Vec2(1, 0);
            crowd.Agents[0].Position = at + new Vec2(1f / 30, 0);
        }

        Assert.All(Enumerable.Range(1, 20), i => Assert.True(crowd.HasArrived(i), $"agent {i} at {crowd.Agents[i].Position}"));
        Assert.True(crowd.WorstOverlap < 0.05f, $"overlap {crowd.WorstOverlap}");
    }

    [Fact]
    public void Who_has_arrived_makes_room_for_a_late_comer_and_goes_back()
    {
        Crowd crowd = new(50);
        for (int i = 0; i < 49; i++)
        {
            Vec2 at = new((i % 7) * 0.85f, (i / 7) * 0.85f);
            crowd.Place(i, at, at);
        }

        crowd.Place(49, new Vec2(-6, 2.5f), new Vec2(12, 2.6f));
        crowd.Watch(900);
        AssertAllArrived(crowd);
    }

    // Of both radii, which is a twentieth of one where they are equal.
    private static void AssertAllArrived(Crowd crowd)
    {
        Assert.True(crowd.WorstOverlap < 0.025f, $"overlap {crowd.WorstOverlap}");
        Assert.All(Enumerable.Range(0, crowd.Agents.Length), i => Assert.True(crowd.HasArrived(i), $"agent {i} at {crowd.Agents[i].Position}"));
    }

    [Fact]
    public void Walkers_go_round_one_that_cannot_move()
    {
        Crowd crowd = new(2);
        crowd.Place(0, new Vec2(0, 0), new Vec2(10, 0));
        crowd.Place(1, new Vec2(5, 0), new Vec2(5, 0), radius: 1f, speed: 0f);
        crowd.Watch(300);
        Assert.True(crowd.HasArrived(0), crowd.Agents[0].Position.ToString());
        Assert.Equal(new Vec2(5, 0), crowd.Agents[1].Position);
        Assert.True(crowd.WorstOverlap < 0.01f, $"overlap {crowd.WorstOverlap}");
    }

    [Fact]
    public void The_lower_priority_gives_way_more()
    {
        float high = Detour(1f, 0f);
        float equal = Detour(0f, 0f);
        float low = Detour(0f, 1f);
        Assert.True(high < equal * 0.7f && low > equal * 1.2f, $"{high} {equal} {low}");

        static float Detour(float own, float other)
        {
            Crowd crowd = new(2);
            crowd.Place(0, new Vec2(0, 0), new Vec2(10, 0));
            crowd.Place(1, new Vec2(10, 0.2f), new Vec2(0, 0.2f));
            crowd.Agents[0].Priority = own;
            crowd.Agents[1].Priority = other;
            float farthest = 0;
            for (int i = 0; i < 150; i++)
            {
                crowd.Step(1);
                farthest = Math.Max(farthest, Math.Abs(crowd.Agents[0].Position.Y));
            }

            return farthest;
        }
    }

    [Fact]
    public void Layers_pass_through_each_other()
    {
        Crowd crowd = new(2);
        crowd.Place(0, new Vec2(0, 0), new Vec2(10, 0));
        crowd.Place(1, new Vec2(10, 0), new Vec2(0, 0));
        crowd.Agents[1].Layer = 1;
        crowd.Step(75);
        Assert.Equal(0f, crowd.Agents[0].Position.Y);
        Assert.Equal(5f, crowd.Agents[0].Position.X, 1e-3f);
    }

    [Fact]
    public void Velocities_never_lead_into_walls_even_in_a_crowd()
    {
        Grid walls = new(24, 12);
        for (int y = 0; y < 12; y++)
        {
            walls.SetOpen(12, y, y is 5 or 6);
        }

        Crowd crowd = new(30) { Walls = walls };
        for (int i = 0; i < 30; i++)
        {
            crowd.Place(i, new Vec2(1 + (i % 5), 1 + (i / 5)), new Vec2(20, 1 + (i / 3)), radius: 0.35f);
        }

        for (int tick = 0; tick < 600; tick++)
        {
            crowd.Step(1);
            foreach (AvoidanceAgent agent in crowd.Agents)
            {
                Assert.True(LineOfSight.IsClear(walls, agent.Position, agent.Position, 0.3f), $"{agent.Position} at tick {tick}");
            }
        }
    }

    [Fact]
    public void Walking_along_a_wall_or_past_its_end_costs_no_speed()
    {
        Grid walls = new(20, 5);
        for (int x = 4; x < 12; x++)
        {
            walls.SetOpen(x, 2, false);
        }

        Crowd crowd = new(1) { Walls = walls };
        crowd.Place(0, new Vec2(1, 3.45f), new Vec2(17, 3.45f), radius: 0.4f);
        crowd.Step(8 * 30);
        Assert.True(crowd.HasArrived(0), crowd.Agents[0].Position.ToString());
    }

    [Fact]
    public void Those_that_fly_ignore_walls()
    {
        Grid walls = new(10, 3);
        walls.Block(new CellRect(5, 0, 1, 3));
        Crowd crowd = new(1) { Walls = walls };
        crowd.Place(0, new Vec2(1, 1.5f), new Vec2(9, 1.5f));
        crowd.Agents[0].IgnoresWalls = true;
        crowd.Step(4 * 30);
        Assert.True(crowd.HasArrived(0));
    }

    [Fact]
    public void Numbers_that_are_none_stay_with_their_agent()
    {
        float[] poison = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -1e30f];
        DeterministicRandom random = new(5);
        AvoidanceAgent[] agents = new AvoidanceAgent[40];
        Vec2[] velocities = new Vec2[40];
        ReciprocalAvoidance avoidance = new();
        for (int round = 0; round < 500; round++)
        {
            for (int i = 0; i < agents.Length; i++)
            {
                agents[i] = new AvoidanceAgent
                {
                    Position = new Vec2(Number(ref random), Number(ref random)),
                    Velocity = new Vec2(Number(ref random), Number(ref random)),
                    PreferredVelocity = new Vec2(Number(ref random), Number(ref random)),
                    Radius = Number(ref random),
                    MaxSpeed = Number(ref random),
                    Priority = Number(ref random),
                };
            }

            avoidance.Solve(agents, null, 0.033f, velocities);
            Assert.All(velocities, velocity => Assert.True(velocity.IsFinite));
        }

        float Number(ref DeterministicRandom source) =>
            source.Next(12) == 0 ? poison[source.Next(poison.Length)] : source.NextSingle(-2, 5);
    }

    [Fact]
    public void An_agent_that_is_not_sound_does_not_change_what_the_others_do()
    {
        Crowd with = Meeting(3);
        with.Agents[2].Position = new Vec2(float.NaN, 1);
        Crowd without = Meeting(2);
        with.Step(100);
        without.Step(100);
        Assert.Equal(without.Agents[0].Position, with.Agents[0].Position);
        Assert.Equal(without.Agents[1].Position, with.Agents[1].Position);

        static Crowd Meeting(int count)
        {
            Crowd crowd = new(count);
            crowd.Place(0, new Vec2(0, 0), new Vec2(6, 0));
            crowd.Place(1, new Vec2(6, 0), new Vec2(0, 0));
            return crowd;
        }
    }

    [Fact]
    public void Agents_on_the_same_spot_part()
    {
        Crowd crowd = new(2);
        crowd.Place(0, new Vec2(3, 3), new Vec2(3, 3));
        crowd.Place(1, new Vec2(3, 3), new Vec2(3, 3));
        crowd.Step(60);
        Assert.True(Vec2.Distance(crowd.Agents[0].Position, crowd.Agents[1].Position) > 0.79f);
    }

    [Fact]
    public void Equal_crowds_end_in_the_same_bits()
    {
        ulong first = Run(new Crowd(60));
        Assert.Equal(first, Run(new Crowd(60)));

        static ulong Run(Crowd crowd)
        {
            DeterministicRandom random = new(9);
            for (int i = 0; i < crowd.Agents.Length; i++)
            {
                Vec2 at = new(random.NextSingle(0, 20), random.NextSingle(0, 20));
                crowd.Place(i, at, new Vec2(20 - at.X, 20 - at.Y));
            }

            crowd.Step(300);
            return crowd.Hash();
        }
    }

    [Fact]
    public void Solving_allocates_nothing_after_warm_up()
    {
        Crowd crowd = new(100) { Walls = new Grid(30, 30) };
        for (int i = 0; i < 100; i++)
        {
            crowd.Place(i, new Vec2(2 + (i % 10), 2 + (i / 10)), new Vec2(25 - (i % 10), 25 - (i / 10)));
        }

        crowd.Step(10);
        Assert.Equal(0, Allocated.Least(() => crowd.Step(100)));
    }
}
