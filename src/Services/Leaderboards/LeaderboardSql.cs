namespace RealtimeServer.Services.Leaderboards;

/// <summary>Every SQL text of the feature but that of scores, which is <see cref="ScoreSql"/>.</summary>
internal static class LeaderboardSql
{
    public const string Boards = $"SELECT {BoardColumns} FROM leaderboards";

    public const string BoardById = $"{Boards} WHERE id = @Id";

    public const string LastNumber = "SELECT coalesce(max(number), 0) FROM leaderboards";

    public const string LastLeftover = "SELECT coalesce(max(board), 0) FROM leaderboard_leftovers";

    public const string InsertBoard = $"""
        INSERT INTO leaderboards ({BoardColumns})
        VALUES (@Number, @Id, @SortOrder, @Operator, @BestPair, @ResetSchedule, @Metadata, @Authoritative, @EnableRanks, @KeepPeriods,
            @StartTime, @EndTime, @Duration, @MaxSize, @MaxNumScore, @JoinRequired, @CreateTime, @ToldUntil)
        """;

    public const string UpdateBoard = """
        UPDATE leaderboards
        SET operator = @Operator, best_pair = @BestPair, reset_schedule = @ResetSchedule, metadata = @Metadata, authoritative = @Authoritative,
            enable_ranks = @EnableRanks, keep_periods = @KeepPeriods, start_time = @StartTime, end_time = @EndTime, duration = @Duration,
            max_size = @MaxSize, max_num_score = @MaxNumScore, join_required = @JoinRequired
        WHERE number = @Number
        """;

    public const string DeleteBoard = "DELETE FROM leaderboards WHERE number = @Number";

    public const string InsertLeftover = "INSERT INTO leaderboard_leftovers (board) VALUES (@Number)";

    public const string Leftovers = "SELECT board FROM leaderboard_leftovers";

    public const string DeleteLeftover = "DELETE FROM leaderboard_leftovers WHERE board = @Board";

    public const string DeleteSizes = "DELETE FROM leaderboard_sizes WHERE board = @Board AND expiry_time > @After AND expiry_time < @Before";

    public const string Told = "UPDATE leaderboards SET told_until = @Until WHERE number = @Number";

    public const string Record = $"SELECT {RecordColumns} FROM leaderboard_records WHERE {ByOwner}";

    public const string RecordsOfOwners = $"""
        SELECT {RecordColumns} FROM leaderboard_records
        WHERE board = @Board AND expiry_time = @Expiry AND owner_id IN (@Owners)
        ORDER BY {InOrder}
        """;

    /// <summary>Records behind a place, best first.</summary>
    public const string RecordsBelow = $"""
        SELECT {RecordColumns} FROM leaderboard_records
        WHERE board = @Board AND expiry_time = @Expiry AND ({InOrder}) > (@Score, @Subscore, @Sequence, @OwnerId)
        ORDER BY {InOrder}
        LIMIT @Limit
        """;

    /// <summary>Records before a place, from it upwards.</summary>
    public const string RecordsAbove = $"""
        SELECT {RecordColumns} FROM leaderboard_records
        WHERE board = @Board AND expiry_time = @Expiry AND ({InOrder}) < (@Score, @Subscore, @Sequence, @OwnerId)
        ORDER BY rank_score DESC, rank_subscore DESC, sequence DESC, owner_id DESC
        LIMIT @Limit
        """;

    /// <summary>What ranks are made of. In no order: with one, PostgreSQL takes twice as long and more.</summary>
    public const string AllKeys = "SELECT owner_id, rank_score, rank_subscore, sequence FROM leaderboard_records WHERE board = @Board AND expiry_time = @Expiry";

    public const string FirstKeys = $"{AllKeys} ORDER BY {InOrder} LIMIT @Limit";

    public const string RecordsOfOwner = $"SELECT board, expiry_time, {RecordColumns} FROM leaderboard_records WHERE owner_id = @OwnerId";

    public const string DeleteRecord = $"DELETE FROM leaderboard_records WHERE {ByOwner}";

    public const string DeleteOwned = "DELETE FROM leaderboard_records WHERE owner_id = @UserId";

    /// <summary>Opens the periods of a user's records on boards that take only so many.</summary>
    public const string OpenOwned = """
        INSERT INTO leaderboard_sizes (board, expiry_time, size)
        SELECT r.board, r.expiry_time, 0 FROM leaderboard_records r JOIN leaderboards b ON b.number = r.board
        WHERE r.owner_id = @UserId AND b.max_size > 0
        ON CONFLICT (board, expiry_time) DO NOTHING
        """;

    public const string EnterOwned = $"UPDATE leaderboard_sizes SET size = size + 1 {WhereOwned}";

    public const string LeaveOwned = $"UPDATE leaderboard_sizes SET size = size - 1 {WhereOwned}";

    private const string WhereOwned = """
        WHERE EXISTS (
            SELECT 1 FROM leaderboard_records r
            WHERE r.owner_id = @UserId AND r.board = leaderboard_sizes.board AND r.expiry_time = leaderboard_sizes.expiry_time)
        """;

    /// <summary>The first period of a board behind one; null: there is none.</summary>
    public const string FirstPeriod = "SELECT min(expiry_time) FROM leaderboard_records WHERE board = @Board AND expiry_time > @After";

    /// <summary>The key so many records behind one.</summary>
    public const string KeyAhead = $"""
        {AllKeys} AND ({InOrder}) > (@Score, @Subscore, @Sequence, @OwnerId)
        ORDER BY {InOrder}
        LIMIT 1 OFFSET @Skip
        """;

    public const string DeleteSlice = $"""
        DELETE FROM leaderboard_records
        WHERE board = @Board AND expiry_time = @Expiry AND ({InOrder}) > (@Score, @Subscore, @Sequence, @OwnerId)
            AND ({InOrder}) <= (@LastScore, @LastSubscore, @LastSequence, @LastOwnerId)
        """;

    public const string OpenPeriod = """
        INSERT INTO leaderboard_sizes (board, expiry_time, size) VALUES (@Board, @Expiry, 0) ON CONFLICT (board, expiry_time) DO NOTHING
        """;

    public const string TakePlace =
        "UPDATE leaderboard_sizes SET size = size + 1 WHERE board = @Board AND expiry_time = @Expiry AND size < @MaxSize";

    public const string LeavePlace = "UPDATE leaderboard_sizes SET size = size - 1 WHERE board = @Board AND expiry_time = @Expiry";

    public const string Size = "SELECT size FROM leaderboard_sizes WHERE board = @Board AND expiry_time = @Expiry";

    public const string AddAttempts = $"UPDATE leaderboard_records SET max_num_score = max_num_score + @Count WHERE {ByOwner}";

    public const string WhereOrphaned =
        "WHERE NOT EXISTS (SELECT 1 FROM leaderboards WHERE number = board) AND NOT EXISTS (SELECT 1 FROM leaderboard_leftovers f WHERE f.board = leaderboard_records.board)";

    public const string RecordColumns =
        "owner_id, username, rank_score, rank_subscore, sequence, num_score, max_num_score, metadata, create_time, update_time";

    public const string ByOwner = "owner_id = @OwnerId AND board = @Board AND expiry_time = @Expiry";

    private const string BoardColumns =
        "number, id, sort_order, operator, best_pair, reset_schedule, metadata, authoritative, enable_ranks, keep_periods, "
        + "start_time, end_time, duration, max_size, max_num_score, join_required, create_time, told_until";

    private const string InOrder = "rank_score, rank_subscore, sequence, owner_id";
}
