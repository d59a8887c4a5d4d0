namespace RealtimeServer.Simulation.Game;

/// <summary>
/// A game, as its author writes it; one instance plays one match. All members are called by the match's own thread. State belongs
/// into components and singletons of the world: only there it is part of the hash, of replays and of snapshots. The same inputs must
/// give the same bits: no clock, no other randomness than the context's, no order taken from hash tables.
/// </summary>
public interface IGame
{
    /// <summary>Declares components, inputs, events and systems, before the world exists.</summary>
    void Configure(GameBuilder game);

    /// <summary>Sets up the world. The map is loaded; no tick has run.</summary>
    void Start(GameContext context);

    /// <summary>A player took a slot; called at the start of the next tick.</summary>
    void PlayerJoined(GameContext context, PlayerId player);

    /// <summary>A player left its slot; called at the start of the next tick.</summary>
    void PlayerLeft(GameContext context, PlayerId player);
}
