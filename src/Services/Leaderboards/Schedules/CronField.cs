using System.Globalization;

namespace RealtimeServer.Services.Leaderboards.Schedules;

/// <summary>One field of a cron expression: its numbers as bits.</summary>
internal sealed record CronField(string Name, int Min, int Max, string[] Names)
{
    public static readonly CronField Second = new("second", 0, 59, []);
    public static readonly CronField Minute = new("minute", 0, 59, []);
    public static readonly CronField Hour = new("hour", 0, 23, []);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31, []);
    public static readonly CronField Month = new("month", 1, 12, ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]);

    /// <summary>Both 0 and 7 are Sunday.</summary>
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]);

    /// <exception cref="FormatException">What is wrong.</exception>
    public ulong Read(string text)
    {
        ulong bits = 0;
        foreach (string part in text.Split(','))
        {
            (int from, int to, int step) = Range(part);
            for (int i = from; i <= to; i += step)
            {
                bits |= 1UL << i;
            }
        }
        return bits;
    }

    /// <summary>Null: every year.</summary>
    /// <exception cref="FormatException">What is wrong.</exception>
    public static HashSet<int>? ReadYears(string text, int first, int last)
    {
        if (text is "*" or "?")
        {
            return null;
        }
        CronField field = new("year", first, last, []);
        HashSet<int> years = [];
        foreach (string part in text.Split(','))
        {
            (int from, int to, int step) = field.Range(part);
            for (int i = from; i <= to; i += step)
            {
                years.Add(i);
            }
        }
        return years;
    }

    /// <exception cref="FormatException">It is none, or out of range.</exception>
    public int Number(string text)
    {
        int named = Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (named >= 0)
        {
            return named + (Min == 1 ? 1 : 0);
        }
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= Min && number <= Max
            ? number
            : throw new FormatException($"'{text}' is no {Name}; it goes from {Min} to {Max}");
    }

    private (int From, int To, int Step) Range(string part)
    {
        int slash = part.IndexOf('/', StringComparison.Ordinal);
        string range = slash < 0 ? part : part[..slash];
        int step = 1;
        if (slash >= 0 && (!int.TryParse(part.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out step) || step < 1 || step > Max))
        {
            throw new FormatException($"'{part}' has no step from 1 to {Max} behind its slash");
        }
        if (range is "*" or "?")
        {
            return (Min, Max, step);
        }
        int dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            int number = Number(range);
            return (number, slash < 0 ? number : Max, step);
        }
        int from = Number(range[..dash]);
        int to = Number(range[(dash + 1)..]);
        return from <= to ? (from, to, step) : throw new FormatException($"'{part}' runs backwards; write it as two ranges with a comma between");
    }
}
