using System.Globalization;

namespace RealtimeServer.Services.Search;

/// <summary>One value of a field: a text (whole, as it is), a number, or a text that is also a time.</summary>
internal readonly struct SearchValue
{
    private static readonly string[] TimeForms =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd",
    ];

    private SearchValue(string? text, double number, bool isTime)
    {
        Text = text;
        Number = number;
        IsTime = isTime;
    }

    /// <summary>Null for a number.</summary>
    public string? Text { get; }

    /// <summary>The number, or of a time its seconds since 1970 UTC.</summary>
    public double Number { get; }

    public bool IsTime { get; }

    public bool IsNumber => Text is null;

    public static SearchValue Of(double number) => new(null, number, false);

    public static SearchValue Of(bool flag) => new(flag ? "T" : "F", 0, false);

    public static SearchValue Of(string text) => TryTime(text, out double seconds) ? new(text, seconds, true) : new(text, 0, false);

    public static bool TryTime(string text, out double seconds)
    {
        seconds = 0;
        // Nearly no text is a time; this tells most of them apart.
        if (text.Length is < 10 or > 35 || !char.IsAsciiDigit(text[0]) || text[4] != '-')
        {
            return false;
        }
        bool known = DateTimeOffset.TryParseExact(
            text, TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        seconds = known ? (time - DateTimeOffset.UnixEpoch).TotalSeconds : 0;
        return known;
    }
}
