using System.Diagnostics;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps.MovingAi;
using RealtimeServer.Simulation.Agents;

namespace RealtimeServer.Bench.Paths;

/// <summary>Many who all wait for a path; who gets one asks for the next.</summary>
internal interface IRequestScene
{
    /// <summary>Units of work of the last tick.</summary>
    int Units { get; }

    /// <summary>Paths found in the last tick.</summary>
    int Paths { get; }

    /// <summary>Begins again with the first questions.</summary>
    void Reset();

    /// <summary>The milliseconds that the requests of a tick took.</summary>
    double Step();
}

/// <summary>Agents that all wait for a path, from one scenario of a map to another; who gets one asks for the next.</summary>
internal sealed class RequestScene : IRequestScene
{
    private readonly MovingAiScenario[] _scenarios;
    private readonly Query _agents;
    private readonly SharedWays _ways;
    private readonly PathPlanner _planner;
    private int _next;
    private uint _tick;

    public RequestScene(Grid grid, MovingAiScenario[] scenarios, int agents)
    {
        _scenarios = scenarios;
        World world = new();
        _agents = world.Query().All<Position, Agent, PathFollower>().Build();
        GridNavigation navigation = new(grid);
        _ways = new SharedWays(navigation, _agents);
        _planner = new PathPlanner(world, navigation, _agents, _ways);
        for (int i = 0; i < agents; i++)
        {
            world.Create(default(Position), default(Agent), default(PathFollower));
        }
    }

    public int Units => _planner.Units;

    public int Paths => _planner.Searches;

    public void Reset()
    {
        (_next, _tick) = (0, 0);
        Ask(all: true);
    }

    public double Step()
    {
        _ways.Collect();
        long start = Stopwatch.GetTimestamp();
        _planner.Run(new Tick(++_tick));
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Ask(all: false);
        return time;
    }

    private void Ask(bool all)
    {
        foreach (Chunk chunk in _agents)
        {
            Span<Position> positions = chunk.Span<Position>();
            Span<Agent> agents = chunk.Span<Agent>();
            Span<PathFollower> paths = chunk.Span<PathFollower>();
            for (int i = 0; i < chunk.Count; i++)
            {
                if (all || paths[i].Remaining > 0)
                {
                    MovingAiScenario scenario = _scenarios[(int)(_next++ * 7919L % _scenarios.Length)];
                    positions[i] = new Position(scenario.From.Centre);
                    agents[i] = new Agent { Goal = scenario.To.Centre, Radius = 0.4f, Speed = 2 };
                    paths[i] = default;
                }
            }
        }
    }
}
