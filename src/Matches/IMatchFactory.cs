using RealtimeServer.Simulation;

namespace RealtimeServer.Matches;

/// <summary>Knows the games and maps of this server; implemented by the composition root.</summary>
public interface IMatchFactory
{
    /// <summary>
    /// What to simulate, or null with a refusal for people to read (unknown game, unknown map, malformed parameter).
    /// Called on any thread, several at once.
    /// </summary>
    MatchSetup? Create(MatchRequest request, out string? refusal);
}
