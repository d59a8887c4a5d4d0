using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Avoidance;
using RealtimeServer.Navigation.Chokes;
using RealtimeServer.Navigation.Obstacles;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Bends the velocities agents want so that they pass each other, and moves them. Agents gather into flat arrays in the query's order,
/// which is deterministic; the centre of one that walks never enters a closed cell.
/// </summary>
internal sealed class CrowdStep
{
    private const uint GroundLayer = 1;
    private const uint AirLayer = 2;

    // From so many of its radii before its goal on an agent makes way for those who have farther to go, the more the nearer.
    private const float SettlingRadii = 3;

    private readonly Grid _grid;
    private readonly Query _agents;
    private readonly ReciprocalAvoidance _avoidance;
    private AvoidanceAgent[] _crowd = new AvoidanceAgent[64];
    private Vec2[] _velocities = new Vec2[64];

    public CrowdStep(Grid grid, Query agents, IReadOnlyList<CrowdObstacles> obstacles)
    {
        _avoidance = new ReciprocalAvoidance { Obstacles = obstacles };
        _grid = grid;
        _agents = agents;
    }

    /// <param name="travellers">What each agent is asked to do at narrow passages, in the query's order.</param>
    public void Run(float seconds, ReadOnlySpan<ChokeTraveller> travellers)
    {
        int count = Gather(seconds, travellers);
        _avoidance.Solve(_crowd.AsSpan(0, count), _grid, seconds, _velocities.AsSpan(0, count));
        Move(seconds);
    }

    private int Gather(float seconds, ReadOnlySpan<ChokeTraveller> travellers)
    {
        int count = 0;
        foreach (Chunk chunk in _agents)
        {
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            ReadOnlySpan<Agent> agents = chunk.Read<Agent>();
            ReadOnlySpan<PathFollower> paths = chunk.Read<PathFollower>();
            if (count + chunk.Count > _crowd.Length)
            {
                Array.Resize(ref _crowd, Math.Max(_crowd.Length * 2, count + chunk.Count));
                Array.Resize(ref _velocities, _crowd.Length);
            }

            for (int i = 0; i < chunk.Count; i++)
            {
                ref readonly Agent agent = ref agents[i];
                bool flies = (agent.Flags & AgentFlags.Flying) != 0;
                ref readonly ChokeTraveller traveller = ref travellers[count];
                bool stands = paths[i].WantedVelocity == Vec2.Zero && traveller.Order != ChokeOrder.Wait;
                // The last step must end at the goal, not beyond it.
                float toGoal = Vec2.Distance(positions[i].Value, agent.Goal);
                Vec2 wanted = paths[i].WantedVelocity.Clamped(MathF.Max(toGoal / seconds, 0.01f));
                bool halted = (agent.Flags & AgentFlags.Halted) != 0;
                _crowd[count++] = new AvoidanceAgent
                {
                    Position = positions[i].Value,
                    Velocity = agent.Velocity,
                    PreferredVelocity = wanted,
                    Radius = agent.Radius,
                    MaxSpeed = stands ? agent.Speed * 0.5f : agent.Speed,
                    Layer = flies ? AirLayer : GroundLayer,
                    // Who stands and fights is not pushed about by who walks by; who walks goes round.
                    Priority = agent.Priority + traveller.Priority + (halted ? 0.8f : 0f),
                    Settled = halted ? 0 : stands ? 1 : Math.Clamp(1 - (toGoal / (SettlingRadii * MathF.Max(agent.Radius, 0.01f))), 0, 1),
                    KeepsCourse = traveller.Order != ChokeOrder.Free,
                    IgnoresWalls = flies,
                };
            }
        }

        return count;
    }

    private void Move(float seconds)
    {
        int at = 0;
        foreach (Chunk chunk in _agents)
        {
            Span<Position> positions = chunk.Span<Position>();
            Span<Agent> agents = chunk.Span<Agent>();
            for (int i = 0; i < chunk.Count; i++)
            {
                Vec2 from = positions[i].Value;
                Vec2 to = from + (_velocities[at++] * seconds);
                Vec2 reached = (agents[i].Flags & AgentFlags.Flying) != 0 ? Inside(to) : Walk(from, to);
                agents[i].Velocity = (reached - from) / seconds;
                positions[i].Value = reached;
            }
        }
    }

    /// <summary>Goes as far as walls allow: the whole way, else along one side, else nowhere; out of a building that came down on it.</summary>
    private Vec2 Walk(Vec2 from, Vec2 to)
    {
        if (!_grid.IsOpen(from))
        {
            return NearestOpen(from);
        }

        if (CanStep(from, to))
        {
            return to;
        }

        var alongX = new Vec2(to.X, from.Y);
        if (CanStep(from, alongX))
        {
            return alongX;
        }

        var alongY = new Vec2(from.X, to.Y);
        return CanStep(from, alongY) ? alongY : from;
    }

    /// <summary>A step across a corner needs both cells beside it, as paths do; a step over whole cells, at slow tick rates, needs all of them.</summary>
    private bool CanStep(Vec2 from, Vec2 to)
    {
        if (!_grid.IsOpen(to))
        {
            return false;
        }

        Cell start = Cell.At(from);
        Cell end = Cell.At(to);
        return Math.Abs(end.X - start.X) <= 1 && Math.Abs(end.Y - start.Y) <= 1
            ? _grid.IsOpen(end.X, start.Y) && _grid.IsOpen(start.X, end.Y)
            : LineOfSight.IsClear(_grid, from, to, 0f);
    }

    private Vec2 Inside(Vec2 point) => new(
        MathF.Min(MathF.Max(point.X, 0.05f), _grid.Width - 0.05f),
        MathF.Min(MathF.Max(point.Y, 0.05f), _grid.Height - 0.05f));

    /// <summary>The nearest point of an open cell, by rings of cells; the same point if there is none near.</summary>
    private Vec2 NearestOpen(Vec2 point)
    {
        if (!point.IsFinite)
        {
            return point;
        }

        Cell centre = Cell.At(point);
        Vec2 best = point;
        float bestDistance = float.MaxValue;
        for (int ring = 1; ring <= Limits.PushOutCellsMax && bestDistance > (ring - 1) * (ring - 1); ring++)
        {
            for (int y = centre.Y - ring; y <= centre.Y + ring; y++)
            {
                int step = Math.Abs(y - centre.Y) == ring ? 1 : 2 * ring;
                for (int x = centre.X - ring; x <= centre.X + ring; x += step)
                {
                    if (!_grid.IsOpen(x, y))
                    {
                        continue;
                    }

                    var near = new Vec2(Math.Clamp(point.X, x + 0.1f, x + 0.9f), Math.Clamp(point.Y, y + 0.1f, y + 0.9f));
                    float distance = Vec2.DistanceSquared(point, near);
                    if (distance < bestDistance)
                    {
                        bestDistance = distance;
                        best = near;
                    }
                }
            }
        }

        return best;
    }
}
