using System.Globalization;
using System.Text;
using RealtimeServer.Services.Api;

namespace RealtimeServer.Server.Doors.Api;

/// <summary>The texts of gRPC's headers.</summary>
internal static class GrpcText
{
    private static readonly string[] Codes = [.. Enumerable.Range(0, 17).Select(static c => c.ToString(CultureInfo.InvariantCulture))];

    public static string Code(ApiCode code) => Codes[(int)code];

    /// <summary>Reads "100m": at most eight digits and a unit of H, M, S, m, u or n. Absent is no limit.</summary>
    public static bool TryParseTimeout(string? text, out TimeSpan time)
    {
        time = TimeSpan.MaxValue;
        if (text is null)
        {
            return true;
        }
        if (text.Length is < 2 or > 9 || !uint.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out uint value))
        {
            return false;
        }
        long? ticks = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => null,
        };
        time = ticks is 0 ? TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick) : TimeSpan.FromTicks(value * ticks.GetValueOrDefault());
        return ticks is not null;
    }

    /// <summary>Printable ASCII stays, everything else is the percent-encoded bytes of its UTF-8.</summary>
    public static string EncodeMessage(string message)
    {
        if (!message.AsSpan().ContainsAnyExceptInRange(' ', '~') && !message.Contains('%', StringComparison.Ordinal))
        {
            return message;
        }
        StringBuilder text = new(message.Length * 2);
        foreach (byte b in Encoding.UTF8.GetBytes(message))
        {
            _ = b is >= (byte)' ' and <= (byte)'~' and not (byte)'%'
                ? text.Append((char)b)
                : text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return text.ToString();
    }
}
