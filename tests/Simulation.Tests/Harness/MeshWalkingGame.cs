using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Meshes;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Harness;

/// <summary>
/// Agents that wander over and under a bridge, over its ramps and a ladder, obstacles that come and go, ground that becomes dear, and players who send agents.
/// </summary>
internal sealed class MeshWalkingGame : IGame
{
    private Query _walkers = null!;

    public static MatchSetup Setup(int agents) => new(
        new GameDefinition("mesh walking", () => new MeshWalkingGame()), MeshMaps.Bridge(), 9, ScriptedGame.Parameters(("agents", $"{agents}")));

    public void Configure(GameBuilder game) => game.TickRate(30).Players(4)
        .UseNavMesh(MeshCrowd.Settings, [new OffMeshLink(new Vec3(20, 0, 17), new Vec3(20, 4, 18.6f), BothWays: true, Seconds: 1.5f)])
        .UseAgents()
        .Input<Order>(1, OnOrder).System("wander", Stage.Think, Wander).System("build", Stage.Act, Build);

    public void Start(GameContext context)
    {
        _walkers = context.World.Query().All<Position, Agent, PathFollower, MeshAgent>().Build();
        int agents = context.Parameters.GetInt("agents", 40, 0, 2000);
        for (int i = 0; i < agents; i++)
        {
            Vec3 at = Point(context);
            context.World.Create(
                new Position(new Vec2(at.X, at.Z)), new Agent { Radius = 0.3f, Speed = 2, StopDistance = 0.3f }, default(PathFollower), new MeshAgent { Height = at.Y });
        }
    }

    public void PlayerJoined(GameContext context, PlayerId player) => context.Random.NextUInt();

    public void PlayerLeft(GameContext context, PlayerId player) => context.Random.NextUInt();

    private void OnOrder(GameContext context, PlayerId player, in Order order)
    {
        foreach (Chunk chunk in _walkers)
        {
            chunk.Span<Agent>()[0].Goal = new Vec2(order.X, order.Y);
        }
    }

    private static Vec3 Point(GameContext context) => context.Random.NextBool(0.3f)
        ? new Vec3(context.Random.NextSingle(13, 27), 4, context.Random.NextSingle(18.7f, 21.3f))
        : new Vec3(context.Random.NextSingle(1, 39), 0, context.Random.NextSingle(1, 39));

    private void Wander(GameContext context)
    {
        foreach (Chunk chunk in _walkers)
        {
            Span<Agent> agents = chunk.Span<Agent>();
            Span<MeshAgent> meshes = chunk.Span<MeshAgent>();
            for (int i = 0; i < chunk.Count; i++)
            {
                if (agents[i].State is AgentState.Arrived or AgentState.GoalWalledOff || context.Tick.Value == 1)
                {
                    Vec3 goal = Point(context);
                    (agents[i].Goal, meshes[i].GoalHeight) = (new Vec2(goal.X, goal.Z), goal.Y);
                }
            }
        }
    }

    private static void Build(GameContext context)
    {
        switch (context.Tick.Value % 60)
        {
            case 20:
                Vec3 at = Point(context);
                context.NavMesh.Add(MeshObstacle.Cylinder(at, 1.2f, 2));
                break;
            case 50 when context.NavMesh.Obstacles.Count > 1:
                context.NavMesh.Remove(context.NavMesh.Obstacles.Keys.First());
                break;
            case 55:
                context.NavMesh.Query.SetAreaCost((byte)context.Random.Next(70), context.Random.NextSingle(0.5f, 3));
                break;
        }
    }
}
