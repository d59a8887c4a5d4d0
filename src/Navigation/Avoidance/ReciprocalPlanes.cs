using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// The half planes that an agent's neighbours leave it, eight neighbours at once. Of each neighbour there may be two: one of optimal reciprocal collision avoidance
/// (J. van den Berg, S. Guy, M. Lin, D. Manocha, "Reciprocal n-body collision avoidance", 2011: the smallest change of relative velocity that avoids a
/// collision within the
/// horizon, of which this agent makes its share), which a crowd may not be able to keep, and one that holds whatever happens: the agent uses no more than its part
/// of the gap between the two in one tick (D. Zhou and others, "Fast, on-line collision avoidance for dynamic vehicles using buffered Voronoi cells", 2017). To
/// stand still always keeps the second kind, so discs that did not overlap do not overlap after the tick.
/// </summary>
internal sealed class ReciprocalPlanes
{
    private const int Size = (Limits.AvoidanceNeighboursMax + WideMath.Lanes - 1) / WideMath.Lanes * WideMath.Lanes;

    // Part of the gap that the one uses who gives way entirely; the other uses the rest.
    private const float GapShareLeast = 0.25f;

    // Of the sum of both radii: rounding must not weld together two that touch.
    private const float GapSlack = 0.022f;

    private readonly float[] _offsetX = new float[Size];
    private readonly float[] _offsetY = new float[Size];
    private readonly float[] _relativeX = new float[Size];
    private readonly float[] _relativeY = new float[Size];
    private readonly float[] _radius = new float[Size];
    private readonly float[] _share = new float[Size];
    private readonly float[] _gapShare = new float[Size];
    private readonly float[] _towardsX = new float[Size];
    private readonly float[] _towardsY = new float[Size];
    private readonly float[] _apart = new float[Size];
    private int _count;

    /// <summary>Takes the neighbours of an agent.</summary>
    public void Set(ReadOnlySpan<AvoidanceAgent> agents, int self, ReadOnlySpan<Neighbour> neighbours)
    {
        ref readonly AvoidanceAgent agent = ref agents[self];
        _count = neighbours.Length;
        for (int i = 0; i < neighbours.Length; i++)
        {
            int index = neighbours[i].Index;
            ref readonly AvoidanceAgent other = ref agents[index];
            bool yields = other.MaxSpeed > 0;
            float share = yields ? Math.Clamp(0.5f + (0.5f * (other.Priority - agent.Priority)), 0f, 1f) : 1f;
            _offsetX[i] = other.Position.X - agent.Position.X;
            _offsetY[i] = other.Position.Y - agent.Position.Y;
            _relativeX[i] = agent.Velocity.X - other.Velocity.X;
            _relativeY[i] = agent.Velocity.Y - other.Velocity.Y;
            _radius[i] = agent.Radius + other.Radius;
            _share[i] = share;
            _gapShare[i] = yields ? 1f - GapShareLeast - ((1f - (2 * GapShareLeast)) * share) : 1f;
            _towardsX[i] = yields ? 0 : other.Velocity.X;
            _towardsY[i] = yields ? 0 : other.Velocity.Y;
            _apart[i] = index < self ? 1f : -1f;
        }
    }

    /// <summary>The way to the nearest neighbour.</summary>
    public Vec2 Nearest => new(_offsetX[0], _offsetY[0]);

    /// <summary>Adds the half planes that hold whatever happens; those that no allowed speed can violate are left out.</summary>
    public void AddHard(float maxSpeed, float step, HalfPlanes planes)
    {
        for (int block = 0; block < _count; block += WideMath.Lanes)
        {
            AddGaps(block, maxSpeed, step, planes);
        }
    }

    /// <summary>Adds the half planes of reciprocal avoidance, the nearest neighbour's first.</summary>
    public void AddSoft(Vec2 velocity, (float Horizon, float Step) time, HalfPlanes planes)
    {
        for (int block = 0; block < _count; block += WideMath.Lanes)
        {
            AddAvoiding(block, velocity, time, planes);
        }
    }

