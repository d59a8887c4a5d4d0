using System.Diagnostics;
using System.Numerics;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Navigation.Obstacles;

/// <summary>Where an obstacle is and how it moves. World units, radians, seconds; a turn goes from x towards y.</summary>
/// <param name="Position">Where its middle is.</param>
/// <param name="Angle">How far it is turned.</param>
/// <param name="Velocity">Of its middle; agents expect it to go on like this.</param>
/// <param name="Turn">Radians a second about its middle.</param>
public readonly record struct ObstaclePose(Vec2 Position, float Angle = 0, Vec2 Velocity = default, float Turn = 0)
{
    /// <summary>True if all its parts are ordinary numbers.</summary>
    public bool IsFinite => Position.IsFinite && Velocity.IsFinite && float.IsFinite(Angle) && float.IsFinite(Turn);
}

/// <summary>
/// What agents go round besides closed cells and each other: shapes that stand, move or turn whatever agents do. One set for what stands for a whole match and one
/// that is cleared and filled every tick are best, because the index of a set is made anew after every change.
/// </summary>
/// <remarks>The same shapes in the same order give the same bits. Nothing is allocated once the set has been as large. Not thread-safe: one per match.</remarks>
public sealed class CrowdObstacles
{
    private readonly BoxTree _tree = new();
    private readonly ObstacleEdges _edges = new();
    private Part[] _parts = [];
    private Vec2[] _corners = [];
    private Vec3[] _lows = [];
    private Vec3[] _highs = [];
    private Sight[] _sights = [];
    private long _look;
    private bool _isIndexed = true;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>How fast the fastest point of them moves.</summary>
    internal float SpeedMax { get; private set; }

    /// <summary>Takes all away.</summary>
    public void Clear()
    {
        Count = 0;
        SpeedMax = 0;
        _isIndexed = false;
    }

    /// <summary>Adds one.</summary>
    /// <exception cref="ArgumentException">It has no shape.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A part of the pose is not a number.</exception>
    public void Add(in ObstacleShape shape, ObstaclePose pose)
    {
        if (shape.Corners.IsEmpty)
        {
            const string Kinds = $"{nameof(ObstacleShape.Circle)}, {nameof(ObstacleShape.Segment)} or {nameof(ObstacleShape.Polygon)}";
            throw new ArgumentException($"It has no shape: make one with {nameof(ObstacleShape)}.{Kinds}.", nameof(shape));
        }

        if (!pose.IsFinite)
        {
            throw new ArgumentOutOfRangeException(nameof(pose), $"The pose {pose} has a part that is not a number.");
        }

        Grow();
        (float sin, float cos) = DeterministicMath.SinCos(pose.Angle);
        int at = Count * Limits.ObstacleCornersMax;
        Vec2 low = new(float.MaxValue, float.MaxValue);
        Vec2 high = -low;
        float reach = 0;
        foreach (Vec2 corner in shape.Corners)
        {
            Vec2 turned = new((corner.X * cos) - (corner.Y * sin), (corner.X * sin) + (corner.Y * cos));
            Vec2 placed = pose.Position + turned;
            _corners[at++] = placed;
            low = new Vec2(Math.Min(low.X, placed.X), Math.Min(low.Y, placed.Y));
            high = new Vec2(Math.Max(high.X, placed.X), Math.Max(high.Y, placed.Y));
            reach = Math.Max(reach, corner.Length);
        }

        float spin = MathF.Abs(pose.Turn) * reach;
        float speed = pose.Velocity.Length + spin;
        ReadOnlySpan<Vec2> standing = _corners.AsSpan(Count * Limits.ObstacleCornersMax, shape.Corners.Length);
        _edges.Set(Count, standing);
        Vec2 centre = (low + high) * 0.5f;
        float around = 0;
        foreach (Vec2 placed in standing)
        {
            around = Math.Max(around, Vec2.Distance(centre, placed));
        }

        _parts[Count] = new Part(shape.Corners.Length, shape.Radius, pose.Position, pose.Velocity, pose.Turn, speed, spin, centre, around + shape.Radius);
        _lows[Count] = new Vec3(low.X - shape.Radius, 0, low.Y - shape.Radius);
        _highs[Count++] = new Vec3(high.X + shape.Radius, 0, high.Y + shape.Radius);
        SpeedMax = Math.Max(SpeedMax, speed);
        _isIndexed = false;
    }

    /// <summary>Adds what a map has of the class <c>collision</c>; it never moves.</summary>
    public void Add(MapSolid solid)
    {
        ArgumentNullException.ThrowIfNull(solid);
        Span<Vec2> corners = stackalloc Vec2[Limits.ObstacleCornersMax];
        foreach (IReadOnlyList<Vec2> part in solid.Parts)
        {
            // Those with more corners as a fan about the first one.
            for (int first = 1; first + 1 < part.Count; first += corners.Length - 2)
            {
                corners[0] = Vec2.Zero;
                int count = 1;
                for (int i = first; i < part.Count && count < corners.Length; i++)
                {
                    corners[count++] = part[i] - part[0];
                }

                Add(ObstacleShape.OfConvex(corners[..count]), new ObstaclePose(part[0]));
            }
        }
    }

    /// <summary>Those that a square round a point touches.</summary>
    /// <param name="reach">Half the side of the square.</param>
    internal BoxTree.Overlaps Near(Vec2 at, float reach)
    {
        Refresh();
        return _tree.Touching(new Vec3(at.X - reach, 0, at.Y - reach), new Vec3(at.X + reach, 0, at.Y + reach));
    }

