namespace RealtimeServer.Services.Leaderboards;

/// <summary>A board's row.</summary>
internal sealed record BoardRow(
    long Number,
    string Id,
    int SortOrder,
    int Operator,
    bool BestPair,
    string ResetSchedule,
    string Metadata,
    bool Authoritative,
    bool EnableRanks,
    int KeepPeriods,
    long StartTime,
    long EndTime,
    long Duration,
    int MaxSize,
    int MaxNumScore,
    bool JoinRequired,
    long CreateTime,
    long ToldUntil)
{
    public static BoardRow Of(long number, LeaderboardDefinition definition, long createTime)
    {
        EntryRules? entry = definition.Entry;
        return new BoardRow(
            number,
            definition.Id,
            (int)definition.SortOrder,
            (int)definition.Operator,
            definition.BestPair,
            definition.ResetSchedule,
            definition.Metadata,
            definition.Authoritative,
            definition.EnableRanks,
            definition.KeepPeriods,
            entry?.StartTime ?? 0,
            entry?.EndTime ?? 0,
            entry?.Duration ?? 0,
            entry?.MaxSize ?? 0,
            entry?.MaxNumScore ?? Limits.LeaderboardScoresDefault,
            entry?.JoinRequired ?? false,
            createTime,
            createTime / 1_000_000);
    }

    public Leaderboard Board()
    {
        LeaderboardDefinition definition = new(Id)
        {
            SortOrder = (LeaderboardOrder)SortOrder,
            Operator = (ScoreOperator)Operator,
            BestPair = BestPair,
            ResetSchedule = ResetSchedule,
            Metadata = Metadata,
            Authoritative = Authoritative,
            EnableRanks = EnableRanks,
            KeepPeriods = KeepPeriods,
            Entry = Duration == 0 ? null : new EntryRules(Duration, StartTime, EndTime, MaxSize, MaxNumScore, JoinRequired),
        };
        return new Leaderboard(Number, definition, CreateTime, ToldUntil);
    }
}