    private static Vector256<float> Load(float[] values, int block) => Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(values), (nuint)block);

    private void AddAvoiding(int block, Vec2 velocity, (float Horizon, float Step) time, HalfPlanes planes)
    {
        Vector256<float> offsetX = Load(_offsetX, block);
        Vector256<float> offsetY = Load(_offsetY, block);
        Vector256<float> radius = Load(_radius, block);
        Vector256<float> distanceSquared = (offsetX * offsetX) + (offsetY * offsetY);
        Vector256<float> relativeX = Load(_relativeX, block);
        Vector256<float> relativeY = Load(_relativeY, block);
        Vector256<float> share = Load(_share, block);
        Vector256<float> radiusSquared = radius * radius;
        Vector256<float> overlap = Vector256.LessThanOrEqual(distanceSquared, radiusSquared);
        Vector256<float> seconds = Vector256.ConditionalSelect(overlap, Vector256.Create(time.Step), Vector256.Create(time.Horizon));

        // From the centre of the disc that closes the cone of forbidden relative velocities.
        Vector256<float> fromX = relativeX - (offsetX / seconds);
        Vector256<float> fromY = relativeY - (offsetY / seconds);
        Vector256<float> along = (fromX * offsetX) + (fromY * offsetY);
        Vector256<float> lengthSquared = (fromX * fromX) + (fromY * fromY);
        Vector256<float> isDisc = overlap | (Vector256.LessThan(along, Vector256<float>.Zero)
            & Vector256.GreaterThan(along * along, radiusSquared * lengthSquared));
        Vector256<float> length = Vector256.Sqrt(lengthSquared);
        Vector256<float> has = Vector256.GreaterThan(length, Vector256.Create(1e-6f));
        Vector256<float> outX = Vector256.ConditionalSelect(has, fromX / length, Load(_apart, block));
        Vector256<float> outY = (fromY / length) & has;
        Vector256<float> change = (radius / seconds) - length;

        // Otherwise one of the two tangents of the cone. Both agents compute the same sign, so in a tie both turn to the same hand.
        Vector256<float> leg = Vector256.Sqrt(WideMath.Max(distanceSquared - radiusSquared, Vector256<float>.Zero));
        Vector256<float> isLeft = Vector256.GreaterThan((offsetX * fromY) - (offsetY * fromX), Vector256<float>.Zero);
        Vector256<float> tangentX = Vector256.ConditionalSelect(
            isLeft, ((offsetX * leg) - (offsetY * radius)) / distanceSquared, -(((offsetX * leg) + (offsetY * radius)) / distanceSquared));
        Vector256<float> tangentY = Vector256.ConditionalSelect(
            isLeft, ((offsetX * radius) + (offsetY * leg)) / distanceSquared, -(((offsetY * leg) - (offsetX * radius)) / distanceSquared));
        Vector256<float> onTangent = (relativeX * tangentX) + (relativeY * tangentY);
        Vector256<float> changeX = Vector256.ConditionalSelect(isDisc, outX * change, (tangentX * onTangent) - relativeX);
        Vector256<float> changeY = Vector256.ConditionalSelect(isDisc, outY * change, (tangentY * onTangent) - relativeY);
        Vector256<float> directionX = Vector256.ConditionalSelect(isDisc, outY, tangentX);
        Vector256<float> directionY = Vector256.ConditionalSelect(isDisc, -outX, tangentY);

        // Where no collision lies ahead there is slack instead: of that the one who gives way less uses more.
        Vector256<float> collides = Vector256.GreaterThan((directionX * changeY) - (directionY * changeX), Vector256<float>.Zero);
        share = Vector256.ConditionalSelect(collides, share, Load(_gapShare, block));
        Vector256<float> pointX = Vector256.Create(velocity.X) + (changeX * share);
        Vector256<float> pointY = Vector256.Create(velocity.Y) + (changeY * share);
        planes.Add(pointX, pointY, directionX, directionY, Math.Min(WideMath.Lanes, _count - block));
    }

    private void AddGaps(int block, float maxSpeed, float step, HalfPlanes planes)
    {
        Vector256<float> offsetX = Load(_offsetX, block);
        Vector256<float> offsetY = Load(_offsetY, block);
        Vector256<float> radius = Load(_radius, block);
        Vector256<float> distance = Vector256.Sqrt((offsetX * offsetX) + (offsetY * offsetY));
        Vector256<float> normalX = offsetX / distance;
        Vector256<float> normalY = offsetY / distance;
        Vector256<float> gap = distance - radius + (radius * Vector256.Create(GapSlack));
        Vector256<float> towards = (Load(_towardsX, block) * normalX) + (Load(_towardsY, block) * normalY);
        Vector256<float> limit = (gap * Load(_gapShare, block) / Vector256.Create(step)) + towards;
        Vector256<float> matters = Vector256.LessThan(limit, Vector256.Create(maxSpeed)) & Vector256.GreaterThan(distance, Vector256.Create(1e-6f));
        uint lanes = matters.ExtractMostSignificantBits();
        lanes &= _count - block >= WideMath.Lanes ? 0xFF : (1u << (_count - block)) - 1;
        for (; lanes != 0; lanes &= lanes - 1)
        {
            // Those that overlap part at no more than half their speed, so that they can still walk on.
            int lane = BitOperations.TrailingZeroCount(lanes);
            float most = Math.Max(limit[lane], maxSpeed * -0.5f);
            planes.Add(new HalfPlane(new Vec2(normalX[lane] * most, normalY[lane] * most), new Vec2(-normalY[lane], normalX[lane])));
        }
    }
}
