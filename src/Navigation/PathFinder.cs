using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation;

/// <summary>
/// Finds paths over one match's <see cref="Grid"/> with eight moves and no corner cutting, for agents of any size, then pulls them straight: by jump point search where
/// all cells cost the same, by A* where they do not.
/// </summary>
/// <remarks>
/// A step from cell a to cell b costs its length (1 or √2) times the mean of both costs, which is the line integral of the cost along it; a straight
/// piece of a pulled path costs the same integral. Buffers grow to the hardest search so far and are reused, so that
/// nothing is allocated after warm-up. Not thread-safe: one per match. Equal grids and queries give equal paths, whatever was asked before.
/// </remarks>
public sealed class PathFinder
{
    private readonly Grid _grid;
    private readonly List<GridSearch> _sizes = [];
    private readonly StringPuller _puller;

    public PathFinder(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _puller = new StringPuller(grid);
    }

    /// <summary>
    /// The cheapest path of cells, start and end included. Where the goal is closed, walled off or outside, or the agent does not fit there, it leads to
    /// the reachable cell that is nearest to it as the crow flies; of several, to the one that is cheapest to reach.
    /// </summary>
    /// <param name="cells">Where the path goes; one that is too short receives its beginning.</param>
    /// <param name="radius">Of the agent, in cells, 0 to <see cref="Limits.AgentRadiusMax"/>: its middle keeps this distance from closed cells.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Agents of more than <see cref="Limits.AgentSizesMax"/> sizes have been searched for.</exception>
    public PathResult FindCells(Cell from, Cell to, Span<Cell> cells, float radius = 0f)
    {
        GridSearch search = SizeOf(radius);
        Cell goal = Clamp(to);
        if (!search.Run(from, goal, goal.Centre))
        {
            return default;
        }

        ReadOnlySpan<Cell> path = search.Path;
        int count = Math.Min(path.Length, cells.Length);
        path[..count].CopyTo(cells);
        bool reaches = search.ReachesGoal && goal == to;
        PathStatus status = count < path.Length ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, count, search.Cost, search.Expanded, reaches, path.Length);
    }

    /// <summary>
    /// A path of straight pieces that never enter a closed cell and never cost more than the cheapest cell path between the same points.
    /// </summary>
    /// <param name="from">Where the agent stands. Where it cannot stand, the path begins with the middle of the nearest cell where it can.</param>
    /// <param name="to">Where it wants to go.</param>
    /// <param name="waypoints">
    /// The ends of the pieces, <paramref name="from"/> left out. The last is <paramref name="to"/> itself or, where that cannot be reached, the
    /// nearest point of the nearest reachable cell. If there is too little room, it receives the beginning: walk it and ask again.
    /// </param>
    /// <param name="radius">
    /// Of the agent, in cells, 0 to <see cref="Limits.AgentRadiusMax"/>. Up to half a cell it fits wherever a cell is open, and pieces that cut corners keep the
    /// distance where they can; larger agents go only where they fit.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Agents of more than <see cref="Limits.AgentSizesMax"/> sizes have been searched for.</exception>
    public PathResult Find(Vec2 from, Vec2 to, Span<Vec2> waypoints, float radius = 0f)
    {
        GridSearch search = SizeOf(radius);
        search.Space.Update();
        if (!from.IsFinite || !to.IsFinite || !TryFindStart(search.Space, from, out Cell start))
        {
            return default;
        }

        Cell goal = Clamp(to);
        search.Run(start, goal, to);
        bool reaches = search.ReachesGoal && IsAt(to, goal);
        Vec2 end = EndIn(search.Path[^1], to, reaches, radius);
        reaches &= end == to;
        bool snapped = !IsAt(from, start);
        bool whole = _puller.Pull(search.Path, snapped ? start.Centre : from, end, radius, snapped, waypoints);
        PathStatus status = !whole ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, _puller.Count, _puller.Cost, search.Expanded, reaches, search.PathLength);
    }

    private GridSearch SizeOf(float radius)
    {
        if (!(radius >= 0 && radius <= Limits.AgentRadiusMax))
        {
            throw new ArgumentOutOfRangeException(nameof(radius), $"The radius {radius} is not between 0 and {Limits.AgentRadiusMax} cells.");
        }

        foreach (GridSearch size in _sizes)
        {
            if (size.Space.Reach.Fits(radius))
            {
                return size;
            }
        }

        if (_sizes.Count == Limits.AgentSizesMax)
        {
            throw new InvalidOperationException($"Paths for agents of {Limits.AgentSizesMax} sizes have been searched on this grid; one of radius {radius} is one size more.");
        }

        GridSearch added = new(_grid, new AgentReach(radius));
        _sizes.Add(added);
        return added;
    }

    // The agent's own goal where it fits; else as near to it as its cell allows.
    private Vec2 EndIn(Cell cell, Vec2 to, bool reaches, float radius)
    {
        float kept = Math.Min(radius, 0.5f);
        Vec2 end = reaches ? to : NearestIn(cell, to, kept);
        return radius <= 0.5f || LineOfSight.IsClear(_grid, end, end, radius) ? end : cell.Centre;
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

    private bool TryFindStart(AgentSpace space, Vec2 from, out Cell start)
    {
        start = Clamp(from);
        if (space.Contains(start))
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
                    float distance = space.Contains(new Cell(x, y)) ? Vec2.DistanceSquared(from, new Cell(x, y).Centre) : float.PositiveInfinity;
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
