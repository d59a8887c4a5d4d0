namespace RealtimeServer.Matches.Harness;

/// <summary>Counts what it is told, and allocates nothing.</summary>
internal sealed class CountingMember : IMatchMember
{
    private int _dataCount;
    private int _snapshotCount;
    private int _closedCount;

    public Presence Presence { get; } = new(Guid.NewGuid(), Guid.NewGuid(), "counter");

    public int DataCount => Volatile.Read(ref _dataCount);

    public int SnapshotCount => Volatile.Read(ref _snapshotCount);

    public int ClosedCount => Volatile.Read(ref _closedCount);

    public void MatchData(MatchId match, long opCode, ReadOnlySpan<byte> data, Presence? sender, bool reliable) => Interlocked.Increment(ref _dataCount);

    public void Snapshot(MatchId match, ReadOnlySpan<byte> part) => Interlocked.Increment(ref _snapshotCount);

    public void PresenceChanged(MatchId match, ReadOnlySpan<Presence> joins, ReadOnlySpan<Presence> leaves)
    {
    }

    public void MatchClosed(MatchId match, string reason, bool failed) => Interlocked.Increment(ref _closedCount);
}
