using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Search;

namespace RealtimeServer.Navigation.Clusters;

/// <summary>
/// Paths over huge grids: first over a graph of clusters of 32 by 32 cells, then piece by piece over the cells. Its work grows with the clusters on the way,
/// not with the cells of the map. Beside it a plain search over the cells is given a share of the work, and whichever is done first counts: over open
/// ground with few corners that is the plain one.
/// </summary>
/// <remarks>
/// A path is at most 8.6 plain steps (times the dearest cost met, where costs differ) longer than the cheapest one for each border between clusters that the
/// cheapest one crosses; on game maps it is a few per cent. A cluster is looked at when a search first comes there, and after a change only the clusters it
/// lies in, and their neighbours' borders, are looked at again. Nothing is allocated once the clusters have been met. Equal grids and queries give equal
/// paths and take equal units, whatever was asked before. Not thread-safe.
/// </remarks>
public sealed class ClusterPathFinder
{
    // Crossings that one exact search leaps over: long pieces mend what the crossings' places cost.
    private const int LeapMax = 6;

    // Units of the plain search before the clusters are asked at all, and of each in turn after that. Jumps over cells of one cost are seldom beaten, A* over others
    // mostly.
    private const int JumpsFirst = 1_000_000;
    private const int CellsFirst = 400_000;
    private const int Turn = 8_000;
    private const int CellsTurn = 1_000;

    private readonly Grid _grid;
    private readonly AgentSpaces _spaces;
    private readonly List<Size> _sizes = [];
    private readonly StringPuller _puller;
    private readonly bool _withPlain;
    private Cell[] _path = new Cell[256];
    private int _length;
    private Size? _running;
    private Question _question;
    private Stage _stage;
    private bool _isPlain; // whose turn it is, and in the end who was first
    private int _turnLeft;
    private int _at; // the cell of the route that the path has come to
    private int _next; // the one it is led to, or none
    private int _cellsMax;
    private double _cost;
    private int _expanded;
    private bool _isWhole;

    public ClusterPathFinder(Grid grid)
        : this(grid, new AgentSpaces(grid))
    {
    }

