using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Navigation.Obstacles;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// What happens where agents touch: those that would overlap at the end of the tick push each other apart, the lower priority farther, so that pressure goes
/// on through a crowd and who stands is shoved aside (M. Müller and others, "Position based dynamics", 2007: a few rounds over all pairs, one after the other).
/// Who then still overlaps somebody deeper than allowed, and deeper than before, slides along it or stays where it is, and so does whoever would now run into
/// it: agents that did not overlap do not overlap after the tick.
/// </summary>
internal sealed class Contacts
{
    /// <summary>How deep two may overlap, as a part of the smaller one's radius: what the rounds leave, not a jam.</summary>
    public const float Slack = 0.04f;

    private const int Rounds = 4;

    // In the first looks those who would run into each other slide along each other, later they stay.
    private const int SlideLooks = 12;

    // Those who still hold back somebody after so many looks all stay.
    private const int LooksMax = 32;

    // Nobody is shoved for nothing: of two the stronger moves at least so much of what they overlap.
    private const float ShareLeast = 0.1f;

    private Pair[] _pairs = [];
    private Vec2[] _ends = [];
    private bool[] _isFull = [];
    private bool[] _isPushed = [];
    private bool[] _isBeside = [];
    private float[] _speedMax = [];
    private int _count;
    private bool _hasObstacles;

