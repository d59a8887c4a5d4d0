namespace RealtimeServer.Matches;

/// <summary>Op codes the server itself uses in simulated matches. A game's own are never negative.</summary>
public static class MatchOpCodes
{
    /// <summary>First message to a member: UTF-8 JSON with game, map, tickRate, player (0 = spectator), players, tick, schema.</summary>
    public const long Welcome = -1;

    /// <summary>A snapshot part, where snapshots travel as match data (WebSocket).</summary>
    public const long Snapshot = -2;

    /// <summary>The game's result, UTF-8 JSON, before the match closes.</summary>
    public const long Result = -3;
}
