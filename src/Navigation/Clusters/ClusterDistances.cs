using System.Numerics;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>
/// What it costs to go within one cluster from one of its nodes to another, in 1,024ths of a plain step. Worked out when first asked for, from one node at a
/// time, and again after the cluster has changed; in a cluster without closed cells it needs no work, and little where all nodes are in sight.
/// </summary>
/// <remarks>What it counts as work is the same whether it was known already or not: a search in pieces must not depend on what was asked before.</remarks>
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
    private readonly byte[] _eighths = new byte[Side * Side]; // of each cell of the cluster that was opened: what it costs
    private readonly RingQueue _plain = new(PlainStep, PlainDiagonal);
    private readonly uint[] _taken = new uint[64];
    private readonly int[] _nodes = new int[ClusterGraph.NodesMax];
    private readonly bool[] _isAsked = new bool[Side * Side]; // of each cell: a search from another must reach it
    private readonly OctileSight _sight;
    private RingQueue? _weighted;
    private int _opened = -1;
    private int _openedChange;

    public ClusterDistances(Grid grid, AgentSpace space, ClusterGraph graph)
    {
        _grid = grid;
        _space = space;
        _graph = graph;
        _known = new Known?[graph.Columns * graph.Rows];
        _sight = new OctileSight(space.Rows, space.Columns, space.Stops);
    }

    /// <summary>Units that it takes to go through a cluster from one of its cells.</summary>
    public int SpreadUnits => _grid.IsUniform ? WorkUnits.ClusterSpread : WorkUnits.ClusterSpreadOverCosts;

    /// <summary>The nodes of a cluster and what it costs to go to each from one of them.</summary>
    /// <param name="units">Of work; what was used is added.</param>
    /// <returns>How many nodes there are.</returns>
    public int From(int cluster, int node, Span<int> nodes, Span<int> costs, ref int units)
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
            (known.Done, known.Spread) = (0, 0);
        }

        int row = known.Nodes.AsSpan(0, known.Count).IndexOf(node);
        Span<int> line = known.Costs.AsSpan(row * known.Count, known.Count);
        if ((known.Done >> row & 1) == 0)
        {
            known.Done |= 1UL << row;
            if (!TrySee(_graph.CellOf(node), known.Nodes.AsSpan(0, known.Count), line))
            {
                known.Spread |= 1UL << row;
                Spread(cluster, _graph.CellOf(node), default, known.Nodes.AsSpan(0, known.Count));
                Read(cluster, known.Nodes.AsSpan(0, known.Count), line);
            }
        }

        units += (known.Spread >> row & 1) != 0 ? SpreadUnits : known.Count * WorkUnits.ClusterSight;
        known.Nodes.AsSpan(0, known.Count).CopyTo(nodes);
        line.CopyTo(costs);
        return known.Count;
    }

    /// <summary>The nodes of a cluster and what it costs to go to each from any of its cells.</summary>
    /// <param name="other">Another cell; <paramref name="direct"/> is what it costs to go there without leaving the cluster.</param>
    public int From(int cluster, Cell cell, Cell other, Span<int> nodes, Span<int> costs, out int direct)
    {
        int count = _graph.NodesOf(cluster, nodes);
        Spread(cluster, cell, other, nodes[..count]);
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

    // Where all are in sight over cells of one cost, no search is needed.
    private bool TrySee(Cell from, ReadOnlySpan<int> nodes, Span<int> costs)
    {
        if (!_grid.IsUniform)
        {
            return false;
        }

        for (int i = 0; i < nodes.Length; i++)
        {
            Cell to = _graph.CellOf(nodes[i]);
            if (!_sight.IsClear(from, to) && !_sight.IsClear(to, from))
            {
                return false;
            }

            costs[i] = Octile(from, to) * _grid.LeastCostEighths / 8;
        }

        return true;
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

    // Dijkstra's algorithm within the cluster, all around it closed, until all its nodes and another cell are reached.
    private void Spread(int cluster, Cell from, Cell other, ReadOnlySpan<int> nodes)
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

                _grid.CostEighths.Slice(((area.Y + y) * _grid.Width) + area.X, area.Width).CopyTo(_eighths.AsSpan(y * Side));
            }
        }

        bool uniform = _grid.IsUniform;
        RingQueue queue = uniform ? _plain : _weighted ??= new RingQueue(2 * PlainStep / 16, 2 * 255 * (PlainDiagonal / 16) + 512);
        Array.Fill(_costs, Unreached);
        (int startX, int startY) = (from.X - area.X, from.Y - area.Y);
        _costs[(startY * Side) + startX] = 0;
        _cameBy[(startY * Side) + startX] = Directions.None;
        queue.Add(0, CellPosition.Pack(startX, startY));
        int left = area.Contains(other) ? Ask(area, other) : 0;
        foreach (int node in nodes)
        {
            left += Ask(area, _graph.CellOf(node));
        }

        uint list = 0;
        while (queue.Count > 0 && left > 0)
        {
            list = queue.FirstList(list);
            for (int count = queue.Take(list, _taken); count > 0; count = queue.Take(list, _taken))
            {
                foreach (uint position in _taken.AsSpan(0, count))
                {
                    left -= GoOn(queue, list, position, uniform);
                }
            }
        }

        queue.Clear();
        _isAsked.AsSpan().Clear();
        if (uniform && _grid.LeastCostEighths != 8)
        {
            foreach (ref int reached in _costs.AsSpan())
            {
                reached = reached == Unreached ? reached : reached * _grid.LeastCostEighths / 8;
            }
        }
    }

    private int Ask(CellRect area, Cell cell)
    {
        ref bool isAsked = ref _isAsked[((cell.Y - area.Y) * Side) + cell.X - area.X];
        (bool wasAsked, isAsked) = (isAsked, true);
        return wasAsked ? 0 : 1;
    }

    // Returns how many of the cells that were asked for this was: what lies in the list that is taken is not reached more cheaply any more.
    private int GoOn(RingQueue queue, uint list, uint position, bool uniform)
    {
        int x = CellPosition.X(position);
        int y = CellPosition.Y(position);
        int index = (y * Side) + x;
        int cost = _costs[index];
        if (queue.ListOf((uint)cost) != list)
        {
            return 0;
        }

        int found = _isAsked[index] ? 1 : 0;
        _isAsked[index] = false;
        uint window = _open.Window(x, y);
        for (int moves = uniform ? Directions.Canonical(window, _cameBy[index]) : Directions.All(window); moves != 0; moves &= moves - 1)
        {
            int direction = BitOperations.TrailingZeroCount(moves);
            (int nextX, int nextY) = (x + Directions.StepX[direction], y + Directions.StepY[direction]);
            int next = (nextY * Side) + nextX;
            int step = (direction & 1) == 0 ? PlainStep : PlainDiagonal;
            if (!uniform)
            {
                step = (_eighths[index] + _eighths[next]) * step / 16;
            }

            if (cost + step < _costs[next])
            {
                _costs[next] = cost + step;
                _cameBy[next] = (byte)direction;
                queue.Add((uint)(cost + step), CellPosition.Pack(nextX, nextY));
            }
        }

        return found;
    }

    private sealed class Known
    {
        public int Change = -1;
        public int Count;
        public ulong Done; // the nodes from which it is known, a bit each
        public ulong Spread; // of those, the ones from which it had to be searched for
        public int[] Nodes = [];
        public int[] Costs = [];
    }
}