    /// <param name="withPlain">False to search by clusters alone.</param>
    internal ClusterPathFinder(Grid grid, AgentSpaces spaces, bool withPlain = true)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _withPlain = withPlain;
        _grid = grid;
        _spaces = spaces;
        _puller = new StringPuller(grid);
    }

    private enum Stage
    {
        /// <summary>The goal cannot be reached: the nearest cell that can is looked for.</summary>
        Nearest,

        /// <summary>The plain search and the clusters take turns.</summary>
        Race,

        /// <summary>The clusters were first: the path is led from crossing to crossing.</summary>
        Lead,

        Known,

        Pull,
    }

    /// <summary>True while a path is searched for in pieces: after <see cref="Begin"/>, before <see cref="TryContinue"/> has given it.</summary>
    public bool IsSearching => _running is not null;

    private ReadOnlySpan<Cell> Path => _isPlain ? _running!.Cells.Path : _path.AsSpan(0, _length);

    /// <summary>
    /// A path of cells, start and end included. Where the goal is closed, walled off or outside, it leads to a reachable cell that is nearest to it. A search in
    /// pieces is dropped.
    /// </summary>
    /// <param name="cells">Where the path goes; one that is too short receives its beginning, and hardly more is worked out.</param>
    /// <param name="radius">Of the agent, in cells, 0 to <see cref="Limits.AgentRadiusMax"/>.</param>
    /// <returns>Its cost is that of what was worked out; <see cref="PathResult.Expanded"/> counts nodes and cells.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The radius is out of its range.</exception>
    /// <exception cref="InvalidOperationException">Agents of more than <see cref="Limits.AgentSizesMax"/> sizes have been searched for.</exception>
    public PathResult FindCells(Cell from, Cell to, Span<Cell> cells, float radius = 0f)
    {
        _running = SizeOf(radius);
        _cellsMax = cells.Length;
        if (!TryBegin(_running, from, Clamp(to), out bool reaches))
        {
            _running = null;
            return default;
        }

        while (_stage != Stage.Known)
        {
            Search(int.MaxValue);
        }

        ReadOnlySpan<Cell> path = Path;
        int count = Math.Min(path.Length, cells.Length);
        path[..count].CopyTo(cells);
        _running = null;
        reaches &= Clamp(to) == to;
        PathStatus status = count < path.Length || !_isWhole ? PathStatus.BufferTooSmall : reaches ? PathStatus.Found : PathStatus.Partial;
        return new PathResult(status, count, _cost, _expanded, reaches, path.Length);
    }

    /// <summary>
    /// The beginning of a path as straight pieces, as much of it as fits into the waypoints; walk it and ask again.
    /// </summary>
    /// <param name="from">Where the agent stands: a place where it can.</param>
    /// <param name="waypoints">The ends of the pieces, <paramref name="from"/> left out.</param>
    /// <inheritdoc cref="FindCells"/>
    public PathResult Find(Vec2 from, Vec2 to, Span<Vec2> waypoints, float radius = 0f)
    {
        Begin(from, to, radius);
        PathResult result;
        for (int units = int.MaxValue; !TryContinue(ref units, waypoints, out result); units = int.MaxValue)
        {
        }

        return result;
    }

    /// <summary>
    /// Begins to search for a path as <see cref="Find"/> does, in pieces: <see cref="TryContinue"/> does the work. A search that was begun before is dropped.
    /// </summary>
    /// <inheritdoc cref="Find"/>
    public void Begin(Vec2 from, Vec2 to, float radius = 0f)
    {
        Size size = SizeOf(radius);
        _running = size;
        _question = new Question(from, to, radius, _grid.Version, IsPossible: false, Reaches: false);
        if (from.IsFinite && to.IsFinite)
        {
            bool isPossible = TryBegin(size, Clamp(CellOf(from)), Clamp(CellOf(to)), out bool reaches);
            _question = _question with { IsPossible = isPossible, Reaches = reaches && Cell.At(to) == Clamp(CellOf(to)) };
        }
    }

    /// <summary>Goes on with the search that was begun. If the grid has changed since, it begins anew.</summary>
    /// <param name="units">Of work, 10 to 55 ns each; what was used is taken off. It may end a little below 0: the last step that fits is done as a whole.</param>
    /// <param name="waypoints">Where the path goes once it is found, as many at each call; see <see cref="Find"/>.</param>
    /// <returns>True once it is done.</returns>
    /// <exception cref="InvalidOperationException">Nothing was begun.</exception>
    public bool TryContinue(ref int units, Span<Vec2> waypoints, out PathResult result)
    {
        result = default;
        if (_running is null)
        {
            throw new InvalidOperationException($"No path is searched for: call {nameof(Begin)} first.");
        }

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

        // Straight pieces are seldom shorter than a few cells; what is still missing then is asked for later.
        _cellsMax = Math.Max(waypoints.Length * 16, 64);
        if (_stage != Stage.Pull)
        {
            units = Search(units);
            if (_stage != Stage.Known)
            {
                return false;
            }

            units -= WorkUnits.Path;
            _stage = Stage.Pull;
            Vec2 end = _isWhole && _question.Reaches ? _question.To : Path[^1].Centre;
            _puller.Begin(_question.From, end, _question.Radius, writeStart: false);
        }

        if (!_puller.TryContinue(Path, ref units, waypoints, out bool fits))
        {
            return false;
        }

        PathStatus status = !fits || !_isWhole ? PathStatus.BufferTooSmall : _question.Reaches ? PathStatus.Found : PathStatus.Partial;
        result = new PathResult(status, _puller.Count, _puller.Cost, _expanded, _question.Reaches, Path.Length);
        _running = null;
        return true;
    }

    /// <summary>Forgets the search that was begun.</summary>
    public void Cancel() => _running = null;

    private bool TryBegin(Size size, Cell from, Cell to, out bool reaches)
    {
        size.Graph.Update();
        (reaches, _cost, _expanded, _isWhole, _length) = (false, 0, 0, true, 0);
        if (!size.Space.Contains(from))
        {
            return false;
        }

        reaches = size.Space.Contains(to) && size.Space.Regions.AreJoined(from, to);
        Append(from);
        if (reaches)
        {
            BeginRace(size, to);
        }
        else
        {
            _stage = Stage.Nearest;
            size.Nearest.Begin(from, to, to.Centre);
        }

        return true;
    }

    private void BeginRace(Size size, Cell goal)
    {
        Cell from = _path[0];
        size.Search.Begin(from, goal);
        (_stage, _isPlain, _turnLeft) = (Stage.Race, false, int.MaxValue);
        if (_withPlain)
        {
            size.Cells.Begin(from, goal, goal.Centre);
            (_isPlain, _turnLeft) = (true, _grid.IsUniform ? JumpsFirst : CellsFirst);
        }
    }

    // Goes on until the path is known or the units are used up, and tells what is left of those.
    private int Search(int units)
    {
        Size size = _running!;
        while (units > 0 && _stage != Stage.Known)
        {
            switch (_stage)
            {
                case Stage.Nearest when size.Nearest.Continue(ref units):
                    BeginRace(size, size.Nearest.Found[0]);
                    break;
                case Stage.Race:
                    Race(size, ref units);
                    break;
                case Stage.Lead:
                    Lead(size, ref units);
                    break;
            }
        }

        return units;
    }

    private void Race(Size size, ref int units)
    {
        int given = Math.Min(units, _turnLeft);
        int left = given;
        bool isDone = _isPlain ? size.Cells.Continue(ref left) : size.Search.Continue(ref left);
        units -= given - left;
        _turnLeft -= given - left;
        if (isDone)
        {
            _stage = _isPlain ? Stage.Known : Stage.Lead;
            _expanded = size.Search.Expanded + (_withPlain ? size.Cells.Expanded : 0);
            (_at, _next) = (0, 0);
            _cost = _isPlain ? size.Cells.Cost : 0;
        }
        else if (_turnLeft <= 0)
        {
            _isPlain = _withPlain && !_isPlain;
            _turnLeft = _isPlain && !_grid.IsUniform ? CellsTurn : Turn;
        }
    }

    private void Lead(Size size, ref int units)
    {
        ReadOnlySpan<Cell> route = size.Search.Route;
        if (_next <= _at)
        {
            _isWhole = _at >= route.Length - 1;
            if (_isWhole || _length > _cellsMax)
            {
                _stage = Stage.Known;
                return;
            }

            _next = Math.Min(_at + LeapMax, route.Length - 1);
            size.Cells.Begin(route[_at], route[_next], route[_next].Centre);
        }

        if (size.Cells.Continue(ref units))
        {
            ReadOnlySpan<Cell> piece = size.Cells.Path[1..];
            foreach (Cell cell in piece)
            {
                Append(cell);
            }

            units -= piece.Length / WorkUnits.WrittenCells;
            _cost += size.Cells.Cost;
            _expanded += size.Cells.Expanded;
            _at = _next;
        }
    }

    private void Append(Cell cell)
    {
        if (_length == _path.Length)
        {
            Array.Resize(ref _path, _length * 2);
        }

        _path[_length++] = cell;
    }

    // Clamped as numbers first: a float beyond the integers has no cell.
    private Cell CellOf(Vec2 point) => Cell.At(new Vec2(Math.Clamp(point.X, 0, _grid.Width), Math.Clamp(point.Y, 0, _grid.Height)));

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
        ClusterSearch search = new(_grid, graph, new ClusterDistances(_grid, space, graph));
        Size added = new(space, graph, search, new GridSearch(_grid, space), new NearestCells(space.Rows, space.Regions));
        _sizes.Add(added);
        return added;
    }

    private sealed record Size(AgentSpace Space, ClusterGraph Graph, ClusterSearch Search, GridSearch Cells, NearestCells Nearest);

    /// <summary>What was asked, and where it was begun.</summary>
    private readonly record struct Question(Vec2 From, Vec2 To, float Radius, int Version, bool IsPossible, bool Reaches);
}
