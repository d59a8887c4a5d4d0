using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>A* over the nodes of a <see cref="ClusterGraph"/>, from one cell to another that it can reach. A search can be done in pieces.</summary>
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
    private Cell _from;
    private Cell _goal;
    private int _goalCluster;
    private int _goalCount; // -1 until the goal's cluster was looked at
    private int _direct; // what it costs from start to goal within that
    private int _back; // the node from which the route is traced on, or none

    public int Expanded { get; private set; }

    /// <summary>The cells that the path goes through, one after the other: start, crossings, goal.</summary>
    public ReadOnlySpan<Cell> Route => _route.AsSpan(0, _routeLength);

    /// <summary>Begins to search; <see cref="Continue"/> does the work. The graph must not change before it is done.</summary>
    public void Begin(Cell from, Cell goal)
    {
        _nodes.Clear();
        _queue.Clear();
        (_from, _goal, _goalCluster) = (from, goal, graph.ClusterOf(goal));
        (Expanded, _routeLength, _back, _goalCount) = (0, 0, NodeTable.NoParent, -1);
    }

    /// <summary>Goes on until the path is found or the units are used up.</summary>
    /// <param name="units">Of work; what was used is taken off.</param>
    /// <returns>True once it is found.</returns>
    /// <exception cref="InvalidOperationException">No path leads there.</exception>
    public bool Continue(ref int units)
    {
        while (units > 0)
        {
            if (_goalCount < 0)
            {
                _goalCount = distances.From(_goalCluster, _goal, _from, _goalNodes, _goalCosts, out _direct);
                units -= distances.SpreadUnits;
                continue;
            }

            if (_nodes.Count == 0)
            {
                ReachFirst();
                units -= distances.SpreadUnits;
                continue;
            }

            if (_back != NodeTable.NoParent)
            {
                units -= 1;
                if (TraceBack())
                {
                    return true;
                }

                continue;
            }

            // Without a way over the graph there would be none over the cells, and the caller has made sure that there is one.
            if (_queue.Count == 0)
            {
                throw new InvalidOperationException($"No crossings lead from {_from} to {_goal}, though both lie in one region.");
            }

            units -= Step() * (_nodes.IsNear ? 1 : WorkUnits.Far);
        }

        return false;
    }

    private void ReachFirst()
    {
        int start = _nodes.Touch(Start, 0, NodeTable.NoParent, 0);
        int count = distances.From(graph.ClusterOf(_from), _from, _goal, _near, _costs, out _);
        if (_direct != ClusterDistances.Unreached)
        {
            Reach(Goal, _goal, _direct, start);
        }

        for (int i = 0; i < count; i++)
        {
            if (_costs[i] != ClusterDistances.Unreached)
            {
                Reach((uint)_near[i], graph.CellOf(_near[i]), _costs[i], start);
            }
        }
    }

    // Settles one node; tells the units it takes.
    private int Step()
    {
        int index = (int)_queue.Take();
        if (_nodes[index].IsSettled)
        {
            return WorkUnits.StaleJump;
        }

        Expanded++;
        _nodes[index].IsSettled = true;
        if (_nodes[index].Position == Goal)
        {
            _back = index;
            return WorkUnits.ClusterNode;
        }

        return Expand(index);
    }

    private int Expand(int index)
    {
        int node = (int)_nodes[index].Position;
        long cost = _nodes[index].Cost;
        int twin = ClusterGraph.Twin(node);
        Cell across = graph.CellOf(twin);
        Reach((uint)twin, across, cost + StepOver(graph.CellOf(node), across), index);
        int cluster = graph.ClusterOfNode(node);
        if (cluster == _goalCluster)
        {
            int at = _goalNodes.AsSpan(0, _goalCount).IndexOf(node);
            if (_goalCosts[at] != ClusterDistances.Unreached)
            {
                Reach(Goal, _goal, cost + _goalCosts[at], index);
            }
        }

        int units = WorkUnits.ClusterNode;
        int count = distances.From(cluster, node, _near, _costs, ref units);
        for (int i = 0; i < count; i++)
        {
            if (_costs[i] != ClusterDistances.Unreached && _near[i] != node)
            {
                Reach((uint)_near[i], graph.CellOf(_near[i]), cost + _costs[i], index);
            }
        }

        return units + count;
    }

    private int StepOver(Cell a, Cell b) =>
        (grid.CostEighths[(a.Y * grid.Width) + a.X] + grid.CostEighths[(b.Y * grid.Width) + b.X]) * ClusterDistances.PlainStep / 16;

    private void Reach(uint node, Cell cell, long cost, int parent)
    {
        int index = _nodes.Touch(node, cost, parent, 0);
        if (index >= 0)
        {
            _nodes[index].IsSettled = false;
            long left = (long)ClusterDistances.Octile(cell, _goal) * grid.LeastCostEighths / 8;
            _queue.Add(cost + left, (uint)Math.Min(left, uint.MaxValue), (uint)index);
        }
    }

    // One node of the way back; true at its end.
    private bool TraceBack()
    {
        if (_routeLength == _route.Length)
        {
            Array.Resize(ref _route, _routeLength * 2);
        }

        uint node = _nodes[_back].Position;
        _route[_routeLength++] = node == Start ? _from : node == Goal ? _goal : graph.CellOf((int)node);
        _back = _nodes[_back].Parent;
        if (_back != NodeTable.NoParent)
        {
            return false;
        }

        _route.AsSpan(0, _routeLength).Reverse();
        return true;
    }
}
