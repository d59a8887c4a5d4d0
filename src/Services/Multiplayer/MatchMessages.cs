using System.Globalization;
using Google.Protobuf;
using RealtimeServer.Matches;
using RealtimeServer.Protocol.Realtime;

namespace RealtimeServer.Services.Multiplayer;

/// <summary>What matches say, as envelopes.</summary>
internal static class MatchMessages
{
    public static Envelope Data(MatchId match, long opCode, ReadOnlySpan<byte> data, Presence? sender, bool reliable) => new()
    {
        MatchData = new MatchData
        {
            MatchId = match.ToString(),
            Presence = sender is null ? null : User(sender),
            OpCode = opCode,
            Data = data.IsEmpty ? ByteString.Empty : ByteString.CopyFrom(data),
            Reliable = reliable,
        },
    };

    public static Envelope PresenceEvent(MatchId match, ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves)
    {
        MatchPresenceEvent presence = new() { MatchId = match.ToString() };
        foreach (Presence join in joins)
        {
            presence.Joins.Add(User(join));
        }
        foreach (Presence leave in leaves)
        {
            presence.Leaves.Add(User(leave));
        }
        return new Envelope { MatchPresenceEvent = presence };
    }

    /// <summary>A match that broke; the context names it, since the message answers nothing.</summary>
    public static Envelope Failed(MatchId match, string reason)
    {
        Error error = new() { Code = (int)Error.Types.Code.RuntimeException, Message = reason };
        error.Context.Add("match_id", match.ToString());
        return new Envelope { Error = error };
    }

    public static UserPresence User(Presence presence) => new()
    {
        UserId = presence.UserId.ToString("D", CultureInfo.InvariantCulture),
        SessionId = presence.SessionId.ToString("D", CultureInfo.InvariantCulture),
        Username = presence.Username,
    };

    /// <summary>Null when an id is none.</summary>
    public static Presence? TryPresence(UserPresence user) =>
        Guid.TryParse(user.UserId, out Guid userId) && Guid.TryParse(user.SessionId, out Guid sessionId)
            ? new Presence(userId, sessionId, user.Username)
            : null;
}
