using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>
/// Paths over huge grids: first over a graph of clusters of 32 by 32 cells, then piece by piece over the cells. Its work grows with the clusters on the way,
/// not with the cells of the map.
/// </summary>
/// <remarks>
/// A path is at most 8.6 plain steps (times the dearest cost met, where costs differ) longer than the cheapest one for each border between clusters that the
/// cheapest one crosses; on game maps it is a few
/// per cent. After a change only the clusters it lies in, and their neighbours' borders, are looked at again. Nothing is allocated once the clusters have
/// been met. Not thread-safe.
/// </remarks>
public sealed class ClusterPathFinder
{
    // Crossings that one exact search leaps over: long pieces mend what the crossings' places cost.
    private const int LeapMax = 6;

    private readonly Grid _grid;
    private readonly AgentSpaces _spaces;
    private readonly List<Size> _sizes = [];
    private readonly StringPuller _puller;
    private Cell[] _path = new Cell[256];
    private int _length;

    public ClusterPathFinder(Grid grid)
        : this(grid, new AgentSpaces(grid))
    {
    }

    internal ClusterPathFinder(Grid grid, AgentSpaces spaces)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _spaces = spaces;
        _puller = new StringPuller(grid);
    }

    /// <summary>
    /// A path of cells, start and end included. Where the goal is closed, walled off or outside, it leads to a reachable cell that is nearest to it.
    /// </summary>
    /// <param name="cells">Where the path goes; one that is too short receives its beginning, and only that much is worked out.</param>
    /// <param name="radius">Of the agent, in cells, 0 to <see cref="Limits.AgentRadiusMax"/>.</param>
    /// <returns>Its cost is that of the cells written; <see cref="PathResult.Expanded"/> counts nodes and cells.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Agents of more than <see cref="Limits.AgentSizesMax"/> sizes have been searched for.</exception>
    public PathResult FindCells(Cell from, Cell to, Span<Cell> cells, float radius = 0f)
    {
        Size size = SizeOf(radius);
        if (!TrySearch(size, from, Clamp(to), cells.Length, out bool reaches, out double cost, out int expanded, out bool whole))
        {
            return default;
        }

        int count = Math.Min(_length, cells.Length);
        _path.AsSpan(0, count).CopyTo(cells);
        reaches &= Clamp(to) == to;
        PathStatus status = count < _length || !whole ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, count, cost, expanded, reaches, _length);
    }

    /// <summary>
    /// The beginning of a path as straight pieces, as much of it as fits into the waypoints; walk it and ask again.
    /// </summary>
    /// <param name="from">Where the agent stands: a place where it can.</param>
    /// <param name="waypoints">The ends of the pieces, <paramref name="from"/> left out.</param>
    /// <inheritdoc cref="FindCells"/>
    public PathResult Find(Vec2 from, Vec2 to, Span<Vec2> waypoints, float radius = 0f)
    {
        if (!from.IsFinite || !to.IsFinite)
        {
            return default;
        }

        Cell goal = Clamp(Cell.At(new Vec2(Math.Clamp(to.X, 0, _grid.Width), Math.Clamp(to.Y, 0, _grid.Height))));
        Cell start = Clamp(Cell.At(new Vec2(Math.Clamp(from.X, 0, _grid.Width), Math.Clamp(from.Y, 0, _grid.Height))));

        // Straight pieces are seldom shorter than a few cells; what is still missing then is asked for later.
        int most = Math.Max(waypoints.Length * 16, 64);
        if (!TrySearch(SizeOf(radius), start, goal, most, out bool reaches, out _, out int expanded, out bool whole))
        {
            return default;
        }

        reaches &= Cell.At(to) == goal;
        Vec2 end = whole && reaches ? to : _path[_length - 1].Centre;
        bool fits = _puller.Pull(_path.AsSpan(0, _length), from, end, radius, writeStart: false, waypoints);
        PathStatus status = !fits || !whole ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, _puller.Count, _puller.Cost, expanded, reaches, _length);
    }

    private bool TrySearch(Size size, Cell from, Cell to, int cellsMax, out bool reaches, out double cost, out int expanded, out bool whole)
    {
        (reaches, cost, expanded, whole, _length) = (false, 0, 0, true, 0);
        size.Graph.Update();
        if (!size.Space.Contains(from))
        {
            return false;
        }

        reaches = size.Space.Contains(to) && size.Space.Regions.AreJoined(from, to);
        Cell goal = reaches ? to : size.NearestTo(from, to);
        size.Search.Run(from, goal);
        expanded = size.Search.Expanded;
        ReadOnlySpan<Cell> route = size.Search.Route;
        Append(from);
        for (int at = 0; at < route.Length - 1;)
        {
            if (_length > cellsMax)
            {
                whole = false;
                break;
            }

            int next = Math.Min(at + LeapMax, route.Length - 1);
            size.Cells.Run(route[at], route[next], route[next].Centre);
            foreach (Cell cell in size.Cells.Path[1..])
            {
                Append(cell);
            }

            cost += size.Cells.Cost;
            expanded += size.Cells.Expanded;
            at = next;
        }

        return true;
    }

    private void Append(Cell cell)
    {
        if (_length == _path.Length)
        {
            Array.Resize(ref _path, _length * 2);
        }

        _path[_length++] = cell;
    }

    private Cell Clamp(Cell cell) => new(Math.Clamp(cell.X, 0, _grid.Width - 1), Math.Clamp(cell.Y, 0, _grid.Height - 1));

    private Size SizeOf(float radius)
    {
        AgentSpace space = _spaces.For(radius);
        foreach (Size size in _sizes)
        {
            if (size.Space == space)
            {
                return size;
            }
        }

        ClusterGraph graph = new(_grid, space);
        Size added = new(space, graph, new ClusterSearch(_grid, graph, new ClusterDistances(_grid, space, graph)), new GridSearch(_grid, space));
        _sizes.Add(added);
        return added;
    }

    private sealed record Size(AgentSpace Space, ClusterGraph Graph, ClusterSearch Search, GridSearch Cells)
    {
        private readonly NearestCells _nearest = new(Space.Rows, Space.Regions);

        public Cell NearestTo(Cell from, Cell goal)
        {
            int units = int.MaxValue;
            _nearest.Begin(from, goal, goal.Centre);
            _nearest.Continue(ref units);
            return _nearest.Found[0];
        }
    }
}
