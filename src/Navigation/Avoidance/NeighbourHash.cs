using System.Numerics;
using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Avoidance;

/// <summary>
/// Agents sorted into square buckets by a hash of their place, rebuilt every tick by counting. Within a bucket they stand in
/// the order of their index, so what a query finds does not depend on the process.
/// </summary>
internal sealed class NeighbourHash
{
    private const float BucketSize = 2f;
    private const int BucketsMin = 64;

    private int[] _starts = new int[BucketsMin + 1];
    private int[] _order = [];
    private Cell[] _squares = [];
    private int _mask;

    /// <param name="present">Agents that take part.</param>
    public void Build(ReadOnlySpan<AvoidanceAgent> agents, ReadOnlySpan<bool> present)
    {
        int buckets = Math.Max(BucketsMin, (int)BitOperations.RoundUpToPowerOf2((uint)agents.Length * 2));
        if (_order.Length < agents.Length)
        {
            _order = new int[buckets];
            _squares = new Cell[buckets];
        }

        if (_starts.Length < buckets + 1)
        {
            _starts = new int[buckets + 1];
        }

        _mask = buckets - 1;
        Span<int> starts = _starts.AsSpan(0, buckets + 1);
        starts.Clear();
        for (int i = 0; i < agents.Length; i++)
        {
            if (present[i])
            {
                _squares[i] = SquareOf(agents[i].Position);
                starts[Bucket(_squares[i].X, _squares[i].Y)]++;
            }
        }

        int sum = 0;
        for (int b = 0; b <= buckets; b++)
        {
            sum += starts[b];
            starts[b] = sum;
        }

        // Filled from behind, which turns each bucket's end into its start and keeps the order of the agents.
        for (int i = agents.Length - 1; i >= 0; i--)
        {
            if (present[i])
            {
                _order[--starts[Bucket(_squares[i].X, _squares[i].Y)]] = i;
            }
        }
    }

    /// <summary>
    /// The nearest agents of the same layer within a range, by distance, then index.
    /// </summary>
    /// <returns>How many were written.</returns>
    public int FindNearest(ReadOnlySpan<AvoidanceAgent> agents, int self, float range, Span<Neighbour> nearest)
    {
        Cell middle = _squares[self];
        int rings = (int)MathF.Ceiling(range / BucketSize);
        int count = 0;
        for (int ring = 0; ring <= rings; ring++)
        {
            // Everything in this ring is at least so far away; the agent stands somewhere in the middle square.
            float gap = Math.Max(ring - 1, 0) * BucketSize;
            if (count == nearest.Length && gap * gap > nearest[count - 1].DistanceSquared)
            {
                break;
            }

            for (int y = middle.Y - ring; y <= middle.Y + ring; y++)
            {
                int step = ring == 0 || y == middle.Y - ring || y == middle.Y + ring ? 1 : 2 * ring;
                for (int x = middle.X - ring; x <= middle.X + ring; x += step)
                {
                    AddSquare(agents, self, new Cell(x, y), range * range, nearest, ref count);
                }
            }
        }

        return count;
    }

    private void AddSquare(
        ReadOnlySpan<AvoidanceAgent> agents, int self, Cell square, float rangeSquared, Span<Neighbour> nearest, ref int count)
    {
        int bucket = Bucket(square.X, square.Y);
        for (int at = _starts[bucket]; at < _starts[bucket + 1]; at++)
        {
            int other = _order[at];
            if (other == self || _squares[other] != square || agents[other].Layer != agents[self].Layer)
            {
                continue;
            }

            float distance = Vec2.DistanceSquared(agents[self].Position, agents[other].Position);
            if (distance < rangeSquared)
            {
                Insert(new Neighbour(distance, other), nearest, ref count);
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

    // Far beyond any map the squares would leave the integers; there, all share the outermost ones.
    private static Cell SquareOf(Vec2 position) => new(
        (int)Math.Clamp(MathF.Floor(position.X / BucketSize), -1e8f, 1e8f), (int)Math.Clamp(MathF.Floor(position.Y / BucketSize), -1e8f, 1e8f));

    private int Bucket(int x, int y) => (int)((((uint)x * 0x9E3779B1u) ^ ((uint)y * 0x85EBCA77u)) >> 7) & _mask;
}

internal readonly record struct Neighbour(float DistanceSquared, int Index)
{
    public bool IsBefore(Neighbour other) =>
        DistanceSquared < other.DistanceSquared || (DistanceSquared == other.DistanceSquared && Index < other.Index);
}
