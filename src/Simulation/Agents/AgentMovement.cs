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
    private readonly MatchNavMesh? _navMesh;
    private AgentGrounds _grounds;
    private SharedWays _ways;
    private PathPlanner _planner;
    private PassageStep _passages;
    private CrowdStep _crowd;

    /// <param name="navMesh">Null in a match without.</param>
    internal AgentMovement(World world, GameMap map, GridNavigation navigation, MatchNavMesh? navMesh)
    {
        _world = world;
        _navMesh = navMesh;
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

    /// <summary>Forgets what was found out about a grid, and a mesh, that have become others.</summary>
    [MemberNotNull(nameof(_grounds), nameof(_ways), nameof(_planner), nameof(_passages), nameof(_crowd))]
    internal void Use(GridNavigation navigation)
    {
        _grounds = new AgentGrounds(new GridAgentGround(navigation), _navMesh is null ? null : new MeshAgentGround(_navMesh));
        _ways = new SharedWays(navigation, _grounds, _agents);
        _planner = new PathPlanner(_world, _grounds, _agents, _ways);
        _passages = new PassageStep(navigation, _grounds, _agents, _ways);
        _crowd = new CrowdStep(_grounds, _agents, _obstacles.Sets);
    }

    /// <summary>Finds out what agents need to know of the grid and the mesh before the first tick, which would wait for it otherwise.</summary>
    internal void Prepare()
    {
        _grounds.Grid.Prepare();
        _grounds.Mesh?.Prepare();
    }

    /// <summary>What the first agents want and do, in the order of the world; changes nothing. Between two steps.</summary>
    internal (IReadOnlyList<AgentTrace> Agents, int LeftOut) Trace(int most)
    {
        var agents = new List<AgentTrace>();
        int leftOut = 0;
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Read(chunk);
            for (int i = 0; i < walkers.Count; i++)
            {
                if (agents.Count == most)
                {
                    leftOut++;
                    continue;
                }

                Walker walker = walkers[i];
                ref readonly Agent agent = ref walker.Agent;
                agents.Add(new AgentTrace(
                    walker.Position.Value, agent.Radius, agent.State, agent.Flags, walker.Path.WantedVelocity, agent.Velocity, WayOf(in walker)));
            }
        }

        return (agents, leftOut);
    }

    /// <summary>The first obstacles, as they stand now; changes nothing. Between two steps.</summary>
    internal IReadOnlyList<ObstacleTrace> TraceObstacles(int most) => _obstacles.Trace(most);

    private Vec2[] WayOf(in Walker walker)
    {
        ref readonly PathFollower path = ref walker.Path;
        if (path.WantedVelocity == Vec2.Zero)
        {
            return [];
        }

        if (walker.Flies)
        {
            return [walker.Agent.Goal];
        }

        return _ways.TryFind(in walker, out FlowField? way) && way.TryNext(walker.Position.Value, out Vec2 next) ? [next] : path.Points[path.Next..path.Count].ToArray();
    }

    internal void Run(Tick tick, float seconds)
    {
        Locate();
        _ways.Collect();
        _obstacles.Collect();
        _planner.Run(tick);
        Follow(seconds);
        _passages.Run(tick, seconds);
        _crowd.Run(seconds, _passages.Travellers);
        _obstacles.Move(seconds);
    }

    private void Locate()
    {
        if (_grounds.Mesh is not { } mesh)
        {
            return;
        }

        mesh.Settle();
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            for (int i = 0; i < walkers.Count; i++)
            {
                if (walkers[i].IsOnMesh)
                {
                    mesh.Locate(walkers[i]);
                }
            }
        }
    }

    private void Follow(float seconds)
    {
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            for (int i = 0; i < walkers.Count; i++)
            {
                FollowOne(walkers[i], seconds);
            }
        }
    }

    /// <summary>Sets the velocity the agent would like; avoidance then bends it. The one it has stays: others judge it by that.</summary>
    private void FollowOne(in Walker walker, float seconds)
    {
        ref Agent agent = ref walker.Agent;
        ref PathFollower path = ref walker.Path;
        IAgentGround ground = _grounds.Of(in walker);
        if (agent.State == AgentState.OnLink)
        {
            path.WantedVelocity = Vec2.Zero;
            _grounds.Mesh!.Ride(in walker, seconds);
            return;
        }

        float stop = MathF.Max(agent.StopDistance, 0.05f);
        float goalDistanceSquared = ground.GoalDistanceSquared(in walker);
        if (goalDistanceSquared <= stop * stop || IsCrowdedOut(in walker, goalDistanceSquared))
        {
            agent.State = AgentState.Arrived;
            path.WantedVelocity = Vec2.Zero;
            path.Count = path.Next = 0;
            path.Partial = 0;
            return;
        }

        if (walker.IsHalted || !agent.Goal.IsFinite)
        {
            path.WantedVelocity = Vec2.Zero;
            return;
        }

        Vec2 position = walker.Position.Value;
        if (walker.Flies)
        {
            path.WantedVelocity = (agent.Goal - position).Normalized() * agent.Speed;
            agent.State = AgentState.Moving;
            return;
        }

        if (_ways.TryFind(in walker, out FlowField? way))
        {
            FollowWay(position, way, ref agent, ref path);
            return;
        }

        if (!TryTakeWaypoint(in walker, ground, out Vec2 target))
        {
            agent.State = path.Partial != 0 ? AgentState.GoalWalledOff : AgentState.Idle;
            path.WantedVelocity = Vec2.Zero;
            return;
        }

        if (agent.State == AgentState.OnLink)
        {
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
    private bool IsCrowdedOut(in Walker walker, float goalDistanceSquared)
    {
        ref readonly Agent agent = ref walker.Agent;
        bool held = agent.State == AgentState.Arrived || walker.Path.StuckTicks > Limits.CrowdedOutTicks;
        if (!held || walker.Path.PlannedGoal != agent.Goal || walker.Flies)
        {
            return false;
        }

        float reach = agent.StopDistance + (2.2f * agent.Radius * MathF.Sqrt(_ways.ArrivedAt(agent.Goal)));
        return goalDistanceSquared <= reach * reach;
    }

    // In a crowd nobody needs to touch the very corner: who sees the point behind it goes there.
    private static bool IsPast(in Walker walker, IAgentGround ground, float distanceSquared) =>
        distanceSquared < Limits.WaypointSightSquared && walker.Path.Next + 1 < walker.Path.Count
        && ground.Sees(in walker, walker.Path.Points[walker.Path.Next + 1]);

    /// <returns>True if it is on its way to a point of its path, or on a link that begins there.</returns>
    private bool TryTakeWaypoint(in Walker walker, IAgentGround ground, out Vec2 target)
    {
        ref PathFollower path = ref walker.Path;
        while (path.Next < path.Count)
        {
            target = path.Points[path.Next];
            bool isLink = walker.IsOnMesh && MeshAgentGround.HasLink(in walker);
            float reach = path.Next == path.Count - 1 && !isLink ? 0.05f : ground.WaypointReach(in walker);
            float distanceSquared = Vec2.DistanceSquared(walker.Position.Value, target);
            if (distanceSquared > reach * reach && (isLink || !IsPast(in walker, ground, distanceSquared)))
            {
                return true;
            }

            if (isLink)
            {
                _grounds.Mesh!.EnterLink(in walker);
                return true;
            }

            path.Next++;
        }

        target = default;
        return false;
    }
}
