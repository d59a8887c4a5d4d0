using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Navigation.Obstacles;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// Chooses velocities for a crowd so that nobody runs into anybody: optimal reciprocal collision avoidance, the nearest neighbours, walls and obstacles
/// of each agent as half planes of allowed velocities, the allowed one nearest to the preferred one taken. Who is held up turns aside and presses on those
/// that are to make way, and where agents touch they push each other (<see cref="Contacts"/>): a crowd may be dense, but it does not jam.
/// </summary>
/// <remarks>
/// All agents are judged by the velocities they came with, so the result does not depend on the order of solving; neighbours are
/// met in order of distance, then index, contacts in the order of their squares, so it is the same bits on every run. Buffers grow to the largest
/// crowd so far; then nothing is allocated.
/// Not thread-safe: one per match.
/// </remarks>
public sealed class ReciprocalAvoidance
{
    // Sine of the angle within which someone counts as straight ahead.
    private const float AheadSine = 0.05f;

    // Sideways part of the preferred velocity that breaks a tie: about three degrees.
    private const float SidestepShare = 0.05f;

    // The same of one that is held up altogether.
    private const float TurnShare = 1f;

    // Of its speed: who lacks less is on its way.
    private const float LackLeast = 0.3f;

    private readonly AgentBuckets _buckets = new();
    private readonly ReciprocalPlanes _neighbours = new();
    private readonly HalfPlanes _planes = new();
    private readonly VelocityChoice _choice = new();
    private readonly Contacts _contacts = new();
    private readonly CrowdObstacles[] _obstacles = [];
    private bool _anySlips;
    private bool[] _present = [];

    /// <summary>Seconds an agent looks ahead for others. Longer is smoother in the open and more timid in a crowd.</summary>
    public float HorizonSeconds { get; init; } = 1.5f;

    /// <summary>Seconds it looks ahead for walls; short, because paths keep clear of walls anyway.</summary>
    public float WallHorizonSeconds { get; init; } = 0.25f;

    /// <summary>
    /// What all agents go round but those that ignore walls, and what shoves them aside where it moves. It may change between two calls of <see cref="Solve"/>.
    /// </summary>
    public IReadOnlyList<CrowdObstacles> Obstacles
    {
        get => _obstacles;
        init => _obstacles = [.. value];
    }

    /// <summary>What those agents walk on that are <see cref="AvoidanceAgent.IsOnMesh"/>; another one after each change.</summary>
    public NavMesh? Mesh { get; set; }

    /// <summary>Chooses a velocity for each agent.</summary>
    /// <param name="agents">One that has a part which is not a number, or stands on no polygon of the mesh, is ignored by the others and stands still.</param>
    /// <param name="walls">Closed cells stop all agents but those that ignore them; null if there are none.</param>
    /// <param name="seconds">Length of a tick, more than 0.</param>
    /// <param name="velocities">At least as long as <paramref name="agents"/>.</param>
    public void Solve(ReadOnlySpan<AvoidanceAgent> agents, Grid? walls, float seconds, Span<Vec2> velocities)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(velocities.Length, agents.Length, nameof(velocities));
        if (!(seconds > 0 && float.IsFinite(seconds)))
        {
            throw new ArgumentOutOfRangeException(nameof(seconds), "A tick has a length.");
        }

        if (_present.Length < agents.Length)
        {
            _present = new bool[Math.Max(agents.Length, _present.Length * 2)];
        }

        float speedMax = 0;
        _anySlips = false;
        for (int i = 0; i < agents.Length; i++)
        {
            _present[i] = IsSound(agents[i]);
            if (_present[i])
            {
                speedMax = Math.Max(speedMax, agents[i].MaxSpeed);
                _anySlips |= agents[i].SlipsThrough;
            }
        }

        _buckets.Build(agents, _present);
        _contacts.Clear(agents.Length);
        velocities[..agents.Length].Clear();

        // In the order of the buckets, whose neighbours are still in the cache. The velocities do not depend on it.
        foreach (int i in _buckets.Order)
        {
            if (agents[i].MaxSpeed > 0)
            {
                Vec2 chosen = Choose(agents, i, walls, seconds, speedMax);
                velocities[i] = chosen.IsFinite ? chosen : Vec2.Zero;
            }
        }

