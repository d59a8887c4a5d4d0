using System.Diagnostics.CodeAnalysis;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;
using RealtimeServer.Navigation.Flow;
using RealtimeServer.Navigation.Maps;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Moves everything that has an <see cref="Agent"/>, once a tick:
/// <code>
/// plan    who needs a path gets one, the longest waiting first, within a budget; crowds with one goal share a flow field
/// follow  each wants a velocity towards its next point
/// round   whatever obstacles lie in the way
/// queue   at narrow passages crowds that meet take turns
/// avoid   velocities are chosen so that nobody runs into anybody
/// step    positions change; never into a wall
/// </code>
/// </summary>
public sealed class AgentMovement
{
    private readonly Query _agents;
    private readonly World _world;
    private readonly ObstacleStep _obstacles;
    private GridNavigation _navigation;
    private SharedWays _ways;
    private PathPlanner _planner;
    private PassageStep _passages;
    private CrowdStep _crowd;

    internal AgentMovement(World world, GameMap map, GridNavigation navigation)
    {
        _world = world;
        _agents = world.Query().All<Position, Agent, PathFollower>().Build();
        _obstacles = new ObstacleStep(world, map);
        Use(navigation);
    }

    /// <summary>Path searches that were finished in the last tick.</summary>
    public int Searches => _planner.Searches;

    /// <summary>Agents that still waited for a path after the last tick.</summary>
    public int Waiting => _planner.Waiting;

    /// <summary>What path searches took in the last tick, in units of 20 to 50 ns; see <see cref="Limits.PathUnitsPerTickMax"/>.</summary>
    public int PathUnits => _planner.Units;

    /// <summary>Forgets what was found out about a grid that has become another.</summary>
    [MemberNotNull(nameof(_navigation), nameof(_ways), nameof(_planner), nameof(_passages), nameof(_crowd))]
    internal void Use(GridNavigation navigation)
    {
        _navigation = navigation;
        _ways = new SharedWays(navigation, _agents);
        _planner = new PathPlanner(_world, navigation, _agents, _ways);
        _passages = new PassageStep(navigation, _agents, _ways);
        _crowd = new CrowdStep(navigation.Grid, _agents, _obstacles.Sets);
    }

    /// <summary>Finds out what agents need to know of the grid before the first tick, which would wait for it otherwise.</summary>
    internal void Prepare()
    {
        _navigation.Prepare(Limits.PathRadiusMax);
        _planner.WarmUp();
    }

    /// <summary>What the first agents want and do, in the order of the world; changes nothing. Between two steps.</summary>
    internal (IReadOnlyList<AgentTrace> Agents, int LeftOut) Trace(int most)
    {
        var agents = new List<AgentTrace>();
        int leftOut = 0;
        foreach (Chunk chunk in _agents)
        {
            for (int i = 0; i < chunk.Count; i++)
            {
                if (agents.Count == most)
                {
                    leftOut++;
                    continue;
                }

                ref readonly Agent agent = ref chunk.Read<Agent>()[i];
                ref readonly PathFollower path = ref chunk.Read<PathFollower>()[i];
                Vec2 position = chunk.Read<Position>()[i].Value;
                agents.Add(new AgentTrace(
                    position, agent.Radius, agent.State, agent.Flags, path.WantedVelocity, agent.Velocity, WayOf(position, in agent, in path)));
            }
        }

        return (agents, leftOut);
    }

    /// <summary>The first obstacles, as they stand now; changes nothing. Between two steps.</summary>
    internal IReadOnlyList<ObstacleTrace> TraceObstacles(int most) => _obstacles.Trace(most);

    private Vec2[] WayOf(Vec2 position, in Agent agent, in PathFollower path)
    {
        if (path.WantedVelocity == Vec2.Zero)
        {
            return [];
        }

        if ((agent.Flags & AgentFlags.Flying) != 0)
        {
            return [agent.Goal];
        }

        return _ways.TryFind(in agent, out FlowField? way) && way.TryNext(position, out Vec2 next) ? [next] : path.Points[path.Next..path.Count].ToArray();
    }

    internal void Run(Tick tick, float seconds)
    {
        _ways.Collect();
        _obstacles.Collect();
        _planner.Run(tick);
        Follow();
        _passages.Run(tick, seconds);
        _crowd.Run(seconds, _passages.Travellers);
        _obstacles.Move(seconds);
    }

