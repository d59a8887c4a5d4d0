using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Agents;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Harness;

/// <summary>A player's order, of which matches under test are made.</summary>
internal struct Order
{
    public float X;
    public float Y;
    public int Kind;
}

/// <summary>Agents that wander between chance goals, buildings that come and go, and players who add to both.</summary>
internal sealed class WalkingGame : IGame
{
    private Query _walkers = null!;

    public static MatchSetup Setup(GameMap map, int agents, ulong seed = 7) => new(
        new GameDefinition("walking", () => new WalkingGame()), map, seed, ScriptedGame.Parameters(("agents", $"{agents}")));

    public void Configure(GameBuilder game) => game.TickRate(30).Players(4).UseAgents()
        .Input<Order>(1, OnOrder).System("wander", Stage.Think, Wander).System("build", Stage.Act, Build);

    public void Start(GameContext context)
    {
        _walkers = context.World.Query().All<Position, Agent, PathFollower>().Build();
        int agents = context.Parameters.GetInt("agents", 40, 0, 2000);
        for (int i = 0; i < agents; i++)
        {
            Add(context, OpenPoint(context), i % 7 == 0);
        }
    }

    public void PlayerJoined(GameContext context, PlayerId player) => Add(context, OpenPoint(context), flies: true);

    public void PlayerLeft(GameContext context, PlayerId player) => context.Random.NextUInt();

    private static void OnOrder(GameContext context, PlayerId player, in Order order) =>
        Add(context, new Vec2(order.X, order.Y), (order.Kind & 1) != 0);

    private static void Add(GameContext context, Vec2 at, bool flies) => context.World.Commands.Create(
        new Position(at),
        new Agent { Goal = OpenPoint(context), Radius = 0.3f, Speed = 2, StopDistance = 0.3f, Flags = flies ? AgentFlags.Flying : AgentFlags.None },
        default(PathFollower));

    private static Vec2 OpenPoint(GameContext context)
    {
        for (int tries = 0; tries < 100; tries++)
        {
            var point = new Vec2(context.Random.NextSingle(0, context.Grid.Width), context.Random.NextSingle(0, context.Grid.Height));
            if (context.Grid.IsOpen(point))
            {
                return point;
            }
        }

        return new Vec2(0.5f, 0.5f);
    }

    private static void Build(GameContext context)
    {
        // A wall piece stands for two seconds of every four.
        var site = new Navigation.CellRect((int)(context.Tick.Value / 120 % (uint)(context.Grid.Width - 2)), context.Grid.Height / 3, 2, 2);
        switch (context.Tick.Value % 120)
        {
            case 30:
                context.Grid.Block(site);
                break;
            case 90:
                context.Grid.Unblock(site);
                break;
        }
    }

    private void Wander(GameContext context)
    {
        foreach (Chunk chunk in _walkers)
        {
            foreach (ref Agent agent in chunk.Span<Agent>())
            {
                if (agent.State is AgentState.Arrived or AgentState.GoalWalledOff)
                {
                    agent.Goal = OpenPoint(context);
                }
            }
        }
    }
}
