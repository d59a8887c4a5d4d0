using System.Diagnostics;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Maps.MovingAi;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Agents;

namespace RealtimeServer.Bench.Paths;

/// <summary>Agents that all wait for a path over a grid, or over its navigation mesh, from one scenario of a map to another; who gets one asks for the next.</summary>
internal sealed class RequestScene
{
    private readonly MovingAiScenario[] _scenarios;
    private readonly Query _agents;
    private readonly AgentGrounds _grounds;
    private readonly SharedWays _ways;
    private readonly PathPlanner _planner;
    private int _next;
    private uint _tick;

    public RequestScene(Grid grid, MovingAiScenario[] scenarios, int agents, bool onMesh = false)
    {
        _scenarios = scenarios;
        World world = new();
        _agents = world.Query().All<Position, Agent, PathFollower>().Build();
        GridNavigation navigation = new(grid);
        _grounds = new AgentGrounds(new GridAgentGround(navigation), onMesh ? new MeshAgentGround(MeshOf(grid)) : null);
        _ways = new SharedWays(navigation, _grounds, _agents);
        _planner = new PathPlanner(world, _grounds, _agents, _ways);
        for (int i = 0; i < agents; i++)
        {
            _ = onMesh
                ? world.Create(default(Position), default(Agent), default(PathFollower), default(MeshAgent))
                : world.Create(default(Position), default(Agent), default(PathFollower));
        }
    }

    /// <summary>Units of work of the last tick.</summary>
    public int Units => _planner.Units;

    /// <summary>Paths found in the last tick.</summary>
    public int Paths => _planner.Searches;

    /// <summary>Begins again with the first questions.</summary>
    public void Reset()
    {
        (_next, _tick) = (0, 0);
        Ask(all: true);
    }

    /// <summary>The milliseconds that the requests of a tick took.</summary>
    public double Step()
    {
        _ways.Collect();
        Locate();
        long start = Stopwatch.GetTimestamp();
        _planner.Run(new Tick(++_tick));
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Ask(all: false);
        return time;
    }

    // Of a map that has no triangles, so that the mesh is the grid's.
    private static MatchNavMesh MeshOf(Grid grid) => new(
        MovingAiMap.Read("plain.map", "type octile\nheight 1\nwidth 1\nmap\n.\n"u8), grid, new NavMeshSettings { AgentRadius = 0.4f, TileVoxels = 48 }, []);

    private void Locate()
    {
        _grounds.Mesh?.Settle();
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            for (int i = 0; i < walkers.Count && walkers[i].IsOnMesh; i++)
            {
                _grounds.Mesh!.Locate(walkers[i]);
            }
        }
    }

    private void Ask(bool all)
    {
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            for (int i = 0; i < walkers.Count; i++)
            {
                Walker walker = walkers[i];
                if (all || walker.Path.Remaining > 0)
                {
                    MovingAiScenario scenario = _scenarios[(int)(_next++ * 7919L % _scenarios.Length)];
                    walker.Position = new Position(scenario.From.Centre);
                    walker.Agent = new Agent { Goal = scenario.To.Centre, Radius = 0.4f, Speed = 2 };
                    walker.Path = default;
                }
            }
        }
    }
}
