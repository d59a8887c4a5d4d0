using System.Diagnostics;
using System.Globalization;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Avoidance;
using RealtimeServer.Navigation.Obstacles;

namespace RealtimeServer.Bench.Paths;

/// <summary>
/// What moving obstacles cost a crowd: discs, straight pieces and polygons that drift and turn among agents that walk between random points, half an agent a cell. Timed
/// is all that a match does of it each tick: filling the set, looking for the way round, and avoidance.
/// </summary>
internal sealed class ObstacleBenchmark(TextWriter output)
{
    private const float Seconds = 1f / 30;
    private const float LookSeconds = 1.5f;

    public void Run(int agents, int obstacles, int ticks)
    {
        DeterministicRandom random = new(5);
        float side = MathF.Sqrt(agents / 0.5f);
        Grid grid = new((int)side + 10, (int)side + 10);
        AvoidanceAgent[] crowd = new AvoidanceAgent[agents];
        Vec2[] goals = new Vec2[agents], velocities = new Vec2[agents];
        for (int i = 0; i < agents; i++)
        {
            crowd[i] = new AvoidanceAgent { Position = Point(), Radius = 0.4f, MaxSpeed = 2 };
            goals[i] = Point();
        }

        ObstacleShape[] shapes = new ObstacleShape[obstacles];
        ObstaclePose[] poses = new ObstaclePose[obstacles];
        for (int i = 0; i < obstacles; i++)
        {
            shapes[i] = Shape(i, random.NextSingle(0.5f, 1));
            (float sin, float cos) = DeterministicMath.SinCos(random.NextSingle(0, 2 * MathF.PI));
            poses[i] = new ObstaclePose(Point(), random.NextSingle(0, 6), new Vec2(cos, sin) * random.NextSingle(0.2f, 1), random.NextSingle(-0.5f, 0.5f));
        }

        CrowdObstacles set = new();
        CrowdObstacles[] sets = [set];
        ReciprocalAvoidance avoidance = new() { Obstacles = obstacles > 0 ? sets : [] };
        Samples all = new(ticks), filling = new(ticks), steering = new(ticks);
        long allocated = 0;
        for (int tick = -ticks / 3; tick < ticks; tick++)
        {
            Drift(poses, side);
            long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
            set.Clear();
            for (int i = 0; i < obstacles; i++)
            {
                set.Add(in shapes[i], poses[i]);
            }

            double filled = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            for (int i = 0; i < agents; i++)
            {
                ref AvoidanceAgent agent = ref crowd[i];
                goals[i] = Vec2.DistanceSquared(goals[i], agent.Position) < 1 ? Point() : goals[i];
                float look = Math.Min(Vec2.Distance(goals[i], agent.Position), LookSeconds * agent.MaxSpeed);
                Vec2 way = obstacles == 0
                    ? (goals[i] - agent.Position).Normalized()
                    : ObstacleSteering.Around(sets, agent.Position, agent.Velocity, goals[i], agent.Radius, look);
                agent.PreferredVelocity = way * agent.MaxSpeed;
            }

            double steered = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            avoidance.Solve(crowd, grid, Seconds, velocities);
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (tick >= 0)
            {
                all.Add(time);
                filling.Add(filled);
                steering.Add(steered - filled);
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            for (int i = 0; i < agents; i++)
            {
                crowd[i].Velocity = velocities[i];
                crowd[i].Position += velocities[i] * Seconds;
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{agents,5} agents among {obstacles,4} moving obstacles: mean {all.Mean:F3} ms a tick, p50 {all.Percentile(0.5):F3}, p99 {all.Percentile(0.99):F3};"
            + $" filling {filling.Mean:F3}, the way round {steering.Mean:F3}, {allocated / (double)ticks:F1} B"));

        Vec2 Point() => new(random.NextSingle(5, side + 5), random.NextSingle(5, side + 5));
    }

    private static ObstacleShape Shape(int index, float size) => (index % 3) switch
    {
        0 => ObstacleShape.Circle(size * 0.5f),
        1 => ObstacleShape.Segment(new Vec2(-size, 0), new Vec2(size, 0), thickness: 0.2f),
        _ => ObstacleShape.Polygon([new Vec2(-size, -0.3f), new Vec2(size * 0.6f, -0.3f), new Vec2(size, 0), new Vec2(size * 0.6f, 0.3f), new Vec2(-size, 0.3f)]),
    };

    // Back and forth within the square.
    private static void Drift(Span<ObstaclePose> poses, float side)
    {
        foreach (ref ObstaclePose pose in poses)
        {
            (Vec2 velocity, Vec2 inwards) = (pose.Velocity, new Vec2((side * 0.5f) + 5, (side * 0.5f) + 5) - pose.Position);
            velocity = MathF.Abs(inwards.X) > side * 0.5f ? new Vec2(MathF.CopySign(velocity.X, inwards.X), velocity.Y) : velocity;
            velocity = MathF.Abs(inwards.Y) > side * 0.5f ? new Vec2(velocity.X, MathF.CopySign(velocity.Y, inwards.Y)) : velocity;
            pose = new ObstaclePose(pose.Position + (velocity * Seconds), pose.Angle + (pose.Turn * Seconds), velocity, pose.Turn);
        }
    }
}
