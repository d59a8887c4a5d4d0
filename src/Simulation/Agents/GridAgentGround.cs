using RealtimeServer.Foundation;
using RealtimeServer.Navigation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>The cells of the match's grid, for agents that walk on them, and the air above them.</summary>
internal sealed class GridAgentGround(GridNavigation navigation) : IAgentGround
{
    private readonly Grid _grid = navigation.Grid;
    private readonly PathFinder _finder = navigation.NewFinder();
    private readonly CellRect[] _changes = new CellRect[Navigation.Limits.GridChangesMax];
    private readonly Vec2[] _waypoints = new Vec2[Limits.WaypointsMax];

    public Grid Grid => _grid;

    /// <summary>Lets the first searches find what is to be known of the grid, code and memory ready. Not while an agent is being searched for.</summary>
    public void Prepare()
    {
        navigation.Prepare(Limits.PathRadiusMax);
        _finder.WarmUp(Limits.PathRadiusMax);
    }

    public bool CanWalk(in Walker walker) => true;

    public float GoalDistanceSquared(in Walker walker) => Vec2.DistanceSquared(walker.Position.Value, walker.Agent.Goal);

    public bool HasGoalMoved(in Walker walker) => walker.HasGoalMoved;

    public bool IsChangedAhead(in Walker walker)
    {
        ref PathFollower path = ref walker.Path;
        if (path.GridVersion == _grid.Version)
        {
            return false;
        }

        if (path.Partial != 0)
        {
            return true;
        }

        int count = _grid.ChangedSince(path.GridVersion, _changes);
        Vec2 from = walker.Position.Value;
        for (int p = path.Next; p < path.Count; p++)
        {
            for (int c = 0; c < count; c++)
            {
                if (_changes[c].IsTouchedBy(from, path.Points[p], walker.Agent.Radius))
                {
                    return true;
                }
            }

            from = path.Points[p];
        }

        path.GridVersion = _grid.Version;
        return false;
    }

    public bool TryPlanStraight(in Walker walker)
    {
        walker.Path.GridVersion = _grid.Version;
        Vec2 at = walker.Position.Value;
        Vec2 goal = walker.Agent.Goal;
        bool isClear = Vec2.DistanceSquared(at, goal) < Limits.StraightWaySquared && LineOfSight.IsClear(_grid, at, goal, SharedWays.RadiusOf(in walker.Agent));
        walker.Path.Points[0] = isClear ? goal : walker.Path.Points[0];
        return isClear;
    }

    public void BeginSearch(in Walker walker, ref int units)
    {
        walker.Path.SearchFrom = walker.Position.Value;
        walker.Path.SearchVersion = _grid.Version;
        _finder.Begin(walker.Path.SearchFrom, walker.Agent.Goal, SharedWays.RadiusOf(in walker.Agent));
    }

    public bool TryContinueSearch(in Walker walker, ref int units, out PathResult found)
    {
        if (!_finder.TryContinue(ref units, _waypoints, out found))
        {
            return false;
        }

        walker.Path.GridVersion = _grid.Version;
        for (int i = 0; i < found.Count; i++)
        {
            walker.Path.Points[i] = _waypoints[i];
        }

        return true;
    }

    public bool IsSearchGood(in Walker walker) => walker.Path.SearchVersion == _grid.Version && walker.Path.PlannedGoal == walker.Agent.Goal;

    public void RepeatSearch(in Walker walker, int units)
    {
        _finder.Begin(walker.Path.SearchFrom, walker.Path.PlannedGoal, SharedWays.RadiusOf(in walker.Agent));
        _finder.TryContinue(ref units, _waypoints, out _);
    }

    public void CancelSearch() => _finder.Cancel();

    public float WaypointReach(in Walker walker) => MathF.Max(0.15f, walker.Agent.Radius * 0.5f);

    public bool Sees(in Walker walker, Vec2 point) => LineOfSight.IsClear(_grid, walker.Position.Value, point, SharedWays.RadiusOf(in walker.Agent));

    public void Step(in Walker walker, Vec2 to) => walker.Position.Value = walker.Flies ? Inside(to) : Walk(walker.Position.Value, to);

    /// <summary>Goes as far as walls allow: the whole way, else along one side, else nowhere; out of a building that came down on it.</summary>
    private Vec2 Walk(Vec2 from, Vec2 to)
    {
        if (!_grid.IsOpen(from))
        {
            return NearestOpen(from);
        }

        if (CanStep(from, to))
        {
            return to;
        }

        var alongX = new Vec2(to.X, from.Y);
        if (CanStep(from, alongX))
        {
            return alongX;
        }

        var alongY = new Vec2(from.X, to.Y);
        return CanStep(from, alongY) ? alongY : from;
    }

    /// <summary>A step across a corner needs both cells beside it, as paths do; a step over whole cells, at slow tick rates, needs all of them.</summary>
    private bool CanStep(Vec2 from, Vec2 to)
    {
        if (!_grid.IsOpen(to))
        {
            return false;
        }

        Cell start = Cell.At(from);
        Cell end = Cell.At(to);
        return Math.Abs(end.X - start.X) <= 1 && Math.Abs(end.Y - start.Y) <= 1
            ? _grid.IsOpen(end.X, start.Y) && _grid.IsOpen(start.X, end.Y)
            : LineOfSight.IsClear(_grid, from, to, 0f);
    }

    private Vec2 Inside(Vec2 point) => new(
        MathF.Min(MathF.Max(point.X, 0.05f), _grid.Width - 0.05f),
        MathF.Min(MathF.Max(point.Y, 0.05f), _grid.Height - 0.05f));

    /// <summary>The nearest point of an open cell, by rings of cells; the same point if there is none near.</summary>
    private Vec2 NearestOpen(Vec2 point)
    {
        if (!point.IsFinite)
        {
            return point;
        }

        Cell centre = Cell.At(point);
        Vec2 best = point;
        float bestDistance = float.MaxValue;
        for (int ring = 1; ring <= Limits.PushOutCellsMax && bestDistance > (ring - 1) * (ring - 1); ring++)
        {
            for (int y = centre.Y - ring; y <= centre.Y + ring; y++)
            {
                int step = Math.Abs(y - centre.Y) == ring ? 1 : 2 * ring;
                for (int x = centre.X - ring; x <= centre.X + ring; x += step)
                {
                    if (!_grid.IsOpen(x, y))
                    {
                        continue;
                    }

                    var near = new Vec2(Math.Clamp(point.X, x + 0.1f, x + 0.9f), Math.Clamp(point.Y, y + 0.1f, y + 0.9f));
                    float distance = Vec2.DistanceSquared(point, near);
                    if (distance < bestDistance)
                    {
                        bestDistance = distance;
                        best = near;
                    }
                }
            }
        }

        return best;
    }
}
