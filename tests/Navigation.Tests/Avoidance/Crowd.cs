using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Obstacles;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>A crowd that walks straight to its goals, round obstacles, as the simulation moves agents but without paths.</summary>
internal sealed class Crowd
{
    private const float Seconds = 1f / 30;

    // Of the way that is left, a second: who is about to arrive slows down, and who is there lets others push.
    private const float ArrivalRate = 15;

    private readonly ReciprocalAvoidance _avoidance;
    private readonly CrowdObstacles[] _obstacles;
    private readonly Vec2[] _velocities;

    public Crowd(int count, params CrowdObstacles[] obstacles)
    {
        _obstacles = obstacles;
        _avoidance = new ReciprocalAvoidance { Obstacles = obstacles };
        Agents = new AvoidanceAgent[count];
        Goals = new Vec2[count];
        _velocities = new Vec2[count];
    }

    public AvoidanceAgent[] Agents { get; }

    public Vec2[] Goals { get; }

    public Grid? Walls { get; init; }

    /// <summary>The deepest overlap of two agents of one layer so far, as a share of their radii.</summary>
    public float WorstOverlap { get; private set; }

    public void Place(int index, Vec2 at, Vec2 goal, float radius = 0.4f, float speed = 2f)
    {
        Agents[index] = new AvoidanceAgent { Position = at, Radius = radius, MaxSpeed = speed };
        Goals[index] = goal;
    }

    public void Step(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            for (int i = 0; i < Agents.Length; i++)
            {
                Vec2 way = Goals[i] - Agents[i].Position;
                Agents[i].Settled = Math.Clamp(1 - (way.Length / (3 * Agents[i].Radius)), 0, 1);
                Agents[i].PreferredVelocity = (way * ArrivalRate).Clamped(Agents[i].MaxSpeed);
                if (_obstacles.Length == 0)
                {
                    continue;
                }

                Vec2 direction = ObstacleSteering.Around(_obstacles, Agents[i].Position, Agents[i].Velocity, Goals[i], Agents[i].Radius, Math.Min(way.Length, 4));
                Agents[i].PreferredVelocity = direction * Math.Min(way.Length * ArrivalRate, Agents[i].MaxSpeed);
            }

            _avoidance.Solve(Agents, Walls, Seconds, _velocities);
            for (int i = 0; i < Agents.Length; i++)
            {
                Agents[i].Velocity = _velocities[i];
                Agents[i].Position += _velocities[i] * Seconds;
            }
        }
    }

    public void Watch(int ticks)
    {
        for (int tick = 0; tick < ticks; tick++)
        {
            Step(1);
            for (int i = 0; i < Agents.Length; i++)
            {
                for (int j = 0; j < i; j++)
                {
                    float radii = Agents[i].Radius + Agents[j].Radius;
                    float overlap = 1 - (Vec2.Distance(Agents[i].Position, Agents[j].Position) / radii);
                    WorstOverlap = Agents[i].Layer == Agents[j].Layer ? Math.Max(WorstOverlap, overlap) : WorstOverlap;
                }
            }
        }
    }

    public bool HasArrived(int index) => Vec2.Distance(Agents[index].Position, Goals[index]) < 0.1f;

    public ulong Hash()
    {
        StateHash hash = default;
        foreach (AvoidanceAgent agent in Agents)
        {
            hash.Add(agent.Position.X);
            hash.Add(agent.Position.Y);
        }

        return hash.Value;
    }
}
