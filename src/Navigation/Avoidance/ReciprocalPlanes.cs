using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// The half planes that an agent's neighbours leave it, eight neighbours at once, one of each: optimal reciprocal collision avoidance
/// (J. van den Berg, S. Guy, M. Lin, D. Manocha, "Reciprocal n-body collision avoidance", 2011: the smallest change of relative velocity that avoids a
/// collision within the horizon, of which this agent makes its share). Alone that lets equals wait for each other for ever, so an agent which
/// lacks speed may come nearer, by what it lacks, to those that are to make way; <see cref="Contacts"/> then sees to it that they do.
/// </summary>
internal sealed class ReciprocalPlanes
{
    private const int Size = (Limits.AvoidanceNeighboursMax + WideMath.Lanes - 1) / WideMath.Lanes * WideMath.Lanes;

    // Part of the gap that the one uses who gives way entirely; the other uses the rest.
    private const float GapShareLeast = 0.25f;

    // Of two equal ones that meet, the one noted first goes first a little: a ring of equals would wait for each other for ever.
    private const float TieShare = 0.2f;

    // Cosine of the angle beyond which two ways differ.
    private const float OtherWay = 0.5f;

    // How hard one who lacks speed presses on equals, as a part of what it lacks; on those who are to make way up to all of it.
    private const float PressLeast = 0.2f;

    private readonly float[] _offsetX = new float[Size];
    private readonly float[] _offsetY = new float[Size];
    private readonly float[] _relativeX = new float[Size];
    private readonly float[] _relativeY = new float[Size];
    private readonly float[] _radius = new float[Size];
    private readonly float[] _share = new float[Size];
    private readonly float[] _gapShare = new float[Size];
    private readonly float[] _press = new float[Size];
    private readonly float[] _apart = new float[Size];
    private int _count;

    /// <summary>Takes the neighbours of an agent.</summary>
    public void Set(ReadOnlySpan<AvoidanceAgent> agents, int self, ReadOnlySpan<Neighbour> neighbours)
    {
        ref readonly AvoidanceAgent agent = ref agents[self];
        _count = neighbours.Length;
        float rank = agent.Rank;
        Vec2 wanted = agent.PreferredVelocity.Clamped(agent.MaxSpeed);
        float wantedSquared = wanted.LengthSquared;
        float lack = wantedSquared > 0 ? (1 - agent.Settled) * (1 - Math.Clamp(Vec2.Dot(agent.Velocity, wanted) / wantedSquared, 0, 1)) : 0;
        Lack = 0;
        for (int i = 0; i < neighbours.Length; i++)
        {
            int index = neighbours[i].Index;
            ref readonly AvoidanceAgent other = ref agents[index];
            Vec2 offset = other.Position - agent.Position;
            bool ahead = Vec2.Dot(offset, wanted) > 0;
            bool isContrary = neighbours[i].Gap < agent.Radius + agent.MaxSpeed && ahead && IsOtherWay(wanted, other.PreferredVelocity);
            float before = isContrary ? (index < self ? TieShare : -TieShare) : 0;
            float share = other.MaxSpeed > 0 ? Math.Clamp(0.5f + (0.5f * (other.Rank - rank)) + before, 0f, 1f) : 1f;
            Vec2 coming = other.Rank > rank + 0.3f ? other.PreferredVelocity.Clamped(other.MaxSpeed) : other.Velocity;
            Lack = isContrary ? lack : Lack;

            _offsetX[i] = offset.X;
            _offsetY[i] = offset.Y;
            _relativeX[i] = agent.Velocity.X - coming.X;
            _relativeY[i] = agent.Velocity.Y - coming.Y;
            _radius[i] = agent.Radius + other.Radius;
            _share[i] = share;
            _gapShare[i] = other.MaxSpeed > 0 ? 1f - GapShareLeast - ((1f - (2 * GapShareLeast)) * share) : 1f;
            _press[i] = lack * agent.MaxSpeed * Math.Max(1 - (2 * share), ahead && (other.Rank < rank || (other.Rank == rank && index > self)) ? PressLeast : 0);
            _apart[i] = index < self ? 1f : -1f;
        }
    }

    /// <summary>The part of its speed, 0 to 1, that the agent lacks while somebody before it walks another way.</summary>
    public float Lack { get; private set; }

    /// <summary>The way to the nearest neighbour.</summary>
    public Vec2 Nearest => new(_offsetX[0], _offsetY[0]);

    /// <summary>Adds the half planes of reciprocal avoidance, the nearest neighbour's first.</summary>
    public void AddSoft(Vec2 velocity, (float Horizon, float Step) time, HalfPlanes planes)
    {
        for (int block = 0; block < _count; block += WideMath.Lanes)
        {
            AddAvoiding(block, velocity, time, planes);
        }
    }

    // Who stands wants no other way.
    private static bool IsOtherWay(Vec2 wanted, Vec2 other) =>
        Vec2.Dot(wanted, other) < OtherWay * wanted.LengthSquared && other.LengthSquared > 0.01f * wanted.LengthSquared;

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
        Vector256<float> press = Load(_press, block);
        Vector256<float> pointX = Vector256.Create(velocity.X) + (changeX * share) + (directionY * press);
        Vector256<float> pointY = Vector256.Create(velocity.Y) + (changeY * share) - (directionX * press);
        planes.Add(pointX, pointY, directionX, directionY, Math.Min(WideMath.Lanes, _count - block));
    }
}
