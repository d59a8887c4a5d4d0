namespace RealtimeServer.Matches;

/// <summary>A session of a user in a match. One user may be present with several sessions.</summary>
public sealed record Presence(Guid UserId, Guid SessionId, string Username);
