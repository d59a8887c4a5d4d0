using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Gives paths to the agents that need one: their goal moved away, their path is used up, the map changed across it, or they do not
/// get on. Searches are budgeted a tick; who waits longest comes first, so a crowd's plans spread over ticks instead of stalling one.
/// </summary>
internal sealed class PathPlanner
{
    /// <summary>Ticks without getting on after which an agent looks for another way.</summary>
    private const uint StuckTicksMax = 20;

    private readonly World _world;
    private readonly Grid _grid;
    private readonly Query _agents;
    private readonly PathFinder _finder;
    private readonly CellRect[] _changes = new CellRect[Navigation.Limits.GridChangesMax];
    private readonly Vec2[] _waypoints = new Vec2[Limits.WaypointsMax];
    private Request[] _requests = new Request[64];
    private int _requestCount;

    public PathPlanner(World world, Grid grid, Query agents)
    {
        _world = world;
        _grid = grid;
        _agents = agents;
        _finder = new PathFinder(grid);
    }

    public int Searches { get; private set; }

    public void Run(Tick tick)
    {
        Collect(tick);
        _requests.AsSpan(0, _requestCount).Sort();
        Searches = 0;
        int cells = 0;
        for (int i = 0; i < _requestCount && Searches < Limits.PathSearchesPerTickMax && cells < Limits.PathCellsPerTickMax; i++)
        {
            cells += Plan(_requests[i].Agent);
        }
    }

    private void Collect(Tick tick)
    {
        _requestCount = 0;
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
                    continue;
                }

                path.WantedSince = path.WantedSince == 0 ? tick.Value : path.WantedSince;
                if (_requestCount == _requests.Length)
                {
                    Array.Resize(ref _requests, _requests.Length * 2);
                }

                _requests[_requestCount++] = new Request(path.WantedSince, chunk.Entities[i]);
            }
        }
    }

    private bool NeedsPath(Vec2 position, in Agent agent, ref PathFollower path)
    {
        if ((agent.Flags & (AgentFlags.Flying | AgentFlags.Halted)) != 0 || agent.Speed <= 0 || !agent.Goal.IsFinite)
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
        path.StuckTicks = agent.State == AgentState.Moving && agent.Velocity.LengthSquared < agent.Speed * agent.Speed * 0.01f ? path.StuckTicks + 1 : 0;
        bool usedUp = path.Remaining == 0 && path.Partial == 0;
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

    /// <returns>How many cells were looked at.</returns>
    private int Plan(Entity entity)
    {
        ref readonly Agent agent = ref _world.Read<Agent>(entity);
        ref PathFollower path = ref _world.Get<PathFollower>(entity);
        Vec2 position = _world.Read<Position>(entity).Value;
        path.PlannedGoal = agent.Goal;
        path.GridVersion = _grid.Version;
        path.Next = 0;
        path.WantedSince = 0;
        path.StuckTicks = 0;
        path.Partial = 0;
        if (IsStraightWayGood(position, in agent))
        {
            path.Points[0] = agent.Goal;
            path.Count = 1;
            return 0;
        }

        Searches++;
        PathResult found = _finder.Find(position, agent.Goal, _waypoints, MathF.Min(agent.Radius, 0.45f));
        path.Count = found.Status == PathStatus.Unreachable ? 0 : found.Count;

        // A path cut for lack of room is continued from its end, even if it then leads only near the goal.
        path.Partial = found.ReachesGoal || found.Status == PathStatus.BufferTooSmall ? 0u : 1u;
        for (int i = 0; i < path.Count; i++)
        {
            path.Points[i] = _waypoints[i];
        }

        return found.Expanded;
    }

    /// <summary>Near goals in plain sight need no search; far ones do, because the straight line may cross costly ground.</summary>
    private bool IsStraightWayGood(Vec2 position, in Agent agent) =>
        Vec2.DistanceSquared(position, agent.Goal) < 9f && LineOfSight.IsClear(_grid, position, agent.Goal, MathF.Min(agent.Radius, 0.45f));

    private readonly record struct Request(uint Since, Entity Agent) : IComparable<Request>
    {
        public int CompareTo(Request other)
        {
            int order = Since.CompareTo(other.Since);
            return order != 0 ? order : Agent.Index.CompareTo(other.Agent.Index);
        }
    }
}
