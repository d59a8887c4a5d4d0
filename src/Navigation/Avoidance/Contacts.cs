using System.Numerics;
using RealtimeServer.Foundation;

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
    private int _count;

    /// <summary>Forgets the pairs of the last tick.</summary>
    public void Clear(int agents)
    {
        _count = 0;
        if (_ends.Length < agents)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)agents);
            (_ends, _isFull, _isPushed) = (new Vec2[size], new bool[size], new bool[size]);
            _pairs = new Pair[size * Limits.AvoidanceNeighboursMax];
        }

        _isFull.AsSpan(0, agents).Clear();
        _isPushed.AsSpan(0, agents).Clear();
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
    public void Solve(ReadOnlySpan<AvoidanceAgent> agents, Grid? walls, float seconds, Span<Vec2> velocities)
    {
        Keep(agents);
        if (_count == 0)
        {
            return;
        }

        for (int i = 0; i < agents.Length; i++)
        {
            // One that cannot move by itself goes on as it does, moved by the game.
            _ends[i] = agents[i].Position + ((agents[i].MaxSpeed > 0 ? velocities[i] : agents[i].Velocity) * seconds);
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
                    Limit(in agents[i], walls, seconds, ref _ends[i]);
                }
            }
        }

        HoldBack(agents, walls);
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
            pushed = true;
        }

        return pushed;
    }

    // Never faster than it can, and never into a wall.
    private static void Limit(in AvoidanceAgent agent, Grid? walls, float seconds, ref Vec2 end)
    {
        end = agent.Position + (end - agent.Position).Clamped(agent.MaxSpeed * seconds);
        if (walls is not null && !agent.IgnoresWalls)
        {
            WallPlanes.Expel(walls, agent.Radius, ref end);
        }
    }

    private void HoldBack(ReadOnlySpan<AvoidanceAgent> agents, Grid? walls)
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
                    held |= Slide(agents, in pair, MathF.Sqrt(before), walls);
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

    // Takes from the ways of two only what brings them nearer, so that they pass along each other: two that stop altogether would do so for ever.
    private bool Slide(ReadOnlySpan<AvoidanceAgent> agents, in Pair pair, float distance, Grid? walls)
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
        Turn(agents, pair.A, apart * (towardsB * share), walls);
        Turn(agents, pair.B, apart * (-towardsA * share), walls);
        return true;
    }

    private void Turn(ReadOnlySpan<AvoidanceAgent> agents, int index, Vec2 by, Grid? walls)
    {
        if (by == Vec2.Zero)
        {
            return;
        }

        Vec2 end = _ends[index] + by;
        Vec2 free = end;
        if (walls is not null && !agents[index].IgnoresWalls)
        {
            WallPlanes.Expel(walls, agents[index].Radius, ref free);
        }

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

    /// <param name="Least">The distance up to which the rounds may leave them overlapping.</param>
    /// <param name="Share">Of what the two overlap, the part by which A moves; B moves by the rest.</param>
    private readonly record struct Pair(int A, int B, float Radii, float Least, float Share);
}
