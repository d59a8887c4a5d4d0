using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Moves everything that has an <see cref="Agent"/>, once a tick:
/// <code>
/// plan    who needs a path gets one, the longest waiting first, within a budget
/// follow  each wants a velocity towards its next point
/// avoid   velocities are chosen so that nobody runs into anybody
/// step    positions change; never into a wall
/// </code>
/// </summary>
public sealed class AgentMovement
{
    private readonly Query _agents;
    private readonly World _world;
    private readonly Grid _grid;
    private readonly CrowdStep _crowd;
    private PathPlanner _planner;

    internal AgentMovement(World world, Grid grid)
    {
        _world = world;
        _grid = grid;
        _agents = world.Query().All<Position, Agent, PathFollower>().Build();
        _planner = new PathPlanner(world, grid, _agents);
        _crowd = new CrowdStep(grid, _agents);
    }

    /// <summary>Path searches of the last tick.</summary>
    public int Searches => _planner.Searches;

    /// <summary>Forgets what was found out about a grid that has become another.</summary>
    internal void Forget() => _planner = new PathPlanner(_world, _grid, _agents);

    internal void Run(Tick tick, float seconds)
    {
        _planner.Run(tick);
        Follow();
        _crowd.Run(seconds);
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
    private static void FollowOne(Vec2 position, ref Agent agent, ref PathFollower path)
    {
        float stop = MathF.Max(agent.StopDistance, 0.05f);
        if (Vec2.DistanceSquared(position, agent.Goal) <= stop * stop)
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

        Vec2 target;
        if ((agent.Flags & AgentFlags.Flying) != 0)
        {
            target = agent.Goal;
            agent.State = AgentState.Moving;
        }
        else if (!TryTakeWaypoint(position, in agent, ref path, out target))
        {
            agent.State = path.Partial != 0 ? AgentState.GoalWalledOff : AgentState.Idle;
            path.WantedVelocity = Vec2.Zero;
            return;
        }
        else
        {
            agent.State = path.Partial != 0 ? AgentState.GoalWalledOff : AgentState.Moving;
        }

        path.WantedVelocity = (target - position).Normalized() * agent.Speed;
    }

    private static bool TryTakeWaypoint(Vec2 position, in Agent agent, ref PathFollower path, out Vec2 target)
    {
        while (path.Next < path.Count)
        {
            target = path.Points[path.Next];
            float reach = path.Next == path.Count - 1 ? 0.05f : MathF.Max(0.15f, agent.Radius * 0.5f);
            if (Vec2.DistanceSquared(position, target) > reach * reach)
            {
                return true;
            }

            path.Next++;
        }

        target = default;
        return false;
    }
}
