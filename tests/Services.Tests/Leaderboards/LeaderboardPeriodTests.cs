using System.Globalization;
using RealtimeServer.Services.Leaderboards.Schedules;

namespace RealtimeServer.Services.Leaderboards;

public sealed class LeaderboardPeriodTests
{
    private const string Noon = "0 12 * * *";

    [Theory]
    // As recorded from the server clients know: a daily tournament, made between two resets.
    [InlineData(Noon, "11-20T21:29:28", null, 86_400, "11-20T21:29:28", "11-20T21:29:28", "11-21T12:00:00", "11-21T12:00:00")]
    [InlineData(Noon, "11-20T21:29:28", null, 86_400, "11-21T11:59:59", "11-20T21:29:28", "11-21T12:00:00", "11-21T12:00:00")]
    [InlineData(Noon, "11-20T21:29:28", null, 86_400, "11-21T12:00:00", "11-21T12:00:00", "11-22T12:00:00", "11-22T12:00:00")]
    // An hour a day; the rest of it is for rewards.
    [InlineData(Noon, "11-01T00:00:00", null, 3600, "11-20T12:30:00", "11-20T12:00:00", "11-20T13:00:00", "11-21T12:00:00")]
    [InlineData(Noon, "11-01T00:00:00", null, 3600, "11-20T15:00:00", "11-20T12:00:00", "11-20T13:00:00", "11-21T12:00:00")]
    // Made in the afternoon, it opens with the next reset.
    [InlineData(Noon, "11-20T15:00:00", null, 3600, "11-20T15:00:01", "11-21T12:00:00", "11-21T13:00:00", "11-22T12:00:00")]
    // Not begun yet.
    [InlineData(Noon, "11-25T00:00:00", null, 86_400, "11-20T00:00:00", "11-25T00:00:00", "11-25T12:00:00", "11-25T12:00:00")]
    // The end cuts the last period short, and stays the last.
    [InlineData(Noon, "11-01T00:00:00", "11-21T06:00:00", 86_400, "11-20T18:00:00", "11-20T12:00:00", "11-21T06:00:00", "11-21T06:00:00")]
    [InlineData(Noon, "11-01T00:00:00", "11-21T06:00:00", 86_400, "11-29T18:00:00", "11-20T12:00:00", "11-21T06:00:00", "11-21T06:00:00")]
    // Without resets: once, and its records stay.
    [InlineData(null, "11-20T00:00:00", null, 3600, "11-20T00:10:00", "11-20T00:00:00", "11-20T01:00:00", null)]
    [InlineData(null, "11-20T00:00:00", "11-20T00:30:00", 3600, "11-20T00:10:00", "11-20T00:00:00", "11-20T00:30:00", "11-20T00:30:00")]
    public void A_tournaments_period_is_known(
        string? cron, string start, string? end, int duration, string now, string startActive, string endActive, string? expiry)
    {
        EntryRules entry = new(duration, Seconds(start)!.Value, Seconds(end) ?? 0);
        LeaderboardPeriod period = LeaderboardPeriod.At(entry, Schedule(cron), Seconds(now)!.Value);
        Assert.Equal((startActive, endActive, expiry), (Text(period.StartActive), Text(period.EndActive), Text(period.Expiry)));
    }

    [Fact]
    public void A_board_without_entry_rules_is_always_open()
    {
        Assert.Equal(default, LeaderboardPeriod.At(null, null, 1000));
        LeaderboardPeriod period = LeaderboardPeriod.At(null, Schedule(Noon), Seconds("11-20T12:00:00")!.Value);
        Assert.Equal(("11-20T12:00:00", "11-21T12:00:00"), (Text(period.StartActive), Text(period.Expiry)));
        Assert.True(period.IsActive(Seconds("11-21T11:59:59")!.Value));
    }

    [Fact]
    public void Ends_and_resets_follow_each_other_in_order()
    {
        Leaderboard board = new(1, new LeaderboardDefinition("b") { ResetSchedule = Noon, Entry = new EntryRules(3600, Seconds("11-20T00:00:00")!.Value, Seconds("11-22T06:00:00")!.Value) }, 0, 0);
        string[] events = [.. LeaderboardCalendar.Between(board, Seconds("11-20T00:00:00")!.Value, Seconds("11-30T00:00:00")!.Value)
            .Select(e => (e.IsReset ? "reset " : "end ") + Text(e.IsReset ? e.Period.Expiry : e.Period.EndActive))];
        Assert.Equal(["end 11-20T13:00:00", "reset 11-21T12:00:00", "end 11-21T13:00:00", "reset 11-22T06:00:00"], events);
        Assert.Empty(LeaderboardCalendar.Between(board, Seconds("11-22T06:00:00")!.Value, Seconds("11-30T00:00:00")!.Value));
        Assert.Equal("11-20T13:00:00", Text(LeaderboardCalendar.Next(board, Seconds("11-20T12:30:00")!.Value) ?? 0));
        Assert.Null(LeaderboardCalendar.Next(board, Seconds("11-22T06:00:00")!.Value));
    }

    [Fact]
    public void The_periods_kept_are_counted_back_from_the_running_one()
    {
        Leaderboard board = new(1, new LeaderboardDefinition("b") { ResetSchedule = Noon, KeepPeriods = 3 }, 0, 0);
        Assert.Equal("11-19T12:00:00", Text(LeaderboardCleaner.OldestKept(board, Seconds("11-20T13:00:00")!.Value)));
    }

    private static CronSchedule? Schedule(string? cron) => cron is not null && CronSchedule.TryParse(cron, out CronSchedule? schedule, out _) ? schedule : null;

    private static long? Seconds(string? time) => time is null
        ? null
        : new DateTimeOffset(DateTime.ParseExact("2026-" + time, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeSeconds();

    private static string? Text(long seconds) =>
        seconds == 0 ? null : DateTime.UnixEpoch.AddSeconds(seconds).ToString("MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
