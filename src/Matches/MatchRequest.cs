namespace RealtimeServer.Matches;

/// <summary>Asks for a simulated match.</summary>
/// <param name="Game">Name of a registered game.</param>
/// <param name="Map">Name of a loaded map; null for the game's own.</param>
/// <param name="Parameters">Passed to the game, e.g. <c>seconds=30</c>.</param>
/// <param name="Seed">Same seed and same inputs, same match; null for a fresh one.</param>
/// <param name="KeepAlive">True keeps the match running with nobody in it (<see cref="MatchHostOptions.EmptyMatchSeconds"/> otherwise).</param>
public sealed record MatchRequest(
    string Game,
    string? Map = null,
    IReadOnlyDictionary<string, string>? Parameters = null,
    ulong? Seed = null,
    bool KeepAlive = false)
{
    /// <summary>False for a match that nobody would miss after a crash: no checkpoints of it are kept.</summary>
    public bool Checkpoints { get; init; } = true;
}
