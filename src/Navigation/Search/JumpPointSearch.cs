using System.Runtime.CompilerServices;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// Jump point search over cells that all cost the same (D. Harabor and A. Grastien, AAAI 2011 and ICAPS 2014; without corner cutting), with
/// pruning of intermediate points: only cells where a path may have to turn round a corner enter the queue. With <see cref="JumpStops"/> diagonal moves
/// leap from one cell that has something to look at to the next; without, they look round at every step.
/// </summary>
internal sealed class JumpPointSearch
{
    private const int Seen = -1;

    private readonly CellBits _rows;
    private readonly CellBits _columns;
    private readonly JumpStops? _stops;
    private readonly OctileSight _sight;
    private readonly JumpFrontier _frontier = new();
    private readonly JumpPath _path;
    private Cell _from;
    private Cell _goal;
    private bool _isDirect;
    private int _goalLeft;
    private int _goalRight;
    private int _goalTop;
    private int _goalBottom;
    private bool _isFound; // and the path is being written

    /// <param name="rows">Open cells.</param>
    /// <param name="columns">The same, transposed.</param>
    /// <param name="stops">Of the same cells, or null to do without.</param>
    public JumpPointSearch(CellBits rows, CellBits columns, JumpStops? stops)
    {
        _rows = rows;
        _columns = columns;
        _stops = stops;
        _sight = new OctileSight(rows, columns, stops);
        _path = new JumpPath(_frontier.Nodes);
    }

    /// <summary>The cells of the last path that was found, start and end included.</summary>
    public ReadOnlySpan<Cell> Path => _path.Cells;

    public int PathLength => _path.Length;

    /// <summary>Length of the path, in units of <see cref="StepCosts.Straight"/>.</summary>
    public long Length { get; private set; }

    /// <summary>Cells taken from the queue.</summary>
    public int Expanded { get; private set; }

    /// <summary>Searches from one open cell to another. False if no path leads there.</summary>
    public bool Run(Cell from, Cell goal)
    {
        int units = int.MaxValue;
        Begin(from, goal);
        return Continue(ref units) == SearchProgress.Found;
    }

    /// <summary>Begins to search from one open cell to another; <see cref="Continue"/> does the work.</summary>
    public void Begin(Cell from, Cell goal)
    {
        _path.Clear();
        Expanded = 0;
        Length = 0;
        _isFound = false;
        (_from, _goal) = (from, goal);

        // Where the goal is in sight, nothing needs to be prepared for a search.
        _isDirect = _sight.IsClear(from, goal);
        if (_isDirect)
        {
            return;
        }

        (_goalLeft, _goalRight) = _rows.Run(goal.X, goal.Y);
        (_goalTop, _goalBottom) = _columns.Run(goal.Y, goal.X);
        _frontier.Begin(from, goal);
    }

    /// <summary>Goes on until the path is found, there is nothing left to look at, or the units are used up.</summary>
    /// <param name="units">Of work; what was used is taken off, a little more than there was at most.</param>
    public SearchProgress Continue(ref int units)
    {
        if (_isDirect)
        {
            return GoStraight(ref units);
        }

        if (_isFound)
        {
            return _path.Continue(ref units);
        }

        return _stops is null
            ? Continue(new ScanningJumps(_rows, _columns, _frontier), ref units)
            : Continue(new StoppingJumps(_rows, _columns, _stops, _frontier), ref units);
    }

    /// <summary>Takes the path to whatever was looked at so far and is nearest to the goal.</summary>
    public void TakeNearest()
    {
        if (_isDirect)
        {
            _path.Begin(NodeTable.NoParent, _from);
        }
        else if (!_isFound)
        {
            int nearest = Nearest();
            ref NodeTable.Node node = ref _frontier.Nodes[nearest];
            Length = node.Cost;
            _path.Begin(node.Parent, new Cell(CellPosition.X(node.Position), CellPosition.Y(node.Position)));
        }

        int units = int.MaxValue;
        _path.Continue(ref units);
    }

    private int Nearest()
    {
        NodeTable nodes = _frontier.Nodes;
        long least = long.MaxValue;
        int nearest = 0;
        for (int i = 0; i < nodes.Count; i++)
        {
            long left = StepCosts.Octile(CellPosition.X(nodes[i].Position) - _goal.X, CellPosition.Y(nodes[i].Position) - _goal.Y);
            if (left < least)
            {
                (least, nearest) = (left, i);
            }
        }

        return nearest;
    }

    // The start counts as the one cell that was taken from the queue.
    private SearchProgress GoStraight(ref int units)
    {
        if (units <= 0)
        {
            return SearchProgress.Running;
        }

        Expanded++;
        Length = StepCosts.Octile(_goal.X - _from.X, _goal.Y - _from.Y);
        units -= WorkUnits.Jump + (_path.GoStraight(_from, _goal) / WorkUnits.WrittenCells);
        return SearchProgress.Found;
    }

