using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation;

/// <summary>
/// Finds paths over one match's <see cref="Grid"/> with eight moves and no corner cutting, for agents of any size, then pulls them straight: by jump point
/// search where all cells cost the same, by A* where they do not.
/// </summary>
/// <remarks>
/// A step from cell a to cell b costs its length (1 or √2) times the mean of both costs, which is the line integral of the cost along it; a straight
/// piece of a pulled path costs the same integral. Buffers grow to the hardest search so far and are reused, so that
/// nothing is allocated after warm-up. Not thread-safe: one per match. Equal grids and queries give equal paths, whatever was asked before.
/// </remarks>
public sealed class PathFinder
{
    // As much as a match searches in two ticks.
    private const int WarmUpUnits = 20_000;

    private readonly Grid _grid;
    private readonly AgentSpaces _spaces;
    private readonly List<GridSearch> _sizes = [];
    private readonly StringPuller _puller;
    private Cell[] _goals = new Cell[16];
    private Vec2[] _turns = new Vec2[64];
    private GridSearch? _running;
    private AnyAngleSearch? _anyAngle;
    private AgentSpace? _anyAngleSpace;
    private PathQuestion _question;
    private bool _isPulling;

    public PathFinder(Grid grid)
        : this(grid, new AgentSpaces(grid))
    {
    }

