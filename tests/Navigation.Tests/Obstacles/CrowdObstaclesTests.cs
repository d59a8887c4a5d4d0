using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Avoidance;

namespace RealtimeServer.Navigation.Obstacles;

public sealed class CrowdObstaclesTests
{
    private static readonly ObstacleShape Wall = ObstacleShape.Polygon([new Vec2(-1, -5), new Vec2(1, -6), new Vec2(1.5f, 0), new Vec2(1, 6), new Vec2(-1, 5)]);

    [Fact]
    public void A_chosen_velocity_meets_no_obstacle_within_the_horizon_and_a_good_one_is_kept()
    {
        DeterministicRandom random = new(17);
        const float Horizon = 1.5f;
        int kept = 0, bent = 0;
        for (int i = 0; i < 4000; i++)
        {
            ObstaclePose pose = new(new Vec2(random.NextSingle(-6, 6), random.NextSingle(-6, 6)), random.NextSingle(0, 6), Within(ref random, 3));
            ObstacleShape shape = Shape(ref random, i % 3);
            CrowdObstacles obstacles = new();
            obstacles.Add(shape, pose);
            AvoidanceAgent agent = new() { Radius = random.NextSingle(0, 1), MaxSpeed = 10, Velocity = Within(ref random, 4), PreferredVelocity = Within(ref random, 6) };
            if (Gap(obstacles, agent.Position, agent.Radius) < 0.01f)
            {
                continue;
            }

            Vec2[] chosen = new Vec2[1];
            new ReciprocalAvoidance { Obstacles = [obstacles], HorizonSeconds = Horizon }.Solve([agent], null, 1f / 30, chosen);
            bool isGood = LeastGap(obstacles, pose.Velocity, agent.PreferredVelocity, agent.Radius, Horizon) > 0;
            Assert.True(LeastGap(obstacles, pose.Velocity, chosen[0], agent.Radius, Horizon) > -0.012f, $"round {i}: {chosen[0]} meets the obstacle");
            bent += chosen[0] != agent.PreferredVelocity ? 1 : 0;

            // The half plane lies at the velocity that the agent has: going on like that is always allowed where it is good.
            agent.Velocity = agent.PreferredVelocity;
            new ReciprocalAvoidance { Obstacles = [obstacles], HorizonSeconds = Horizon }.Solve([agent], null, 1f / 30, chosen);
            Assert.True(!isGood || Vec2.Distance(chosen[0], agent.PreferredVelocity) < 1e-3f, $"round {i}: {agent.PreferredVelocity} was good, {chosen[0]} is chosen");
            kept += isGood ? 1 : 0;
        }

        Assert.True(kept > 500 && bent > 500, $"{kept} kept, {bent} bent");
    }

