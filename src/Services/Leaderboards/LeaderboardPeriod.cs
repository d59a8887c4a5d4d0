using RealtimeServer.Services.Leaderboards.Schedules;

namespace RealtimeServer.Services.Leaderboards;

/// <summary>One period of a board, from a reset to the next. Times are seconds since 1970 UTC.</summary>
/// <param name="StartActive">From when on it takes scores.</param>
/// <param name="EndActive">Until when; 0: for ever.</param>
/// <param name="Expiry">When it ends, which also names it; 0: never.</param>
public readonly record struct LeaderboardPeriod(long StartActive, long EndActive, long Expiry)
{
    /// <summary>The period a moment lies in, or the first one when it has not begun, or the last one when all are over.</summary>
    public static LeaderboardPeriod At(EntryRules? entry, CronSchedule? schedule, long now)
    {
        if (entry is null)
        {
            return schedule is null ? default : new LeaderboardPeriod(schedule.Last(now) ?? 0, 0, schedule.Next(now) ?? 0);
        }
        if (schedule is null)
        {
            return new LeaderboardPeriod(entry.StartTime, Earliest(entry.StartTime + entry.Duration, entry.EndTime), entry.EndTime);
        }
        long at = Math.Max(now, entry.StartTime);
        if (entry.EndTime != 0 && at >= entry.EndTime)
        {
            at = entry.EndTime - 1;
        }
        long reset = schedule.Last(at) ?? entry.StartTime;
        LeaderboardPeriod period = From(reset, entry.Duration, schedule);
        if (period.EndActive <= entry.StartTime)
        {
            // The tournament starts between the end of one run and the next reset: it opens with that.
            period = From(schedule.Next(entry.StartTime) ?? entry.StartTime, entry.Duration, schedule);
        }
        return new LeaderboardPeriod(
            Math.Max(period.StartActive, entry.StartTime), Earliest(period.EndActive, entry.EndTime), Earliest(period.Expiry, entry.EndTime));
    }

    /// <summary>Whether scores are taken at a moment.</summary>
    public bool IsActive(long now) => StartActive <= now && (EndActive == 0 || now < EndActive);

    private static LeaderboardPeriod From(long reset, long duration, CronSchedule schedule)
    {
        long next = schedule.Next(reset) ?? 0;
        return new LeaderboardPeriod(reset, Earliest(reset + duration, next), next);
    }

    // Zero is never.
    private static long Earliest(long one, long other) => one == 0 ? other : other == 0 ? one : Math.Min(one, other);
}
