using RealtimeServer.Foundation;

namespace RealtimeServer.Navigation.Search;

/// <summary>
/// The cheapest cell path for agents of one size: jump point search where all cells cost the same, A* otherwise. Where no path leads to the goal, it goes to the
/// nearest reachable cell.
/// </summary>
internal sealed class GridSearch
{
    // Of several equally near ends each is a search of its own; beyond a few, one A* over all cells finds them together.
    private const int JumpGoalsMax = 8;

    private readonly Grid _grid;
    private readonly JumpPointSearch _jumps;
    private readonly CellSearch _cells;
    private bool _jumped;

    public GridSearch(Grid grid, AgentReach reach)
    {
        _grid = grid;
        Space = new AgentSpace(grid, reach);
        _jumps = new JumpPointSearch(Space.Rows, Space.Columns, Space.Stops);
        _cells = new CellSearch(grid, Space.Rows);
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
        Space.Update();
        Expanded = 0;
        ReachesGoal = false;
        if (!Space.Contains(from))
        {
            return false;
        }

        ReachesGoal = Space.Contains(goal) && Space.Regions.AreJoined(from, goal);
        ReadOnlySpan<Cell> goals = ReachesGoal ? new ReadOnlySpan<Cell>(in goal) : Space.Regions.FindNearest(from, goal, goalPoint);
        _jumped = _grid.IsUniform && goals.Length <= JumpGoalsMax;
        if (_jumped)
        {
            Jump(from, goals);
        }
        else
        {
            _cells.Run(from, goal, goals);
            Expanded = _cells.Expanded;
        }

        return true;
    }

    private void Jump(Cell from, ReadOnlySpan<Cell> goals)
    {
        int best = 0;
        long least = long.MaxValue;
        for (int i = 0; i < goals.Length; i++)
        {
            _jumps.Run(from, goals[i]);
            Expanded += _jumps.Expanded;
            if (_jumps.Length < least)
            {
                least = _jumps.Length;
                best = i;
            }
        }

        if (best != goals.Length - 1)
        {
            _jumps.Run(from, goals[best]);
        }
    }
}