    /// <summary>Those that the box round a straight way touches.</summary>
    /// <param name="around">How far the box reaches beyond the way.</param>
    internal BoxTree.Overlaps Along(Vec2 from, Vec2 to, float around)
    {
        Refresh();
        return _tree.Touching(
            new Vec3(Math.Min(from.X, to.X) - around, 0, Math.Min(from.Y, to.Y) - around), new Vec3(Math.Max(from.X, to.X) + around, 0, Math.Max(from.Y, to.Y) + around));
    }

    /// <summary>From now on another looks at them: what was seen before is forgotten.</summary>
    internal void BeginLook() => _look++;

    /// <summary>How one is seen by who looks: worked out once a look.</summary>
    /// <param name="clearance">How much farther from it than its radius one passes.</param>
    internal ref Sight SightOf(int index, Vec2 at, float radius, float clearance)
    {
        ref Sight sight = ref _sights[index];
        if (sight.Look != _look)
        {
            float round = _parts[index].Radius + radius, distance = Nearest(index, at, out _, out _);
            sight = new Sight { Look = _look, Distance = distance };
            if (distance > 0)
            {
                // Who touches it goes along it.
                sight.Touch = Math.Min(round + clearance, distance * 0.999f);
                sight.Round = Math.Min(round, distance * 0.998f);
                (Tangent left, Tangent right) = _edges.Tangents(index, _parts[index].Corners, at, sight.Round);
                (sight.Left, sight.Right) = (left.Way, right.Way);
            }
        }

        return ref sight;
    }

    /// <summary>Whether one, and so much round it, holds where the one who looks wants to go.</summary>
    internal bool Covers(int index, Vec2 target, float around, ref Sight sight)
    {
        sight.Covers ??= Nearest(index, target, out _, out _) < around;
        return sight.Covers.Value;
    }

    internal ref readonly Part this[int index] => ref _parts[index];

    /// <summary>Of all of them.</summary>
    internal ObstacleEdges Edges => _edges;

    /// <summary>How far a point is from what the corners of one span.</summary>
    /// <inheritdoc cref="ConvexGeometry.Nearest"/>
    internal float Nearest(int index, Vec2 at, out Vec2 nearest, out Vec2 away) => _edges.Nearest(index, CornersOf(index), at, out nearest, out away);

    /// <summary>Whether <see cref="Near"/> finds one.</summary>
    internal bool IsNear(int index, Vec2 at, float reach) =>
        _lows[index].X <= at.X + reach && _highs[index].X >= at.X - reach && _lows[index].Z <= at.Y + reach && _highs[index].Z >= at.Y - reach;

    /// <summary>How far a point is from the box round one, squared: the shape itself is no nearer.</summary>
    internal float BoxDistanceSquared(int index, Vec2 at)
    {
        (Vec3 low, Vec3 high) = (_lows[index], _highs[index]);
        float x = Math.Max(Math.Max(low.X - at.X, at.X - high.X), 0), y = Math.Max(Math.Max(low.Z - at.Y, at.Y - high.Z), 0);
        return (x * x) + (y * y);
    }

    /// <summary>The corners of one as it stands now, from x towards y round it; one of a disc, two of a straight piece.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>, in the order in which they were added.</param>
    public ReadOnlySpan<Vec2> CornersOf(int index)
    {
        Debug.Assert(index >= 0 && index < Count, "no such obstacle");
        return _corners.AsSpan(index * Limits.ObstacleCornersMax, _parts[index].Corners);
    }

    /// <summary>How far one reaches beyond its corners.</summary>
    /// <inheritdoc cref="CornersOf"/>
    public float RadiusOf(int index) => _parts[index].Radius;

    /// <summary>How the middle of one moves.</summary>
    /// <inheritdoc cref="CornersOf"/>
    public Vec2 VelocityOf(int index) => _parts[index].Velocity;

    private void Refresh()
    {
        if (!_isIndexed)
        {
            _tree.Build(_lows.AsSpan(0, Count), _highs.AsSpan(0, Count));
            _isIndexed = true;
        }
    }

    private void Grow()
    {
        if (Count == _parts.Length)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)Count + 8);
            Array.Resize(ref _parts, size);
            Array.Resize(ref _corners, size * Limits.ObstacleCornersMax);
            Array.Resize(ref _lows, size);
            Array.Resize(ref _highs, size);
            Array.Resize(ref _sights, size);
            _edges.Resize(size);
        }
    }

    /// <summary>An obstacle as one who looks for a way sees it.</summary>
    internal struct Sight
    {
        /// <summary>Of which look it is.</summary>
        public long Look;

        /// <summary>From its edge; the rest is known only if that is above 0.</summary>
        public float Distance;

        /// <summary>How far from its corners the two ways lead that touch it.</summary>
        public float Round;

        /// <summary>How far from its corners one passes it.</summary>
        public float Touch;

        public Vec2 Left;

        public Vec2 Right;

        /// <summary>Whether it holds the target; null if nobody has asked.</summary>
        public bool? Covers;
    }

    /// <param name="Corners">How many it has.</param>
    /// <param name="Radius">How far it reaches beyond them.</param>
    /// <param name="Middle">What it turns about.</param>
    /// <param name="Velocity">Of its middle.</param>
    /// <param name="Turn">Radians a second.</param>
    /// <param name="Speed">Of the fastest point of it.</param>
    /// <param name="Spin">How much of that is because it turns.</param>
    /// <param name="Centre">Of a disc that holds all of it.</param>
    /// <param name="Around">The radius of that disc.</param>
    internal readonly record struct Part(int Corners, float Radius, Vec2 Middle, Vec2 Velocity, float Turn, float Speed, float Spin, Vec2 Centre, float Around)
    {
        /// <summary>How a point of it moves.</summary>
        public Vec2 VelocityAt(Vec2 point) => Velocity + ((point - Middle).Perpendicular * Turn);
    }
}
