using System.Numerics;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>
/// What it costs to go within one cluster from one of its nodes to another, in 1,024ths of a plain step. Worked out when first asked for, from one node at a
/// time, and again after the
/// cluster has changed; in a cluster without closed cells it needs no work.
/// </summary>
internal sealed class ClusterDistances
{
    public const int PlainStep = 1024;
    public const int PlainDiagonal = 1448;
    public const int Unreached = int.MaxValue;

    private const int Side = ClusterGraph.Side;

    private readonly Grid _grid;
    private readonly AgentSpace _space;
    private readonly ClusterGraph _graph;
    private readonly Known?[] _known;
    private readonly CellBits _open = new(Side, Side);
    private readonly int[] _costs = new int[Side * Side];
    private readonly byte[] _cameBy = new byte[Side * Side];
    private readonly RingQueue _plain = new(PlainStep, PlainDiagonal);
    private readonly uint[] _taken = new uint[64];
    private readonly int[] _nodes = new int[ClusterGraph.NodesMax];
    private RingQueue? _weighted;
    private int _opened = -1;
    private int _openedChange;

    public ClusterDistances(Grid grid, AgentSpace space, ClusterGraph graph)
    {
        _grid = grid;
        _space = space;
        _graph = graph;
        _known = new Known?[graph.Columns * graph.Rows];
    }

    /// <summary>The nodes of a cluster and what it costs to go to each from one of them.</summary>
    /// <returns>How many nodes there are.</returns>
    public int From(int cluster, int node, Span<int> nodes, Span<int> costs)
    {
        if (_grid.IsUniform && _graph.IsOpen(cluster))
        {
            int all = _graph.NodesOf(cluster, nodes);
            Cell at = _graph.CellOf(node);
            for (int i = 0; i < all; i++)
            {
                Cell to = _graph.CellOf(nodes[i]);
                costs[i] = Octile(at, to) * _grid.LeastCostEighths / 8;
            }

            return all;
        }

        Known known = _known[cluster] ??= new Known();
        if (known.Change != _graph.Changes[cluster])
        {
            known.Change = _graph.Changes[cluster];
            known.Count = _graph.NodesOf(cluster, _nodes);
            if (known.Costs.Length < known.Count * known.Count)
            {
                known.Costs = new int[known.Count * known.Count];
                known.Nodes = new int[known.Count];
            }

            _nodes.AsSpan(0, known.Count).CopyTo(known.Nodes);
            known.Done = 0;
        }

        int row = known.Nodes.AsSpan(0, known.Count).IndexOf(node);
        Span<int> line = known.Costs.AsSpan(row * known.Count, known.Count);
        if ((known.Done >> row & 1) == 0)
        {
            known.Done |= 1UL << row;
            Spread(cluster, _graph.CellOf(node));
            Read(cluster, known.Nodes.AsSpan(0, known.Count), line);
        }

        known.Nodes.AsSpan(0, known.Count).CopyTo(nodes);
        line.CopyTo(costs);
        return known.Count;
    }

    /// <summary>The nodes of a cluster and what it costs to go to each from any of its cells.</summary>
    /// <param name="other">Another cell; <paramref name="direct"/> is what it costs to go there without leaving the cluster.</param>
    public int From(int cluster, Cell cell, Cell other, Span<int> nodes, Span<int> costs, out int direct)
    {
        int count = _graph.NodesOf(cluster, nodes);
        Spread(cluster, cell);
        Read(cluster, nodes[..count], costs);
        CellRect area = _graph.AreaOf(cluster);
        direct = area.Contains(other) ? _costs[((other.Y - area.Y) * Side) + other.X - area.X] : Unreached;
        return count;
    }

    public static int Octile(Cell a, Cell b)
    {
        int dx = Math.Abs(a.X - b.X);
        int dy = Math.Abs(a.Y - b.Y);
        return (PlainStep * Math.Max(dx, dy)) + ((PlainDiagonal - PlainStep) * Math.Min(dx, dy));
    }

    private void Read(int cluster, ReadOnlySpan<int> nodes, Span<int> costs)
    {
        CellRect area = _graph.AreaOf(cluster);
        for (int i = 0; i < nodes.Length; i++)
        {
            Cell cell = _graph.CellOf(nodes[i]);
            costs[i] = _costs[((cell.Y - area.Y) * Side) + cell.X - area.X];
        }
    }

    // Dijkstra's algorithm within the cluster, all around it closed.
    private void Spread(int cluster, Cell from)
    {
        CellRect area = _graph.AreaOf(cluster);
        if (_opened != cluster || _openedChange != _graph.Changes[cluster])
        {
            (_opened, _openedChange) = (cluster, _graph.Changes[cluster]);
            _open.Clear();
            for (int y = 0; y < area.Height; y++)
            {
                ulong row = _space.Rows.From(area.X, area.Y + y) & ((1UL << area.Width) - 1);
                for (; row != 0; row &= row - 1)
                {
                    _open[BitOperations.TrailingZeroCount(row), y] = true;
                }
            }
        }

        bool uniform = _grid.IsUniform;
        RingQueue queue = uniform ? _plain : _weighted ??= new RingQueue(2 * PlainStep / 16, 2 * 255 * (PlainDiagonal / 16) + 512);
        Array.Fill(_costs, Unreached);
        (int startX, int startY) = (from.X - area.X, from.Y - area.Y);
        _costs[(startY * Side) + startX] = 0;
        _cameBy[(startY * Side) + startX] = Directions.None;
        queue.Add(0, CellPosition.Pack(startX, startY));
        uint list = 0;
        while (queue.Count > 0)
        {
            list = queue.FirstList(list);
            for (int count = queue.Take(list, _taken); count > 0; count = queue.Take(list, _taken))
            {
                foreach (uint position in _taken.AsSpan(0, count))
                {
                    GoOn(queue, list, area, position, uniform);
                }
            }
        }

        if (uniform && _grid.LeastCostEighths != 8)
        {
            foreach (ref int reached in _costs.AsSpan())
            {
                reached = reached == Unreached ? reached : reached * _grid.LeastCostEighths / 8;
            }
        }
    }

    private void GoOn(RingQueue queue, uint list, CellRect area, uint position, bool uniform)
    {
        int x = CellPosition.X(position);
        int y = CellPosition.Y(position);
        int index = (y * Side) + x;
        int cost = _costs[index];
        if (queue.ListOf((uint)cost) != list)
        {
            return;
        }

        uint window = _open.Window(x, y);
        for (int moves = uniform ? Directions.Canonical(window, _cameBy[index]) : Directions.All(window); moves != 0; moves &= moves - 1)
        {
            int direction = BitOperations.TrailingZeroCount(moves);
            (int nextX, int nextY) = (x + Directions.StepX[direction], y + Directions.StepY[direction]);
            int next = (nextY * Side) + nextX;
            int step = (direction & 1) == 0 ? PlainStep : PlainDiagonal;
            if (!uniform)
            {
                int here = ((area.Y + y) * _grid.Width) + area.X + x;
                int there = ((area.Y + nextY) * _grid.Width) + area.X + nextX;
                step = (_grid.CostEighths[here] + _grid.CostEighths[there]) * step / 16;
            }

            if (cost + step < _costs[next])
            {
                _costs[next] = cost + step;
                _cameBy[next] = (byte)direction;
                queue.Add((uint)(cost + step), CellPosition.Pack(nextX, nextY));
            }
        }
    }

    private sealed class Known
    {
        public int Change = -1;
        public int Count;
        public ulong Done; // the nodes from which it is known, a bit each
        public int[] Nodes = [];
        public int[] Costs = [];
    }
}
