using System.Text;
using RealtimeServer.Services.Leaderboards.Schedules;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>Which scores are better.</summary>
public enum LeaderboardOrder
{
    Ascending = 0,
    Descending = 1,
}

/// <summary>How a new score meets the one that is there. The numbers are those of the contract.</summary>
public enum ScoreOperator
{
    /// <summary>The better one stays, of score and subscore each by itself.</summary>
    Best = 1,

    Set = 2,
    Increment = 3,

    /// <summary>Down to 0.</summary>
    Decrement = 4,
}

/// <summary>What makes a board a tournament. Times are seconds since 1970 UTC.</summary>
/// <param name="Duration">Seconds it takes scores after each reset, or after its start.</param>
/// <param name="StartTime">From when on.</param>
/// <param name="EndTime">Until when in all; 0: without end.</param>
/// <param name="MaxSize">Participants of one period; 0: any number.</param>
/// <param name="MaxNumScore">Scores each participant may submit in one period.</param>
/// <param name="JoinRequired">Only who has joined may submit.</param>
public sealed record EntryRules(
    long Duration,
    long StartTime,
    long EndTime = 0,
    int MaxSize = 0,
    int MaxNumScore = Limits.LeaderboardScoresDefault,
    bool JoinRequired = false);

/// <summary>A board as it is declared.</summary>
/// <param name="Id">What clients call it.</param>
public sealed record LeaderboardDefinition(string Id)
{
    public LeaderboardOrder SortOrder { get; init; } = LeaderboardOrder.Descending;

    public ScoreOperator Operator { get; init; } = ScoreOperator.Best;

    /// <summary>"Best" weighs score and subscore as a pair: the subscore belongs to the score it was submitted with.</summary>
    public bool BestPair { get; init; }

    /// <summary>When a new period begins, as <see cref="CronSchedule"/> reads it; empty: never.</summary>
    public string ResetSchedule { get; init; } = "";

    /// <summary>The text of a JSON object.</summary>
    public string Metadata { get; init; } = "{}";

    /// <summary>Only the server writes and deletes records.</summary>
    public bool Authoritative { get; init; }

    /// <summary>Whether ranks are kept in memory, some 60 bytes a record.</summary>
    public bool EnableRanks { get; init; } = true;

    /// <summary>Periods kept, with the running one; what is older is deleted. 0: all.</summary>
    public int KeepPeriods { get; init; }

    /// <summary>Null: the board always takes everybody's scores.</summary>
    public EntryRules? Entry { get; init; }

    /// <summary>Why this cannot be a board, for who declared it; null when it can.</summary>
    public string? Problem()
    {
        if (Id.Length == 0 || Encoding.UTF8.GetByteCount(Id) > Limits.LeaderboardIdBytesMax)
        {
            return $"a leaderboard's id has 1 to {Limits.LeaderboardIdBytesMax} bytes";
        }
        if (Id.Any(char.IsControl))
        {
            return $"the id of leaderboard '{Id}' has a control character";
        }
        if (!Enum.IsDefined(SortOrder) || !Enum.IsDefined(Operator))
        {
            return $"leaderboard '{Id}' has an unknown sort order or operator";
        }
        if (LeaderboardRules.RefuseMetadata(Metadata) is not null)
        {
            return $"the metadata of leaderboard '{Id}' must be a JSON object of at most {Limits.LeaderboardMetadataBytesMax} bytes";
        }
        if (KeepPeriods is < 0 or > Limits.LeaderboardPeriodsMax)
        {
            return $"keep_periods of leaderboard '{Id}' must be 0 (all) to {Limits.LeaderboardPeriodsMax}";
        }
        return ScheduleProblem() ?? EntryProblem();
    }

    private string? ScheduleProblem()
    {
        if (ResetSchedule.Length == 0)
        {
            return KeepPeriods == 0 ? null : $"leaderboard '{Id}' has keep_periods but no reset schedule, so it has one period only";
        }
        if (!CronSchedule.TryParse(ResetSchedule, out CronSchedule? schedule, out string? problem))
        {
            return $"the reset schedule of leaderboard '{Id}' cannot be read: {problem}";
        }
        return schedule.Next(0) is null ? $"the reset schedule '{ResetSchedule}' of leaderboard '{Id}' never comes" : null;
    }

    private string? EntryProblem()
    {
        if (Entry is not EntryRules entry)
        {
            return null;
        }
        if (entry.Duration is < 1 or > Limits.LeaderboardTimeMax)
        {
            return $"the duration of tournament '{Id}' must be at least 1 second";
        }
        if (entry.StartTime is < 0 or > Limits.LeaderboardTimeMax || entry.EndTime is < 0 or > Limits.LeaderboardTimeMax)
        {
            return $"tournament '{Id}' starts or ends before 1970 or after 2106";
        }
        if (entry.EndTime != 0 && entry.EndTime <= entry.StartTime)
        {
            return $"tournament '{Id}' ends before it starts";
        }
        if (entry.MaxSize < 0)
        {
            return $"max_size of tournament '{Id}' must be 0 (any number) or more";
        }
        return entry.MaxNumScore is < 1 ? $"max_num_score of tournament '{Id}' must be at least 1" : null;
    }
}