    private void Follow()
    {
        foreach (Chunk chunk in _agents)
        {
            ReadOnlySpan<Position> positions = chunk.Read<Position>();
            Span<Agent> agents = chunk.Span<Agent>();
            Span<PathFollower> paths = chunk.Span<PathFollower>();
            for (int i = 0; i < chunk.Count; i++)
            {
                FollowOne(positions[i].Value, ref agents[i], ref paths[i]);
            }
        }
    }

    /// <summary>Sets the velocity the agent would like; avoidance then bends it. The one it has stays: others judge it by that.</summary>
    private void FollowOne(Vec2 position, ref Agent agent, ref PathFollower path)
    {
        float stop = MathF.Max(agent.StopDistance, 0.05f);
        if (Vec2.DistanceSquared(position, agent.Goal) <= stop * stop || IsCrowdedOut(position, in agent, in path))
        {
            agent.State = AgentState.Arrived;
            path.WantedVelocity = Vec2.Zero;
            path.Count = path.Next = 0;
            path.Partial = 0;
            return;
        }

        if ((agent.Flags & AgentFlags.Halted) != 0 || !agent.Goal.IsFinite)
        {
            path.WantedVelocity = Vec2.Zero;
            return;
        }

        if ((agent.Flags & AgentFlags.Flying) != 0)
        {
            path.WantedVelocity = (agent.Goal - position).Normalized() * agent.Speed;
            agent.State = AgentState.Moving;
            return;
        }

        if (_ways.TryFind(in agent, out FlowField? way))
        {
            FollowWay(position, way, ref agent, ref path);
            return;
        }

        if (!TryTakeWaypoint(position, in agent, ref path, out Vec2 target))
        {
            agent.State = path.Partial != 0 ? AgentState.GoalWalledOff : AgentState.Idle;
            path.WantedVelocity = Vec2.Zero;
            return;
        }

        agent.State = path.Partial != 0 ? AgentState.GoalWalledOff : AgentState.Moving;
        path.WantedVelocity = _obstacles.Towards(position, target, in agent, goesOn: path.Next < path.Count - 1) * agent.Speed;
    }

    // Of those who share a way, who is in the goal's cell goes on to the goal itself.
    private void FollowWay(Vec2 position, FlowField way, ref Agent agent, ref PathFollower path)
    {
        path.PlannedGoal = agent.Goal;
        bool leads = way.TryNext(position, out Vec2 next);
        bool atEnd = leads && next == position;
        bool inGoal = Cell.At(position) == way.Goal;
        path.WantedVelocity = !leads || (atEnd && !inGoal)
            ? Vec2.Zero
            : _obstacles.Towards(position, inGoal ? agent.Goal : next, in agent, goesOn: !inGoal) * agent.Speed;
        agent.State = leads && !(atEnd && !inGoal) ? AgentState.Moving : AgentState.GoalWalledOff;
        path.Partial = agent.State == AgentState.GoalWalledOff ? 1u : 0u;
    }

    // Where many go to one point, those who come last find it full: held up near it, they have arrived.
    private bool IsCrowdedOut(Vec2 position, in Agent agent, in PathFollower path)
    {
        bool held = agent.State == AgentState.Arrived || path.StuckTicks > Limits.CrowdedOutTicks;
        if (!held || path.PlannedGoal != agent.Goal || (agent.Flags & AgentFlags.Flying) != 0)
        {
            return false;
        }

        float reach = agent.StopDistance + (2.2f * agent.Radius * MathF.Sqrt(_ways.ArrivedAt(agent.Goal)));
        return Vec2.DistanceSquared(position, agent.Goal) <= reach * reach;
    }

    // In a crowd nobody needs to touch the very corner: who sees the point behind it goes there.
    private bool IsPast(Vec2 position, float distanceSquared, in Agent agent, in PathFollower path) =>
        distanceSquared < Limits.WaypointSightSquared && path.Next + 1 < path.Count
        && LineOfSight.IsClear(_navigation.Grid, position, path.Points[path.Next + 1], SharedWays.RadiusOf(in agent));

    private bool TryTakeWaypoint(Vec2 position, in Agent agent, ref PathFollower path, out Vec2 target)
    {
        while (path.Next < path.Count)
        {
            target = path.Points[path.Next];
            float reach = path.Next == path.Count - 1 ? 0.05f : MathF.Max(0.15f, agent.Radius * 0.5f);
            float distanceSquared = Vec2.DistanceSquared(position, target);
            if (distanceSquared > reach * reach && !IsPast(position, distanceSquared, in agent, in path))
            {
                return true;
            }

            path.Next++;
        }

        target = default;
        return false;
    }
}
