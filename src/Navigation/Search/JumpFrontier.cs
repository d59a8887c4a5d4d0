using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>A diagonal that was looked along from so many of its cells.</summary>
internal readonly record struct PostponedDiagonal(int X, int Y, long Cost, int Done, int Quadrant);

/// <summary>The cells that a jump point search has reached, and the order in which it goes on from them.</summary>
internal sealed class JumpFrontier
{
    public const int None = -1;
    public const int Stale = -2;

    // A key holds the cost of a whole path and, below it, how much of it is left to go: a path over all cells of the largest grid needs 49 bits,
    // the way across it 38, of which the upper 14 tell half a step.
    private const int TieBits = 14;
    private const int TieShift = 24;

    private readonly NodeTable _nodes = new();
    private SearchQueue<ByKey> _queue = new();
    private Cell _goal;
    private readonly PostponedDiagonal[] _postponed = new PostponedDiagonal[4]; // of the cell that was settled last
    private int _postponedCount;
    private int _parent;

    public NodeTable Nodes => _nodes;

    public bool HasPostponed => _postponedCount > 0;

    /// <summary>Begins anew, with the start alone, which is settled: what is reached next is reached from it.</summary>
    public void Begin(Cell from, Cell goal)
    {
        _goal = goal;
        _nodes.Clear();
        _queue.Clear();
        _postponedCount = 0;
        _parent = _nodes.Touch(CellPosition.Pack(from.X, from.Y), 0, NodeTable.NoParent, Directions.None);
        _nodes[_parent].IsSettled = true;
    }

    /// <summary>Leaves the rest of a diagonal from the cell that was settled last for later, but before another is settled.</summary>
    public void Postpone(PostponedDiagonal rest) => _postponed[_postponedCount++] = rest;

    public PostponedDiagonal TakePostponed() => _postponed[--_postponedCount];

    /// <summary>Settles the cell through which the shortest path may lead; what is reached next is reached from it.</summary>
    /// <returns>Its index; <see cref="Stale"/> if what was taken from the queue is settled already, <see cref="None"/> if none is left.</returns>
    public int Settle()
    {
        if (_queue.Count == 0)
        {
            return None;
        }

        int index = (int)_queue.Take();
        ref NodeTable.Node node = ref _nodes[index];
        if (node.IsSettled)
        {
            return Stale;
        }

        node.IsSettled = true;
        _parent = index;
        return index;
    }

    /// <summary>Notes a way to a cell from the one that was settled last.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Reach(int x, int y, long cost, int cameBy)
    {
        int index = _nodes.Touch(CellPosition.Pack(x, y), cost, _parent, cameBy);
        if (index >= 0)
        {
            long left = StepCosts.Octile(x - _goal.X, y - _goal.Y);
            _queue.Add(((cost + left) << TieBits) | (left >> TieShift), 0, (uint)index);
        }
    }
}
