namespace RealtimeServer.Matches;

/// <summary>Hears what an operator wants to know; implemented by the composition root's log. Called on worker threads: must not block.</summary>
public interface IMatchObserver
{
    void MatchStarted(MatchInfo match);

    void MatchEnded(MatchInfo match, MatchEnding ending);

    /// <summary>The game threw, or one of its ticks stalled. The match ends; <see cref="MatchEnded"/> follows.</summary>
    /// <param name="match">Which match.</param>
    /// <param name="exception">What the game threw, or a <see cref="TimeoutException"/> for a stall.</param>
    /// <param name="replayFile">Where its inputs were saved; null if no folder is configured or saving failed.</param>
    void MatchFailed(MatchInfo match, Exception exception, string? replayFile);

    /// <summary>
    /// A checkpoint of a running match was not kept, the first of a row: too large, refused by the disk, or of a world that cannot be saved. The match goes on; after a
    /// crash it goes on from the last that was kept, if there is one. May be called on any thread.
    /// </summary>
    /// <param name="match">Which match.</param>
    /// <param name="reason">For people to read.</param>
    void CheckpointFailed(MatchInfo match, string reason);

    /// <summary>Checkpoints of the match are kept again.</summary>
    void CheckpointsKeptAgain(MatchInfo match);

    /// <summary>A member threw when told something, and was removed. A bug of the door, not of the game.</summary>
    void MemberFailed(MatchInfo match, Presence member, Exception exception);
}
