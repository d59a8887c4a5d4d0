namespace RealtimeServer.Matches.Hosting;

/// <summary>What the registry knows of a match of either kind. All members may be called from any thread.</summary>
internal abstract class Match(MatchId id)
{
    private readonly TaskCompletionSource<MatchEnding> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MatchId Id { get; } = id;

    public abstract MatchInfo Info { get; }

    /// <summary>Completes when the match has ended and its members have been told.</summary>
    public Task<MatchEnding> Ended => _ended.Task;

    public abstract Task<JoinOutcome> JoinAsync(IMatchMember member);

    public abstract void Leave(Guid sessionId);

    public abstract SendOutcome Send(Guid sessionId, long opCode, ReadOnlySpan<byte> data, IReadOnlyList<Presence>? to, bool reliable);

    /// <summary>Asks the match to end; members hear the reason.</summary>
    public abstract void Close(string reason);

    protected void SetEnded(MatchEnding ending) => _ended.TrySetResult(ending);
}
