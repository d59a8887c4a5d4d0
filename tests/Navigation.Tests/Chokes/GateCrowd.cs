using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Avoidance;

namespace RealtimeServer.Navigation.Chokes;

/// <summary>A crowd that walks along paths round walls, queues at choke points and avoids each other.</summary>
internal sealed class GateCrowd
{
    private const float Seconds = 1f / 30;
    private readonly Grid _grid;
    private readonly PathFinder _finder;
    private readonly ReciprocalAvoidance _avoidance = new();
    private readonly ChokeTraffic? _traffic;
    private readonly AvoidanceAgent[] _agents;
    private readonly ChokeTraveller[] _travellers;
    private readonly Vec2[] _velocities;
    private readonly Vec2[] _goals;
    private readonly Vec2[][] _paths;
    private readonly int[] _next;
    private uint _tick;

    public GateCrowd(Grid grid, ReadOnlySpan<(Vec2 From, Vec2 To)> ways, float radius, bool traffic)
    {
        _grid = grid;
        _finder = new PathFinder(grid);
        _traffic = traffic ? new ChokeTraffic(new ChokePoints(grid)) : null;
        _agents = new AvoidanceAgent[ways.Length];
        _travellers = new ChokeTraveller[ways.Length];
        _velocities = new Vec2[ways.Length];
        _goals = new Vec2[ways.Length];
        _paths = new Vec2[ways.Length][];
        _next = new int[ways.Length];
        for (int i = 0; i < ways.Length; i++)
        {
            _agents[i] = new AvoidanceAgent { Position = ways[i].From, Radius = radius, MaxSpeed = 2 };
            _goals[i] = ways[i].To;
            _paths[i] = [];
        }
    }

    public ReadOnlySpan<AvoidanceAgent> Agents => _agents;

    /// <summary>Gives each a radius between two, and a speed between 1.5 and 3.</summary>
    public void Vary(float least, float most)
    {
        DeterministicRandom random = new(3);
        foreach (ref AvoidanceAgent agent in _agents.AsSpan())
        {
            (agent.Radius, agent.MaxSpeed) = (random.NextSingle(least, most), random.NextSingle(1.5f, 3));
        }
    }

    /// <summary>The deepest overlap of two agents so far, as a share of the smaller one's radius; each tick looks at a third of them.</summary>
    public float WorstOverlap { get; private set; }

    /// <summary>How many are at their goals.</summary>
    public int Arrived { get; private set; }

    public void Step()
    {
        for (int i = 0; i < _agents.Length; i++)
        {
            Follow(i);
        }

        _traffic?.Run(_travellers, ++_tick, Seconds);
        for (int i = 0; i < _agents.Length; i++)
        {
            Want(i);
        }

        _avoidance.Solve(_agents, _grid, Seconds, _velocities);
        Arrived = 0;
        for (int i = 0; i < _agents.Length; i++)
        {
            Vec2 to = _agents[i].Position + (_velocities[i] * Seconds);
            _agents[i].Velocity = _grid.IsOpen(to) ? _velocities[i] : Vec2.Zero;
            _agents[i].Position = _grid.IsOpen(to) ? to : _agents[i].Position;
            Arrived += HasArrived(i) ? 1 : 0;
        }

        for (int i = (int)(_tick % 3); i < _agents.Length; i += 3)
        {
            for (int j = 0; j < i; j++)
            {
                float radii = _agents[i].Radius + _agents[j].Radius;
                float distance = Vec2.DistanceSquared(_agents[i].Position, _agents[j].Position);
                if (distance < radii * radii)
                {
                    WorstOverlap = Math.Max(WorstOverlap, (radii - MathF.Sqrt(distance)) / Math.Min(_agents[i].Radius, _agents[j].Radius));
                }
            }
        }
    }

    private bool HasArrived(int i) => Vec2.Distance(_agents[i].Position, _goals[i]) < 0.3f;

    /// <summary>Those that have not arrived, where they are and what they do.</summary>
    public string Missing() => string.Join("; ", Enumerable.Range(0, _agents.Length).Where(i => !HasArrived(i))
        .Select(i => $"{i} at {_agents[i].Position} to {_goals[i]}, {_travellers[i].Order} {_travellers[i].Heading}, {_agents[i].Velocity}"));

    private void Follow(int i)
    {
        Vec2 at = _agents[i].Position;
        while (_next[i] < _paths[i].Length - 1
            && (Vec2.Distance(at, _paths[i][_next[i]]) < 0.5f || LineOfSight.IsClear(_grid, at, _paths[i][_next[i] + 1], _agents[i].Radius)))
        {
            _next[i]++;
        }

        if (_next[i] >= _paths[i].Length || ((_tick + i) % 15 == 0 && !LineOfSight.IsClear(_grid, at, _paths[i][_next[i]], 0.1f)))
        {
            Vec2[] points = new Vec2[16];
            _paths[i] = points[.._finder.Find(at, _goals[i], points, _agents[i].Radius).Count];
            _next[i] = 0;
        }

        Vec2 next = _paths[i].Length == 0 ? at : _paths[i][_next[i]];
        _travellers[i].Position = at;
        _travellers[i].Radius = _agents[i].Radius;
        _travellers[i].Next = next;
        _travellers[i].After = _next[i] + 1 < _paths[i].Length ? _paths[i][_next[i] + 1] : next;
        _travellers[i].Later = _next[i] + 2 < _paths[i].Length ? _paths[i][_next[i] + 2] : _travellers[i].After;
    }

    private void Want(int i)
    {
        Vec2 way = _travellers[i].Next - _agents[i].Position;
        _agents[i].PreferredVelocity = _travellers[i].Order == ChokeOrder.Wait || _travellers[i].Heading != Vec2.Zero
            ? _travellers[i].Heading * _agents[i].MaxSpeed
            : (way / Seconds).Clamped(_agents[i].MaxSpeed);
        _agents[i].Settled = Math.Clamp(1 - (Vec2.Distance(_agents[i].Position, _goals[i]) / (3 * _agents[i].Radius)), 0, 1);
        _agents[i].Priority = _travellers[i].Priority;
        _agents[i].KeepsCourse = _travellers[i].Order != ChokeOrder.Free;
    }
}
