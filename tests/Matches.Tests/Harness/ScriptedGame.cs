using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Harness;

internal struct Push
{
    public int Amount;
}

internal struct Pushed
{
    public int Player;
    public int Amount;
}

/// <summary>A game of two players at 30 Hz that a test fills in. Input 1 is <see cref="Push"/>, event 7 is <see cref="Pushed"/>.</summary>
internal sealed class ScriptedGame : IGame
{
    public int TickRate { get; init; } = 30;

    public Action OnConfigure { get; init; } = static () => { };

    public Action OnStart { get; init; } = static () => { };

    public Action<GameContext, PlayerId> OnJoined { get; init; } = static (_, _) => { };

    public Action<GameContext, PlayerId> OnLeft { get; init; } = static (_, _) => { };

    public Action<GameContext> OnTick { get; init; } = static _ => { };

    public Action<GameContext, PlayerId, int> OnPush { get; init; } = static (_, _, _) => { };

    public void Configure(GameBuilder game)
    {
        game.TickRate(TickRate).Players(2);
        game.Input<Push>(1, Pushed);
        game.Event<Pushed>(7);
        game.System("script", Stage.Act, OnTick);
        OnConfigure();
    }

    public void Start(GameContext context) => OnStart();

    public void PlayerJoined(GameContext context, PlayerId player) => OnJoined(context, player);

    public void PlayerLeft(GameContext context, PlayerId player) => OnLeft(context, player);

    private void Pushed(GameContext context, PlayerId player, in Push push) => OnPush(context, player, push.Amount);
}
