using System.Globalization;

namespace RealtimeServer.Services.Leaderboards.Schedules;

/// <summary>Which days of a month a cron expression names, by day of month and by day of week.</summary>
internal sealed class CronDays
{
    private readonly bool _byMonth;
    private readonly bool _byWeek;
    private ulong _daysOfMonth;
    private ulong _daysOfWeek;
    private bool _last;
    private bool _lastWeekday;
    private readonly List<int> _nearestWeekdays = [];
    private readonly List<int> _lastOfWeekday = [];
    private readonly List<(int Weekday, int Number)> _numbered = [];

    private CronDays(string ofMonth, string ofWeek)
    {
        _byMonth = ofMonth[0] is not ('*' or '?');
        _byWeek = ofWeek[0] is not ('*' or '?');
    }

    /// <exception cref="FormatException">What is wrong.</exception>
    public static CronDays Read(string ofMonth, string ofWeek)
    {
        CronDays days = new(ofMonth, ofWeek);
        foreach (string part in ofMonth.Split(','))
        {
            days.ReadDayOfMonth(part);
        }
        foreach (string part in ofWeek.Split(','))
        {
            days.ReadDayOfWeek(part);
        }
        return days;
    }

    /// <summary>The days of one month as bits 1 to 31.</summary>
    public uint Of(int year, int month)
    {
        int length = DateTime.DaysInMonth(year, month);
        uint there = (uint)((1UL << (length + 1)) - 2);
        uint ofMonth = OfMonth(year, month, length);
        uint ofWeek = OfWeek(year, month, length);
        uint named = _byMonth && _byWeek ? ofMonth | ofWeek : ofMonth & ofWeek;
        return named & there;
    }

    private void ReadDayOfMonth(string part)
    {
        if (part.Equals("L", StringComparison.OrdinalIgnoreCase))
        {
            _last = true;
        }
        else if (part.Equals("LW", StringComparison.OrdinalIgnoreCase))
        {
            _lastWeekday = true;
        }
        else if (part.EndsWith('W') || part.EndsWith('w'))
        {
            _nearestWeekdays.Add(CronField.DayOfMonth.Number(part[..^1]));
        }
        else
        {
            _daysOfMonth |= CronField.DayOfMonth.Read(part);
        }
    }

    private void ReadDayOfWeek(string part)
    {
        int hash = part.IndexOf('#', StringComparison.Ordinal);
        if (hash >= 0)
        {
            bool counts = int.TryParse(part.AsSpan(hash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is >= 1 and <= 5;
            _numbered.Add((CronField.DayOfWeek.Number(part[..hash]) % 7, counts ? number : throw new FormatException($"'{part}' has no number from 1 to 5 behind its #")));
        }
        else if (part.Length > 1 && (part.EndsWith('L') || part.EndsWith('l')))
        {
            _lastOfWeekday.Add(CronField.DayOfWeek.Number(part[..^1]) % 7);
        }
        else
        {
            ulong days = CronField.DayOfWeek.Read(part);
            _daysOfWeek |= (days | days >> 7) & 0x7F;
        }
    }

    private uint OfMonth(int year, int month, int length)
    {
        uint days = (uint)_daysOfMonth;
        days |= _last ? 1u << length : 0;
        days |= _lastWeekday ? 1u << NearestWeekday(year, month, length, length) : 0;
        foreach (int day in _nearestWeekdays)
        {
            days |= day <= length ? 1u << NearestWeekday(year, month, day, length) : 0;
        }
        return days;
    }

    private uint OfWeek(int year, int month, int length)
    {
        int first = (int)new DateOnly(year, month, 1).DayOfWeek;
        uint days = 0;
        for (int day = 1; day <= length; day++)
        {
            int weekday = (first + day - 1) % 7;
            bool named = (_daysOfWeek >> weekday & 1) != 0
                || _numbered.Contains((weekday, ((day - 1) / 7) + 1))
                || (day + 7 > length && _lastOfWeekday.Contains(weekday));
            days |= named ? 1u << day : 0;
        }
        return days;
    }

    // Never in another month: a Saturday the 1st goes to Monday the 3rd.
    private static int NearestWeekday(int year, int month, int day, int length) => new DateOnly(year, month, day).DayOfWeek switch
    {
        DayOfWeek.Saturday => day > 1 ? day - 1 : day + 2,
        DayOfWeek.Sunday => day < length ? day + 1 : day - 2,
        _ => day,
    };
}
