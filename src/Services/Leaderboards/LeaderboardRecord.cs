using RealtimeServer.Services.Leaderboards.Ranks;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>A score to submit.</summary>
/// <param name="Owner">Whose.</param>
/// <param name="Username">Shown beside it; null: as before.</param>
/// <param name="Score">0 or more; <see cref="LeaderboardRules"/> has passed it, as it has the metadata.</param>
/// <param name="Metadata">The text of a JSON object; empty: as before.</param>
/// <param name="Operator">Null: the board's.</param>
public sealed record ScoreWrite(
    Guid Owner, string? Username, long Score, long Subscore = 0, string Metadata = "", ScoreOperator? Operator = null);

/// <summary>A record as it stands. Create and update are microseconds since 1970 UTC, the expiry is seconds; 0: never.</summary>
/// <param name="Rank">From 1 for the best; 0: not known.</param>
public sealed record LeaderboardRecord(
    string BoardId,
    Guid Owner,
    string? Username,
    long Score,
    long Subscore,
    int NumScore,
    int MaxNumScore,
    string Metadata,
    long CreateTime,
    long UpdateTime,
    long Expiry,
    long Rank);

/// <summary>How a call for records ended.</summary>
public enum RecordResult
{
    Done,
    NoBoard,

    /// <summary>Only the server writes and deletes here.</summary>
    Authoritative,

    /// <summary>The board does not take scores now.</summary>
    NotActive,

    /// <summary>All its periods are over.</summary>
    Ended,
    JoinRequired,
    Full,
    NoAttemptsLeft,

    /// <summary>The cursor is none of ours, or of another board or period.</summary>
    WrongCursor,
}

/// <param name="Record">As it stands after the write, also when the write changed nothing; null unless done.</param>
public readonly record struct RecordOutcome(RecordResult Result, LeaderboardRecord? Record);

/// <param name="Records">Best first.</param>
/// <param name="OwnerRecords">Of the owners asked for, best first.</param>
/// <param name="RankCount">Records with a rank; 0 where ranks are not kept.</param>
public sealed record RecordPage(
    RecordResult Result,
    IReadOnlyList<LeaderboardRecord> Records,
    IReadOnlyList<LeaderboardRecord> OwnerRecords,
    string? NextCursor,
    string? PreviousCursor,
    long RankCount)
{
    internal static RecordPage Empty(RecordResult result) => new(result, [], [], null, null, 0);
}

/// <summary>A record's row.</summary>
internal sealed record RecordRow(
    Guid OwnerId,
    string? Username,
    long RankScore,
    long RankSubscore,
    long Sequence,
    int NumScore,
    int MaxNumScore,
    string Metadata,
    long CreateTime,
    long UpdateTime)
{
    public RankKey Key => new(RankScore, RankSubscore, Sequence);

    /// <param name="board">Its board.</param>
    /// <param name="expiry">Its period.</param>
    /// <param name="rank">0: not known.</param>
    public LeaderboardRecord Shown(Leaderboard board, long expiry, long rank) => new(
        board.Id,
        OwnerId,
        Username,
        NumScore == 0 ? 0 : board.Direction * RankScore,
        NumScore == 0 ? 0 : board.Direction * RankSubscore,
        NumScore,
        MaxNumScore,
        Metadata,
        CreateTime,
        UpdateTime,
        expiry,
        rank);
}
