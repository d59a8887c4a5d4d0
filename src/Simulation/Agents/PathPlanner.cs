using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Gives paths to the agents that need one: their goal moved away, their path is used up, the map changed across it, or they do not
/// get on. What searches may take in a tick is bounded in units of work, which are the same on every machine; a search that does not end within them goes on
/// in the next
/// tick. Who waits longest comes first, those of higher priority as if they had waited longer.
/// </summary>
/// <remarks>
/// A search under way is remembered by its agent (where it began, how far it came), so that a restored match has it again by searching so far once more.
/// </remarks>
internal sealed class PathPlanner
{
    /// <summary>Ticks without getting on after which an agent looks for another way.</summary>
    private const uint StuckTicksMax = 20;

    // What a priority of 1 is worth in ticks of waiting.
    private const float PriorityTicks = 16;
    private const float PriorityMost = 4;

    private readonly World _world;
    private readonly Grid _grid;
    private readonly Query _agents;
    private readonly SharedWays _ways;
    private readonly PathFinder _finder;
    private readonly CellRect[] _changes = new CellRect[Navigation.Limits.GridChangesMax];
    private readonly Vec2[] _waypoints = new Vec2[Limits.WaypointsMax];
    private readonly Request[] _next = new Request[Limits.PathSearchesPerTickMax]; // the first ones, in order
    private int _nextCount;
    private Entity _searching = Entity.None;

    public PathPlanner(World world, GridNavigation navigation, Query agents, SharedWays ways)
    {
        _world = world;
        _grid = navigation.Grid;
        _agents = agents;
        _ways = ways;
        _finder = navigation.NewFinder();
    }

    /// <summary>Searches finished in the last tick.</summary>
    public int Searches { get; private set; }

    /// <summary>Agents that still wait.</summary>
    public int Waiting { get; private set; }

    /// <summary>Units of work of the last tick.</summary>
    public int Units { get; private set; }

    /// <summary>Lets the first searches find code and memory ready. Not while an agent is being searched for.</summary>
    public void WarmUp() => _finder.WarmUp(Limits.PathRadiusMax);

    public void Run(Tick tick)
    {
        Collect(tick);
        Searches = 0;
        int units = Limits.PathUnitsPerTickMax;
        if (!_searching.IsNone)
        {
            Continue(_searching, ref units);
        }

        for (int i = 0; i < _nextCount && units > 0 && _searching.IsNone; i++)
        {
            Plan(_next[i].Agent, ref units);
        }

        Units = Limits.PathUnitsPerTickMax - units;
    }

    // Whoever is being searched for is not among the others; if it needs no path any more, or the map has changed, the search is dropped.
    private void Collect(Tick tick)
    {
        _nextCount = 0;
        Waiting = 0;
        bool found = false;
        foreach (Chunk chunk in _agents)
        {
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            ReadOnlySpan<Agent> agents = chunk.Read<Agent>();
            Span<PathFollower> paths = chunk.Span<PathFollower>();
            for (int i = 0; i < chunk.Count; i++)
            {
                ref PathFollower path = ref paths[i];
                if (!NeedsPath(positions[i].Value, in agents[i], ref path))
                {
                    path.WantedSince = 0;
                    path.SearchUnits = 0;
                    continue;
                }

                Waiting++;
                path.WantedSince = path.WantedSince == 0 ? tick.Value : path.WantedSince;
                if (path.SearchUnits > 0 && path.SearchVersion == _grid.Version && path.PlannedGoal == agents[i].Goal)
                {
                    found = true;
                    Resume(chunk.Entities[i], in agents[i], in path);
                    continue;
                }

                path.SearchUnits = 0;
                float priority = float.IsFinite(agents[i].Priority) ? Math.Clamp(agents[i].Priority, -PriorityMost, PriorityMost) : 0;
                Consider(new Request(path.WantedSince - (long)(priority * PriorityTicks), chunk.Entities[i]));
            }
        }

        if (!found)
        {
            _searching = Entity.None;
            _finder.Cancel();
        }
    }

    private void Consider(Request request)
    {
        if (_nextCount == _next.Length)
        {
            if (request.CompareTo(_next[^1]) >= 0)
            {
                return;
            }

            _nextCount--;
        }

        int hole = _nextCount++;
        for (; hole > 0 && request.CompareTo(_next[hole - 1]) < 0; hole--)
        {
            _next[hole] = _next[hole - 1];
        }

        _next[hole] = request;
    }

    // After a match is restored, its search is done again as far as it had come.
    private void Resume(Entity entity, in Agent agent, in PathFollower path)
    {
        if (_searching != entity)
        {
            _searching = entity;
            int units = path.SearchUnits;
            _finder.Begin(path.SearchFrom, path.PlannedGoal, SharedWays.RadiusOf(in agent));
            _finder.TryContinue(ref units, _waypoints, out _);
        }
    }

