namespace RealtimeServer.Matches;

/// <summary>What is public about a match.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Authoritative">True if the server simulates it; false if it only relays.</param>
/// <param name="Label">JSON <c>{"game","map","open"}</c> for a simulated match (open = a player slot is free); empty for a relayed one.</param>
/// <param name="Size">Members, spectators included.</param>
/// <param name="TickRate">Hz; 0 for a relayed match.</param>
/// <param name="HandlerName">The game's name; empty for a relayed match.</param>
public sealed record MatchInfo(MatchId Id, bool Authoritative, string Label, int Size, int TickRate, string HandlerName);