    [Fact]
    public void A_crowd_flows_round_a_wall_and_never_into_it()
    {
        CrowdObstacles obstacles = new();
        obstacles.Add(Wall, new ObstaclePose(new Vec2(10, 10)));
        obstacles.Add(ObstacleShape.Segment(new Vec2(-2, 0), new Vec2(2, 1), 0.2f), new ObstaclePose(new Vec2(15, 10), Angle: 1));
        obstacles.Add(ObstacleShape.Circle(1), new ObstaclePose(new Vec2(5, 10)));
        Crowd crowd = new(60, obstacles);
        for (int i = 0; i < 60; i++)
        {
            Vec2 left = new(1 + (i % 3), 1 + (i / 3));
            Vec2 right = new(19 + (i % 3), left.Y);
            crowd.Place(i, i % 2 == 0 ? left : right, i % 2 == 0 ? right : left, 0.3f);
        }

        for (int tick = 0; tick < 1500 && !Enumerable.Range(0, 60).All(crowd.HasArrived); tick++)
        {
            crowd.Step(1);
            foreach (AvoidanceAgent agent in crowd.Agents)
            {
                Assert.True(Gap(obstacles, agent.Position, agent.Radius) > -0.012f, $"tick {tick}: one is in an obstacle at {agent.Position}");
            }
        }

        Assert.All(Enumerable.Range(0, 60), i => Assert.True(crowd.HasArrived(i), $"{i} is at {crowd.Agents[i].Position}"));
    }

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(5f, 2f)]
    public void What_moves_shoves_aside_who_stands_and_who_is_slower(float speed, float apart)
    {
        CrowdObstacles obstacles = new();
        Crowd crowd = new(20, obstacles);
        for (int i = 0; i < 20; i++)
        {
            Vec2 at = new(10 + (i % 5 * apart), 10 + (((i / 5) - 1.5f) * apart));
            crowd.Place(i, at, at, 0.4f);
        }

        float deepest = 0;
        float[] farthest = new float[20];
        for (int tick = 0; tick < 30 * 16 / speed; tick++)
        {
            obstacles.Clear();
            ObstaclePose now = new(new Vec2(5 + (tick * speed / 30), 10), Velocity: new Vec2(speed, 0));
            obstacles.Add(Wall, now);
            crowd.Step(1);
            obstacles.Clear();
            obstacles.Add(Wall, now with { Position = now.Position + new Vec2(speed / 30, 0) });
            for (int i = 0; i < 20; i++)
            {
                farthest[i] = Math.Max(farthest[i], Vec2.Distance(crowd.Agents[i].Position, crowd.Goals[i]));
            }

            deepest = crowd.Agents.Max(agent => Math.Max(deepest, -Gap(obstacles, agent.Position, agent.Radius)));
        }

        Assert.True(deepest < 0.05f, $"{deepest} deep in the wall");
        Assert.All(farthest, distance => Assert.True(distance > 1, $"one was moved by {distance} at most"));
    }

    [Fact]
    public void A_door_that_swings_takes_along_who_stands_behind_it()
    {
        CrowdObstacles obstacles = new();
        Crowd crowd = new(1, obstacles);
        crowd.Place(0, new Vec2(11.5f, 10.6f), new Vec2(11.5f, 10.6f), 0.3f);
        float farthest = 0;
        ObstacleShape door = ObstacleShape.Segment(Vec2.Zero, new Vec2(2, 0), 0.1f);
        for (int tick = 0; tick < 30; tick++)
        {
            obstacles.Clear();
            obstacles.Add(door, new ObstaclePose(new Vec2(10, 10), tick / 30f * 1.5f, Turn: 1.5f));
            crowd.Step(1);
            farthest = Math.Max(farthest, Vec2.Distance(crowd.Agents[0].Position, crowd.Goals[0]));
            Assert.True(Gap(obstacles, crowd.Agents[0].Position, 0.3f) > -0.02f, $"tick {tick}: the door is in {crowd.Agents[0].Position}");
        }

        Assert.True(farthest > 0.5f, $"it was moved by {farthest}");
    }

    [Fact]
    public void Steering_goes_round_the_nearer_end_and_stops_before_what_covers_the_target()
    {
        CrowdObstacles obstacles = new();
        obstacles.Add(Wall, new ObstaclePose(new Vec2(10, 10)));
        Assert.Equal(new Vec2(1, 0), ObstacleSteering.Around([obstacles], new Vec2(2, 10), Vec2.Zero, new Vec2(6, 10), 0.4f, 4));
        Assert.True(ObstacleSteering.Around([obstacles], new Vec2(7, 7), Vec2.Zero, new Vec2(13, 7), 0.4f, 6).Y < -0.5f);
        Assert.True(ObstacleSteering.Around([obstacles], new Vec2(7, 13), Vec2.Zero, new Vec2(13, 13), 0.4f, 6).Y > 0.5f);
        Assert.Equal(new Vec2(1, 0), ObstacleSteering.Around([obstacles], new Vec2(7, 7), Vec2.Zero, new Vec2(10, 7), 0.4f, 6));
        Vec2 beside = new(7.5f, 10.2f);
        Assert.True(ObstacleSteering.Around([obstacles], beside, new Vec2(0, -1), new Vec2(13, 10.2f), 0.4f, 6).Y < 0, "who goes round one side goes on");
        Assert.True(ObstacleSteering.Around([obstacles], beside, new Vec2(0, 1), new Vec2(13, 10.2f), 0.4f, 6).Y > 0, "who goes round the other side goes on");
        Assert.Equal(Vec2.Zero, ObstacleSteering.Around([obstacles], new Vec2(7, 7), Vec2.Zero, new Vec2(7, 7), 0.4f, 6));
    }

    [Fact]
    public void All_edges_at_once_tell_what_they_tell_one_by_one()
    {
        DeterministicRandom random = new(31);
        CrowdObstacles obstacles = new();
        ObstacleShape[] shapes =
        [
            ObstacleShape.Circle(0.5f), ObstacleShape.Segment(new Vec2(-1, 0), new Vec2(1, 0), 0.2f),
            ObstacleShape.Polygon([new(-2, -1), new(2, -1), new(3, 0), new(2, 1), new(-2, 1)]),
        ];
        for (int round = 0; round < 2000; round++)
        {
            obstacles.Clear();
            obstacles.Add(shapes[round % 3], new ObstaclePose(new Vec2(random.NextSingle(-2, 2), random.NextSingle(-2, 2)), random.NextSingle(0, 6)));
            Vec2 at = new(random.NextSingle(-4, 4), random.NextSingle(-4, 4));
            float expected = ConvexGeometry.Nearest(obstacles.CornersOf(0), at, out Vec2 nearest, out Vec2 away);
            float distance = obstacles.Nearest(0, at, out Vec2 point, out Vec2 outward);
            Assert.Equal((expected, nearest, away), (distance, point, outward));
            if (distance <= 0.3f)
            {
                continue;
            }

            (Tangent left, Tangent right) = obstacles.Edges.Tangents(0, obstacles.CornersOf(0).Length, at, 0.3f);
            float first = float.MaxValue;
            foreach (Vec2 corner in obstacles.CornersOf(0))
            {
                Assert.True(Vec2.Cross(left.Way, corner - at) <= -0.299f && Vec2.Cross(right.Way, corner - at) >= 0.299f, "the shape and what is round it lie between");
                first = Math.Min(first, Vec2.Dot(corner - at, (nearest - at).Normalized()));
            }

            float entry = obstacles.Edges.Entry(0, obstacles.CornersOf(0).Length, at, 0.3f, (nearest - at).Normalized());
            Assert.InRange(entry, 0, Math.Max(first, distance - 0.3f) + 1e-3f);
        }
    }

    [Fact]
    public void Who_ignores_walls_ignores_obstacles()
    {
        CrowdObstacles obstacles = new();
        obstacles.Add(Wall, new ObstaclePose(new Vec2(2, 0)));
        Vec2[] chosen = new Vec2[1];
        AvoidanceAgent agent = new() { Radius = 0.4f, MaxSpeed = 4, PreferredVelocity = new Vec2(4, 0), IgnoresWalls = true };
        new ReciprocalAvoidance { Obstacles = [obstacles] }.Solve([agent], null, 1f / 30, chosen);
        Assert.Equal(new Vec2(4, 0), chosen[0]);
    }

    [Fact]
    public void Filling_a_set_anew_and_solving_allocates_nothing_after_warm_up()
    {
        CrowdObstacles moving = new();
        Crowd crowd = new(100, moving);
        for (int i = 0; i < 100; i++)
        {
            crowd.Place(i, new Vec2(2 + (i % 10), 2 + (i / 10)), new Vec2(25 - (i % 10), 25 - (i / 10)));
        }

        Step(10);
        Assert.Equal(0, Allocated.Least(() => Step(50)));

        void Step(int ticks)
        {
            for (int tick = 0; tick < ticks; tick++)
            {
                moving.Clear();
                for (int i = 0; i < 100; i++)
                {
                    moving.Add(ObstacleShape.Circle(0.5f), new ObstaclePose(new Vec2((i % 10 * 3) + (tick * 0.01f), i / 10 * 3), Velocity: new Vec2(0.3f, 0)));
                }

                crowd.Step(1);
            }
        }
    }

    private static ObstacleShape Shape(ref DeterministicRandom random, int kind)
    {
        float round = random.NextSingle(0.1f, 1);
        if (kind == 0)
        {
            return ObstacleShape.Circle(round);
        }

        if (kind == 1)
        {
            return ObstacleShape.Segment(new Vec2(-random.NextSingle(0.5f, 5), 0), new Vec2(random.NextSingle(0.5f, 5), 1), round);
        }

        Vec2[] corners = new Vec2[3 + random.Next(6)];
        for (int i = 0; i < corners.Length; i++)
        {
            (float sin, float cos) = DeterministicMath.SinCos(i * 2 * MathF.PI / corners.Length);
            corners[i] = new Vec2(cos * 3, sin) * round;
        }

        return ObstacleShape.Polygon(corners, random.NextSingle(0, 0.3f));
    }

    private static Vec2 Within(ref DeterministicRandom random, float most) => new(random.NextSingle(-most, most), random.NextSingle(-most, most));

    private static float Gap(CrowdObstacles obstacles, Vec2 at, float radius) => Enumerable.Range(0, obstacles.Count)
        .Min(i => ConvexGeometry.Nearest(obstacles.CornersOf(i), at, out _, out _) - obstacles[i].Radius - radius);

    private static float LeastGap(CrowdObstacles obstacles, Vec2 moves, Vec2 velocity, float radius, float seconds) =>
        Enumerable.Range(0, 61).Min(i => Gap(obstacles, (velocity - moves) * (seconds * i / 60), radius));
}
