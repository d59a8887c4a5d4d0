namespace RealtimeServer.Matches;

/// <summary>
/// What a match tells one of its members. Called on worker threads (relayed matches: on the sender's thread), for many members in
/// a row: it must copy the spans it wants to keep, must not block, and should queue. A member that throws is removed from the match.
/// After a leave a call already under way may still arrive.
/// </summary>
public interface IMatchMember
{
    Presence Presence { get; }

    /// <param name="match">Which match.</param>
    /// <param name="opCode">The game's own number if not negative; else one of <see cref="MatchOpCodes"/>.</param>
    /// <param name="data">Valid during the call only.</param>
    /// <param name="sender">Who sent it; null if the match itself did.</param>
    /// <param name="reliable">False if it may be lost.</param>
    void MatchData(MatchId match, long opCode, ReadOnlySpan<byte> data, Presence? sender, bool reliable);

    /// <summary>One part of the snapshot of a tick, header included; at most <see cref="Limits.SnapshotPartBytesMax"/> bytes.</summary>
    void Snapshot(MatchId match, ReadOnlySpan<byte> part);

    /// <summary>Who came and went. The member itself is among the joins of its own arrival, as in Nakama.</summary>
    void PresenceChanged(MatchId match, ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves);

    /// <summary>The last call of a match to each of its members.</summary>
    /// <param name="match">Which match.</param>
    /// <param name="reason">For people to read.</param>
    /// <param name="failed">True if the match broke; false if it ended as its game or the operator meant it to.</param>
    void MatchClosed(MatchId match, string reason, bool failed);
}