        _contacts.Solve(agents, walls, Mesh, _obstacles, seconds, velocities);
    }

    private bool IsSound(in AvoidanceAgent agent) =>
        (!agent.IsOnMesh || (Mesh is not null && (uint)agent.Polygon < (uint)Mesh.PolygonCount))
        && float.IsFinite(agent.Height) && agent.Tall >= 0 && float.IsFinite(agent.Tall)
        && agent.Position.IsFinite && agent.Velocity.IsFinite && agent.PreferredVelocity.IsFinite
        && agent.Radius >= 0 && float.IsFinite(agent.Radius) && agent.MaxSpeed >= 0 && float.IsFinite(agent.MaxSpeed)
        && float.IsFinite(agent.Priority);

    private Vec2 Choose(ReadOnlySpan<AvoidanceAgent> agents, int self, Grid? walls, float seconds, float speedMax)
    {
        ref readonly AvoidanceAgent agent = ref agents[self];
        Span<Neighbour> nearest = stackalloc Neighbour[Limits.AvoidanceNeighboursMax];
        _planes.Clear();
        if (agent.IsOnMesh)
        {
            MeshWallPlanes.Add(Mesh!, agent, Math.Max(WallHorizonSeconds, seconds), _planes);
        }
        else if (walls is not null && !agent.IgnoresWalls)
        {
            WallPlanes.Add(walls, agent, (Math.Max(WallHorizonSeconds, seconds), seconds), _planes);
        }

        if (_obstacles.Length > 0 && !agent.IgnoresWalls)
        {
            (float Standing, float Moving, float Step) horizon = (Math.Max(WallHorizonSeconds, seconds), Math.Max(HorizonSeconds, seconds), seconds);
            if (ObstaclePlanes.TryAdd(_obstacles, agent, horizon, _planes, out float speed))
            {
                _contacts.AddObstacle(self, speed);
            }
        }

        float range = Math.Min(agent.Radius + ((agent.MaxSpeed + speedMax) * HorizonSeconds), Limits.AvoidanceRangeMax);
        int count = _buckets.FindNearest(in agent, self, range, nearest);
        count = _anySlips ? WithoutPassed(agents, self, nearest[..count]) : count;
        Vec2 preferred = agent.PreferredVelocity;
        if (count > 0)
        {
            _neighbours.Set(agents, self, nearest[..count]);
            _contacts.Add(agents, self, nearest[..count], speedMax * seconds);
            preferred = agent.KeepsCourse ? preferred : Sidestep(preferred.Clamped(agent.MaxSpeed), _neighbours.Nearest, _neighbours.Lack);
        }

        int kept = _planes.Count;
        if (count > 0)
        {
            _neighbours.AddSoft(agent.Velocity, (HorizonSeconds, seconds), _planes);
        }

        return _choice.Solve(_planes, kept, agent.MaxSpeed, preferred);
    }

    private static int WithoutPassed(ReadOnlySpan<AvoidanceAgent> agents, int self, Span<Neighbour> nearest)
    {
        int kept = 0;
        foreach (Neighbour neighbour in nearest)
        {
            if (!agents[self].Passes(in agents[neighbour.Index]))
            {
                nearest[kept++] = neighbour;
            }
        }

        return kept;
    }

    // Two that meet head on could both only slow down. Everybody keeps to the same hand, so they pass, and a knot of many turns like a roundabout.
    private static Vec2 Sidestep(Vec2 preferred, Vec2 offset, float lack)
    {
        if (lack > LackLeast)
        {
            return preferred + (preferred.Perpendicular * (lack * TurnShare));
        }

        float cross = Vec2.Cross(preferred, offset);
        bool ahead = Vec2.Dot(preferred, offset) > 0
            && cross * cross < AheadSine * AheadSine * preferred.LengthSquared * offset.LengthSquared;
        return ahead ? preferred + (preferred.Perpendicular * SidestepShare) : preferred;
    }
}
