using System.Diagnostics.CodeAnalysis;

namespace RealtimeServer.Services.Leaderboards.Schedules;

/// <summary>
/// A cron expression, in UTC to the second. Five fields (minute, hour, day of month, month, day of week), six with a year behind them,
/// seven with a second before them as well; or @hourly, @daily, @weekly, @monthly, @yearly.
/// <para>Fields take *, ?, numbers, names (JAN, MON), ranges a-b, steps /n and lists. A day of month may be L (the last), 15W (the
/// weekday nearest to the 15th) or LW; a day of week 5L (the last Friday) or 5#2 (the second). Sunday is 0 and 7. When both days are
/// restricted, either is enough, as cron has always had it.</para>
/// </summary>
public sealed class CronSchedule
{
    private const int FirstYear = 1970;
    private const int LastYear = 2199;
    private const int SecondsOfDay = 86_400;

    private static readonly Dictionary<string, string> Macros = new(StringComparer.OrdinalIgnoreCase)
    {
        ["@yearly"] = "0 0 1 1 *",
        ["@annually"] = "0 0 1 1 *",
        ["@monthly"] = "0 0 1 * *",
        ["@weekly"] = "0 0 * * 0",
        ["@daily"] = "0 0 * * *",
        ["@hourly"] = "0 * * * *",
    };

    private readonly ulong _seconds;
    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _months;
    private readonly HashSet<int>? _years;
    private readonly CronDays _days;

    private CronSchedule(string text, ulong seconds, ulong minutes, ulong hours, ulong months, HashSet<int>? years, CronDays days)
    {
        Text = text;
        _seconds = seconds;
        _minutes = minutes;
        _hours = hours;
        _months = months;
        _years = years;
        _days = days;
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <param name="text">The expression.</param>
    /// <param name="schedule">What it means.</param>
    /// <param name="problem">Why it means nothing, for who wrote it.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CronSchedule? schedule, [NotNullWhen(false)] out string? problem)
    {
        schedule = null;
        if (text.Length > Limits.CronCharactersMax)
        {
            problem = $"a schedule has at most {Limits.CronCharactersMax} characters";
            return false;
        }
        string expression = Macros.GetValueOrDefault(text.Trim(), text);
        string[] fields = expression.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length is < 5 or > 7)
        {
            problem = $"'{text}' has {fields.Length} fields; a schedule has 5 (minute hour day month weekday), 6 (with a year) or 7 (with a second before them)";
            return false;
        }
        int first = fields.Length == 7 ? 1 : 0;
        try
        {
            ulong seconds = first == 1 ? CronField.Second.Read(fields[0]) : 1;
            ulong minutes = CronField.Minute.Read(fields[first]);
            ulong hours = CronField.Hour.Read(fields[first + 1]);
            CronDays days = CronDays.Read(fields[first + 2], fields[first + 4]);
            ulong months = CronField.Month.Read(fields[first + 3]);
            HashSet<int>? years = fields.Length > first + 5 ? CronField.ReadYears(fields[first + 5], FirstYear, LastYear) : null;
            schedule = new CronSchedule(text, seconds, minutes, hours, months, years, days);
        }
        catch (FormatException exception)
        {
            problem = $"'{text}': {exception.Message}";
            return false;
        }
        problem = null;
        return true;
    }

    /// <summary>The first time after another, both in seconds since 1970; null when there is none until 2200.</summary>
    public long? Next(long after)
    {
        if (!TrySplit(after + 1, out DateOnly date, out int from))
        {
            return null;
        }
        for (int year = date.Year; year <= LastYear; year++)
        {
            for (int month = year == date.Year ? date.Month : 1; month <= 12 && IsYear(year); month++)
            {
                uint days = IsMonth(month) ? _days.Of(year, month) : 0;
                for (int day = 1; day <= DateTime.DaysInMonth(year, month); day++)
                {
                    DateOnly candidate = new(year, month, day);
                    if ((days >> day & 1) != 0 && candidate >= date && TimeFrom(candidate == date ? from : 0) is int time)
                    {
                        return Join(candidate, time);
                    }
                }
            }
        }
        return null;
    }

    /// <summary>The last time that is not after another, both in seconds since 1970; null when there is none since then.</summary>
    public long? Last(long notAfter)
    {
        if (!TrySplit(notAfter, out DateOnly date, out int until))
        {
            return null;
        }
        for (int year = date.Year; year >= FirstYear; year--)
        {
            for (int month = year == date.Year ? date.Month : 12; month >= 1 && IsYear(year); month--)
            {
                uint days = IsMonth(month) ? _days.Of(year, month) : 0;
                for (int day = DateTime.DaysInMonth(year, month); day >= 1; day--)
                {
                    DateOnly candidate = new(year, month, day);
                    if ((days >> day & 1) != 0 && candidate <= date && TimeUntil(candidate == date ? until : SecondsOfDay - 1) is int time)
                    {
                        return Join(candidate, time);
                    }
                }
            }
        }
        return null;
    }

    public override string ToString() => Text;

    private static bool TrySplit(long unixSeconds, out DateOnly date, out int time)
    {
        bool fits = unixSeconds >= 0 && unixSeconds < (long)(LastYear - FirstYear + 1) * 366 * SecondsOfDay;
        DateTime split = fits ? DateTime.UnixEpoch.AddSeconds(unixSeconds) : DateTime.UnixEpoch;
        date = DateOnly.FromDateTime(split);
        time = (int)split.TimeOfDay.TotalSeconds;
        return fits;
    }

    private static long Join(DateOnly date, int time) => ((date.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * (long)SecondsOfDay) + time;

    private bool IsYear(int year) => _years is null || _years.Contains(year);

    private bool IsMonth(int month) => (_months >> month & 1) != 0;

    /// <summary>The first second of a day from one on.</summary>
    private int? TimeFrom(int from)
    {
        for (int hour = from / 3600; hour < 24; hour++)
        {
            for (int minute = hour == from / 3600 ? from / 60 % 60 : 0; (_hours >> hour & 1) != 0 && minute < 60; minute++)
            {
                int first = hour == from / 3600 && minute == from / 60 % 60 ? from % 60 : 0;
                for (int second = first; (_minutes >> minute & 1) != 0 && second < 60; second++)
                {
                    if ((_seconds >> second & 1) != 0)
                    {
                        return (hour * 3600) + (minute * 60) + second;
                    }
                }
            }
        }
        return null;
    }

    /// <summary>The last second of a day up to one.</summary>
    private int? TimeUntil(int until)
    {
        for (int hour = until / 3600; hour >= 0; hour--)
        {
            for (int minute = hour == until / 3600 ? until / 60 % 60 : 59; (_hours >> hour & 1) != 0 && minute >= 0; minute--)
            {
                int last = hour == until / 3600 && minute == until / 60 % 60 ? until % 60 : 59;
                for (int second = last; (_minutes >> minute & 1) != 0 && second >= 0; second--)
                {
                    if ((_seconds >> second & 1) != 0)
                    {
                        return (hour * 3600) + (minute * 60) + second;
                    }
                }
            }
        }
        return null;
    }
}
