using System.Text;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Bench.Paths;

/// <summary>A match of agents that walk between random points of an open square, half an agent a cell, on its grid or on its navigation mesh.</summary>
internal sealed class WalkingCrowd(int count, bool onMesh) : IGame
{
    private const float Margin = 5;

    private readonly float _side = MathF.Sqrt(count / 0.5f);
    private Query _agents = null!;

    public static MatchSimulation Start(int count, bool onMesh)
    {
        WalkingCrowd game = new(count, onMesh);
        float edge = game._side + (2 * Margin);
        byte[] floor = Encoding.ASCII.GetBytes(FormattableString.Invariant($"v 0 0 0\nv 0 0 {edge}\nv {edge} 0 {edge}\nv {edge} 0 0\nf 1 2 3 4\n"));
        GameMap map = MapFile.Parse(
            "floor.map.json", """{ "mesh": "floor.obj", "cell": 1 }"""u8, name => name.EndsWith("floor.obj", StringComparison.Ordinal) ? floor : null);
        return new MatchSimulation(new MatchSetup(new GameDefinition("walking crowd", () => game), map, 5, new MatchParameters()));
    }

    public void Configure(GameBuilder game)
    {
        _ = onMesh ? game.UseNavMesh(new() { AgentRadius = 0.4f }) : game;
        game.UseAgents().System("wander", Stage.Think, Wander);
    }

    public void Start(GameContext context)
    {
        _agents = context.World.Query().All<Position, Agent, PathFollower>().Build();
        for (int i = 0; i < count; i++)
        {
            Position position = new(Point(context));
            Agent agent = new() { Goal = Point(context), Radius = 0.4f, Speed = 2, StopDistance = 1 };
            _ = onMesh
                ? context.World.Create(position, agent, default(PathFollower), default(MeshAgent))
                : context.World.Create(position, agent, default(PathFollower));
        }
    }

    public void PlayerJoined(GameContext context, PlayerId player)
    {
    }

    public void PlayerLeft(GameContext context, PlayerId player)
    {
    }

    private Vec2 Point(GameContext context) =>
        new(context.Random.NextSingle(Margin, _side + Margin), context.Random.NextSingle(Margin, _side + Margin));

    private void Wander(GameContext context)
    {
        foreach (Chunk chunk in _agents)
        {
            foreach (ref Agent agent in chunk.Span<Agent>())
            {
                agent.Goal = agent.State == AgentState.Arrived ? Point(context) : agent.Goal;
            }
        }
    }
}
