using System.Globalization;
using RealtimeServer.Foundation;

namespace RealtimeServer.Services.Leaderboards.Schedules;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("0 12 * * *", "2026-11-20T21:29:28", "2026-11-20T12:00:00", "2026-11-21T12:00:00")]
    [InlineData("0 12 * * *", "2026-11-20T12:00:00", "2026-11-20T12:00:00", "2026-11-21T12:00:00")]
    [InlineData("0 12 * * *", "2026-11-20T11:59:59", "2026-11-19T12:00:00", "2026-11-20T12:00:00")]
    [InlineData("@daily", "2026-12-31T23:59:59", "2026-12-31T00:00:00", "2027-01-01T00:00:00")]
    [InlineData("@hourly", "2026-12-31T23:00:01", "2026-12-31T23:00:00", "2027-01-01T00:00:00")]
    [InlineData("@weekly", "2026-11-20T00:00:00", "2026-11-15T00:00:00", "2026-11-22T00:00:00")]
    [InlineData("@monthly", "2026-11-20T00:00:00", "2026-11-01T00:00:00", "2026-12-01T00:00:00")]
    [InlineData("@yearly", "2026-11-20T00:00:00", "2026-01-01T00:00:00", "2027-01-01T00:00:00")]
    [InlineData("*/15 9-17 * * MON-FRI", "2026-11-20T17:45:00", "2026-11-20T17:45:00", "2026-11-23T09:00:00")]
    [InlineData("0 0 * * 7", "2026-11-20T00:00:00", "2026-11-15T00:00:00", "2026-11-22T00:00:00")]
    [InlineData("0 0 31 * *", "2026-11-20T00:00:00", "2026-10-31T00:00:00", "2026-12-31T00:00:00")]
    [InlineData("0 0 L * *", "2027-02-10T00:00:00", "2027-01-31T00:00:00", "2027-02-28T00:00:00")]
    [InlineData("0 0 L 2 *", "2027-03-10T00:00:00", "2027-02-28T00:00:00", "2028-02-29T00:00:00")]
    [InlineData("0 0 LW * *", "2026-05-15T00:00:00", "2026-04-30T00:00:00", "2026-05-29T00:00:00")]
    [InlineData("0 0 1W * *", "2026-07-20T00:00:00", "2026-07-01T00:00:00", "2026-08-03T00:00:00")]
    [InlineData("0 0 15W * *", "2026-08-01T00:00:00", "2026-07-15T00:00:00", "2026-08-14T00:00:00")]
    [InlineData("0 0 31W 5 *", "2026-05-01T00:00:00", "2025-05-30T00:00:00", "2026-05-29T00:00:00")]
    [InlineData("0 18 * * 5L", "2026-11-20T00:00:00", "2026-10-30T18:00:00", "2026-11-27T18:00:00")]
    [InlineData("0 18 * * FRI#2", "2026-11-20T00:00:00", "2026-11-13T18:00:00", "2026-12-11T18:00:00")]
    [InlineData("0 0 * * MON#5", "2026-11-20T00:00:00", "2026-08-31T00:00:00", "2026-11-30T00:00:00")]
    [InlineData("0 0 13 * 5", "2026-11-14T00:00:00", "2026-11-13T00:00:00", "2026-11-20T00:00:00")]
    [InlineData("0 0 1,15 JAN,JUL ?", "2026-11-20T00:00:00", "2026-07-15T00:00:00", "2027-01-01T00:00:00")]
    [InlineData("5/20 0 1 1 *", "2026-06-01T00:00:00", "2026-01-01T00:45:00", "2027-01-01T00:05:00")]
    [InlineData("0 0 1 1 * 2030", "2026-06-01T00:00:00", null, "2030-01-01T00:00:00")]
    [InlineData("0 0 1 1 * 2020-2022/2", "2026-06-01T00:00:00", "2022-01-01T00:00:00", null)]
    [InlineData("30 0 0 1 1 * *", "2026-01-01T00:00:29", "2025-01-01T00:00:30", "2026-01-01T00:00:30")]
    [InlineData("*/10 * * * * * *", "2026-01-01T00:00:59", "2026-01-01T00:00:50", "2026-01-01T00:01:00")]
    public void The_last_and_the_next_time_are_known(string expression, string now, string? last, string? next)
    {
        Assert.True(CronSchedule.TryParse(expression, out CronSchedule? schedule, out string? problem), problem);
        Assert.Equal((last, next), (Text(schedule.Last(Seconds(now))), Text(schedule.Next(Seconds(now)))));
    }

    [Fact]
    public void The_29th_of_February_comes_every_four_years_but_not_in_2100()
    {
        Assert.True(CronSchedule.TryParse("0 0 29 2 *", out CronSchedule? schedule, out _));
        List<string?> times = [];
        for (long? time = schedule.Next(Seconds("2087-01-01T00:00:00")); time is long at && times.Count < 5; time = schedule.Next(at))
        {
            times.Add(Text(at));
        }
        Assert.Equal(["2088-02-29T00:00:00", "2092-02-29T00:00:00", "2096-02-29T00:00:00", "2104-02-29T00:00:00", "2108-02-29T00:00:00"], times);
        Assert.Equal("2096-02-29T00:00:00", Text(schedule.Last(Seconds("2104-02-28T23:59:59"))));
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6 *")]
    [InlineData("0 0 1 1 * 1970")]
    public void A_day_that_never_comes_has_no_time(string expression)
    {
        Assert.True(CronSchedule.TryParse(expression, out CronSchedule? schedule, out _));
        Assert.Null(schedule.Next(Seconds("1971-01-01T00:00:00")));
    }

    [Theory]
    [InlineData("", "has 0 fields")]
    [InlineData("* * * *", "has 4 fields")]
    [InlineData("* * * * * * * *", "has 8 fields")]
    [InlineData("@midnight-ish", "has 1 fields")]
    [InlineData("60 * * * *", "'60' is no minute; it goes from 0 to 59")]
    [InlineData("* 24 * * *", "'24' is no hour")]
    [InlineData("* * 0 * *", "'0' is no day of month")]
    [InlineData("* * 32 * *", "'32' is no day of month")]
    [InlineData("* * * 13 *", "'13' is no month")]
    [InlineData("* * * FEBRUARY *", "'FEBRUARY' is no month")]
    [InlineData("* * * * 8", "'8' is no day of week")]
    [InlineData("* * * * MON#6", "has no number from 1 to 5")]
    [InlineData("* * * * MON#", "has no number from 1 to 5")]
    [InlineData("* * W * *", "'' is no day of month")]
    [InlineData("*/0 * * * *", "has no step")]
    [InlineData("*/x * * * *", "has no step")]
    [InlineData("5-1 * * * *", "runs backwards")]
    [InlineData("1- * * * *", "'' is no minute")]
    [InlineData("1,,2 * * * *", "'' is no minute")]
    [InlineData("-1 * * * *", "'' is no minute")]
    [InlineData("+1 * * * *", "'+1' is no minute")]
    [InlineData("１ * * * *", "'１' is no minute")]
    [InlineData("* * * * * 1969", "'1969' is no year")]
    public void What_means_nothing_is_refused_with_the_reason(string expression, string reason)
    {
        Assert.False(CronSchedule.TryParse(expression, out _, out string? problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    /// <summary>Against a walk through every minute of two years.</summary>
    [Fact]
    public void Random_expressions_come_when_a_walk_through_all_minutes_says()
    {
        DeterministicRandom random = new(5);
        string[] minutes = ["0", "*/7", "59", "3,33", "10-20/5"];
        string[] hours = ["0", "23", "*/5", "6-9", "12,13"];
        string[] days = ["*", "1", "31", "*/9", "28-31", "15"];
        string[] months = ["*", "2", "1,6,12", "*/3"];
        string[] weekdays = ["*", "0", "1-5", "6,7", "3"];
        long start = Seconds("2027-01-01T00:00:00");
        for (int i = 0; i < 12; i++)
        {
            (string minute, string hour) = (Pick(minutes), Pick(hours));
            (string day, string month, string weekday) = (Pick(days), Pick(months), Pick(weekdays));
            string expression = $"{minute} {hour} {day} {month} {weekday}";
            Assert.True(CronSchedule.TryParse(expression, out CronSchedule? schedule, out _));
            List<long> walked = [];
            (ulong minuteBits, ulong hourBits) = (CronField.Minute.Read(minute), CronField.Hour.Read(hour));
            (ulong dayBits, ulong monthBits, ulong weekdayBits) = (CronField.DayOfMonth.Read(day), CronField.Month.Read(month), CronField.DayOfWeek.Read(weekday));
            for (long time = start; time < start + (730L * 86_400); time += 60)
            {
                DateTime at = DateTime.UnixEpoch.AddSeconds(time);
                bool byDay = Has(dayBits, at.Day);
                bool byWeekday = Has(weekdayBits, (int)at.DayOfWeek) || (at.DayOfWeek == DayOfWeek.Sunday && Has(weekdayBits, 7));
                bool onDay = day[0] != '*' && weekday[0] != '*' ? byDay || byWeekday : byDay && byWeekday;
                if (onDay && Has(minuteBits, at.Minute) && Has(hourBits, at.Hour) && Has(monthBits, at.Month))
                {
                    walked.Add(time);
                }
            }
            List<long> found = [];
            for (long? time = schedule.Next(start - 1); time < start + (730L * 86_400); time = schedule.Next(time.Value))
            {
                Assert.Equal(time, schedule.Last(time.Value));
                Assert.Equal(found.Count == 0 ? schedule.Last(start - 1) : found[^1], schedule.Last(time.Value - 1));
                found.Add(time.Value);
            }
            Assert.True(walked.SequenceEqual(found), expression);
        }

        string Pick(string[] from) => from[random.Next(0, from.Length)];

        static bool Has(ulong bits, int value) => (bits >> value & 1) != 0;
    }

    [Fact]
    public void Garbage_is_refused_or_read_but_never_throws()
    {
        DeterministicRandom random = new(11);
        const string Characters = "0123456789*/-,?LW#@ \tMONJANdaily";
        for (int i = 0; i < 20_000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => Characters[random.Next(0, Characters.Length)])]);
            if (CronSchedule.TryParse(text, out CronSchedule? schedule, out _))
            {
                long? next = schedule.Next(1_800_000_000);
                Assert.True(next is null or > 1_800_000_000);
            }
        }
        Assert.True(CronSchedule.TryParse("* * * * *", out CronSchedule? always, out _));
        Assert.Null(always.Next(-5));
        Assert.Null(always.Next(long.MaxValue - 1));
        Assert.Null(always.Last(long.MinValue));
    }

    private static long Seconds(string time) => new DateTimeOffset(
        DateTime.ParseExact(time, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeSeconds();

    private static string? Text(long? seconds) =>
        seconds is long time ? DateTime.UnixEpoch.AddSeconds(time).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) : null;
}
