using RealtimeServer.Navigation.Maps;
using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Simulation.Harness;

/// <summary>A game whose parts are given by the test.</summary>
internal sealed class ScriptedGame : IGame
{
    public Action<GameBuilder> OnConfigure { get; init; } = _ => { };

    public Action<GameContext> OnStart { get; init; } = _ => { };

    public Action<GameContext, PlayerId> OnJoined { get; init; } = (_, _) => { };

    public Action<GameContext, PlayerId> OnLeft { get; init; } = (_, _) => { };

    /// <summary>The context, kept so that a test can speak to the grid and the world between steps.</summary>
    public GameContext Context { get; private set; } = null!;

    public static MatchParameters Parameters(params (string Name, string Value)[] values) =>
        new(values.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    public MatchSimulation Simulate(GameMap? map = null, ulong seed = 1, MatchParameters? parameters = null) =>
        new(Setup(map, seed, parameters));

    public MatchSetup Setup(GameMap? map = null, ulong seed = 1, MatchParameters? parameters = null) =>
        new(new GameDefinition("scripted", () => this), map ?? TestMaps.Open(8, 8), seed, parameters ?? new MatchParameters());

    public void Configure(GameBuilder game) => OnConfigure(game);

    public void Start(GameContext context)
    {
        Context = context;
        OnStart(context);
    }

    public void PlayerJoined(GameContext context, PlayerId player) => OnJoined(context, player);

    public void PlayerLeft(GameContext context, PlayerId player) => OnLeft(context, player);
}
