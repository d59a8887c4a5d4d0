using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using RealtimeServer.Foundation;
using RealtimeServer.Foundation.Wide;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// Agents sorted by counting into the squares of a grid, rebuilt every tick. Those of squares side by side lie side by side in memory, part by part, so
/// that a query looks at eight at once. What it finds does not depend on the squares: the nearest by gap, then by index.
/// </summary>
internal sealed class AgentBuckets
{
    private const float SideMin = 1f;
    private const int SquaresMin = 256;

    // Positions beyond this share the outermost squares; it keeps their numbers in range.
    private const float FarthestPosition = 1e6f;

    private int[] _starts = new int[SquaresMin + 1];
    private int[] _squares = [];
    private float[] _x = [];
    private float[] _y = [];
    private float[] _radius = [];
    private uint[] _layer = [];
    private float[] _feet = [];
    private float[] _head = [];
    private int[] _index = [];
    private Vec2 _corner;
    private float _side;
    private int _columns;
    private int _rows;
    private float _radiusMax;

    /// <summary>Agents that take part.</summary>
    public int Count { get; private set; }

    /// <summary>Their indices, sorted by square.</summary>
    public ReadOnlySpan<int> Order => _index.AsSpan(0, Count);

    /// <param name="present">Agents that take part.</param>
    public void Build(ReadOnlySpan<AvoidanceAgent> agents, ReadOnlySpan<bool> present)
    {
        Fit(agents, present);
        int squares = _columns * _rows;
        if (_starts.Length < squares + 1)
        {
            _starts = new int[BitOperations.RoundUpToPowerOf2((uint)squares + 1)];
        }

        Span<int> starts = _starts.AsSpan(0, squares + 1);
        starts.Clear();
        for (int i = 0; i < agents.Length; i++)
        {
            if (present[i])
            {
                (int column, int row) = SquareOf(agents[i].Position);
                _squares[i] = (row * _columns) + column;
                starts[_squares[i]]++;
            }
        }

        int sum = 0;
        for (int square = 0; square <= squares; square++)
        {
            sum += starts[square];
            starts[square] = sum;
        }

        // Filled from behind, which turns each square's end into its start and keeps the order of the agents.
        for (int i = agents.Length - 1; i >= 0; i--)
        {
            if (present[i])
            {
                int at = --starts[_squares[i]];
                _index[at] = i;
                _x[at] = agents[i].Position.X;
                _y[at] = agents[i].Position.Y;
                _radius[at] = agents[i].Radius;
                _layer[at] = agents[i].Layer;
                _feet[at] = agents[i].Height;
                _head[at] = agents[i].Height + agents[i].Tall;
            }
        }
    }

    /// <summary>The agents of the same layer, and of heights that meet, whose edges are nearest to an agent's centre, within a range.</summary>
    /// <param name="range">How near an edge has to be.</param>
    /// <returns>How many were written.</returns>
    public int FindNearest(in AvoidanceAgent agent, int self, float range, Span<Neighbour> nearest)
    {
        var query = new Query(agent, self, range);
        (int column, int row) = SquareOf(agent.Position);
        int count = 0;
        for (int y = Math.Max(row - 1, 0); y <= Math.Min(row + 1, _rows - 1); y++)
        {
            AddRow(in query, y, column - 1, column + 1, nearest, ref count);
        }

        int rings = Math.Min((int)MathF.Ceiling((range + _radiusMax) / _side), Math.Max(_columns, _rows));
        for (int ring = 2; ring <= rings; ring++)
        {
            // Everything in this ring is at least so far away; the agent stands somewhere in the middle square.
            if (count == nearest.Length && ((ring - 1) * _side) - _radiusMax > nearest[count - 1].Gap)
            {
                break;
            }

            for (int y = Math.Max(row - ring, 0); y <= Math.Min(row + ring, _rows - 1); y++)
            {
                if (y == row - ring || y == row + ring)
                {
                    AddRow(in query, y, column - ring, column + ring, nearest, ref count);
                }
                else
                {
                    AddRow(in query, y, column - ring, column - ring, nearest, ref count);
                    AddRow(in query, y, column + ring, column + ring, nearest, ref count);
                }
            }
        }

        return count;
    }