    /// <summary>Forgets the pairs of the last tick.</summary>
    public void Clear(int agents)
    {
        _count = 0;
        if (_ends.Length < agents)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)agents);
            (_ends, _isFull, _isPushed, _isBeside, _speedMax) = (new Vec2[size], new bool[size], new bool[size], new bool[size], new float[size]);
            _pairs = new Pair[size * Limits.AvoidanceNeighboursMax];
        }

        _isFull.AsSpan(0, agents).Clear();
        _isPushed.AsSpan(0, agents).Clear();
        _isBeside.AsSpan(0, agents).Clear();
        _speedMax.AsSpan(0, agents).Clear();
        _hasObstacles = false;
    }

    /// <summary>Notes that an agent may touch an obstacle in this tick.</summary>
    /// <param name="speed">Of the obstacle: so fast it shoves the agent, and the agent those behind it.</param>
    public void AddObstacle(int self, float speed)
    {
        _isBeside[self] = _hasObstacles = true;
        _speedMax[self] = speed;
    }

    /// <summary>Notes whom an agent may touch in this tick.</summary>
    /// <param name="neighbours">The nearest, in order of their gap.</param>
    /// <param name="reach">How far the fastest comes in a tick.</param>
    public void Add(ReadOnlySpan<AvoidanceAgent> agents, int self, ReadOnlySpan<Neighbour> neighbours, float reach)
    {
        _isFull[self] = neighbours.Length == Limits.AvoidanceNeighboursMax;
        float near = agents[self].Radius + (2 * reach);
        foreach (Neighbour neighbour in neighbours)
        {
            if (neighbour.Gap > near)
            {
                break;
            }

            float other = agents[neighbour.Index].Radius;
            float radii = agents[self].Radius + other;
            _pairs[_count++] = new Pair(self, neighbour.Index, radii, radii - (Slack * Math.Min(agents[self].Radius, other)), 0);
        }
    }

    /// <summary>Bends velocities so that nobody ends in anybody.</summary>
    public void Solve(
        ReadOnlySpan<AvoidanceAgent> agents, Grid? walls, NavMesh? mesh, ReadOnlySpan<CrowdObstacles> obstacles, float seconds, Span<Vec2> velocities)
    {
        Keep(agents);
        Ground ground = new(walls, mesh, obstacles, seconds);
        if (_count == 0 && !_hasObstacles)
        {
            return;
        }

        for (int i = 0; i < agents.Length; i++)
        {
            // One that cannot move by itself goes on as it does, moved by the game.
            _ends[i] = agents[i].Position + ((agents[i].MaxSpeed > 0 ? velocities[i] : agents[i].Velocity) * seconds);
            if (_isBeside[i] && agents[i].MaxSpeed > 0)
            {
                Vec2 end = _ends[i];
                ground.Expel(in agents[i], _isBeside[i], ref _ends[i]);
                _isPushed[i] = end != _ends[i];
            }
        }

        for (int round = 0; round < Rounds; round++)
        {
            if (!Push())
            {
                break;
            }

            for (int i = 0; i < agents.Length; i++)
            {
                if (_isPushed[i])
                {
                    // Never faster than it can, but where an obstacle shoves it, and never into a wall.
                    _ends[i] = agents[i].Position + (_ends[i] - agents[i].Position).Clamped(Math.Max(agents[i].MaxSpeed, _speedMax[i]) * seconds);
                    ground.Expel(in agents[i], _isBeside[i], ref _ends[i]);
                }
            }
        }

        HoldBack(agents, ground);
        ShoveAside(agents, ground);
        for (int i = 0; i < agents.Length; i++)
        {
            if (_isPushed[i])
            {
                // Sizes near the end of what numbers hold have no direction in which to part.
                Vec2 velocity = (_ends[i] - agents[i].Position) / seconds;
                velocities[i] = velocity.IsFinite ? velocity : velocities[i];
            }
        }
    }

    // Each pair once, unless one of the two has more neighbours than it notes.
    private void Keep(ReadOnlySpan<AvoidanceAgent> agents)
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            Pair pair = _pairs[i];
            if (pair.A > pair.B && !_isFull[pair.B])
            {
                continue;
            }

            ref readonly AvoidanceAgent a = ref agents[pair.A];
            ref readonly AvoidanceAgent b = ref agents[pair.B];
            float share = a.MaxSpeed <= 0 ? 0 : b.MaxSpeed <= 0 ? 1 : Math.Clamp(0.5f + (0.5f * (b.Rank - a.Rank)), ShareLeast, 1 - ShareLeast);
            if (a.MaxSpeed > 0 || b.MaxSpeed > 0)
            {
                _pairs[kept++] = pair with { Share = share };
            }
        }

        _count = kept;
    }

    private bool Push()
    {
        bool pushed = false;
        foreach (ref readonly Pair pair in _pairs.AsSpan(0, _count))
        {
            ref Vec2 a = ref _ends[pair.A];
            ref Vec2 b = ref _ends[pair.B];
            Vec2 apart = a - b;
            float squared = apart.LengthSquared;
            if (squared >= pair.Radii * pair.Radii)
            {
                continue;
            }

            float distance = MathF.Sqrt(squared);
            Vec2 normal = distance > 1e-6f ? apart / distance : new Vec2(pair.A < pair.B ? 1 : -1, 0);
            Vec2 push = normal * (pair.Radii - distance);
            a += push * pair.Share;
            b -= push * (1 - pair.Share);
            _isPushed[pair.A] |= pair.Share > 0;
            _isPushed[pair.B] |= pair.Share < 1;
            if (_hasObstacles)
            {
                _speedMax[pair.A] = _speedMax[pair.B] = Math.Max(_speedMax[pair.A], _speedMax[pair.B]);
            }

            pushed = true;
        }

        return pushed;
    }

    private void HoldBack(ReadOnlySpan<AvoidanceAgent> agents, Ground ground)
    {
        for (int look = 0; look < LooksMax; look++)
        {
            bool held = false;
            foreach (ref readonly Pair pair in _pairs.AsSpan(0, _count))
            {
                float squared = Vec2.DistanceSquared(_ends[pair.A], _ends[pair.B]);
                if (squared >= pair.Least * pair.Least)
                {
                    continue;
                }

                float before = Vec2.DistanceSquared(agents[pair.A].Position, agents[pair.B].Position);
                if (squared < before && look < SlideLooks)
                {
                    held |= Slide(agents, in pair, MathF.Sqrt(before), ground);
                }
                else if (squared < before || look == LooksMax - 1)
                {
                    held |= Hold(agents, pair.A) | Hold(agents, pair.B);
                }
            }

            if (!held)
            {
                return;
            }
        }
    }

    // What moves wins: who was held back before it is shoved on, into others if need be.
    private void ShoveAside(ReadOnlySpan<AvoidanceAgent> agents, Ground ground)
    {
        for (int i = 0; _hasObstacles && i < agents.Length; i++)
        {
            if (_isBeside[i] && _speedMax[i] > 0 && agents[i].MaxSpeed > 0)
            {
                ground.Expel(in agents[i], isBeside: true, ref _ends[i]);
                _isPushed[i] = true;
            }
        }
    }

    // Takes from the ways of two only what brings them nearer, so that they pass along each other: two that stop altogether would do so for ever.
    private bool Slide(ReadOnlySpan<AvoidanceAgent> agents, in Pair pair, float distance, Ground ground)
    {
        ref readonly AvoidanceAgent a = ref agents[pair.A];
        ref readonly AvoidanceAgent b = ref agents[pair.B];
        if (distance < 1e-6f)
        {
            return Hold(agents, pair.A) | Hold(agents, pair.B);
        }

        Vec2 apart = (a.Position - b.Position) / distance;
        float towardsB = a.MaxSpeed > 0 ? Math.Max(-Vec2.Dot(_ends[pair.A] - a.Position, apart), 0) : 0;
        float towardsA = b.MaxSpeed > 0 ? Math.Max(Vec2.Dot(_ends[pair.B] - b.Position, apart), 0) : 0;
        float nearer = Vec2.Dot((_ends[pair.B] - b.Position) - (_ends[pair.A] - a.Position), apart);
        if (!(nearer > 0) || !(towardsA + towardsB > 1e-7f))
        {
            return Hold(agents, pair.A) | Hold(agents, pair.B);
        }

        // A little more than that, because numbers are rounded.
        float share = Math.Min(nearer / (towardsA + towardsB) * 1.001f, 1);
        Turn(agents, pair.A, apart * (towardsB * share), ground);
        Turn(agents, pair.B, apart * (-towardsA * share), ground);
        return true;
    }

    private void Turn(ReadOnlySpan<AvoidanceAgent> agents, int index, Vec2 by, Ground ground)
    {
        if (by == Vec2.Zero)
        {
            return;
        }

        Vec2 end = _ends[index] + by;
        Vec2 free = end;
        ground.Expel(in agents[index], _isBeside[index], ref free);
        _ends[index] = free == end ? end : agents[index].Position;
        _isPushed[index] = true;
    }

    private bool Hold(ReadOnlySpan<AvoidanceAgent> agents, int index)
    {
        if (agents[index].MaxSpeed <= 0 || _ends[index] == agents[index].Position)
        {
            return false;
        }

        _ends[index] = agents[index].Position;
        _isPushed[index] = true;
        return true;
    }

    /// <summary>What agents are moved out of.</summary>
    private readonly ref struct Ground(Grid? walls, NavMesh? mesh, ReadOnlySpan<CrowdObstacles> obstacles, float seconds)
    {
        private readonly Grid? _walls = walls;
        private readonly NavMesh? _mesh = mesh;
        private readonly ReadOnlySpan<CrowdObstacles> _obstacles = obstacles;
        private readonly float _seconds = seconds;

        /// <summary>Moves where an agent ends out of obstacles, and out of walls for good: between the two walls do not give way.</summary>
        public void Expel(in AvoidanceAgent agent, bool isBeside, ref Vec2 end)
        {
            if (isBeside)
            {
                ObstaclePlanes.Expel(_obstacles, agent.Radius, _seconds, ref end);
            }

            if (agent.IsOnMesh)
            {
                (_, float x, float z) = new MeshSurface(_mesh!).Move(agent.Polygon, agent.Position.X, agent.Position.Y, end.X, end.Y);
                end = new Vec2(x, z);
            }
            else if (_walls is not null && !agent.IgnoresWalls)
            {
                WallPlanes.Expel(_walls, agent.Radius, ref end);
            }
        }
    }

    /// <param name="Least">The distance up to which the rounds may leave them overlapping.</param>
    /// <param name="Share">Of what the two overlap, the part by which A moves; B moves by the rest.</param>
    private readonly record struct Pair(int A, int B, float Radii, float Least, float Share);
}
