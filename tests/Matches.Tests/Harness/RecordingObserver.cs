namespace RealtimeServer.Matches.Harness;

internal sealed class RecordingObserver : IMatchObserver
{
    public List<MatchInfo> Started { get; } = [];

    public List<MatchEnding> Ended { get; } = [];

    public List<(Exception Exception, string? ReplayFile)> Failures { get; } = [];

    public List<Presence> BrokenMembers { get; } = [];

    /// <summary>What checkpoints failed of, and null where they are kept again; from any thread.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string?> Checkpoints { get; } = new();

    public void CheckpointFailed(MatchInfo match, string reason) => Checkpoints.Enqueue(reason);

    public void CheckpointsKeptAgain(MatchInfo match) => Checkpoints.Enqueue(null);

    public void MatchStarted(MatchInfo match) => Started.Add(match);

    public void MatchEnded(MatchInfo match, MatchEnding ending) => Ended.Add(ending);

    public void MatchFailed(MatchInfo match, Exception exception, string? replayFile) => Failures.Add((exception, replayFile));

    public void MemberFailed(MatchInfo match, Presence member, Exception exception) => BrokenMembers.Add(member);
}
