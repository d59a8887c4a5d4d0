using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace RealtimeServer.Protocol.Json;

/// <summary>RFC 3339 in UTC, with 0, 3, 6 or 9 digits of a second, as protobuf's mapping has it.</summary>
internal readonly struct TimestampForm : IJsonForm<Timestamp>
{
    private const long SecondsMin = -62_135_596_800; // 0001-01-01T00:00:00Z
    private const long SecondsMax = 253_402_300_799; // 9999-12-31T23:59:59Z
    private const int NanosPerSecond = 1_000_000_000;

    public static bool IsDefault(Timestamp value) => value is null;

    public static void Write(Utf8JsonWriter writer, Timestamp value)
    {
        Span<byte> text = stackalloc byte[30];
        int nanos = Math.Clamp(value.Nanos, 0, NanosPerSecond - 1);
        DateTime time = DateTime.UnixEpoch.AddSeconds(Math.Clamp(value.Seconds, SecondsMin, SecondsMax));
        Digits(text, 0, 4, time.Year);
        Digits(text, 5, 2, time.Month);
        Digits(text, 8, 2, time.Day);
        Digits(text, 11, 2, time.Hour);
        Digits(text, 14, 2, time.Minute);
        Digits(text, 17, 2, time.Second);
        text[4] = text[7] = (byte)'-';
        text[10] = (byte)'T';
        text[13] = text[16] = (byte)':';
        int length = 19;
        if (nanos != 0)
        {
            (int digits, int fraction) = nanos % 1_000_000 == 0 ? (3, nanos / 1_000_000) : nanos % 1_000 == 0 ? (6, nanos / 1_000) : (9, nanos);
            text[length] = (byte)'.';
            Digits(text, length + 1, digits, fraction);
            length += 1 + digits;
        }
        text[length++] = (byte)'Z';
        writer.WriteStringValue(text[..length]);
    }

    public static Timestamp Read(ref JsonSource source)
    {
        Timestamp value = new();
        if (source.Reader.TokenType != JsonTokenType.String || !TryParse(source.Reader.GetString(), value))
        {
            source.RefuseValue("google.protobuf.Timestamp");
        }
        return value;
    }

    /// <summary>Reads "2026-11-20T21:29:27.5Z" or the same with an offset; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, Timestamp into)
    {
        if (text.Length < 20
            || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || !TryNumber(text[..4], out int year) || !TryNumber(text[5..7], out int month) || !TryNumber(text[8..10], out int day)
            || !TryNumber(text[11..13], out int hour) || !TryNumber(text[14..16], out int minute) || !TryNumber(text[17..19], out int second)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }
        ReadOnlySpan<char> rest = text[19..];
        int nanos = 0;
        if (rest[0] == '.')
        {
            int digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9)
            {
                return false;
            }
            TryNumber(rest[1..(1 + digits)], out nanos);
            for (int i = digits; i < 9; i++)
            {
                nanos *= 10;
            }
            rest = rest[(1 + digits)..];
        }
        if (!TryOffset(rest, out int offsetMinutes))
        {
            return false;
        }
        long seconds = (long)(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc) - DateTime.UnixEpoch).TotalSeconds - (offsetMinutes * 60);
        into.Seconds = seconds;
        into.Nanos = nanos;
        return seconds is >= SecondsMin and <= SecondsMax;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z")
        {
            return true;
        }
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !TryNumber(text[1..3], out int hour) || !TryNumber(text[4..], out int minute) || hour > 23 || minute > 59)
        {
            return false;
        }
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> digits, out int number)
    {
        number = 0;
        foreach (char c in digits)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
            number = (number * 10) + (c - '0');
        }
        return true;
    }

    private static void Digits(Span<byte> text, int at, int count, int number)
    {
        for (int i = at + count - 1; i >= at; i--)
        {
            text[i] = (byte)('0' + (number % 10));
            number /= 10;
        }
    }
}
