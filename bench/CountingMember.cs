using RealtimeServer.Matches;

namespace RealtimeServer.Bench;

/// <summary>A member in the process: it counts what a door would send.</summary>
internal sealed class CountingMember : IMatchMember
{
    public Presence Presence { get; } = new(Guid.NewGuid(), Guid.NewGuid(), "counter");

    public long Parts { get; private set; }

    public long Bytes { get; private set; }

    public string? Closed { get; private set; }

    public void MatchData(MatchId match, long opCode, ReadOnlySpan<byte> data, Presence? sender, bool reliable) => Bytes += data.Length;

    public void Snapshot(MatchId match, ReadOnlySpan<byte> part)
    {
        Parts++;
        Bytes += part.Length;
    }

    public void PresenceChanged(MatchId match, ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves)
    {
    }

    public void MatchClosed(MatchId match, string reason, bool failed) => Closed = reason;
}
