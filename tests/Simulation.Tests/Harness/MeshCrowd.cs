using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Harness;

/// <summary>A match of nothing but agents that walk on its navigation mesh, which a test places and watches.</summary>
internal sealed class MeshCrowd : IDisposable
{
    public static readonly NavMeshSettings Settings = new() { AgentRadius = 0.4f, TileVoxels = 32 };

    private readonly ScriptedGame _game;
    private readonly List<Entity> _agents = [];

    public MeshCrowd(GameMap map, IReadOnlyList<OffMeshLink>? links = null, NavMeshSettings? settings = null)
    {
        _game = new ScriptedGame { OnConfigure = game => game.UseAgents().UseNavMesh(settings ?? Settings, links) };
        Match = _game.Simulate(map);
    }

    public MatchSimulation Match { get; }

    public GameContext Context => _game.Context;

    public LiveNavMesh Mesh => _game.Context.NavMesh;

    public int Searches => _game.Context.Agents.Searches;

    public IReadOnlyList<Entity> Agents => _agents;

    /// <summary>The deepest overlap, as a part of a radius, of two whose heights meet.</summary>
    public float WorstOverlap { get; private set; }

    public Entity Add(Vec3 at, Vec3 goal, float speed = 2, float radius = 0.4f)
    {
        Entity agent = Match.World.Create(
            new Position(new Vec2(at.X, at.Z)),
            new Agent { Goal = new Vec2(goal.X, goal.Z), Radius = radius, Speed = speed, StopDistance = 0.2f },
            default(PathFollower),
            new MeshAgent { Height = at.Y, GoalHeight = goal.Y });
        _agents.Add(agent);
        return agent;
    }

    public ref Agent Agent(Entity agent) => ref Match.World.Get<Agent>(agent);

    public ref MeshAgent MeshAgent(Entity agent) => ref Match.World.Get<MeshAgent>(agent);

    public AgentState State(Entity agent) => Match.World.Read<Agent>(agent).State;

    public Vec3 At(Entity agent)
    {
        Vec2 at = Match.World.Read<Position>(agent).Value;
        return new Vec3(at.X, Match.World.Read<MeshAgent>(agent).Height, at.Y);
    }

    public void Put(Entity agent, Vec3 at)
    {
        Match.World.Get<Position>(agent).Value = new Vec2(at.X, at.Z);
        MeshAgent(agent).Height = at.Y;
    }

    public void Send(Entity agent, Vec3 goal)
    {
        Agent(agent).Goal = new Vec2(goal.X, goal.Z);
        MeshAgent(agent).GoalHeight = goal.Y;
    }

    public bool HasArrived(Entity agent) => State(agent) == AgentState.Arrived;

    /// <summary>Steps until something holds, at most so many seconds; after every step each agent that is on no link must stand on the mesh, at its height.</summary>
    public bool Run(float seconds, Func<bool>? until = null)
    {
        int ticks = (int)(seconds * Match.TickRateHz);
        for (int i = 0; i < ticks; i++)
        {
            Match.Step();
            Check();
            if (until?.Invoke() == true)
            {
                return true;
            }
        }

        return until is null;
    }

    public void Dispose() => Match.Dispose();

    private void Check()
    {
        for (int i = 0; i < _agents.Count; i++)
        {
            Vec3 at = At(_agents[i]);
            if (State(_agents[i]) == AgentState.OnLink)
            {
                continue;
            }

            Assert.True(
                Mesh.Query.TryFindNearest(at, new Vec3(2e-3f, 0.6f, 2e-3f), out MeshPoint near) && MathF.Abs(near.Position.Y - at.Y) < 0.05f,
                $"{_agents[i]} is not on the mesh at {at} in tick {Match.Tick}");
            for (int j = 0; j < i; j++)
            {
                Vec3 other = At(_agents[j]);
                if (MathF.Abs(at.Y - other.Y) < Settings.AgentHeight && State(_agents[j]) != AgentState.OnLink)
                {
                    float radius = MathF.Min(Agent(_agents[i]).Radius, Agent(_agents[j]).Radius);
                    float gap = Vec2.Distance(new Vec2(at.X, at.Z), new Vec2(other.X, other.Z)) - Agent(_agents[i]).Radius - Agent(_agents[j]).Radius;
                    WorstOverlap = MathF.Max(WorstOverlap, -gap / radius);
                }
            }
        }
    }
}
