using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation;

/// <summary>
/// Finds paths over one match's <see cref="Grid"/>: A* with eight moves, no corner cutting and weighted cells, then string pulling.
/// </summary>
/// <remarks>
/// A step from cell a to cell b costs its length (1 or √2) times the mean of both costs, which is the line integral of the cost along it; a straight
/// piece of a pulled path costs the same integral. Buffers grow to the hardest search so far and are reused, so that
/// nothing is allocated after warm-up. Not thread-safe: one per match. Equal grids and queries give equal paths, whatever was asked before.
/// </remarks>
public sealed class PathFinder
{
    private readonly Grid _grid;
    private readonly CellSearch _search;
    private readonly StringPuller _puller;

    public PathFinder(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _search = new CellSearch(grid);
        _puller = new StringPuller(grid);
    }

    /// <summary>
    /// The cheapest path of cells, start and end included. Where the goal is closed, walled off or outside, it leads to the reachable cell that is
    /// nearest to it as the crow flies; of several, to the one that is cheapest to reach.
    /// </summary>
    /// <param name="cells">Where the path goes; one that is too short receives its beginning.</param>
    public PathResult FindCells(Cell from, Cell to, Span<Cell> cells)
    {
        Cell goal = Clamp(to);
        if (!_search.Run(from, goal, goal.Centre))
        {
            return default;
        }

        ReadOnlySpan<Cell> path = _search.Path;
        int count = Math.Min(path.Length, cells.Length);
        path[..count].CopyTo(cells);
        bool reaches = _search.ReachesGoal && goal == to;
        PathStatus status = count < path.Length ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, count, _search.Cost, _search.Expanded, reaches, path.Length);
    }

    /// <summary>
    /// A path of straight pieces that never enter a closed cell and never cost more than the cheapest cell path between the same points.
    /// </summary>
    /// <param name="from">Where the agent stands. In a closed cell, the path begins with the middle of the nearest open one.</param>
    /// <param name="to">Where it wants to go.</param>
    /// <param name="waypoints">
    /// The ends of the pieces, <paramref name="from"/> left out. The last is <paramref name="to"/> itself or, where that cannot be reached, the
    /// nearest point of the nearest reachable cell. If there is too little room, it receives the beginning: walk it and ask again.
    /// </param>
    /// <param name="radius">Of the agent, up to half a cell; pieces that cut corners keep this distance from closed cells where they can.</param>
    public PathResult Find(Vec2 from, Vec2 to, Span<Vec2> waypoints, float radius = 0f)
    {
        if (!from.IsFinite || !to.IsFinite || !TryFindStart(from, out Cell start))
        {
            return default;
        }

        Cell goal = Clamp(to);
        if (!_search.Run(start, goal, to))
        {
            return default;
        }

        float kept = radius > 0f ? Math.Min(radius, 0.5f) : 0f;
        bool reaches = _search.ReachesGoal && IsAt(to, goal);
        Vec2 end = reaches ? to : NearestIn(_search.Path[^1], to, kept);
        bool snapped = !IsAt(from, start);
        bool whole = _puller.Pull(_search.Path, snapped ? start.Centre : from, end, kept, snapped, waypoints);
        PathStatus status = !whole ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, _puller.Count, _puller.Cost, _search.Expanded, reaches, _search.PathLength);
    }

    private static bool IsAt(Vec2 point, Cell cell) =>
        point.X >= cell.X && point.Y >= cell.Y && point.X < cell.X + 1 && point.Y < cell.Y + 1;

    // A little inside even for a point, so that the end lies in its cell and not on the border of a wall.
    private static Vec2 NearestIn(Cell cell, Vec2 point, float radius)
    {
        float inset = Math.Max(radius, 0.0625f);
        return new Vec2(
            Math.Clamp(point.X, cell.X + inset, cell.X + 1 - inset),
            Math.Clamp(point.Y, cell.Y + inset, cell.Y + 1 - inset));
    }

    private Cell Clamp(Cell cell) => new(Math.Clamp(cell.X, 0, _grid.Width - 1), Math.Clamp(cell.Y, 0, _grid.Height - 1));

    // Clamped as numbers first: a float beyond the integers has no cell.
    private Cell Clamp(Vec2 point) => Clamp(Cell.At(new Vec2(Math.Clamp(point.X, 0, _grid.Width), Math.Clamp(point.Y, 0, _grid.Height))));

    private bool TryFindStart(Vec2 from, out Cell start)
    {
        start = Clamp(from);
        if (_grid.IsOpen(start))
        {
            return true;
        }

        Cell middle = start;
        float best = float.PositiveInfinity;
        for (int ring = 1; ring <= Limits.StartSnapCellsMax && (ring - 1) * (ring - 1) <= best; ring++)
        {
            for (int y = middle.Y - ring; y <= middle.Y + ring; y++)
            {
                int step = y == middle.Y - ring || y == middle.Y + ring ? 1 : 2 * ring;
                for (int x = middle.X - ring; x <= middle.X + ring; x += step)
                {
                    float distance = _grid.IsOpen(x, y) ? Vec2.DistanceSquared(from, new Cell(x, y).Centre) : float.PositiveInfinity;
                    if (distance < best)
                    {
                        best = distance;
                        start = new Cell(x, y);
                    }
                }
            }
        }

        return best < float.PositiveInfinity;
    }
}