    internal PathFinder(Grid grid, AgentSpaces spaces)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _spaces = spaces;
        _puller = new StringPuller(grid);
    }

    /// <summary>True while a path is searched for in pieces: after <see cref="Begin"/>, before <see cref="TryContinue"/> has given it.</summary>
    public bool IsSearching => _running is not null;

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
        return search.Run(from, goal, goal.Centre) ? Write(search, cells, search.ReachesGoal && goal == to) : default;
    }

    /// <summary>
    /// The cheapest path of cells to whichever of several goals is cheapest to reach. Where none can be reached, it leads to the reachable cell that is nearest to
    /// the first of them.
    /// </summary>
    /// <param name="goals">At least one. Those that are closed, walled off or outside are left out.</param>
    /// <inheritdoc cref="FindCells"/>
    /// <exception cref="ArgumentException">There are no goals.</exception>
    public PathResult FindCellsToAny(Cell from, ReadOnlySpan<Cell> goals, Span<Cell> cells, float radius = 0f)
    {
        if (goals.IsEmpty)
        {
            throw new ArgumentException("A path needs a goal.", nameof(goals));
        }

        GridSearch search = SizeOf(radius);
        if (goals.Length > _goals.Length)
        {
            _goals = new Cell[goals.Length * 2];
        }

        int units = int.MaxValue;
        return search.Begin(from, goals, _goals) && search.Continue(ref units) ? Write(search, cells, search.ReachesGoal) : default;
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
        int units = int.MaxValue;
        Begin(from, to, radius);
        TryContinue(ref units, waypoints, out PathResult result);
        return result;
    }

    /// <summary>
    /// As <see cref="Find"/>, but ends when a budget is used up: the path then leads to what was met and is nearest to the goal
    /// (<see cref="PathStatus.OutOfBudget"/>).
    /// </summary>
    /// <param name="units">Of work, 20 to 50 ns each.</param>
    /// <inheritdoc cref="Find"/>
    public PathResult FindWithin(int units, Vec2 from, Vec2 to, Span<Vec2> waypoints, float radius = 0f)
    {
        Begin(from, to, radius);
        return TryContinue(ref units, waypoints, out PathResult result) ? result : GiveUp(waypoints);
    }

    /// <summary>
    /// Begins to search for a path as <see cref="Find"/> does, in pieces: <see cref="TryContinue"/> does the work. A search that was begun before is dropped.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public void Begin(Vec2 from, Vec2 to, float radius = 0f)
    {
        GridSearch search = SizeOf(radius);
        search.Space.Update();
        _running = search;
        _isPulling = false;
        _question = new PathQuestion(from, to, radius, _grid.Version, IsPossible: false, default, default);
        if (from.IsFinite && to.IsFinite && search.Space.TryFindStart(from, Clamp(from), out Cell start))
        {
            Cell goal = Clamp(to);
            _question = _question with { IsPossible = search.Begin(start, goal, to), Start = start, Goal = goal };
        }
    }

    /// <summary>Goes on with the search that was begun. If the grid has changed since, it begins anew.</summary>
    /// <param name="units">Of work, 20 to 50 ns each; what was used is taken off. It may end a little below 0: the last step that fits is done as a whole.</param>
    /// <param name="waypoints">Where the path goes once it is found; see <see cref="Find"/>.</param>
    /// <returns>True once it is done.</returns>
    /// <exception cref="InvalidOperationException">Nothing was begun.</exception>
    public bool TryContinue(ref int units, Span<Vec2> waypoints, out PathResult result)
    {
        GridSearch search = _running ?? throw new InvalidOperationException($"No path is searched for: call {nameof(Begin)} first.");
        result = default;
        if (_question.Version != _grid.Version)
        {
            Begin(_question.From, _question.To, _question.Radius);
        }

        if (!_question.IsPossible)
        {
            _running = null;
            units -= WorkUnits.Path;
            return true;
        }

        if (!_isPulling)
        {
            if (!search.Continue(ref units))
            {
                return false;
            }

            units -= WorkUnits.Path;
            BeginPull(search);
        }

        return TryPull(search, ref units, waypoints, out result);
    }

    /// <summary>Ends a search in pieces with the path to what was met so far and is nearest to the goal; with the whole path, if it is known already.</summary>
    /// <exception cref="InvalidOperationException">Nothing was begun.</exception>
    public PathResult GiveUp(Span<Vec2> waypoints)
    {
        GridSearch search = _running ?? throw new InvalidOperationException($"No path is searched for: call {nameof(Begin)} first.");
        int units = int.MaxValue;
        bool isKnown = _isPulling;
        if (!isKnown)
        {
            search.TakeNearest();
            BeginPull(search);
        }

        TryPull(search, ref units, waypoints, out PathResult result);
        return isKnown ? result : result with { Status = PathStatus.OutOfBudget };
    }

    /// <summary>
    /// Searches for a few paths and forgets them, so that the first one that matters finds code and memory ready: it takes milliseconds longer otherwise.
    /// What is found later does not depend on it. A search that was begun is dropped.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public void WarmUp(float radius = 0f)
    {
        Span<Vec2> waypoints = stackalloc Vec2[4];
        CellBits open = SizeOf(radius).Space.Rows;
        if (open.TryFindFirst(out Cell first) && open.TryFindLast(out Cell last))
        {
            FindWithin(WarmUpUnits, first.Centre, last.Centre, waypoints, radius);
            FindWithin(WarmUpUnits, last.Centre, first.Centre, waypoints, radius);

            // To a closed cell, too: then the nearest that can be reached is looked for first.
            int y = _grid.Height / 2;
            FindWithin(WarmUpUnits, first.Centre, new Cell(open.FirstClearAfter(_grid.Width / 2, y), y).Centre, waypoints, radius);
        }
    }

    /// <summary>Forgets the search that was begun.</summary>
    public void Cancel() => _running = null;

    /// <summary>
    /// As <see cref="Find"/>, by Theta*: turns may lie anywhere, not only where the cheapest path of cells turns. Several times slower, never longer, often
    /// a little shorter.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public PathResult FindAnyAngle(Vec2 from, Vec2 to, Span<Vec2> waypoints, float radius = 0f)
    {
        PathResult pulled = Find(from, to, waypoints, radius);
        if (pulled.Status != PathStatus.Found || !_question.IsPossible)
        {
            return pulled;
        }

        AgentSpace space = SizeOf(radius).Space;
        if (_anyAngleSpace != space)
        {
            _anyAngleSpace = space;
            _anyAngle = new AnyAngleSearch(_grid, space);
        }

        if (!_anyAngle!.Run(_question.Start, _question.Goal, radius))
        {
            return pulled;
        }

        int count = Straighten(_anyAngle.Turns, radius, out double cost);
        if (cost >= pulled.Cost || count > waypoints.Length)
        {
            return pulled;
        }

        _turns.AsSpan(0, count).CopyTo(waypoints);
        return pulled with { Count = count, Cost = cost, Expanded = pulled.Expanded + _anyAngle.Expanded };
    }

    // From turns at the middles of cells to waypoints: both ends lie where they were asked for. A middle that is not needed for that is left out.
    private int Straighten(ReadOnlySpan<Cell> turns, float radius, out double cost)
    {
        if (_turns.Length < turns.Length + 2)
        {
            _turns = new Vec2[turns.Length * 2];
        }

        Vec2 at = _question.From;
        Vec2 end = _question.To;
        int count = 0;
        cost = 0;
        for (int i = 0; i < turns.Length; i++)
        {
            bool isEnd = i == turns.Length - 1;
            Vec2 next = isEnd ? end : turns[i + 1].Centre;
            bool isNeeded = i > 0 && !isEnd;
            isNeeded |= (i == 0 || i == turns.Length - 2) && next != at && !LineOfSight.IsClearExact(_grid, at.X, at.Y, next.X, next.Y, radius);
            if (isNeeded && turns[i].Centre != at)
            {
                cost += LineOfSight.Cost(_grid, at.X, at.Y, turns[i].Centre.X, turns[i].Centre.Y);
                at = turns[i].Centre;
                _turns[count++] = at;
            }
        }

        if (!LineOfSight.IsClearExact(_grid, at.X, at.Y, end.X, end.Y, radius) && turns[^1].Centre != at)
        {
            cost += LineOfSight.Cost(_grid, at.X, at.Y, turns[^1].Centre.X, turns[^1].Centre.Y);
            at = turns[^1].Centre;
            _turns[count++] = at;
        }

        cost += LineOfSight.Cost(_grid, at.X, at.Y, end.X, end.Y);
        _turns[count++] = end;
        return count;
    }

    private void BeginPull(GridSearch search)
    {
        _isPulling = true;
        Vec2 end = EndOf(search, out _);
        bool snapped = !IsAt(_question.From, _question.Start);
        _puller.Begin(snapped ? _question.Start.Centre : _question.From, end, _question.Radius, snapped);
    }

    private bool TryPull(GridSearch search, ref int units, Span<Vec2> waypoints, out PathResult result)
    {
        result = default;
        if (!_puller.TryContinue(search.Path, ref units, waypoints, out bool fits))
        {
            return false;
        }

        _running = null;
        EndOf(search, out bool reaches);
        PathStatus status = !fits ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        result = new PathResult(status, _puller.Count, _puller.Cost, search.Expanded, reaches, search.PathLength);
        return true;
    }

    private Vec2 EndOf(GridSearch search, out bool reaches)
    {
        reaches = search.ReachesGoal && IsAt(_question.To, _question.Goal);
        Vec2 end = EndIn(search.Path[^1], _question.To, reaches, _question.Radius);
        reaches &= end == _question.To;
        return end;
    }

    private static PathResult Write(GridSearch search, Span<Cell> cells, bool reaches)
    {
        ReadOnlySpan<Cell> path = search.Path;
        int count = Math.Min(path.Length, cells.Length);
        path[..count].CopyTo(cells);
        PathStatus status = count < path.Length ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, count, search.Cost, search.Expanded, reaches, path.Length);
    }

    private GridSearch SizeOf(float radius)
    {
        AgentSpace space = _spaces.For(radius);
        foreach (GridSearch size in _sizes)
        {
            if (size.Space == space)
            {
                return size;
            }
        }

        GridSearch added = new(_grid, space);
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

    /// <summary>What was asked, and where it was begun.</summary>
    private readonly record struct PathQuestion(Vec2 From, Vec2 To, float Radius, int Version, bool IsPossible, Cell Start, Cell Goal);
}