    // The side of the squares: a few agents across, and never more squares than a few an agent.
    private void Fit(ReadOnlySpan<AvoidanceAgent> agents, ReadOnlySpan<bool> present)
    {
        Vec2 low = new(float.MaxValue, float.MaxValue);
        Vec2 high = new(float.MinValue, float.MinValue);
        float radii = 0;
        Count = 0;
        _radiusMax = 0;
        for (int i = 0; i < agents.Length; i++)
        {
            if (present[i])
            {
                Vec2 at = Near(agents[i].Position);
                low = new Vec2(Math.Min(low.X, at.X), Math.Min(low.Y, at.Y));
                high = new Vec2(Math.Max(high.X, at.X), Math.Max(high.Y, at.Y));
                radii += agents[i].Radius;
                _radiusMax = Math.Max(_radiusMax, agents[i].Radius);
                Count++;
            }
        }

        if (_squares.Length < agents.Length)
        {
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)agents.Length) + WideMath.Lanes;
            _squares = new int[size];
            _x = new float[size];
            _y = new float[size];
            _radius = new float[size];
            _layer = new uint[size];
            _feet = new float[size];
            _head = new float[size];
            _index = new int[size];
        }

        if (Count == 0)
        {
            (_corner, _side, _columns, _rows) = (Vec2.Zero, SideMin, 1, 1);
            return;
        }

        _corner = low;
        _side = Math.Clamp(5 * (radii / Count), SideMin, 64);
        int squaresMax = Math.Max(SquaresMin, Count * 4);
        while (true)
        {
            float columns = MathF.Floor((high.X - low.X) / _side) + 1;
            float rows = MathF.Floor((high.Y - low.Y) / _side) + 1;
            if (columns * rows <= squaresMax)
            {
                (_columns, _rows) = ((int)columns, (int)rows);
                return;
            }

            _side *= 2;
        }
    }

    private static Vec2 Near(Vec2 at) => new(
        Math.Clamp(at.X, -FarthestPosition, FarthestPosition), Math.Clamp(at.Y, -FarthestPosition, FarthestPosition));

    private (int Column, int Row) SquareOf(Vec2 position)
    {
        Vec2 at = Near(position);
        return (Math.Min((int)((at.X - _corner.X) / _side), _columns - 1), Math.Min((int)((at.Y - _corner.Y) / _side), _rows - 1));
    }

    private void AddRow(in Query query, int row, int from, int to, Span<Neighbour> nearest, ref int count)
    {
        from = Math.Max(from, 0);
        to = Math.Min(to, _columns - 1);
        if (from > to)
        {
            return;
        }

        int end = _starts[(row * _columns) + to + 1];
        ref float x = ref MemoryMarshal.GetArrayDataReference(_x);
        ref float y = ref MemoryMarshal.GetArrayDataReference(_y);
        ref float radius = ref MemoryMarshal.GetArrayDataReference(_radius);
        ref uint layer = ref MemoryMarshal.GetArrayDataReference(_layer);
        ref float feet = ref MemoryMarshal.GetArrayDataReference(_feet);
        ref float head = ref MemoryMarshal.GetArrayDataReference(_head);
        for (int at = _starts[(row * _columns) + from]; at < end; at += WideMath.Lanes)
        {
            // The arrays are longer than the agents by a whole vector, so that a read at their end stays inside.
            Vector256<float> dx = Vector256.LoadUnsafe(ref x, (nuint)at) - query.X;
            Vector256<float> dy = Vector256.LoadUnsafe(ref y, (nuint)at) - query.Y;
            Vector256<float> gap = Vector256.Sqrt((dx * dx) + (dy * dy)) - Vector256.LoadUnsafe(ref radius, (nuint)at);
            float limit = count == nearest.Length ? Math.Min(nearest[count - 1].Gap, query.Range) : query.Range;
            Vector256<float> isNear = Vector256.LessThanOrEqual(gap, Vector256.Create(limit))
                & Vector256.Equals(Vector256.LoadUnsafe(ref layer, (nuint)at), query.Layer).AsSingle()
                & Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref feet, (nuint)at), query.Head)
                & Vector256.GreaterThanOrEqual(Vector256.LoadUnsafe(ref head, (nuint)at), query.Feet);
            uint near = isNear.ExtractMostSignificantBits();
            near &= end - at >= WideMath.Lanes ? 0xFF : (1u << (end - at)) - 1;
            for (; near != 0; near &= near - 1)
            {
                int lane = BitOperations.TrailingZeroCount(near);
                int index = _index[at + lane];
                if (index != query.Self)
                {
                    Insert(new Neighbour(gap[lane], index), nearest, ref count);
                }
            }
        }
    }

    private static void Insert(Neighbour neighbour, Span<Neighbour> nearest, ref int count)
    {
        if (count == nearest.Length)
        {
            if (!neighbour.IsBefore(nearest[count - 1]))
            {
                return;
            }

            count--;
        }

        int hole = count++;
        while (hole > 0 && neighbour.IsBefore(nearest[hole - 1]))
        {
            nearest[hole] = nearest[hole - 1];
            hole--;
        }

        nearest[hole] = neighbour;
    }

    private readonly struct Query
    {
        public readonly Vector256<float> X;
        public readonly Vector256<float> Y;
        public readonly Vector256<uint> Layer;
        public readonly Vector256<float> Feet;
        public readonly Vector256<float> Head;
        public readonly float Range;
        public readonly int Self;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Query(in AvoidanceAgent agent, int self, float range)
        {
            X = Vector256.Create(agent.Position.X);
            Y = Vector256.Create(agent.Position.Y);
            Layer = Vector256.Create(agent.Layer);
            Feet = Vector256.Create(agent.Height);
            Head = Vector256.Create(agent.Height + agent.Tall);
            Range = range;
            Self = self;
        }
    }
}

/// <param name="Gap">From the centre of the one who asks to the neighbour's edge; negative inside of it.</param>
internal readonly record struct Neighbour(float Gap, int Index)
{
    public bool IsBefore(Neighbour other) => Gap < other.Gap || (Gap == other.Gap && Index < other.Index);
}
