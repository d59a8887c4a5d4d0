using RealtimeServer.Services.Data;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>
/// How a score is written, one text an operator. The database keeps scores as ranks sort them, so "best" is the lesser on every board;
/// the other operators turn them round and back with @Direction. What would pass the largest number stays at it.
/// </summary>
internal sealed class ScoreSql
{
    private const string Max = "9223372036854775807";

    private static readonly Dictionary<ScoreOperator, ScoreSql> Texts = new()
    {
        [ScoreOperator.Best] = new(
            Least("rank_score", "@Score"),
            Least("rank_subscore", "@Subscore"),
            "@Direction * @Score < leaderboard_records.rank_score OR @Direction * @Subscore < leaderboard_records.rank_subscore"),
        [ScoreOperator.Set] = new(
            "@Direction * @Score",
            "@Direction * @Subscore",
            "@Direction * @Score <> leaderboard_records.rank_score OR @Direction * @Subscore <> leaderboard_records.rank_subscore"),
        [ScoreOperator.Increment] = new(
            Plus("rank_score", "@Score"), Plus("rank_subscore", "@Subscore"), "@Score <> 0 OR @Subscore <> 0"),
        [ScoreOperator.Decrement] = new(
            Minus("rank_score", "@Score"), Minus("rank_subscore", "@Subscore"), "@Score <> 0 OR @Subscore <> 0"),
    };

    private static readonly ScoreSql BestPair = new(
        $"CASE WHEN {PairIsBetter} THEN @Direction * @Score ELSE leaderboard_records.rank_score END",
        $"CASE WHEN {PairIsBetter} THEN @Direction * @Subscore ELSE leaderboard_records.rank_subscore END",
        PairIsBetter);

    private const string PairIsBetter =
        "(@Direction * @Score, @Direction * @Subscore) < (leaderboard_records.rank_score, leaderboard_records.rank_subscore)";

    private ScoreSql(string score, string subscore, string changes)
    {
        string set = $"""
            SET rank_score = {score}, rank_subscore = {subscore},
                sequence = CASE WHEN {score} <> leaderboard_records.rank_score OR {subscore} <> leaderboard_records.rank_subscore
                    THEN @Sequence ELSE leaderboard_records.sequence END,
                num_score = leaderboard_records.num_score + 1,
                metadata = CASE WHEN @Metadata = '' THEN leaderboard_records.metadata ELSE @Metadata END,
                username = coalesce(@Username, leaderboard_records.username),
                update_time = @Now
            """;
        const string HasAttempts = "leaderboard_records.num_score < leaderboard_records.max_num_score";
        // A score that was not there before always counts.
        IfBetter = $"""
            {Insert}
            ON CONFLICT (owner_id, board, expiry_time) DO UPDATE {set}
            WHERE leaderboard_records.num_score = 0 OR {changes}
            RETURNING {LeaderboardSql.RecordColumns}
            """;
        IfAttemptsLeft = $"""
            {Insert}
            ON CONFLICT (owner_id, board, expiry_time) DO UPDATE {set}
            WHERE {HasAttempts}
            RETURNING {LeaderboardSql.RecordColumns}
            """;
        IfTakingPart = $"UPDATE leaderboard_records {set} WHERE {LeaderboardSql.ByOwner} AND {HasAttempts} RETURNING {LeaderboardSql.RecordColumns}";
    }

    /// <summary>Writes a record that is not there, with @FirstScore and @FirstSubscore.</summary>
    public static SqlText New { get; } = $"""
        {Insert}
        ON CONFLICT (owner_id, board, expiry_time) DO NOTHING
        RETURNING {LeaderboardSql.RecordColumns}
        """;

    /// <summary>Writes where nothing is, or the scores change.</summary>
    public SqlText IfBetter { get; }

    /// <summary>Writes where nothing is, or attempts are left.</summary>
    public SqlText IfAttemptsLeft { get; }

    /// <summary>Writes where a record is and attempts are left.</summary>
    public SqlText IfTakingPart { get; }

    public static ScoreSql Of(ScoreOperator by, bool bestPair) => by == ScoreOperator.Best && bestPair ? BestPair : Texts[by];

    private const string Insert = """
        INSERT INTO leaderboard_records (owner_id, board, expiry_time, username, rank_score, rank_subscore, sequence, num_score, max_num_score, metadata,
            create_time, update_time)
        VALUES (@OwnerId, @Board, @Expiry, @Username, @FirstScore, @FirstSubscore, @Sequence, @FirstCount, @MaxNumScore,
            CASE WHEN @Metadata = '' THEN '{}' ELSE @Metadata END, @Now, @Now)
        """;

    private static string Least(string column, string score) =>
        $"CASE WHEN @Direction * {score} < leaderboard_records.{column} THEN @Direction * {score} ELSE leaderboard_records.{column} END";

    private static string Plus(string column, string score) =>
        $"@Direction * (CASE WHEN {Now(column)} > {Max} - {score} THEN {Max} ELSE {Now(column)} + {score} END)";

    private static string Minus(string column, string score) =>
        $"@Direction * (CASE WHEN {Now(column)} > {score} THEN {Now(column)} - {score} ELSE 0 END)";

    // Who has joined without a score has none to count from.
    private static string Now(string column) => $"(CASE WHEN leaderboard_records.num_score = 0 THEN 0 ELSE @Direction * leaderboard_records.{column} END)";
}
