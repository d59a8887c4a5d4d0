using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Avoidance;
using RealtimeServer.Navigation.Chokes;
using RealtimeServer.Navigation.Obstacles;

namespace RealtimeServer.Simulation.Agents;

/// <summary>
/// Bends the velocities agents want so that they pass each other, and moves them. Agents gather into flat arrays in the query's order,
/// which is deterministic; the centre of one that walks never enters a closed cell, nor leaves the mesh.
/// </summary>
internal sealed class CrowdStep
{
    private const uint GroundLayer = 1;
    private const uint AirLayer = 2;
    private const uint MeshLayer = 4;
    private const uint LinkLayer = 8;

    // From so many of its radii before its goal on an agent makes way for those who have farther to go, the more the nearer.
    private const float SettlingRadii = 3;

    private readonly AgentGrounds _grounds;
    private readonly Query _agents;
    private readonly ReciprocalAvoidance _avoidance;
    private AvoidanceAgent[] _crowd = new AvoidanceAgent[64];
    private Vec2[] _velocities = new Vec2[64];

    public CrowdStep(AgentGrounds grounds, Query agents, IReadOnlyList<CrowdObstacles> obstacles)
    {
        _avoidance = new ReciprocalAvoidance { Obstacles = obstacles };
        _grounds = grounds;
        _agents = agents;
    }

    /// <param name="travellers">What each agent is asked to do at narrow passages, in the query's order.</param>
    public void Run(float seconds, ReadOnlySpan<ChokeTraveller> travellers)
    {
        int count = Gather(seconds, travellers);
        _avoidance.Mesh = _grounds.Mesh?.Mesh;
        _avoidance.Solve(_crowd.AsSpan(0, count), _grounds.Grid.Grid, seconds, _velocities.AsSpan(0, count));
        Move(seconds);
    }

    private int Gather(float seconds, ReadOnlySpan<ChokeTraveller> travellers)
    {
        int count = 0;
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            if (count + chunk.Count > _crowd.Length)
            {
                Array.Resize(ref _crowd, Math.Max(_crowd.Length * 2, count + chunk.Count));
                Array.Resize(ref _velocities, _crowd.Length);
            }

            for (int i = 0; i < walkers.Count; i++)
            {
                _crowd[count] = MemberOf(walkers[i], in travellers[count], seconds);
                count++;
            }
        }

        return count;
    }

    private AvoidanceAgent MemberOf(in Walker walker, in ChokeTraveller traveller, float seconds)
    {
        ref Agent agent = ref walker.Agent;
        bool stands = walker.Path.WantedVelocity == Vec2.Zero && traveller.Order != ChokeOrder.Wait;

        // The last step must end at the goal, not beyond it.
        float toGoal = MathF.Sqrt(_grounds.Of(in walker).GoalDistanceSquared(in walker));
        Vec2 wanted = walker.Path.WantedVelocity.Clamped(MathF.Max(toGoal / seconds, 0.01f));
        bool isSolid = stands || walker.IsHalted || (agent.Flags & AgentFlags.Solid) != 0;
        bool isOnLink = agent.State == AgentState.OnLink;
        AvoidanceAgent member = new()
        {
            Position = walker.Position.Value,
            Velocity = agent.Velocity,
            PreferredVelocity = wanted,
            Radius = agent.Radius,
            MaxSpeed = isOnLink ? 0 : stands ? agent.Speed * 0.5f : agent.Speed,
            Layer = walker.Flies ? AirLayer : GroundLayer,

            // Who stands and fights is not pushed about by who walks by; who walks goes round.
            Priority = agent.Priority + traveller.Priority + (walker.IsHalted ? 0.8f : 0f),
            Settled = walker.IsHalted ? 0 : stands ? 1 : Math.Clamp(1 - (toGoal / (SettlingRadii * MathF.Max(agent.Radius, 0.01f))), 0, 1),
            KeepsCourse = traveller.Order != ChokeOrder.Free,
            Destination = isSolid ? Vec2.Zero : agent.Goal - walker.Position.Value,
            SlipsThrough = walker.Path.SlipsThrough && !isSolid,
            IgnoresWalls = walker.Flies,
        };
        return walker.IsOnMesh ? OnMesh(member, in walker, isOnLink) : member;
    }

    private AvoidanceAgent OnMesh(AvoidanceAgent member, in Walker walker, bool isOnLink)
    {
        member.Layer = isOnLink ? LinkLayer : MeshLayer;
        member.Height = walker.Mesh.Height;
        member.Tall = _grounds.Mesh!.Tall;
        member.IsOnMesh = true;
        member.Polygon = walker.Mesh.Polygon;
        return member;
    }

    private void Move(float seconds)
    {
        int at = 0;
        foreach (Chunk chunk in _agents)
        {
            Walkers walkers = _grounds.Of(chunk);
            for (int i = 0; i < walkers.Count; i++)
            {
                Walker walker = walkers[i];
                Vec2 velocity = _velocities[at++];
                if (walker.Agent.State == AgentState.OnLink)
                {
                    continue;
                }

                Vec2 from = walker.Position.Value;
                _grounds.Of(in walker).Step(in walker, from + (velocity * seconds));
                walker.Agent.Velocity = (walker.Position.Value - from) / seconds;
            }
        }
    }
}