    private SearchProgress Continue<TJumps>(TJumps jumps, ref int units)
        where TJumps : struct, IJumps, allows ref struct
    {
        int work = 0;
        SearchProgress progress = SearchProgress.Running;
        if (Expanded == 0 && units > 0)
        {
            Expanded = 1;
            work = WorkUnits.Jump + ExpandStart(in jumps);
        }

        while (work < units)
        {
            if (_frontier.HasPostponed)
            {
                work += WorkOf(GoOn(in jumps));
                continue;
            }

            int index = _frontier.Settle();
            if (index == JumpFrontier.Stale)
            {
                work += WorkOf(WorkUnits.StaleJump);
                continue;
            }

            if (index == JumpFrontier.None)
            {
                progress = SearchProgress.Failed;
                break;
            }

            ref NodeTable.Node node = ref _frontier.Nodes[index];
            int x = CellPosition.X(node.Position);
            int y = CellPosition.Y(node.Position);
            Expanded++;

            // No way is shorter than one through here, and none from here is shorter than straight to the goal. The start was asked before all.
            int look = LookForGoal(x, y);
            if (look == Seen)
            {
                Length = node.Cost + StepCosts.Octile(x - _goal.X, y - _goal.Y);
                _isFound = true;
                _path.Begin(index, _goal);
                units -= work + WorkUnits.Jump;
                return _path.Continue(ref units);
            }

            int step = look + Expand(in jumps, x, y, node.Cost, node.CameBy);
            work += WorkOf(step + WorkUnits.Jump);
        }

        units -= work;
        return progress;
    }

    private int WorkOf(int step) => _frontier.Nodes.IsNear ? step : WorkUnits.Far * step;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int GoOn<TJumps>(scoped in TJumps jumps)
        where TJumps : struct, IJumps, allows ref struct
    {
        PostponedDiagonal rest = _frontier.TakePostponed();
        return rest.Quadrant switch
        {
            0 => jumps.Diagonal<NorthEast>(rest.X, rest.Y, rest.Cost, rest.Done),
            1 => jumps.Diagonal<SouthEast>(rest.X, rest.Y, rest.Cost, rest.Done),
            2 => jumps.Diagonal<SouthWest>(rest.X, rest.Y, rest.Cost, rest.Done),
            _ => jumps.Diagonal<NorthWest>(rest.X, rest.Y, rest.Cost, rest.Done),
        };
    }

    private int ExpandStart<TJumps>(scoped in TJumps jumps)
        where TJumps : struct, IJumps, allows ref struct
    {
        (int x, int y) = (_from.X, _from.Y);
        int work = 3 + jumps.North(x, y, 0) + jumps.East(x, y, 0) + jumps.South(x, y, 0) + jumps.West(x, y, 0);
        return work + jumps.Diagonal<NorthEast>(x, y, 0) + jumps.Diagonal<SouthEast>(x, y, 0) + jumps.Diagonal<SouthWest>(x, y, 0) + jumps.Diagonal<NorthWest>(x, y, 0);
    }

    // From a cell that a straight move led to, go straight on and round the corner on either side: whatever else lies there is reached as cheaply without this cell.
    private int Expand<TJumps>(scoped in TJumps jumps, int x, int y, long cost, int cameBy)
        where TJumps : struct, IJumps, allows ref struct
    {
        int work = 3;
        switch (cameBy)
        {
            case 0:
                work += jumps.North(x, y, cost);
                if (IsCorner(_columns, y + 1, y, x - 1))
                {
                    work += jumps.West(x, y, cost);
                    work += jumps.Diagonal<NorthWest>(x, y, cost);
                }

                if (IsCorner(_columns, y + 1, y, x + 1))
                {
                    work += jumps.East(x, y, cost);
                    work += jumps.Diagonal<NorthEast>(x, y, cost);
                }

                return work;
            case 2:
                work += jumps.East(x, y, cost);
                if (IsCorner(_rows, x - 1, x, y - 1))
                {
                    work += jumps.North(x, y, cost);
                    work += jumps.Diagonal<NorthEast>(x, y, cost);
                }

                if (IsCorner(_rows, x - 1, x, y + 1))
                {
                    work += jumps.South(x, y, cost);
                    work += jumps.Diagonal<SouthEast>(x, y, cost);
                }

                return work;
            case 4:
                work += jumps.South(x, y, cost);
                if (IsCorner(_columns, y - 1, y, x - 1))
                {
                    work += jumps.West(x, y, cost);
                    work += jumps.Diagonal<SouthWest>(x, y, cost);
                }

                if (IsCorner(_columns, y - 1, y, x + 1))
                {
                    work += jumps.East(x, y, cost);
                    work += jumps.Diagonal<SouthEast>(x, y, cost);
                }

                return work;
            default:
                work += jumps.West(x, y, cost);
                if (IsCorner(_rows, x + 1, x, y - 1))
                {
                    work += jumps.North(x, y, cost);
                    work += jumps.Diagonal<NorthWest>(x, y, cost);
                }

                if (IsCorner(_rows, x + 1, x, y + 1))
                {
                    work += jumps.South(x, y, cost);
                    work += jumps.Diagonal<SouthWest>(x, y, cost);
                }

                return work;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsCorner(CellBits open, int behind, int beside, int line) => open[beside, line] && !open[behind, line];

    // True if diagonal steps and then straight ones lead to the goal. The straight ones lie in the open run of the goal's row or column, so most cells that do
    // not see it are told by where their diagonal meets that row or column, in either of which it may end. Else tells the units that a long look takes.
    private int LookForGoal(int x, int y)
    {
        int right = _goal.X - x;
        int down = _goal.Y - y;
        int steps = Math.Min(StepCosts.Magnitude(right), StepCosts.Magnitude(down));
        int endX = x + (right < 0 ? -steps : steps);
        int endY = y + (down < 0 ? -steps : steps);
        bool meets = ((endY == _goal.Y) & (endX >= _goalLeft) & (endX <= _goalRight)) | ((endX == _goal.X) & (endY >= _goalTop) & (endY <= _goalBottom));
        if (!meets)
        {
            return 0;
        }

        return steps == 0 || _sight.IsDiagonalOpen(x, y, right < 0 ? -1 : 1, down < 0 ? -1 : 1, steps) ? Seen : steps >> WorkUnits.ScannedBits;
    }
}
