using RealtimeServer.Simulation.Game;

namespace RealtimeServer.Matches.Harness;

/// <summary>A game that declares and starts what the test says, and no more.</summary>
internal sealed class GivenGame : IGame
{
    public Action<GameBuilder> Declares { get; init; } = static _ => { };

    public Action<GameContext> Starts { get; init; } = static _ => { };

    public void Configure(GameBuilder game) => Declares(game);

    public void Start(GameContext context) => Starts(context);

    public void PlayerJoined(GameContext context, PlayerId player)
    {
    }

    public void PlayerLeft(GameContext context, PlayerId player)
    {
    }
}
