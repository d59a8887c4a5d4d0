using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The cheapest cell path for agents of one size: jump point search where all cells cost the same, A* otherwise. Where no path leads to the goal, it goes to the
/// nearest reachable cell. A search can be done in pieces.
/// </summary>
internal sealed class GridSearch
{
    // Of several goals each is a search of its own; beyond a few, one A* over all cells finds the cheapest.
    private const int JumpGoalsMax = 8;

    private readonly Grid _grid;
    private readonly JumpPointSearch _jumps;
    private readonly CellSearch _cells;
    private readonly NearestCells _nearest;
    private readonly Cell[] _jumpGoals = new Cell[JumpGoalsMax + 1];
    private Cell _from;
    private Cell _best;
    private long _least;
    private int _jumpCount;
    private int _jumping;
    private bool _jumped;
    private bool _isLooking;
    private Cell _aim;

    public GridSearch(Grid grid, AgentSpace space)
    {
        _grid = grid;
        Space = space;
        _jumps = new JumpPointSearch(Space.Rows, Space.Columns, Space.Stops);
        _cells = new CellSearch(grid, Space.Rows);
        _nearest = new NearestCells(Space.Rows, Space.Regions);
    }

    public AgentSpace Space { get; }

    /// <summary>The cells of the last path that was found, start and end included.</summary>
    public ReadOnlySpan<Cell> Path => _jumped ? _jumps.Path : _cells.Path;

    public int PathLength => _jumped ? _jumps.PathLength : _cells.PathLength;

    public bool ReachesGoal { get; private set; }

    public double Cost => _jumped ? _jumps.Length * 2 * _grid.LeastCostEighths * StepCosts.Scale : _cells.Cost;

    /// <summary>Cells that the search has settled.</summary>
    public int Expanded { get; private set; }

    /// <summary>Searches from one cell to the one that holds the point, or to those reachable that are nearest to the point.</summary>
    /// <returns>False if the agent cannot stand at the start.</returns>
    public bool Run(Cell from, Cell goal, Vec2 goalPoint)
    {
        int units = int.MaxValue;
        return Begin(from, goal, goalPoint) && Continue(ref units);
    }

    /// <summary>Begins such a search; <see cref="Continue"/> does the work. The grid must not change before it is done.</summary>
    /// <returns>False if the agent cannot stand at the start.</returns>
    public bool Begin(Cell from, Cell goal, Vec2 goalPoint)
    {
        if (!Start(from))
        {
            return false;
        }

        ReachesGoal = IsReachable(goal);
        if (ReachesGoal)
        {
            BeginTo(goal, new ReadOnlySpan<Cell>(in goal));
        }
        else
        {
            Look(goal, goalPoint);
        }

        return true;
    }

    /// <summary>Begins a search for whichever of several goals is cheapest to reach; if none can be reached, for the cells nearest to the first.</summary>
    /// <param name="goals">At least one. Those that cannot be reached are left out.</param>
    /// <param name="scratch">As long as the goals.</param>
    public bool Begin(Cell from, ReadOnlySpan<Cell> goals, Span<Cell> scratch)
    {
        if (!Start(from))
        {
            return false;
        }

        int count = 0;
        (Cell low, Cell high) = (goals[0], goals[0]);
        foreach (Cell goal in goals)
        {
            if (IsReachable(goal))
            {
                (low, high) = count == 0
                    ? (goal, goal)
                    : (new Cell(Math.Min(low.X, goal.X), Math.Min(low.Y, goal.Y)), new Cell(Math.Max(high.X, goal.X), Math.Max(high.Y, goal.Y)));
                scratch[count++] = goal;
            }
        }

        ReachesGoal = count > 0;
        if (ReachesGoal)
        {
            BeginTo(new Cell((low.X + high.X) / 2, (low.Y + high.Y) / 2), scratch[..count]);
        }
        else
        {
            Look(goals[0], goals[0].Centre);
        }

        return true;
    }

    /// <summary>Goes on with the search that was begun.</summary>
    /// <param name="units">Of work; what was used is taken off.</param>
    /// <returns>True once it is done.</returns>
    public bool Continue(ref int units)
    {
        if (_isLooking)
        {
            if (!_nearest.Continue(ref units))
            {
                return false;
            }

            BeginTo(_aim, _nearest.Found);
        }

        if (!_jumped)
        {
            bool done = _cells.Continue(ref units) != SearchProgress.Running;
            Expanded = _cells.Expanded;
            return done;
        }

        while (true)
        {
            int before = _jumps.Expanded;
            SearchProgress progress = _jumps.Continue(ref units);
            Expanded += _jumps.Expanded - before;
            if (progress == SearchProgress.Running)
            {
                return false;
            }

            if (_jumping == _jumpCount)
            {
                return true;
            }

            if (_jumps.Length < _least)
            {
                (_least, _best) = (_jumps.Length, _jumpGoals[_jumping]);
            }

            // After the last of several the best is searched for once more, unless it was the last.
            _jumping++;
            if (_jumping == _jumpCount && _best == _jumpGoals[_jumpCount - 1])
            {
                return true;
            }

            _jumps.Begin(_from, _jumping < _jumpCount ? _jumpGoals[_jumping] : _best);
        }
    }

    /// <summary>Ends a search that is not done, with the path to what lies nearest to the goal so far.</summary>
    public void TakeNearest()
    {
        ReachesGoal = false;
        if (_isLooking)
        {
            // Where to go is not even known yet.
            int units = int.MaxValue;
            BeginTo(_from, new ReadOnlySpan<Cell>(in _from));
            Continue(ref units);
            return;
        }

        if (_jumped)
        {
            _jumps.TakeNearest();
        }
        else
        {
            _cells.TakeNearest();
        }
    }

    private bool Start(Cell from)
    {
        Space.Update();
        Expanded = 0;
        ReachesGoal = false;
        _from = from;
        return Space.Contains(from);
    }

    private bool IsReachable(Cell goal) => Space.Contains(goal) && Space.Regions.AreJoined(_from, goal);

    // The goal cannot be reached: first the cells are looked for that are nearest to it.
    private void Look(Cell goal, Vec2 point)
    {
        (_isLooking, _aim) = (true, goal);
        _nearest.Begin(_from, goal, point);
    }

    private void BeginTo(Cell aim, ReadOnlySpan<Cell> goals)
    {
        _isLooking = false;
        _jumped = _grid.IsUniform && goals.Length <= JumpGoalsMax;
        if (!_jumped)
        {
            _cells.Begin(_from, aim, goals);
            return;
        }

        goals.CopyTo(_jumpGoals);
        _jumpCount = goals.Length;
        _jumping = 0;
        _least = long.MaxValue;
        _jumps.Begin(_from, goals[0]);
    }
}
