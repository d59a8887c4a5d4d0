using System.Runtime.InteropServices;
using RealtimeServer.Ecs;
using RealtimeServer.Foundation;
using RealtimeServer.Simulation;
using RealtimeServer.Simulation.Bodies;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Games.Arena;

/// <summary>An arena match as tests want it: fighters can be put anywhere.</summary>
internal sealed class ArenaMatch : IDisposable
{
    private readonly OpenedArena _game = new();

    public ArenaMatch(ulong seed, params (string Name, string Value)[] parameters)
    {
        Simulation = new MatchSimulation(Setup(seed, parameters) with { Game = new GameDefinition("arena", () => _game) });
    }

    public MatchSimulation Simulation { get; }

    public World World => Simulation.World;

    public MatchPhysics Physics => _game.Context.Physics;

    public static MatchSetup Setup(ulong seed, params (string Name, string Value)[] parameters) =>
        new(ArenaGame.Definition, Maps.Courtyard, seed, new MatchParameters(parameters.ToDictionary(item => item.Name, item => item.Value)));

    public Entity Join()
    {
        PlayerId player = Simulation.Join();
        Simulation.Step();
        return World.Singleton<Fighters>()[player.Value];
    }

    public void Steps(int ticks, Action? afterStep = null)
    {
        for (int i = 0; i < ticks && !Simulation.Ended; i++)
        {
            Simulation.Step();
            afterStep?.Invoke();
        }
    }

    public void Act(byte player, Act act) => Assert.Equal(
        InputOutcome.Accepted, Simulation.Input(new PlayerId(player), OpCodes.Act, MemoryMarshal.AsBytes(new ReadOnlySpan<Act>(in act))));

    public void Put(Entity fighter, Vec2 place) => Physics.Teleport(fighter, Physics.ToWorld(place));

    public Vec2 Place(Entity entity) => Physics.ToMap(World.Read<Transform>(entity).Position);

    public ref readonly Fighter Fighter(Entity entity) => ref World.Read<Fighter>(entity);

    public Entity[] All<T>()
        where T : unmanaged
    {
        var all = new List<Entity>();
        foreach (Chunk chunk in World.Query().All<T>().Build())
        {
            all.AddRange(chunk.Entities);
        }

        return [.. all];
    }

    public void Dispose() => Simulation.Dispose();

    /// <summary>The game itself, with its context kept.</summary>
    private sealed class OpenedArena : IGame
    {
        private readonly ArenaGame _game = new();

        public GameContext Context { get; private set; } = null!;

        public void Configure(GameBuilder game) => _game.Configure(game);

        public void Start(GameContext context)
        {
            Context = context;
            _game.Start(context);
        }

        public void PlayerJoined(GameContext context, PlayerId player) => _game.PlayerJoined(context, player);

        public void PlayerLeft(GameContext context, PlayerId player) => _game.PlayerLeft(context, player);
    }
}