    private bool NeedsPath(Vec2 position, in Agent agent, ref PathFollower path)
    {
        if ((agent.Flags & (AgentFlags.Flying | AgentFlags.Halted)) != 0 || agent.Speed <= 0 || !agent.Goal.IsFinite)
        {
            return false;
        }

        // Who slides along others without getting nearer is held up, too.
        float onWay = Vec2.Dot(agent.Velocity, path.WantedVelocity.Normalized());
        bool held = agent.State == AgentState.Moving && !path.Choke.IsWaiting && onWay < agent.Speed * 0.1f;
        path.StuckTicks = held ? path.StuckTicks + 1 : 0;
        if (_ways.TryFind(in agent, out _))
        {
            return false;
        }

        float stop = MathF.Max(agent.StopDistance, 0.05f);
        float goalDistanceSquared = Vec2.DistanceSquared(position, agent.Goal);
        if (goalDistanceSquared <= stop * stop)
        {
            return false;
        }

        // A goal that moves, such as a target that walks, is worth a new plan once it has moved a tenth of the way to it.
        float movedSquared = Vec2.DistanceSquared(agent.Goal, path.PlannedGoal);
        bool goalMoved = movedSquared > MathF.Max(0.0025f, goalDistanceSquared * 0.01f);
        bool changed = path.GridVersion != _grid.Version && IsChangedAhead(position, in agent, ref path);
        bool usedUp = path.Remaining == 0 && path.Partial == 0 && agent.State != AgentState.Arrived;
        return goalMoved || changed || usedUp || path.StuckTicks > StuckTicksMax;
    }

    /// <summary>Whether a cell that changed since the path was made concerns what is left of it. If not, the path is good for the newer map.</summary>
    private bool IsChangedAhead(Vec2 position, in Agent agent, ref PathFollower path)
    {
        // Where no way led before, any change may open one.
        if (path.Partial != 0)
        {
            return true;
        }

        int count = _grid.ChangedSince(path.GridVersion, _changes);
        Vec2 from = position;
        for (int p = path.Next; p < path.Count; p++)
        {
            for (int c = 0; c < count; c++)
            {
                if (_changes[c].IsTouchedBy(from, path.Points[p], agent.Radius))
                {
                    return true;
                }
            }

            from = path.Points[p];
        }

        path.GridVersion = _grid.Version;
        return false;
    }

    private void Plan(Entity entity, ref int units)
    {
        ref readonly Agent agent = ref _world.Read<Agent>(entity);
        ref PathFollower path = ref _world.Get<PathFollower>(entity);
        Vec2 position = _world.Read<Position>(entity).Value;
        path.PlannedGoal = agent.Goal;
        path.GridVersion = _grid.Version;
        path.StuckTicks = 0;
        units -= Limits.PathUnitsLook;
        if (IsStraightWayGood(position, in agent))
        {
            path.Next = 0;
            path.WantedSince = 0;
            path.Partial = 0;
            path.Points[0] = agent.Goal;
            path.Count = 1;
            Waiting--;
            return;
        }

        path.SearchFrom = position;
        path.SearchVersion = _grid.Version;
        _searching = entity;
        _finder.Begin(position, agent.Goal, SharedWays.RadiusOf(in agent));
        Continue(entity, ref units);
    }

    private void Continue(Entity entity, ref int units)
    {
        ref PathFollower path = ref _world.Get<PathFollower>(entity);
        int before = units;
        if (!_finder.TryContinue(ref units, _waypoints, out PathResult found))
        {
            path.SearchUnits += Math.Max(before - units, 1);
            return;
        }

        _searching = Entity.None;
        Searches++;
        Waiting--;
        path.SearchUnits = 0;
        path.Next = 0;
        path.WantedSince = 0;
        path.StuckTicks = 0;
        path.GridVersion = _grid.Version;
        path.Count = found.Status == PathStatus.Unreachable ? 0 : found.Count;

        // A path cut for lack of room is continued from its end, even if it then leads only near the goal.
        path.Partial = found.ReachesGoal || found.Status == PathStatus.BufferTooSmall ? 0u : 1u;
        for (int i = 0; i < path.Count; i++)
        {
            path.Points[i] = _waypoints[i];
        }
    }

    /// <summary>Near goals in plain sight need no search; far ones do, because the straight line may cross costly ground.</summary>
    private bool IsStraightWayGood(Vec2 position, in Agent agent) =>
        Vec2.DistanceSquared(position, agent.Goal) < 9f && LineOfSight.IsClear(_grid, position, agent.Goal, SharedWays.RadiusOf(in agent));

    private readonly record struct Request(long Since, Entity Agent) : IComparable<Request>
    {
        public int CompareTo(Request other)
        {
            int order = Since.CompareTo(other.Since);
            return order != 0 ? order : Agent.Index.CompareTo(other.Agent.Index);
        }
    }
}
