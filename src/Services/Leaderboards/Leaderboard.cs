using System.Collections.Concurrent;
using RealtimeServer.Services.Leaderboards.Ranks;
using RealtimeServer.Services.Leaderboards.Schedules;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>A board that is there.</summary>
public sealed class Leaderboard
{
    internal Leaderboard(long number, LeaderboardDefinition definition, long createTime, long toldUntil)
    {
        Number = number;
        Definition = definition;
        CreateTime = createTime;
        ToldUntil = toldUntil;
        Direction = LeaderboardRules.Direction(definition.SortOrder);
        Schedule = definition.ResetSchedule.Length > 0 && CronSchedule.TryParse(definition.ResetSchedule, out CronSchedule? schedule, out _) ? schedule : null;
    }

    public string Id => Definition.Id;

    public LeaderboardDefinition Definition { get; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public long CreateTime { get; }

    /// <summary>Names it in the database.</summary>
    internal long Number { get; }

    internal CronSchedule? Schedule { get; }

    /// <summary>A score times this is what ranks sort by.</summary>
    internal long Direction { get; }

    /// <summary>Server code has been told of the ends and resets up to then, in seconds since 1970.</summary>
    internal long ToldUntil { get; set; }

    /// <summary>Ranks by the period's expiry.</summary>
    internal ConcurrentDictionary<long, PeriodRanks> Ranks { get; private init; } = new();

    /// <summary>The period a moment lies in.</summary>
    /// <param name="now">Seconds since 1970 UTC.</param>
    public LeaderboardPeriod PeriodAt(long now) => LeaderboardPeriod.At(Definition.Entry, Schedule, now);

    /// <summary>When it was reset last, in seconds since 1970 UTC; 0: it never is, or has not begun.</summary>
    public long PreviousReset(long now) =>
        Schedule is null || now < (Definition.Entry?.StartTime ?? CreateTime / 1_000_000) ? 0 : Schedule.Last(now) ?? 0;

    /// <summary>The same board as it is declared now.</summary>
    internal Leaderboard With(LeaderboardDefinition definition) => new(Number, definition, CreateTime, ToldUntil)
    {
        Ranks = definition.EnableRanks ? Ranks : new(),
    };
}
