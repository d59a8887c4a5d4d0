using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>A* over the nodes of a <see cref="ClusterGraph"/>, from one cell to another that it can reach.</summary>
internal sealed class ClusterSearch(Grid grid, ClusterGraph graph, ClusterDistances distances)
{
    private const uint Start = uint.MaxValue;
    private const uint Goal = uint.MaxValue - 1;

    private readonly NodeTable _nodes = new();
    private readonly int[] _goalNodes = new int[ClusterGraph.NodesMax];
    private readonly int[] _goalCosts = new int[ClusterGraph.NodesMax];
    private readonly int[] _near = new int[ClusterGraph.NodesMax];
    private readonly int[] _costs = new int[ClusterGraph.NodesMax];
    private SearchQueue<ByKeyAndTie> _queue = new();
    private Cell[] _route = new Cell[64];
    private int _routeLength;
    private int _goalCount;

    public int Expanded { get; private set; }

    /// <summary>The cells that the path goes through, one after the other: start, crossings, goal.</summary>
    public ReadOnlySpan<Cell> Route => _route.AsSpan(0, _routeLength);

    public void Run(Cell from, Cell goal)
    {
        _nodes.Clear();
        _queue.Clear();
        Expanded = 0;
        int goalCluster = graph.ClusterOf(goal);
        _goalCount = distances.From(goalCluster, goal, from, _goalNodes, _goalCosts, out int direct);
        int count = distances.From(graph.ClusterOf(from), from, goal, _near, _costs, out _);
        int start = _nodes.Touch(Start, 0, NodeTable.NoParent, 0);
        if (direct != ClusterDistances.Unreached)
        {
            Reach(Goal, goal, goal, direct, start);
        }

        for (int i = 0; i < count; i++)
        {
            if (_costs[i] != ClusterDistances.Unreached)
            {
                Reach((uint)_near[i], graph.CellOf(_near[i]), goal, _costs[i], start);
            }
        }

        while (_queue.Count > 0)
        {
            int index = (int)_queue.Take();
            if (_nodes[index].IsSettled)
            {
                continue;
            }

            Expanded++;
            _nodes[index].IsSettled = true;
            if (_nodes[index].Position == Goal)
            {
                Retrace(index, from, goal);
                return;
            }

            Expand(index, goal, goalCluster);
        }

        // Without a way over the graph there would be none over the cells, and the caller has made sure that there is one.
        throw new InvalidOperationException($"No crossings lead from {from} to {goal}, though both lie in one region.");
    }

    private void Expand(int index, Cell goal, int goalCluster)
    {
        int node = (int)_nodes[index].Position;
        long cost = _nodes[index].Cost;
        int twin = ClusterGraph.Twin(node);
        Cell across = graph.CellOf(twin);
        Reach((uint)twin, across, goal, cost + Step(graph.CellOf(node), across), index);
        int cluster = graph.ClusterOfNode(node);
        if (cluster == goalCluster)
        {
            int at = _goalNodes.AsSpan(0, _goalCount).IndexOf(node);
            if (_goalCosts[at] != ClusterDistances.Unreached)
            {
                Reach(Goal, goal, goal, cost + _goalCosts[at], index);
            }
        }

        int count = distances.From(cluster, node, _near, _costs);
        for (int i = 0; i < count; i++)
        {
            if (_costs[i] != ClusterDistances.Unreached && _near[i] != node)
            {
                Reach((uint)_near[i], graph.CellOf(_near[i]), goal, cost + _costs[i], index);
            }
        }
    }

    private int Step(Cell a, Cell b) =>
        (grid.CostEighths[(a.Y * grid.Width) + a.X] + grid.CostEighths[(b.Y * grid.Width) + b.X]) * ClusterDistances.PlainStep / 16;

    private void Reach(uint node, Cell cell, Cell goal, long cost, int parent)
    {
        int index = _nodes.Touch(node, cost, parent, 0);
        if (index >= 0)
        {
            _nodes[index].IsSettled = false;
            long left = (long)ClusterDistances.Octile(cell, goal) * grid.LeastCostEighths / 8;
            _queue.Add(cost + left, (uint)Math.Min(left, uint.MaxValue), (uint)index);
        }
    }

    private void Retrace(int index, Cell from, Cell goal)
    {
        _routeLength = 0;
        for (int at = index; at != NodeTable.NoParent; at = _nodes[at].Parent)
        {
            if (_routeLength == _route.Length)
            {
                Array.Resize(ref _route, _routeLength * 2);
            }

            uint node = _nodes[at].Position;
            _route[_routeLength++] = node == Start ? from : node == Goal ? goal : graph.CellOf((int)node);
        }

        _route.AsSpan(0, _routeLength).Reverse();
    }
}
